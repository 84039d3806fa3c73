"""The charts that the company keeps for a clinic as its business associate: located for a request, never opened."""

from __future__ import annotations

from collections.abc import Iterable
from random import Random

from sqlalchemy import Column, Date, MetaData, Table, Text

from umbs_privacy.demo.people import Person
from umbs_privacy.demo.rows import Rows, key, parent, some_day, text

METADATA = MetaData()
EVERY_NTH_IS_A_PATIENT = 20
REASONS = ("Annual check-up", "Follow-up after surgery", "Physical therapy", "Blood pressure", "Flu shot")

patients = Table(
    "patients",
    METADATA,
    key(),
    text("mrn", 20, indexed=True),
    text("given_name"),
    text("surname"),
    text("email", 120, indexed=True),
    Column("date_of_birth", Date, nullable=False),
)
visits = Table(
    "visits",
    METADATA,
    key(),
    parent("patient_id", "patients.id"),
    Column("seen_on", Date, nullable=False),
    text("reason"),
    Column("findings", Text, nullable=False),
)


def is_patient(person: Person) -> bool:
    """Ada is none: of what is told about her nothing is a clinic's."""
    return person.weight in {1, 3} and person.number % EVERY_NTH_IS_A_PATIENT in {1, 3}


def rows(people: Iterable[Person], random: Random) -> Rows:
    book = Rows()
    for person in filter(is_patient, people):
        patient = book.add(
            patients,
            mrn=f"LK-{person.number:06d}",
            given_name=person.given_name,
            surname=person.surname,
            email=person.email,
            date_of_birth=person.date_of_birth,
        )
        for _visit in range(random.randrange(1, 4)):
            reason = random.choice(REASONS)
            findings = f"{reason}: seen, nothing unusual, next visit as needed."
            book.add(visits, patient_id=patient, seen_on=some_day(random), reason=reason, findings=findings)
    return book
