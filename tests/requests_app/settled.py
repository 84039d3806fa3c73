"""Deletions brought to their end through the seam, without a source behind them."""

from __future__ import annotations

from datetime import date

from requests_app.casefile import changes, erasing, write
from requests_app.casefile.erasing import Planned, SourceFact
from requests_app.lifecycle import Right, State
from requests_app.models import Case
from tests import factories

CRM = Planned("crm", "Customer relations", "crm.people", "delete", keys=({"id": 1}, {"id": 2}), rows=2)
TAX = Planned("billing", "Billing", "billing.invoices", "keep", "LEG-06", date(2040, 5, 1), ({"id": 7},), 1)
TRIM = Planned("billing", "Billing", "billing.invoices", "trim", without=("ssn",), keys=({"id": 7},), rows=1)
EHR = Planned("ehr", "Records of Elm Clinic", "", "refer", "SCP-01", rows=4)
HELD = Planned("hr", "Human resources", "hr.people", "defer", "LEG-08", keys=({"id": 3},), rows=1)
LIST = Planned("do-not-contact", "Do-not-contact list", "", "keep", "LEG-11", rows=3)
ACTS = {"delete": "deleted", "trim": "trimmed"}
SOURCES = {"crm": SourceFact("Customer relations", "marketing@example.org", (0, 7, 30))}


def planned(*steps: Planned) -> Case:
    case = factories.gather(factories.prove(factories.opened(Right.DELETE), signed=False))
    by = factories.holder(case)
    erasing.planned(by, [*steps, LIST])
    write.stage_finished(by)
    case.refresh_from_db()
    assert case.state == State.IN_REVIEW
    return case


def settled(*steps: Planned, left: int = 0, reason: str = "") -> Case:
    """Approved, carried out at the sources, and settled."""
    case = factories.approved(planned(*steps))
    by = factories.holder(case)
    changes.begin_changes(by)
    for step in erasing.ordered(case.id):
        done = len(step.keys) - left
        result = "deferred" if left else ACTS[step.action]
        erasing.step_done(by, step_id=step.id, result=result, rows_done=done, rows_left=left, reason=reason)
    outcome, ground = erasing.settle(by, SOURCES)
    write.fulfilled(by, outcome=outcome, ground=ground)
    case.refresh_from_db()
    return case
