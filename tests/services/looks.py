"""One look at a page as it stands in the browser: three widths, one load; what does not hold comes back as lines."""

from __future__ import annotations

import os
from pathlib import Path

from playwright.sync_api import Page

from tests.services import axe

SHOTS = os.environ.get("SCREENSHOTS", "")  # a folder: each look is kept there as pictures, one of each width
WIDTHS = {320: 740, 768: 1024, 1366: 768}
HOLDS = (Path(__file__).parent / "look.js").read_text(encoding="utf-8")
SIDEWAYS = "document.documentElement.scrollWidth > window.innerWidth + 1"
LARGER = f"document.documentElement.style.fontSize = '200%'; {SIDEWAYS}"
AS_BEFORE = "document.documentElement.style.fontSize = ''"


def look(page: Page, name: str, *, scripts: bool = True) -> list[str]:
    """axe where scripts run; nothing scrolls sideways, also with text twice as large; all can be hit and sent."""
    wrong: list[str] = []
    for width, height in WIDTHS.items():
        page.set_viewport_size({"width": width, "height": height})
        found = [*(axe.violations(page) if scripts else ()), *page.evaluate(HOLDS)]
        wrong += [f"{name} at {width}: {line}" for line in found]
        if SHOTS:
            page.screenshot(path=Path(SHOTS) / f"{name}-{width}{'' if scripts else '-no-scripts'}.png", full_page=True)
    if page.evaluate(LARGER):
        wrong.append(f"{name}: scrolls sideways when the text is twice as large")
    page.evaluate(AS_BEFORE)
    return wrong
