"""Rows that turn up after a deletion: a new case, linked to the first, deletes them; never the old approval."""

from __future__ import annotations

from requests_app.ledger import chain
from requests_app.models import Case, CaseLink, EventKind, Obligation
from requests_app.permissions import SYSTEM, Verb
from requests_app.services import clock, intake, obligations, sequel
from requests_app.services.transition import locked, move

DETAILS = "Opened by the office: records were found in a source after the deletion of the linked case."


def reopen(obligation: Obligation) -> Case:
    """The linked case that deletes what was found, opened once while it is open; its person is told."""
    first = locked(obligation.case_id)
    if standing := _already(first):
        return standing
    case = sequel.begun(first, text=DETAILS, channel=first.channel)
    for one, two in ((first, case), (case, first)):
        CaseLink.objects.create(case=one, other=two, kind=CaseLink.Kind.RELATED)
        chain.append(one.pk, EventKind.CASE_LINKED, by=SYSTEM, payload={"other": two.pk, "kind": "related"})
    opened = {"right": case.right, "channel": case.channel, "regime": case.regime, "version": case.regime_version}
    chain.append(case.pk, EventKind.CASE_OPENED, by=SYSTEM, payload=opened | {"obligation": obligation.id})
    sequel.carry_identity(first, case)
    clock.start(case, by=SYSTEM)
    intake.acknowledge(case, by=SYSTEM)
    obligations.tell_reopened(first, obligation=obligation, reference=case.reference)
    move(case.pk, Verb.BEGIN, by=SYSTEM)
    moved: Case = move(case.pk, Verb.VERIFY, by=SYSTEM)
    return moved


def _already(first: Case) -> Case | None:
    """A case for the same right that an earlier find has opened, and that is still at work."""
    links = first.links.filter(kind=CaseLink.Kind.RELATED, other__right=first.right, other__outcome="")
    found = links.filter(other__received_at__gt=first.received_at).select_related("other").first()
    return found.other if found else None
