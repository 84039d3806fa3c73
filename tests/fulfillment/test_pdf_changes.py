"""Papers of deletions and corrections say what was done, what was not, why, and what happens next: in two languages."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from pytest_django import Settings

from fulfillment.models import DataSource
from fulfillment.pdf import deletion, letter, record
from fulfillment.pdf.composers import COMPOSERS
from fulfillment.pdf.documents import Deletion, Letter
from fulfillment.pdf.page import print_document
from fulfillment.scan.scan import scan
from requests_app.casefile import papers, read, reasons
from requests_app.casefile.types import CaseSnapshot, CorrectionFact, CorrectionPlaceFact, ReferralFact, StepFact
from requests_app.lifecycle import Right
from requests_app.models import Case, Channel, Notice
from requests_app.permissions import SYSTEM
from requests_app.services import intake, notices
from tests import factories
from tests.characters import NOBODY_ONLINE
from tests.fulfillment import reading

pytestmark = pytest.mark.django_db
DONE = datetime(2026, 12, 2, 16, 0, tzinfo=UTC)


@pytest.fixture(autouse=True)
def _house(settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Every right is offered; nothing leaves the test's own folder."""
    settings.UMBS_MEDIA_URL = f"file://{tmp_path}"
    monkeypatch.setattr(intake, "OFFERED", frozenset(Right))


def step(collection: str = "crm.leads", **said: Any) -> StepFact:
    """A group that was deleted and found gone, but for what the test says."""
    plain: dict[str, Any] = {
        "id": uuid.uuid4(),
        "source_key": "crm",
        "source_name": "CRM",
        "collection": collection,
        "action": "delete",
        "reason": "",
        "keep_until": None,
        "without": (),
        "rows": 3,
        "result": "deleted",
        "rows_done": 3,
        "rows_left": 0,
        "error_kind": "",
        "attempts": 1,
        "done_at": DONE,
        "asked_again_at": DONE,
        "restricted_at": None,
        "retry_on": None,
        "owner": "",
    }
    return StepFact(**(plain | said))


def undone(result: str, reason: str, **said: Any) -> StepFact:
    left = {"rows_done": 0, "rows_left": None, "done_at": None, "asked_again_at": None, "restricted_at": DONE}
    return step(**{"result": result, "reason": reason, "action": "keep", **left, **said})


def nell(right: str = Right.DELETE) -> Case:
    return factories.opened(right, person=NOBODY_ONLINE, channel=Channel.MAIL)


def snapshot(*steps: StepFact, language: str = "en", **said: Any) -> CaseSnapshot:
    """Nell's deletion as if these steps had been carried out."""
    return replace(read.snapshot(nell().id), steps=steps, language=language, outcome="partly", **said)


def printed(case: CaseSnapshot, kind: Notice.Kind) -> str:
    """What the letter of this kind says; it can be read aloud and nothing in it must stay in the house."""
    row = Case.objects.get(pk=case.id)
    row.language = case.language
    row.save(update_fields=["language"])
    notice = notices.order(row, kind, by=SYSTEM, key=str(kind))
    paper = letter.compose(read.letter_to_print(notice.id), case, papers.facts(case.id))
    return said(paper, case)


def said(paper: Letter | record.RecordOfFulfilment, case: CaseSnapshot) -> str:
    pdf = print_document(paper).pdf
    assert reading.faults(pdf) == []
    assert scan(pdf, "paper.pdf", ours=case.of_our_making).clean
    return reading.text(pdf)


def recorded(case: CaseSnapshot) -> str:
    return said(record.compose(case, papers.facts(case.id), issued_at=DONE), case)


TAX = {"reason": "LEG-06", "keep_until": date(2033, 12, 31), "collection": "billing.invoices", "source_name": "Billing"}
MIXED = (
    step(),
    step("crm.ticket_comments", action="pseudonymise", result="pseudonymised", reason="TEC-02", restricted_at=DONE),
    undone("kept", source_key="billing", rows=12, **TAX),
    undone(
        "deferred",
        "TEC-05",
        action="delete",
        source_key="web",
        source_name="Web analytics",
        collection="web.visits",
        rows=41,
        attempts=5,
        retry_on=date(2026, 12, 4),
    ),
    undone("referred", "SCP-01", source_key="ehr", source_name="Hillside", collection="ehr.claims", restricted_at=None),
)


