"""The demo company: the same every time, large enough, and described column by column."""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from pytest_django import Settings
from sqlalchemy import MetaData, create_engine, select, text
from sqlalchemy.exc import DBAPIError

from fulfillment import survey
from fulfillment.datamap.load import load
from fulfillment.models import DataSource
from umbs_privacy.demo import archive, billing, documents, ehr, maps
from umbs_privacy.demo.characters import ADA, CHARACTERS, THEO, VICTOR, never_disclosed, of_others
from umbs_privacy.demo.databases import EVERY, invented, people, seed
from umbs_privacy.demo.people import Person
from umbs_privacy.demo.rows import Row, Rows
from umbs_privacy.servers.mariadb import MariaDB
from umbs_privacy.servers.postgres import Postgres

FEW = 1_000
PLACES = {key: f"sqlite:////nowhere/{key}.sqlite3" for key in EVERY}
NEVER = set(
    "ssn drivers_license bank_account member_id card_number portal_password security_question security_answer".split()
)


def contents(metadata: MetaData, rows: Rows) -> dict[str, list[Row]]:
    return {table.name: list(found) for table, found in rows.tables(metadata)}


@pytest.mark.parametrize("key", EVERY)
def test_it_invents_the_same_rows_every_time(key: str) -> None:
    assert contents(*invented(key, FEW)) == contents(*invented(key, FEW))


@pytest.mark.slow
def test_it_writes_the_same_documents_every_time() -> None:
    assert list(documents.documents(FEW)) == list(documents.documents(FEW))


@pytest.mark.slow
def test_it_has_twenty_thousand_people_in_more_than_fourteen_tables() -> None:
    everybody = people()
    tables = [table for database in EVERY.values() for table in database.METADATA.sorted_tables]
    assert len(tables) >= 14
    assert len({person.email for person in everybody}) == len(everybody) >= 20_000
    assert all(person.memberships for person in everybody)


def test_it_gives_strangers_a_phone_of_their_own() -> None:
    phones = [person.phone for person in people() if person.weight == 1]
    assert len(set(phones)) == len(phones)
    assert all(re.fullmatch(r"\(\d{3}\) 555-01\d\d", phone) for phone in phones)


def test_it_uses_only_domains_that_belong_to_nobody() -> None:
    domains = {person.email.partition("@")[2] for person in people()}
    assert all(re.search(r"(^|\.)(example|example\.(org|com|net))$", domain) for domain in domains), domains


def test_it_knows_nothing_of_the_impostor_but_what_is_ada_s() -> None:
    written = str([contents(*invented(key, FEW)) for key in EVERY])
    assert VICTOR.email not in written
    assert VICTOR.phone not in written
    assert ADA.phone == THEO.phone


@pytest.mark.parametrize(
    "character", [person for person in CHARACTERS if person.circle], ids=lambda person: person.email
)
def test_it_writes_about_a_character_only_what_the_stories_can_check(character: Person) -> None:
    body = billing.account_notes.c.body.name
    notes = [
        row[body]
        for row in contents(*invented("billing", FEW))["account_notes"]
        if row["account_number"] == character.account_number
    ]
    known = (character.email, character.phone, *of_others(character))
    for note in notes:
        contacts = re.findall(r"\(\d{3}\) 555-\d{4}|[\w.]+@[\w.]+\w", note)
        assert set(contacts) <= set(known)


def test_it_writes_down_what_nobody_may_be_shown() -> None:
    written = str(contents(*invented("billing", FEW))["account_notes"])
    assert all(secret in written for secret in never_disclosed(ADA))


# --- the databases -----------------------------------------------------------------------------------------------


@pytest.fixture
def new_sqlite(tmp_path: Path) -> Callable[[str], str]:
    return lambda key: f"sqlite:///{tmp_path / key}.sqlite3"


@pytest.fixture
def new_postgres(postgres_server: Postgres) -> Iterator[Callable[[str], str]]:
    names: list[str] = []

    def create(_key: str) -> str:
        names.append(postgres_server.create())
        return postgres_server.url(names[-1], scheme="postgresql+psycopg")

    yield create
    for name in names:
        postgres_server.drop(name)


