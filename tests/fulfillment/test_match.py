"""What the sources say to the facts of a request: kinds and counts, of one person's rows, never a value."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from django.test import override_settings

from fulfillment import models
from fulfillment.models import JobState
from requests_app.models import Case, IdentityCheck
from requests_app.services.person import PersonFacts
from tests import factories
from tests.characters import ADA, OTTO
from tests.fulfillment.estate import ACCOUNT, BORN, EMAIL, ID, NAME, PHONE, STREET, ZIP, Estate, hurry, work
from tests.services.stage import Stage

pytestmark = pytest.mark.slow

ACCOUNTS = {
    "account": ACCOUNT,
    "name": NAME,
    "email": EMAIL,
    "phone": PHONE,
    "born": BORN,
    "street": STREET,
    "zip": ZIP,
}
HERS = {
    "account": "PA-104482",
    "name": "Ada Quillfeather",
    "email": "Ada.Quillfeather@example.org",
    "phone": "(214) 555-0107",
    "born": "1966-03-23",
    "street": "12 Larkspur Lane",
    "zip": "75040",
}
LEADS = {"id": ID, "name": NAME, "email": EMAIL}


@pytest.fixture
def estate(fresh_sqlite: Stage, tmp_path: Path) -> Iterator[Estate]:
    made = Estate(tmp_path)
    made.fill("billing", {"accounts": [HERS]})
    made.connect("billing", {"accounts": ACCOUNTS})
    with override_settings(UMBS_EGRESS_ALLOW=["127.0.0.1"]):
        yield made


def matched(person: PersonFacts) -> tuple[Case, IdentityCheck]:
    case = factories.opened(person=person)
    work("match")
    return case, case.identity_checks.filter(method=IdentityCheck.Method.MATCH).latest("at")


def kinds_of(case: Case) -> list[str]:
    told: list[str] = case.events.filter(kind="identity:checked").latest("sequence").payload["kinds"]
    return told


def test_it_counts_the_kinds_of_facts_that_agree(estate: Estate) -> None:
    case, check = matched(ADA)
    assert kinds_of(case) == ["account", "date_of_birth", "email", "name", "phone", "postal_address"]
    assert (check.points, check.channel_on_file) == (5, True)
    assert check.kinds == ["account:0", "email:0", "phone:0", "post:0"]


def test_it_counts_only_what_agrees(estate: Estate) -> None:
    case, check = matched(
        replace(ADA, date_of_birth="1966-03-24", postal_address="9 Other St, Garland, TX 75040", phones=())
    )
    assert kinds_of(case) == ["account", "email", "name"]
    assert check.points == 2


def test_it_finds_nothing_of_a_stranger(estate: Estate) -> None:
    case, check = matched(OTTO)
    assert (kinds_of(case), check.points, check.kinds, check.channel_on_file) == ([], 0, [], False)


def test_it_does_not_count_the_row_of_somebody_with_another_name(estate: Estate) -> None:
    _, check = matched(replace(ADA, given_name="Theo"))
    assert check.points == 0


def test_it_does_not_add_a_planted_row_to_the_victims(estate: Estate) -> None:
    """Mallory signed up for the newsletter as Ada, with her own address, and knows Ada's account and birthday."""
    estate.fill("leads", {"leads": [{"id": 1, "name": "Ada Quillfeather", "email": "mallory@example.net"}]})
    estate.connect("leads", {"leads": LEADS})
    case, check = matched(replace(ADA, emails=("mallory@example.net",), phones=(), postal_address=""))
    assert kinds_of(case) == ["account", "date_of_birth", "name"]
    assert (check.points, check.channel_on_file) == (2, False)


def test_it_adds_rows_that_the_sources_tie_to_each_other(estate: Estate) -> None:
    contacts = {"contact": ID, "account": ACCOUNT, "email": EMAIL}
    estate.fill("crm", {"contacts": [{"contact": 1, "account": "pa104482", "email": "ada@work.example"}]})
    estate.connect("crm", {"contacts": contacts})
    case, check = matched(replace(ADA, emails=("ada@work.example",), phones=(), postal_address=""))
    assert kinds_of(case) == ["account", "date_of_birth", "email", "name"]
    assert check.kinds == ["account:0", "email:0"]


def test_it_takes_no_mailbox_for_hers_that_her_family_shares(estate: Estate) -> None:
    """Theo reads the family's mailbox and knows all that Ada knows about herself (T2)."""
    theo = {"id": 1, "name": "Theo Quillfeather", "email": HERS["email"]}
    estate.fill("leads", {"leads": [theo]})
    estate.connect("leads", {"leads": LEADS})
    _, check = matched(ADA)
    assert (check.points, check.channel_on_file) == (5, False)
    assert check.kinds == ["account:0", "phone:0", "post:0"]


def test_it_sends_no_letter_with_a_code_to_a_home_that_somebody_else_shares(estate: Estate) -> None:
    """Theo opens the mail, and her phone is his as well (T2)."""
    theo = HERS | {"account": "PA-2", "name": "Theo Quillfeather", "email": "theo@example.org", "born": "1964-07-09"}
    estate.fill("household", {"accounts": [theo]})
    estate.connect("household", {"accounts": ACCOUNTS})
    _, check = matched(ADA)
    assert not {"phone:0", "post:0"} & set(check.kinds)


def test_it_asks_a_silent_source_twice_more_and_then_does_without(estate: Estate) -> None:
    estate.connect("away", {"accounts": ACCOUNTS})
    case = factories.opened()
    for attempt in (1, 2):
        work("match")
        job = models.Job.objects.get(kind="match")
        assert (job.state, job.attempts) == (JobState.READY, attempt)
        assert not case.identity_checks.exists()
        hurry("match")
    work("match")
    assert case.identity_checks.get().points == 5


def test_it_writes_down_no_value(estate: Estate) -> None:
    case, check = matched(ADA)
    written = json.dumps([*case.events.values_list("payload", flat=True), check.kinds], default=str).lower()
    for value in ("quillfeather", "104482", "1966", "larkspur", "0107"):
        assert value not in written


def test_it_asks_the_same_questions_whether_or_not_the_person_is_known(estate: Estate) -> None:
    """Constant shape: the statements that reach the source are the same in number and text (security T6)."""
    stranger = replace(ADA, emails=("zoe@example.net",), account_numbers=("PA-999999",), phones=("214-555-0188",))
    matched(ADA)  # the columns of the tables are asked for once a minute, whoever comes first
    seen: list[list[str]] = []
    for person in (ADA, stranger):
        statements: list[str] = []
        with estate.listening(statements):
            matched(person)
        seen.append(statements)
    assert seen[0] == seen[1]
    assert seen[0]
