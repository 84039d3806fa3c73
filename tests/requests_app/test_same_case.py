"""One specification over four channels: web form, API, phone and mail make the same case, field by field."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from pytest_django import Settings

from requests_app.casefile import write
from requests_app.lifecycle import Right
from requests_app.models import Case, Declaration, Identifier, IdentityCheck, OneTimeCode
from requests_app.permissions import consumer
from requests_app.services import calls, clock, codes, identity, messages, notices
from requests_app.services import person as people
from tests.factories import code_for
from tests.requests_app import portal_walk
from tests.requests_app.api_client import body, send
from tests.requests_app.phone_walk import Operator
from tests.requests_app.portal_walk import OPTING_OUT, Visitor

pytestmark = pytest.mark.django_db

# What is each case's own, or says which way it came; everything else has to be equal.
OWN = "id reference channel received_at opened_at visit idempotency_key request_digest details_sealed closed_at".split()
TYPED = portal_walk.ADA | {"details": "The clinic in Garland.\r\nNear the lake.", "period": "since"}
TYPED |= {"since_month": "1", "since_day": "15", "since_year": "2025"}
ASKED = [
    (
        "a copy",
        Right.ACCESS,
        "US-CA",
        "patient",
        TYPED,
        {"details": "The clinic in Garland.\nNear the lake.", "since": "2025-01-15"},
    ),
    ("a copy in Texas", Right.ACCESS, "US-TX", "employee", portal_walk.ADA, {}),
    ("a copy elsewhere", Right.ACCESS, "US-WY", "other", portal_walk.ADA, {}),
    ("a deletion", Right.DELETE, "US-CA", "patient", portal_walk.ADA, {}),
    ("categories", Right.KNOW_CATEGORIES, "US-TX", "visitor", portal_walk.ADA, {}),
    ("an opt-out", Right.OPT_OUT_SALE_SHARING, "US-CA", "visitor", OPTING_OUT, {}),
    ("an opt-out in Texas", Right.OPT_OUT_TARGETED_ADS, "US-TX", "visitor", OPTING_OUT, {}),
    ("a limit", Right.LIMIT_SENSITIVE, "US-CA", "partner", OPTING_OUT, {}),
]


@dataclass(frozen=True)
class Way:
    """How a request comes in, and what of it cannot be the same: nobody signs over the phone."""

    channel: str
    signs: bool = True
    by_staff: bool = False


WAYS = (Way("web"), Way("api"), Way("phone", signs=False, by_staff=True), Way("mail", by_staff=True))


def ask(way: Way, right: Right, residence: str, relationship: str, typed: dict[str, str], more: dict[str, str]) -> Case:
    """The one request, put in through the door of this channel as somebody does who stands before it."""
    if way.channel == "web":
        (case,) = Visitor().ask(right, about=typed, residence=residence, relationship=relationship)
        return case
    asks_identity, asks_declaration = calls.needs_identity(right, residence), right is Right.ACCESS
    if way.channel == "api":
        without = (
            {} if asks_identity else dict.fromkeys(("phones", "postal_address", "date_of_birth", "account_numbers"))
        )
        signed = {"signed_name": "Ada Example"} if asks_declaration else {}
        sent = body(right=right, residence=residence, relationship=relationship, person=without, **signed, **more)
        answer = send(sent, client=Client())
        assert answer.status_code == 202, answer.content
        found: Case = Case.objects.get(reference=answer.json()["reference"])
        return found
    if way.channel == "mail":
        letter = {"received_on": clock.today().strftime("%m/%d/%Y")}
        letter |= {"signed_name": "Ada Example"} if asks_declaration else {}
        (case,) = Operator().taken("mail", **_typed_by_staff(right, residence, relationship, typed), **letter)
        return case
    (case,) = Operator().taken(way.channel, **_typed_by_staff(right, residence, relationship, typed))
    return case


def _typed_by_staff(right: Right, residence: str, relationship: str, typed: dict[str, str]) -> dict[str, Any]:
    """The same facts in the fields of the desk. A caller's words are kept for every right; the web asks for none."""
    names = ("given_name", "family_name", "email", "phone", "postal_address", "account_numbers")
    facts: dict[str, Any] = {name: typed.get(name, "") for name in names}
    facts["date_of_birth"] = "4/28/1986" if "date_of_birth_year" in typed else ""
    facts["since"] = "1/15/2025" if "since_year" in typed else ""
    facts["words"] = typed.get("details") or WORDS
    return facts | {"rights": [right.value], "residence": residence, "relationship": relationship}


WORDS = "As I told you."


