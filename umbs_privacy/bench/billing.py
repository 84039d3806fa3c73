"""The benchmark's source: a billing company's twelve tables, with people whose rows are counted exactly.

The first people are the subjects: each has `rows` rows, over eleven of the tables; everybody else has one row in each.
The employees' table holds nobody of them, so that a search also pays for what it does not find.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from importlib.resources import files
from itertools import islice

import sqlalchemy as sa

MAP = files("umbs_privacy.bench").joinpath("billing.yaml").read_text(encoding="utf-8")
BATCH = 20_000
DAY, NOON = date(2020, 1, 1), datetime(2024, 1, 1, 12, tzinfo=UTC)
STAFF = 500
LEAST = 10  # one row in each table that a person is in, but for what hangs on a claim

METADATA = sa.MetaData()
Row = tuple[object, ...]


def _table(name: str, *columns: sa.Column[object], parent: str = "") -> sa.Table:
    """A key, perhaps a parent's key with its index, and the columns."""
    tied = [sa.Column(parent, sa.BigInteger, index=True)] if parent else []
    return sa.Table(name, METADATA, sa.Column("id", sa.BigInteger, primary_key=True), *tied, *columns)


def _text(name: str, *, indexed: bool = False) -> sa.Column[object]:
    return sa.Column(name, sa.Text, index=indexed)


def _day(name: str) -> sa.Column[object]:
    return sa.Column(name, sa.Date)


def _money(name: str) -> sa.Column[object]:
    return sa.Column(name, sa.Numeric(12, 2))


CONTACTS = _table(
    "contacts", _text("email", indexed=True), _text("first_name"), _text("last_name"), _text("phone", indexed=True),
    _day("date_of_birth"), _text("ssn_last4"),
)  # fmt: skip
ADDRESSES = _table(
    "addresses", _text("street"), _text("city"), _text("state"), _text("postal_code"), parent="contact_id"
)
ACCOUNTS = _table(
    "accounts", _text("account_number", indexed=True), _day("opened_on"), _money("balance"), parent="contact_id"
)
POLICIES = _table(
    "insurance_policies", _text("payer"), _text("member_number"), _text("group_number"), parent="account_id"
)
CLAIMS = _table(
    "claims", _day("service_date"), _text("diagnosis_code"), _money("billed"), _text("status"), parent="account_id"
)
LINES = _table(
    "claim_lines", _text("procedure_code"), sa.Column("units", sa.Integer), _money("amount"), _text("note"),
    parent="claim_id",
)  # fmt: skip
PAYMENTS = _table(
    "payments", _day("paid_on"), _money("amount"), _text("card_last4"), _text("method"), parent="account_id"
)
STATEMENTS = _table("statements", _day("issued_on"), _money("total"), _text("document_name"), parent="account_id")
TICKETS = _table(
    "support_tickets",
    sa.Column("opened_at", sa.DateTime(timezone=True)),
    _text("subject"),
    _text("body"),
    parent="contact_id",
)
EVENTS = _table(
    "web_events", sa.Column("at", sa.DateTime(timezone=True)), _text("ip_address"), _text("user_agent"), _text("url"),
    parent="contact_id",
)  # fmt: skip
LEADS = _table("marketing_leads", _text("email", indexed=True), _text("source"), _text("full_name"))
EMPLOYEES = _table("employees", _text("email", indexed=True), _text("full_name"), _text("job_title"))


@dataclass(frozen=True)
class Subject:
    """A person whose rows are counted; the facts are those that she would write into the form."""

    number: int

    @property
    def email(self) -> str:
        return f"person{self.number}@example.com"

    @property
    def phone(self) -> str:
        return _phone(self.number)

    @property
    def account(self) -> str:
        return f"ACC-{self.number}"

    @property
    def names(self) -> tuple[str, str]:
        return f"First{self.number}", f"Last{self.number}"

    @property
    def born(self) -> date:
        return _born(self.number)


def shares(rows: int) -> dict[str, int]:
    """How a subject's rows fall on the tables that grow; with the five that do not, the sum is `rows` exactly."""
    rest = rows - 6  # contact, address, account, policy, lead, and one claim
    parts = {
        "claims": 0.10, "claim_lines": 0.25, "payments": 0.20, "statements": 0.10, "support_tickets": 0.10,
        "web_events": 0.25,
    }  # fmt: skip
    counts = {name: int(rest * part) for name, part in parts.items()}
    counts["web_events"] += rest - sum(counts.values())
    counts["claims"] += 1
    return counts


@dataclass(frozen=True)
class Size:
    """So many people, of whom the first `subjects` have `rows` rows each (`LEAST` or more)."""

    people: int
    rows: int
    subjects: int = 100


def build(engine: sa.Engine, size: Size) -> int:
    """Replace the twelve tables; how many rows were written. PostgreSQL is filled by COPY, SQLite by batches."""
    METADATA.drop_all(engine)
    with engine.begin() as connection:
        for table in METADATA.sorted_tables:
            connection.execute(sa.schema.CreateTable(table))
        written = sum(_fill(connection, table, _rows(table.name, size)) for table in METADATA.sorted_tables)
        for table in METADATA.sorted_tables:
            for index in table.indexes:
                connection.execute(sa.schema.CreateIndex(index))
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(sa.text("VACUUM"))
        connection.execute(sa.text("ANALYZE"))
    return written


