"""One engine per system and process: right driver, time limits on both ends, read-only unless asked, pinned address.

A connection is kept for the next conversation, since to sign in costs more than most searches; one that has grown old
or does not answer is replaced before it is used. SQLite is opened anew each time: its file may have been replaced.
"""

from __future__ import annotations

import contextlib
import math
import os
import socket
import sqlite3
import threading
import time
from collections import OrderedDict
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import URL, Engine, make_url
from sqlalchemy.pool import NullPool

from fulfillment.connectors.base import ConnectorError, Kind, Settings
from fulfillment.connectors.egress import pin
from fulfillment.connectors.sql_errors import refusal

DRIVERS = {
    "postgres": "postgresql+psycopg",
    "postgresql": "postgresql+psycopg",
    "postgresql+psycopg": "postgresql+psycopg",
    "mysql": "mysql+pymysql",
    "mysql+pymysql": "mysql+pymysql",
    "mariadb": "mysql+pymysql",
    "mariadb+pymysql": "mysql+pymysql",
    "sqlite": "sqlite",
}
# An option such as `hostaddr`, `service` or `unix_socket` would lead past the pinned address.
OPTIONS = frozenset(
    "sslmode sslrootcert sslcert sslkey channel_binding application_name "
    "charset ssl_ca ssl_cert ssl_key ssl_verify_cert ssl_verify_identity".split(),
)
PORTS = {"postgresql+psycopg": 5432, "mysql+pymysql": 3306}
GRACE = 2.0
POOL: dict[str, Any] = {"pool_size": 1, "max_overflow": 4, "pool_recycle": 300}
SYSTEMS = 32  # whose engines are kept; the one that was used longest ago is let go

_engines: OrderedDict[tuple[object, ...], Engine] = OrderedDict()
_making = threading.Lock()
_talking = threading.local()


def engine(settings: Settings, *, write: bool = False) -> Engine:
    """Raises `ConnectorError` when the URL cannot be used; nothing is connected yet. The name is looked up anew."""
    url = _url(settings.url)
    port = url.port or PORTS.get(url.drivername, 0)
    address = pin(url.host or "", port, settings.allow) if port else ""
    key = (settings.url, address, settings.connect_timeout, settings.timeout, write)
    with _making:
        if key not in _engines:
            _engines[key] = _made(url, port, address, settings, write=write)
        _engines.move_to_end(key)
        while len(_engines) > SYSTEMS:
            _engines.popitem(last=False)[1].dispose()
        return _engines[key]


def _begin_anew() -> None:
    """In a process that was forked: the connections are its parent's, and are not even closed from here."""
    for made in _engines.values():
        made.dispose(close=False)
    _engines.clear()
    _making.release()


os.register_at_fork(before=_making.acquire, after_in_parent=_making.release, after_in_child=_begin_anew)


def _made(url: URL, port: int, address: str, settings: Settings, *, write: bool) -> Engine:
    if url.drivername == "sqlite":
        made = _sqlite(url, settings, write=write)
    elif url.drivername == "mysql+pymysql":
        made = _mysql(url.set(host=address, port=port), settings, write=write)
    else:
        made = _postgresql(url.set(port=port), address, settings, write=write)
    _listen(made)
    return made


def _url(text: str) -> URL:
    try:
        url = make_url(text)
    except (sa.exc.ArgumentError, ValueError):
        raise _misconfigured("The connection's URL cannot be read") from None
    driver = DRIVERS.get(url.drivername)
    if driver is None:
        raise _misconfigured("The database kind '{}' is not supported", url.drivername)
    if driver != "sqlite" and not url.host:
        raise _misconfigured("The connection's URL names no host")
    if strange := sorted(set(url.query) - OPTIONS):
        raise _misconfigured("The connection's option '{}' is not supported", strange[0])
    return url.set(drivername=driver)


def _misconfigured(what: str, *names: str) -> ConnectorError:
    return ConnectorError(
        f"{what.format(*names)}; correct it with sources_apply.", permanent=True, kind=Kind.MISCONFIGURED
    )


def _postgresql(url: URL, address: str, settings: Settings, *, write: bool) -> Engine:
    """`hostaddr` pins the address while the name still serves TLS verification."""
    milliseconds = math.ceil(settings.timeout * 1000)
    arguments = {
        "hostaddr": address,
        "connect_timeout": max(2, math.ceil(settings.connect_timeout)),
        "options": f"-c statement_timeout={milliseconds} -c lock_timeout={milliseconds} -c DateStyle=ISO",
        "keepalives_idle": 10,
        "keepalives_interval": 3,
        "keepalives_count": 3,
        "tcp_user_timeout": milliseconds,
    }
    made = sa.create_engine(url, connect_args=arguments, hide_parameters=True, **POOL)
    return made if write else made.execution_options(isolation_level="REPEATABLE READ", postgresql_readonly=True)


