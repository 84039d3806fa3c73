"""One case of each right from intake to closed: the parts of consumer and staff; the worker does the machine's."""

from __future__ import annotations

import re
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from email.utils import getaddresses, parsedate_to_datetime
from pathlib import Path

from requests_app.lifecycle import Right, State
from requests_app.models import Attention, Case, Channel, Deliverable, OneTimeCode, Redaction, SystemSearch, User
from requests_app.permissions import Actor, consumer, staff
from requests_app.services import codes, collect, intake, review
from requests_app.services.intake import Asked
from requests_app.services.person import PersonFacts
from umbs_privacy.demo import mailbox
from umbs_privacy.demo.characters import ADA, NORA
from umbs_privacy.demo.people import Person
from umbs_privacy.demo.processes import Crew, Trouble

PATIENCE = 180
CODE = re.compile(r"(?<!\d)\d{6}(?!\d)")
WAITING_FOR_PEOPLE = frozenset({Attention.NONE.value, Attention.MESSAGE.value})


@dataclass(frozen=True)
class Rows:
    found: int
    withheld: int
    released: int


@dataclass(frozen=True)
class Line:
    """One line of the table and of `summary.json` (the names are the contract's)."""

    reference: str
    right: str
    outcome: str
    sources: int
    rows: Rows
    seconds: float
    pdfs: list[str]
    package: str | None

    def as_json(self) -> dict[str, object]:
        return asdict(self)


def travel(right: Right, crew: Crew, out: Path) -> Line:
    """Take one case of this right from intake to closed and keep its documents below `out`."""
    return JOURNEYS[right](_Journey(crew, out))


class _Journey:
    def __init__(self, crew: Crew, out: Path) -> None:
        self.crew = crew
        self.out = out
        self.started = time.monotonic()
        self.since = datetime.now(UTC)

    def access(self) -> Line:
        case = intake.open_case(
            Asked(
                right=Right.ACCESS.value,
                person=facts(ADA),
                relationship="patient",
                residence="US-CA",
                channel=Channel.WEB.value,
                signed_name=ADA.name,
                signed_from="127.0.0.1",
            )
        )
        self._prove(case, ADA, OneTimeCode.Purpose.STATUS)
        self._wait(case, State.IN_REVIEW)
        self._review(case)
        self._wait(case, State.CLOSED)
        seconds = time.monotonic() - self.started
        self._prove(case, ADA, OneTimeCode.Purpose.COLLECT)
        return self._line(case, seconds)

    def opt_out(self) -> Line:
        person = PersonFacts(given_name=NORA.given_name, family_name=NORA.surname, emails=(NORA.email,))
        case = intake.open_case(
            Asked(right=Right.OPT_OUT_SALE_SHARING.value, person=person, residence="US-TX", channel=Channel.WEB.value)
        )
        self._wait(case, State.CLOSED)
        return self._line(case, time.monotonic() - self.started)

    def _prove(self, case: Case, person: Person, purpose: OneTimeCode.Purpose) -> None:
        """Ask for a code, read it where the mail arrived, enter it."""
        codes.ask(case.reference, purpose)
        seen: list[str] = []

        def arrived() -> bool:
            seen[:] = self._codes_mailed_to(person.email)
            return bool(seen) and case.codes.filter(purpose=purpose, used_at=None).exists()

        self.crew.wait_until(arrived, f"The code for {case.reference}", PATIENCE)
        codes.enter(case.reference, seen[0], [purpose])
        self.since = datetime.now(UTC)

    def _codes_mailed_to(self, address: str) -> list[str]:
        """The newest first."""
        letters = (
            mailbox.text(message)
            for message in mailbox.messages()
            if parsedate_to_datetime(message["Date"]) >= self.since.replace(microsecond=0)
            and address in {to for _, to in getaddresses([str(message["To"])])}
        )
        return [code for letter in letters for code in CODE.findall(letter)]

    def _wait(self, case: Case, state: State) -> None:
        def arrived() -> bool:
            case.refresh_from_db()
            if case.attention not in WAITING_FOR_PEOPLE:
                label = Attention(case.attention).label.lower()
                message = f"Case {case.reference} stopped while {State(case.state).label.lower()}: {label}."
                raise Trouble(message)
            return str(case.state) == state.value

        self.crew.wait_until(arrived, f"Case {case.reference} to be {state.label.lower()}", PATIENCE)

    def _review(self, case: Case) -> None:
        """The analyst accepts what the detectors propose; she and an officer approve."""
        analyst, officer = _staff("anna"), _staff("omar")
        proposed = case.redactions.filter(status=Redaction.Status.PROPOSED).values_list("pk", flat=True)
        review.rule(case_id=case.pk, by=analyst, redactions=list(proposed), withhold=True)
        case.refresh_from_db()
        for approver in (analyst, officer):
            review.approve(case_id=case.pk, by=approver, digest=case.content_digest)

    def _line(self, case: Case, seconds: float) -> Line:
        searches = case.searches.filter(state=SystemSearch.State.ANSWERED)
        suppressions = list(case.suppressions.all())
        kept = {document.pk: self._keep(case, document) for document in case.deliverables.all()}
        return Line(
            reference=case.reference,
            right=str(case.right),
            outcome=str(case.outcome),
            sources=searches.count() or len(suppressions),
            rows=Rows(
                found=sum(search.rows_found for search in searches) + sum(row.rows for row in suppressions),
                withheld=sum(search.rows_withheld for search in searches),
                released=sum(search.rows_released for search in searches),
            ),
            seconds=round(seconds, 2),
            pdfs=[str(path) for path in kept.values() if path.suffix == ".pdf"],
            package=next((str(path) for path in kept.values() if path.suffix == ".zip"), None),
        )

    def _keep(self, case: Case, document: Deliverable) -> Path:
        """A copy as the consumer collects it: through the one door, after a fresh code where the door asks for one."""
        served = collect.fetch(deliverable_id=document.pk, by=consumer(case.pk), fresh_code=True)
        path = self.out / case.reference / served.name
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        with path.open("wb") as file:
            file.writelines(served.parts)
        return path


def facts(person: Person) -> PersonFacts:
    return PersonFacts(
        given_name=person.given_name,
        family_name=person.surname,
        emails=(person.email,),
        phones=(person.phone,),
        postal_address=f"{person.street}, {person.city}, {person.state} {person.postal_code}",
        date_of_birth=person.date_of_birth.isoformat(),
        account_numbers=(person.account_number,),
    )


def _staff(name: str) -> Actor:
    return staff(User.objects.get(username=name))


JOURNEYS: dict[Right, Callable[[_Journey], Line]] = {
    Right.ACCESS: _Journey.access,
    Right.OPT_OUT_SALE_SHARING: _Journey.opt_out,
}
