"""A parent, a guardian or an executor is answered in the place of the person; an agent is not."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from pytest_django import Settings

from requests_app.casefile import deliver
from requests_app.exceptions import NotValid
from requests_app.lifecycle import State
from requests_app.models import Attention, Case, Channel, Declaration, Notice
from requests_app.permissions import SYSTEM, Role, Verb, consumer, staff
from requests_app.services import agent, appeal, identity, intake, notices, phone_codes, representation
from requests_app.services.agent import AgentFacts
from requests_app.services.intake import Asked
from requests_app.services.person import PersonFacts
from requests_app.services.transition import move
from tests import factories
from tests.characters import ADA, BEN, user
from tests.requests_app.portal_walk import CASE, COLLECT, Visitor, mailed_code
from umbs_privacy.demo import paper

pytestmark = pytest.mark.django_db
PARENT = replace(BEN, kind="parent", organisation="", signed_on="")
BY_POST = replace(PARENT, email="", phone="", postal_address="88 Sycamore Row\nAustin, TX 78701")
NOWHERE = PersonFacts("Ada", "Quillfeather", date_of_birth="1966-03-23")
REASON = "The birth certificate names both, and we have seen it."
PAPER = paper.pdf("Certificate of birth", ["Ada Quillfeather"])


@pytest.fixture(autouse=True)
def _store(settings: Settings, tmp_path: Path) -> None:
    settings.UMBS_MEDIA_URL = f"file://{tmp_path}"


def asked(by: AgentFacts = PARENT, person: PersonFacts = ADA, right: str = "access", **changes: Any) -> Case:
    return intake.open_case(Asked(right, person, residence="US-CA", on_behalf_of=by, **changes))


def ruled(case: Case, *, accept: bool = True, reason: str = REASON) -> Case:
    officer = staff(user(Role.OFFICER, "otilia"))
    representation.show(case_id=case.id, by=officer, name="birth.pdf", parts=[PAPER])
    return representation.rule(case_id=case.id, by=officer, accept=accept, reason=reason)


def answered(case: Case) -> Case:
    """The identity accepted, the records searched and approved, the package ready and announced."""
    identity.accept(case_id=case.id, by=staff(user(Role.OFFICER, "otilia")), reason=REASON)
    case = factories.package(factories.approved(factories.ruled(factories.propose(factories.gather(case)))))
    deliver.announce_package(factories.holder(case))
    return case


def told(case: Case, kind: Notice.Kind) -> dict[str, Any]:
    notice = case.notices.filter(kind=kind).latest("ordered_at")
    return notices.content(notice) | {"medium": notice.medium}


def enters(case: Case) -> Visitor:
    """By the door of whoever asks, with the code from their own mail."""
    visitor = Visitor()
    visitor.post("/requests/acting/", {"reference": case.reference})
    visitor.post("/requests/acting/code/", {"code": mailed_code(case)})
    visitor.get("/requests/acting/case/")
    return visitor


def test_it_writes_to_the_parent_once_an_officer_accepted_it_and_not_before() -> None:
    case = asked()
    assert told(case, Notice.Kind.ACKNOWLEDGEMENT)["to"] == ADA.emails[0]
    case = answered(ruled(case))
    ready = told(case, Notice.Kind.READY)
    assert (ready["to"], ready["name"], ready["in_place_of"]) == (BEN.email, BEN.name, "Ada Quillfeather")
    mail = notices.render(case.notices.get(kind=Notice.Kind.READY))
    assert "in the place of somebody else" in mail.text
    assert "Ada" not in mail.text + mail.html
    assert "From now on we write to you." in notices.render(case.notices.get(kind=Notice.Kind.AGENT_RULED)).text


def test_it_asks_an_officer_about_the_identity_of_somebody_who_enters_no_code() -> None:
    case = ruled(asked())
    assert (case.state, case.attention) == (State.VERIFYING, Attention.IDENTITY)


def test_it_answers_the_person_where_an_agent_asks() -> None:
    case = asked(replace(BEN, power_of_attorney=True))
    case = answered(ruled(factories.prove(case, signed=False)) if case.identity_level else ruled(case))
    ready = told(case, Notice.Kind.READY)
    assert (ready["medium"], ready["name"], ready["in_place_of"]) == ("post", "Ada Quillfeather", "")


def test_the_parent_collects_the_copy_with_codes_of_their_own() -> None:
    case = answered(ruled(asked()))
    ben = enters(case)
    page = ben.get(CASE)
    assert "to your own e-mail address" in page.content.decode()
    ben.post(COLLECT)
    code = mailed_code(case)
    assert told(case, Notice.Kind.CODE)["to"] == BEN.email
    ben.post(COLLECT, {"code": code})
    package = ben.get(CASE).context["standing"].package
    assert ben.post(f"{CASE}documents/{package.id}/").status_code == 200


def test_the_child_is_sent_no_code_any_more() -> None:
    case = ruled(asked())
    assert "portal/case.html" in [one.name for one in Visitor().follow(case).templates]
    assert told(case, Notice.Kind.CODE)["to"] == BEN.email
    case.refresh_from_db()
    assert case.identity_level == 0, "a code in the parent's mailbox proves nothing of the child"


def test_the_executor_without_mail_gets_the_copy_by_post() -> None:
    case = answered(ruled(asked(replace(BY_POST, kind="executor"), NOWHERE)))
    ready = told(case, Notice.Kind.READY)
    assert (ready["medium"], ready["name"], ready["postal_address"]) == ("post", BEN.name, BY_POST.postal_address)
    assert ready["in_place_of"] == "Ada Quillfeather"


def test_whoever_signs_declares_in_their_own_name() -> None:
    case = ruled(asked())
    ben = enters(case)
    page = ben.get(CASE).content.decode()
    assert "I, Ben Tolliver, declare under penalty of perjury that I am a parent of Ada Quillfeather" in page
    with pytest.raises(NotValid):
        identity.sign_later(case_id=case.id, by=consumer(case.id), signed_name="Ada Quillfeather", signed_from="")
    ben.post(f"{CASE}declaration/", {"signed_name": "Ben Tolliver"})
    assert Declaration.objects.filter(case=case).exists()


def test_nobody_signs_as_the_child_on_the_page_of_the_child() -> None:
    case = asked()
    assert Visitor().follow(case).context["standing"].signs is None


def test_the_declaration_on_paper_bears_the_name_of_whoever_asks() -> None:
    case = asked(BY_POST, replace(ADA, emails=()), channel=Channel.MAIL)
    iris = staff(user(Role.INTAKE))
    with pytest.raises(NotValid):
        phone_codes.declared_on_paper(case_id=case.id, by=iris, signed_name="Ada Quillfeather")
    phone_codes.declared_on_paper(case_id=case.id, by=iris, signed_name="Ben Tolliver")
    assert Declaration.objects.filter(case=case).exists()


def test_it_tells_a_forger_no_reasons_where_nobody_else_can_be_told() -> None:
    case = asked(PARENT, NOWHERE)
    assert told(case, Notice.Kind.ACKNOWLEDGEMENT)["to"] == BEN.email
    ruled(case, accept=False, reason="The seal of the county is drawn by hand.")
    denial = told(case, Notice.Kind.DENIAL)
    assert (denial["to"], denial["parameters"]["explanation"]) == (BEN.email, "")
    with pytest.raises(NotValid, match="so that we can answer"):
        asked(BEN, NOWHERE)


def test_the_family_may_have_one_mailbox() -> None:
    shared = replace(PARENT, email=ADA.emails[0])
    case = ruled(asked(shared))
    Visitor().follow(case)
    assert case.identity_checks.filter(method="code", kinds=["email:0"]).exists()


def test_an_appeal_of_the_parent_is_answered_to_the_parent() -> None:
    case = ruled(asked(right="delete"))
    move(case.id, Verb.DENY, by=SYSTEM, ground="agent_unproven")
    opened = appeal.open_appeal(case_id=case.id, by=consumer(case.id), text="I am her mother; look at it again.")
    assert agent.stands_in(agent.of(opened))
    assert opened.gate_refusals().count("authority") == 0
    assert told(opened, Notice.Kind.ACKNOWLEDGEMENT)["to"] == BEN.email
