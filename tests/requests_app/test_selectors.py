"""The queue's order, its views and its search; and that a long queue costs no more than a short one."""

from __future__ import annotations

from dataclasses import replace

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from requests_app import selectors
from requests_app.exceptions import NotFound, NotValid
from requests_app.lifecycle import Right, State
from requests_app.models import Case, Notice, User
from requests_app.permissions import Role, staff
from requests_app.selectors import Filters
from requests_app.services import assignment, review
from requests_app.vault import destroy_key
from tests.characters import ADA, NOBODY_ONLINE, OTTO, user
from tests.factories import case_in, opened, ruled
from tests.requests_app import office
from tests.requests_app.office import BEA


@pytest.fixture
def cleo() -> User:
    return user(Role.OFFICER)


def listed(who: User, filters: Filters | None = None, *, size: int = 25) -> list[str]:
    """Every page of it."""
    found: list[str] = []
    cursor = ""
    while True:
        page = selectors.queue_for(who, filters or Filters(), cursor=cursor, size=size)
        found += [row.reference for row in page.rows]
        cursor = page.next_cursor
        if not cursor:
            return found


@pytest.mark.django_db
def test_it_puts_the_next_breach_of_any_clock_first_then_age(cleo: User) -> None:
    late = office.received(50, BEA, Right.OPT_OUT_SALE_SHARING)
    older, newer = office.received(9, OTTO), office.received(9, ADA)
    fresh = opened(Right.OPT_OUT_SALE_SHARING)
    assert listed(cleo) == [late.reference, older.reference, newer.reference, fresh.reference]
    row = selectors.queue_for(cleo, Filters()).rows[0]
    assert (row.due_kind, row.days_late > 0, row.due_label) == ("opt_out", True, "Carry out the opt-out")


@pytest.mark.django_db
@pytest.mark.parametrize("size", [1, 2, 3, 7])
def test_it_shows_each_case_on_exactly_one_page(cleo: User, size: int) -> None:
    cases = [office.received(days, OTTO) for days in (9, 9, 9, 20, 30)]
    Case.objects.filter(pk__in=[cases[0].pk, cases[3].pk]).update(next_due_on=None)
    found = listed(cleo, size=size)
    assert found == listed(cleo, size=25)
    assert sorted(found) == sorted(case.reference for case in cases)


@pytest.mark.django_db
def test_it_counts_and_lists_each_view_alike(cleo: User) -> None:
    day = office.morning(records=1)
    mine = opened(person=replace(ADA, emails=("ada2@example.org",)))
    assignment.assign(case_id=mine.id, by=staff(cleo), to=cleo)
    half = ruled(case_in(State.IN_REVIEW))
    review.approve(case_id=half.id, by=staff(user(Role.OFFICER, "cato")), digest=half.content_digest)
    expected = {
        "mine": {mine},
        "consumer": {day.unproven, day.wrote, day.by_post, day.broken, mine},
        "source": set(),
        "second": {half},
        "attention": {day.broken, day.wrote},
        "closed": {day.closed},
    }
    counts = selectors.counts(cleo)
    for view, cases in expected.items():
        assert set(listed(cleo, Filters(view=view))) == {case.reference for case in cases}, view
    for view in selectors.VIEWS:
        assert counts[view] == len(listed(cleo, Filters(view=view))), view


@pytest.mark.django_db
def test_it_takes_an_approval_of_changed_content_for_none(cleo: User) -> None:
    case = ruled(case_in(State.IN_REVIEW))
    review.approve(case_id=case.id, by=staff(cleo), digest=case.content_digest)
    assert selectors.counts(cleo)["second"] == 1
    some = case.redactions.filter(role="OTHER").values_list("id", flat=True)
    review.rule(case_id=case.id, by=staff(cleo), redactions=list(some), withhold=False)
    assert selectors.counts(cleo)["second"] == 0


