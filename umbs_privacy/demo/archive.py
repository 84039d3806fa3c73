"""The archive of statements that were sent: a database that takes new rows and refuses to change or delete one."""

from __future__ import annotations

from collections.abc import Iterable
from random import Random
from typing import Any

from sqlalchemy import Column, Connection, Date, MetaData, Table, Text, event

from umbs_privacy.demo.people import Person
from umbs_privacy.demo.rows import Rows, key, some_day, text

METADATA = MetaData()
EVERY_NTH_WAS_WRITTEN_TO = 10
REFUSAL = "the archive is append-only"

statements = Table(
    "statements",
    METADATA,
    key(),
    text("account_number", 20, indexed=True),
    text("recipient"),
    Column("sent_on", Date, nullable=False),
    text("subject"),
    Column("body", Text, nullable=False),
)
FUNCTION = f"""
CREATE OR REPLACE FUNCTION archive_refuses() RETURNS trigger LANGUAGE plpgsql AS
$$ BEGIN RAISE EXCEPTION '{REFUSAL}'; END $$"""
SQLITE = "CREATE TRIGGER statements_no_{act} BEFORE {act} ON statements BEGIN SELECT RAISE(ABORT, '{refusal}'); END"
POSTGRESQL = (
    "CREATE TRIGGER statements_no_{act} BEFORE {act} ON statements FOR EACH ROW EXECUTE FUNCTION archive_refuses()"
)
MARIADB = (
    "CREATE TRIGGER statements_no_{act} BEFORE {act} ON statements "
    "FOR EACH ROW SIGNAL SQLSTATE '45000' SET MESSAGE_TEXT = '{refusal}'"
)


def _refuse(_table: Table, connection: Connection, **_: Any) -> None:
    """The table is made: from now on nothing in it changes."""
    dialect = connection.dialect.name
    if dialect == "postgresql":
        connection.exec_driver_sql(FUNCTION)
    trigger = {"sqlite": SQLITE, "postgresql": POSTGRESQL}.get(dialect, MARIADB)
    for act in ("UPDATE", "DELETE"):
        connection.exec_driver_sql(trigger.format(act=act, refusal=REFUSAL))


event.listen(statements, "after_create", _refuse)


def rows(people: Iterable[Person], random: Random) -> Rows:
    book = Rows()
    for person in people:
        if "billing" not in person.memberships:
            continue
        if person.weight > 1 or person.number % EVERY_NTH_WAS_WRITTEN_TO == 0:
            for _letter in range(min(person.weight, 3)):
                _statement(book, person, random)
    return book


def _statement(book: Rows, person: Person, random: Random) -> None:
    amount = f"${random.randrange(20, 900)}.00"
    book.add(
        statements,
        account_number=person.account_number,
        recipient=person.name,
        sent_on=some_day(random),
        subject=random.choice(("Statement of account", "Payment received", "Payment plan")),
        body=f"{person.name}, the balance of your account is {amount}.",
    )
