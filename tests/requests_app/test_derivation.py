"""The dates of every regime by table, with the cited article, and how they are told."""

from __future__ import annotations

import subprocess
import sys
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from requests_app import regimes
from requests_app.deadlines import business_days, day_zero
from requests_app.derivation import derive
from requests_app.models.case import Channel

ROOT = Path(__file__).resolve().parents[2]
CHICAGO = ZoneInfo("America/Chicago")
DAY = timedelta(days=1)
moments = st.datetimes(datetime(2024, 1, 1), datetime(2035, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001

# --- the table: regime, right, day of receipt -> clock, due, latest, last day for the notice, article -----------------

CCPA_45 = "Cal. Civ. Code 1798.130(a)(2)(A); 11 CCR 7021(b)"
TEXAS_45 = "Tex. Bus. & Com. Code 541.052(b)"
TABLE = [
    # an ordinary Friday
    ("US-CA", "delete", "2026-01-30", "acknowledge", "2026-02-13", None, None, "11 CCR 7021(a)"),
    ("US-CA", "delete", "2026-01-30", "answer", "2026-03-16", "2026-04-30", "2026-03-15", CCPA_45),
    ("US-CA", "access", "2026-01-30", "answer", "2026-03-16", "2026-04-30", "2026-03-15", CCPA_45),
    ("US-CA", "know_categories", "2026-01-30", "answer", "2026-03-16", "2026-04-30", "2026-03-15", CCPA_45),
    ("US-CA", "portability", "2026-01-30", "answer", "2026-03-16", "2026-04-30", "2026-03-15", CCPA_45),
    ("US-CA", "correct", "2026-01-30", "answer", "2026-03-16", "2026-04-30", "2026-03-15", CCPA_45),
    ("US-CA", "opt_out_sale_sharing", "2026-01-30", "opt_out", "2026-02-23", None, None, "11 CCR 7026(f)"),
    ("US-CA", "opt_out_targeted_ads", "2026-01-30", "opt_out", "2026-02-23", None, None, "11 CCR 7026(f)"),
    ("US-CA", "limit_sensitive", "2026-01-30", "opt_out", "2026-02-23", None, None, "11 CCR 7027(g)"),
    ("US-CA", "opt_out_profiling", "2026-01-30", "opt_out", "2026-02-23", None, None, "Company policy"),
    ("US-CA", "opt_in_sale_sharing", "2026-01-30", "answer", "2026-02-23", None, None, "Company policy"),
    ("US-CA", "third_party_list", "2026-01-30", "answer", "2026-03-16", "2026-04-30", "2026-03-15", "Company policy"),
    ("US-CA", "appeal", "2026-01-30", "appeal", "2026-03-16", None, None, "Company policy"),
    # Cesar Chavez Day counts in California alone; Juneteenth and Columbus Day, federal, count everywhere
    ("US-CA", "access", "2026-03-20", "acknowledge", "2026-04-06", None, None, "11 CCR 7021(a)"),
    ("US-TX", "access", "2026-03-20", "acknowledge", "2026-04-03", None, None, "Company policy"),
    ("STRICT", "access", "2026-03-20", "acknowledge", "2026-04-03", None, None, "Company policy"),
    ("US-CA", "access", "2026-06-08", "acknowledge", "2026-06-23", None, None, "11 CCR 7021(a)"),
    ("US-CA", "access", "2026-10-01", "acknowledge", "2026-10-16", None, None, "11 CCR 7021(a)"),
    ("US-TX", "access", "2026-10-01", "acknowledge", "2026-10-16", None, None, "Company policy"),
    # Thanksgiving: one day off in Texas, two in California
    ("US-CA", "access", "2026-11-20", "acknowledge", "2026-12-08", None, None, "11 CCR 7021(a)"),
    ("US-TX", "access", "2026-11-20", "acknowledge", "2026-12-07", None, None, "Company policy"),
    # the turn of the year; New Year's Day of 2028 is kept on Friday 2027-12-31
    ("US-CA", "opt_out_sale_sharing", "2026-12-18", "opt_out", "2027-01-12", None, None, "11 CCR 7026(f)"),
    ("US-CA", "opt_out_sale_sharing", "2027-12-17", "opt_out", "2028-01-11", None, None, "11 CCR 7026(f)"),
    ("US-TX", "delete", "2026-12-01", "answer", "2027-01-15", "2027-03-01", "2027-01-14", TEXAS_45),
    # 45 days with and without a leap day; a due date on a Sunday stays there
    ("US-CA", "delete", "2028-01-31", "answer", "2028-03-16", "2028-04-30", "2028-03-15", CCPA_45),
    ("US-CA", "delete", "2027-01-31", "answer", "2027-03-17", "2027-05-01", "2027-03-16", CCPA_45),
    ("US-CA", "delete", "2028-02-29", "answer", "2028-04-14", "2028-05-29", "2028-04-13", CCPA_45),
    ("US-CA", "delete", "2026-02-05", "answer", "2026-03-22", "2026-05-06", "2026-03-21", CCPA_45),
    # Texas: the chapter's own periods, and the strict default where it is shorter
    ("US-TX", "access", "2026-01-30", "acknowledge", "2026-02-13", None, None, "Company policy"),
    ("US-TX", "access", "2026-01-30", "answer", "2026-03-16", "2026-04-30", "2026-03-15", TEXAS_45),
    ("US-TX", "delete", "2026-01-30", "answer", "2026-03-16", "2026-04-30", "2026-03-15", TEXAS_45),
    ("US-TX", "correct", "2026-01-30", "answer", "2026-03-16", "2026-04-30", "2026-03-15", TEXAS_45),
    ("US-TX", "portability", "2026-01-30", "answer", "2026-03-16", "2026-04-30", "2026-03-15", TEXAS_45),
    ("US-TX", "know_categories", "2026-01-30", "answer", "2026-03-16", "2026-04-30", "2026-03-15", "Company policy"),
    ("US-TX", "opt_out_sale_sharing", "2026-01-30", "opt_out", "2026-02-23", None, None, "Company policy"),
    ("US-TX", "opt_out_targeted_ads", "2026-01-30", "opt_out", "2026-02-23", None, None, "Company policy"),
    ("US-TX", "opt_out_profiling", "2026-01-30", "opt_out", "2026-02-23", None, None, "Company policy"),
    ("US-TX", "limit_sensitive", "2026-01-30", "opt_out", "2026-02-23", None, None, "Company policy"),
    ("US-TX", "appeal", "2026-01-30", "appeal", "2026-03-16", None, None, "Company policy"),
    # the strict default
    ("STRICT", "access", "2026-01-30", "acknowledge", "2026-02-13", None, None, "Company policy"),
    ("STRICT", "access", "2026-01-30", "answer", "2026-03-16", "2026-04-30", "2026-03-15", "Company policy"),
    ("STRICT", "delete", "2026-01-30", "answer", "2026-03-16", "2026-04-30", "2026-03-15", "Company policy"),
    ("STRICT", "opt_out_sale_sharing", "2026-01-30", "opt_out", "2026-02-23", None, None, "Company policy"),
    ("STRICT", "opt_in_sale_sharing", "2026-01-30", "answer", "2026-02-23", None, None, "Company policy"),
    ("STRICT", "appeal", "2026-01-30", "appeal", "2026-03-16", None, None, "Company policy"),
]


@pytest.mark.parametrize(("regime", "right", "received", "kind", "due", "latest", "notice_by", "article"), TABLE)
def test_it_is_due_as_the_table_says(
    regime: str, right: str, received: str, kind: str, due: str, latest: str | None, notice_by: str | None, article: str
) -> None:
    clocks = derive(regimes.get(regime), right, date.fromisoformat(received), channel="mail", zone=CHICAGO)
    clock = next(each for each in clocks if each.kind == kind)
    shown = [day and day.isoformat() for day in (clock.due_on, clock.extended_due_on, clock.notice_by)]
    assert shown == [due, latest, notice_by]
    assert article in clock.deadline.citation


@given(
    received=moments,
    regime=st.sampled_from(["US-CA", "US-TX", "STRICT"]),
    right=st.sampled_from(regimes.RIGHTS),
)
def test_it_gives_nobody_less_than_the_strict_default(received: datetime, regime: str, right: str) -> None:
    """The dates of the strict default, in the law's own business days, are never passed."""
    law = regimes.get(regime)
    for clock in derive(law, right, received, channel="web", zone=CHICAGO):
        day0 = day_zero(received, CHICAGO)
        assert clock.started_on == day0 < clock.due_on
        match clock.kind:
            case "acknowledge":
                assert clock.due_on <= business_days(day0, 10, law.business_days)
            case "opt_out":
                assert clock.due_on <= business_days(day0, 15, law.business_days)
            case "answer":
                assert clock.due_on <= day0 + 45 * DAY
        if clock.extended_due_on and clock.notice_by:
            assert clock.notice_by <= clock.due_on < clock.extended_due_on <= day0 + 90 * DAY


@given(first=moments, later=st.timedeltas(timedelta(0), timedelta(days=400)))
def test_it_is_never_due_earlier_when_received_later(first: datetime, later: timedelta) -> None:
    law = regimes.get("US-CA")
    before = derive(law, "access", first, channel="web", zone=CHICAGO)
    after = derive(law, "access", first + later, channel="web", zone=CHICAGO)
    assert [clock.due_on for clock in before] <= [clock.due_on for clock in after]


# --- the derivation ----------------------------------------------------------------------------------------------


def test_it_tells_how_the_date_comes_about() -> None:
    received = datetime.fromisoformat("2026-01-30T23:30-06:00")
    (clock,) = derive(regimes.get("US-CA"), "opt_out_sale_sharing", received, channel="phone", zone=CHICAGO)
    assert [step.text for step in clock.steps] == [
        "Received Fri 2026-01-30 23:30 CST by phone, where the date of the call counts: Fri 2026-01-30 is day 0.",
        "15 business days, counted from Sat 2026-01-31.",
        "Days outside the business week skipped: 8.",
        "Holiday skipped: Presidents' Day, Mon 2026-02-16.",
        "Due Mon 2026-02-23.",
    ]
    assert all(step.citation for step in clock.steps)


def test_it_says_that_a_sunday_stays_a_sunday_and_until_when_it_may_be_extended() -> None:
    clock = derive(regimes.get("US-CA"), "delete", date(2026, 2, 5), channel="mail", zone=CHICAGO)[-1]
    assert [step.code for step in clock.steps] == [
        "received_mail",
        "period_calendar_days",
        "due",
        "not_moved",
        "extension",
    ]
    assert clock.steps[-1].text == (
        "May be extended once, until Wed 2026-05-06, if the notice with its reason goes out by Sat 2026-03-21."
    )
    assert "before day 45" in clock.steps[-1].citation


def test_it_names_the_later_period_that_does_not_count() -> None:
    (clock,) = derive(regimes.get("US-TX"), "opt_out_targeted_ads", date(2026, 1, 30), channel="web", zone=CHICAGO)
    later = next(step for step in clock.steps if step.code == "later")
    assert later.text == "The other period would end Mon 2026-03-16, which is later: the earlier date counts."
    assert later.citation == "Tex. Bus. & Com. Code 541.052(b)"


def test_it_keeps_a_derivation_as_plain_values() -> None:
    (clock,) = derive(regimes.get("US-TX"), "limit_sensitive", date(2026, 1, 30), channel="walk_in", zone=CHICAGO)
    assert clock.steps[-1].as_json() == {
        "code": "due",
        "values": {"due": "2026-02-23"},
        "text": "Due Mon 2026-02-23.",
        "citation": clock.deadline.citation,
    }


@pytest.mark.parametrize("channel", Channel.values)
def test_it_has_a_sentence_for_every_channel(channel: str) -> None:
    (clock,) = derive(regimes.get("US-CA"), "limit_sensitive", date(2026, 1, 30), channel=channel, zone=CHICAGO)
    assert "Fri 2026-01-30 is day 0." in clock.steps[0].text


def test_it_puts_the_earliest_clock_first() -> None:
    clocks = derive(regimes.get("US-CA"), "access", date(2026, 1, 30), channel="web", zone=CHICAGO)
    assert [clock.kind for clock in clocks] == ["acknowledge", "answer"]


def test_it_names_the_rights_when_asked_for_another() -> None:
    with pytest.raises(KeyError, match="no right is called fly; there are access"):
        derive(regimes.get("US-CA"), "fly", date(2026, 1, 30), channel="web", zone=CHICAGO)


def test_it_needs_no_settings_and_no_database():
    """The law's arithmetic is checked by whoever likes to: of Django it takes the words' language alone."""
    asked = (
        "import sys, requests_app.derivation, requests_app.reference;"
        "print(sorted({'django.conf', 'django.db', 'umbs_privacy.settings'} & set(sys.modules)))"
    )
    answer = subprocess.run([sys.executable, "-c", asked], cwd=ROOT, capture_output=True, text=True, check=True)
    assert answer.stdout.strip() == "[]"
