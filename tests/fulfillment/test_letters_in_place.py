"""Letters to whoever asks for somebody: whose declaration they carry, and of whom they speak."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from pytest_django import Settings

from fulfillment.pdf import letter
from fulfillment.pdf.page import html
from requests_app.casefile import papers, read
from requests_app.models import Case, Channel, Notice, Representation
from requests_app.permissions import SYSTEM
from requests_app.services import intake, notices
from requests_app.services.intake import Asked
from tests.characters import ADA, BEN

pytestmark = pytest.mark.django_db
BY_POST = replace(BEN, email="", phone="", postal_address="88 Sycamore Row\nAustin, TX 78701", signed_on="")
NO_MAIL = replace(ADA, emails=())


@pytest.fixture(autouse=True)
def _store(settings: Settings, tmp_path: Path) -> None:
    settings.UMBS_MEDIA_URL = f"file://{tmp_path}"


def asked(kind: str) -> Case:
    by = replace(BY_POST, kind=kind)
    return intake.open_case(Asked("access", NO_MAIL, residence="US-CA", on_behalf_of=by, channel=Channel.MAIL))


def page_of(case: Case, kind: Notice.Kind) -> str:
    """The letter as it is printed."""
    order = read.letter_to_print(case.notices.filter(kind=kind).latest("ordered_at").id)
    return html(letter.compose(order, read.snapshot(case.id), papers.facts(case.id)))


@pytest.mark.parametrize(
    ("kind", "words"),
    [
        ("parent", "that I am a parent of Ada Quillfeather, a minor"),
        ("guardian", "that a court made me the guardian of Ada Quillfeather"),
        ("executor", "that I act for the estate of Ada Quillfeather"),
    ],
)
def test_the_letter_that_asks_for_the_paper_has_the_declaration_of_its_reader(kind: str, words: str) -> None:
    case = asked(kind)
    assert f"I, Ben Tolliver, declare under penalty of perjury {words}" in page_of(case, Notice.Kind.AGENT_ASKED)
    assert "Declaration to sign" not in page_of(case, Notice.Kind.ACKNOWLEDGEMENT)


def test_an_agent_is_sent_no_declaration_and_the_person_signs_hers() -> None:
    case = asked("agent")
    assert "penalty of perjury" not in page_of(case, Notice.Kind.AGENT_ASKED)
    assert "I, Ada Quillfeather, declare" in page_of(case, Notice.Kind.ACKNOWLEDGEMENT)


def test_a_letter_to_somebody_in_the_persons_place_says_of_whom_it_speaks() -> None:
    case = asked("executor")
    Representation.objects.filter(case=case).update(ruling=Representation.Ruling.ACCEPTED)
    notices.order(case, Notice.Kind.WITHDRAWN, by=SYSTEM, key="withdrawn")
    page = page_of(case, Notice.Kind.WITHDRAWN)
    assert "Dear Ben Tolliver:" in page
    assert "You asked us in the place of Ada Quillfeather." in page
