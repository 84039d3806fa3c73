"""The answer on paper: everything in the released package and nothing else, behind the same gate, in one envelope."""

from __future__ import annotations

import io
import json
import re
import zipfile
from collections.abc import Sequence
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.utils import timezone
from pytest_django import Settings

from fulfillment.fulfil import handle as fulfil
from fulfillment.jobs import ATTEMPTS, Job
from fulfillment.pdf import copy, facts, letter, record
from fulfillment.pdf.press import RenderFailed
from requests_app.casefile import deliver, papers, read
from requests_app.casefile.types import FoundRecord
from requests_app.exceptions import NotAllowed, NotValid
from requests_app.models import Case, Deliverable, EventKind, Notice
from requests_app.permissions import Role, staff
from requests_app.services import clock, collect, holds, notices, post, retention
from tests import factories
from tests.characters import user
from tests.fulfillment import reading
from tests.fulfillment.test_access import NOTES, job_of, to_fulfil
from tests.requests_app.test_staff_pages import desk

pytestmark = pytest.mark.django_db

CALLS = [FoundRecord("billing.calls", str(n), {"call": n, "asked": f"about-matter-{n:03}"}) for n in range(1, 6)]
CHOSEN = "/staff/post/chosen/"
PLANTED = {"note": "Her number is 219-09-9999."}


@pytest.fixture(autouse=True)
def _one_factor(settings: Settings) -> None:
    settings.UMBS_STAFF_MFA = False


def by_post(rows: Sequence[FoundRecord] = (*NOTES, *CALLS)) -> Case:
    """Approved, and no source holds an address any more to which a link may go."""
    case = to_fulfil(rows)
    case.identity_checks.filter(method="match").delete()
    return case


def answered(case: Case) -> Notice:
    """Released, and the letter of it made."""
    fulfil(job_of(case, "fulfil"))
    return posted_as(case)


def posted_as(case: Case, *, attempt: int = 1) -> Notice:
    notice = case.notices.get(kind=Notice.Kind.READY)
    letter.handle(Job(1, "letter", "letter", case.id, {"order_id": str(notice.id)}, 1, attempt))
    notice.refresh_from_db()
    return notice


def mailed(case: Case) -> None:
    for mail in case.notices.filter(medium=Notice.Medium.MAIL, state=Notice.State.ORDERED):
        notices.sent(mail.id)


def filed(case: Case) -> Case:
    mailed(case)
    case.refresh_from_db()
    return factories.closed(case)


def clerk() -> Any:
    return staff(user(Role.INTAKE))


def words(paper: Deliverable | None) -> str:
    """As somebody reads it who may read packages; without line breaks."""
    assert paper is not None
    served = collect.fetch(deliverable_id=paper.id, by=staff(user(Role.OFFICER, "cleo")))
    return re.sub(r"\s+", " ", reading.text(b"".join(served.parts)))


def pages_of(package: dict[str, Any], case: Case) -> list[str]:
    """The texts of the parts of a package of these members."""
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        for name, content in package.items():
            archive.writestr(name, content if isinstance(content, str) else json.dumps(content))
    snapshot, law = read.snapshot(case.id), papers.facts(case.id)
    common = facts.common(snapshot, law, issued_at=case.received_at)
    with zipfile.ZipFile(file) as archive:
        parts = list(copy.parts(archive, snapshot, common))
    return [reading.text(letter.print_document(part).pdf) for part in parts]


def test_every_released_record_is_on_paper_and_no_withheld_word() -> None:
    notice = answered(by_post())

    told = words(notice.copy)
    assert [row.values["asked"] for row in CALLS if row.values["asked"] not in told] == []
    assert "Spoke with [withheld: another person's name]. SSN [withheld: Social Security number]" in told
    assert "Osvaldo" not in told
    assert "521-44-9382" not in told
    assert notice.case.reference in told
    assert told.count("Billing: ") == 2, "each collection under its own heading, once"
    cover = words(notice.letter)
    assert "Our answer comes with this letter, on" in cover
    assert "12 Larkspur Lane Garland, TX 75040" in cover
    assert notice.case.deliverables.get(kind="package").sha256 in cover.replace(" ", "")


def test_it_leaves_by_the_same_gate_as_the_package() -> None:
    case = by_post()
    notice = answered(case)
    assert notice.copy is not None
    assert notice.copy.scan_passed
    assert case.events.filter(kind=EventKind.DELIVERABLE_RELEASED).count() == 2
    with pytest.raises(NotAllowed):
        collect.fetch(deliverable_id=notice.copy.id, by=clerk())
    holds.place(case_id=filed(case).id, by=staff(user(Role.OFFICER)), ground="Subpoena 26-114")
    with pytest.raises(NotValid, match="may not leave now"):
        post.bundle(notice_ids=[notice.id], by=clerk())


def test_it_is_not_printed_while_the_package_may_not_leave() -> None:
    case = by_post()
    fulfil(job_of(case, "fulfil"))
    holds.place(case_id=case.id, by=staff(user(Role.OFFICER)), ground="Subpoena 26-114")
    notice = posted_as(case)
    assert (notice.state, notice.error) == (Notice.State.FAILED, "not_released")
    assert not case.deliverables.filter(kind__in=["letter", "copy"]).exists()


