"""To allow again what was stopped takes two steps, and the second is the person's own (11 CCR 7028)."""

from __future__ import annotations

from dataclasses import replace

import pytest
import time_machine

from requests_app.casefile import deliver, read
from requests_app.exceptions import NotAllowed, NotValid, WrongState
from requests_app.lifecycle import Outcome, Right, State
from requests_app.models import Case, EventKind, Notice, Restriction
from requests_app.permissions import Role, consumer, staff
from requests_app.services import ending, intake, notices, opt_in, restrictions
from requests_app.services.agent import AgentFacts
from requests_app.services.intake import Asked
from tests import factories
from tests.characters import ADA, user
from tests.requests_app.portal_walk import ABOUT, CASE, DONE, Visitor

pytestmark = pytest.mark.django_db
CONFIRM = f"{CASE}confirm/"
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


def test_it_needs_an_address_to_confirm_and_the_person_themselves() -> None:
    good = Asked(Right.OPT_IN_SALE_SHARING, ADA, residence="US-CA")
    with pytest.raises(NotValid) as refused:
        intake.open_case(replace(good, person=replace(ADA, emails=())))
    assert refused.value.field == "person.emails"
    ben = AgentFacts(name="Ben", email="ben@example.org", power_of_attorney=True)
    with pytest.raises(NotValid) as refused:
        intake.open_case(replace(good, on_behalf_of=ben))
    assert refused.value.field == "on_behalf_of"


# --- in the portal -----------------------------------------------------------------------------------------------


def test_it_is_asked_and_confirmed_on_two_pages() -> None:
    ada = Visitor()
    ada.answer_what(Right.OPT_IN_SALE_SHARING)
    assert "you confirm it with a code" in ada.post(ABOUT, {"phone": "214-555-0107"}).content.decode()
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


@pytest.mark.parametrize("kept", [True, False])
def test_it_tells_when_it_is_done_and_what_still_stops_it(*, kept: bool) -> None:
    case = confirmed(asked())
    deliver.confirm_opt_in(factories.holder(case), kept=kept)
    text = notices.render(case.notices.get(kind=Notice.Kind.OPT_IN_DONE)).text
    assert ("Another choice of yours" in text) is kept
