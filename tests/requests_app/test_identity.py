"""Identity without a trap: what counts, what does not, and what a stranger can learn (T1, T2, T5)."""

from __future__ import annotations

from datetime import timedelta
from itertools import chain, combinations

import pytest
import time_machine
from django.utils import timezone

from requests_app.casefile import write
from requests_app.exceptions import NotAllowed, NotValid, WrongState
from requests_app.lifecycle import State
from requests_app.models import Attention, Case, CodeRequest, IdentityCheck, Level, OneTimeCode
from requests_app.permissions import Role, consumer, staff
from requests_app.services import codes, identity, identity_channel
from requests_app.services.person import PersonFacts
from tests import factories
from tests.characters import user

pytestmark = pytest.mark.django_db
STATUS = OneTimeCode.Purpose.STATUS
KINDS = ("email", "phone", "date_of_birth", "account", "postal_address", "name")


def wrong(code: str) -> str:
    return f"{(int(code) + 1) % 1_000_000:06d}"


@pytest.mark.parametrize("kinds", list(chain.from_iterable(combinations(KINDS, n) for n in range(len(KINDS) + 1))))
def test_it_goes_on_exactly_with_three_reliable_points_and_an_address_on_file(kinds: tuple[str, ...]) -> None:
    """Every subset of facts. A name is no point; an address that no source holds is neither point nor channel."""
    case = factories.prove(factories.opened(), kinds=kinds)
    enough = "email" in kinds and len(set(kinds) - {"name"}) >= 3
    assert (case.state == State.GATHERING) is enough
    assert (case.identity_level == Level.HIGH) is enough
    if not enough:
        assert case.attention == Attention.IDENTITY


def test_it_needs_the_declaration_for_specific_pieces() -> None:
    case = factories.prove(factories.opened(), signed=False)
    assert (case.state, case.identity_level) == (State.VERIFYING, Level.REASONABLE)
    identity.sign_later(case_id=case.id, by=consumer(case.id), signed_name="ADA  quillfeather", signed_from="192.0.2.7")
    case.refresh_from_db()
    assert (case.state, case.identity_level) == (State.GATHERING, Level.HIGH)


def test_it_refuses_a_declaration_in_another_name() -> None:
    case = factories.opened()
    with pytest.raises(NotValid) as refusal:
        identity.sign_later(case_id=case.id, by=consumer(case.id), signed_name="Otto Vandermeer", signed_from="")
    assert refusal.value.field == "signed_name"


def test_it_counts_nothing_before_the_address_is_confirmed() -> None:
    case = factories.opened()
    identity.sign_later(case_id=case.id, by=consumer(case.id), signed_name="Ada Quillfeather", signed_from="")
    write.record_match(case.id, kinds=list(KINDS), on_file=["email:0"])
    case.refresh_from_db()
    assert (case.state, case.identity_level) == (State.VERIFYING, Level.NONE)


def test_it_sends_nothing_to_an_address_that_only_the_requester_gave() -> None:
    case = factories.prove(factories.opened(), kinds=("phone", "date_of_birth", "account", "postal_address"))
    assert identity_channel.collect_address(case) == ""
    codes.send(case, OneTimeCode.Purpose.COLLECT, by=consumer(case.id))
    assert not case.codes.filter(purpose="collect").exists()


def test_it_takes_more_facts_without_losing_the_old_ones() -> None:
    case = factories.opened()
    identity.add_facts(
        case_id=case.id, by=consumer(case.id), facts=PersonFacts(phones=("972-555-0199",), account_numbers=("PA-9",))
    )
    facts = factories.intake.people.read(case)
    assert facts.phones == ("214-555-0107", "972-555-0199")
    assert facts.account_numbers == ("PA-104482", "PA-9")
    assert facts.date_of_birth == "1966-03-23"


def test_it_lets_an_officer_accept_with_a_reason_who_then_counts_as_a_preparer() -> None:
    case = factories.opened()
    with pytest.raises(NotAllowed):
        identity.accept(case_id=case.id, by=staff(user(Role.ANALYST)), reason="Seen in person with a letter we sent.")
    with pytest.raises(NotValid):
        identity.accept(case_id=case.id, by=staff(user(Role.OFFICER)), reason="ok")
    identity.accept(case_id=case.id, by=staff(user(Role.OFFICER)), reason="Seen in person with a letter we sent.")
    case.refresh_from_db()
    assert (case.state, case.identity_level) == (State.GATHERING, Level.HIGH)
    assert [row.user for row in case.preparers.all()] == [user(Role.OFFICER)]
    with pytest.raises(WrongState):
        identity.accept(case_id=case.id, by=staff(user(Role.OFFICER)), reason="Seen in person with a letter we sent.")


