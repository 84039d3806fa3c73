"""Asking for somebody else on the web: who asks, the proof, the person's own word, and how little the agent sees."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from pytest_django import Settings

from requests_app.lifecycle import Outcome, State
from requests_app.models import Case, Evidence, IdentityCheck, Notice, Representation
from requests_app.permissions import Role, staff
from requests_app.services import agent, notices, representation
from tests.characters import user
from tests.requests_app.portal_walk import ABOUT, ADA, CASE, CHECK, CODE, DONE, NEW, STATUS, Visitor, mailed_code, prove

pytestmark = pytest.mark.django_db
WHO, ACTING, ACTING_CODE = "/requests/new/who/", "/requests/acting/", "/requests/acting/code/"
ACTING_CASE, AT_ONCE, PERMISSION = "/requests/acting/case/", f"{DONE}permission/", f"{CASE}permission/"
BEN = {
    "agent_name": "Ben Tolliver",
    "agent_organisation": "Tolliver Privacy Help",
    "agent_email": "ben@tolliver.example",
    "signed_on_month": "1",
    "signed_on_day": "15",
    "signed_on_year": "2026",
}
SHOWN = b"I let Ben Tolliver act for me. Signed, Ada Example"
REASON = "Signed and dated; the signature agrees with the letter that we hold."


@pytest.fixture(autouse=True)
def _store(settings: Settings, tmp_path: Path) -> None:
    settings.UMBS_MEDIA_URL = f"file://{tmp_path}"


def what(visitor: Visitor, *rights: str, kind: str = "agent", residence: str = "US-CA") -> Any:
    data = {"rights": rights, "residence": residence, "relationship": "patient", "asking_for": kind}
    return visitor.post(NEW, data)


def ask(visitor: Visitor, *rights: str, kind: str = "agent", **changes: str) -> list[Case]:
    what(visitor, *rights, kind=kind)
    visitor.post(WHO, BEN | changes)
    visitor.post(ABOUT, ADA)
    sent = visitor.post(CHECK, {"key": visitor.key()})
    assert sent.status_code == 302, sent.content.decode()
    return list(visitor.get(DONE).context["cases"])


def file(content: bytes = SHOWN, name: str = "permission.txt") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, content)


def agents_code(case: Case) -> str:
    code = mailed_code(case)
    newest = case.notices.filter(kind=Notice.Kind.CODE).latest("ordered_at")
    assert notices.content(newest)["to"] == BEN["agent_email"]
    return code


def enters(visitor: Visitor, case: Case) -> Any:
    visitor.post(ACTING, {"reference": case.reference})
    return visitor.post(ACTING_CODE, {"code": agents_code(case)}, follow=True)


def told(case: Case, kind: Notice.Kind) -> notices.Mail:
    return notices.render(case.notices.filter(kind=kind).latest("ordered_at"))


def test_it_asks_who_asks_only_when_it_is_for_somebody_else() -> None:
    visitor = Visitor()
    assert visitor.answer_what("access")["Location"] == ABOUT
    assert visitor.get(WHO)["Location"] == NEW
    assert what(visitor, "access")["Location"] == WHO
    assert visitor.get(ABOUT)["Location"] == WHO, "nobody gets around the question"


def test_it_opens_the_request_for_the_person_and_asks_the_agent_for_the_permission() -> None:
    visitor = Visitor()
    (case,) = ask(visitor, "access")
    row = agent.of(case)
    assert row is not None
    facts = agent.read(row)
    assert (facts.name, facts.email, facts.signed_on) == (BEN["agent_name"], BEN["agent_email"], "2026-01-15")
    asked = told(case, Notice.Kind.AGENT_ASKED)
    assert asked.to == BEN["agent_email"]
    assert "signed permission" in asked.text
    assert "Ada" not in asked.text
    assert told(case, Notice.Kind.AUTHORITY).to == ADA["email"]


def test_an_agent_signs_nothing_in_the_persons_name() -> None:
    visitor = Visitor()
    what(visitor, "access")
    visitor.post(WHO, BEN)
    visitor.post(ABOUT, ADA)
    page = visitor.get(CHECK).content.decode()
    assert "penalty of perjury" not in page
    assert "Tolliver Privacy Help" in page


@pytest.mark.parametrize(
    ("kind", "changes", "field"),
    [
        ("agent", {"agent_name": ""}, "agent_name"),
        ("agent", {"agent_email": ""}, "agent_email"),
        ("parent", {"agent_email": "no address"}, "agent_email"),
        ("executor", {"agent_phone": "12"}, "agent_phone"),
        ("agent", {"signed_on_year": "2999"}, "signed_on"),
        ("agent", {"agent_name": "Ben\x00"}, "agent_name"),
    ],
)
def test_it_says_at_the_field_what_cannot_be_taken(kind: str, changes: dict[str, str], field: str) -> None:
    visitor = Visitor()
    what(visitor, "access", kind=kind)
    page = visitor.post(WHO, BEN | changes)
    assert page.status_code == 200
    assert field in page.context["form"].errors
    assert "Tolliver Privacy Help" in page.content.decode(), "nothing typed is lost"


def test_it_wants_a_power_of_attorney_where_the_law_hears_no_simple_agent() -> None:
    visitor = Visitor()
    what(visitor, "access", residence="US-TX")
    page = visitor.post(WHO, BEN)
    assert "power_of_attorney" in page.context["form"].errors
    assert visitor.post(WHO, BEN | {"power_of_attorney": "on"})["Location"] == ABOUT


def test_it_takes_no_agents_address_for_the_persons() -> None:
    visitor = Visitor()
    what(visitor, "access")
    visitor.post(WHO, BEN)
    page = visitor.post(ABOUT, ADA | {"email": BEN["agent_email"]})
    assert "email" in page.context["form"].errors


@pytest.mark.parametrize("kind", ["parent", "guardian", "executor"])
def test_a_parent_a_guardian_and_an_executor_are_asked_for_no_permission_of_the_person(kind: str) -> None:
    visitor = Visitor()
    (case,) = ask(visitor, "access", kind=kind)
    row = Representation.objects.get(case=case)
    assert (row.kind, row.signed_on) == (kind, None)
    assert not case.notices.filter(kind=Notice.Kind.AUTHORITY).exists()


def test_one_paper_shown_at_once_serves_everything_asked_in_the_visit() -> None:
    visitor = Visitor()
    cases = ask(visitor, "access", "opt_out_sale_sharing")
    assert visitor.post(AT_ONCE, {"file": file()})["Location"] == DONE
    for case in cases:
        (shown,) = case.evidence.all()
        assert (shown.purpose, shown.is_repeated) == (Evidence.Purpose.AUTHORITY, False)
    assert "permission.txt" in visitor.get(DONE).content.decode()
    assert Visitor().post(AT_ONCE, {"file": file()})["Location"] == "/", "only in the browser that asked"


@pytest.mark.parametrize(
    ("content", "name"), [(b"", "permission.pdf"), (b"<svg/>", "permission.svg"), (b"PK\x03\x04" * 9, "a.pdf")]
)
def test_it_refuses_a_bad_file_at_both_doors_and_keeps_nothing(content: bytes, name: str) -> None:
    visitor = Visitor()
    (case,) = ask(visitor, "access")
    at_once = visitor.post(AT_ONCE, {"file": file(content, name)})
    assert at_once.status_code == 200
    assert at_once.context["form"].errors
    enters(visitor, case)
    assert visitor.post(f"{ACTING_CASE}permission/", {"file": file(content, name)}).context["form"].errors
    assert not case.evidence.exists()


def test_the_agents_code_opens_the_agents_page_and_proves_nothing_of_the_person() -> None:
    visitor, ben = Visitor(), Visitor()
    (case,) = ask(visitor, "access")
    page = enters(ben, case)
    assert page.request["PATH_INFO"] == ACTING_CASE
    for datum in ("Ada", "ada@example.org", "AC-1001", "12 Elm St"):
        assert datum not in page.content.decode()
    assert not IdentityCheck.objects.filter(case=case, method=IdentityCheck.Method.CODE).exists()
    for path in (CASE, PERMISSION, f"{CASE}collect/"):
        assert ben.get(path)["Location"] == STATUS, "the person's pages stay shut"
    ben.post(STATUS, {"reference": case.reference})
    refused = ben.post(CODE, {"code": "123456"})
    assert refused.status_code == 200


def test_the_persons_code_does_not_open_the_agents_page() -> None:
    visitor = Visitor()
    (case,) = ask(visitor, "access")
    ada = Visitor()
    ada.follow(case)
    assert ada.get(ACTING_CASE)["Location"] == ACTING


def test_it_tells_an_agent_nothing_of_the_case_before_the_permission_is_accepted() -> None:
    visitor = Visitor()
    (case,) = ask(visitor, "access")
    unknown = enters(Visitor(), case).context["standing"].sentence
    ada = Visitor()
    ada.follow(case)
    ada.post(f"{CASE}declaration/", {"signed_name": "Ada Example"})
    assert prove(case).state == State.GATHERING
    assert enters(Visitor(), case).context["standing"].sentence == unknown


def test_the_person_is_shown_who_asks_and_says_yes_with_a_click_of_their_own() -> None:
    visitor, ada = Visitor(), Visitor()
    (case,) = ask(visitor, "access")
    page = ada.follow(case)
    assert page.request["PATH_INFO"] == PERMISSION
    assert "Ben Tolliver, Tolliver Privacy Help" in page.content.decode()
    row = Representation.objects.get(case=case)
    assert row.confirmed_at is None, "opening the page is no answer"
    assert ada.post(PERMISSION, {"answer": "perhaps"}).status_code == 200
    assert ada.post(PERMISSION, {"answer": "yes"})["Location"] == CASE
    row.refresh_from_db()
    assert row.confirmed_at is not None
    assert ada.get(PERMISSION)["Location"] == CASE


def test_the_person_says_no_and_everybody_is_told() -> None:
    visitor, ada = Visitor(), Visitor()
    (case,) = ask(visitor, "access")
    ada.follow(case)
    ada.post(PERMISSION, {"answer": "no"})
    case.refresh_from_db()
    assert (case.state, case.outcome) == (State.RECORDING, Outcome.WITHDRAWN)
    assert "has ended" in told(case, Notice.Kind.AGENT_RULED).text
    assert told(case, Notice.Kind.WITHDRAWN).to == ADA["email"]


def test_an_opt_out_needs_the_permission_alone() -> None:
    visitor, ada = Visitor(), Visitor()
    (case,) = ask(visitor, "opt_out_sale_sharing")
    assert case.state == State.RECEIVED
    assert "as soon as they have shown us" in told(case, Notice.Kind.ACKNOWLEDGEMENT).text
    assert ada.follow(case).request["PATH_INFO"] == CASE, "the person is asked nothing"
    visitor.post(AT_ONCE, {"file": file()})
    officer = staff(user(Role.OFFICER))
    representation.rule(case_id=case.id, by=officer, accept=True, reason=REASON)
    case.refresh_from_db()
    assert case.state == State.FULFILLING
    assert "You may act for the person" in told(case, Notice.Kind.AGENT_RULED).text
    assert "You may act" in str(enters(Visitor(), case).context["standing"].sentence)


def test_a_forged_permission_is_refused_and_the_person_is_told_why_but_the_forger_is_not() -> None:
    visitor = Visitor()
    (case,) = ask(visitor, "access")
    visitor.post(AT_ONCE, {"file": file()})
    why = "The signature is a copy of another one."
    representation.rule(case_id=case.id, by=staff(user(Role.OFFICER)), accept=False, reason=why)
    case.refresh_from_db()
    assert (case.outcome, case.ground) == (Outcome.REFUSED, "agent_unproven")
    assert told(case, Notice.Kind.DENIAL).to == ADA["email"]
    assert why in Visitor().follow(case).content.decode()
    to_ben = told(case, Notice.Kind.AGENT_RULED)
    assert to_ben.to == BEN["agent_email"]
    assert why not in to_ben.text + enters(Visitor(), case).content.decode()


def test_it_speaks_spanish_to_agent_and_person() -> None:
    visitor = Visitor(headers={"accept-language": "es"})
    (case,) = ask(visitor, "access")
    assert case.language == "es"
    assert "permiso" in told(case, Notice.Kind.AGENT_ASKED).text
    page = enters(visitor, case).content.decode()
    assert "Esperamos la prueba" in page
