"""The record is filed on every way out and says what the case file says; letters wait in the tray for an envelope."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path

import pytest
import time_machine
from django.utils import timezone
from pytest_django import Settings

from fulfillment.jobs import ATTEMPTS, Job, Postpone
from fulfillment.pdf import facts, letter, record
from fulfillment.pdf.press import Press, RenderFailed
from fulfillment.templatetags.letters import words
from requests_app.casefile import Superseded, deliver, opting_out, papers, read
from requests_app.lifecycle import Outcome, Right, State
from requests_app.models import Attention, Case, Channel, Deliverable, Notice
from requests_app.permissions import SYSTEM, Role, consumer, staff
from requests_app.services import appeal, extension, messages, notices, review
from requests_app.vault import CaseVault, blobs
from tests import factories
from tests.characters import NOBODY_ONLINE, user
from tests.fulfillment import reading
from tests.services.full_disk import full_disk

pytestmark = pytest.mark.django_db

SOON = timedelta(minutes=1)


@pytest.fixture(autouse=True)
def _store(settings: Settings, tmp_path: Path) -> None:
    settings.UMBS_MEDIA_URL = f"file://{tmp_path}"


def mailed(case: Case) -> Case:
    """Every mail of the case has gone out."""
    for notice in read.open_notices(case.id):
        deliver.notice_sent(notice)
    case.refresh_from_db()
    return case


def job(case: Case, *, fence: int = 900, attempt: int = 1) -> Job:
    case.refresh_from_db()
    return Job(1, "record", "record", case.id, {"entry": case.entry}, fence, attempt)


def filed(case: Case) -> str:
    """File the record of a case in RECORDING; what it says."""
    record.handle(job(mailed(case)))
    case.refresh_from_db()
    return said(case.deliverables.get(kind="record"))


def said(document: Deliverable) -> str:
    content = b"".join(blobs.read(CaseVault.of(document.case_id), document.blob))
    assert hashlib.sha256(content).hexdigest() == document.sha256
    assert reading.faults(content) == []
    return reading.text(content)


def test_the_record_of_an_access_says_what_the_case_file_says_and_closes_the_case() -> None:
    case = factories.case_in(State.RECORDING)
    text = filed(case)
    assert case.state == State.CLOSED
    assert case.deliverables.get(kind="record").name == f"{case.reference}-record.pdf"
    told = (case.reference, "Fulfilled", "by our web form", "one-time code", "declaration signed", "Billing", "e-mail")
    assert [words for words in told if words.lower() not in text.lower()] == []
    package = case.deliverables.get(kind="package")
    assert package.sha256 in text.replace(" ", "")
    assert "Social Security number" in text
    assert "7024(d)" in text
    assert text.count("Privacy officer (") == 2
    assert "11 CCR 7021(a)" in text
    assert "in time" in text


def test_the_record_names_nobody() -> None:
    case = factories.case_in(State.RECORDING)
    text = filed(case)
    assert [word for word in ("Ada", "Quillfeather", "example.org", "900-12-3456", "Larkspur") if word in text] == []


def test_the_record_of_an_opt_out_asks_for_no_proof_and_says_what_stays_in_force() -> None:
    case = factories.opened(Right.OPT_OUT_SALE_SHARING)
    deliver.restrict(factories.holder(case))
    factories.fulfilled(case)
    text = filed(case)
    assert "until you say otherwise" in text
    assert "How identity was proven" not in text
    assert "Carry out the opt-out" in text


def test_the_record_of_a_refusal_gives_ground_and_explanation() -> None:
    case = factories.case_in(State.IN_REVIEW)
    explanation = "You asked the same last month, and nothing was added to our records since then."
    officer = staff(user(Role.OFFICER))
    review.deny(case_id=case.id, by=officer, ground="unfounded_or_excessive", explanation=explanation)
    text = filed(case)
    assert "Refused" in text
    assert explanation in text
    assert "1798.145(h)(3)" in text
    assert "What was released" not in text
    assert "Our decision and its reason: by e-mail on" in text


def test_the_record_of_a_withdrawal_calls_its_dates_no_longer_due() -> None:
    case = factories.withdrawn(factories.opened())
    text = filed(case)
    assert "Withdrawn by you" in text
    assert "no longer due" in text
    assert case.outcome == Outcome.WITHDRAWN


def test_the_record_of_a_merged_case_names_the_other() -> None:
    case, other = factories.opened(), factories.opened()
    review.merge(case_id=case.id, by=staff(user(Role.OFFICER)), into=other)
    assert f"Joined with another request of yours ({other.reference})" in filed(case)


def test_it_waits_for_a_mail_that_is_on_its_way_but_not_for_ever() -> None:
    case = factories.withdrawn(factories.opened())
    with pytest.raises(Postpone):
        record.handle(job(case))
    with time_machine.travel(timezone.now() + record.PATIENCE + SOON, tick=True):
        record.handle(job(case))
    case.refresh_from_db()
    assert case.state == State.CLOSED
    assert "on its way by e-mail" in said(case.deliverables.get(kind="record"))


def test_it_files_one_record_however_often_it_runs() -> None:
    case = factories.case_in(State.RECORDING)
    mailed(case)
    first = job(case)
    record.handle(first)
    record.handle(first)
    assert case.deliverables.filter(kind="record").count() == 1


def test_a_worker_whose_lease_ran_out_files_nothing() -> None:
    case = mailed(factories.case_in(State.RECORDING))
    Case.objects.filter(pk=case.pk).update(stage_fence=10_000)
    with pytest.raises(Superseded):
        record.handle(job(case))
    assert not case.deliverables.filter(kind="record").exists()


def test_a_job_of_an_earlier_entry_has_nothing_to_do() -> None:
    case = mailed(factories.case_in(State.IN_REVIEW))
    record.handle(job(case))
    assert not case.deliverables.filter(kind="record").exists()


@pytest.fixture
def press_out_of_order(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """A press that has no memory to print with."""
    press = Press(seconds=5, megabytes=1)
    monkeypatch.setattr("fulfillment.pdf.page.PRESS", press)
    yield
    press.close()


@pytest.mark.slow
def test_a_record_that_cannot_be_printed_is_flagged_and_tried_again(press_out_of_order: None) -> None:
    case = mailed(factories.case_in(State.RECORDING))
    with pytest.raises(RenderFailed):
        record.handle(job(case))
    case.refresh_from_db()
    assert (case.state, case.attention) == (State.RECORDING, Attention.STAGE_FAILED)


def test_a_full_store_is_flagged_and_leaves_nothing_behind() -> None:
    case = mailed(factories.case_in(State.RECORDING))
    with full_disk():
        record.handle(job(case))
    case.refresh_from_db()
    assert (case.state, case.attention) == (State.RECORDING, Attention.STORAGE)
    assert not case.deliverables.filter(kind="record").exists()


# --- letters -----------------------------------------------------------------------------------------------------


def printed(case: Case, kind: Notice.Kind, *, attempt: int = 1) -> Notice:
    notice = case.notices.filter(kind=kind).latest("ordered_at")
    letter.handle(Job(1, "letter", "letter", case.id, {"order_id": str(notice.id)}, 1, attempt))
    notice.refresh_from_db()
    return notice


def nell(right: str = Right.ACCESS) -> Case:
    """Nell Oakhurst has no e-mail address."""
    return factories.opened(right, person=NOBODY_ONLINE, channel=Channel.MAIL)


def acknowledged() -> tuple[Case, Notice.Kind, str]:
    return nell(), Notice.Kind.ACKNOWLEDGEMENT, "We received your privacy request"


def extended() -> tuple[Case, Notice.Kind, str]:
    case, reason = nell(), "The archive of paper files has to be read by hand, which takes longer."
    extension.extend(case_id=case.id, by=staff(user(Role.OFFICER)), reason=reason)
    return case, Notice.Kind.EXTENSION, reason


def denied() -> tuple[Case, Notice.Kind, str]:
    case, explanation = nell(), "We asked you twice for one more fact and had no answer to our letters."
    officer = staff(user(Role.OFFICER))
    review.deny(case_id=case.id, by=officer, ground="identity_unproven", explanation=explanation)
    return case, Notice.Kind.DENIAL, explanation


def upheld() -> tuple[Case, Notice.Kind, str]:
    case, explanation = denied()[0], "The letters that you name never reached us; nothing new was shown."
    factories.closed(case)
    again = appeal.open_appeal(case_id=case.id, by=consumer(case.id), text="I answered both letters in June.")
    other = staff(user(Role.OFFICER, "cato"))
    review.deny(case_id=again.id, by=other, ground="identity_unproven", explanation=explanation)
    return again, Notice.Kind.APPEAL_UPHELD, explanation


def written_to() -> tuple[Case, Notice.Kind, str]:
    case = nell()
    messages.write(case_id=case.id, by=staff(user(Role.ANALYST)), text="Please call us about your second account.")
    return case, Notice.Kind.MESSAGE, "we read it to you"


def opted_out() -> tuple[Case, Notice.Kind, str]:
    case = nell(Right.OPT_OUT_SALE_SHARING)
    deliver.restrict(factories.holder(case))
    opting_out.settle(factories.holder(case), [opting_out.Left("crm", "Customers", "TEC-05", "crm-owner@example.org")])
    return case, Notice.Kind.OPT_OUT_DONE, "One of our systems could not keep your choice yet."


def still_owed() -> tuple[Case, Notice.Kind, str]:
    case = opted_out()[0]
    parameters = {"settled": False, "next_on": "2026-12-01"}
    notices.order(case, Notice.Kind.FOLLOW_UP, by=SYSTEM, key="late", parameters=parameters)
    return case, Notice.Kind.FOLLOW_UP, "the next time on December 1, 2026"


@pytest.mark.parametrize("road", [acknowledged, extended, denied, upheld, written_to, opted_out, still_owed])
def test_the_letter_waits_in_the_tray_with_the_address_in_its_window(
    road: Callable[[], tuple[Case, Notice.Kind, str]],
) -> None:
    case, kind, told = road()
    notice = printed(case, kind)
    assert notice.state == Notice.State.TO_POST
    assert notice.letter is not None
    text = said(notice.letter)
    assert "Nell Oakhurst 7 Juniper Court Plano, TX 75074" in text
    assert f"Reference {case.reference}" in text
    assert told in text
    assert "second account" not in text  # a message stays out of its envelope


def test_our_last_word_offers_no_further_appeal_but_names_the_authority() -> None:
    case, kind, _ = upheld()
    letter_of = printed(case, kind).letter
    assert letter_of is not None
    assert "You may appeal within" not in said(letter_of)
    assert "Who oversees us" in said(letter_of)


def test_a_record_lists_what_went_to_the_person_in_words_and_nothing_that_went_to_others() -> None:
    case = factories.case_in(State.RECORDING)
    for kind in (Notice.Kind.AUTHORITY, Notice.Kind.OWNER_TASK, Notice.Kind.PROVIDER_TOLD):
        notices.order(case, kind, by=SYSTEM, key=str(kind), to="owner@example.org")
    kinds = {notice.kind for notice in papers.facts(case.id).notices}
    assert Notice.Kind.AUTHORITY in kinds
    assert not kinds & {Notice.Kind.OWNER_TASK, Notice.Kind.PROVIDER_TOLD, Notice.Kind.CODE}
    told = set(Notice.Kind) - set(papers.NOT_ON_PAPER)
    assert [kind for kind in told if words(kind, "notice") == kind] == []


def test_the_letter_tells_people_without_mail_nothing_of_codes_by_mail() -> None:
    notice = printed(nell(), Notice.Kind.ACKNOWLEDGEMENT)
    assert notice.letter is not None
    text = said(notice.letter)
    assert "requests/status" not in text
    assert "at a number or address that we already have" in text


def test_the_denial_by_post_offers_appeal_regulator_and_opt_out() -> None:
    case, kind, _ = denied()
    notice = printed(case, kind)
    assert notice.letter is not None
    text = said(notice.letter)
    law = papers.facts(case.id)
    assert law.regulator_name in text
    assert law.appeal_within is not None
    assert f"within {law.appeal_within[0]} days" in text
    assert "stop selling and sharing the information that we keep" in text
    assert "Ask again at any time, with one more fact" in text


def test_a_letter_is_printed_once() -> None:
    case = nell()
    first = printed(case, Notice.Kind.ACKNOWLEDGEMENT)
    assert printed(case, Notice.Kind.ACKNOWLEDGEMENT).letter_id == first.letter_id
    assert case.deliverables.filter(kind="letter").count() == 1


def test_a_letter_with_a_number_that_is_never_disclosed_stays_in_the_house() -> None:
    case = nell()
    explanation = "The Social Security number that you wrote, 219-09-9999, is not the one on our file."
    officer = staff(user(Role.OFFICER))
    review.deny(case_id=case.id, by=officer, ground="identity_unproven", explanation=explanation)
    notice = printed(case, Notice.Kind.DENIAL)
    assert (notice.state, notice.error) == (Notice.State.FAILED, "artefact_scan")
    assert not case.deliverables.filter(kind="letter").exists()


@pytest.mark.slow
def test_a_letter_that_cannot_be_printed_is_given_up_after_the_last_try(press_out_of_order: None) -> None:
    case = nell()
    with pytest.raises(RenderFailed):
        printed(case, Notice.Kind.ACKNOWLEDGEMENT)
    assert case.notices.get().state == Notice.State.ORDERED
    with pytest.raises(RenderFailed):
        printed(case, Notice.Kind.ACKNOWLEDGEMENT, attempt=ATTEMPTS)
    assert case.notices.get().state == Notice.State.FAILED


def test_it_tells_steps_under_one_rule_together() -> None:
    [answer] = [row for row in read.snapshot(nell().id).clocks if row.kind == "answer"]
    received, counted, extension_ = facts.steps(answer)
    assert received.startswith("Received")
    assert counted.startswith("45 calendar days")
    assert "Due" in counted
    assert counted.count("1798.130(a)(2)(A)") == 1
    assert extension_.startswith("May be extended once")


@pytest.mark.parametrize(
    ("typed", "lines"),
    [
        ("7 Juniper Court, Plano, TX 75074", ("7 Juniper Court", "Plano, TX 75074")),
        ("4521 Willow Creek Drive, Apt 12B, Plano, TX 75074", ("4521 Willow Creek Drive, Apt 12B", "Plano, TX 75074")),
        ("PO Box 12\nPlano, TX 75074,\n\n", ("PO Box 12", "Plano, TX 75074")),
        ("General Delivery", ("General Delivery",)),
        ("Plano, TX 75074", ("Plano, TX 75074",)),
        ("", ()),
    ],
)
def test_it_sets_an_address_as_the_post_office_wants_it(typed: str, lines: tuple[str, ...]) -> None:
    assert letter.postal_lines(typed) == lines