@pytest.mark.parametrize("language", ["en", "es"])
@pytest.mark.parametrize("paper", [recorded, lambda case: printed(case, Notice.Kind.DELETION_DONE)])
def test_it_tells_of_each_source_what_became_of_it_and_why(paper: Callable[[CaseSnapshot], str], language: str) -> None:
    text = paper(snapshot(*MIXED, language=language))
    for code in ("TEC-02", "LEG-06", "TEC-05", "SCP-01"):
        reason = reasons.get(code)
        for words in (reason.title, reason.text, reason.next, reason.owner_name):
            assert words.told(language) in text
        assert reason.citation in text
    assert "Invoices: 12" in text
    assert "TEC-" not in text
    dates = {"en": ("December 4, 2026", "December 31, 2033"), "es": ("4 de diciembre de 2026", "31 de diciembre")}
    assert all(day in text for day in dates[language])


def test_it_says_that_a_delay_is_no_right_to_keep() -> None:
    text = recorded(snapshot(MIXED[3]))
    assert "We could not delete your information yet" in text
    assert "No law lets us keep it: we are late, and still owe you the deletion (11 CCR 7022(b)(1))" in text
    assert "Not done yet (after 5 tries)" in text
    assert "Blocked since December 2, 2026" in text


def test_it_does_not_claim_a_block_that_is_not_on_record() -> None:
    assert "No block is on record yet" in recorded(snapshot(replace(MIXED[3], restricted_at=None)))


def test_it_names_the_provider_who_decides() -> None:
    entity = {"name": "Hillside Clinic", "contact": "privacy@hillside.example"}
    _source("ehr", role="business_associate", covered_entity=entity)
    case = snapshot(MIXED[4])
    assert "Hillside Clinic, privacy@hillside.example" in recorded(case)
    assert "Hillside Clinic (privacy@hillside.example)" in printed(case, Notice.Kind.REFERRAL)


def test_a_referral_says_since_when_the_provider_knows_and_by_when_to_expect_its_answer() -> None:
    fact = ReferralFact(
        "ehr", "Claims", "Hillside Clinic (p@hillside.example)", date(2026, 11, 5), date(2026, 12, 7), confirmed=True
    )
    case = snapshot(referrals=(fact,))
    for text in (recorded(case), printed(case, Notice.Kind.REFERRAL)):
        assert "Claims Hillside Clinic (p@hillside.example) November 5, 2026 December 7, 2026" in text
        assert "HIPAA Privacy Rule" in text


def test_it_calls_collections_what_the_data_map_calls_them() -> None:
    _source("crm", called={"en": "people who asked about us", "es": "personas que preguntaron por nosotros"})
    assert "People who asked about us" in recorded(snapshot(step()))
    assert "Personas que preguntaron por nosotros" in recorded(snapshot(step(), language="es"))


def _source(key: str, *, called: dict[str, str] | None = None, **block: Any) -> None:
    source = {
        "key": key,
        "name": key,
        "owner": "o@example.org",
        "role": "controller",
        "connector": "sql",
        "covered_entity": None,
        "recheck_after_days": [0],
        "origin": [],
        "purposes": [],
        "recipients": [],
    } | block
    leads = {"name": "leads", "fields": [], "fides_meta": {"umbs": {"called": called} if called else {}}}
    document = {"source": source, "datasets": [{"fides_key": key, "name": key, "collections": [leads]}]}
    DataSource.objects.create(
        key=key, name=key, owner="o@example.org", role=source["role"], connector="sql", document=document
    )


@pytest.mark.parametrize(
    ("steps", "status", "counts"),
    [
        ((), "nothing", ()),
        ((step(),), "all", (("deleted", 3),)),
        ((step(result="not_found", rows_done=0),), "all", (("not_found", 3),)),
        ((MIXED[1],), "all", (("pseudonymised", 3),)),
        ((MIXED[2],), "none", (("kept", 12),)),
        ((step(), MIXED[3]), "some", (("deleted", 3), ("deferred", 41))),
        ((step(rows=5, result="deferred", reason="TEC-09", rows_left=2),), "some", (("deleted", 3), ("deferred", 2))),
        ((step(result="", rows_done=0),), "nothing", ()),
    ],
)
def test_it_counts_each_entry_once(
    steps: tuple[StepFact, ...], status: str, counts: tuple[tuple[str, int], ...]
) -> None:
    told = deletion.deletion(snapshot(*steps))
    assert told.status == status
    assert tuple((count.result, count.rows) for count in told.counts) == counts


