"""axe-core on a page as it stands in the browser, against WCAG 2 A and AA and axe's best practices."""

from __future__ import annotations

from importlib.resources import files

from playwright.sync_api import Page

SCRIPT = files("axe_core_python").joinpath("axe.min.js").read_text(encoding="utf-8")
RUN = "async () => (await axe.run(document, {resultTypes: ['violations'], preload: false})).violations"


def violations(page: Page) -> list[str]:
    """One line per violation: rule, why, and where. The page's context must have been made with `bypass_csp=True`."""
    if not page.evaluate("'axe' in window"):
        page.evaluate(SCRIPT)
    return [
        f"{rule['id']}: {rule['help']}: {[node['target'] for node in rule['nodes']]}" for rule in page.evaluate(RUN)
    ]
