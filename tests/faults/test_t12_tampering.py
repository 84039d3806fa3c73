"""T12: what a database administrator without triggers can do to a ledger, and what of it shows, on either database."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest
from django.db import IntegrityError, connection, transaction

from requests_app.ledger import chain
from requests_app.lifecycle import State
from requests_app.models import Case, CaseEvent
from tests.factories import case_in
from tests.services.stage import Stage

pytestmark = pytest.mark.slow
TABLE = "requests_app_caseevent"
TRIGGERS = {"sqlite": ("no_update", "no_delete"), "postgresql": ("append_only",)}
Events = list[CaseEvent]


def row(event: CaseEvent) -> Callable[..., int]:
    return CaseEvent.objects.filter(pk=event.pk).update


def edit(events: Events, place: int) -> None:
    row(events[place])(payload={"count": 99})


def delete(events: Events, place: int) -> None:
    CaseEvent.objects.filter(pk=events[place].pk)._raw_delete("default")


def move_up(events: Events, place: int) -> None:
    for event in reversed(events[place:]):
        row(event)(sequence=event.sequence + 1)


def insert(events: Events, place: int) -> None:
    """A made-up event, well chained to the one before it; those behind it make room."""
    move_up(events, place)
    event = CaseEvent.objects.get(pk=events[place].pk)
    before = events[place - 1] if place else None
    event.pk, event.sequence, event.payload = None, event.sequence - 1, {"count": 1}
    event.previous = before.hash if before else ""
    event.hash = chain.hashlib.sha256(chain._canonical(event)).hexdigest()
    event.save(force_insert=True)


def swap(events: Events, place: int) -> None:
    one, other = events[place], events[place - 1]
    row(one)(sequence=10_000)
    row(other)(sequence=one.sequence)
    row(one)(sequence=other.sequence)


def truncate(events: Events, place: int) -> None:
    for event in events[place:]:
        delete([event], 0)


def rewrite(events: Events, place: int) -> None:
    """Everything from here on hashed anew, as if the case had gone another way."""
    previous = events[place - 1].hash if place else ""
    for event in events[place:-1]:
        event.previous = previous
        event.hash = previous = chain.hashlib.sha256(chain._canonical(event)).hexdigest()
        row(event)(previous=event.previous, hash=event.hash)
    truncate(events, len(events) - 1)


ACTS = (edit, delete, insert, swap, truncate, rewrite)


@contextmanager
def undone(*, without_triggers: bool = True) -> Iterator[None]:
    with transaction.atomic():
        if without_triggers:
            with connection.cursor() as cursor:
                on = "" if connection.vendor == "sqlite" else f" ON {TABLE}"
                for name in TRIGGERS[connection.vendor]:
                    cursor.execute(f"DROP TRIGGER {TABLE}_{name}{on}")
        yield
        transaction.set_rollback(True)


@pytest.fixture
def case(fresh_stage: Stage) -> Case:
    assert fresh_stage
    with transaction.atomic():
        return case_in(State.CLOSED)


def test_t12_it_shows_every_tampering_at_every_place(case: Case) -> None:
    unseen = []
    for act in ACTS:
        events = list(case.events.order_by("sequence"))
        for place in (0, len(events) // 2, len(events) - 1):
            with undone():
                act(list(case.events.order_by("sequence")), place)
                if not list(chain.verify(case)):
                    unseen.append((act.__name__, place))
    assert unseen == []
    assert list(chain.verify(case)) == []


def test_t12_the_database_refuses_each_of_them_while_its_triggers_stand(case: Case) -> None:
    events = list(case.events.order_by("sequence"))
    for act in (edit, delete, swap, truncate, insert, rewrite):
        with pytest.raises(IntegrityError, match="append-only"), undone(without_triggers=False):
            act(list(events), len(events) // 2)


def test_t12_it_takes_no_second_event_in_the_same_place(case: Case) -> None:
    """A fork: two events that follow the same one."""
    last = case.events.latest("sequence")
    last.pk, last.payload = None, {"count": 1}
    with pytest.raises(IntegrityError), transaction.atomic():
        last.save(force_insert=True)


def test_t12_a_whole_older_case_put_back_shows_only_in_a_copy_kept_elsewhere(case: Case) -> None:
    """The limit that stands in the ADR: nothing inside the database can contradict all of it together."""
    event = case.events.latest("sequence")
    with undone():
        delete([event], 0)
        if event.kind == "clock:ended":
            case.clocks.filter(kind=event.payload["clock"]).update(ended="", ended_at=None)
        assert list(chain.verify(case)) == []
