"""Which letter or mail goes out when. The texts are templates; what they say about a person is sealed until sent."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any
from urllib.parse import urlsplit
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.template.loader import render_to_string
from django.utils import timezone, translation

from requests_app import lifecycle
from requests_app.exceptions import NotValid, WrongState
from requests_app.ledger import chain
from requests_app.models import Case, Deliverable, EventKind, Notice
from requests_app.permissions import SYSTEM, Actor, Verb
from requests_app.services import addressee, clock, identity_channel
from requests_app.services.access import require
from requests_app.signals import work_ordered
from requests_app.vault import CaseVault, blobs
from requests_app.work import WorkKind

# These go to people who are not the requester: in the company's language, and without the person's name.
TO_OTHERS = frozenset({Notice.Kind.OWNER_TASK, Notice.Kind.OWNER_OWED, Notice.Kind.PROVIDER_TOLD})
# Their reasons stay sealed with the case after sending: the status page and the record tell them again.
REASONED = (Notice.Kind.DENIAL, Notice.Kind.APPEAL_UPHELD)
# What these say stays sealed with the case as well: a mail that comes back is printed and posted instead.
KEPT = (
    *REASONED,
    Notice.Kind.ACKNOWLEDGEMENT,
    Notice.Kind.EXTENSION,
    Notice.Kind.OPT_OUT_DONE,
    Notice.Kind.OPT_IN_DONE,
    Notice.Kind.DELETION_DONE,
    Notice.Kind.FOLLOW_UP,
    Notice.Kind.REFERRAL,
    *addressee.TO_WHOEVER_ASKS,
)


def _place(notice: Notice) -> str:
    return f"notice.sealed|{notice.id}"


def order(
    case: Case,
    kind: Notice.Kind,
    *,
    by: Actor,
    key: str,
    to: str = "",
    parameters: dict[str, Any] | None = None,
    by_post: bool = False,
) -> Notice:
    """Write a notice and order the work that sends it. The same `key` again returns the notice that exists.

    `to` is an e-mail address; empty = the addressee's first address, and without any (or `by_post`, or for somebody who
    prefers letters) the letter goes to the tray that is printed and posted. Parameters must be JSON-able; templates get
    them beside the case's facts.
    """
    vault = CaseVault.of(case.id)
    reader = addressee.of(case, kind, vault)
    by_post = by_post or (not to and reader.prefers == "post" and bool(reader.postal_address))
    address = "" if by_post else to or next(iter(reader.emails), "")
    medium = Notice.Medium.MAIL if address else Notice.Medium.POST
    notice, created = Notice.objects.get_or_create(
        key=f"{case.id}:{key}",
        defaults={"case": case, "kind": kind, "medium": medium, "ordered_at": timezone.now()},
    )
    if not created:
        return notice
    sealed = {
        "to": address,
        "name": reader.name,
        "postal_address": reader.postal_address,
        "in_place_of": reader.in_place_of,
        "parameters": parameters or {},
    }
    notice.sealed = vault.seal_json(sealed, place=_place(notice))
    notice.save(update_fields=["sealed"])
    payload = {"notice": notice.id, "kind": kind.value, "medium": medium.value}
    chain.append(case.id, EventKind.NOTICE_ORDERED, by=by, payload=payload)
    work = WorkKind.MAIL if medium == Notice.Medium.MAIL else WorkKind.LETTER
    work_ordered.send(sender=Notice, case_id=case.id, kind=work, order_id=str(notice.id))
    return notice


def content(notice: Notice) -> dict[str, Any]:
    """What was sealed with the notice; empty once it was sent."""
    if not notice.sealed:
        return {}
    opened: dict[str, Any] = CaseVault.of(notice.case_id).open_json(notice.sealed, place=_place(notice))
    return opened


@dataclass(frozen=True)
class Mail:
    to: str
    subject: str
    text: str
    html: str


def render(notice: Notice) -> Mail:
    """The mail in the case's language from `templates/mail/<kind>-{subject.txt,body.txt,body.html}`."""
    opened = content(notice)
    if not opened:
        return Mail("", "", "", "")
    case = notice.case
    context = opened["parameters"] | {
        "case": case,
        "name": opened["name"],
        "company": settings.UMBS_COMPANY,
        "for_another": bool(opened.get("in_place_of")),
        "status_url": f"{settings.PUBLIC_BASE_URL}/requests/status/",
        "acting_url": f"{settings.PUBLIC_BASE_URL}/requests/acting/",
        "clocks": list(case.clocks.order_by("due_on")),
    }
    stem = f"mail/{notice.kind}"
    with translation.override(settings.LANGUAGE_CODE if notice.kind in TO_OTHERS else case.language):
        subject = " ".join(render_to_string(f"{stem}-subject.txt", context).split())
        return Mail(
            opened["to"],
            subject,
            render_to_string(f"{stem}-body.txt", context),
            render_to_string(f"{stem}-body.html", context),
        )


