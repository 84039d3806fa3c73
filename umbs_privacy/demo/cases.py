"""A queue as an officer meets it: a case in each state and trouble, brought there by the real services."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

from django.utils import timezone

from requests_app.lifecycle import Right, State
from requests_app.models import Attention, Case
from requests_app.permissions import consumer
from requests_app.services import ending, extension, holds, messages, review
from requests_app.services.disputed import DisputedFact
from umbs_privacy.demo import ehr
from umbs_privacy.demo.characters import ADA, NAMESAKE, NORA, THEO, VICTOR
from umbs_privacy.demo.databases import people
from umbs_privacy.demo.people import Person
from umbs_privacy.demo.walker import Walker, employee

CROWD = 60


def fill(walker: Walker, say: Callable[[str], None]) -> int:
    """Make each case in turn and say what it shows; how many there are."""
    for make in CASES:
        case = make(walker)
        case.refresh_from_db()
        say(f"  {case.reference}  {State(case.state).label:<18} {(make.__doc__ or '').rstrip('.')}")
    return len(CASES)


def in_review(walker: Walker) -> Case:
    """A copy, waiting for an analyst to rule on what the detectors propose."""
    return _to_review(walker, ADA, days=6)


def on_hold(walker: Walker) -> Case:
    """A copy that may not leave: the officer holds it until a dispute is settled."""
    case = _to_review(walker, NAMESAKE, days=12)
    holds.place(case_id=case.pk, by=employee("olga"), ground="Account under dispute; counsel is asked first.")
    return case


def extended(walker: Walker) -> Case:
    """A copy whose time was extended once, with the reason told to the consumer."""
    case = _to_review(walker, _customer(0), days=40)
    reason = "One of our systems was being moved, so the search took longer than usual."
    extension.extend(case_id=case.pk, by=employee("omar"), reason=reason)
    return case


def duplicate(walker: Walker) -> Case:
    """The same copy asked for twice: merged into the first case, whose identity level it neither gives nor takes."""
    first = Case.objects.filter(right=Right.ACCESS.value, state=State.IN_REVIEW.value).earliest("opened_at")
    case = walker.asks_for_a_copy(ADA)
    case = review.merge(case_id=case.pk, by=employee("anna"), into=first)
    walker.waits(case, State.CLOSED)
    return case


def impostor(walker: Walker) -> Case:
    """Somebody who knows what anybody can look up about Ada, with a mailbox of their own."""
    case = walker.asks_for_a_copy(VICTOR, account_numbers=[])
    walker.proves(case, VICTOR.email)
    walker.needs_attention(case, Attention.IDENTITY)
    return case


def unproven(walker: Walker) -> Case:
    """A person who has not entered the code yet."""
    return walker.asks_for_a_copy(THEO, received_at=timezone.now() - timedelta(days=2))


def by_post(walker: Walker) -> Case:
    """No e-mail: the acknowledgement lies in the tray to print and post."""
    return walker.asks_for_a_copy(_customer(1), emails=[], phones=[])


def refused(walker: Walker) -> Case:
    """Refused on a ground that the law knows, with a letter."""
    case = walker.asks_for_a_copy(_customer(2), received_at=timezone.now() - timedelta(days=20))
    explanation = "The facts you gave did not agree with our records, and no further facts came within two weeks."
    review.deny(case_id=case.pk, by=employee("omar"), ground="identity_unproven", explanation=explanation)
    walker.waits(case, State.CLOSED)
    return case


def withdrawn(walker: Walker) -> Case:
    """Taken back by the consumer."""
    case = walker.asks_for_a_copy(_customer(3))
    ending.withdraw(case_id=case.pk, by=consumer(case.pk))
    walker.waits(case, State.CLOSED)
    return case


def wrote_back(walker: Walker) -> Case:
    """The consumer wrote a message that waits for an answer."""
    case = walker.asks_for_a_copy(_customer(4))
    messages.write(case_id=case.pk, by=consumer(case.pk), text="I moved last month. Does it matter for my request?")
    return case


def to_correct(walker: Walker) -> Case:
    """A correction, located in each source, that waits for a ruling."""
    person = _customer(6)
    wrong = DisputedFact("Phone number", person.phone, "214-555-0142")
    case = walker.asks_for_correction(person, wrong, received_at=timezone.now() - timedelta(days=4))
    walker.proves(case, person.email)
    walker.is_searched(case, person)
    return case


def categories(walker: Walker) -> Case:
    """Which kinds of information are held and who received them: the answer can be read before it is approved."""
    person = _customer(6)
    case = walker.asks_for(person, Right.KNOW_CATEGORIES, received_at=timezone.now() - timedelta(days=5))
    walker.proves(case, person.email)
    walker.is_searched(case, person)
    return case


def opted_out(walker: Walker) -> Case:
    """Sale and sharing stopped where the sources can record it."""
    return _opt_out(walker, NORA, Right.OPT_OUT_SALE_SHARING)


def no_targeted_ads(walker: Walker) -> Case:
    """Targeted advertising stopped for somebody whom no source knows by this address."""
    return _opt_out(walker, _customer(5), Right.OPT_OUT_TARGETED_ADS)


def to_be_deleted(walker: Walker) -> Case:
    """A deletion whose plan waits for two approvals."""
    person = _customer(6)
    case = walker.asks_for(person, Right.DELETE, received_at=timezone.now() - timedelta(days=9))
    walker.proves(case, person.email)
    walker.is_searched(case, person)
    return case


def deleted(walker: Walker) -> Case:
    """Deleted where it may be; what the law keeps is locked and owed."""
    person = _customer(7)
    case = walker.asks_for(person, Right.DELETE, received_at=timezone.now() - timedelta(days=30))
    walker.proves(case, person.email)
    walker.is_searched(case, person)
    walker.reviews(case)
    walker.waits(case, State.CLOSED)
    return case


def of_a_clinic(walker: Walker) -> Case:
    """Charts that are a clinic's: the clinic was told, the person referred to it, and we wait for its word."""
    return _to_review(walker, next(filter(ehr.is_patient, _customers())), days=3)


def in_the_cabinet(walker: Walker) -> Case:
    """A copy that waits for the records room to look into the paper cabinet."""
    person = _customer(6)
    case = walker.asks_for_a_copy(person, received_at=timezone.now() - timedelta(days=1))
    walker.proves(case, person.email)
    return case


CASES: tuple[Callable[[Walker], Case], ...] = (
    in_review,
    on_hold,
    extended,
    duplicate,
    impostor,
    unproven,
    by_post,
    refused,
    withdrawn,
    wrote_back,
    to_correct,
    categories,
    opted_out,
    no_targeted_ads,
    to_be_deleted,
    deleted,
    of_a_clinic,
    in_the_cabinet,
)


def _to_review(walker: Walker, person: Person, *, days: int) -> Case:
    case = walker.asks_for_a_copy(person, received_at=timezone.now() - timedelta(days=days))
    walker.proves(case, person.email)
    walker.is_searched(case, person)
    return case


def _opt_out(walker: Walker, person: Person, right: Right) -> Case:
    case = walker.says_no(person, right, received_at=timezone.now() - timedelta(days=1))
    walker.waits(case, State.CLOSED)
    return case


def _customer(number: int) -> Person:
    return _customers()[number]


def _customers() -> list[Person]:
    """The first strangers who hold an account."""
    return [person for person in people(CROWD) if person.weight == 1 and "billing" in person.memberships]