# --- codes -------------------------------------------------------------------------------------------------------


def test_it_accepts_a_code_once() -> None:
    case = factories.opened()
    code = factories.code_for(case)
    assert codes.enter(case.reference.lower(), f" {code[:3]} {code[3:]} ", [STATUS]) == case
    with pytest.raises(NotValid):
        codes.enter(case.reference, code, [STATUS])
    assert case.identity_checks.filter(method=IdentityCheck.Method.CODE).count() == 1


def test_it_accepts_no_code_after_ten_minutes() -> None:
    case = factories.opened()
    code = factories.code_for(case)
    with time_machine.travel(timezone.now() + timedelta(minutes=10, seconds=1), tick=False), pytest.raises(NotValid):
        codes.enter(case.reference, code, [STATUS])


def test_it_accepts_no_code_after_five_wrong_tries() -> None:
    case = factories.opened()
    code = factories.code_for(case)
    for _ in range(5):
        with pytest.raises(NotValid):
            codes.enter(case.reference, wrong(code), [STATUS])
    with pytest.raises(NotValid):
        codes.enter(case.reference, code, [STATUS])
    assert codes.enter(case.reference, factories.code_for(case), [STATUS]) == case, (
        "a fresh code works: nobody is locked out"
    )


def test_it_binds_a_code_to_its_case_and_its_purpose() -> None:
    one, two = factories.opened(), factories.opened()
    code = factories.code_for(one)
    for reference, purposes in ((two.reference, [STATUS]), (one.reference, [OneTimeCode.Purpose.COLLECT])):
        with pytest.raises(NotValid):
            codes.enter(reference, code, purposes)
    assert codes.enter(one.reference, code, [STATUS]) == one


def test_it_voids_the_code_before_when_a_new_one_is_sent() -> None:
    case = factories.opened()
    old, new = factories.code_for(case), factories.code_for(case)
    if old != new:
        with pytest.raises(NotValid):
            codes.enter(case.reference, old, [STATUS])
    assert codes.enter(case.reference, new, [STATUS]) == case


def test_it_keeps_no_code_in_the_clear() -> None:
    case = factories.opened()
    code = factories.code_for(case)
    row = case.codes.get()
    assert code not in str(row.__dict__)
    assert len(row.hash) == 64


def test_it_says_the_same_for_a_wrong_code_and_an_unknown_reference() -> None:
    case = factories.opened()
    code = factories.code_for(case)
    said = set()
    for reference, tried in (
        (case.reference, wrong(code)),
        ("7K4M-29QF-X", code),
        (factories.intake.reference.new(), ""),
    ):
        try:
            codes.enter(reference, tried, [STATUS])
        except NotValid as refusal:
            said.add((str(refusal), refusal.field))
    assert len({text for text, _ in said if "add up" not in text}) == 1


def test_it_takes_down_every_wish_for_a_code_and_answers_it_once_in_the_background() -> None:
    case = factories.opened()
    codes.ask(case.reference, STATUS)
    codes.ask(factories.intake.reference.new(), STATUS)
    assert CodeRequest.objects.count() == 2
    assert not case.codes.exists(), "asking itself does nothing that could be measured"
    for wish in CodeRequest.objects.all():
        codes.answer(wish.id)
        codes.answer(wish.id)
    assert case.codes.count() == 1
    assert OneTimeCode.objects.count() == 1
    with pytest.raises(NotValid, match="add up"):
        codes.ask("7K4M-29QF-0", STATUS)


def test_it_never_lets_one_visitor_lock_out_another() -> None:
    """T5: an attacker files requests for a victim and burns their codes; the victim's own request is untouched."""
    victim = factories.opened()
    for _ in range(20):
        attack = factories.opened()
        code = factories.code_for(attack)
        for _ in range(6):
            with pytest.raises(NotValid):
                codes.enter(attack.reference, wrong(code), [STATUS])
    assert factories.prove(victim).state == State.GATHERING
    assert Case.objects.filter(state=State.GATHERING).count() == 1
