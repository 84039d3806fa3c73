"""The hash chain of a case: whatever is changed behind its back shows (T12, the part that a database can show)."""

from __future__ import annotations

import itertools
from collections.abc import Callable

import pytest
from django.db import connection
from hypothesis import given
from hypothesis import strategies as st

from requests_app.ledger import chain
from requests_app.lifecycle import State
from requests_app.models import Case, CaseEvent
from tests import factories
from tests.characters import ADA

pytestmark = pytest.mark.django_db


@pytest.fixture
def unguarded() -> None:
    """A database administrator who has dropped the triggers."""
    with connection.cursor() as cursor:
        for verb in ("update", "delete"):
            cursor.execute(f"DROP TRIGGER requests_app_caseevent_no_{verb}")


def edit(events: list[CaseEvent], place: int) -> None:
    CaseEvent.objects.filter(pk=events[place].pk).update(payload={"count": 99})


def backdate(events: list[CaseEvent], place: int) -> None:
    CaseEvent.objects.filter(pk=events[place].pk).update(at=events[0].at.replace(year=2020))


def blame(events: list[CaseEvent], place: int) -> None:
    CaseEvent.objects.filter(pk=events[place].pk).update(role="auditor")


def remove(events: list[CaseEvent], place: int) -> None:
    CaseEvent.objects.filter(pk=events[place].pk)._raw_delete("default")


def swap(events: list[CaseEvent], place: int) -> None:
    other = events[place - 1]
    CaseEvent.objects.filter(pk=events[place].pk).update(sequence=10_000)
    CaseEvent.objects.filter(pk=other.pk).update(sequence=events[place].sequence)
    CaseEvent.objects.filter(pk=events[place].pk).update(sequence=other.sequence)


@pytest.mark.usefixtures("unguarded")
@pytest.mark.parametrize(
    ("tamper", "where"),
    list(itertools.product([edit, backdate, blame, remove, swap], ["first", "middle", "last but one"])),
)
def test_t12_it_shows_every_tampering(tamper: Callable[[list[CaseEvent], int], None], where: str) -> None:
    case = factories.case_in(State.CLOSED)
    assert list(chain.verify(case)) == []
    events = list(case.events.order_by("sequence"))
    tamper(events, {"first": 1, "middle": len(events) // 2, "last but one": len(events) - 2}[where])
    assert list(chain.verify(case)) != []


def test_it_writes_one_event_for_every_step_of_a_whole_case() -> None:
    case = factories.case_in(State.CLOSED)
    kinds = list(case.events.order_by("sequence").values_list("kind", flat=True))
    assert kinds[0] == "case:opened"
    assert kinds.count("case:moved") == 7
    for kind in ("clock:started", "identity:level", "search:answered", "redactions:ruled", "approval:given"):
        assert kind in kinds
    assert list(case.events.order_by("sequence").values_list("sequence", flat=True)) == list(range(1, len(kinds) + 1))


def test_it_never_holds_a_personal_datum() -> None:
    case = factories.case_in(State.CLOSED)
    told = " ".join(str(event.payload) for event in CaseEvent.objects.filter(case=case)).lower()
    for value in (*ADA.emails, *ADA.phones, *ADA.account_numbers, ADA.family_name, ADA.date_of_birth, "larkspur"):
        assert value.lower() not in told


@given(st.one_of(st.text(min_size=1).filter(lambda text: not chain.TOKEN.fullmatch(text)), st.floats(), st.binary()))
def test_it_refuses_free_text_in_a_payload(value: object) -> None:
    with pytest.raises(chain.NotLedgerable):
        chain._checked(value)


def test_it_cannot_write_outside_the_transaction_of_the_change(fresh_sqlite: object) -> None:
    del fresh_sqlite
    case = factories.opened()
    with pytest.raises(RuntimeError, match="transaction"):
        chain.append(case.id, "case:opened", by=factories.consumer(case.id))  # type: ignore[arg-type]
    assert Case.objects.get(pk=case.pk).events.count() == case.events.count()
