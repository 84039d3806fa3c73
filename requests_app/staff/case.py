"""The case page: who, which law, where it stands, what each source answered, what may be done now."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any
from uuid import UUID

from django import forms as django_forms
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET
from django_fsm import can_proceed

from requests_app import regimes, selectors
from requests_app.access import staff_page, user_of
from requests_app.lifecycle import Right, State
from requests_app.models import Case, CaseEvent, Clock, CorrectionItem, Declaration, Level, Redaction, User
from requests_app.permissions import Verb, staff
from requests_app.reference import spell
from requests_app.services import appeal, calls, collect, extension, holds, obligations, planned, referral, reuse
from requests_app.services import messages as writing
from requests_app.services import person as people
from requests_app.services import representation as acting
from requests_app.serving import attachment
from requests_app.staff import forms

GATE = {
    "identity": _("the identity proven to the level needed"),
    "hold": _("the hold lifted"),
    "merged": _("a decision on the case that this one was merged into"),
    "authority": _("a ruling on whether the agent may act"),
    "evidence": _("a look, by somebody who did not prepare the case, at the file that another request has too"),
    "approvals": _("more approvals of this content"),
    "independent_approval": _("an approval by somebody who did not prepare it"),
}


def in_words(refusals: Iterable[str]) -> list[str]:
    """What the release gate still asks for."""
    return [str(GATE[one]) for one in refusals]


def common(request: HttpRequest, case: Case, tab: str) -> dict[str, Any]:
    """The strip that never scrolls away, and the tabs. Without the case's key the person is nobody any more."""
    running = [clock for clock in case.clocks.order_by("due_on") if clock.is_running]
    first: Clock | None = running[0] if running else None
    left = (first.due_on - selectors.today()).days if first else 0
    gone = case.key.destroyed_at is not None
    return {
        "case": case,
        "tab": tab,
        "gone": gone,
        "person": people.PersonFacts() if gone else people.read(case),
        "right": Right(case.right).label,
        "state": State(case.state),
        "level": Level(case.identity_level),
        "required": Level(case.required_level),
        "regime": regimes.get(case.regime),
        "clock": first,
        "days_left": left,
        "days_late": -left,
        "has_plan": case.right == Right.DELETE,
        "corrections": case.corrections.count(),
        "may": {verb.value: staff(user_of(request)).may(verb) for verb in Verb},
    }


@require_GET
@staff_page(Verb.VIEW)
def overview(request: HttpRequest, reference: str) -> HttpResponse:
    user = user_of(request)
    return overview_page(request, selectors.case_for(user, reference), user)


def overview_page(
    request: HttpRequest, case: Case, user: User, *, sent: django_forms.Form | None = None
) -> HttpResponse:
    """`sent`: the form that could not be taken as it was."""
    shared = common(request, case, "overview")
    planned_at = planned.in_short(case)
    context = (
        shared
        | deciding(case, user, gone=shared["gone"], sent=sent)
        | {
            "spelled": spell(case.reference),
            "details": "" if shared["gone"] else writing.details(case),
            "clocks": case.clocks.order_by("due_on"),
            "checks": case.identity_checks.select_related("by"),
            "declaration": Declaration.objects.filter(case=case).first(),
            "searches": [(search, planned_at.get(search.source_key, "")) for search in case.searches.all()],
            "planned": bool(planned_at),
            "referrals": referral.of(case),
            "suppressions": case.suppressions.all(),
            "documents": case.deliverables.order_by("-made_at"),
            "notices": case.notices.order_by("-ordered_at"),
            "links": case.links.select_related("other"),
            "is_open": case.is_open,
            "no_extension": extension.refusal(case),
            "no_appeal": appeal.refusal(case),
        }
    )
    return render(request, "staff/case.html", context, status=400 if sent else 200)


def deciding(case: Case, user: User, *, gone: bool, sent: django_forms.Form | None = None) -> dict[str, Any]:
    """What the part on the next step needs, on every page that has it."""
    refusals = case.gate_refusals()
    return {
        "holds": [] if gone else holds.of_case(case),
        "shut": refusals,
        "approvals": case.approvals.filter(digest=case.content_digest).select_related("by"),
        "gate": in_words(one for one in refusals if case.state != State.IN_REVIEW or one != "approvals"),
        "unruled": case.corrections.filter(ruling=CorrectionItem.Ruling.OPEN).count(),
        "waiting": case.redactions.filter(status=Redaction.Status.PROPOSED).count(),
        "to_reconsider": can_proceed(case.reconsider),
        "is_machine": case.is_with_the_machine,
        "undecided": case.is_undecided,
        "owed": case.obligations.filter(state__in=obligations.STANDING).count(),
        "call": None if gone else calls.record_of(case),
        "agent": None if gone else acting.seen(case),
        "repeated": [] if gone else reuse.of_case(case),
        "acts": forms.of_case(case, user, sent=sent),
    }


@require_GET
@staff_page(Verb.VIEW)
def messages(request: HttpRequest, reference: str) -> HttpResponse:
    user = user_of(request)
    return messages_page(request, selectors.case_for(user, reference), user)


def messages_page(
    request: HttpRequest, case: Case, user: User, *, sent: django_forms.Form | None = None
) -> HttpResponse:
    shared = common(request, case, "messages")
    context = shared | {
        "written": [] if shared["gone"] else writing.read(case, notes=True),
        "files": [] if shared["gone"] else writing.files(case),
        "acts": forms.of_case(case, user, sent=sent),
    }
    return render(request, "staff/messages.html", context, status=400 if sent else 200)


@require_GET
@staff_page(Verb.VIEW_EVENTS)
def history(request: HttpRequest, reference: str) -> HttpResponse:
    """The ledger as sentences, newest first, each with its place in the hash chain and whether the chain holds."""
    case = selectors.case_for(user_of(request), reference)
    context = common(request, case, "history") | {
        "events": [(event, _told(event)) for event in case.events.select_related("by").order_by("-sequence")],
        "faults": selectors.ledger_faults(case),
    }
    return render(request, "staff/history.html", context)


def _told(event: CaseEvent) -> list[tuple[str, Any]]:
    values = event.payload.items()
    return [
        (name.replace("_", " "), ", ".join(map(str, value)) if isinstance(value, list) else value)
        for name, value in values
    ]


@require_GET
@staff_page(Verb.VIEW_RECORDS)
def file(request: HttpRequest, reference: str, file: UUID) -> HttpResponseBase:
    """A file that was handed in, as an attachment; reading it is an event."""
    user = user_of(request)
    case = selectors.case_for(user, reference)
    return attachment(collect.fetch_evidence(case_id=case.id, evidence_id=file, by=staff(user)))
