"""One way in: what is taken, what is refused and why, and that nothing is opened twice."""

from __future__ import annotations

import threading
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
from django.db import connection
from django.utils import timezone

from requests_app import reference
from requests_app.exceptions import NotValid
from requests_app.lifecycle import OPT_OUTS, Right, State
from requests_app.models import Case, Identifier, Level, Notice
from requests_app.services import intake
from requests_app.services import person as people
from requests_app.services.intake import Asked
from requests_app.services.notices import content
from requests_app.services.person import PersonFacts
from tests.characters import ADA, NOBODY_ONLINE

pytestmark = pytest.mark.django_db
ACCESS = Asked("access", ADA, residence="US-CA", relationship="patient", details="Everything, please.")


def test_it_opens_a_case_with_its_law_its_clocks_and_its_acknowledgement() -> None:
    case = intake.open_case(ACCESS)
    assert reference.parse(case.reference) == case.reference
    assert (case.state, case.regime, case.required_level, case.required_approvals) == ("verifying", "US-CA", 3, 2)
    assert {clock.kind for clock in case.clocks.all()} == {"acknowledge", "answer"}
    assert case.next_due_on == min(clock.due_on for clock in case.clocks.all())
    notice = case.notices.get(kind=Notice.Kind.ACKNOWLEDGEMENT)
    told = content(notice)
    assert told["to"] == ADA.emails[0]
    assert people.read(case) == ADA


def test_it_keeps_no_readable_fact_in_any_column() -> None:
    intake.open_case(ACCESS)
    tables = connection.introspection.table_names()
    with connection.cursor() as cursor:
        for table in tables:
            cursor.execute(f"SELECT * FROM {connection.ops.quote_name(table)}")
            held = " ".join(
                str(bytes(cell) if isinstance(cell, memoryview) else cell) for row in cursor for cell in row
            )
            for value in (
                *ADA.emails,
                *ADA.phones,
                ADA.family_name,
                ADA.date_of_birth,
                "Larkspur",
                "Everything, please",
            ):
                assert value not in held, table


def test_it_asks_no_identity_and_no_approval_for_an_opt_out() -> None:
    for right in OPT_OUTS:
        case = intake.open_case(Asked(right, PersonFacts(emails=("a@example.org",)), residence="US-TX"))
        assert (case.state, case.required_level, case.required_approvals) == (State.FULFILLING, Level.NONE, 0)
        assert [clock.kind for clock in case.clocks.all()] == ["opt_out"]


def test_it_links_the_rights_of_one_visit() -> None:
    cases = intake.open_visit([ACCESS, replace(ACCESS, right="opt_out_sale_sharing")])
    assert len({case.visit for case in cases}) == 1
    assert [link.other for link in cases[0].links.all()] == [cases[1]]
    assert [link.other for link in cases[1].links.all()] == [cases[0]]


def test_it_writes_to_the_tray_when_there_is_no_e_mail() -> None:
    case = intake.open_case(Asked("access", NOBODY_ONLINE, residence="US-TX"))
    assert case.notices.get().medium == Notice.Medium.POST


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"right": "third_party"}, "right"),
        ({"right": "everything"}, "right"),
        ({"relationship": "enemy"}, "relationship"),
        ({"language": "tlh"}, "language"),
        ({"residence": "Texas"}, "residence"),
        ({"residence": ""}, "residence"),
        ({"details": "x" * 5001}, "details"),
        ({"person": PersonFacts(given_name="Ada")}, "person.emails"),
        ({"person": PersonFacts(emails=("a@example.org",))}, "person.family_name"),
        ({"received_at": timezone.now() + timedelta(days=1)}, "received_at"),
        ({"since": date(2999, 1, 1)}, "since"),
    ],
)
def test_it_refuses_what_it_cannot_take_and_names_the_field(change: dict[str, Any], field: str) -> None:
    with pytest.raises(NotValid) as refusal:
        intake.open_case(replace(ACCESS, **change))
    assert refusal.value.field == field
    assert str(refusal.value)
    assert Case.objects.count() == 0


@pytest.mark.parametrize(
    ("raw", "field"),
    [
        ({"emails": ["ada"]}, "person.emails"),
        ({"emails": ["ada@example.org\nBcc: all@example.net"]}, "person.emails"),
        ({"emails": "ada@example.org"}, "person.emails"),
        ({"emails": [f"{n}@example.org" for n in range(11)]}, "person.emails"),
        ({"phones": ["twelve"]}, "person.phones"),
        ({"phones": ["214-555-0107 \r\nX: y"]}, "person.phones"),
        ({"given_name": "Ada\r\nSubject: hello"}, "person.given_name"),
        ({"given_name": "A" * 201}, "person.given_name"),
        ({"given_name": 7}, "person.given_name"),
        ({"date_of_birth": "1966-02-30"}, "person.date_of_birth"),
        ({"date_of_birth": "2066-03-23"}, "person.date_of_birth"),
        ({"shoe_size": "42"}, "person"),
    ],
)
def test_it_refuses_facts_that_cannot_be_right(raw: dict[str, Any], field: str) -> None:
    with pytest.raises(NotValid) as refusal:
        PersonFacts.of(raw)
    assert refusal.value.field == field


def test_it_opens_one_case_for_the_same_key_and_refuses_another_request_under_it() -> None:
    first = intake.open_case(ACCESS, idempotency_key="form-1")
    again = intake.open_case(ACCESS, idempotency_key="form-1")
    assert (first.pk, Case.objects.count()) == (again.pk, 1)
    with pytest.raises(intake.DifferentRequest):
        intake.open_case(replace(ACCESS, details="Other"), idempotency_key="form-1")
    assert intake.open_case(ACCESS, idempotency_key="form-2").pk != first.pk


@pytest.mark.slow
def test_it_opens_one_case_when_the_same_form_arrives_twice_at_once(fresh_stage: object) -> None:
    del fresh_stage
    opened: list[Case] = []

    def send() -> None:
        try:
            opened.extend(intake.open_visit([ACCESS], idempotency_key="twice"))
        finally:
            connection.close()

    threads = [threading.Thread(target=send) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(opened) == 4
    assert len({case.pk for case in opened}) == 1
    assert Case.objects.count() == 1


def test_it_finds_a_case_again_by_what_the_person_is_known_by() -> None:
    case = intake.open_case(ACCESS)
    intake.open_case(Asked("access", NOBODY_ONLINE, residence="US-TX"))
    for kind, value in (
        ("email", "ADA.Quillfeather@example.org"),
        ("phone", "+12145550107"),
        ("account", "pa 104482"),
        ("name", "ada QUILLFEATHER"),
        ("name_part", "quillfeather"),
    ):
        assert people.cases_by(kind, value) == [case]
    Identifier.objects.update(index="00000000")
    assert people.cases_by("email", ADA.emails[0]) == []


def test_it_never_trusts_the_truncated_index_alone() -> None:
    case = intake.open_case(ACCESS)
    row = case.identifiers.get(kind="email")
    row.index = people.blind_index("email", "somebody.else@example.org")
    row.save()
    assert people.cases_by("email", "somebody.else@example.org") == []


def test_it_offers_only_rights_whose_way_is_built() -> None:
    assert set(Right) == intake.OFFERED
