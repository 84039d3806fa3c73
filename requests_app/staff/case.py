"""The case page: who, which law, where it stands, what each source answered, what may be done now."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.views.decorators.http import require_GET

from requests_app import regimes, selectors
from requests_app.access import staff_page, user_of
from requests_app.lifecycle import Right, State
from requests_app.models import Case, Clock, Declaration, EventKind, IdentityCheck, Level, Redaction
from requests_app.permissions import Verb, staff
from requests_app.reference import spell
from requests_app.services import collect, extension
from requests_app.services import messages as writing
from requests_app.services import person as people
from requests_app.serving import attachment
from requests_app.staff import forms


def common(request: HttpRequest, case: Case, tab: str) -> dict[str, Any]:
    """The strip that never scrolls away, and the tabs."""
    running = [clock for clock in case.clocks.order_by("due_on") if clock.is_running]
    first: Clock | None = running[0] if running else None
    regime = regimes.get(case.regime)
    return {
        "case": case,
        "tab": tab,
        "person": people.read(case),
        "right": Right(case.right).label,
        "state": State(case.state),
        "level": Level(case.identity_level),
        "required": Level(case.required_level),
        "regime": regime,
        "clock": first,
        "days_left": (first.due_on - selectors.today()).days if first else None,
        "may": {verb.value: staff(user_of(request)).may(verb) for verb in Verb},
    }


@require_GET
@staff_page(Verb.VIEW)
def overview(request: HttpRequest, reference: str) -> HttpResponse:
    user = user_of(request)
    case = selectors.case_for(user, reference)
    context = common(request, case, "overview") | {
        "spelled": list(zip(case.reference.replace("-", ""), spell(case.reference), strict=True)),
        "details": writing.details(case),
        "clocks": case.clocks.order_by("due_on"),
        "checks": case.identity_checks.select_related("by"),
        "methods": IdentityCheck.Method,
        "declaration": Declaration.objects.filter(case=case).first(),
        "searches": case.searches.all(),
        "suppressions": case.suppressions.all(),
        "documents": case.deliverables.order_by("-made_at"),
        "notices": case.notices.order_by("-ordered_at"),
        "links": case.links.select_related("other"),
        "holds": case.holds.select_related("placed_by").filter(lifted_at=None),
        "approvals": case.approvals.filter(digest=case.content_digest).select_related("by"),
        "gate": case.gate_refusals(),
        "waiting": case.redactions.filter(status=Redaction.Status.PROPOSED).count(),
        "is_open": case.is_open,
        "undecided": case.is_undecided,
        "no_extension": extension.refusal(case),
        "assign": forms.AssignForm(initial={"to": case.assignee.username if case.assignee else ""}),
        "deny": forms.DenyForm(case=case, prefix="deny"),
        "extend": forms.ReasonForm(prefix="extend"),
        "accept": forms.ReasonForm(prefix="accept"),
        "send_back": forms.TextForm(prefix="send_back"),
        "hold": forms.ReasonForm(prefix="hold"),
        "other": forms.OtherCaseForm(user=user, prefix="other"),
    }
    return render(request, "staff/case.html", context)


@require_GET
@staff_page(Verb.VIEW)
def messages(request: HttpRequest, reference: str) -> HttpResponse:
    case = selectors.case_for(user_of(request), reference)
    context = common(request, case, "messages") | {
        "written": writing.read(case, notes=True),
        "files": writing.files(case),
        "message": forms.TextForm(prefix="message"),
        "note": forms.TextForm(prefix="note"),
    }
    return render(request, "staff/messages.html", context)


@require_GET
@staff_page(Verb.VIEW_EVENTS)
def history(request: HttpRequest, reference: str) -> HttpResponse:
    """The ledger as sentences, newest first, each with its place in the hash chain and whether the chain holds."""
    case = selectors.case_for(user_of(request), reference)
    context = common(request, case, "history") | {
        "events": case.events.select_related("by").order_by("-sequence"),
        "faults": selectors.ledger_faults(case),
        "kinds": EventKind,
    }
    return render(request, "staff/history.html", context)


@require_GET
@staff_page(Verb.VIEW_RECORDS)
def file(request: HttpRequest, reference: str, file: UUID) -> HttpResponseBase:
    """A file that was handed in, as an attachment; reading it is an event."""
    user = user_of(request)
    case = selectors.case_for(user, reference)
    return attachment(collect.fetch_evidence(case_id=case.id, evidence_id=file, by=staff(user)))
