"""The same facts through the portal's forms and through the API make the same case, field by field."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from requests_app.lifecycle import Right
from requests_app.models import Case, Declaration, Identifier
from requests_app.services import messages, notices
from requests_app.services import person as people
from tests.requests_app import portal_walk
from tests.requests_app.api_client import body, send
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
    ("an opt-out", Right.OPT_OUT_SALE_SHARING, "US-CA", "visitor", OPTING_OUT, {}),
    ("an opt-out in Texas", Right.OPT_OUT_TARGETED_ADS, "US-TX", "visitor", OPTING_OUT, {}),
    ("a limit", Right.LIMIT_SENSITIVE, "US-CA", "partner", OPTING_OUT, {}),
]


@pytest.fixture(params=ASKED, ids=[name for name, *_ in ASKED])
def pair(request: pytest.FixtureRequest) -> tuple[Case, Case]:
    """From the portal, from the API."""
    _, right, residence, relationship, typed, more = request.param
    (portal,) = Visitor().ask(right, about=typed, residence=residence, relationship=relationship)
    asks_identity = right is Right.ACCESS
    without = {} if asks_identity else dict.fromkeys(("phones", "postal_address", "date_of_birth", "account_numbers"))
    signed = {"signed_name": "Ada Example"} if asks_identity else {}
    sent = body(right=right, residence=residence, relationship=relationship, person=without, **signed, **more)
    answer = send(sent, client=Client())
    assert answer.status_code == 202, answer.content
    return portal, Case.objects.get(reference=answer.json()["reference"])


def test_it_makes_the_same_case(pair: tuple[Case, Case]) -> None:
    portal, api = (_columns(case) for case in pair)
    assert portal == api
    assert [case.channel for case in pair] == ["web", "api"]


def _columns(case: Case) -> dict[str, Any]:
    case.refresh_from_db()
    return {field.name: getattr(case, field.attname) for field in Case._meta.concrete_fields if field.name not in OWN}


def test_it_keeps_the_same_person_and_the_same_words(pair: tuple[Case, Case]) -> None:
    portal, api = pair
    assert people.read(portal) == people.read(api)
    assert messages.details(portal) == messages.details(api)
    assert _found_by(portal) == _found_by(api)


def _found_by(case: Case) -> list[tuple[str, str]]:
    return sorted(Identifier.objects.filter(case=case).values_list("kind", "index"))


def test_it_starts_the_same_clocks_with_the_same_derivation(pair: tuple[Case, Case]) -> None:
    portal, api = (_clocks(case) for case in pair)
    assert portal == api
    assert portal


def _clocks(case: Case) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = [dict(row) for row in case.clocks.order_by("kind").values()]
    shown = []
    for row in rows:
        steps = [step for step in row.pop("derivation") if not step["code"].startswith("received")]
        shown.append({name: value for name, value in row.items() if name not in {"id", "case_id"}} | {"steps": steps})
    return shown


def test_it_orders_the_same_notices(pair: tuple[Case, Case]) -> None:
    portal, api = (_notices(case) for case in pair)
    assert portal == api
    assert [kind for kind, *_ in portal] == ["acknowledgement"]


def _notices(case: Case) -> list[tuple[str, str, str, dict[str, Any]]]:
    return [(one.kind, one.medium, one.state, notices.content(one)) for one in case.notices.all()]


def test_it_takes_the_same_declaration(pair: tuple[Case, Case]) -> None:
    signed = [list(Declaration.objects.filter(case=case).values_list("text_version", flat=True)) for case in pair]
    assert signed[0] == signed[1]
    assert len(signed[0]) == (1 if pair[0].required_level else 0)


def test_it_writes_the_same_events(pair: tuple[Case, Case]) -> None:
    portal, api = (list(case.events.order_by("sequence").values_list("sequence", "kind", "role")) for case in pair)
    assert portal == api
