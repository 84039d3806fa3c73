"""The plan of a deletion, legal holds and what is owed, in a real browser: on three widths, and without scripts."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import timedelta

import pytest
from django.db import transaction
from django.utils import timezone
from playwright.sync_api import Browser, expect

from requests_app.casefile import changes
from requests_app.lifecycle import State
from requests_app.models import Case, Obligation, SourceHold, User
from requests_app.permissions import staff
from requests_app.selectors import today
from requests_app.services import holds
from tests.factories import holder
from tests.requests_app import office
from tests.requests_app.plans import planned, released
from tests.services.processes import Processes
from tests.services.stage import Stage
from tests.test_browser_staff import Desk

pytestmark = [pytest.mark.browser, pytest.mark.slow]
WIDTHS = (320, 768, 1366)
NOTE = "The owner sent a picture of the empty result; seen on the screen."


def begun() -> Case:
    """One group is gone, one could not be reached, one is kept."""
    case = released()
    changes.begin_changes(holder(case))
    now = timezone.now()
    results = {"crm.people": "deleted", "crm.calls": "deferred", "billing.invoices": "kept"}
    for step in case.steps.all():
        step.result, step.restricted_at = results[step.collection], now
        if step.result == "deleted":
            step.rows_done, step.rows_left, step.asked_again_at = 2, 0, now
        elif step.result == "deferred":
            step.reason, step.error, step.attempts = "TEC-05", "The system does not answer; ask its owner.", 3
        step.save()
    late = case.steps.get(result="deferred")
    for kind, day in (("retry", -1), ("recheck", 7)):
        Obligation.objects.create(
            case=case,
            step=late if kind == "retry" else None,
            kind=kind,
            source_key="crm",
            source_name="Customer relations",
            reason="TEC-05" if kind == "retry" else "",
            owner="crm-owner@example.org",
            due_on=today() + timedelta(days=day),
            key=kind,
            opened_at=now,
        )
    return case


@pytest.fixture
def cases(fresh_sqlite: Stage) -> dict[str, Case]:
    with transaction.atomic():
        cleo = staff(office.people()["cleo"])
        found = {"planned": planned(), "begun": begun()}
        day = today() + timedelta(days=1)
        holds.place_on_source(by=cleo, source_key="crm", collection="crm.calls", ground="Matter 26-114", review_on=day)
        SourceHold.objects.update(review_on=today())
    return found


@pytest.fixture
def sit(
    cases: dict[str, Case], fresh_sqlite: Stage, run_processes: Callable[..., Processes], chromium: Browser
) -> Iterator[Callable[..., Desk]]:
    site = run_processes(fresh_sqlite, "web")
    contexts = []

    def sit_down(*, scripts: bool = True) -> Desk:
        context = chromium.new_context(
            locale="en-US",
            base_url=site.base_url,
            viewport={"width": 1366, "height": 768},
            bypass_csp=True,
            java_script_enabled=scripts,
        )
        contexts.append(context)
        desk = Desk(context, scripts=scripts)
        desk.sign_in("cleo")
        return desk

    yield sit_down
    for context in contexts:
        context.close()


def test_its_pages_are_accessible_at_every_width(cases: dict[str, Case], sit: Callable[..., Desk]) -> None:
    cleo = sit()
    pages = {
        "plan": f"/staff/cases/{cases['planned'].reference}/plan/",
        "plan-begun": f"/staff/cases/{cases['begun'].reference}/plan/",
        "case-planned": f"/staff/cases/{cases['planned'].reference}/",
        "holds": "/staff/holds/?source=crm",
        "holds-lifted": "/staff/holds/?show=lifted",
        "owed": "/staff/owed/",
        "owed-none": "/staff/owed/?show=escalated",
    }
    for width in WIDTHS:
        cleo.page.set_viewport_size({"width": width, "height": 900})
        for name, path in pages.items():
            cleo.go(path)
            cleo.page.evaluate("document.querySelectorAll('details').forEach(one => { one.open = true })")
            cleo.look(f"{name}-{width}")
    assert cleo.wrong == [], "\n".join(cleo.wrong)


def test_an_officer_works_with_them_without_scripts(cases: dict[str, Case], sit: Callable[..., Desk]) -> None:
    cleo, case = sit(scripts=False), cases["planned"]
    page = cleo.page
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
