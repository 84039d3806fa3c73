"""The laws, one TOML file each in `data/`, read once: `get(code)`, `all()`, `for_residence(code)`."""

from __future__ import annotations

from datetime import date
from functools import cache
from pathlib import Path
from typing import get_args

from requests_app.regimes.loader import Laws, load
from requests_app.regimes.reader import LawFileError
from requests_app.regimes.schema import Regime, Right, RightName

__all__ = ["DATA", "RIGHTS", "LawFileError", "Regime", "Right", "all", "for_residence", "get"]

DATA = Path(__file__).parent / "data"
RIGHTS: tuple[RightName, ...] = get_args(RightName)


def get(code: str) -> Regime:
    """The regime of this code, in any case. KeyError names those that there are."""
    laws = _laws().by_code
    if code.upper() not in laws:
        message = f"no law file for {code}; there are {', '.join(laws)}"
        raise KeyError(message)
    return laws[code.upper()]


def all() -> tuple[Regime, ...]:  # noqa: A001  (read as `regimes.all()`)
    return tuple(_laws().by_code.values())


def for_residence(residence: str, *, on: date | None = None) -> Regime:
    """The law of the place where the requester lives (ISO 3166-2), if in force on that day; else the default."""
    laws = _laws()
    place = residence.strip().upper()
    found = (regime for regime in laws.by_code.values() if place in regime.residences)
    return next((regime for regime in found if on is None or regime.in_force_on <= on), laws.default)


@cache
def _laws() -> Laws:
    return load(DATA)
