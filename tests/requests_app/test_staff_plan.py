"""The plan of a deletion on its page: grounds in words, counts, what is held, what came of it; and as a table."""

from __future__ import annotations

import csv
import io
from datetime import date, timedelta

import pytest
from django.utils import timezone
from pytest_django import Settings

from requests_app.casefile import changes
from requests_app.lifecycle import Right, State
from requests_app.models import Case, Obligation, PlanStep
from requests_app.permissions import Role, staff
from requests_app.selectors import today
from requests_app.services import holds, planned, review
from requests_app.staff import sheet
from tests.characters import user
from tests.factories import case_in, holder
from tests.requests_app.plans import STEPS, released
from tests.requests_app.plans import planned as in_review
from tests.requests_app.test_staff_pages import desk, path, said

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def without_second_factor(settings: Settings) -> None:
    settings.UMBS_STAFF_MFA = False


def shown(case: Case, role: Role = Role.OFFICER) -> str:
    """The page's words, however they are broken into lines."""
    return " ".join(desk(role).get(path(case, "plan/")).content.decode().split())


def carried_out() -> Case:
    """One group is gone, one came back with an error, one is kept."""
    case = released()
    changes.begin_changes(holder(case))
    now = timezone.now()
    people, calls, invoices = (case.steps.get(collection=one["collection"]) for one in STEPS)
    people.result, people.rows_done, people.rows_left, people.asked_again_at = "deleted", 2, 0, now
    calls.result, calls.reason, calls.rows_left, calls.attempts = "deferred", "TEC-05", None, 3
    calls.error, calls.restricted_at = "=The system does not answer; ask its owner.", now
    invoices.result, invoices.restricted_at = "kept", now
    for step in (people, calls, invoices):
        step.save()
    Obligation.objects.create(
        case=case,
        step=calls,
        kind="retry",
        source_key="crm",
        source_name="Customer relations",
        reason="TEC-05",
        owner="crm-owner@example.org",
        due_on=today() + timedelta(days=1),
        key="x",
        opened_at=now,
    )
    return case


def test_it_says_what_is_planned_and_why() -> None:
    case = in_review((*STEPS[:2], {**STEPS[2], "keep_until": date(2033, 12, 31)}))
    page = shown(case, Role.AUDITOR)
    for text in (
        "crm.people",
        "Keep: <strong>2</strong>",
        "(6 rows)",
        "Tax law requires us to keep",
        "26 USC 6001",
        "Policy: end of the fiscal year plus 7 years",  # for us alone
        "Dec 31, 2033",
        "Carried out after the approvals",
    ):
        assert text in page, text
    assert "What came of it" not in page
    assert "PA-104482" not in page, "the page shows no record"


def test_it_reads_as_one_what_differs_by_its_day_alone_and_exports_each() -> None:
    days = [date(2029, 3, 1), date(2031, 7, 4), date(2033, 12, 31)]
    case = in_review((*STEPS[:2], *({**STEPS[2], "keep_until": day} for day in days)))
    page = shown(case)
    assert "until days between Mar 1, 2029 and Dec 31, 2033" in page
    assert page.count("26 USC 6001") == 1
    for words in ("(10 rows)", "<td>6</td>"):
        assert words in page
    assert [line.step.keep_until for line in planned.read(case, language="en").lines if line.step.keep_until] == days


def test_it_says_what_came_of_it_and_what_happens_next() -> None:
    page = shown(carried_out())
    for text in (
        "What came of it",
        "asked again: nothing is there",
        "The system does not answer; ask its owner.",
        "other use blocked since",
        "crm-owner@example.org",
        "next try",
        "Deleted: <strong>2</strong>",
    ):
        assert text in page, text


def test_it_says_until_when_the_consumer_can_take_it_back(settings: Settings) -> None:
    settings.UMBS_COOLING_OFF_HOURS = 48
    case = released()
    begins = planned.read(case, language="en").may_begin_at
    assert begins is not None
    assert timedelta(hours=47) < begins - timezone.now() <= timedelta(hours=48)
    assert "the consumer can take the request back" in shown(case)
    changes.begin_changes(holder(case))
    case.refresh_from_db()
    assert planned.read(case, language="en").may_begin_at is None


def test_it_shows_which_records_a_hold_covers_now() -> None:
    case = released()
    cleo = staff(user(Role.OFFICER))
    hold = holds.place_on_source(by=cleo, source_key="crm", collection="crm.calls", ground="Matter 26-114")
    page = shown(case)
    assert page.count("Matter 26-114") == 1
    assert "Left as it is while the hold stands" in page
    holds.lift_from_source(by=cleo, hold_id=hold.id)
    assert "Matter 26-114" not in shown(case)


def test_it_is_approved_and_sent_back_from_the_page() -> None:
    case = in_review()
    page = shown(case)
    assert case.content_digest in page
    assert f"/staff/cases/{case.reference}/decide/approve/" in page
    assert f"/staff/cases/{case.reference}/act/send_back/" in page
    for name in ("cleo", "cato"):
        answer = desk(Role.OFFICER, name).post(
            path(case, "decide/approve/"), {"approve-digest": case.content_digest}, follow=True
        )
    assert said(answer) == "Approved; the case goes on."
    assert Case.objects.get(pk=case.pk).state == State.FULFILLING


def test_it_goes_back_to_review_from_the_page_until_something_was_begun() -> None:
    case = released()
    path_to = f"/staff/cases/{case.reference}/act/reconsider/"
    assert path_to in shown(case)
    answer = desk().post(path_to, {"reconsider-text": "She telephoned: the archive has to go, too."}, follow=True)
    assert said(answer) == "Back in review: the approvals are void, and nothing has left."
    assert Case.objects.get(pk=case.pk).state == State.IN_REVIEW
    begun = released()
    changes.begin_changes(holder(begun))
    assert "/act/reconsider/" not in shown(begun)


def test_it_takes_no_approval_of_a_plan_that_changed_since() -> None:
    case = in_review()
    seen = case.content_digest
    PlanStep.objects.filter(case=case, collection="crm.people").update(rows=3)
    review.refresh_digest(Case.objects.get(pk=case.pk))
    answer = desk().post(path(case, "decide/approve/"), {"approve-digest": seen}, follow=True)
    assert "The content changed" in said(answer)
    assert not case.approvals.exists()


def test_the_case_page_leads_to_it_and_the_board_tells_it_in_short() -> None:
    case = in_review()
    page = desk().get(path(case)).content.decode()
    assert f'href="/staff/cases/{case.reference}/plan/"' in page
    assert "Keep: 2" in page
    other = case_in(State.IN_REVIEW, Right.ACCESS)
    assert "/plan/" not in desk().get(path(other)).content.decode()
    assert "This case has no plan of a deletion." in shown(other)


def test_its_table_runs_nothing_in_a_spreadsheet() -> None:
    case = carried_out()
    answer = desk().get(path(case, "plan.csv"))
    rows = list(csv.DictReader(io.StringIO(answer.content.decode())))
    assert len(rows) == 3
    by_place = {row["collection"]: row for row in rows}
    assert by_place["crm.calls"]["error"] == "'=The system does not answer; ask its owner."
    assert by_place["crm.calls"]["next_try"] == (today() + timedelta(days=1)).isoformat()
    assert by_place["billing.invoices"]["ground"] == "Tax and accounting records"


@pytest.mark.parametrize("run", ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", " =cmd|' /C calc'!A0", "\n=1"])
def test_a_cell_is_never_a_formula(run: str) -> None:
    assert sheet.cell(run) == f"'{run}"
    assert sheet.cell("plain - text") == "plain - text"
    assert sheet.cell(None) == ""
