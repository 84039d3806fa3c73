"""A machine that cannot print letters says so when it starts, not when the first letter is due."""

from __future__ import annotations

import ctypes
from typing import Any, Final

from django.core.checks import CheckMessage, Error, register

LIBRARIES: Final = {
    "libharfbuzz-subset0": ("libharfbuzz-subset.so.0", "libharfbuzz-subset.0.dylib"),
    "libpango-1.0-0": ("libpango-1.0.so.0", "libpango-1.0.0.dylib"),
    "libpangoft2-1.0-0": ("libpangoft2-1.0.so.0", "libpangoft2-1.0.0.dylib"),
}


@register
def printing_libraries_are_installed(**_options: Any) -> list[CheckMessage]:
    """Without harfbuzz-subset letters would still come out, but slower and never the same bytes twice (measured)."""
    return [
        Error(
            f"The system library {package} is missing, so no letter and no record can be printed.",
            hint=f"Run script/bootstrap, or: apt-get install {package} (macOS: brew install pango harfbuzz).",
            id="umbs.E020",
        )
        for package, names in LIBRARIES.items()
        if not any(_loads(name) for name in names)
    ]


def _loads(name: str) -> bool:
    try:
        ctypes.CDLL(name)
    except OSError:
        return False
    return True
