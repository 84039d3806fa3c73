"""Where a benchmark runs: databases and a broker of its own, so that nobody's cases are ever touched."""

from __future__ import annotations

import contextlib
import os
import secrets
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path

from django.conf import settings

from umbs_privacy.servers.postgres import postgres
from umbs_privacy.servers.redis import redis

STAGED = "UMBS_BENCH_SOURCE"  # set by us alone: where the benchmark's source is built


@contextlib.contextmanager
def servers() -> Iterator[dict[str, str]]:
    """PostgreSQL for the cases and for the source, Redis as the broker; the environment that names them."""
    with postgres() as database, redis() as broker, _folder() as var:
        yield _environment(var) | {
            "DATABASE_URL": database.url(database.create()),
            "CELERY_BROKER_URL": broker.url,
            STAGED: database.url(database.create(), scheme="postgresql+psycopg"),
        }


@contextlib.contextmanager
def embedded() -> Iterator[dict[str, str]]:
    """SQLite for both and the broker in a folder, as `script/run` has it."""
    with _folder() as var:
        yield _environment(var) | {STAGED: f"sqlite:///{var / 'source.sqlite3'}"}


def play(environment: dict[str, str], words: Sequence[str]) -> int:
    """Run the same command again on this stage; its exit code."""
    command = [sys.executable, str(settings.BASE_DIR / "manage.py"), *words]
    return subprocess.run(command, env=environment, check=False).returncode  # noqa: S603 - our own command line


@contextlib.contextmanager
def _folder() -> Iterator[Path]:
    place = Path(tempfile.mkdtemp(prefix="umbs-bench-"))
    try:
        yield place
    finally:
        shutil.rmtree(place, ignore_errors=True)


def _environment(var: Path) -> dict[str, str]:
    inherited = {name: os.environ[name] for name in ("PATH", "HOME", "LANG", "TZ") if name in os.environ}
    return inherited | {
        "UMBS_VAR": str(var),
        "UMBS_MEDIA_URL": f"file://{var / 'media'}",
        "SECRET_KEY": secrets.token_urlsafe(48),
        "UMBS_KEK": settings.UMBS_KEK,
        "DATABASE_URL": f"sqlite:///{var / 'db.sqlite3'}",
        "EMAIL_URL": f"file://{var / 'mailbox'}",
        "UMBS_EGRESS_ALLOW": "127.0.0.1",
    }
