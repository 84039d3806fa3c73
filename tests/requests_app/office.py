"""A privacy office on an ordinary morning: three people who sign in, and cases in the states that they meet."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from django.db import transaction
from django.utils import timezone

from requests_app.casefile import deliver, write
from requests_app.casefile.types import FoundRecord, ProposedRedaction
from requests_app.lifecycle import Right, State
from requests_app.models import Case, Channel, Notice, User
from requests_app.permissions import Role, consumer
from requests_app.services import intake, messages
from requests_app.services.intake import Asked
from requests_app.services.person import PersonFacts
from tests.characters import ADA, NOBODY_ONLINE, OTTO
from tests.factories import case_in, gather, holder, opened, propose, prove

PASSWORD = "a password that is long enough"
BEA = PersonFacts("Bea", "Thornbury", ("bea.thornbury@example.org",), ("972-555-0161",), account_numbers=("PA-118820",))
TOLD = {
    "collection": "billing.accounts",
    "rows": 2,
    "categories": ["user.contact.email", "user.name"],
    "origin": ["direct", "partner"],
    "purposes": ["billing"],
    "recipients": [],
}
NOTE = "Spoke with {other} about invoice {number}; asked to be called back on 972-555-0{number}."


def people() -> dict[str, User]:
    """Two officers and an analyst, who know their passwords."""
    names = {"cleo": Role.OFFICER, "cato": Role.OFFICER, "anna": Role.ANALYST}
    return {name: User.objects.create_user(name, password=PASSWORD, role=role.value) for name, role in names.items()}


def rows(number: int) -> list[FoundRecord]:
    """Invented billing rows of Ada's, each with something never disclosed and something about somebody else."""
    return [
        FoundRecord(
            "billing.accounts",
            str(4000 + n),
            {
                "name": "Ada Quillfeather",
                "invoice": f"INV-{7000 + n}",
                "amount": 120 + n,
                "ssn": "900-12-3456",
                "note": NOTE.format(other="Bo Larkin", number=100 + n),
                "address": {"street": "12 Larkspur Lane", "city": "Garland"},
            },
        )
        for n in range(number)
    ]


def proposals(number: int) -> list[ProposedRedaction]:
    found = []
    for n in range(number):
        text = NOTE.format(other="Bo Larkin", number=100 + n)
        phone = f"972-555-0{100 + n}"
        found += [
            ProposedRedaction(n, "/ssn", 0, 0, "SSN", "NEVER", "map"),
            ProposedRedaction(n, "/note", 11, 20, "PERSON", "OTHER", "cue"),
            ProposedRedaction(n, "/note", text.index(phone), text.index(phone) + len(phone), "PHONE", "OTHER", "phone"),
        ]
    return found


def in_review(number: int, person: PersonFacts = ADA) -> Case:
    """A case whose reviewer has `number` records with three proposals each before them."""
    case = prove(opened(person=person))
    gather(case, rows(number))
    return propose(case, proposals(number))


def received(days_ago: int, person: PersonFacts, right: str = Right.ACCESS) -> Case:
    at = timezone.now() - timedelta(days=days_ago)
    return intake.open_case(Asked(right, person, residence="US-CA", relationship="visitor", received_at=at))


def broken(person: PersonFacts) -> Case:
    """A case whose one source answers no more."""
    case = prove(opened(person=person), signed=False)
    by = holder(case)
    write.open_search(by, source_key="crm", source_name="Customer relations", state="pending")
    write.start_search(by, source_key="crm")
    write.search_failed(by, source_key="crm", error="The password was refused.", kind="auth", next_try_at=None)
    case.refresh_from_db()
    return case


def letter(case: Case) -> Notice:
    """The acknowledgement of somebody without e-mail, printed and waiting for its envelope."""
    notice = case.notices.get(kind=Notice.Kind.ACKNOWLEDGEMENT)
    deliver.attach_letter(notice.id, name="acknowledgement.pdf", pdf=b"%PDF-1.7 a letter")
    notice.refresh_from_db()
    return notice


@dataclass(frozen=True)
class Morning:
    """The cases by what is to be done about them."""

    review: Case
    unproven: Case
    late: Case
    broken: Case
    opt_out: Case
    closed: Case
    wrote: Case
    by_post: Case


@transaction.atomic
def morning(records: int = 30) -> Morning:
    wrote = opened(person=BEA)
    messages.write(case_id=wrote.id, by=consumer(wrote.id), text="When will I hear from you?")
    by_post = opened(person=NOBODY_ONLINE, channel=Channel.MAIL)
    letter(by_post)
    return Morning(
        review=in_review(records),
        unproven=received(30, OTTO),
        late=received(50, BEA, Right.OPT_OUT_SALE_SHARING),
        broken=broken(ADA),
        opt_out=opened(Right.OPT_OUT_TARGETED_ADS, person=OTTO),
        closed=case_in(State.CLOSED, Right.OPT_OUT_PROFILING, person=BEA),
        wrote=wrote,
        by_post=by_post,
    )


def many(number: int) -> None:
    """A long queue: `number` open cases of as many people."""
    for n in range(1, number + 1):
        facts = PersonFacts(f"Pat{n}", f"Example{n}", (f"pat{n}@example.org",))
        opened(Right.OPT_OUT_SALE_SHARING if n % 2 else Right.ACCESS, person=facts)
