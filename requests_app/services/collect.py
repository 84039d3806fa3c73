"""The one door through which stored bytes leave. It asks the release gate every time, and writes before it reads.

An answer needs a session that entered a fresh code sent to an address that a source already held. Fetches are counted
and expire. If the event cannot be written, nothing is read.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from requests_app.exceptions import GateClosed, NotAllowed, NotFound
from requests_app.ledger import chain
from requests_app.models import Deliverable, EventKind, Evidence, Release
from requests_app.permissions import Actor, Role, Verb
from requests_app.services import assignment
from requests_app.services.access import require
from requests_app.services.transition import locked
from requests_app.vault import CaseVault, blobs

GONE = "This document is not available. It may have expired; ask for it again from the status page."


@dataclass(frozen=True)
class Served:
    name: str
    content_type: str
    size: int
    parts: Iterator[bytes]


@transaction.atomic
def fetch(*, deliverable_id: UUID, by: Actor, fresh_code: bool = False, to_post: bool = False) -> Served:
    """Open a document for one reading. NotFound when there is none, it is not yours, expired, used up or revoked.

    `to_post`: it goes into an envelope with its letter, so that whoever may post may print it.
    """
    found = Deliverable.objects.filter(pk=deliverable_id).first()
    if found is None or (by.role is Role.CONSUMER and by.case_id != found.case_id):
        raise NotFound(GONE)
    case = locked(found.case_id)
    deliverable = Deliverable.objects.select_for_update().get(pk=deliverable_id)
    to_post = (to_post or deliverable.kind == Deliverable.Kind.LETTER) and by.may(Verb.POST_LETTER)
    if not by.may(Verb.DOWNLOAD) and not to_post:
        message = "Your role may not read documents of a case."
        raise NotAllowed(message)
    now = timezone.now()
    if deliverable.revoked_at or (deliverable.expires_at and deliverable.expires_at <= now):
        raise NotFound(GONE)
    if not to_post:
        assignment.require_reader(case, by)
    if deliverable.kind in Deliverable.ANSWERS:
        _may_leave(deliverable, case.gate_refusals(), by, fresh_code=fresh_code)
    if deliverable.fetches_left is not None and by.role is Role.CONSUMER:
        if deliverable.fetches_left == 0:
            raise NotFound(GONE)
        deliverable.fetches_left -= 1
        deliverable.save(update_fields=["fetches_left"])
    payload = {"deliverable": deliverable.id, "kind": deliverable.kind, "sha256": deliverable.sha256}
    chain.append(case.id, EventKind.DELIVERABLE_FETCHED, by=by, payload=payload)
    parts = blobs.read(CaseVault.of(case.id), deliverable.blob)
    return Served(deliverable.name, deliverable.content_type, deliverable.size, parts)


def is_answer(deliverable_id: UUID) -> bool:
    """Whether everything that was found about the person is in it."""
    return Deliverable.objects.filter(pk=deliverable_id, kind__in=Deliverable.ANSWERS).exists()


def _may_leave(deliverable: Deliverable, refusals: list[str], by: Actor, *, fresh_code: bool) -> None:
    release = Release.objects.filter(deliverable=deliverable).first()
    if release is None:
        refusals = [*refusals, "release"]
    elif release.content_digest != deliverable.case.content_digest:
        refusals = [*refusals, "digest"]
    if refusals:
        raise NotFound(GONE) if by.role is Role.CONSUMER else GateClosed(refusals)
    if by.role is Role.CONSUMER and not fresh_code:
        raise NotFound(GONE)


@transaction.atomic
def fetch_evidence(*, case_id: UUID, evidence_id: UUID, by: Actor) -> Served:
    """Open a file that was handed in, for staff; NotFound when it is not of this case or was destroyed."""
    case = locked(case_id)
    require(case, Verb.VIEW_RECORDS, by)
    found = Evidence.objects.filter(pk=evidence_id, case=case, destroyed_at=None).first()
    if found is None:
        raise NotFound(GONE)
    assignment.require_reader(case, by)
    chain.append(case.id, EventKind.DELIVERABLE_FETCHED, by=by, payload={"evidence": found.id, "kind": "evidence"})
    vault = CaseVault.of(case.id)
    name = vault.open_text(found.name_sealed, place=f"evidence.name|{found.id}")
    return Served(name, "application/octet-stream", found.size, blobs.read(vault, found.blob))


@transaction.atomic
def revoke(*, deliverable_id: UUID, by: Actor) -> None:
    """Take a document back; every later reading answers as if it had never been."""
    deliverable = Deliverable.objects.select_for_update().get(pk=deliverable_id)
    case = locked(deliverable.case_id)
    if not by.may(Verb.DENY):
        message = "Only an officer may revoke a document."
        raise NotAllowed(message)
    if deliverable.revoked_at is None:
        deliverable.revoked_at = timezone.now()
        deliverable.save(update_fields=["revoked_at"])
        chain.append(case.id, EventKind.DELIVERABLE_REVOKED, by=by, payload={"deliverable": deliverable.id})
