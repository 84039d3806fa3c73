"""Somebody asks for somebody else, on the web: an agent, in English and in Spanish; a parent and a forger, in one."""

from __future__ import annotations

from pathlib import Path

import pytest

from requests_app.lifecycle import Outcome, Right
from requests_app.models import Case, Evidence
from requests_app.portal import wording
from tests.pictures import picture
from tests.stories.cases import closed, in_review
from tests.stories.house import House
from tests.stories.papers import everything_in, has_it_in_hand, reads_nothing_in_english
from tests.stories.people import LANGUAGES, player
from umbs_privacy.demo import crm, paper

pytestmark = [
    pytest.mark.slow,
    pytest.mark.browser,
    pytest.mark.parametrize("house", ["embedded"], indirect=True),
]
HAVE_IT = "We have your file. An officer looks at it, and we tell you what comes of it."
SEEN = "Signed and dated; the names agree with what was asked."
FORGED = "La firma es una copia de la que tenemos en otra carta."


def papers_of(case: Case) -> list[Evidence]:
    return list(case.evidence.filter(purpose=Evidence.Purpose.AUTHORITY))


def a_paper(folder: Path, words: str) -> Path:
    (shown := folder / "permission.pdf").write_bytes(paper.pdf("Permission", [words]))
    return shown


def is_approved(house: House, reference: str) -> Case:
    in_review(reference)
    anna, olga = house.desk("anna"), house.desk("olga")  # who ruled on the permission has prepared the release
    if Case.objects.get(reference=reference).redactions.exists():
        anna.withholds_whatever_is_proposed(reference)
    anna.approves(reference)
    olga.approves(reference)
    return closed(reference)


@pytest.mark.parametrize("language", LANGUAGES)
def test_an_agent_asks_and_the_person_confirms_it(house: House, language: str, tmp_path: Path) -> None:
    person = player("agent", language)
    one, ben = house.consumer(person, language), house.acting("Ben Tolliver", person, language)
    reference = ben.asks_for_another(Right.DELETE, "Somebody who gave me permission", residence="US-CA")
    (blank := tmp_path / "blank.png").write_bytes(picture(size=(400, 300), blank=True))
    ben.shows(blank, answer="Nothing can be seen on this picture. Look at it, and send one that shows the paper.")
    ben.shows(a_paper(tmp_path, f"I let Ben Tolliver ask for me. {person.name}"), answer=HAVE_IT)
    one.opens_the_status_page(reference)
    one.says_that_it_is_true()
    house.desk("omar").rules_on_the_permission(reference, "Yes, the permission is shown", SEEN, "The agent may act.")
    case = is_approved(house, reference)

    assert case.outcome == Outcome.PARTLY
    assert house.rows("crm", crm.contacts, contact_id=person.contact_id) == []
    house.stage.manage("evidence_sweep")
    assert [row.destroyed_at is None for row in papers_of(case)] == [False]
    ben.opens_their_page(reference)
    ben.sees(str(wording.ACTED_OUTCOMES[Outcome.PARTLY]))
    assert person.surname not in " ".join(ben.words()), "the agent was written something about the person"
    one.opens_the_status_page(reference)
    has_it_in_hand(one, case, tmp_path)
    if language != "en":
        reads_nothing_in_english(ben, tmp_path / "nothing")


def test_a_parent_asks_for_a_child_and_is_answered(house: House, tmp_path: Path) -> None:
    child = player("child", "es")
    mara, forger = house.acting("Mara Holm", child, "es"), house.acting("Fred Falk", child, "es")
    forged = forger.asks_for_another(Right.ACCESS, "My child under 18", residence="US-CA", email="")
    forger.shows(a_paper(tmp_path, "Certificate of birth"), answer=HAVE_IT)
    reference = mara.asks_for_another(Right.ACCESS, "My child under 18", residence="US-CA", email="")
    mara.shows(a_paper(tmp_path, f"Certificate of birth: {child.name}, child of Mara Holm"), answer=HAVE_IT)
    omar = house.desk("omar")
    omar.rules_on_the_permission(forged, "No: refuse the request", FORGED, "Refused; the letter")
    omar.rules_on_the_permission(reference, "Yes, the permission is shown", SEEN, "The agent may act.")
    omar.accepts_the_identity(reference, SEEN)
    case = is_approved(house, reference)

    mara.opens_their_page(reference)
    told = everything_in(mara.collects_the_copy(tmp_path))
    assert child.account_number in told
    house.stage.manage("evidence_sweep")
    assert [row.destroyed_at is None for row in papers_of(case)] == [False]
    has_it_in_hand(mara, case, tmp_path)
    refused = closed(forged)
    assert (refused.outcome, refused.ground) == (Outcome.REFUSED, "agent_unproven")
    forger.opens_their_page(forged)
    forger.sees(str(wording.MAY_NOT_ACT))
    assert FORGED not in " ".join([*forger.words(), *forger.pages])