def test_a_number_that_is_never_disclosed_stops_letter_and_copy() -> None:
    case = by_post()
    listed = {"source": "Billing", "title": "notes", "records": 1, "data": "data/n.json", "statements": ""}
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as package:
        package.writestr("contents.json", json.dumps({"collections": [listed]}))
        package.writestr("data/n.json", f"[\n{json.dumps(PLANTED)}\n]\n")
    by = factories.holder(case)
    about = {"kind": "package", "name": "a.zip", "content_type": "application/zip", "key": "planted"}
    deliver.attach_deliverable(by, parts=[file.getvalue()], scan_passed=True, **about)
    deliver.announce_package(by)
    notice = posted_as(case)
    assert (notice.state, notice.error) == (Notice.State.FAILED, "artefact_scan")
    assert not case.deliverables.filter(kind__in=["letter", "copy"]).exists()


def test_a_long_answer_goes_through_the_press_in_parts_that_say_which_they_are(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(copy, "RECORDS", 3)
    notice = answered(by_post())
    told = words(notice.copy)
    assert [n for n in (1, 2, 3) if f"Part {n} of 3" not in told] == []
    assert [row.values["asked"] for row in CALLS if row.values["asked"] not in told] == []
    assert notice.copy is not None
    assert notice.copy.sheets == 3


@pytest.mark.parametrize("trouble", ["too long", "the press"])
def test_what_is_too_long_for_paper_stays_a_file_and_the_letter_says_so(
    trouble: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    case = by_post(NOTES)
    fulfil(job_of(case, "fulfil"))
    if trouble == "too long":
        monkeypatch.setattr(copy, "MOST_PAGES", 0)
    else:

        def stuck(*_: object) -> None:
            raise RenderFailed

        monkeypatch.setattr(copy, "print_document", stuck)
        with pytest.raises(RenderFailed):
            posted_as(case)
    notice = posted_as(case, attempt=ATTEMPTS)
    assert notice.copy is None
    assert "more pages than we can put in the mail" in words(notice.letter)


def test_an_answer_of_words_and_one_without_a_find_are_printed_too() -> None:
    case = factories.opened("third_party_list")
    named = [{"name": "Elm Mail", "kind": "mailer", "categories": ["identifiers"], "systems": ["CRM"], "contact": ""}]
    assert "Elm Mail" in pages_of({"third_parties.json": {"third_parties": named}}, case)[0]
    nothing = pages_of({"contents.json": {"collections": []}}, factories.opened())
    assert ["We found no personal information about you" in text for text in nothing] == [True]


def test_a_statement_stands_below_its_record() -> None:
    listed = {"source": "Billing", "title": "notes", "records": 2, "data": "n.json", "statements": "said.json"}
    said = {"2": [{"what": "diagnosis", "text": "I never had it.", "on": "2026-03-02"}]}
    rows = '[\n{"note": "first"},\n{"note": "second"}\n]\n'
    (text,) = pages_of(
        {"contents.json": {"collections": [listed]}, "n.json": rows, "said.json": said}, factories.opened()
    )
    assert text.index("second") < text.index("I never had it.")


def test_the_pile_holds_letter_answer_and_record_and_asks_for_a_fresh_proof() -> None:
    case = by_post()
    notice = answered(case)
    with pytest.raises(NotValid, match="not filed yet"):
        post.bundle(notice_ids=[notice.id], by=clerk())
    mailed(case)
    record.handle(job_of(case, "record"))
    assert notice.copy is not None
    tray = desk(Role.INTAKE).get("/staff/post/").content.decode()
    assert f"printed with the answer: {notice.copy.sheets} sheet" in tray
    wanted = {"act": "print", "letters": [str(notice.id)]}
    assert "/accounts/reauthenticate/" in desk(Role.INTAKE, proven=False).post(CHOSEN, wanted)["Location"]
    printed = b"".join(desk(Role.INTAKE).post(CHOSEN, wanted))  # type: ignore[call-overload]
    told = reading.text(printed)
    heads = ("Our answer to your privacy", "that we hold about you", "Record of fulfillment")
    places = [told.index(head) for head in heads]
    assert places == sorted(places)
    fetched = case.events.filter(kind=EventKind.DELIVERABLE_FETCHED, role=Role.INTAKE.value)
    assert [event.payload["kind"] for event in fetched.order_by("sequence")] == ["letter", "copy", "record"]


def test_no_more_answers_are_printed_at_a_time_than_a_printer_holds(monkeypatch: pytest.MonkeyPatch) -> None:
    waiting = [answered(by_post(NOTES)), answered(by_post(NOTES))]
    monkeypatch.setattr(post, "MOST_SHEETS", 1)
    with pytest.raises(NotValid, match="have 2 sheets"):
        post.bundle(notice_ids=[notice.id for notice in waiting], by=clerk())


def test_it_goes_when_the_package_goes() -> None:
    case = by_post(NOTES)
    notice = answered(case)
    filed(case)
    notices.posted(notice_id=notice.id, by=clerk(), on=clock.today())
    with time_machine.travel(timezone.now() + timedelta(days=40)):
        retention.sweep()
    assert notice.copy is not None
    notice.copy.refresh_from_db()
    assert notice.copy.revoked_at is not None
