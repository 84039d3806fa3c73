"""The GATHERING stage against real systems, on both of our own databases."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.db import transaction
from django.db.models.functions import Now
from django.test import override_settings

from fulfillment import jobs, models
from fulfillment.models import DataSource, JobState
from requests_app.lifecycle import State
from requests_app.models import Attention, Case, RecordBatch
from tests import factories
from tests.characters import ADA
from tests.fulfillment.estate import (
    EMAIL,
    ID,
    NAME,
    PLAIN,
    Estate,
    Fields,
    due,
    found,
    hurry,
    refers,
    run_in_thread,
    search,
    work,
)
from tests.services.processes import eventually
from tests.services.stage import ROOT, Stage
from umbs_privacy.servers.mariadb import MariaDB
from umbs_privacy.servers.postgres import Postgres

pytestmark = pytest.mark.slow

ADAS = ADA.emails[0]
PEOPLE: Fields = {"id": ID, "email": EMAIL, "account": PLAIN}
ADA_ROW = {"id": 1, "email": ADAS.title(), "account": "PA-104482"}
BEN_ROW = {"id": 2, "email": "ben@example.org", "account": "PA-2"}


@pytest.fixture
def estate(fresh_stage: Stage, tmp_path: Path) -> Iterator[Estate]:
    """Two systems that work: `crm` on SQLite with people and their orders, and `shop` with what they bought."""
    made = Estate(tmp_path)
    made.fill(
        "crm",
        {
            "people": [ADA_ROW, BEN_ROW],
            "orders": [{"id": 10, "person_id": 1}, {"id": 11, "person_id": 2}, {"id": 12, "person_id": 1}],
            "lines": [{"id": 100, "order_id": 10}, {"id": 101, "order_id": 12}, {"id": 102, "order_id": 11}],
        },
    )
    made.connect(
        "crm",
        {
            "people": PEOPLE,
            "orders": {"id": ID, "person_id": refers("crm.people.id")},
            "lines": {"id": ID, "order_id": refers("crm.orders.id")},
        },
    )
    with override_settings(UMBS_EGRESS_ALLOW=["127.0.0.1"]):
        yield made


@pytest.fixture
def case(fresh_stage: Stage) -> Case:
    """Ada's access request, with nothing gathered yet."""
    return factories.opened()


def prove(case: Case, **how: Any) -> None:
    with transaction.atomic():
        factories.prove(case, **how)


def gather(case: Case) -> Case:
    """Let the identity be proven, then do the machine's part of the stage as far as it goes without waiting."""
    prove(case)
    work("gather", "search")
    case.refresh_from_db()
    return case


def test_it_follows_references_and_finds_what_is_the_persons(estate: Estate, case: Case) -> None:
    gather(case)
    assert case.state == State.REDACTING
    assert sorted(found(case, "crm")) == [
        "crm.lines:100",
        "crm.lines:101",
        "crm.orders:10",
        "crm.orders:12",
        "crm.people:1",
    ]
    row = search(case, "crm")
    assert (row.state, row.rows_found, row.attempts, row.error) == ("answered", 5, 1, "")
    assert row.identifiers_used == {"email": 1}
    assert [(one["collection"], one["rows"]) for one in row.collections] == [
        ("crm.people", 1),
        ("crm.orders", 2),
        ("crm.lines", 2),
    ]


def test_it_takes_what_one_source_taught_to_another_and_back(estate: Estate, case: Case) -> None:
    estate.connect("ledger", {"entries": {"id": ID, "owner": refers("crm.people.account"), "card": PLAIN}})
    estate.fill(
        "ledger",
        {"entries": [{"id": 7, "owner": "PA-104482", "card": "c-1"}, {"id": 8, "owner": "PA-2", "card": "c-2"}]},
    )
    estate.fill("cards", {"cards": [{"id": 70, "card": "c-1", "person": 1}, {"id": 71, "card": "c-2", "person": 2}]})
    estate.connect("cards", {"cards": {"id": ID, "card": refers("ledger.entries.card"), "person": PLAIN}})
    gather(case)
    assert case.state == State.REDACTING
    assert found(case, "ledger") == ["ledger.entries:7"]
    assert found(case, "cards") == ["cards.cards:70"]
    assert search(case, "crm").rows_found == 5


def test_it_opens_a_source_again_when_something_was_learned_later(estate: Estate, case: Case) -> None:
    """`aa` answers first and knows Ada by e-mail; her second row there is reached only through the CRM."""
    estate.fill(
        "aa",
        {
            "notes": [
                {"id": 1, "email": ADAS, "account": "x"},
                {"id": 2, "email": "old@example.org", "account": "PA-104482"},
            ]
        },
    )
    estate.connect("aa", {"notes": {"id": ID, "email": EMAIL, "account": refers("crm.people.account")}})
    gather(case)
    assert found(case, "aa") == ["aa.notes:1", "aa.notes:2"]
    assert search(case, "aa").state == "answered"
    assert case.state == State.REDACTING


