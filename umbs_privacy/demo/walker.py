"""The people's part in a case, through the real services: the consumer who proves, the staff who review and decide."""

from __future__ import annotations

import re
from collections import Counter
from datetime import datetime
from email.utils import getaddresses
from typing import Any

from requests_app.lifecycle import Right, State
from requests_app.models import Attention, Case, Channel, OneTimeCode, Redaction, User
from requests_app.permissions import Actor, staff
from requests_app.services import codes, correction, intake, review
from requests_app.services.disputed import DisputedFact
from requests_app.services.intake import Asked
from requests_app.services.person import PersonFacts
from umbs_privacy.demo import mailbox, records_room
from umbs_privacy.demo.people import Person
from umbs_privacy.demo.processes import Crew, Trouble

PATIENCE = 180
CODE = re.compile(r"(?<!\d)\d{6}(?!\d)")
GOES_ON = frozenset({Attention.NONE.value, Attention.MESSAGE.value})


class Walker:
    """Works beside a crew whose worker and scheduler do the machine's part."""

    def __init__(self, crew: Crew) -> None:
        self.crew = crew

    def asks_for_a_copy(self, person: Person, *, received_at: datetime | None = None, **instead: object) -> Case:
        """From the web form, with every fact and the signed declaration; `instead` changes what is told."""
        told = PersonFacts.of({**facts(person).__dict__, **instead})
        signature = {"signed_name": person.name, "signed_from": "127.0.0.1"}
        return _opened(Right.ACCESS, person, told, received_at=received_at, relationship="patient", **signature)

    def asks_for(self, person: Person, right: Right, *, received_at: datetime | None = None) -> Case:
        """With every fact, and no signature: for a right by which no record of the person goes out."""
        return _opened(right, person, facts(person), received_at=received_at)

    def asks_for_correction(self, person: Person, *wrong: DisputedFact, received_at: datetime | None = None) -> Case:
        """With every fact; what is in dispute proves nothing."""
        return _opened(Right.CORRECT, person, facts(person), received_at=received_at, corrections=wrong)

    def says_no(self, person: Person, right: Right, *, received_at: datetime | None = None) -> Case:
        """An opt-out tells no more than a way to find the person."""
        told = PersonFacts(given_name=person.given_name, family_name=person.surname, emails=(person.email,))
        return _opened(right, person, told, received_at=received_at)

    def proves(self, case: Case, address: str, purpose: OneTimeCode.Purpose = OneTimeCode.Purpose.STATUS) -> None:
        """Ask for a code, read it where the mail arrived, enter it."""
        before = _codes_mailed_to(address)
        codes.ask(case.reference, purpose)
        self.crew.wait_until(lambda: _codes_mailed_to(address) > before, f"The code for {case.reference}", PATIENCE)
        code = next(iter(_codes_mailed_to(address) - before))
        codes.enter(case.reference, code, [purpose])

    def is_searched(self, case: Case, person: Person) -> None:
        """Until every source has answered, the records room among them."""
        self.crew.wait_until(
            lambda: records_room.answer(case, person.email),
            f"The question to the records room, {case.reference}",
            PATIENCE,
        )
        self.waits(case, State.IN_REVIEW)

    def waits(self, case: Case, state: State) -> None:
        """Until the machine has brought the case there; Trouble when it stops on the way."""

        def arrived() -> bool:
            case.refresh_from_db()
            if case.attention not in GOES_ON:
                label = Attention(case.attention).label.lower()
                message = f"Case {case.reference} stopped while {State(case.state).label.lower()}: {label}."
                raise Trouble(message)
            return str(case.state) == state.value

        self.crew.wait_until(arrived, f"Case {case.reference} to be {state.label.lower()}", PATIENCE)

    def needs_attention(self, case: Case, attention: Attention) -> None:
        """Until the machine has stopped for this reason."""

        def stopped() -> bool:
            case.refresh_from_db()
            return case.attention == attention.value

        self.crew.wait_until(stopped, f"Case {case.reference} to stop: {attention.label.lower()}", PATIENCE)

    def reviews(self, case: Case) -> None:
        """The analyst accepts what the detectors propose, if they do; she and an officer approve."""
        analyst, officer = employee("anna"), employee("omar")
        proposed = case.redactions.filter(status=Redaction.Status.PROPOSED).values_list("pk", flat=True)
        review.rule(case_id=case.pk, by=analyst, redactions=list(proposed), withhold=True)
        case.refresh_from_db()
        for approver in (analyst, officer):
            review.approve(case_id=case.pk, by=approver, digest=case.content_digest)

    def corrects(self, case: Case) -> None:
        """The analyst accepts each item where it is proposed; she and an officer approve."""
        for item in case.corrections.all():
            correction.rule(
                case_id=case.pk,
                by=employee("anna"),
                number=item.number,
                seen=correction.version(item),
                accept=True,
                places=set(item.places.filter(chosen=True).values_list("id", flat=True)),
            )
        self.reviews(case)


def _opened(right: Right, person: Person, told: PersonFacts, **more: Any) -> Case:
    """The case that the web form opens; `more`: what else of `Asked` it tells."""
    residence = f"US-{person.state}"
    return intake.open_case(
        Asked(right=right.value, person=told, residence=residence, channel=Channel.WEB.value, **more)
    )


def _codes_mailed_to(address: str) -> Counter[str]:
    letters = (
        mailbox.text(message)
        for message in mailbox.messages()
        if address in {to for _, to in getaddresses([str(message["To"])])}
    )
    return Counter(code for letter in letters for code in CODE.findall(letter))


def facts(person: Person) -> PersonFacts:
    return PersonFacts(
        given_name=person.given_name,
        family_name=person.surname,
        emails=(person.email,),
        phones=(person.phone,),
        postal_address=f"{person.street}, {person.city}, {person.state} {person.postal_code}",
        date_of_birth=person.date_of_birth.isoformat(),
        account_numbers=(person.account_number,) if "billing" in person.memberships else (),
    )


def employee(name: str) -> Actor:
    return staff(User.objects.get(username=name))
