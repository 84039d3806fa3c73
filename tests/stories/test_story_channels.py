"""By phone, by mail, at the counter and by program: each is opened, proven, decided and answered, in two languages.

Copies and deletions alternate over channels and languages, so that each channel has both and each language has both.
"""

from __future__ import annotations

import re
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from requests_app.ledger import chain
from requests_app.lifecycle import Outcome, Right, State
from requests_app.models import Case, Evidence, IdentityCheck, Notice, Redaction
from requests_app.portal.wording import NEEDS_IDENTITY
from requests_app.services import calls, clock
from requests_app.services import person as people_of
from tests.services.processes import eventually
from tests.spanish import english_in
from tests.stories.cases import closed
from tests.stories.consumer import Consumer
from tests.stories.house import House
from tests.stories.papers import everything_in, kept, record_of, words_of
from tests.stories.people import CROWD
from umbs_privacy.demo import crm, paper, records_room

pytestmark = [pytest.mark.slow, pytest.mark.browser]
ASKED = [
    ("phone", Right.ACCESS, "en"),
    ("phone", Right.DELETE, "es"),
    ("mail", Right.ACCESS, "es"),
    ("mail", Right.DELETE, "en"),
    ("walk_in", Right.ACCESS, "en"),
    ("walk_in", Right.DELETE, "es"),
    ("api", Right.ACCESS, "es"),
    ("api", Right.DELETE, "en"),
]
CHANGED = [("phone", "en"), ("mail", "es"), ("api", "es")]
NEW_TITLE = "Practice manager"
CODE_ON_PAPER = re.compile(r"^\d(?: ?\d){5}\s*$", re.MULTILINE)  # set wide, and so read with spaces
TYPED = {"en": "Eng", "es": "Esp"}
DAYS_IN_THE_POST = timedelta(days=3)


def asks(house: House, reader: Consumer, *rights: Right, channel: str, folder: Path, **typed: str) -> Case:
    """Through the door of this channel, and proven by the way that it offers. The case of the first right."""
    person = reader.person
    desk, told = house.phone(), {"language": TYPED[reader.language]} | typed
    signed = {"signed_name": person.name} if Right.ACCESS in rights else {}
    if channel == "api":
        return _by_program(house, reader, *rights, **signed, **typed)
    if channel == "phone":
        case = desk.takes(*rights, person=person, ring_back=person.phone, **told)
        if signed:
            desk.notes_the_declaration(case, person.name)
        desk.hears(case, desk.sends_a_code(case, "Call back at"))
    elif channel == "mail":
        written = paper.pdf("To the privacy office", [f"{rights[0].label}, please.", person.name])
        (scan := folder / "letter.pdf").write_bytes(written)
        stamped = (clock.today() - DAYS_IN_THE_POST).strftime("%m%d%Y")
        case = desk.opens_a_letter(*rights, person=person, scan=scan, received_on=stamped, phone="", **told, **signed)
        desk.sends_a_code(case, "By letter")
        desk.hears(case, _code_in_the_letter(house, case))
    else:
        today = clock.today().strftime("%m%d%Y")
        case = desk.sees(*rights, person=person, received_on=today, email=person.email, **told, **signed)
        desk.sends_a_code(case, "By e-mail")
        desk.hears(case, reader.reads_the_code())
    return case


def _by_program(house: House, reader: Consumer, *rights: Right, signed_name: str = "", **wrong: str) -> Case:
    """One call for each right, as the API takes them."""
    person = reader.person
    told: dict[str, Any] = {"given_name": person.given_name, "family_name": person.surname, "emails": [person.email]}
    known = {"phones": [person.phone], "account_numbers": [person.account_number]}
    known |= {"date_of_birth": person.date_of_birth.isoformat()}
    opened = []
    for right in rights:
        who = told | (known if right in NEEDS_IDENTITY else {})
        sent = {"right": right.value, "relationship": "patient", "residence": "US-TX", "language": reader.language}
        if right is Right.CORRECT:
            sent |= {"corrections": [{name.removesuffix("_0"): value for name, value in wrong.items()}]}
        answer = house.new_page().request.post(
            f"{house.site}/api/v1/requests/", data=sent | {"person": who, "signed_name": signed_name}
        )
        assert answer.status == 202, answer.text()
        opened.append(answer.json()["reference"])
    reader.opens_the_status_page(opened[0])
    case: Case = Case.objects.get(reference=opened[0])
    return case


def _code_in_the_letter(house: House, case: Case) -> str:
    """Printed, posted today, and read by whoever opens it."""
    letter = eventually(
        case.notices.filter(kind=Notice.Kind.CODE, state=Notice.State.TO_POST).first, within=60, every=0.5
    )
    assert letter is not None
    assert letter.letter is not None
    house.desk("iris").posts(case.reference)
    found = CODE_ON_PAPER.search(words_of(kept(letter.letter)))
    assert found is not None
    return re.sub(r"\s", "", found.group())


