"""T13, T29, T30: marks planted in all that a person tells or a source holds are found in no file that is left."""

from __future__ import annotations

import json
import secrets
import urllib.request
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from django.db import transaction

from requests_app.casefile.types import FoundRecord
from requests_app.lifecycle import Right, State
from requests_app.models import Case
from requests_app.permissions import Role, consumer, staff
from requests_app.services import messages
from requests_app.services.intake import Asked, open_case
from requests_app.services.person import PersonFacts
from tests.characters import ADA, user
from tests.factories import ROAD, gather, propose, prove
from tests.services.processes import Processes, eventually
from tests.services.smtp import Sink
from tests.services.stage import Stage
from umbs_privacy.servers.postgres import Postgres
from umbs_privacy.servers.redis import Redis

ROWS = 200


class Marks:
    """Each is unlike anything else in the world; `made` are those to look for afterwards."""

    def __init__(self) -> None:
        self.made: list[str] = []

    def new(self) -> str:
        mark = f"cnry{secrets.token_hex(8)}"
        self.made.append(mark)
        return mark

    def phone(self) -> str:
        number = f"214555{secrets.randbelow(10**4):04}"
        spoken = f"{number[:3]}-{number[3:6]}-{number[6:]}"
        self.made += [number, spoken]
        return spoken

    def found_in(self, file: Path) -> Iterator[str]:
        content = file.read_bytes()
        yield from (f"{mark} in {file}" for mark in self.made if mark.encode() in content)


def plant_case(marks: Marks) -> Case:
    """An access case taken to its record, with a mark in every field, note, message, file and row."""
    person = PersonFacts(
        given_name=ADA.given_name,
        family_name=ADA.family_name,
        emails=(f"{marks.new()}@example.org",),
        phones=(marks.phone(),),
        postal_address=f"{marks.new()} Lane, Garland, TX 75040",
        account_numbers=(marks.new(),),
        date_of_birth=ADA.date_of_birth,
    )
    case = open_case(Asked(Right.ACCESS, person, residence="US-CA", details=f"I was called {marks.new()}."))
    prove(case)
    rows = [FoundRecord("billing.accounts", str(row), {"note": marks.new(), "ssn": marks.new()}) for row in range(ROWS)]
    propose(gather(case, rows), [])
    messages.write(case_id=case.id, by=consumer(case.id), text=f"My name is {marks.new()}.")
    messages.note(case_id=case.id, by=staff(user(Role.ANALYST)), text=f"Rang {marks.new()}.")
    messages.upload(case_id=case.id, by=consumer(case.id), name=f"{marks.new()}.txt", parts=[marks.new().encode()])
    case.refresh_from_db()
    while State(case.state) is not State.RECORDING:
        ROAD[State(case.state)](case)
    return case


def ask_over_http(base_url: str, marks: Marks, right: str) -> str:
    """The reference of a request that came in by the API; the address it gave is the mark."""
    address = f"{marks.new()}@example.org"
    person = {"given_name": marks.new(), "family_name": marks.new(), "emails": [address], "phones": [marks.phone()]}
    body = {"right": right, "relationship": "visitor", "residence": "US-CA", "language": "en", "person": person}
    request = urllib.request.Request(  # noqa: S310 - loopback
        f"{base_url}/api/v1/requests/", json.dumps(body).encode(), {"Content-Type": "application/json"}
    )
    with urllib.request.urlopen(request, timeout=30) as answer:  # noqa: S310 - loopback
        assert answer.status == 202
    return address


def left_behind(stage: Stage) -> list[Path]:
    return [file for file in stage.var.rglob("*") if file.is_file()]


def play(stage: Stage, sink: Sink, run_processes: Callable[..., Processes]) -> Marks:
    marks = Marks()
    with transaction.atomic():
        plant_case(marks)
    stage = replace(stage, env=stage.env | {"EMAIL_URL": sink.url})
    group = run_processes(stage)
    addresses = [ask_over_http(group.base_url, marks, right) for right in (Right.ACCESS, Right.OPT_OUT_SALE_SHARING)]
    assert eventually(lambda: all(sink.to(address) for address in addresses), within=60), group.log("worker")[-2000:]
    for name in ("web", "worker", "scheduler"):
        assert group.log(name) or name == "web"
        group.kill(name)  # so that what lies there is what was left, and no file goes while it is read
    return marks


@pytest.mark.slow
def test_t13_it_leaves_no_mark_on_sqlite(
    fresh_sqlite: Stage, smtp_sink: Sink, run_processes: Callable[..., Processes]
) -> None:
    marks = play(fresh_sqlite, smtp_sink, run_processes)
    files = left_behind(fresh_sqlite)
    print(f"{len(marks.made)} marks, {len(files)} files, {sum(file.stat().st_size for file in files):,} bytes")
    assert {"db.sqlite3", "db.sqlite3-wal", "worker.log", "web.log"} <= {file.name for file in files}
    assert any("media" in file.parts for file in files)
    assert [hit for file in files for hit in marks.found_in(file)] == []


@pytest.mark.slow
@pytest.mark.postgres
def test_t13_it_leaves_no_mark_on_postgres_and_redis(
    fresh_postgres: Stage,
    postgres_server: Postgres,
    redis_server: Redis,
    smtp_sink: Sink,
    run_processes: Callable[..., Processes],
) -> None:
    marks = play(fresh_postgres, smtp_sink, run_processes)
    with redis_server.client() as client:
        client.save()
    files = left_behind(fresh_postgres)
    files += [file for file in redis_server.folder.rglob("*") if file.is_file()]
    files += [file for file in postgres_server.folder.rglob("*") if file.is_file()]
    print(f"{len(marks.made)} marks, {len(files)} files, {sum(file.stat().st_size for file in files):,} bytes")
    assert {"dump.rdb", "worker.log", "PG_VERSION"} <= {file.name for file in files}
    assert [hit for file in files for hit in marks.found_in(file)] == []


def test_it_would_find_a_mark(tmp_path: Path) -> None:
    marks = Marks()
    (tmp_path / "leak").write_text(f"x{marks.new()}y", encoding="utf-8")
    assert len(list(marks.found_in(tmp_path / "leak"))) == 1