def message_id(notice: Notice) -> str:
    """The same at every try, so that a doubled mail is told by whoever receives it."""
    return f"<{notice.id}@{urlsplit(settings.PUBLIC_BASE_URL).hostname}>"


def sent(notice_id: UUID) -> None:
    notice = Notice.objects.select_for_update().get(pk=notice_id)
    if notice.state in {Notice.State.SENT, Notice.State.POSTED, Notice.State.BOUNCED}:
        return
    notice.state, notice.sent_at, notice.error = Notice.State.SENT, timezone.now(), ""
    if notice.kind not in KEPT:
        notice.sealed = b""
    notice.save(update_fields=["state", "sent_at", "error", "sealed"])
    chain.append(notice.case_id, EventKind.NOTICE_SENT, by=SYSTEM, payload={"notice": notice.id, "kind": notice.kind})
    if notice.kind == Notice.Kind.PROVIDER_TOLD:
        chain.append(notice.case_id, EventKind.PROVIDER_TOLD, by=SYSTEM, payload={"notice": notice.id})
    clock.met_by(notice, by=SYSTEM)


def printed(notice_id: UUID, *, name: str, blob: blobs.Blob, copy: Deliverable | None = None) -> None:
    """The letter exists as a PDF and waits for an envelope, with the answer on paper where one is enclosed."""
    notice = Notice.objects.select_for_update().get(pk=notice_id)
    deliverable = Deliverable.objects.create(
        case_id=notice.case_id,
        kind=Deliverable.Kind.LETTER,
        name=name,
        content_type="application/pdf",
        size=blob.size,
        sha256=blob.sha256,
        blob=blob.name,
        key=f"letter:{notice.id}",
        made_at=timezone.now(),
    )
    notice.state, notice.letter, notice.copy = Notice.State.TO_POST, deliverable, copy
    notice.save(update_fields=["state", "letter", "copy"])
    payload = {"deliverable": deliverable.id, "kind": deliverable.kind, "sha256": blob.sha256, "size": blob.size}
    chain.append(notice.case_id, EventKind.DELIVERABLE_MADE, by=SYSTEM, payload=payload)


@transaction.atomic
def posted(*, notice_id: UUID, by: Actor, on: date) -> None:
    """Somebody put the letter in the post on this day."""
    notice = Notice.objects.select_for_update().select_related("case").get(pk=notice_id)
    require(notice.case, Verb.POST_LETTER, by)
    if notice.state != Notice.State.TO_POST:
        message = "This letter is not waiting to be posted."
        raise WrongState(message)
    if not notice.case.received_on <= on <= clock.today():
        message = "Give the day of posting: not before the request came in, not in the future."
        raise NotValid(message, field="posted_on")
    notice.state, notice.posted_on, notice.sent_at = Notice.State.POSTED, on, timezone.now()
    notice.save(update_fields=["state", "posted_on", "sent_at"])
    chain.append(notice.case_id, EventKind.NOTICE_POSTED, by=by, payload={"notice": notice.id, "on": on.isoformat()})
    clock.met_by(notice, by=by, on=on)


def announce_package(case: Case) -> None:
    """To an address that a source already held, or of whoever stands in; else by post, without a link."""
    to = identity_channel.collect_address(case)
    order(case, Notice.Kind.READY, by=SYSTEM, key=f"ready:{case.entry}", to=to, by_post=not to)


def confirm_opt_out(case: Case, *, late: int = 0) -> None:
    """11 CCR 7026(g): a means to confirm that the opt-out was processed. `late`: systems that could not keep it yet."""
    parameters = {"right": case.right, "late": late}
    order(case, Notice.Kind.OPT_OUT_DONE, by=SYSTEM, key="opt-out-done", parameters=parameters)


def confirm_opt_in(case: Case, *, kept: bool) -> None:
    order(case, Notice.Kind.OPT_IN_DONE, by=SYSTEM, key="opt-in-done", parameters={"kept": kept})


def explanation(case: Case) -> str:
    """What the denial told the consumer, for the record; empty when nothing was refused."""
    if case.outcome != lifecycle.Outcome.REFUSED:
        return ""
    notice = case.notices.filter(kind__in=REASONED).order_by("-ordered_at").first()
    return str(content(notice).get("parameters", {}).get("explanation", "")) if notice else ""
