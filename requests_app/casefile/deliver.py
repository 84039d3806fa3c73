"""Documents and notices, as the machinery reports them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from requests_app.casefile.types import Holder, PrintedCopy
from requests_app.casefile.write import _hold
from requests_app.exceptions import GateClosed, NotFound
from requests_app.ledger import chain
from requests_app.models import Attention, Case, Deliverable, EventKind, Notice, Release
from requests_app.permissions import SYSTEM
from requests_app.services import codes, collect, notices, restrictions
from requests_app.services.transition import flag, locked
from requests_app.vault import CaseVault, blobs

PACKAGE_LIFE = timedelta(days=30)
PACKAGE_FETCHES = 5


def attach_deliverable(
    holder: Holder,
    *,
    kind: str,
    name: str,
    content_type: str,
    parts: Iterable[bytes],
    scan_passed: bool,
    key: str,
) -> UUID:
    """Seal and keep a finished document; the same `key` again returns the one that exists.

    An answer also needs the gate: GateClosed (and nothing kept) unless it is open and the artefact scan passed.
    StorageFull when the store takes no more; nothing half-written stays.
    """
    if existing := Deliverable.objects.filter(key=key).first():
        return existing.id
    with _sealed(holder.case_id, parts) as blob:
        case = _hold(holder)
        return _attach(
            case, kind=kind, name=name, content_type=content_type, scan_passed=scan_passed, key=key, blob=blob
        ).id


@contextmanager
def _sealed(case_id: UUID, parts: Iterable[bytes]) -> Iterator[blobs.Blob]:
    """What is kept of it is kept in one transaction with whatever is written inside, or not at all."""
    blob = blobs.write(CaseVault.of(case_id), parts)
    try:
        with transaction.atomic():
            yield blob
    except BaseException:
        blobs.remove(blob.name)
        raise


def _attach(
    case: Case,
    *,
    kind: str,
    name: str,
    content_type: str,
    scan_passed: bool,
    key: str,
    blob: blobs.Blob,
    sheets: int | None = None,
) -> Deliverable:
    now = timezone.now()
    package = kind == Deliverable.Kind.PACKAGE
    deliverable = Deliverable.objects.create(
        case=case,
        kind=kind,
        name=name,
        content_type=content_type,
        size=blob.size,
        sha256=blob.sha256,
        blob=blob.name,
        scan_passed=scan_passed,
        key=key,
        made_at=now,
        expires_at=now + PACKAGE_LIFE if package else None,
        fetches_left=PACKAGE_FETCHES if package else None,
        sheets=sheets,
    )
    payload = {"deliverable": deliverable.id, "kind": kind, "sha256": blob.sha256, "size": blob.size}
    chain.append(case.id, EventKind.DELIVERABLE_MADE, by=SYSTEM, payload=payload)
    if kind in Deliverable.ANSWERS:
        refusals = case.gate_refusals() + ([] if scan_passed else ["scan"])
        if refusals:
            raise GateClosed(refusals)
        Release.objects.create(deliverable=deliverable, case=case, content_digest=case.content_digest, at=now)
        payload = {"deliverable": deliverable.id, "digest": case.content_digest}
        chain.append(case.id, EventKind.DELIVERABLE_RELEASED, by=SYSTEM, payload=payload)
    return deliverable


@transaction.atomic
def announce_package(holder: Holder) -> None:
    """Tell the person that the package is ready. The link is in the status page; the mail carries no personal datum."""
    notices.announce_package(_hold(holder))


@transaction.atomic
def restrict(holder: Holder) -> int:
    """Put every identifier of the person on the suppression list for this right; how many entries there are."""
    return restrictions.add(_hold(holder))


@transaction.atomic
def lift(holder: Holder) -> bool:
    """The person opted in again. Whether the sources may be set back: not while another restriction is in force."""
    return restrictions.lift(_hold(holder))


@transaction.atomic
def confirm_opt_in(holder: Holder, *, kept: bool) -> None:
    """`kept`: another choice of the person still stops the same, so the sources stay as they are."""
    notices.confirm_opt_in(_hold(holder), kept=kept)


@transaction.atomic
def notice_sent(notice_id: UUID) -> None:
    """The mail was taken by the mail server. Its contents are wiped."""
    notices.sent(notice_id)


@transaction.atomic
def notice_failed(notice_id: UUID, *, error: str) -> None:
    """It will never arrive this way: somebody has to look. `error` names a class of failure, no address."""
    notice = Notice.objects.select_for_update().get(pk=notice_id)
    if notice.state != Notice.State.ORDERED:
        return
    notice.state, notice.error = Notice.State.FAILED, error[:120]
    notice.save(update_fields=["state", "error"])
    chain.append(notice.case_id, EventKind.NOTICE_FAILED, by=SYSTEM, payload={"notice": notice.id, "kind": notice.kind})
    flag(locked(notice.case_id), Attention.NOTICE_FAILED, by=SYSTEM)


@transaction.atomic
def open_package(case_id: UUID) -> Iterator[bytes]:
    """The newest answer that was released, to be printed. NotFound when it is gone, GateClosed when it may not."""
    packages = Deliverable.objects.filter(case_id=case_id, kind=Deliverable.Kind.PACKAGE, revoked_at=None)
    newest = packages.order_by("-made_at").first()
    if newest is None:
        raise NotFound(collect.GONE)
    return collect.fetch(deliverable_id=newest.id, by=SYSTEM).parts


def attach_letter(notice_id: UUID, *, name: str, pdf: bytes, copy: PrintedCopy | None = None) -> None:
    """The letter for somebody without e-mail is printed to a file and waits in the print-and-post tray.

    With it the answer on paper, whose scan was passed: GateClosed, and nothing kept, when it may not leave now.
    """
    notice = Notice.objects.select_related("case").get(pk=notice_id)
    if notice.state != Notice.State.ORDERED:
        return
    with transaction.atomic():
        if copy is None:
            _print(notice, name, pdf, None)
            return
        with _sealed(notice.case_id, [copy.pdf]) as blob:
            enclosed = _attach(
                locked(notice.case_id),
                kind=Deliverable.Kind.COPY,
                name=copy.name,
                content_type="application/pdf",
                scan_passed=True,
                key=f"copy:{notice_id}",
                blob=blob,
                sheets=copy.sheets,
            )
            _print(notice, name, pdf, enclosed)


def _print(notice: Notice, name: str, pdf: bytes, copy: Deliverable | None) -> None:
    with _sealed(notice.case_id, [pdf]) as blob:
        notices.printed(notice.id, name=name, blob=blob, copy=copy)


def answer_code_request(request_id: UUID) -> None:
    codes.answer(request_id)
