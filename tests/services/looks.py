"""One look at a page as it stands in the browser: three widths, one load; what does not hold comes back as lines."""

from __future__ import annotations

import os
from collections.abc import Collection
from pathlib import Path

from playwright.sync_api import Page

from tests.services import axe

SHOTS = os.environ.get("SCREENSHOTS", "")  # a folder: each look is kept there as pictures, one of each width
WIDTHS = {320: 740, 768: 1024, 1366: 768}
HOLDS = (Path(__file__).parent / "look.js").read_text(encoding="utf-8")
SIDEWAYS = "document.documentElement.scrollWidth > window.innerWidth + 1"
LARGER = f"document.documentElement.style.fontSize = '200%'; {SIDEWAYS}"
ONCE = (320,)  # for what differs from a page that is looked at everywhere by a mistake or an answer
AS_BEFORE = "document.documentElement.style.fontSize = ''"


def look(page: Page, name: str, *, axe_at: Collection[int] = WIDTHS.keys()) -> list[str]:
    """axe at these widths (it needs scripts); nothing scrolls sideways, also with text twice as large; all can be hit
    and sent. The page is left as wide as it was.
    """
    wrong, before = list[str](), page.viewport_size
    for width, height in WIDTHS.items():
        page.set_viewport_size({"width": width, "height": height})
        found = [*(axe.violations(page) if width in axe_at else ()), *page.evaluate(HOLDS)]
        wrong += [f"{name} at {width}: {line}" for line in found]
        if SHOTS:
            page.screenshot(path=Path(SHOTS) / f"{name}-{width}.png", full_page=True)
    if page.evaluate(LARGER):
        wrong.append(f"{name}: scrolls sideways when the text is twice as large")
    page.evaluate(AS_BEFORE)
    if before:
        page.set_viewport_size(before)
    return wrong
