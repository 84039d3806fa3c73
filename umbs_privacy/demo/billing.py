"""The billing database: people who pay the company directly, from account to claim line and payment."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta
from random import Random

from sqlalchemy import Column, Date, DateTime, Integer, MetaData, Table, Text

from umbs_privacy.demo.people import Person, acquaintance
from umbs_privacy.demo.places import PLACES
from umbs_privacy.demo.prose import ACCOUNT_NOTES, STAFF_NAMES, notes, someone_near
from umbs_privacy.demo.rows import Rows, chance, key, parent, parent_text, some_day, some_moment, text, text_key

METADATA = MetaData()
PRACTICES = 120
PRACTICE_KINDS = ("Family Medicine", "Orthopedics", "Imaging", "Physical Therapy", "Pediatrics", "Cardiology")
PAYERS = ("Blue Prairie Health", "Cascade Mutual", "Lone Star Benefit Trust", "Meridian Health Plan", "Summit Care")
REASONS = ("Annual physical", "Back pain", "Follow-up", "Knee injury", "Lab work", "Migraine", "Vaccination")
SERVICES = (
    ("99213", "Office visit, established patient", 12_400),
    ("99203", "Office visit, new patient", 16_900),
    ("80053", "Comprehensive metabolic panel", 4_850),
    ("71046", "Chest X-ray, two views", 7_200),
    ("93000", "Electrocardiogram", 5_600),
    ("97110", "Therapeutic exercise, 15 minutes", 3_900),
)

practices = Table(
    "practices",
    METADATA,
    text_key("practice_id"),
    text("name"),
    text("contact_name"),
    text("contact_email", 120, indexed=True),
    text("contact_phone", 20, indexed=True),
    text("city"),
    text("state", 2),
)
accounts = Table(
    "accounts",
    METADATA,
    text_key("account_number"),
    parent_text("practice_id", "practices.practice_id"),
    text("given_name"),
    text("surname"),
    Column("date_of_birth", Date, nullable=False),
    text("email", 120, indexed=True),
    text("phone", 20, indexed=True),
    text("street"),
    text("city"),
    text("state", 2),
    text("postal_code", 10),
    text("employer"),
    text("ssn", 11),
    text("drivers_license", 20),
    text("bank_account", 20),
    text("portal_username"),
    text("portal_password"),
    text("security_question"),
    text("security_answer"),
    Column("opened_on", Date, nullable=False),
)
account_contacts = Table(
    "account_contacts",
    METADATA,
    key(),
    parent_text("account_number", "accounts.account_number"),
    text("relationship", 20),
    text("full_name"),
    text("phone", 20),
    text("email", 120),
)
insurance_policies = Table(
    "insurance_policies",
    METADATA,
    key(),
    parent_text("account_number", "accounts.account_number"),
    text("payer"),
    text("member_id", 20),
    text("group_number", 20),
    text("subscriber_name"),
    Column("valid_from", Date, nullable=False),
)
encounters = Table(
    "encounters",
    METADATA,
    key(),
    parent_text("account_number", "accounts.account_number"),
    parent_text("practice_id", "practices.practice_id"),
    Column("visited_on", Date, nullable=False),
    text("clinician_name"),
    text("reason"),
)
claims = Table(
    "claims",
    METADATA,
    text_key("claim_number"),
    parent("encounter_id", "encounters.id"),
    parent("policy_id", "insurance_policies.id"),
    text("status", 20),
    Column("filed_on", Date, nullable=False),
)
claim_lines = Table(
    "claim_lines",
    METADATA,
    key(),
    parent_text("claim_number", "claims.claim_number"),
    text("procedure_code", 10),
    text("description"),
    Column("units", Integer, nullable=False),
    Column("amount_cents", Integer, nullable=False),
)
invoices = Table(
    "invoices",
    METADATA,
    text_key("invoice_number"),
    parent_text("account_number", "accounts.account_number"),
    parent_text("claim_number", "claims.claim_number"),
    Column("issued_on", Date, nullable=False),
    Column("due_on", Date, nullable=False),
    Column("amount_cents", Integer, nullable=False),
    text("status", 20),
)
payments = Table(
    "payments",
    METADATA,
    key(),
    parent_text("invoice_number", "invoices.invoice_number"),
    Column("paid_on", Date, nullable=False),
    Column("amount_cents", Integer, nullable=False),
    text("method", 20),
    text("card_number", 24),
    text("payer_name"),
)
account_notes = Table(
    "account_notes",
    METADATA,
    key(),
    parent_text("account_number", "accounts.account_number"),
    Column("written_at", DateTime, nullable=False),
    text("author"),
    Column("body", Text, nullable=False),
)


def rows(people: Iterable[Person], random: Random) -> Rows:
    book = Rows()
    for number in range(1, PRACTICES + 1):
        _practice(book, number, random)
    for person in people:
        if "billing" in person.memberships:
            _account(book, person, random)
    return book


def _practice_id(random: Random) -> str:
    return f"PR-{random.randrange(1, PRACTICES + 1):04d}"


def _practice(book: Rows, number: int, random: Random) -> None:
    place = random.choice(PLACES)
    contact = acquaintance(random, "practice contact")
    book.add(
        practices,
        practice_id=f"PR-{number:04d}",
        name=f"{place.city} {random.choice(PRACTICE_KINDS)}",
        contact_name=contact.name,
        contact_email=contact.email,
        contact_phone=contact.phone,
        city=place.city,
        state=place.state,
    )


def _account(book: Rows, person: Person, random: Random) -> None:
    opened = some_day(random)
    book.add(
        accounts,
        account_number=person.account_number,
        practice_id=_practice_id(random),
        given_name=person.given_name,
        surname=person.surname,
        date_of_birth=person.date_of_birth,
        email=person.email,
        phone=person.phone,
        street=person.street,
        city=person.city,
        state=person.state,
        postal_code=person.postal_code,
        employer=person.employer,
        ssn=person.ssn,
        drivers_license=person.drivers_license,
        bank_account=person.bank_account,
        portal_username=f"{person.given_name[0]}{person.surname}{person.number}".lower(),
        portal_password=person.portal_password,
        security_question="Name of your first pet",
        security_answer=person.security_answer,
        opened_on=opened,
    )
    for other in person.circle or ((someone_near(person, random),) if chance(random, 0.5) else ()):
        book.add(
            account_contacts,
            account_number=person.account_number,
            relationship=other.relation,
            full_name=other.name,
            phone=other.phone,
            email=other.email,
        )
    policy = book.add(
        insurance_policies,
        account_number=person.account_number,
        payer=random.choice(PAYERS),
        member_id=person.member_id,
        group_number=f"G{random.randrange(10_000, 99_999)}",
        subscriber_name=someone_near(person, random).name if chance(random, 0.3) else person.name,
        valid_from=opened,
    )
    for _ in range(person.weight):
        _visit(book, person, policy, random)
    for body in notes(ACCOUNT_NOTES, person, random, person.weight):
        book.add(
            account_notes,
            account_number=person.account_number,
            written_at=some_moment(random),
            author=random.choice(STAFF_NAMES),
            body=body,
        )


def _visit(book: Rows, person: Person, policy: int, random: Random) -> None:
    day = some_day(random)
    encounter = book.add(
        encounters,
        account_number=person.account_number,
        practice_id=_practice_id(random),
        visited_on=day,
        clinician_name=f"Dr. {acquaintance(random, 'clinician').name}",
        reason=random.choice(REASONS),
    )
    claim = f"CL-{encounter:07d}"
    book.add(
        claims,
        claim_number=claim,
        encounter_id=encounter,
        policy_id=policy,
        status=random.choice(("paid", "denied", "pending")),
        filed_on=day + timedelta(days=random.randrange(1, 9)),
    )
    total = 0
    for code, description, price in random.choices(SERVICES, k=random.randrange(1, 4)):
        units = random.randrange(1, 3)
        total += units * price
        book.add(
            claim_lines,
            claim_number=claim,
            procedure_code=code,
            description=description,
            units=units,
            amount_cents=units * price,
        )
    _invoice(book, person, claim, total, day, random)


def _invoice(book: Rows, person: Person, claim: str, total: int, day: date, random: Random) -> None:
    issued = day + timedelta(days=random.randrange(10, 40))
    installments = random.randrange(3)
    number = f"INV-{claim.removeprefix('CL-')}"
    book.add(
        invoices,
        invoice_number=number,
        account_number=person.account_number,
        claim_number=claim,
        issued_on=issued,
        due_on=issued + timedelta(days=30),
        amount_cents=total,
        status=("open", "partly paid", "paid")[installments],
    )
    for part in range(installments):
        book.add(
            payments,
            invoice_number=number,
            paid_on=issued + timedelta(days=14 * (part + 1)),
            amount_cents=total // 2,
            method="card",
            card_number=person.card_number,
            payer_name=person.name if chance(random, 0.8) else someone_near(person, random).name,
        )
