"""The page where the owner of a paper cabinet answers, in a real browser: wide and small, with and without scripts."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from django.db import transaction
from playwright.sync_api import Browser, Page, expect

from fulfillment.models import ManualTask
from requests_app.models import Case
from tests import factories
from tests.fulfillment import cabinet
from tests.fulfillment.estate import work
from tests.services.looks import ONCE, look
from tests.services.processes import Processes

pytestmark = [pytest.mark.browser, pytest.mark.slow]
WIDE, SMALL = {"width": 1366, "height": 768}, {"width": 320, "height": 640}


@pytest.fixture
def case(site: Processes, tmp_path: Path) -> Case:
    """Ada's access request; nobody but the records room has anything to look into."""
    cabinet.connect(tmp_path)
    made = factories.opened()
    with transaction.atomic():
        factories.prove(made)
    work("gather", "search")
    return made


@pytest.fixture(params=[(True, SMALL), (False, WIDE)], ids=["scripts", "no-scripts"])
def page(request: pytest.FixtureRequest, chromium: Browser) -> Iterator[Page]:
    scripts, size = request.param
    with chromium.new_context(locale="en-US", viewport=size, java_script_enabled=scripts, bypass_csp=True) as context:
        yield context.new_page()


def test_the_owner_opens_the_task_with_the_key_and_answers(
    page: Page, case: Case, site: Processes, request: pytest.FixtureRequest
):
    wrong, mode = list[str](), request.node.callspec.id

    def looks(name: str) -> None:
        wrong.extend(look(page, f"owner-{name}-{mode}", axe_at=ONCE if mode == "scripts" else ()))

    page.goto(f"{site.base_url}/tasks/{cabinet.task(case).id}/")
    page.get_by_label("Key from the e-mail").fill("AAAA-BBBB")
    page.keyboard.press("Enter")
    expect(page.get_by_role("alert")).to_contain_text("This key does not open the task")
    looks("key-wrong")
    page.get_by_label("Key from the e-mail").fill(cabinet.key(cabinet.mails(case)[-1]).lower())
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="Please look for this person's papers")).to_be_visible()
    looks("task")
    page.get_by_role("button", name="Send the answer").click()
    expect(page.get_by_role("alert")).to_contain_text("Choose your answer.")
    looks("task-wrong")
    page.get_by_label("Your answer").select_option("found")
    page.locator("[name=paper_1]").fill("Payment plan, signed")
    page.get_by_role("button", name="Room for more papers").click()
    expect(page.locator("[name=paper_5]")).to_be_visible()
    expect(page.locator("[name=paper_1]")).to_have_value("Payment plan, signed")
    looks("task-roomy")
    page.get_by_role("button", name="Send the answer").click()
    expect(page.get_by_text("We have your answer.")).to_be_visible()
    looks("thanks")
    task = ManualTask.objects.get(case_id=case.id)
    assert (task.outcome, task.rows) == ("found", 1)
    assert wrong == []
