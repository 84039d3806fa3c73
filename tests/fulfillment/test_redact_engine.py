from __future__ import annotations

from pathlib import Path

import pytest
from django.core.management import call_command

from fulfillment.dispatch import handler
from fulfillment.jobs import Job
from fulfillment.redact.engine import handle
from requests_app.casefile import Superseded, write
from requests_app.casefile.types import FoundRecord
from requests_app.lifecycle import State
from requests_app.models import Case, Redaction
from tests.factories import case_in, gather, holder, opened, prove
from tests.fulfillment import maps

pytestmark = pytest.mark.django_db

ROWS = (
    FoundRecord("billing.notes", "1", {"who": "Zelda Xiong", "note": "Spoke with Osvaldo Ibarra. SSN 521-44-9382"}),
    FoundRecord("billing.notes", "2", {"note": "Ada Quillfeather says osvaldo pays, ada.quillfeather@example.org"}),
    FoundRecord("billing.notes", "3", {"note": "nothing to see"}),
)


def job_of(case: Case, fence: int = 1000) -> Job:
    return Job(1, "redact", "k", case.id, {"entry": case.entry}, fence, 1)


@pytest.fixture
def held(monkeypatch: pytest.MonkeyPatch) -> None:
    """These jobs have no row: whether one is still ours is tested with the job table."""
    monkeypatch.setattr(Job, "check", lambda _: None)


def gathered() -> Case:
    return gather(prove(opened()), ROWS)


def test_it_proposes_over_all_batches_and_moves_the_case_on(held: None) -> None:
    case = gathered()
    assert State(case.state) is State.REDACTING

    handle(job_of(case))

    case.refresh_from_db()
    assert State(case.state) is State.IN_REVIEW
    found = [(r.row, r.path, r.label, r.role) for r in case.redactions.order_by("row", "path", "start")]
    assert found == [
        (0, "/note", "PERSON", "OTHER"),
        (0, "/note", "SSN", "NEVER"),
        (0, "/who", "PERSON", "OTHER"),
        (1, "/note", "PERSON", "OTHER"),
    ]


def test_it_leaves_in_a_note_the_address_that_stands_in_the_requesters_own_row(held: None, tmp_path: Path) -> None:
    """Who telephones gives no e-mail address; withheld in the note, it would stand in the row all the same."""
    (described := tmp_path / "billing.yml").write_text(maps.BILLING.replace("patients", "accounts"), encoding="utf-8")
    call_command("sources_apply", str(described))
    rows = (
        FoundRecord("billing.accounts", "1", {"id": 1, "email": "ada@work.example"}),
        FoundRecord("billing.accounts", "2", {"note": "Wrote to ada@work.example and bo@work.example."}),
    )
    case = gather(prove(opened()), rows)

    handle(job_of(case))

    found = case.redactions.values_list("path", "start", "end", "label")
    assert list(found) == [("/note", 30, 45, "EMAIL")]


def test_it_changes_nothing_when_it_runs_twice(held: None) -> None:
    case = gathered()
    handle(job_of(case))
    before = list(Redaction.objects.order_by("id").values_list("id", flat=True))
    case.refresh_from_db()

    with pytest.raises(Superseded):
        handle(Job(1, "redact", "k", case.id, {"entry": case.entry - 1}, 1001, 2))

    assert list(Redaction.objects.order_by("id").values_list("id", flat=True)) == before


def test_it_is_refused_when_a_newer_holder_has_written(held: None) -> None:
    case = gathered()
    Case.objects.filter(pk=case.pk).update(stage_fence=2000)

    with pytest.raises(Superseded):
        handle(job_of(case, fence=1500))

    assert not case.redactions.exists()


def test_it_has_nothing_to_propose_for_a_case_in_which_nothing_was_found(held: None) -> None:
    case = prove(opened())
    by = holder(case)
    write.open_search(by, source_key="billing", source_name="Billing", state="not_searched", reason="disabled")
    write.stage_finished(by)
    case.refresh_from_db()

    handle(job_of(case))

    case.refresh_from_db()
    assert State(case.state) is State.IN_REVIEW


def test_it_is_what_the_dispatch_calls_in_this_state() -> None:
    assert handler("redact") is handle
    assert case_in(State.REDACTING).state == State.REDACTING
