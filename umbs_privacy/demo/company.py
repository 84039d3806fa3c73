"""The demo company on this machine: its databases and papers under `var/demo`, its data maps, its staff."""

from __future__ import annotations

import hashlib
import shutil
from collections.abc import Callable
from pathlib import Path

from django.conf import settings
from django.core.management import call_command

from umbs_privacy.demo import documents, maps, staff
from umbs_privacy.demo.databases import EVERY, seed

Say = Callable[[str], None]


def place() -> Path:
    """Where everything lies that the demo writes, but for the case database itself."""
    return Path(settings.VAR) / "demo"


def set_up(say: Say) -> str:
    """Make whatever is missing and return the password of the staff. Safe to repeat; then it takes a second."""
    place().mkdir(parents=True, exist_ok=True, mode=0o700)
    say("Bringing the case database up to date")
    call_command("migrate", verbosity=0)
    invent(say)
    restore()
    say("Describing the sources by their data maps")
    call_command("sources_apply", *map(str, maps.write(_urls(), place() / "maps")), verbosity=0)
    return staff.hire(place() / "logins.txt")


def invent(say: Say) -> None:
    """Write the sources once for this version of the generator, into a folder from which they can be restored."""
    stamp = place() / "invented"
    version = _version()
    if stamp.is_file() and stamp.read_text(encoding="ascii") == version:
        return
    shutil.rmtree(_pristine(), ignore_errors=True)
    _pristine().mkdir(parents=True)
    for key in EVERY:
        rows = seed(key, f"sqlite:///{_pristine() / key}.sqlite3")
        say(f"Invented the {key} database: {rows:,} rows")
    count = documents.write(_pristine() / "documents")
    say(f"Invented {count} documents")
    stamp.write_text(version, encoding="ascii")


def restore() -> None:
    """Put every source back as it was invented. A reader in the middle of a search keeps the file it has open."""
    for key in EVERY:
        fresh = place() / f"{key}.sqlite3.new"
        shutil.copy(_pristine() / f"{key}.sqlite3", fresh)
        fresh.replace(place() / f"{key}.sqlite3")
    shutil.copytree(_pristine() / "documents", place() / "documents", dirs_exist_ok=True)


def _pristine() -> Path:
    return place() / "pristine"


def _urls() -> dict[str, str]:
    databases = {key: f"sqlite:///{place() / key}.sqlite3" for key in EVERY}
    return {**databases, "documents": f"file://{place() / 'documents'}", "cabinet": ""}


def _version() -> str:
    """Changes with any word of the generator."""
    total = hashlib.sha256()
    for file in sorted(Path(__file__).parent.glob("*.py")):
        total.update(file.read_bytes())
    return total.hexdigest()