@pytest.fixture
def new_mariadb(mariadb_server: MariaDB) -> Iterator[Callable[[str], str]]:
    names: list[str] = []

    def create(_key: str) -> str:
        names.append(mariadb_server.create())
        return mariadb_server.url(names[-1])

    yield create
    for name in names:
        mariadb_server.drop(name)


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres), "mariadb"])
def new_database(request: pytest.FixtureRequest) -> Callable[[str], str]:
    """A function that makes an empty database for one source and gives its URL."""
    chosen: Callable[[str], str] = request.getfixturevalue(f"new_{request.param}")
    return chosen


@pytest.mark.slow
@pytest.mark.parametrize("key", EVERY)
def test_it_seeds_the_same_rows_on_every_database(key: str, new_database: Callable[[str], str]) -> None:
    url = new_database(key)
    written = seed(key, url, FEW)
    assert seed(key, url, FEW) == written
    engine = create_engine(url)
    with engine.connect() as connection:
        metadata, invented_rows = invented(key, FEW)
        for table, rows in invented_rows.tables(metadata):
            stored = [dict(row) for row in connection.execute(select(table)).mappings()]
            assert sorted(stored, key=repr) == sorted(rows, key=repr)
    engine.dispose()


@pytest.mark.slow
@pytest.mark.parametrize("key", EVERY)
def test_it_keeps_every_foreign_key(key: str, tmp_path: Path) -> None:
    seed(key, f"sqlite:///{tmp_path / 'seeded.sqlite3'}", FEW)
    connection = sqlite3.connect(tmp_path / "seeded.sqlite3")
    assert connection.execute("PRAGMA foreign_key_check").fetchall() == []
    connection.close()


@pytest.mark.slow
def test_the_archive_takes_rows_and_lets_none_be_changed_or_deleted(new_database: Callable[[str], str]) -> None:
    url = new_database("archive")
    written = seed("archive", url, FEW)
    engine = create_engine(url)
    for change in ("UPDATE statements SET body = ''", "DELETE FROM statements"):
        with pytest.raises(DBAPIError, match=archive.REFUSAL), engine.begin() as connection:
            connection.execute(text(change))
    with engine.connect() as connection:
        assert len(connection.execute(select(archive.statements)).all()) == written
    engine.dispose()


def test_ada_s_charts_are_no_clinics_but_her_statements_are_archived() -> None:
    assert not ehr.is_patient(ADA)
    charts, statements = (contents(*invented(key, FEW)) for key in ("ehr", "archive"))
    assert charts["patients"]
    assert ADA.email not in str(charts)
    assert [row for row in statements["statements"] if row["account_number"] == ADA.account_number]


# --- the data maps -----------------------------------------------------------------------------------------------


@pytest.fixture
def described(new_database: Callable[[str], str], tmp_path: Path, settings: Settings) -> None:
    """All sources seeded on one kind of database, and their maps applied."""
    settings.UMBS_EGRESS_ALLOW = ["127.0.0.1"]
    urls = {key: new_database(key) for key in EVERY}
    for key, url in urls.items():
        seed(key, url, FEW)
    documents.write(tmp_path / "documents", FEW)
    urls |= {"documents": f"file://{tmp_path / 'documents'}", "cabinet": ""}
    survey.apply(maps.write(urls, tmp_path / "maps"))


@pytest.mark.slow
@pytest.mark.django_db
@pytest.mark.usefixtures("described")
def test_it_describes_every_column_and_reaches_every_table() -> None:
    checked = {one.key: (one.result, one.findings) for one in survey.check()}
    assert checked == dict.fromkeys([*EVERY, "documents", "cabinet"], (DataSource.Check.MATCHES, ()))


@pytest.mark.parametrize("key", EVERY)
def test_it_says_of_every_column_that_is_never_disclosed_what_it_is(key: str, tmp_path: Path) -> None:
    (loaded,) = (item for item in load(maps.write(PLACES, tmp_path)) if item.map.source.key == key)
    never = {field.path for item in loaded.map.collections for field in item.fields if field.never_disclose}
    held = {column.name for table in EVERY[key].METADATA.tables.values() for column in table.columns}
    assert never == held & NEVER
