"""The clocks of a case through the real services: from intake to the close, on days that time-machine sets."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
import time_machine

from requests_app import regimes
from requests_app.ledger import chain
from requests_app.lifecycle import Right, State
from requests_app.models import Case, Channel, Clock, EventKind, Notice
from requests_app.permissions import SYSTEM, Actor, Role, Verb, consumer, staff
from requests_app.regimes import loader
from requests_app.services import clock, extension, notices, review
from requests_app.services.intake import Asked, open_case
from requests_app.services.transition import move
from tests import factories
from tests.characters import NOBODY_ONLINE, user

pytestmark = pytest.mark.django_db

CHICAGO = ZoneInfo("America/Chicago")
RECEIVED = datetime(2026, 1, 30, 23, 30, tzinfo=CHICAGO)
REASON = "Two of our systems were being moved to a new host when you asked."


@pytest.fixture
def today() -> Iterator[time_machine.Traveller]:
    """Friday 2026-01-30, late in the evening in Dallas: in UTC it is Saturday already."""
    with time_machine.travel(RECEIVED, tick=False) as travelled:
        yield travelled


def at(day: str, hour: int = 12) -> datetime:
    return datetime.combine(date.fromisoformat(day), datetime.min.time(), tzinfo=CHICAGO).replace(hour=hour)


def officer() -> Actor:
    return staff(user(Role.OFFICER))


def clocks(case: Case) -> dict[str, Clock]:
    return {row.kind: row for row in case.clocks.all()}


def due(case: Case) -> dict[str, str]:
    return {row.kind: row.due_on.isoformat() for row in case.clocks.all()}


def next_due(case: Case) -> str | None:
    case.refresh_from_db()
    return case.next_due_on.isoformat() if case.next_due_on else None


def send(case: Case, kind: Notice.Kind) -> None:
    notices.sent(case.notices.get(kind=kind).id)


# --- start -------------------------------------------------------------------------------------------------------


def test_it_starts_the_clocks_that_the_law_sets_for_the_right(today):
    case = factories.opened(Right.ACCESS)
    assert due(case) == {"acknowledge": "2026-02-13", "answer": "2026-03-16"}
    answer = clocks(case)["answer"]
    assert (answer.started_on, answer.first_due_on) == (date(2026, 1, 30), date(2026, 3, 16))
    assert (answer.may_extend_to, answer.notice_by) == (date(2026, 4, 30), date(2026, 3, 15))
    assert next_due(case) == "2026-02-13"


def test_it_starts_one_clock_for_an_opt_out(today):
    case = factories.opened(Right.OPT_OUT_SALE_SHARING, residence="US-TX")
    assert due(case) == {"opt_out": "2026-02-23"}
    assert next_due(case) == "2026-02-23"


def test_it_uses_the_strict_default_where_the_state_has_no_law(today):
    case = factories.opened(Right.ACCESS, residence="US-WY")
    assert case.regime == "STRICT"
    assert due(case) == {"acknowledge": "2026-02-13", "answer": "2026-03-16"}


@pytest.mark.parametrize("channel", Channel.values)
def test_it_gives_the_same_dates_for_every_channel(today, channel):
    case = factories.opened(Right.ACCESS, channel=channel)
    assert due(case) == {"acknowledge": "2026-02-13", "answer": "2026-03-16"}
    assert clocks(case)["answer"].derivation[0]["code"] == f"received_{channel}"


def test_it_counts_a_letter_from_the_day_it_arrived(today):
    today.move_to(at("2026-02-04"))
    asked = Asked(Right.ACCESS, NOBODY_ONLINE, residence="US-CA", channel=Channel.MAIL, received_at=RECEIVED)
    case = open_case(asked)
    assert due(case) == {"acknowledge": "2026-02-13", "answer": "2026-03-16"}


def test_it_keeps_why_each_date_is_what_it_is(today):
    answer = clocks(factories.opened(Right.ACCESS))["answer"]
    assert [step["code"] for step in answer.derivation] == [
        "received_web", "period_calendar_days", "due", "extension",
    ]  # fmt: skip
    assert answer.derivation[0]["text"].startswith("Received Fri 2026-01-30 23:30 CST through the web form")
    assert all(step["citation"] for step in answer.derivation)
    assert (answer.regime, answer.regime_version) == ("US-CA", regimes.get("US-CA").version)


def test_it_writes_the_start_of_each_clock_into_the_ledger(today):
    case = factories.opened(Right.ACCESS)
    started = [event.payload for event in case.events.filter(kind=EventKind.CLOCK_STARTED).order_by("sequence")]
    version = regimes.get("US-CA").version
    assert started == [
        {"clock": "acknowledge", "due": "2026-02-13", "regime": "US-CA", "version": version},
        {"clock": "answer", "due": "2026-03-16", "regime": "US-CA", "version": version},
    ]


# --- a later edit of the law -------------------------------------------------------------------------------------


@pytest.fixture
def law_of_tomorrow(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The same laws, but California answers within 30 days and extends by 10; every file has a new version."""
    for path in regimes.DATA.glob("*.toml"):
        text = path.read_text(encoding="utf-8").replace('version = "2026-11-24', 'version = "2027-06-01')
        text = text.replace("length = 45", "length = 30").replace("length = 90", "length = 40")
        (tmp_path / path.name).write_text(text.replace("length = 44", "length = 29"), encoding="utf-8")
    laws = loader.load(tmp_path)
    monkeypatch.setattr(regimes, "_laws", lambda: laws)