def test_our_own_note_of_whom_not_to_write_to_is_told_and_spoils_no_deletion() -> None:
    note = undone("kept", "LEG-11", collection="", source_key="do-not-contact", source_name="Do-not-contact list")
    told = deletion.deletion(snapshot(step(), note))
    assert told.status == "all"
    assert told.note.startswith(reasons.get("LEG-11").text.en)
    assert reasons.get("LEG-11").text.en in recorded(snapshot(step(), note))


def test_it_admits_when_nobody_knows_how_much_a_source_holds() -> None:
    unsearched = undone("deferred", "TEC-05", action="defer", collection="", rows=0, rows_left=None)
    text = recorded(snapshot(unsearched))
    assert "Not done yet not known" in text
    assert "Whatever it holds about you; how much is not known" in text
    assert "Not done yet at least 41" in recorded(snapshot(unsearched, MIXED[3]))


def test_a_reason_that_no_longer_stands_in_the_way_is_not_told_any_more() -> None:
    assert deletion.deletion(snapshot(step(reason="LEG-06", action="keep"))).remainders == ()


def test_it_offers_an_appeal_only_where_something_is_refused() -> None:
    refused, late = (printed(snapshot(one), Notice.Kind.DELETION_DONE) for one in (MIXED[2], MIXED[3]))
    assert "You may appeal within" in refused
    assert "stop selling and sharing the information that we keep" in refused
    assert "You may appeal within" not in late


def test_it_says_when_nothing_was_found() -> None:
    text = printed(snapshot(), Notice.Kind.DELETION_DONE)
    assert "so there was nothing to delete" in text
    assert "What was deleted" not in text


def test_a_follow_up_tells_what_was_done_since_and_what_is_still_owed() -> None:
    before, after = step("crm.early"), step("crm.late", done_at=DONE + timedelta(days=3))
    case = snapshot(before, after, MIXED[2], MIXED[3], closed_at=DONE + timedelta(days=1))
    text = printed(case, Notice.Kind.FOLLOW_UP)
    assert "Late" in text
    assert "Early" not in text
    assert "Web analytics" in text
    assert "Tax law" not in text  # kept rightly, so not owed
    done = printed(replace(case, steps=(after,)), Notice.Kind.FOLLOW_UP)
    assert "all that we owed you in this request is done" in done


def test_it_says_when_deleted_entries_are_there_again() -> None:
    text = recorded(snapshot(step(rows_left=2)))
    assert "December 2, 2026, 2 found again" in text
    assert "none left" not in text


def test_a_follow_up_names_the_request_that_began_since_something_came_back() -> None:
    case = snapshot(step())
    row = Case.objects.get(pk=case.id)
    notice = notices.order(row, Notice.Kind.FOLLOW_UP, by=SYSTEM, key="follow-up", parameters={"opened": "2W8P-77KD-3"})
    text = said(letter.compose(read.letter_to_print(notice.id), case, papers.facts(case.id)), case)
    assert "We have opened a new request to delete them, 2W8P-77KD-3" in text


def test_a_correction_is_told_in_the_persons_own_words_and_recorded_without_them() -> None:
    place = CorrectionPlaceFact(
        id=uuid.uuid4(),
        source_key="crm",
        source_name="CRM",
        collection="crm.people",
        column="phone",
        chosen=True,
        rows=2,
        rows_done=1,
        rows_left=1,
        result="partly",
        reason="TEC-11",
    )
    item = CorrectionFact(number=1, ruling="accepted", ground="", result="partly", places=(place,))
    case = replace(read.snapshot(nell(Right.CORRECT).id), corrections=(item,), outcome="partly")
    told, filed = printed(case, Notice.Kind.CORRECTION_DONE), recorded(case)
    assert "214-555-0199" in told
    assert "214-555-0107" in told
    assert "214-555" not in filed
    for text in (told, filed):
        assert "Corrected in part" in text
        assert reasons.get("TEC-11").text.en in text


def test_a_refused_correction_gives_ground_appeal_and_regulator() -> None:
    case = read.snapshot(nell(Right.CORRECT).id)
    code, ground = next(iter(papers.facts(case.id).grounds.items()))
    item = CorrectionFact(number=1, ruling="refused", ground=code, result="", places=())
    text = printed(replace(case, corrections=(item,)), Notice.Kind.CORRECTION_DONE)
    assert "Stays as it is" in text
    assert ground.text in text
    assert "".join(ground.citation.split()) in "".join(text.split())
    assert "You may appeal within" in text
    assert "Who oversees us" in text


