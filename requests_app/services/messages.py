"""What consumer and staff write to each other, notes, and files handed in."""

from __future__ import annotations

from collections.abc import Iterable
from uuid import UUID

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from requests_app.exceptions import NotValid
from requests_app.ledger import chain
from requests_app.lifecycle import State
from requests_app.models import Attention, Case, EventKind, Evidence, Message, Notice
from requests_app.permissions import SYSTEM, Actor, Role, Verb
from requests_app.services import incoming, notices
from requests_app.services.access import require
from requests_app.services.transition import flag, locked
from requests_app.vault import CaseVault, blobs, keyed_hash

LONGEST = 5000


def _text(text: str) -> str:
    text = text.strip()
    if not text:
        message = _("Write something first.")
        raise NotValid(message, field="text")
    if len(text) > LONGEST:
        message = _("Shorten this to %(most)d characters; it has %(long)d.") % {"most": LONGEST, "long": len(text)}
        raise NotValid(message, field="text")
    return text


def _write(case: Case, direction: Message.Direction, text: str, *, by: Actor) -> Message:
    row = Message(case=case, direction=direction, by_id=by.user_id, at=timezone.now())
    row.sealed = CaseVault.of(case.id).seal_text(_text(text), place=f"message.sealed|{row.id}")
    row.save()
    chain.append(case.id, EventKind.MESSAGE_WRITTEN, by=by, payload={"message": row.id, "direction": direction.value})
    return row


def read(case: Case, *, notes: bool) -> list[tuple[Message, str]]:
    """Messages with their text, oldest first; internal notes only for staff."""
    rows = case.messages.select_related("by")
    if not notes:
        rows = rows.exclude(direction=Message.Direction.NOTE)
    vault = CaseVault.of(case.id)
    return [(row, vault.open_text(row.sealed, place=f"message.sealed|{row.id}")) for row in rows]


def details(case: Case) -> str:
    """What the requester wrote in the request itself."""
    return CaseVault.of(case.id).open_text(case.details_sealed, place=f"case.details|{case.id}")


def files(case: Case) -> list[tuple[Evidence, str]]:
    """Files handed in, with their names, newest first; destroyed ones stay listed, without name and contents."""
    vault = CaseVault.of(case.id)
    rows = case.evidence.order_by("-received_at")
    gone = _("a file, destroyed after the decision")
    return [(row, vault.open_text(row.name_sealed, place=f"evidence.name|{row.id}") or gone) for row in rows]


@transaction.atomic
def note(*, case_id: UUID, by: Actor, text: str) -> Message:
    case = locked(case_id)
    require(case, Verb.NOTE, by)
    return _write(case, Message.Direction.NOTE, text, by=by)


def keep_note(case: Case, text: str, *, by: Actor) -> Message:
    """What somebody outside the staff told the staff, as a note."""
    return _write(case, Message.Direction.NOTE, text, by=by)


@transaction.atomic
def write(*, case_id: UUID, by: Actor, text: str) -> Message:
    """From the consumer it shows up as work; from staff the consumer gets a mail that says no more than "log in"."""
    case = locked(case_id)
    require(case, Verb.MESSAGE, by)
    if by.role is Role.CONSUMER:
        row = _write(case, Message.Direction.IN, text, by=by)
        flag(case, Attention.MESSAGE, by=by)
        return row
    row = _write(case, Message.Direction.OUT, text, by=by)
    case.messages.filter(direction=Message.Direction.IN, read_at=None).update(read_at=timezone.now())
    if case.attention == Attention.MESSAGE:
        flag(case, Attention.NONE, by=by)
    notices.order(case, Notice.Kind.MESSAGE, by=by, key=f"message:{row.id}")
    return row


def tell(case: Case, text: str) -> None:
    """From the system, about what a rule decided. It answers nothing that the person wrote."""
    row = _write(case, Message.Direction.OUT, text, by=SYSTEM)
    notices.order(case, Notice.Kind.MESSAGE, by=SYSTEM, key=f"message:{row.id}")


@transaction.atomic
def upload(*, case_id: UUID, by: Actor, name: str, parts: Iterable[bytes], purpose: str = "") -> Evidence:
    """Keep a file, sealed and opaque. Its type is read from its content and must agree with its ending.

    What the consumer sends while identity is open is a proof of it, and is destroyed after the decision.
    """
    case = locked(case_id)
    require(case, Verb.UPLOAD, by)
    proves = by.role is Role.CONSUMER and State(case.state) is State.VERIFYING
    usual = Evidence.Purpose.IDENTITY if proves else Evidence.Purpose.MESSAGE
    row = keep(case, by=by, name=name, parts=parts, purpose=purpose or usual)
    if by.role is Role.CONSUMER and not row.is_uncleared:
        flag(case, Attention.MESSAGE, by=by)
    return row


def keep(case: Case, *, by: Actor, name: str, parts: Iterable[bytes], purpose: str) -> Evidence:
    """The file itself, once the caller has seen to it that this actor may hand it in.

    Where another request has it too, the case needs somebody and its gate is shut (services.reuse).
    """
    file = incoming.received(name, parts)
    vault = CaseVault.of(case.id)
    blob = blobs.write(vault, [file.content])
    row = Evidence(
        case=case, purpose=purpose, content_type=file.kind, size=blob.size, blob=blob.name, received_at=timezone.now()
    )
    row.name_sealed = vault.seal_text(name[-120:], place=f"evidence.name|{row.id}")
    row.digest_index = keyed_hash("evidence", blob.sha256)
    row.save()
    repeated = row.is_repeated
    payload = {"evidence": row.id, "size": blob.size, "type": file.kind.replace("/", ":"), "repeated": repeated}
    chain.append(case.id, EventKind.EVIDENCE_RECEIVED, by=by, payload=payload)
    if repeated:
        flag(case, Attention.EVIDENCE, by=by)
    return row
