"""Real systems with the same few rows of invented people, for the contract that every connector family keeps."""

from __future__ import annotations

import csv
import email.message
import email.policy
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from fulfillment.connectors import open_connector
from fulfillment.connectors.base import Connector, Lookup, Settings, Shape

LOOPBACK = ("127.0.0.1",)
# Quotes of every dialect, bind marks, a comment and a statement that would do harm if it ever ran.
HOSTILE = """pa"ti`en't %s :x ? -- (); DROP TABLE patients;"""

PEOPLE = (
    (1, "Ada.Quill@Example.org", "(469) 555-0101", "A-1001", True),
    (2, "ben@example.org", "+1 469-555-0102", "A-1002", True),
    (3, "ada.quill@example.org", None, "A-1003", True),
)
COMPARE = {"email": "email", "phone": "phone"}
PATIENTS = Shape(
    collection="patients",
    name="patients",
    columns=("id", "email", "phone", "account", "marketing_ok"),
    primary_key=("id",),
    compare=COMPARE,
    suppress={"marketing_ok": False},
)
SLOW = Shape(collection="slow", name="slow", columns=("id", "email"), primary_key=("id",), compare=COMPARE)
SLOW_VIEW = {
    "postgresql": "CREATE VIEW slow AS SELECT 1 AS id, 'x' || pg_sleep(20)::text AS email",
    "mysql": "CREATE VIEW slow AS SELECT 1 AS id, CONCAT('x', SLEEP(20)) AS email",
    "sqlite": "CREATE VIEW slow AS WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 1000000000)"
    " SELECT count(*) AS id, 'x' || max(i) AS email FROM n",
}
STRANGE = Shape(
    collection="strange",
    name=HOSTILE[:60],
    columns=("id", HOSTILE[:50]),
    primary_key=("id",),
    compare={HOSTILE[:50]: "email"},
)


@dataclass
class System:
    """One live system and how to spoil it. A way of spoiling that the family cannot suffer is absent."""

    family: str
    url: str
    shapes: tuple[Shape, ...]
    ada: Lookup
    nobody: Lookup
    hostile: Lookup
    wrong_password: str | None = None
    down: str = ""
    lose_column: Callable[[], Any] | None = None
    closing: list[Callable[[], Any]] = field(default_factory=list)

    def open(self, *, url: str | None = None, timeout: float = 10.0) -> Connector:
        settings = Settings(url=url or self.url, connect_timeout=2, timeout=timeout, allow=LOOPBACK)
        return open_connector(self.family, settings, self.shapes)


def sql_system(url: str, *, wrong_password: str | None, down: str) -> System:
    """Patients and a table whose names try to break out, in whichever database the URL leads to."""
    engine = sa.create_engine(url)
    meta = sa.MetaData()
    patients = sa.Table(
        "patients",
        meta,
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("email", sa.String(200)),
        sa.Column("phone", sa.String(40)),
        sa.Column("account", sa.String(40), index=True),
        sa.Column("marketing_ok", sa.Boolean),
        sa.Column("secret_note", sa.String(40)),
    )
    strange = sa.Table(
        sa.quoted_name(STRANGE.name, quote=True),
        meta,
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column(sa.quoted_name(STRANGE.columns[1], quote=True), sa.String(200), key="strange"),
    )
    meta.create_all(engine)
    with engine.begin() as connection:
        for row in PEOPLE:
            values = dict(zip(("id", "email", "phone", "account", "marketing_ok"), row, strict=True))
            connection.execute(patients.insert().values(values | {"secret_note": "not mapped"}))
        connection.execute(strange.insert().values(id=7, strange="ada.quill@example.org"))

    def run(statement: str) -> None:
        with engine.begin() as connection:
            connection.exec_driver_sql(statement)

    run(SLOW_VIEW[engine.dialect.name])

    return System(
        family="sql",
        url=url,
        shapes=(PATIENTS, STRANGE, SLOW),
        ada=Lookup("patients", {"email": ["ada.quill@example.org"], "phone": ["4695550101"], "account": ["A-1003"]}),
        nobody=Lookup("patients", {"email": ["zoe@example.org"], "phone": ["2145550199"], "account": ["A-9"]}),
        hostile=Lookup("strange", {STRANGE.columns[1]: ["ada.quill@example.org", "' OR 1=1 --"]}),
        wrong_password=wrong_password,
        down=down,
        lose_column=lambda: run("ALTER TABLE patients DROP COLUMN phone"),
        closing=[engine.dispose],
    )


def files_system(folder: Path, *, down: str) -> System:
    """A folder with a letter, an e-mail, an export of several people, and a PDF that is none."""
    shape = Shape(
        collection="letters",
        name="letters",
        columns=("path", "row", "text", "sha256", "modified", "mentions"),
        primary_key=("path",),
    )
    strange = Shape(collection="strange", name=HOSTILE, columns=("path", "text"), glob="odd [[]names]; $(rm -rf)/*")
    (folder / "2025").mkdir(parents=True)
    (folder / "2025" / "letter.txt").write_text("Dear Ada Quill,\nyour balance, born 03/23/1966, is due.", "utf-8")
    (folder / "2025" / "other.txt").write_text("Dear Ben Orr,\nAda Quill is not your concern.", "utf-8")
    message = email.message.EmailMessage(policy=email.policy.SMTP)
    message["From"], message["To"], message["Subject"] = "ada.quill@example.org", "desk@example.org", "My bill"
    message.set_content("Call me at (469) 555-0101.")
    message.add_attachment(b"account A-1001", maintype="text", subtype="plain", filename="note.txt")
    (folder / "mail.eml").write_bytes(message.as_bytes())
    with (folder / "export.csv").open("w", newline="", encoding="utf-8") as file:
        csv.writer(file).writerows([("id", "email", "phone"), *(row[:3] for row in PEOPLE)])
    (folder / "broken.pdf").write_bytes(b"%PDF-1.7 nothing follows")
    facts = {
        "email": ["ada.quill@example.org"],
        "phone": ["4695550101"],
        "account": ["A-1001"],
        "name": ["Ada Quill"],
        "date_of_birth": ["1966-03-23"],
    }
    odd = folder / "odd [names]; $(rm -rf)"
    odd.mkdir()
    (odd / "'; DROP TABLE x; --.txt").write_text("ada.quill@example.org", "utf-8")
    return System(
        family="files",
        url=folder.as_uri(),
        shapes=(shape, strange),
        ada=Lookup("letters", mentions=facts),
        nobody=Lookup("letters", mentions={"email": ["zoe@example.org"], "name": ["Zoe Nil"]}),
        hostile=Lookup("strange", mentions={"email": ["ada.quill@example.org"]}),
        down=down,
    )
