"""One specification over every door: web form, choices page, API, phone, mail and counter make the same case.

Each right is asked for through each of them, in English and in Spanish, and the cases are compared field by field.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings as of_the_house
from django.test import Client
from pytest_django import Settings

from requests_app.casefile import write
from requests_app.lifecycle import Right
from requests_app.models import Case, Channel, Declaration, Identifier, IdentityCheck, OneTimeCode
from requests_app.permissions import consumer
from requests_app.portal.wording import COPIES, STOPS
from requests_app.services import calls, clock, codes, correction_items, identity, messages, notices, opt_in
from requests_app.services import person as people
from tests.factories import code_for
from tests.requests_app import portal_walk
from tests.requests_app.api_client import body, send
from tests.requests_app.phone_walk import Operator
from tests.requests_app.portal_walk import OPTING_OUT, Visitor

pytestmark = pytest.mark.django_db

# What is each case's own, or says which way it came; everything else has to be equal.
OWN = "id reference channel received_at opened_at visit idempotency_key request_digest details_sealed closed_at".split()
PERIOD = {"details": "The clinic in Garland.\r\nNear the lake.", "period": "since"}
PERIOD |= {"since_month": "1", "since_day": "15", "since_year": "2025"}
WRONG = {"what": "Phone number", "is": "214-555-0199", "should_be": "214-555-0107"}
WORDS = "As I told you."
LANGUAGES = [code for code, _ in of_the_house.LANGUAGES]


@dataclass(frozen=True)
class Wanted:
    """One request: what is asked for, by whom, and what is typed on the web beyond the name."""

    right: Right
    language: str
    residence: str = "US-CA"
    relationship: str = "other"
    more: dict[str, str] = field(default_factory=dict)

    def __str__(self) -> str:
        return "-".join((self.right.value, self.language, self.residence, *(["since"] if self.more else [])))

    @property
    def typed(self) -> dict[str, str]:
        """What the web form asks of this person."""
        return (portal_walk.ADA if self.asks_identity else OPTING_OUT) | self.more

    @property
    def asks_identity(self) -> bool:
        return calls.needs_identity(self.right, self.residence)

    @property
    def is_wrong(self) -> dict[str, str]:
        return WRONG if self.right is Right.CORRECT else {}


@dataclass(frozen=True)
class Way:
    """How a request comes in, and what of it cannot be the same: nobody signs over the phone."""

    name: str
    ask: Callable[[Wanted], Case]
    signs: bool = True
    by_staff: bool = False


# --- the doors ---------------------------------------------------------------------------------------------------


def on_the_web(wanted: Wanted) -> Case:
    visitor = Visitor(headers={"accept-language": wanted.language})
    wrong = {"rows": "1"} | {f"{name}_1": value for name, value in wanted.is_wrong.items()} if wanted.is_wrong else {}
    (case,) = visitor.ask(
        wanted.right,
        about=wanted.typed,
        wrong=wrong,
        residence=wanted.residence,
        relationship=wanted.relationship,
    )
    return case


def on_the_page_of_choices(wanted: Wanted) -> Case:
    visitor = Visitor(headers={"accept-language": wanted.language})
    (case,) = visitor.choose(wanted.right, residence=wanted.residence)
    return case


def by_program(wanted: Wanted) -> Case:
    without = {} if wanted.asks_identity else dict.fromkeys(("phones", "postal_address", "date_of_birth"))
    without |= {} if wanted.asks_identity else {"account_numbers": None}
    more: dict[str, Any] = {"signed_name": "Ada Example"} if wanted.right in COPIES else {}
    more |= {"details": "The clinic in Garland.\nNear the lake.", "since": "2025-01-15"} if wanted.more else {}
    more |= {"corrections": [wanted.is_wrong]} if wanted.is_wrong else {}
    said = {"right": wanted.right, "residence": wanted.residence, "relationship": wanted.relationship}
    answer = send(body(language=wanted.language, person=without, **said, **more), client=Client())
    assert answer.status_code == 202, answer.content
    found: Case = Case.objects.get(reference=answer.json()["reference"])
    return found


def on_paper(channel: str) -> Callable[[Wanted], Case]:
    def ask(wanted: Wanted) -> Case:
        signed = {"signed_name": "Ada Example"} if wanted.right in COPIES else {}
        stamp = {"received_on": clock.today().strftime("%m/%d/%Y")}
        (case,) = Operator().taken(channel, **_typed_by_staff(wanted), **stamp, **signed)
        return case

    return ask


def by_phone(wanted: Wanted) -> Case:
    (case,) = Operator().taken("phone", **_typed_by_staff(wanted))
    return case


def _typed_by_staff(wanted: Wanted) -> dict[str, Any]:
    """The same facts in the fields of the desk. A caller's words are kept for every right; the web asks for none."""
    names = ("given_name", "family_name", "email", "phone", "postal_address", "account_numbers")
    facts: dict[str, Any] = {name: wanted.typed.get(name, "") for name in names}
    facts["date_of_birth"] = "4/28/1986" if "date_of_birth_year" in wanted.typed else ""
    facts["since"] = "1/15/2025" if "since_year" in wanted.typed else ""
    facts["words"] = wanted.typed.get("details") or WORDS
    facts |= {f"{name}_0": value for name, value in wanted.is_wrong.items()}
    said = {"residence": wanted.residence, "relationship": wanted.relationship, "language": wanted.language}
    return facts | {"rights": [wanted.right.value]} | said


