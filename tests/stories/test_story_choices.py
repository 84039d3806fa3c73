"""In English and in Spanish, on the web: to stop, to limit, and to allow again what was stopped."""

from __future__ import annotations

from pathlib import Path

import pytest

from requests_app.lifecycle import Outcome, Right, State
from requests_app.models import Case, EventKind, SuppressionResult
from requests_app.services import restrictions
from tests.stories.cases import closed
from tests.stories.house import SOURCES, House
from tests.stories.papers import has_it_in_hand
from tests.stories.people import LANGUAGES, player
from umbs_privacy.demo import crm

pytestmark = [
    pytest.mark.slow,
    pytest.mark.browser,
    pytest.mark.parametrize("house", ["embedded"], indirect=True),
    pytest.mark.parametrize("language", LANGUAGES),
]


def test_somebody_stops_the_sale(house: House, language: str, tmp_path: Path) -> None:
    person = player("stop", language)
    one = house.consumer(person, language)
    others = [row for row in house.rows("crm", crm.marketing_preferences) if row["email"] != person.email]
    (reference,) = one.opts_out(residence="US-TX")
    case = closed(reference)

    assert (case.right, case.outcome) == (Right.OPT_OUT_SALE_SHARING, Outcome.FULFILLED)
    assert preference(house, person.email) == (True, False)
    unchanged = [row for row in house.rows("crm", crm.marketing_preferences) if row["email"] != person.email]
    assert unchanged == others, "somebody else was changed"
    answers = {answer.source_name: answer.result for answer in case.suppressions.all()}
    assert set(answers) == set(SOURCES), "a source was not asked"
    assert answers["CRM and marketing leads"] == SuppressionResult.Result.WRITTEN
    assert may("sale_sharing", person.email) == "deny"

    one.opens_the_status_page(reference)
    one.sees("We did what you asked.")
    has_it_in_hand(one, case, tmp_path)


def test_somebody_limits_the_use(house: House, language: str, tmp_path: Path) -> None:
    person = player("limit", language)
    one = house.consumer(person, language)
    cases = [closed(reference) for reference in one.opts_out(residence="US-CA", link="Limit the use")]

    limited = {case.right: case for case in cases}
    assert set(limited) == {Right.OPT_OUT_TARGETED_ADS, Right.OPT_OUT_PROFILING, Right.LIMIT_SENSITIVE}
    assert {case.outcome for case in cases} == {Outcome.FULFILLED}
    assert {may(purpose, person.email) for purpose in ("targeted_ads", "profiling", "sensitive")} == {"deny"}
    assert may("sale_sharing", person.email) == "allow", "more was stopped than was asked"

    one.opens_the_status_page(limited[Right.LIMIT_SENSITIVE].reference)
    one.sees("We did what you asked.")
    has_it_in_hand(one, limited[Right.LIMIT_SENSITIVE], tmp_path)


def test_somebody_allows_again_what_was_stopped_in_two_steps(house: House, language: str, tmp_path: Path) -> None:
    person = player("again", language)
    one = house.consumer(person, language)
    (stopped,) = one.opts_out(residence="US-CA")
    closed(stopped)
    reference = one.asks_for(Right.OPT_IN_SALE_SHARING, residence="US-CA")
    one.opens_the_status_page(reference)
    one.sees("You asked us to allow something again. It does not count yet: confirm it below.")
    assert Case.objects.get(reference=reference).state == State.RECEIVED
    assert may("sale_sharing", person.email) == "deny", "asking alone has allowed it"

    one.allows_it_again()
    case = closed(reference)
    assert case.outcome == Outcome.FULFILLED
    assert case.events.filter(kind=EventKind.CHOICE_CONFIRMED).count() == 1
    assert may("sale_sharing", person.email) == "allow"
    assert preference(house, person.email) == (False, True)

    one.sees("We did what you asked.")
    has_it_in_hand(one, case, tmp_path)


def preference(house: House, email: str) -> tuple[bool, bool]:
    (row,) = house.rows("crm", crm.marketing_preferences, email=email)
    return row["opted_out"], row["share_with_partners"]


def may(purpose: str, email: str) -> str:
    return str(restrictions.check(purpose, [("email", email)]).decision)
