"""The HR database: staff of the company, and people who applied for work there."""

from __future__ import annotations

from collections.abc import Iterable
from random import Random

from sqlalchemy import Column, Date, Integer, MetaData, Table, Text

from umbs_privacy.demo.people import Person, acquaintance
from umbs_privacy.demo.prose import APPLICATION_NOTES, STAFF_NAMES, notes
from umbs_privacy.demo.rows import Rows, key, parent, parent_text, some_day, text, text_key

METADATA = MetaData()
EMPLOYEES = 180
DEPARTMENTS = ("Billing", "Coding", "Customer support", "Engineering", "Marketing", "Privacy")
EVERY_NTH_APPLIES = 25

employees = Table(
    "employees",
    METADATA,
    text_key("employee_number"),
    text("full_name"),
    text("work_email", 120, indexed=True),
    text("department", 40),
    text("job_title"),
    Column("hired_on", Date, nullable=False),
)
applicants = Table(
    "applicants",
    METADATA,
    key(),
    text("given_name"),
    text("surname"),
    text("email", 120, indexed=True),
    text("phone", 20, indexed=True),
    Column("date_of_birth", Date, nullable=False),
    text("ssn", 11),
    text("current_employer"),
    text("position"),
    Column("applied_on", Date, nullable=False),
)
interviews = Table(
    "interviews",
    METADATA,
    key(),
    parent("applicant_id", "applicants.id"),
    parent_text("interviewer_number", "employees.employee_number"),
    Column("held_on", Date, nullable=False),
    Column("score", Integer, nullable=False),
    Column("remarks", Text, nullable=False),
)


def rows(people: Iterable[Person], random: Random) -> Rows:
    book = Rows()
    for number in range(1, EMPLOYEES + 1):
        name = STAFF_NAMES[number - 1] if number <= len(STAFF_NAMES) else acquaintance(random, "colleague").name
        book.add(
            employees,
            employee_number=f"E-{number:04d}",
            full_name=name,
            work_email=f"{name.replace(' ', '.')}.{number}@umbs.example".lower(),
            department=random.choice(DEPARTMENTS),
            job_title=random.choice(("Specialist", "Lead", "Manager")),
            hired_on=some_day(random),
        )
    for person in people:
        if "applicant" in person.memberships or (person.weight == 1 and person.number % EVERY_NTH_APPLIES == 0):
            _applicant(book, person, random)
    return book


def _applicant(book: Rows, person: Person, random: Random) -> None:
    applicant = book.add(
        applicants,
        given_name=person.given_name,
        surname=person.surname,
        email=person.email,
        phone=person.phone,
        date_of_birth=person.date_of_birth,
        ssn=person.ssn,
        current_employer=person.employer,
        position=random.choice(("Claims specialist", "Front desk lead", "Data analyst")),
        applied_on=some_day(random),
    )
    for remarks in notes(APPLICATION_NOTES, person, random, 4 if person.weight > 1 else 1):
        book.add(
            interviews,
            applicant_id=applicant,
            interviewer_number=f"E-{random.randrange(1, EMPLOYEES + 1):04d}",
            held_on=some_day(random),
            score=random.randrange(1, 6),
            remarks=remarks,
        )
