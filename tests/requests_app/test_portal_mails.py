"""What a consumer reads in the mail: every kind has its text, and none carries a personal datum (decision 17)."""

from __future__ import annotations

import pytest

from requests_app.models import Case, Notice
from requests_app.permissions import SYSTEM
from requests_app.services import notices
from requests_app.services.notices import Mail
from tests.requests_app.portal_walk import ADA, Visitor

pytestmark = pytest.mark.django_db
PARAMETERS = {
    "code": "271828",
    "minutes": 10,
    "identity_needed": True,
    "ground": "identity_unproven",
    "citation": "11 CCR 7024(a)",
    "explanation": "A canary sings about Ada's account.",
    "reason": "A canary sings about Ada's account.",
    "source": "Paper cabinet",
    "until": "December 4, 2026",
    "accepted": True,
    "task_url": "https://privacy.example.com/tasks/",
}
NOT_TO_CONSUMERS = {Notice.Kind.OWNER_TASK, Notice.Kind.PROVIDER_TOLD, Notice.Kind.OWNER_OWED}
TO_AGENTS = {Notice.Kind.AGENT_ASKED, Notice.Kind.AGENT_RULED}


def mail(case: Case, kind: Notice.Kind) -> Mail:
    return notices.render(notices.order(case, kind, by=SYSTEM, key=f"test:{kind}", parameters=PARAMETERS))


@pytest.mark.parametrize("kind", Notice.Kind)
def test_every_kind_says_which_request_and_whom_to_call(kind: Notice.Kind):
    case = Visitor().ask("access")[0]
    written = mail(case, kind)
    assert written.to == "ada@example.org"
    assert case.reference in written.subject
    assert "\n" not in written.subject
    for text in (written.text, written.html):
        assert case.reference in text
        assert "469-942-7230" in text
        assert "11029 Shady Trl" in text
        assert "{{" not in text
        assert "{%" not in text


@pytest.mark.parametrize("kind", Notice.Kind)
def test_no_kind_carries_a_personal_datum(kind: Notice.Kind):
    case = Visitor().ask("access", about=ADA | {"details": "canary"})[0]
    written = mail(case, kind)
    for text in (written.subject, written.text, written.html):
        for datum in ("Ada", "Example", "555-0107", "Elm St", "AC-1001", "1986", "canary", "example.org"):
            assert datum not in text


@pytest.mark.parametrize("kind", [kind for kind in Notice.Kind if kind not in {Notice.Kind.CODE, *NOT_TO_CONSUMERS}])
def test_every_kind_but_the_code_leads_to_the_status_page_or_needs_none(kind: Notice.Kind):
    written = mail(Visitor().ask("access")[0], kind)
    page = "/requests/acting/" if kind in TO_AGENTS else "/requests/status/"
    has_link = page in written.text
    assert has_link == (page in written.html)
    assert has_link


def test_the_acknowledgement_names_every_date():
    case = Visitor().ask("access")[0]
    written = notices.render(Notice.objects.get(case=case, kind=Notice.Kind.ACKNOWLEDGEMENT))
    for clock in case.clocks.all():
        assert f"{clock.due_on:%B} {clock.due_on.day}, {clock.due_on.year}" in written.text
    assert "we send you a code" in written.text


def test_the_acknowledgement_of_an_opt_out_asks_for_nothing():
    case = Visitor().ask("opt_out_sale_sharing", about={"email": "ada@example.org"})[0]
    written = notices.render(Notice.objects.get(case=case, kind=Notice.Kind.ACKNOWLEDGEMENT))
    assert "no proof of who you are" in written.text
    assert "code, enter" not in written.text


def test_the_code_stands_on_a_line_of_its_own():
    written = mail(Visitor().ask("access")[0], Notice.Kind.CODE)
    assert "271828" in [line.strip() for line in written.text.splitlines()]
    assert "/requests/status/" not in written.text, "a mail that carries a code carries no link to enter it"


def test_plain_text_is_not_written_for_a_browser():
    written = mail(Visitor().ask("access")[0], Notice.Kind.DENIAL)
    assert "&#x27;" not in written.text
    assert "&quot;" not in written.text