def _fill(connection: sa.Connection, table: sa.Table, rows: Iterator[Row]) -> int:
    written = 0
    if connection.dialect.name == "postgresql":
        cursor = connection.connection.cursor()
        with cursor.copy(f"COPY {table.name} FROM STDIN") as copy:  # our own table names
            for row in rows:
                copy.write_row(row)
                written += 1
        return written
    names = [column.name for column in table.columns]
    while batch := list(islice(rows, BATCH)):
        connection.execute(sa.insert(table), [dict(zip(names, row, strict=True)) for row in batch])
        written += len(batch)
    return written


def _rows(table: str, size: Size) -> Iterator[Row]:
    """Every row of one table; keys count up, and a subject's claim lines hang on the first claim."""
    counts = shares(size.rows)
    number = 0
    for person in range(1, size.people + 1):
        counted = person <= size.subjects
        for nth in range(1, (counts.get(table, 1) if counted else 1) + 1):
            number += 1
            yield from _row(table, number, person, nth, size)


def _row(table: str, number: int, person: int, nth: int, size: Size) -> Iterator[Row]:
    """The row, if this person has one in the table; `nth` of theirs there."""
    day, who = DAY + timedelta(days=nth % 1500), Subject(person)
    if table == "marketing_leads" and person > size.subjects and person % 5:
        return
    if table == "employees" and person > STAFF:
        return
    rest: dict[str, Callable[[], Row]] = {
        "contacts": lambda: (who.email, *who.names, who.phone, who.born, f"{person % 10_000:04d}"),
        "addresses": lambda: (person, f"{person} Main St", "Springfield", "CA", f"{person % 100_000:05d}"),
        "accounts": lambda: (person, who.account, day, person % 1000),
        "insurance_policies": lambda: (person, f"Payer {person % 50}", f"M{person}", f"G{person % 900}"),
        "claims": lambda: (person, day, f"Z{nth % 90}", nth * 10 % 1_000_000, "paid"),
        "claim_lines": lambda: (_first_claim(person, size), f"99{nth % 400}", 1, nth % 9_000, f"line note {nth}"),
        "payments": lambda: (person, day, nth * 3 % 1_000_000, "4242", "card"),
        "statements": lambda: (person, day, nth * 7 % 1_000_000, f"stmt-{person}-{nth}.pdf"),
        "support_tickets": lambda: (person, NOON, f"Billing question {nth}", "Please call me about my bill. " * 8),
        "web_events": lambda: (person, NOON, f"10.0.{nth % 250}.{person % 250}", "Mozilla/5.0 (X11)", f"/page/{nth}"),
        "marketing_leads": lambda: (who.email, "web", " ".join(who.names)),
        "employees": lambda: (f"employee{person}@example.com", f"Employee {person}", "Biller"),
    }
    yield (number, *rest[table]())


def _first_claim(person: int, size: Size) -> int:
    """The number of a person's first claim: the subjects' claims come first, then one of each other person."""
    before = min(person - 1, size.subjects) * shares(size.rows)["claims"] + max(0, person - 1 - size.subjects)
    return before + 1


def _phone(person: int) -> str:
    """A number of the North American plan that nobody has been given: area 214, exchange from 200 on."""
    return f"+1214{200 + person // 10_000 % 800}{person % 10_000:04d}"


def _born(person: int) -> date:
    return date(1950, 1, 1) + timedelta(days=person % 18_000)


def floor(connection: sa.Connection, subject: Subject) -> int:
    """The bare SELECTs of one person, in the order of the references; how many rows they gave."""

    def rows(statement: str, **values: object) -> list[sa.Row[tuple[object, ...]]]:
        expanding: list[sa.BindParameter[object]] = [
            sa.bindparam(name, expanding=True) for name, value in values.items() if isinstance(value, list)
        ]
        return list(connection.execute(sa.text(statement).bindparams(*expanding), values))

    contacts = rows("SELECT * FROM contacts WHERE email = :email", email=subject.email)
    ids = [row[0] for row in contacts]
    found = len(contacts)
    accounts = rows("SELECT * FROM accounts WHERE contact_id IN :ids", ids=ids)
    for table in ("addresses", "support_tickets", "web_events"):
        found += len(rows(f"SELECT * FROM {table} WHERE contact_id IN :ids", ids=ids))  # noqa: S608 # nosec B608
    numbers = [row[0] for row in accounts]
    claims = rows("SELECT * FROM claims WHERE account_id IN :ids", ids=numbers)
    for table in ("insurance_policies", "payments", "statements"):
        found += len(rows(f"SELECT * FROM {table} WHERE account_id IN :ids", ids=numbers))  # noqa: S608 # nosec B608
    found += len(rows("SELECT * FROM claim_lines WHERE claim_id IN :ids", ids=[row[0] for row in claims]))
    for table in ("marketing_leads", "employees"):
        found += len(rows(f"SELECT * FROM {table} WHERE email = :email", email=subject.email))  # noqa: S608 # nosec B608
    return found + len(accounts) + len(claims)
