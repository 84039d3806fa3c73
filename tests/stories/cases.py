"""What is so about a case, looked up in the database and not on a page."""

from __future__ import annotations

from requests_app.lifecycle import State
from requests_app.models import Attention, Case, Deliverable, SystemSearch
from tests.services.processes import eventually


def closed(reference: str) -> Case:
    """The case once it is closed."""
    found = eventually(lambda: Case.objects.filter(reference=reference, state=State.CLOSED).first(), within=90)
    assert found is not None, Case.objects.get(reference=reference).state
    return found


def in_review(reference: str) -> Case:
    """The case once the machine has done its part and people have to decide."""
    found = eventually(lambda: Case.objects.filter(reference=reference, state=State.IN_REVIEW).first(), within=90)
    assert found is not None, Case.objects.get(reference=reference).state
    return found


def stands_still(reference: str) -> None:
    """The case stops for an officer to decide on the identity; no source was searched, nothing was made."""
    waiting = Case.objects.filter(reference=reference, attention=Attention.IDENTITY)
    case = eventually(waiting.first, within=60)
    assert case is not None, Case.objects.get(reference=reference).state
    assert case.state == State.VERIFYING
    assert not SystemSearch.objects.filter(case=case).exists()
    assert not released(reference)


def released(reference: str) -> bool:
    return bool(Deliverable.objects.filter(case__reference=reference, kind=Deliverable.Kind.PACKAGE).exists())