def test_it_never_moves_an_old_date_when_the_law_file_changes(today, request):
    case = factories.opened(Right.ACCESS)
    before = clocks(case)["answer"].derivation
    request.getfixturevalue("law_of_tomorrow")
    assert due(factories.opened(Right.ACCESS))["answer"] == "2026-03-01"
    assert due(case)["answer"] == "2026-03-16"
    assert clocks(case)["answer"].derivation == before
    assert clocks(case)["answer"].regime_version == "2026-11-25.1"
    today.move_to(at("2026-03-10"))
    assert extension.extend(case_id=case.id, by=officer(), reason=REASON).due_on == date(2026, 4, 30)


# --- met, late, stopped ------------------------------------------------------------------------------------------


def test_it_is_acknowledged_when_the_mail_has_gone_out_not_when_it_was_ordered(today):
    case = factories.opened(Right.ACCESS)
    assert clocks(case)["acknowledge"].is_running
    send(case, Notice.Kind.ACKNOWLEDGEMENT)
    assert clocks(case)["acknowledge"].ended == Clock.Ended.MET
    assert next_due(case) == "2026-03-16"


@pytest.mark.parametrize(
    ("moment", "ended"),
    [
        (datetime(2026, 2, 13, 23, 59, tzinfo=CHICAGO), Clock.Ended.MET),  # in UTC the day after
        (datetime(2026, 2, 14, 0, 0, tzinfo=CHICAGO), Clock.Ended.MET_LATE),
    ],
)
def test_it_is_late_from_midnight_where_the_company_is(today, moment, ended):
    case = factories.opened(Right.ACCESS)
    today.move_to(moment)
    send(case, Notice.Kind.ACKNOWLEDGEMENT)
    assert clocks(case)["acknowledge"].ended == ended


@pytest.mark.parametrize(("posted_on", "ended"), [("2026-02-13", "met"), ("2026-02-14", "met_late")])
def test_it_counts_the_day_of_posting_not_the_day_somebody_wrote_it_down(today, posted_on, ended):
    case = factories.opened(Right.ACCESS, person=NOBODY_ONLINE)
    today.move_to(at("2026-02-17"))
    notice = case.notices.get(kind=Notice.Kind.ACKNOWLEDGEMENT)
    Notice.objects.filter(pk=notice.pk).update(state=Notice.State.TO_POST)
    notices.posted(notice_id=notice.id, by=officer(), on=date.fromisoformat(posted_on))
    assert clocks(case)["acknowledge"].ended == ended


def test_it_is_answered_when_the_refusal_has_gone_out(today):
    case = factories.opened(Right.ACCESS)
    review.deny(case_id=case.id, by=officer(), ground="exempt_information", explanation="All of it is public record.")
    assert clocks(case)["answer"].is_running
    send(case, Notice.Kind.DENIAL)
    assert clocks(case)["answer"].ended == Clock.Ended.MET


def test_it_is_answered_when_the_package_is_announced(today):
    case = factories.case_in(State.FULFILLING)
    factories.package(case)
    notices.announce_package(case)
    assert clocks(case)["answer"].is_running
    send(case, Notice.Kind.READY)
    assert clocks(case)["answer"].ended == Clock.Ended.MET


def test_it_meets_an_opt_out_when_it_is_carried_out_not_when_the_record_is_filed(today):
    case = factories.case_in(State.FULFILLING, Right.OPT_OUT_SALE_SHARING)
    today.move_to(at("2026-02-23", 23))
    factories.fulfilled(case)
    assert clocks(case)["opt_out"].ended == Clock.Ended.MET
    today.move_to(at("2026-02-26"))
    factories.closed(case)
    assert clocks(case)["opt_out"].ended == Clock.Ended.MET
    assert next_due(case) is None


def test_it_leaves_no_clock_running_when_the_case_closes(today):
    case = factories.case_in(State.CLOSED)
    assert {row.ended for row in case.clocks.all()} == {Clock.Ended.MET}
    assert all(row.ended_at for row in case.clocks.all())
    assert next_due(case) is None


def test_it_says_that_a_close_after_the_date_was_late(today):
    case = factories.case_in(State.RECORDING)
    today.move_to(at("2026-03-17"))
    factories.closed(case)
    assert clocks(case)["answer"].ended == Clock.Ended.MET_LATE


def test_it_stops_the_clocks_of_a_withdrawn_case(today):
    case = factories.opened(Right.ACCESS)
    move(case.id, Verb.WITHDRAW, by=consumer(case.id))
    factories.closed(case)
    assert {row.ended for row in case.clocks.all()} == {Clock.Ended.STOPPED}
    assert next_due(case) is None


def test_it_stops_the_clocks_of_a_merged_case_and_runs_those_of_the_other(today):
    case, other = factories.opened(Right.ACCESS), factories.opened(Right.ACCESS)
    review.merge(case_id=case.id, by=officer(), into=other)
    case.refresh_from_db()
    factories.closed(case)
    assert {row.ended for row in case.clocks.all()} == {Clock.Ended.STOPPED}
    assert {row.ended for row in other.clocks.all()} == {""}


def test_it_leaves_a_clock_as_it_ended(today):
    case = factories.opened(Right.ACCESS)
    send(case, Notice.Kind.ACKNOWLEDGEMENT)
    today.move_to(at("2026-05-01"))
    clock.meet(case, Clock.Kind.ACKNOWLEDGE, by=SYSTEM)
    row = clocks(case)["acknowledge"]
    assert (row.ended, row.ended_at) == (Clock.Ended.MET, RECEIVED.astimezone(UTC))


def test_it_writes_how_each_clock_ended_into_the_ledger(today):
    case = factories.case_in(State.CLOSED)
    ended = {event.payload["clock"]: event.payload["ended"] for event in case.events.filter(kind=EventKind.CLOCK_ENDED)}
    assert ended == {"acknowledge": "met", "answer": "met"}
    assert list(chain.verify(case)) == []
