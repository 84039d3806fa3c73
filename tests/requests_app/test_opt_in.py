"""To allow again what was stopped takes two steps, and the second is the person's own (11 CCR 7028)."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest
import time_machine
from pytest_django import Settings

from requests_app.casefile import deliver, read
from requests_app.exceptions import NotAllowed, NotValid, WrongState
from requests_app.lifecycle import Outcome, Right, State
from requests_app.models import Case, Channel, EventKind, Notice, Restriction
from requests_app.permissions import Role, consumer, staff
from requests_app.services import ending, intake, notices, opt_in, phone_codes, restrictions
from requests_app.services.agent import AgentFacts
from requests_app.services.intake import Asked
from requests_app.services.person import PersonFacts
from tests import factories
from tests.characters import ADA, user
from tests.requests_app.phone_walk import Operator
from tests.requests_app.portal_walk import ABOUT, CASE, DONE, Visitor

pytestmark = pytest.mark.django_db
CONFIRM = f"{CASE}confirm/"
CODE_SHOWN = re.compile(r'class="umbs-code">(\d{6})<')
EMAIL, PHONE = ADA.emails[0], ADA.phones[0]


def stopped(right: Right = Right.OPT_OUT_SALE_SHARING) -> Case:
    case = factories.opened(right)
    deliver.restrict(factories.holder(case))
    return case


def asked() -> Case:
    return factories.opened(Right.OPT_IN_SALE_SHARING)


def confirmed(case: Case) -> Case:
    factories.codes.enter(case.reference, factories.code_for(case), [factories.OneTimeCode.Purpose.STATUS])
    return opt_in.confirm(case_id=case.id, by=consumer(case.id))


def decision(purpose: str = "sale_sharing", **identifiers: str) -> str:
    return restrictions.check(purpose, identifiers.items()).decision


def test_it_changes_nothing_by_being_asked_for() -> None:
    stopped()
    case = asked()
    assert case.state == State.RECEIVED
    assert decision(email=EMAIL) == "deny"
    assert notices.content(case.notices.get())["parameters"]["confirm_by"]


def test_it_goes_on_when_confirmed_by_whoever_reads_the_persons_mail_and_once() -> None:
    case = confirmed(asked())
    assert case.state == State.FULFILLING
    assert opt_in.confirm(case_id=case.id, by=consumer(case.id)).entry == case.entry
    assert case.events.filter(kind=EventKind.CHOICE_CONFIRMED).count() == 1
    assert read.confirmed_keys(case.id).emails == (EMAIL,)
    assert read.confirmed_keys(case.id).phones == ()


def test_it_takes_no_confirmation_from_anybody_else() -> None:
    case, other = asked(), asked()
    for actor in (consumer(other.id), staff(user(Role.OFFICER))):
        with pytest.raises(NotAllowed):
            opt_in.confirm(case_id=case.id, by=actor)
    with pytest.raises(NotAllowed, match="code"):
        opt_in.confirm(case_id=case.id, by=consumer(case.id))
    case.refresh_from_db()
    assert case.state == State.RECEIVED


def test_it_lifts_this_purpose_for_the_confirmed_address_alone() -> None:
    stopped()
    case = confirmed(asked())
    assert deliver.lift(factories.holder(case)) is True
    assert decision(email=EMAIL) == "allow"
    assert decision(phone=PHONE) == "deny"
    lifted = case.events.get(kind=EventKind.RESTRICTION_LIFTED)
    assert lifted.payload == {"count": 1, "purpose": "opt_out_sale_sharing"}
    deliver.lift(factories.holder(case))
    assert case.events.filter(kind=EventKind.RESTRICTION_LIFTED).count() == 1


def test_it_leaves_the_sources_alone_while_another_choice_is_in_force() -> None:
    stopped()
    stopped(Right.OPT_OUT_PROFILING)
    case = confirmed(asked())
    assert deliver.lift(factories.holder(case)) is False
    assert decision(email=EMAIL) == "allow"
    assert decision("profiling", email=EMAIL) == "deny"


def test_it_is_restricted_again_when_stopped_again() -> None:
    stopped()
    deliver.lift(factories.holder(confirmed(asked())))
    stopped()
    assert decision(email=EMAIL) == "deny"
    assert Restriction.objects.filter(lifted_at=None).count() == Restriction.objects.count()


def test_it_ends_without_effect_when_nobody_confirms() -> None:
    stopped()
    with time_machine.travel("2026-03-02T15:00:00Z"):
        case = asked()
    with time_machine.travel("2026-03-16T15:00:00Z"):
        assert ending.expire_unproven() == 0
    with time_machine.travel("2026-03-17T15:00:00Z"):
        assert ending.expire_unproven() == 1
        assert ending.expire_unproven() == 0
        case.refresh_from_db()
        assert (case.state, case.outcome) == (State.RECORDING, Outcome.UNVERIFIED)
        with pytest.raises(WrongState):
            confirmed(case)
    assert "did not confirm" in notices.render(case.notices.get(kind=Notice.Kind.UNVERIFIED)).text
    assert decision(email=EMAIL) == "deny"


def test_it_keeps_a_choice_that_was_confirmed_on_the_last_day() -> None:
    with time_machine.travel("2026-03-02T15:00:00Z"):
        case = asked()
    with time_machine.travel("2026-03-16T15:00:00Z"):
        confirmed(case)
    with time_machine.travel("2026-03-20T15:00:00Z"):
        assert ending.expire_unproven() == 0


def test_it_can_be_taken_back_before_it_is_confirmed() -> None:
    case = asked()
    ending.withdraw(case_id=case.id, by=consumer(case.id))
    with pytest.raises(WrongState):
        confirmed(case)


def test_it_needs_the_person_themselves() -> None:
    good = Asked(Right.OPT_IN_SALE_SHARING, ADA, residence="US-CA")
    ben = AgentFacts(name="Ben", email="ben@example.org", power_of_attorney=True)
    with pytest.raises(NotValid) as refused:
        intake.open_case(replace(good, on_behalf_of=ben))
    assert refused.value.field == "on_behalf_of"


# --- by phone, for whoever has no e-mail address -------------------------------------------------------------------

CALLER = replace(ADA, emails=())


def called(person: PersonFacts = CALLER) -> Case:
    return factories.opened(Right.OPT_IN_SALE_SHARING, person=person, channel=Channel.PHONE)


def said(case: Case, place: str) -> bool:
    """Send a code that way, and have it said."""
    iris = staff(user(Role.INTAKE))
    code = phone_codes.send(case_id=case.id, by=iris, place=place)
    if not code:
        code = notices.content(case.notices.filter(kind=Notice.Kind.CODE).latest("ordered_at"))["parameters"]["code"]
    return phone_codes.enter(case_id=case.id, by=iris, code=code)


def test_it_is_confirmed_on_a_call_back_and_lifts_that_number_alone() -> None:
    stopped()
    case = called()
    assert [way.place for way in phone_codes.standing(case).ways] == ["phone:0", "post:0"]
    assert case.state == State.RECEIVED
    assert said(case, "phone:0")
    case.refresh_from_db()
    assert case.state == State.FULFILLING
    assert case.events.get(kind=EventKind.CHOICE_CONFIRMED).payload == {"addresses": ["phone:0"]}
    assert read.confirmed_keys(case.id).phones == (PHONE,)
    deliver.lift(factories.holder(case))
    assert (decision(phone=PHONE), decision(email=EMAIL)) == ("allow", "deny")


def test_it_is_confirmed_by_a_posted_code_for_all_that_this_person_stopped() -> None:
    stopped()
    case = called(replace(CALLER, phones=()))
    assert said(case, "post:0")
    deliver.lift(factories.holder(case))
    assert (decision(phone=PHONE), decision(email=EMAIL)) == ("allow", "allow")


@pytest.mark.parametrize("changes", [{"given_name": "Bo"}, {"postal_address": "1 Other Street, Plano, TX 75074"}])
def test_a_posted_code_lifts_nothing_of_another_name_or_address(changes: dict[str, str]) -> None:
    stopped()
    case = called(replace(CALLER, **changes))
    assert said(case, "post:0")
    deliver.lift(factories.holder(case))
    assert (decision(phone=PHONE), decision(email=EMAIL)) == ("deny", "deny")


def test_a_wrong_code_confirms_nothing_and_the_third_goes_by_letter() -> None:
    case, iris = called(), staff(user(Role.INTAKE))
    right = phone_codes.send(case_id=case.id, by=iris, place="phone:0")
    wrong = "000000" if right != "000000" else "111111"
    assert [phone_codes.enter(case_id=case.id, by=iris, code=wrong) for _ in range(3)] == [False] * 3
    case.refresh_from_db()
    assert case.state == State.RECEIVED
    letter = case.notices.get(kind=Notice.Kind.CODE)
    assert letter.medium == Notice.Medium.POST
    until = notices.content(letter)["parameters"]["until"]
    assert until == opt_in.last_day(case).isoformat(), "the letter promises no day on which nobody takes it any more"


def test_the_desk_offers_to_confirm_and_says_when_it_is_done(settings: Settings) -> None:
    settings.UMBS_STAFF_MFA = False
    iris = Operator()
    (case,) = iris.taken(rights=[Right.OPT_IN_SALE_SHARING], email="")
    page = f"/staff/phone/verify/{case.reference}/"
    offered = iris.get(page).content.decode()
    assert "Tell me the code only if you still want it." in offered
    assert "identity is proven" not in offered
    code = CODE_SHOWN.search(iris.post(page, {"place": "phone:0"}).content.decode())
    assert code is not None
    assert "It is confirmed" in iris.post(page, {"code": code[1]}, follow=True).content.decode()
    case.refresh_from_db()
    assert case.state == State.FULFILLING


# --- in the portal -----------------------------------------------------------------------------------------------


def test_it_is_asked_and_confirmed_on_two_pages() -> None:
    ada = Visitor()
    ada.answer_what(Right.OPT_IN_SALE_SHARING)
    ada.post(ABOUT, {"email": "ada@example.org"})
    ada.send()
    done = ada.get(DONE)
    case = done.context["cases"][0]
    assert "does not count yet" in done.content.decode()
    assert ada.post(CONFIRM)["Location"] == "/requests/status/", "it was confirmed without a code"
    assert "Yes, allow it again" in ada.follow(case).content.decode()
    assert "You confirmed it" in ada.post(CONFIRM, follow=True).content.decode()
    assert "Yes, allow it again" not in ada.get(CASE).content.decode()
    assert Case.objects.get(pk=case.pk).state == State.FULFILLING
    assert ada.post(CONFIRM, follow=True).status_code == 200
    assert ada.get(CONFIRM).status_code == 405


@pytest.mark.parametrize(
    ("about", "place"),
    [
        ({"phone": PHONE}, "phone:0"),
        ({"given_name": "Ada", "family_name": "Quillfeather", "postal_address": ADA.postal_address}, "post:0"),
    ],
    ids=["called back", "by letter"],
)
def test_it_is_asked_on_the_web_without_any_e_mail_and_confirmed_by_phone(about: dict[str, str], place: str) -> None:
    stopped()
    ada = Visitor()
    ada.answer_what(Right.OPT_IN_SALE_SHARING)
    ada.post(ABOUT, about)
    ada.send()
    done = ada.get(DONE)
    case = done.context["cases"][0]
    assert "call us at" in done.content.decode()
    assert "Check a request”, enter" not in done.content.decode()
    assert case.state == State.RECEIVED
    assert said(case, place)
    deliver.lift(factories.holder(Case.objects.get(pk=case.pk)))
    assert decision(phone=PHONE) == "allow"


def test_it_asks_for_the_name_where_only_a_letter_can_bring_the_code() -> None:
    ada = Visitor()
    ada.answer_what(Right.OPT_IN_SALE_SHARING)
    page = ada.post(ABOUT, {"postal_address": ADA.postal_address}).content.decode()
    assert "a code that we post to you" in page
    assert ada.post(ABOUT, {"postal_address": ADA.postal_address, "family_name": "Quillfeather"}).status_code == 302


@pytest.mark.parametrize("kept", [True, False])
def test_it_tells_when_it_is_done_and_what_still_stops_it(*, kept: bool) -> None:
    case = confirmed(asked())
    deliver.confirm_opt_in(factories.holder(case), kept=kept)
    text = notices.render(case.notices.get(kind=Notice.Kind.OPT_IN_DONE)).text
    assert ("Another choice of yours" in text) is kept
