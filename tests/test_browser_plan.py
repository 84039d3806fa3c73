"""The plan of a deletion, legal holds and what is owed, in a real browser without scripts."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

import pytest
from django.db import transaction
from playwright.sync_api import Browser, expect

from requests_app.lifecycle import State
from requests_app.models import Case, Obligation, SourceHold, User
from requests_app.permissions import staff
from requests_app.selectors import today
from requests_app.services import holds
from tests.requests_app import office
from tests.requests_app.plans import begun, planned
from tests.services.processes import Processes
from tests.test_browser_staff import LAPTOP, Desk

pytestmark = [pytest.mark.browser, pytest.mark.slow]
NOTE = "The owner sent a picture of the empty result; seen on the screen."


@pytest.fixture
def cases(site: Processes) -> dict[str, Case]:
    with transaction.atomic():
        cleo = staff(office.people()["cleo"])
        found = {"planned": planned(), "begun": begun()}
        day = today() + timedelta(days=1)
        holds.place_on_source(by=cleo, source_key="crm", collection="crm.calls", ground="Matter 26-114", review_on=day)
    return found


@pytest.fixture
def cleo(cases: dict[str, Case], site: Processes, chromium: Browser) -> Iterator[Desk]:
    with chromium.new_context(
        locale="en-US", base_url=site.base_url, viewport=LAPTOP, java_script_enabled=False
    ) as context:
        desk = Desk(context, scripts=False)
        desk.sign_in("cleo")
        yield desk


def test_an_officer_works_with_them_without_scripts(cases: dict[str, Case], cleo: Desk) -> None:
    case, page = cases["planned"], cleo.page
    cleo.open(case)
    page.get_by_role("link", name="Read the plan before you approve it").click()
    expect(page.get_by_text("Tax law requires us")).to_be_visible()
    expect(page.get_by_text("held: Matter 26-114")).to_be_visible()
    cleo.press("Approve this content")
    cleo.confirm()
    cleo.told("Your approval counts.")
    cleo.go("/staff/holds/")
    cleo.unfold("Place a hold on a case")
    page.get_by_label("Reference of the case").fill(case.reference)
    page.locator("#id_case-ground").fill("A subpoena of November 20.")
    cleo.press("Hold the case")
    cleo.told("The hold is in force")
    page.get_by_role("row", name="Matter 26-114").get_by_role("button", name="Lift").click()
    cleo.told("The hold is lifted.")
    assert case.holds.get().lifted_at is None
    assert SourceHold.objects.get().lifted_by == User.objects.get(username="cleo")
    cleo.go("/staff/owed/?kind=recheck")
    cleo.unfold("Settle by hand")
    page.get_by_text("It was done by hand").first.click()
    page.get_by_label("What was done").fill(NOTE)
    cleo.press("Settle")
    cleo.told("Settled")
    assert Obligation.objects.get(kind="recheck").state == Obligation.State.DONE
    case.refresh_from_db()
    assert (case.state, cleo.wrong) == (State.IN_REVIEW, [])