def test_it_ends_on_references_in_a_circle(estate: Estate, case: Case) -> None:
    estate.fill("ring", {"a": [{"id": 1, "email": ADAS, "b": 5}], "b": [{"id": 5, "a": 1}, {"id": 6, "a": 9}]})
    estate.connect(
        "ring",
        {"a": {"id": refers("ring.b.a"), "email": EMAIL, "b": PLAIN}, "b": {"id": refers("ring.a.b"), "a": PLAIN}},
    )
    gather(case)
    assert search(case, "ring").rows_found == 2
    assert case.state == State.REDACTING


def test_it_leaves_out_rows_of_others_who_share_an_address(estate: Estate, case: Case) -> None:
    rows = [
        {"id": 1, "email": ADAS, "name": "Quillfeather, Ada M."},
        {"id": 2, "email": ADAS, "name": "Theo Quillfeather"},
    ]
    estate.fill("family", {"members": rows, "visits": [{"id": 20, "member": 1}, {"id": 21, "member": 2}]})
    estate.connect(
        "family",
        {
            "members": {"id": ID, "email": EMAIL, "name": NAME},
            "visits": {"id": ID, "member": refers("family.members.id")},
        },
    )
    gather(case)
    assert found(case, "family") == ["family.members:1", "family.visits:20"]
    assert search(case, "family").warnings == ["family.members: 1 rows carry another name and were left out"]


def test_it_only_counts_what_is_held_for_a_provider(estate: Estate, case: Case) -> None:
    estate.fill("clinic", {"patients": [ADA_ROW, ADA_ROW | {"id": 3}, BEN_ROW]})
    estate.connect("clinic", {"patients": PEOPLE}, provider=True)
    gather(case)
    row = search(case, "clinic")
    assert (row.state, row.rows_found) == ("referred", 2)
    assert not RecordBatch.objects.filter(search=row).exists()
    assert case.state == State.REDACTING


def test_it_says_why_a_source_was_not_searched(estate: Estate, case: Case) -> None:
    estate.connect("phones", {"calls": {"id": ID, "device": {"fides_meta": {"identity": "device_id"}}}})
    estate.connect("retired", {"people": PEOPLE})
    DataSource.objects.filter(key="retired").update(enabled=False)
    gather(case)
    assert (search(case, "phones").state, search(case, "phones").reason) == ("not_searched", "no_identifier")
    assert (search(case, "retired").state, search(case, "retired").reason) == ("not_searched", "disabled")
    assert case.state == State.REDACTING


def test_it_names_a_collection_that_nothing_led_into(estate: Estate, case: Case) -> None:
    estate.fill("strangers", {"people": [BEN_ROW], "orders": [{"id": 1, "person": 2}], "stock": [{"id": 1}]})
    tables = {"people": PEOPLE, "orders": {"id": ID, "person": refers("strangers.people.id")}, "stock": {"id": ID}}
    estate.connect("strangers", tables)
    gather(case)
    told = {one["collection"]: (one["searched"], one["reason"]) for one in search(case, "strangers").collections}
    assert told == {
        "strangers.people": (True, ""),
        "strangers.orders": (False, "nothing that was found refers to it"),
        "strangers.stock": (False, "the data map names no identity and no reference for it"),
    }


# --- trouble -----------------------------------------------------------------------------------------------------


def test_it_tries_a_source_that_is_down_again_and_holds_up_nobody(estate: Estate, case: Case) -> None:
    estate.connect("down", {"people": PEOPLE})
    gather(case)
    assert search(case, "crm").state == "answered"
    row = search(case, "down")
    assert (row.state, row.error_kind, row.attempts) == ("pending", "unreachable", 1)
    assert "cannot be reached" in row.error
    assert row.next_try_at is not None
    assert case.state == State.GATHERING
    estate.fill("down", {"people": [ADA_ROW]})
    hurry()
    work("search")
    case.refresh_from_db()
    row = search(case, "down")
    assert (row.state, row.error, row.next_try_at, row.attempts) == ("answered", "", None, 2)
    assert case.state == State.REDACTING


def test_it_asks_for_a_person_after_the_third_failure_and_goes_on(estate: Estate, case: Case) -> None:
    estate.connect("down", {"people": PEOPLE})
    gather(case)
    for _ in range(2):
        hurry()
        work("search")
    case.refresh_from_db()
    row = search(case, "down")
    assert (row.state, row.attempts, row.next_try_at) == ("failed", 3, None)
    assert not due("search")
    assert case.state == State.REDACTING
    kinds = [event.payload for event in case.events.filter(kind="search:failed")]
    assert [event["final"] for event in kinds] == [False, False, True]


