"""The people of the stories. What is written about them names only each other, so a test can say what must not leak.

Ada asks for access, Nora opts out. Theo shares Ada's home, phone and family mailbox; another Ada has the same name and
nothing else in common; Ben is Ada's agent; Victor is a stranger who knows what anybody could look up about Ada, and is
in no database.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from umbs_privacy.demo.people import Acquaintance, Person

FAMILY_MAILBOX = "marlowe.family@example.org"

THEO = Person(
    number=2,
    given_name="Theo",
    surname="Marlowe",
    email="theo.marlowe@example.org",
    phone="(916) 555-0197",
    date_of_birth=date(1964, 7, 9),
    street="418 Lantern Hill Rd",
    city="Sacramento",
    state="CA",
    postal_code="95822",
    employer="Quarry Hill Energy",
    job_title="Electrician",
    memberships=frozenset({"billing", "contact"}),
    weight=4,
    other_email=FAMILY_MAILBOX,
)
BEN = Person(
    number=5,
    given_name="Ben",
    surname="Okafor-Lind",
    email="ben@okaforlind.example",
    phone="(415) 555-0198",
    date_of_birth=date(1979, 2, 2),
    street="2200 Harbor View Rd",
    city="Oakland",
    state="CA",
    postal_code="94612",
    employer="Okafor-Lind Consumer Advocates",
    job_title="Privacy agent",
    memberships=frozenset({"contact"}),
)
ADA = Person(
    number=1,
    given_name="Ada",
    surname="Marlowe",
    email="ada.marlowe@example.org",
    phone="(916) 555-0197",
    date_of_birth=date(1966, 3, 23),
    street="418 Lantern Hill Rd",
    city="Sacramento",
    state="CA",
    postal_code="95822",
    employer="Harbor Lane Books",
    job_title="Office manager",
    memberships=frozenset({"billing", "contact", "lead", "visitor", "applicant"}),
    weight=24,
    other_email=FAMILY_MAILBOX,
    circle=(
        Acquaintance("Theo Marlowe", "spouse", "(916) 555-0196", "theo.marlowe@example.org"),
        Acquaintance("Ines Hartwell", "guarantor", "(530) 555-0196", "ines.hartwell@mail.example"),
        Acquaintance("Ben Okafor-Lind", "agent", "(415) 555-0198", "ben@okaforlind.example"),
        Acquaintance("Dorothy Quimby", "mother", "(209) 555-0196", "dorothy.quimby@mail.example"),
    ),
)
NAMESAKE = Person(
    number=3,
    given_name="Ada",
    surname="Marlowe",
    email="a.marlowe.tx@example.com",
    phone="(512) 555-0196",
    date_of_birth=date(1988, 11, 30),
    street="77 Kestrel Ln",
    city="Austin",
    state="TX",
    postal_code="78704",
    employer="Twin Pines Veterinary",
    job_title="Accountant",
    memberships=frozenset({"billing", "contact"}),
    weight=3,
    circle=(Acquaintance("Gus Pemberton", "guarantor", "(512) 555-0197", "gus.pemberton@mail.example"),),
)
NORA = Person(
    number=4,
    given_name="Nora",
    surname="Castellan",
    email="nora.castellan@example.com",
    phone="(214) 555-0196",
    date_of_birth=date(1991, 9, 14),
    street="903 Redbud Ln",
    city="Dallas",
    state="TX",
    postal_code="75214",
    employer="Riverbend Cardiology",
    job_title="Practice administrator",
    memberships=frozenset({"contact", "lead", "visitor"}),
    weight=18,
    circle=(
        Acquaintance("Felipe Castellan", "spouse", "(214) 555-0197", "felipe.castellan@mail.example"),
        Acquaintance("Margit Aldous", "assistant", "(214) 555-0198", "margit.aldous@mail.example"),
    ),
)
VICTOR = replace(
    ADA,
    number=6,
    email="ada.marlowe.requests@mail.example",
    phone="(702) 555-0196",
    date_of_birth=date(1966, 1, 1),
    memberships=frozenset(),
    weight=0,
    other_email="",
    circle=(),
)
CHARACTERS = (ADA, THEO, NAMESAKE, NORA, BEN)


def never_disclosed(person: Person) -> tuple[str, ...]:
    """The identifiers that 11 CCR 7024(d) keeps from everybody, the person included."""
    return (
        person.ssn,
        person.drivers_license,
        person.member_id,
        person.bank_account,
        person.card_number,
        person.portal_password,
        person.security_answer,
    )


def of_others(person: Person) -> tuple[str, ...]:
    """What the notes say about other people: their names, phones and e-mail addresses."""
    return tuple(text for other in person.circle for text in (other.name, other.phone, other.email))
