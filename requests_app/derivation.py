"""Which clocks a request has, when each is due, and why: every step with its citation. Pure, as `deadlines`.

Several deadlines of one kind (the law's own, the strict default's) make one clock: the earliest date counts, extended
or not.
A step is a code and values, so that it can be told in another language (`telling`); `text` tells it in English.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

from requests_app.catalogue import marked as _
from requests_app.deadlines import Pause, add, day_zero, extended
from requests_app.regimes.schema import BusinessDays, Deadline, Kind, Regime, Unit

SENTENCES: Mapping[str, str] = {
    "received_web": _("Received {received} through the web form: {day0} is day 0."),
    "received_api": _("Received {received} through the API: {day0} is day 0."),
    "received_phone": _("Received {received} by phone, where the date of the call counts: {day0} is day 0."),
    "received_mail": _(
        "Received {received} by mail, where the day of arrival counts, not of opening: {day0} is day 0."
    ),
    "received_walk_in": _("Received {received} in person: {day0} is day 0."),
    "found": _("Records held for a health care provider were found: {day0} is day 0."),
    "period_calendar_days": _("{length} calendar days, day 1 is {day1}."),
    "period_business_days": _("{length} business days, counted from {day1}."),
    "period_calendar_months": _("{length} calendar months: the same day of that month, or its last."),
    "weekend": _("Days outside the business week skipped: {count}."),
    "holiday": _("Holiday skipped: {name}, {day}."),
    "pause": _("Not counted: from {first} up to {until}."),
    "due": _("Due {due}."),
    "not_moved": _("{due} is no business day; the date is not moved to a later one."),
    "later": _("The other period would end {due}, which is later: the earlier date counts."),
    "extension": _("May be extended once, until {due}, if the notice with its reason goes out by {notice_by}."),
    "extended": _("Extended once on {on}: due {due} instead of {before}."),
    "extension_void": _("The notice of the extension went out on {on}, after {notice_by}: due {due} as before."),
    "extension_returned": _(
        "The notice of the extension came back: due {due}, unless it goes out again by {notice_by}."
    ),
}
CHANNELS = ("web", "api", "phone", "mail", "walk_in")
ZONE_RULE = _("Company rule: the day of receipt where the company is, {zone}")
NOT_MOVED_RULE = _("Company rule: a due date is never moved to a later day")
_DAY = timedelta(days=1)


@dataclass(frozen=True)
class Step:
    code: str
    values: Mapping[str, str | int | date]
    citation: str

    @property
    def text(self) -> str:
        shown = {
            name: f"{value:%a %Y-%m-%d}" if isinstance(value, date) else value for name, value in self.values.items()
        }
        return SENTENCES[self.code].format(**shown)

    def as_json(self) -> dict[str, Any]:
        """Plain values to keep: the sentence as it was told, and what it was made of."""
        values = {name: value.isoformat() if isinstance(value, date) else value for name, value in self.values.items()}
        return {"code": self.code, "values": values, "text": self.text, "citation": self.citation}


@dataclass(frozen=True)
class Derivation:
    """One clock. `extended_due_on` and `notice_by` are set when the one extension would bring a later date."""

    deadline: Deadline
    started_on: date
    due_on: date
    extended_due_on: date | None
    notice_by: date | None
    steps: tuple[Step, ...]

    @property
    def kind(self) -> Kind:
        return self.deadline.kind


class _Candidate(NamedTuple):
    deadline: Deadline
    due: date
    latest: date
    notice_by: date | None
    pauses: tuple[Pause, ...]


def derive(
    regime: Regime, right: str, received: datetime | date, *, channel: str, zone: ZoneInfo, pauses: Sequence[Pause] = ()
) -> tuple[Derivation, ...]:
    """The clocks of a right (or of an `appeal`), the earliest first.

    KeyError when the regime has no such right; ValueError for a time without offset, or a year without known holidays.
    """
    day0 = day_zero(received, zone)
    of_kind: dict[Kind, list[_Candidate]] = {}
    for deadline in regime.deadlines(right):
        candidate = _candidate(day0, deadline, regime.business_days, tuple(pauses))
        of_kind.setdefault(deadline.kind, []).append(candidate)
    first = _received(received, day0, channel, zone)
    clocks = (_derivation(day0, first, candidates, regime.business_days) for candidates in of_kind.values())
    return tuple(sorted(clocks, key=lambda clock: clock.due_on))


def found(regime: Regime, day: date) -> Derivation:
    """The clock to tell a provider of a request, from the day on which records held for it were found."""
    first = Step("found", {"day0": day}, regime.referral.tell.citation)
    return _derivation(
        day, first, [_candidate(day, regime.referral.tell, regime.business_days, ())], regime.business_days
    )


def _candidate(day0: date, deadline: Deadline, counted: BusinessDays, pauses: tuple[Pause, ...]) -> _Candidate:
    pauses = pauses if deadline.stops_while_asking else ()
    due = add(day0, deadline, counted, pauses)
    if deadline.extension is None:
        return _Candidate(deadline, due, due, None, pauses)
    latest = extended(day0, due, deadline.extension, counted, pauses)
    return _Candidate(deadline, due, latest, add(day0, deadline.extension.notice_within, counted, pauses), pauses)


def _derivation(day0: date, received: Step, candidates: Sequence[_Candidate], counted: BusinessDays) -> Derivation:
    chosen = min(candidates, key=lambda candidate: candidate.due)
    later = (other for other in candidates if other.due > chosen.due)
    steps = [received, *_counting(day0, chosen, counted)]
    steps += [Step("later", {"due": other.due}, other.deadline.citation) for other in later]
    latest = min(candidates, key=lambda candidate: candidate.latest)
    notices = [candidate for candidate in candidates if candidate.notice_by]
    if latest.latest <= chosen.due or not notices:
        return Derivation(chosen.deadline, day0, chosen.due, None, None, tuple(steps))
    notice = min(notices, key=lambda candidate: candidate.notice_by or chosen.due)
    notice_by = min(notice.notice_by or chosen.due, chosen.due)
    rules = dict.fromkeys(each.deadline.extension.citation for each in (latest, notice) if each.deadline.extension)
    steps.append(Step("extension", {"due": latest.latest, "notice_by": notice_by}, "; ".join(rules)))
    return Derivation(chosen.deadline, day0, chosen.due, latest.latest, notice_by, tuple(steps))


def _received(received: datetime | date, day0: date, channel: str, zone: ZoneInfo) -> Step:
    stamp: str | date = (
        f"{received.astimezone(zone):%a %Y-%m-%d %H:%M %Z}" if isinstance(received, datetime) else received
    )
    return Step(f"received_{channel}", {"received": stamp, "day0": day0}, ZONE_RULE.format(zone=zone.key))


def _counting(day0: date, chosen: _Candidate, counted: BusinessDays) -> Iterator[Step]:
    deadline, due = chosen.deadline, chosen.due
    yield Step(f"period_{deadline.unit}", {"length": deadline.length, "day1": day0 + _DAY}, deadline.citation)
    days = [day0 + number * _DAY for number in range(1, (due - day0).days + 1)]
    if deadline.unit is Unit.BUSINESS_DAYS:
        if weekend := sum(not counted.is_in_week(day) for day in days):
            yield Step("weekend", {"count": weekend}, counted.citation)
        for day in days:
            if counted.is_in_week(day) and (name := counted.holiday(day)):
                yield Step("holiday", {"name": name, "day": day}, counted.citation)
    for pause in chosen.pauses:
        yield Step("pause", {"first": pause.first, "until": pause.until}, deadline.citation)
    yield Step("due", {"due": due}, deadline.citation)
    if not counted.is_in_week(due) or counted.holiday(due):
        yield Step("not_moved", {"due": due}, NOT_MOVED_RULE)