@pytest.fixture(params=ASKED, ids=[name for name, *_ in ASKED])
def cases(request: pytest.FixtureRequest, tmp_path: Path, settings: Settings) -> dict[Way, Case]:
    """The same request through each channel."""
    settings.UMBS_STAFF_MFA, settings.UMBS_MEDIA_URL = False, f"file://{tmp_path}"
    return {way: ask(way, *request.param[1:]) for way in WAYS}


def same(found: dict[Way, Any]) -> Any:
    """What every channel made alike; the difference is told by channel."""
    first, *others = found.items()
    for way, value in others:
        assert value == first[1], f"{first[0].channel} and {way.channel} differ"
    return first[1]


def test_it_makes_the_same_case(cases: dict[Way, Case]) -> None:
    same({way: _columns(case) for way, case in cases.items()})
    assert [case.channel for case in cases.values()] == ["web", "api", "phone", "mail"]


def _columns(case: Case) -> dict[str, Any]:
    case.refresh_from_db()
    return {field.name: getattr(case, field.attname) for field in Case._meta.concrete_fields if field.name not in OWN}


def test_it_keeps_the_same_person_and_the_same_words(cases: dict[Way, Case]) -> None:
    assert same({way: people.read(case) for way, case in cases.items()})
    same({way: _found_by(case) for way, case in cases.items()})
    same({way: messages.details(case).replace(WORDS, "") for way, case in cases.items()})


def _found_by(case: Case) -> list[tuple[str, str]]:
    return sorted(Identifier.objects.filter(case=case).values_list("kind", "index"))


def test_it_starts_the_same_clocks_with_the_same_derivation(cases: dict[Way, Case]) -> None:
    assert same({way: _clocks(case) for way, case in cases.items()})


def _clocks(case: Case) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = [dict(row) for row in case.clocks.order_by("kind").values()]
    shown = []
    for row in rows:
        steps = [step for step in row.pop("derivation") if not step["code"].startswith("received")]
        shown.append({name: value for name, value in row.items() if name not in {"id", "case_id"}} | {"steps": steps})
    return shown


def test_it_orders_the_same_notices(cases: dict[Way, Case]) -> None:
    ordered = same({way: _notices(case) for way, case in cases.items()})
    assert [kind for kind, *_ in ordered] == ["acknowledgement"]


def _notices(case: Case) -> list[tuple[str, str, str, dict[str, Any]]]:
    return [(one.kind, one.medium, one.state, notices.content(one)) for one in case.notices.all()]


def test_it_takes_the_same_declaration_wherever_one_can_sign(cases: dict[Way, Case]) -> None:
    signed = {way: list(_declared(case)) for way, case in cases.items() if way.signs}
    assert len(same(signed)) == (1 if next(iter(cases.values())).right == Right.ACCESS else 0)
    assert [list(_declared(case)) for way, case in cases.items() if not way.signs] == [[]]


def _declared(case: Case) -> Any:
    return Declaration.objects.filter(case=case).values_list("text_version", flat=True)


OF_A_CHANNEL = {"call:taken", "declaration:signed"}


def test_it_writes_the_same_events_and_says_who_typed(cases: dict[Way, Case]) -> None:
    same({way: [kind for kind in _kinds(case) if kind not in OF_A_CHANNEL] for way, case in cases.items()})
    typed = {way: set(case.events.values_list("role", flat=True)) for way, case in cases.items()}
    assert [way.channel for way, roles in typed.items() if "intake" in roles] == ["phone", "mail"]
    assert [way.channel for way, case in cases.items() if "call:taken" in _kinds(case)] == ["phone", "mail"]


def _kinds(case: Case) -> list[str]:
    return list(case.events.order_by("sequence").values_list("kind", flat=True))


def test_it_reaches_the_same_assurance_by_the_same_proof(cases: dict[Way, Case]) -> None:
    """The same code, the same facts on file and the same declaration prove the same, however it was asked."""
    reached = {}
    for way, case in cases.items():
        if case.required_level:
            identity.sign_later(case_id=case.id, by=consumer(case.id), signed_name="Ada Example", signed_from="")
            codes.enter(case.reference, code_for(case), [OneTimeCode.Purpose.STATUS])
            write.record_match(case.id, kinds=["email", "phone", "date_of_birth"], on_file=["email:0"])
        case.refresh_from_db()
        checks = IdentityCheck.objects.filter(case=case).order_by("at").values_list("method", "level", "points")
        reached[way] = (case.state, case.identity_level, list(checks))
    state, level, checks = same(reached)
    assert (state, level > 0, bool(checks)) in {("gathering", True, True), ("fulfilling", False, False)}
