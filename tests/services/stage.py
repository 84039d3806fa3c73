"""A stage: a fresh database and folder, and the environment with which real processes play on it."""

from __future__ import annotations

import contextlib
import os
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from django.conf import settings
from django.db import connections
from django.test import override_settings

from umbs_privacy import environment

ROOT = Path(__file__).resolve().parents[2]
QUICK_JOBS = {"UMBS_JOB_SWEEP_SECONDS": "1", "UMBS_JOB_STALE_SECONDS": "4"}


@dataclass(frozen=True)
class Stage:
    var: Path
    database_url: str
    env: dict[str, str]

    def manage(self, *arguments: str, stdin: str | None = None, check: bool = True) -> subprocess.CompletedProcess[str]:
        """Run one management command as a process of its own, in this environment."""
        command = [sys.executable, str(ROOT / "manage.py"), *arguments]
        done = subprocess.run(command, env=self.env, cwd=ROOT, input=stdin, capture_output=True, text=True, check=False)
        assert not check or done.returncode == 0, f"{arguments} ended with {done.returncode}:\n{done.stderr[-3000:]}"
        return done

    @contextlib.contextmanager
    def django(self) -> Iterator[None]:
        """Let the test's own Django work on this stage, in every thread; commits are real."""
        before = connections.settings["default"]
        connections["default"].close()
        kept = connections["default"]
        del connections["default"]
        entry = connections.configure_settings({"default": environment.database(self.database_url)})["default"]
        connections.settings["default"] = entry
        try:
            with override_settings(VAR=self.var, UMBS_MEDIA_URL=self.env["UMBS_MEDIA_URL"]):
                yield
        finally:
            connections["default"].close()
            connections.settings["default"] = before
            connections["default"] = kept


def stage(var: Path, database_url: str, *, broker_url: str = "filesystem://", **more: str) -> Stage:
    """The keys are those of the test's own Django, so that both can read what either wrote."""
    var.mkdir(parents=True, exist_ok=True)
    inherited = {
        name: os.environ[name] for name in ("PATH", "HOME", "LANG", "TZ", "UMBS_SEAM_TEST") if name in os.environ
    }
    env = inherited | {
        "DJANGO_SETTINGS_MODULE": "umbs_privacy.settings",
        "PYTHONUNBUFFERED": "1",
        "PYTHONWARNINGS": "default",
        "UMBS_VAR": str(var),
        "UMBS_MEDIA_URL": f"file://{var / 'media'}",
        "SECRET_KEY": settings.SECRET_KEY,
        "UMBS_KEK": settings.UMBS_KEK,
        "DATABASE_URL": database_url,
        "CELERY_BROKER_URL": broker_url,
        "EMAIL_URL": f"file://{var / 'mailbox'}",
        "UMBS_COOLING_OFF_HOURS": "0",
        "UMBS_STAFF_MFA": "0",
        **QUICK_JOBS,
        **more,
    }
    return Stage(var=var, database_url=database_url, env=env)