@pytest.mark.django_db
@pytest.mark.parametrize(
    "text",
    [
        "Ada",
        "ada quillfeather",
        "QUILLFEATHER Ada",
        "ada.quillfeather@EXAMPLE.org",
        "(214) 555-0107",
        "+1 214 555 0107",
        "pa 104482",
        "PA-104482",
    ],
)
def test_it_finds_a_case_by_what_a_caller_says(cleo: User, text: str) -> None:
    case = opened()
    opened(person=OTTO)
    assert [found.pk for found in selectors.search(cleo, text)] == [case.pk]


@pytest.mark.django_db
def test_it_finds_a_case_by_its_reference_however_it_is_written(cleo: User) -> None:
    case = opened()
    for text in (case.reference, case.reference.lower(), case.reference.replace("-", " "), f" {case.reference} "):
        assert selectors.search(cleo, text).get() == case
        assert selectors.case_for(cleo, text) == case


@pytest.mark.django_db
@pytest.mark.parametrize("text", ["", " ", "%", "Ada Vandermeer", "nobody@example.org", "0", "\x00", "' OR 1=1 --"])
def test_it_finds_nothing_for_what_fits_nobody(cleo: User, text: str) -> None:
    opened()
    opened(person=OTTO)
    assert list(selectors.search(cleo, text)) == []


@pytest.mark.django_db
def test_it_masks_the_person_until_the_case_is_opened(cleo: User) -> None:
    opened()
    opened(person=replace(NOBODY_ONLINE, given_name=""))
    assert sorted(row.person for row in selectors.queue_for(cleo, Filters()).rows) == ["A. Q.", "O."]


@pytest.mark.django_db
def test_it_lists_a_case_whose_key_was_destroyed_without_a_person(cleo: User) -> None:
    case = opened()
    destroy_key(case.id)
    assert [row.person for row in selectors.queue_for(cleo, Filters()).rows] == ["—"]
    assert list(selectors.search(cleo, "Quillfeather")) == []


@pytest.mark.django_db
def test_it_shows_nothing_to_whoever_may_not_view_cases(cleo: User) -> None:
    case = opened()
    left = User.objects.create_user("left", role=Role.OFFICER.value, is_active=False)
    for who in (user(Role.ADMIN), left):
        assert listed(who) == []
        assert selectors.counts(who)["open"] == 0
        assert list(selectors.search(who, "Quillfeather")) == []
        with pytest.raises(NotFound, match="no such case"):
            selectors.case_for(who, case.reference)


@pytest.mark.django_db
def test_it_says_the_same_of_a_case_that_is_not_there_and_one_that_is_not_yours(cleo: User) -> None:
    case = opened()
    with pytest.raises(NotFound) as of_stranger:
        selectors.case_for(user(Role.ADMIN), case.reference)
    Case.objects.filter(pk=case.pk).update(reference="0000-0000-0")
    with pytest.raises(NotFound) as of_nothing:
        selectors.case_for(cleo, case.reference)
    assert str(of_stranger.value) == str(of_nothing.value)


@pytest.mark.parametrize("name", ["view", "state", "right", "due_before"])
def test_it_names_the_filter_that_cannot_be_read(name: str) -> None:
    with pytest.raises(NotValid) as refused:
        Filters.of({name: "nonsense"})
    assert refused.value.field == name


@pytest.mark.django_db
def test_it_keeps_the_tray_for_those_who_post(cleo: User) -> None:
    letter = office.letter(opened(person=NOBODY_ONLINE))
    assert list(selectors.tray(cleo)) == [letter]
    assert list(selectors.tray(user(Role.INTAKE))) == [letter]
    assert list(selectors.tray(user(Role.AUDITOR))) == []
    Notice.objects.update(state=Notice.State.POSTED)
    assert list(selectors.tray(cleo)) == []


@pytest.mark.django_db
def test_it_asks_no_more_questions_for_a_long_queue(cleo: User) -> None:
    office.many(3)
    few = _questions(cleo)
    office.many(20)
    assert _questions(cleo) == few


def _questions(who: User) -> int:
    """Queries for the list and the counts as the page asks for them."""
    with CaptureQueriesContext(connection) as asked:
        selectors.queue_for(who, Filters(), size=10)
        selectors.counts(who)
    return len(asked)