@pytest.mark.parametrize("trouble", ["password", "lost_column", "lost_table"])
def test_it_shows_a_lasting_trouble_at_once(
    estate: Estate, case: Case, postgres_server: Postgres, mariadb_server: MariaDB, trouble: str
) -> None:
    name = mariadb_server.create()
    url = mariadb_server.url(name)
    estate.fill("shop", {"people": [{"id": 1, "email": ADAS}]}, url=url)
    wanted = {"password": "refused", "lost_column": "missing_column", "lost_table": "missing_table"}[trouble]
    if trouble == "password":
        url = postgres_server.url(scheme="postgresql+psycopg").replace(postgres_server.password, "hunter2")
    table = "shoppers" if trouble == "lost_table" else "people"
    estate.connect("shop", {table: PEOPLE}, url=url)
    gather(case)
    row = search(case, "shop")
    assert (row.state, row.error_kind, row.attempts) == ("failed", wanted, 1)
    assert "retry" in row.error
    assert "hunter2" not in row.error
    assert search(case, "crm").rows_found == 5
    assert case.state == State.REDACTING
    mariadb_server.drop(name)


def test_it_says_that_a_source_was_taken_away_meanwhile(estate: Estate, case: Case) -> None:
    estate.connect("gone", {"people": PEOPLE})
    prove(case)
    work("gather")
    DataSource.objects.filter(key="gone").delete()
    work("search")
    case.refresh_from_db()
    assert (search(case, "gone").state, search(case, "gone").error_kind) == ("failed", "misconfigured")
    assert case.state == State.REDACTING


def test_it_raises_its_hand_when_no_source_is_connected(fresh_sqlite: Stage) -> None:
    case = gather(factories.opened())
    assert (case.state, case.attention) == (State.GATHERING, Attention.STAGE_FAILED)


def test_it_searches_two_sources_at_once(estate: Estate, case: Case, postgres_server: Postgres) -> None:
    """One source keeps silent until its time is up; the other one has long answered."""
    with socket.create_server(("127.0.0.1", 0)) as silent:
        estate.connect("slow", {"people": PEOPLE}, url=f"mysql://u:p@127.0.0.1:{silent.getsockname()[1]}/x", timeout=3)
        prove(case)
        work("gather")
        both = due("search")
        assert len(both) == 2
        with ThreadPoolExecutor(2) as pool:
            begun = time.monotonic()
            ends = [pool.submit(run_in_thread, job) for job in both]
            assert eventually(lambda: search(case, "crm").state == "answered", within=10)
            answered = time.monotonic() - begun
            for end in ends:
                end.result()
            waited = time.monotonic() - begun
    assert search(case, "slow").error_kind in {"timeout", "unreachable"}
    assert answered < waited


def test_it_resumes_after_a_kill_without_a_doubled_or_missing_row(
    estate: Estate, case: Case, fresh_stage: Stage
) -> None:
    count = 40_000
    estate.fill("big", {"events": [{"id": n, "email": ADAS, "note": "x" * 100} for n in range(count)]})
    estate.connect("big", {"events": {"id": ID, "email": EMAIL, "note": PLAIN}})
    prove(case)
    work("gather")
    job = next(row.pk for row in models.Job.objects.filter(kind="search") if row.payload["source"] == "big")
    code = f"import django; django.setup(); from fulfillment.tasks import run; run({job})"
    stored = RecordBatch.objects.filter(case=case, search__source_key="big")
    with subprocess.Popen(
        [sys.executable, "-c", code], env=fresh_stage.env, cwd=ROOT, stderr=subprocess.DEVNULL, start_new_session=True
    ) as worker:
        assert eventually(lambda: stored.count() >= 3, within=30)
        os.killpg(worker.pid, signal.SIGKILL)
    partly = stored.count()
    assert 3 <= partly < count / 1000, "the worker was killed too late to prove anything"
    models.Job.objects.filter(pk=job).update(lease_until=Now() - timedelta(seconds=1))
    assert jobs.reap() == [job]
    assert models.Job.objects.get(pk=job).state == JobState.READY
    hurry()
    work("search")
    keys = found(case, "big")
    assert len(keys) == len(set(keys)) == count
    assert stored.count() > partly
    assert (search(case, "big").rows_found, search(case, "big").attempts) == (count, 2)


def test_it_leaves_quietly_when_the_case_was_sent_back(estate: Estate, case: Case) -> None:
    gather(case)
    before = search(case, "crm").attempts
    old = models.Job.objects.filter(kind="search").first()
    assert old is not None
    models.Job.objects.filter(pk=old.pk).update(state=JobState.READY, finished_at=None, not_before=Now())
    work("search")
    assert search(case, "crm").attempts == before


def test_it_stores_no_readable_value(estate: Estate, case: Case) -> None:
    gather(case)
    batches = RecordBatch.objects.filter(case=case)
    assert batches.exists()
    assert not any(ADAS.encode() in bytes(batch.sealed).lower() for batch in batches)