def test_a_question_whether_somebody_may_act_promises_that_nothing_happens_before() -> None:
    text = printed(read.snapshot(nell().id), Notice.Kind.AUTHORITY)
    assert "Until we hear from you we open, send and change nothing" in text


def test_every_notice_that_can_go_by_post_has_a_letter() -> None:
    """Owners and providers are written to by mail alone."""
    assert set(COMPOSERS) == {kind.value for kind in Notice.Kind} - notices.TO_OTHERS


def test_a_paper_is_in_large_print_when_the_person_asked_for_it() -> None:
    row = nell()
    row.reading_format = "large_print"
    row.save(update_fields=["reading_format"])
    notice = row.notices.get(kind=Notice.Kind.ACKNOWLEDGEMENT)
    paper = letter.compose(read.letter_to_print(notice.id), read.snapshot(row.id), papers.facts(row.id))
    large, usual = print_document(paper), print_document(replace(paper, large=False))
    assert paper.large
    assert record.compose(read.snapshot(row.id), papers.facts(row.id), issued_at=DONE).large
    assert large.pages > usual.pages
    assert "What we must do, and by when" in reading.text(large.pdf)


def test_a_record_of_a_request_that_deleted_nothing_says_nothing_of_it() -> None:
    refused = replace(snapshot(step(result="", rows_done=0)), outcome="refused")
    assert record.compose(refused, papers.facts(refused.id), issued_at=DONE).deletion is None
    assert record.compose(snapshot(), papers.facts(snapshot().id), issued_at=DONE).deletion == Deletion()


@pytest.mark.parametrize("language", ["en", "es"])
def test_it_tells_what_was_taken_out_of_what_is_kept(language: str) -> None:
    names = replace(MIXED[2], rows=1, collection="billing.accounts")
    part = {"action": "trim", "collection": "billing.accounts", "source_key": "billing", "source_name": "Billing"}
    done = step(result="trimmed", rows=1, rows_done=1, without=("drivers_license",), **part)
    late = undone("deferred", "TEC-05", rows=1, without=("nickname",), retry_on=date(2026, 12, 4), **part)
    told = deletion.deletion(snapshot(names, done, late, language=language))
    assert [(one.result, one.rows) for one in told.counts] == [("kept", 1)], "an entry was counted twice"
    kept, deferred = sorted(told.remainders, key=lambda one: one.result, reverse=True)
    assert (kept.without, told.erasures[0].groups[0].only) == (("drivers license",), ("drivers license",))
    assert (deferred.without, deferred.groups[0].only, told.status) == ((), ("nickname",), "some")
    text = recorded(snapshot(names, done, late, language=language))
    without, only = {"en": ("Kept without", "only: nickname"), "es": ("Se conserva sin", "solo: nickname")}[language]
    assert without in text
    assert only in text


def test_it_tells_a_source_once_however_many_collections_it_has_and_each_with_its_own_date() -> None:
    visits = undone("kept", source_key="billing", **{**TAX, "collection": "billing.visits"}, retry_on=date(2030, 5, 14))
    visits = replace(visits, keep_until=date(2030, 5, 14))
    told = deletion.deletion(snapshot(step("crm.leads"), step("crm.calls"), MIXED[2], visits))
    assert [(one.source, one.rows) for one in told.erasures] == [("CRM", 6)]
    (kept,) = told.remainders
    assert [(group.what, group.until) for group in kept.groups] == [
        ("invoices", date(2033, 12, 31)),
        ("visits", date(2030, 5, 14)),
    ]
    assert kept.is_dated
    text = recorded(snapshot(MIXED[2], visits))
    assert "Visits: 3 entries, kept until May 14, 2030" in text
    (both,) = deletion.deletion(snapshot(MIXED[2], replace(visits, collection="billing.invoices"))).remainders
    assert [(one.rows, one.first, one.until) for one in both.groups] == [(15, date(2030, 5, 14), date(2033, 12, 31))]
    text = recorded(snapshot(MIXED[2], replace(visits, collection="billing.invoices")))
    assert "Invoices: 15 entries, kept until days between May 14, 2030 and December 31, 2033" in text
    assert "Looked at again" not in text
