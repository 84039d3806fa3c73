"""T20: what people type looks like a template and is none: in every mail, letter, copy and page it stands as typed."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from django.conf import settings as loaded
from django.test import Client
from django.utils.html import escape
from pytest_django import Settings

from requests_app.casefile.types import FoundRecord
from requests_app.lifecycle import Right
from requests_app.models import Case, Channel, Notice
from requests_app.permissions import SYSTEM, Role, consumer, staff
from requests_app.services import appeal, correction, extension, messages, notices, review, statements
from requests_app.services.disputed import Answer
from tests import factories
from tests.characters import NOBODY_ONLINE, user
from tests.fulfillment.test_access import packed, to_fulfil
from tests.fulfillment.test_pdf_record import printed, said
from tests.requests_app.portal_walk import CASE, Visitor
from tests.test_dangerous_words import TEMPLATES

pytestmark = pytest.mark.django_db
TYPED = " ".join(TEMPLATES)
NAME = " ".join(TEMPLATES[:9])
COMPUTED = (" 49 ", " 14 ", "uid=0", "<class ", "mappingproxy", loaded.SECRET_KEY)


@pytest.fixture(autouse=True)
def _store(settings: Settings, tmp_path: Path) -> None:
    settings.UMBS_MEDIA_URL = f"file://{tmp_path}"


def literally(text: str, typed: str, times: int) -> None:
    """As typed so many times, wherever the lines break; and nothing that any engine would have made of it."""
    assert "".join(text.split()).count("".join(typed.split())) >= times
    assert [one for one in COMPUTED if one in text] == []


def nell() -> Case:
    person = replace(NOBODY_ONLINE, given_name=NAME, postal_address=f"{NAME}, Plano, TX 75074")
    return factories.opened(Right.ACCESS, person=person, channel=Channel.MAIL)


def acknowledged() -> tuple[Case, Notice.Kind]:
    return nell(), Notice.Kind.ACKNOWLEDGEMENT


def extended() -> tuple[Case, Notice.Kind]:
    case = nell()
    extension.extend(case_id=case.id, by=staff(user(Role.OFFICER)), reason=TYPED)
    return case, Notice.Kind.EXTENSION


def denied() -> tuple[Case, Notice.Kind]:
    case = nell()
    review.deny(case_id=case.id, by=staff(user(Role.OFFICER)), ground="identity_unproven", explanation=TYPED)
    return case, Notice.Kind.DENIAL


@pytest.mark.parametrize(("road", "typed"), [(acknowledged, ""), (extended, TYPED), (denied, TYPED)])
def test_t20_it_prints_names_addresses_reasons_and_explanations(
    road: Callable[[], tuple[Case, Notice.Kind]], typed: str
) -> None:
    paper = printed(*road()).letter
    assert paper is not None
    text = said(paper)
    literally(text, NAME, 2)
    literally(text, typed, 1)


def test_t20_it_mails_reasons_and_explanations() -> None:
    case, shown = factories.opened(), set()
    typed = dict.fromkeys(("explanation", "reason", "source", "until", "citation", "code"), TYPED)
    for kind in Notice.Kind:
        mail = notices.render(notices.order(case, kind, by=SYSTEM, key=f"test:{kind}", parameters=typed))
        assert [one for one in COMPUTED if one in f"{mail.subject} {mail.text} {mail.html}"] == []
        if TYPED in mail.text:
            shown.add(kind)
            assert escape(TYPED) in mail.html
    assert {Notice.Kind.OWNER_TASK, Notice.Kind.PROVIDER_TOLD, Notice.Kind.AGENT_ASKED} <= shown


def test_t20_it_copies_records_and_statements() -> None:
    case = factories.located(factories.gather(factories.prove(factories.opened(Right.CORRECT))))
    item = case.corrections.get()
    by, answer = staff(user(Role.ANALYST)), Answer(TYPED, health=True)
    seen = correction.version(item)
    correction.rule(
        case_id=case.id, by=by, number=1, seen=seen, accept=False, ground="information_accurate", answer=answer
    )
    by_machine = factories.holder(factories.approved(case))
    factories.write.fulfilled(by_machine, outcome="refused", ground="information_accurate")
    case = factories.closed(case)
    statements.add(case_id=case.id, by=consumer(case.id), number=1, text=TYPED)
    archive = packed(to_fulfil([FoundRecord("billing.accounts", "1", {"id": 1, "phone": TYPED})]))
    page = archive.read("pages/billing/accounts.html").decode()
    assert page.count(escape(TYPED)) >= 2
    assert [one for one in COMPUTED if one in page] == []


def test_t20_it_shows_them_to_the_person_and_takes_them_in_an_appeal() -> None:
    visitor = Visitor()
    case = visitor.ask("access")[0]
    visitor.follow(case)
    messages.write(case_id=case.id, by=staff(user(Role.ANALYST)), text=TYPED)
    page = visitor.get(CASE).content.decode()
    assert escape(TYPED) in page
    review.deny(case_id=case.id, by=staff(user(Role.OFFICER)), ground="identity_unproven", explanation=TYPED)
    assert escape(TYPED) in visitor.get(CASE).content.decode()
    factories.closed(case)
    again = appeal.open_appeal(case_id=case.id, by=consumer(case.id), text=TYPED)
    assert TYPED in {text for _, text in messages.read(again, notes=True)} | {messages.details(again)}


def test_t20_it_says_it_again_to_a_form_that_was_refused() -> None:
    page = Client().post("/requests/status/", {"reference": TYPED}).content.decode()
    assert escape(TYPED[:20]) in page
    assert [one for one in COMPUTED if one in page] == []
