"""The contract of every connector family, kept against real systems."""

from __future__ import annotations

import json
import socket
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from fulfillment.connectors import BY_MAIL, FAMILIES, open_connector
from fulfillment.connectors.base import (
    Capability,
    ConnectorError,
    Kind,
    Lookup,
    Record,
    Settings,
    Shape,
    Suppressed,
    Unread,
)
from fulfillment.connectors.sql import Sql
from tests.fulfillment.systems import LOOPBACK, System, files_system, sql_system
from umbs_privacy.servers.mariadb import MariaDB
from umbs_privacy.servers.postgres import Postgres

SYSTEMS = ("postgresql", "mariadb", "sqlite", "files")
SQL = SYSTEMS[:3]


@pytest.fixture
def dead_port() -> Iterator[int]:
    """A port that is ours and on which nobody listens."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        yield taken.getsockname()[1]


@pytest.fixture
def silent_port() -> Iterator[int]:
    """A port that accepts a connection and then says nothing."""
    with socket.create_server(("127.0.0.1", 0), backlog=8) as server:
        yield server.getsockname()[1]


@pytest.fixture(params=SYSTEMS)
def system(request: pytest.FixtureRequest, tmp_path: Path, dead_port: int) -> Iterator[System]:
    match request.param:
        case "postgresql":
            postgres: Postgres = request.getfixturevalue("postgres_server")
            name = postgres.create()
            url = postgres.url(name, scheme="postgresql+psycopg")
            wrong = url.replace(postgres.password, "wrong-password")
            made = sql_system(url, wrong_password=wrong, down=url.replace(f":{postgres.port}/", f":{dead_port}/"))
            made.closing.append(lambda: postgres.drop(name))
        case "mariadb":
            maria: MariaDB = request.getfixturevalue("mariadb_server")
            name = maria.create()
            url = maria.url(name)
            wrong = url.replace(maria.password, "wrong-password")
            made = sql_system(url, wrong_password=wrong, down=url.replace(f":{maria.port}/", f":{dead_port}/"))
            made.closing.append(lambda: maria.drop(name))
        case "sqlite":
            url = f"sqlite:///{tmp_path / 'source.sqlite3'}"
            made = sql_system(url, wrong_password=None, down=f"sqlite:///{tmp_path / 'gone' / 'source.sqlite3'}")
        case _:
            made = files_system(tmp_path / "documents", down=(tmp_path / "gone").as_uri())
    yield made
    for close in made.closing:
        close()


def only(kind: str) -> pytest.MarkDecorator:
    return pytest.mark.parametrize("system", [kind], indirect=True)


sql_only = pytest.mark.parametrize("system", SQL, indirect=True)


def test_it_finds_nothing_of_a_stranger(system: System) -> None:
    with system.open() as connector:
        assert not [found for found in connector.find(system.nobody) if isinstance(found, Record)]


def test_it_finds_the_person_and_nobody_else(system: System) -> None:
    with system.open() as connector:
        found = [item for item in connector.find(system.ada) if isinstance(item, Record)]
    expected = (
        {"2025/letter.txt", "mail.eml", "export.csv#1", "export.csv#3"} if system.family == "files" else {"1", "3"}
    )
    extra = {"odd [names]; $(rm -rf)/'; DROP TABLE x; --.txt"} if system.family == "files" else set()
    assert {record.key for record in found} == expected | extra
    assert json.loads(json.dumps([record.values for record in found])) == [record.values for record in found]


def test_it_has_a_person_looked_for_by_a_person_where_no_system_can() -> None:
    shape = Shape(collection="papers", name="papers", columns=("paper", "text"), suppress={"text": ""})
    with open_connector("manual", Settings(url=""), [shape]) as connector:
        assert connector.capabilities == frozenset()
        assert not connector.can_suppress("papers")
        assert {"paper", "text"} <= {column.name for column in connector.describe()}
        for ask in (lambda: list(connector.find(Lookup("papers"))), lambda: connector.suppress(Lookup("papers"))):
            with pytest.raises(ConnectorError) as caught:
                ask()
            assert caught.value.kind is Kind.NOT_ALLOWED
            assert caught.value.permanent


def test_it_answers_twice_with_the_same_in_the_same_order(system: System) -> None:
    with system.open() as connector:
        assert list(connector.find(system.ada)) == list(connector.find(system.ada))


def test_it_is_not_led_astray_by_hostile_names(system: System) -> None:
    with system.open() as connector:
        found = [item for item in connector.find(system.hostile) if isinstance(item, Record)]
        assert len(found) == 1
        assert len([item for item in connector.find(system.ada) if isinstance(item, Record)]) >= 2
        assert {column.collection for column in connector.describe()} == set(connector.shapes)


def test_it_says_when_the_source_is_down(system: System) -> None:
    with system.open(url=system.down) as connector, pytest.raises(ConnectorError) as caught:
        list(connector.find(system.ada))
    assert caught.value.kind is Kind.UNREACHABLE
    assert not caught.value.permanent


@pytest.mark.parametrize("system", ["postgresql", "mariadb"], indirect=True)
def test_it_says_when_the_password_is_refused_and_never_shows_it(system: System) -> None:
    assert system.wrong_password
    with system.open(url=system.wrong_password) as connector, pytest.raises(ConnectorError) as caught:
        list(connector.find(system.ada))
    assert caught.value.kind is Kind.REFUSED
    assert caught.value.permanent
    assert "wrong-password" not in f"{caught.value} {caught.value.__cause__} {caught.value.__context__ and ''}"
    assert caught.value.__suppress_context__


@sql_only
def test_it_names_a_column_that_was_lost(system: System) -> None:
    assert system.lose_column
    system.lose_column()
    with system.open() as connector, pytest.raises(ConnectorError, match=r"patients\.phone") as caught:
        list(connector.find(system.ada))
    assert (caught.value.kind, caught.value.permanent) == (Kind.MISSING_COLUMN, True)


@sql_only
def test_it_gives_up_a_statement_that_takes_too_long(system: System) -> None:
    begun = time.monotonic()
    with system.open(timeout=0.5) as connector, pytest.raises(ConnectorError) as caught:
        list(connector.find(Lookup("slow", {"email": ["ada.quill@example.org"]})))
    assert (caught.value.kind, caught.value.permanent) == (Kind.TIMEOUT, False)
    assert time.monotonic() - begun < 0.5 + 5


@pytest.mark.slow
@pytest.mark.parametrize("scheme", ["postgresql+psycopg", "mysql+pymysql"])
def test_it_gives_up_on_a_server_that_keeps_silent(silent_port: int, scheme: str) -> None:
    settings = Settings(url=f"{scheme}://u:p@127.0.0.1:{silent_port}/x", connect_timeout=1, timeout=1, allow=LOOPBACK)
    begun = time.monotonic()
    with open_connector("sql", settings, []) as connector, pytest.raises(ConnectorError) as caught:
        connector.describe()
    assert caught.value.kind in {Kind.TIMEOUT, Kind.UNREACHABLE}
    assert not caught.value.permanent
    assert time.monotonic() - begun < 1 + 5


@sql_only
def test_it_suppresses_once_and_finds_it_done_the_second_time(system: System) -> None:
    with system.open() as connector:
        assert Capability.SUPPRESS in connector.capabilities
        assert connector.can_suppress("patients")
        assert connector.suppress(system.ada) == Suppressed(matched=2, changed=2)
        assert connector.suppress(system.ada) == Suppressed(matched=2, changed=0)
        assert connector.suppress(system.nobody) == Suppressed(matched=0, changed=0)
        rows = [item.values["marketing_ok"] for item in connector.find(system.ada) if isinstance(item, Record)]
    assert [bool(row) for row in rows] == [False, False]
    with system.open() as connector:
        ben = Lookup("patients", {"account": ["A-1002"]})
        assert [bool(item.values["marketing_ok"]) for item in connector.find(ben) if isinstance(item, Record)] == [True]


def test_it_refuses_to_suppress_where_the_map_names_no_column(system: System) -> None:
    with system.open() as connector, pytest.raises(ConnectorError) as caught:
        connector.suppress(system.hostile)
    assert caught.value.permanent


@sql_only
def test_it_reads_in_a_transaction_that_cannot_write(system: System) -> None:
    with system.open() as connector:
        found = list(connector.find(system.ada))
        assert isinstance(connector, Sql)
        reader = connector._reading()
        with pytest.raises(Exception, match=r"(?i)read.?only"):
            reader.exec_driver_sql("DELETE FROM patients")
    assert len(found) == 2


@sql_only
def test_it_chunks_long_lists_without_doubling_a_row(system: System) -> None:
    accounts = [f"B-{number}" for number in range(1_200)] + ["A-1001", "A-1003"]
    emails = [f"x{number}@example.org" for number in range(600)] + ["ada.quill@example.org"]
    with system.open() as connector:
        found = [item.key for item in connector.find(Lookup("patients", {"account": accounts, "email": emails}))]
    assert sorted(found) == ["1", "3"]


@sql_only
def test_it_never_reads_a_column_that_the_map_does_not_name(system: System) -> None:
    with system.open() as connector:
        assert all("secret_note" not in item.values for item in connector.find(system.ada) if isinstance(item, Record))


@sql_only
def test_it_holds_two_spellings_with_and_without_accent_for_two_people(system: System) -> None:
    with system.open() as connector:
        assert not list(connector.find(Lookup("patients", {"email": ["adä.quill@example.org"]})))


@only("files")
def test_it_reports_a_document_that_cannot_be_read_and_goes_on(system: System) -> None:
    with system.open() as connector:
        unread = [item for item in connector.find(system.nobody) if isinstance(item, Unread)]
    assert [(item.key, item.collection) for item in unread] == [("broken.pdf", "letters")]
    assert "damaged" in unread[0].reason


@only("files")
def test_it_does_not_follow_a_link_out_of_the_folder(system: System, tmp_path: Path) -> None:
    outside = tmp_path / "outside"
    outside.mkdir()
    (outside / "secret.txt").write_text("ada.quill@example.org", "utf-8")
    (tmp_path / "documents" / "link.txt").symlink_to(outside / "secret.txt")
    (tmp_path / "documents" / "folder").symlink_to(outside)
    with system.open() as connector:
        keys = {item.key for item in connector.find(system.ada)}
    assert not {key for key in keys if "link" in key or "secret" in key}


@only("files")
def test_it_reports_a_document_that_is_too_large(system: System, tmp_path: Path) -> None:
    (tmp_path / "documents" / "mail.eml").write_bytes(b"x" * (30 * 1024 * 1024))
    with system.open() as connector:
        unread = {item.key: item.reason for item in connector.find(system.ada) if isinstance(item, Unread)}
    assert "too large" in unread["mail.eml"]


@pytest.mark.parametrize(
    "url",
    [
        "http://169.254.169.254/latest",
        "simplecache::http://127.0.0.1/",
        "reference://x",
        "relative/folder",
        "file://relative",
        "sftp://127.0.0.1/etc",
    ],
)
def test_it_opens_only_file_systems_that_the_deployment_lets_it_reach(url: str) -> None:
    with open_connector("files", Settings(url=url), []) as connector, pytest.raises(ConnectorError) as caught:
        connector.describe()
    assert caught.value.permanent
    assert caught.value.kind in {Kind.MISCONFIGURED, Kind.NOT_ALLOWED}


@pytest.mark.parametrize(
    ("url", "kind"),
    [
        ("postgresql://u:pw@127.0.0.1:1/x", Kind.NOT_ALLOWED),
        ("postgresql://u:pw@169.254.169.254/x", Kind.NOT_ALLOWED),
        ("postgresql://u:pw@[::ffff:127.0.0.1]/x", Kind.NOT_ALLOWED),
        ("mysql://u:pw@2130706433/x", Kind.NOT_ALLOWED),
        ("mysql://u:pw@0x7f000001/x", Kind.NOT_ALLOWED),
        ("postgresql://u:pw@8.8.8.8/x?hostaddr=127.0.0.1", Kind.MISCONFIGURED),
        ("mysql://u:pw@8.8.8.8/x?unix_socket=/tmp/s", Kind.MISCONFIGURED),
        ("postgresql:///x", Kind.MISCONFIGURED),
        ("oracle://u:pw@8.8.8.8/x", Kind.MISCONFIGURED),
        ("sqlite://", Kind.MISCONFIGURED),
        ("not a url", Kind.MISCONFIGURED),
    ],
)
def test_it_connects_nowhere_that_the_deployment_does_not_allow(url: str, kind: Kind) -> None:
    with open_connector("sql", Settings(url=url), []) as connector, pytest.raises(ConnectorError) as caught:
        connector.describe()
    assert (caught.value.kind, caught.value.permanent) == (kind, True)
    assert "pw" not in str(caught.value)


def test_it_keeps_the_password_out_of_its_settings_shown() -> None:
    assert "hunter2" not in repr(Settings(url="postgresql://u:hunter2@h/x"))


def test_every_family_can_be_opened() -> None:
    for family in FAMILIES:
        with open_connector(family, Settings(url="none://"), []) as connector:
            assert (Capability.FIND in connector.capabilities) is (family not in BY_MAIL)
