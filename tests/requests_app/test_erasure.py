"""How a deletion ends is told as it is: what was deleted, what stays and why, what is still owed, in both languages."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest
from django.db import transaction
from django.template.loader import render_to_string
from django.test import override_settings
from django.utils import translation

from requests_app import reasons
from requests_app.casefile import changes, erasing, papers
from requests_app.casefile.erasing import Planned
from requests_app.exceptions import Superseded, WrongState
from requests_app.lifecycle import Outcome, State
from requests_app.models import Case, EventKind, Notice, Obligation, PlanStep
from requests_app.portal.standing import Standing
from requests_app.services import clock, erasure, notices, review
from tests import factories
from tests.requests_app.settled import CRM, EHR, HELD, TAX, TRIM, planned, settled

pytestmark = pytest.mark.django_db
NOTHING = {"deleted": 0, "trimmed": 0, "kept": 0, "deferred": 0, "untrimmed": 0, "referred": 0}


@pytest.mark.parametrize(
    ("steps", "left", "reason", "ends"),
    [
        ((), 0, "", (Outcome.FULFILLED, "")),
        ((CRM,), 0, "", (Outcome.FULFILLED, "")),
        ((CRM, TAX), 0, "", (Outcome.PARTLY, "")),
        ((CRM, EHR), 0, "", (Outcome.PARTLY, "")),
        ((CRM,), 1, "TEC-09", (Outcome.PARTLY, "")),
        ((HELD,), 0, "", (Outcome.PARTLY, "")),
        ((TAX, TRIM), 0, "", (Outcome.PARTLY, "")),
        ((TAX, TRIM), 1, "TEC-05", (Outcome.PARTLY, "")),
        ((TAX,), 0, "", (Outcome.REFUSED, "LEG-06")),
        ((EHR,), 0, "", (Outcome.REFERRED, "SCP-01")),
    ],
    ids=[
        "nothing there",
        "all",
        "some kept",
        "some referred",
        "some late",
        "all held",
        "trimmed",
        "trimmed late",
        "all kept",
        "all referred",
    ],
)
def test_it_ends_as_it_was(steps: tuple[Planned, ...], left: int, reason: str, ends: tuple[Outcome, str]) -> None:
    case = settled(*steps, left=left, reason=reason)
    assert (case.state, case.outcome, case.ground) == (State.RECORDING, *ends)


def test_it_restricts_and_owes_whatever_stays() -> None:
    case = settled(CRM, TAX, HELD, EHR)
    restricted = set(case.steps.exclude(restricted_at=None).values_list("source_key", flat=True))
    assert restricted == {"billing", "hr", "ehr", "do-not-contact"}
    owed = {(one.kind, one.source_key, one.reason, one.owner, one.due_on) for one in case.obligations.all()}
    today = clock.today()
    assert owed == {
        ("retry", "billing", "LEG-06", reasons.get("LEG-06").owner_name.en, date(2040, 5, 2)),
        ("retry", "hr", "LEG-08", reasons.get("LEG-08").owner_name.en, today + erasure.REVIEW),
        ("recheck", "crm", "", "marketing@example.org", today.fromordinal(today.toordinal() + 7)),
        ("recheck", "crm", "", "marketing@example.org", today.fromordinal(today.toordinal() + 30)),
    }
    assert case.events.filter(kind=EventKind.OBLIGATION_OPENED).count() == 4


def test_it_asks_the_source_s_own_people_where_the_reason_is_theirs() -> None:
    case = settled(CRM, left=1, reason="TEC-09")
    retry = case.obligations.get(kind=Obligation.Kind.RETRY)
    assert (retry.owner, retry.due_on) == ("marketing@example.org", reasons.get("TEC-09").next_try(clock.today()))


@pytest.mark.parametrize(
    ("language", "sentences"),
    [
        ("en", ["2 records about you were deleted", "1 record stays", "1 record could not", "4 records belong"]),
        (
            "es",
            ["Se eliminaron 2 registros", "Se conserva 1 registro", "pudo eliminar 1", "4 registros pertenecen"],
        ),
    ],
)
def test_it_says_in_the_letter_what_was_deleted_and_what_was_not(language: str, sentences: list[str]) -> None:
    case = settled(CRM, TAX, HELD, EHR)
    Case.objects.filter(pk=case.pk).update(language=language)
    mail = notices.render(case.notices.select_related("case").get(kind=Notice.Kind.DELETION_DONE))
    for sentence in sentences:
        assert sentence in mail.text
        assert sentence in mail.html


@pytest.mark.parametrize(
    ("left", "word", "english", "spanish"),
    [
        (0, "trimmed", "From 1 record that stays we took out", "De 1 registro que se conserva eliminamos"),
        (1, "untrimmed", "From 1 record that stays we could not yet", "De 1 registro que se conserva aún no pudimos"),
    ],
)
def test_it_says_what_was_taken_out_of_what_stays_and_counts_nothing_twice(
    left: int, word: str, english: str, spanish: str
) -> None:
    case = settled(TAX, TRIM, left=left, reason="TEC-05" if left else "")
    notice = case.notices.select_related("case").get(kind=Notice.Kind.DELETION_DONE)
    assert notices.content(notice)["parameters"] == NOTHING | {"kept": 1, word: 1}
    assert english in notices.render(notice).text
    Case.objects.filter(pk=case.pk).update(language="es")
    assert spanish in notices.render(case.notices.select_related("case").get(pk=notice.pk)).html
    assert {one.word: one.rows for one in Standing.of(case).deletion if one.reason != reasons.get("LEG-11")} == {
        "kept": 1,
        word: 1,
    }
    retries = case.obligations.filter(kind=Obligation.Kind.RETRY)
    assert retries.filter(step__action="trim").exists() == bool(left)


def test_an_approval_covers_the_fields_that_are_taken_out() -> None:
    case = planned(TAX, TRIM)
    before = review.digest(case)
    case.steps.filter(action="trim").update(without=["name"])
    assert review.digest(case) != before


def test_it_says_in_the_letter_that_nothing_was_there() -> None:
    notice = settled().notices.select_related("case").get(kind=Notice.Kind.DELETION_DONE)
    assert notices.content(notice)["parameters"] == NOTHING
    assert "We found nothing about you" in notices.render(notice).text


@pytest.mark.parametrize("language", ["en", "es"])
def test_it_says_on_the_status_page_why_something_stays_and_what_comes_next(language: str) -> None:
    case = settled(CRM, TAX, HELD)
    with translation.override(language):
        lines = Standing.of(case).deletion
    told = [(one.word, one.rows, one.why, one.on) for one in lines]
    held, tax, note = (reasons.get(code).text.told(language) for code in ("LEG-08", "LEG-06", "LEG-11"))
    assert told == [
        ("deleted", 2, "", None),
        ("kept", 1, tax, date(2040, 5, 1)),
        ("kept", 3, note, None),
        ("deferred", 1, held, clock.today() + erasure.REVIEW),
    ]


@pytest.mark.parametrize("language", ["en", "es"])
def test_it_says_the_legal_reason_in_plain_words_where_all_of_it_is_kept(language: str) -> None:
    case = settled(TAX)
    Case.objects.filter(pk=case.pk).update(language=language)
    case.refresh_from_db()
    tax = reasons.get("LEG-06")
    refusal, ground = Standing.of(case).refusal, papers.facts(case.id).ground
    assert refusal
    assert ground
    assert refusal.ground == ground.text == f"{tax.text.told(language)} {tax.next.told(language)}"
    assert refusal.citation == ground.citation == tax.citation


@pytest.mark.parametrize("steps", [(CRM, TAX), (EHR,), (HELD,)], ids=["partly", "referred", "late"])
def test_it_calls_nothing_a_refusal_that_is_none(steps: tuple[Planned, ...]) -> None:
    case = settled(*steps)
    assert (Standing.of(case).refusal, papers.facts(case.id).ground) == (None, None)


@pytest.mark.parametrize(("language", "words"), [("en", "until then you can take it back"), ("es", "hasta entonces")])
def test_it_says_until_when_an_approved_deletion_can_be_taken_back(language: str, words: str) -> None:
    case = planned(CRM)
    with override_settings(UMBS_COOLING_OFF_HOURS=48), translation.override(language):
        assert words not in str(Standing.of(case).sentence)
        case = factories.approved(case)
        standing = Standing.of(case)
        assert words in str(standing.sentence)
        assert standing.may_withdraw
        changes.begin_changes(factories.holder(case))
        case.refresh_from_db()
        assert words not in str(Standing.of(case).sentence)


@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("en", "The first of them stay until March 1, 2032, the last until May 1, 2040."),
        ("es", "Los primeros se conservan hasta el 1 de marzo de 2032; los últimos, hasta el 1 de mayo de 2040."),
    ],
)
def test_it_tells_the_first_and_the_last_day_of_what_is_kept(language: str, words: str) -> None:
    case = settled(TAX, replace(TAX, keep_until=date(2032, 3, 1)))
    owed = case.obligations.filter(source_key="billing").values_list("due_on", flat=True)
    assert sorted(owed) == [date(2032, 3, 2), date(2040, 5, 2)]
    with translation.override(language):
        assert words in render_to_string("portal/_deletion.html", {"standing": Standing.of(case)})


def test_it_promises_no_day_that_nobody_knows() -> None:
    without_an_end = replace(TAX, collection="billing.letters", keep_until=None)
    (kept, _note) = Standing.of(settled(TAX, without_an_end)).deletion
    assert (kept.word, kept.rows, kept.on) == ("kept", 2, None)


def test_it_says_nothing_before_it_is_settled() -> None:
    assert Standing.of(planned(CRM, TAX)).deletion == []


def test_it_replaces_no_plan_that_was_begun() -> None:
    case = settled(CRM, TAX)
    with pytest.raises(WrongState, match="begun"), transaction.atomic():
        erasure.write_plan(case, [CRM])


def test_it_takes_nothing_from_a_worker_that_was_overtaken() -> None:
    case = factories.approved(planned(CRM))
    late, newer = factories.holder(case), factories.holder(case)
    (step,) = erasing.ordered(case.id)
    erasing.step_tried(newer, step_id=step.id, error_kind="timeout", error="The database did not answer in time.")
    with pytest.raises(Superseded):
        erasing.step_done(late, step_id=step.id, result="deferred", rows_done=0, rows_left=None, reason="TEC-05")
    row = PlanStep.objects.get(pk=step.id)
    assert (row.result, row.error_kind, row.attempts) == ("", "timeout", 1)
