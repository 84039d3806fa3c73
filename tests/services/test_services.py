"""The fixtures themselves: each server answers, and each stage is fresh."""

from __future__ import annotations

import smtplib
import socket

import psycopg
import pymysql
import pytest
from django.contrib.auth import get_user_model
from playwright.sync_api import Page
from pytest_socket import SocketConnectBlockedError
from redis.exceptions import AuthenticationError

from tests.services.smtp import Fault, Sink
from tests.services.stage import Stage
from umbs_privacy.servers.mariadb import MariaDB
from umbs_privacy.servers.postgres import Postgres
from umbs_privacy.servers.redis import Redis


def test_it_calls_nobody_outside() -> None:
    with pytest.raises(SocketConnectBlockedError), socket.create_connection(("192.0.2.1", 80), timeout=1):
        pass


@pytest.mark.slow
@pytest.mark.postgres
def test_it_runs_a_private_postgres(postgres_server: Postgres) -> None:
    name = postgres_server.create()
    with psycopg.connect(postgres_server.url(name)) as connection:
        assert connection.execute("SELECT current_database(), current_user").fetchone() == (name, "umbs")
    postgres_server.drop(name)
    with pytest.raises(psycopg.OperationalError):
        psycopg.connect(postgres_server.url().replace(postgres_server.password, "guess"))


@pytest.mark.slow
def test_it_runs_a_private_mariadb(mariadb_server: MariaDB) -> None:
    name = mariadb_server.create()
    with pymysql.connect(
        host="127.0.0.1", port=mariadb_server.port, user="umbs", password=mariadb_server.password, database=name
    ) as connection:
        cursor = connection.cursor()
        cursor.execute("SELECT DATABASE(), VERSION() LIKE '%MariaDB%'")
        assert cursor.fetchone() == (name, 1)
    mariadb_server.drop(name)


def test_it_runs_a_private_redis(redis_server: Redis) -> None:
    with redis_server.client() as client:
        client.set("doorbell", "1")
        assert client.get("doorbell") == b"1"
    stranger = Redis(port=redis_server.port, password="guess", folder=redis_server.folder)
    with stranger.client() as client, pytest.raises(AuthenticationError):
        client.ping()


def test_it_keeps_mail_and_can_refuse_it(smtp_sink: Sink) -> None:
    letter = "To: ada@example.org\r\nSubject: Hello\r\n\r\nBody\r\n"
    with smtplib.SMTP("127.0.0.1", smtp_sink.port) as client:
        client.sendmail("a@example.org", ["ada@example.org"], letter)
        assert [message["Subject"] for message in smtp_sink.to("ada@example.org")] == ["Hello"]
        smtp_sink.fault = Fault.BUSY
        with pytest.raises(smtplib.SMTPDataError):
            client.sendmail("a@example.org", ["ada@example.org"], letter)
    smtp_sink.fault = Fault.ACCEPTS_THEN_DIES
    with pytest.raises(smtplib.SMTPServerDisconnected), smtplib.SMTP("127.0.0.1", smtp_sink.port) as client:
        client.sendmail("a@example.org", ["ada@example.org"], letter)
    assert len(smtp_sink.messages) == 2


@pytest.mark.slow
@pytest.mark.browser
def test_it_drives_a_browser(page: Page) -> None:
    page.set_content("<h1>Privacy</h1>")
    assert page.get_by_role("heading").inner_text() == "Privacy"


@pytest.mark.slow
def test_it_gives_each_test_a_fresh_database(fresh_stage: Stage) -> None:
    people = get_user_model().objects
    assert people.count() == 0
    people.create_user("cleo", role="officer")
    ask = "from requests_app.models import User; print(User.objects.get())"
    seen = fresh_stage.manage("shell", "-v", "0", "-c", ask)
    assert seen.stdout.strip() == "cleo"