def is_decided(house: House, case: Case) -> Case:
    """By two people; the records room had nothing."""
    house.owner(records_room.ADDRESS).finds_nothing(case)
    assert eventually(Case.objects.filter(pk=case.pk, state=State.IN_REVIEW).exists, within=90, every=0.5)
    anna, omar = house.desk("anna"), house.desk("omar")
    if Redaction.objects.filter(case=case).exists():
        anna.withholds_whatever_is_proposed(case.reference)
    if case.right == Right.CORRECT:
        anna.corrects(case.reference, 1)
    anna.approves(case.reference)
    omar.approves(case.reference)
    return closed(case.reference)


@pytest.mark.parametrize(("channel", "right", "language"), ASKED)
def test_it_is_opened_proven_decided_and_answered(
    eight: House, channel: str, right: Right, language: str, tmp_path: Path
) -> None:
    reader = eight.consumer(person := CROWD[ASKED.index((channel, right, language))], language)
    case = is_decided(eight, asks(eight, reader, right, channel=channel, folder=tmp_path))

    assert (case.channel, case.right, case.language) == (channel, right, language)
    assert case.identity_checks.filter(method=IdentityCheck.Method.CODE, result="accepted").count() == 1
    contacts = eight.rows("crm", crm.contacts, contact_id=person.contact_id)
    assert (len(contacts) == 0) == (right is Right.DELETE)
    # Who gives no e-mail address cannot be looked for where nothing else leads, and is told so.
    whole = right is Right.ACCESS and channel in {"walk_in", "api"}
    assert case.outcome == (Outcome.FULFILLED if whole else Outcome.PARTLY)
    if channel == "mail":
        assert case.evidence.filter(purpose=Evidence.Purpose.LETTER).count() == 1
        assert case.received_on == clock.today() - DAYS_IN_THE_POST, "typing it in later moves no date"
    if channel in calls.SPOKEN:
        assert case.call.read_back == sorted(calls.ITEMS)
    told = is_answered(eight, case, reader, tmp_path)
    if right is Right.ACCESS:
        assert person.account_number in told
    if language == "es":
        assert english_in(f"{told} {record_of(case)}") == []
    assert list(chain.verify(case)) == []


@pytest.mark.parametrize(("channel", "language"), CHANGED)
def test_it_corrects_and_stops_what_is_asked_for_together(
    eight: House, channel: str, language: str, tmp_path: Path
) -> None:
    reader = eight.consumer(person := CROWD[len(ASKED) + CHANGED.index((channel, language))], language)
    before = eight.rows("crm", crm.contacts)
    wrong = {"what_0": "Job title", "is_0": person.job_title, "should_be_0": NEW_TITLE}
    both = (Right.CORRECT, Right.OPT_OUT_SALE_SHARING)
    case = is_decided(eight, asks(eight, reader, *both, channel=channel, folder=tmp_path, **wrong))
    stop = closed(_beside(case, person.surname).reference)

    assert [(one.channel, one.language) for one in (case, stop)] == [(channel, language)] * 2
    assert (case.outcome, stop.required_level) == (Outcome.FULFILLED, 0)
    mine = {row["contact_id"]: row for row in before}[person.contact_id] | {"job_title": NEW_TITLE}
    others = [row for row in before if row["contact_id"] != person.contact_id]
    after = eight.rows("crm", crm.contacts)
    assert [row for row in after if row["contact_id"] == person.contact_id] == [mine]
    assert [row for row in after if row["contact_id"] != person.contact_id] == others, "somebody else was changed"
    told = " ".join(is_answered(eight, one, reader, tmp_path) for one in (case, stop))
    assert NEW_TITLE in told
    if language == "es":
        assert english_in(f"{told} {record_of(case)} {record_of(stop)}") == []
    assert [list(chain.verify(one)) for one in (case, stop)] == [[], []]


def _beside(case: Case, surname: str) -> Case:
    """The opt-out of the same person through the same door."""
    stops = Case.objects.filter(right=Right.OPT_OUT_SALE_SHARING, channel=case.channel)
    (found,) = [one for one in stops if people_of.read(one).family_name == surname]
    return found


def is_answered(house: House, case: Case, reader: Consumer, folder: Path) -> str:
    """By e-mail and page to whoever gave an address, else in envelopes that went out today, copy and all.

    All that it says.
    """
    if case.channel in {"walk_in", "api"}:
        reader.opens_the_status_page(case.reference)
        words = [*reader.pages, *reader.words()]
        if case.right == Right.ACCESS:
            words.append(everything_in(reader.collects_the_copy(folder)))
        return " ".join(words)
    assert eventually(lambda: not case.notices.filter(medium="post", state="ordered").exists(), within=60)
    pile = house.desk("iris").prints(case.reference)
    house.desk("iris").posts(case.reference)
    letters = [notice for notice in case.notices.filter(medium=Notice.Medium.POST) if notice.letter is not None]
    assert {letter.kind for letter in letters} > {Notice.Kind.ACKNOWLEDGEMENT}
    assert {letter.posted_on for letter in letters} == {clock.today()}
    return words_of(pile)