def _mysql(url: URL, settings: Settings, *, write: bool) -> Engine:
    arguments = {
        "connect_timeout": max(1, math.ceil(settings.connect_timeout)),
        "read_timeout": math.ceil(settings.timeout + GRACE),
        "write_timeout": math.ceil(settings.timeout + GRACE),
    }
    made = sa.create_engine(url, connect_args=arguments, hide_parameters=True, **POOL)

    @sa.event.listens_for(made, "connect")
    def limit(connection: Any, _record: object) -> None:
        seconds = settings.timeout
        maria = "mariadb" in str(connection.get_server_info()).lower()
        limits = f"max_statement_time={seconds}" if maria else f"max_execution_time={math.ceil(seconds * 1000)}"
        with connection.cursor() as cursor:
            cursor.execute(f"SET SESSION {limits}, innodb_lock_wait_timeout={max(1, math.ceil(seconds))}")
            if not write:
                cursor.execute("SET SESSION TRANSACTION READ ONLY")

    return made


def _sqlite(url: URL, settings: Settings, *, write: bool) -> Engine:
    """SQLite has no server to time a statement; its progress handler does, for each statement and each fetch."""
    if not url.database or url.database == ":memory:":
        raise _misconfigured("The connection's URL names no SQLite file")
    address = f"{Path(url.database).absolute().as_uri()}?mode={'rw' if write else 'ro'}"

    def connect() -> sqlite3.Connection:
        made = sqlite3.connect(address, uri=True, timeout=settings.connect_timeout, check_same_thread=False)
        if write:
            made.execute("PRAGMA foreign_keys = ON")  # off by default: an erasure would leave orphans behind
        return made

    return sa.create_engine("sqlite://", creator=connect, poolclass=NullPool, hide_parameters=True)


def connect(made: Engine, settings: Settings) -> sa.Connection:
    """Connect and shake hands within the limits, however slowly the other end speaks (a drip of bytes, F14)."""
    drivers: list[Any] = []
    _talking.drivers = drivers  # filled by this thread, looked into by the one that cuts
    with _cut_after(lambda: drivers[-1] if drivers else None, settings.connect_timeout + settings.timeout):
        return made.connect()


def _listen(made: Engine) -> None:
    """Know the driver's connection from its first byte, so that it can be cut; hand out none that is dead."""

    @sa.event.listens_for(made, "do_connect")
    def notice(dialect: sa.Dialect, _record: object, positional: list[Any], named: dict[str, Any]) -> Any:
        if dialect.name != "mysql":
            return None
        driver = dialect.loaded_dbapi.connect(*positional, **named, defer_connect=True)
        _talking.drivers.append(driver)
        driver.connect()
        return driver

    @sa.event.listens_for(made, "connect", insert=True)
    def keep(driver: Any, record: sa.pool.ConnectionPoolEntry) -> None:
        _talking.drivers.append(driver)
        record.info["new"] = True

    @sa.event.listens_for(made, "checkout")
    def ask(driver: Any, record: sa.pool.ConnectionPoolEntry, _proxy: object) -> None:
        _talking.drivers.append(driver)
        if record.info.pop("new", False):
            return
        try:
            made.dialect.do_ping(driver)
        except made.dialect.loaded_dbapi.Error as error:
            raise sa.exc.DisconnectionError from error

    @sa.event.listens_for(made, "handle_error")
    def let_go(found: sa.engine.ExceptionContext) -> None:
        """A dead line cannot be asked to close a cursor, and SQLAlchemy leaves it open: close the line, then it."""
        if found.is_disconnect and found.execution_context is not None and found.connection is not None:
            driver = found.connection.connection.dbapi_connection
            if driver is not None:
                driver.close()
            found.execution_context.cursor.close()


@contextlib.contextmanager
def limited(connection: sa.Connection, seconds: float) -> Iterator[None]:
    """End what runs inside after `seconds`, even when the other end keeps silent (a half-open line, F14)."""
    driver: Any = connection.connection.dbapi_connection
    if connection.dialect.name == "sqlite":
        deadline = time.monotonic() + seconds
        driver.set_progress_handler(lambda: time.monotonic() > deadline, 10_000)
        try:
            yield
        finally:
            driver.set_progress_handler(None, 0)
    else:
        with _cut_after(lambda: driver, seconds + GRACE):
            yield


@contextlib.contextmanager
def _cut_after(driver: Callable[[], Any], seconds: float) -> Iterator[None]:
    """The drivers wait for each byte, not for the whole: shut the socket down, and they wake with an error."""
    fired = threading.Event()

    def cut() -> None:
        fired.set()
        with contextlib.suppress(OSError, AttributeError), socket.socket(fileno=os.dup(_descriptor(driver()))) as line:
            line.shutdown(socket.SHUT_RDWR)

    timer = threading.Timer(seconds, cut)
    timer.daemon = True
    timer.start()
    try:
        yield
    except sa.exc.DBAPIError:
        if fired.is_set():
            raise refusal(Kind.TIMEOUT) from None
        raise
    finally:
        timer.cancel()


def _descriptor(driver: Any) -> int:
    """Of the connection's socket; AttributeError when there is none (yet, or any more)."""
    return int(driver.pgconn.socket if hasattr(driver, "pgconn") else driver._sock.fileno())  # noqa: SLF001