WAYS = (
    Way("web", on_the_web),
    Way("api", by_program),
    Way("phone", by_phone, signs=False, by_staff=True),
    Way("mail", on_paper("mail"), by_staff=True),
    Way("walk_in", on_paper("walk_in"), by_staff=True),
)
CHOICES = Way("choices", on_the_page_of_choices)  # the page that offers only what stops something
ASKED = [
    *(Wanted(right, language) for right, language in itertools.product(Right, LANGUAGES)),
    Wanted(Right.ACCESS, "en", relationship="patient", more=PERIOD),
    Wanted(Right.ACCESS, "es", "US-TX", "employee"),
    Wanted(Right.ACCESS, "en", "US-WY"),
    Wanted(Right.KNOW_CATEGORIES, "en", "US-TX", "visitor"),
    Wanted(Right.OPT_OUT_TARGETED_ADS, "es", "US-TX"),
]


def test_it_asks_for_each_right_through_each_channel_in_each_language() -> None:
    assert {(one.right, one.language) for one in ASKED} == set(itertools.product(Right, LANGUAGES))
    assert [way.name for way in WAYS] == Channel.values


@pytest.fixture(params=ASKED, ids=str)
def cases(request: pytest.FixtureRequest, tmp_path: Path, settings: Settings) -> dict[Way, Case]:
    """The same request through every door that has it."""
    settings.UMBS_STAFF_MFA, settings.UMBS_MEDIA_URL = False, f"file://{tmp_path}"
    ways = (*WAYS, CHOICES) if request.param.right in STOPS else WAYS
    return {way: way.ask(request.param) for way in ways}


def same(cases: dict[Way, Case], read: Callable[[Case], Any]) -> Any:
    """What every door made alike; a difference is told by its name."""
    found = {way.name: read(case) for way, case in cases.items()}
    first = next(iter(found.values()))
    assert {name: value for name, value in found.items() if value != first} == {}, (read.__name__, first)
    return first


def test_it_makes_the_same_case_and_proves_it_alike(cases: dict[Way, Case]) -> None:
    """All of it in one test, since opening the cases is what takes the time."""
    columns = same(cases, _columns)
    assert [case.channel for way, case in cases.items() if way is not CHOICES] == Channel.values
    assert same(cases, people.read)
    same(cases, _found_by)
    same(cases, _words)
    assert bool(same(cases, _corrections)) == (columns["right"] == Right.CORRECT)
    assert same(cases, _clocks)
    assert [kind for kind, *_ in same(cases, _notices)] == ["acknowledgement"]
    _it_takes_the_same_declaration_wherever_one_can_sign(cases)
    _it_writes_the_same_events_and_says_who_typed(cases)
    needs_proof = columns["required_level"] > 0
    _it_reaches_the_same_assurance_by_the_same_proof(
        cases,
        state="gathering" if needs_proof else "fulfilling",
        proven=needs_proof or columns["right"] == Right.OPT_IN_SALE_SHARING,
    )


def _columns(case: Case) -> dict[str, Any]:
    case.refresh_from_db()
    return {field.name: getattr(case, field.attname) for field in Case._meta.concrete_fields if field.name not in OWN}


def _found_by(case: Case) -> list[tuple[str, str]]:
    return sorted(Identifier.objects.filter(case=case).values_list("kind", "index"))


def _words(case: Case) -> str:
    return messages.details(case).replace(WORDS, "")


def _corrections(case: Case) -> list[Any]:
    return [(one.number, one.fact) for one in correction_items.read(case)]


def _clocks(case: Case) -> list[dict[str, Any]]:
    """With its derivation; how it came in has a step of its own."""
    rows: list[dict[str, Any]] = [dict(row) for row in case.clocks.order_by("kind").values()]
    shown = []
    for row in rows:
        steps = [step for step in row.pop("derivation") if not step["code"].startswith("received")]
        shown.append({name: value for name, value in row.items() if name not in {"id", "case_id"}} | {"steps": steps})
    return shown


def _notices(case: Case) -> list[tuple[str, str, str, dict[str, Any]]]:
    return [(one.kind, one.medium, one.state, notices.content(one)) for one in case.notices.all()]


def _it_takes_the_same_declaration_wherever_one_can_sign(cases: dict[Way, Case]) -> None:
    signed = same({way: case for way, case in cases.items() if way.signs}, _declared)
    assert len(signed) == (next(iter(cases.values())).right in COPIES)
    assert same({way: case for way, case in cases.items() if not way.signs}, _declared) == []


def _declared(case: Case) -> list[str]:
    return list(Declaration.objects.filter(case=case).values_list("text_version", flat=True))


OF_A_CHANNEL = {"call:taken", "declaration:signed"}


def _it_writes_the_same_events_and_says_who_typed(cases: dict[Way, Case]) -> None:
    same(cases, lambda case: [kind for kind in _kinds(case) if kind not in OF_A_CHANNEL])
    by_staff = [way for way in cases if way.by_staff]
    assert [way for way, case in cases.items() if case.events.filter(role="intake").exists()] == by_staff
    assert [way for way, case in cases.items() if "call:taken" in _kinds(case)] == by_staff


def _kinds(case: Case) -> list[str]:
    return list(case.events.order_by("sequence").values_list("kind", flat=True))


def _it_reaches_the_same_assurance_by_the_same_proof(cases: dict[Way, Case], *, state: str, proven: bool) -> None:
    """The same code, the same facts on file and the same declaration prove the same, however it was asked."""
    reached, level, checks = same(cases, _proven)
    assert (reached, level > 0, bool(checks)) == (state, proven, proven)


def _proven(case: Case) -> tuple[str, int, list[tuple[str, int, int]]]:
    """Where the case stands once the person has done all that it asks for."""
    if case.required_level:
        identity.sign_later(case_id=case.id, by=consumer(case.id), signed_name="Ada Example", signed_from="")
        codes.enter(case.reference, code_for(case), [OneTimeCode.Purpose.STATUS])
        write.record_match(case.id, kinds=["email", "phone", "date_of_birth"], on_file=["email:0"])
    if case.awaits_second_step():
        codes.enter(case.reference, code_for(case), [OneTimeCode.Purpose.STATUS])
        opt_in.confirm(case_id=case.id, by=consumer(case.id))
    case.refresh_from_db()
    checks = (
        IdentityCheck.objects.filter(case=case, level__gt=0).order_by("at").values_list("method", "level", "points")
    )
    return str(case.state), case.identity_level, list(checks)
