"""The redaction desk: what goes out and what is withheld, record by record, with the text in front of one's eyes."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Count, Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_POST

from requests_app import selectors
from requests_app.access import staff_page, user_of
from requests_app.exceptions import NotAllowed, NotFound, NotValid, WrongState
from requests_app.lifecycle import State
from requests_app.models import Case, RecordBatch, Redaction
from requests_app.permissions import Verb, staff
from requests_app.services import records
from requests_app.services import review as reviewing
from requests_app.staff.case import common
from requests_app.staff.forms import MarkForm

RECORDS_ON_A_PAGE = 20
SHORT = 60
SHOWN = ("proposed", "ruled", "all")
Place = tuple[UUID, int]


@dataclass(frozen=True)
class Piece:
    """A stretch of a field's text, with the ruling that covers it, if any."""

    text: str
    redaction: Redaction | None


@dataclass(frozen=True)
class Shown:
    path: str
    name: str
    pieces: list[Piece]

    @property
    def is_long(self) -> bool:
        """Text with a mark in it, or a lot of it, gets a line of its own."""
        return sum(len(piece.text) for piece in self.pieces) > SHORT or len(self.pieces) > 1


@dataclass(frozen=True)
class ShownRecord:
    batch: RecordBatch
    row: int
    key: str
    fields: list[Shown]


def pieces(text: str, found: list[Redaction]) -> list[Piece]:
    """Cut a text at its redactions. A whole-field ruling covers all of it; overlapping ones stand one after another."""
    whole = next((one for one in found if one.end == 0), None)
    if whole:
        return [Piece(text, whole)]
    cut, at = [], 0
    for one in sorted(found, key=lambda redaction: (redaction.start, -redaction.end)):
        if one.start > at:
            cut.append(Piece(text[at : one.start], None))
        if one.end > at:
            cut.append(Piece(text[max(at, one.start) : one.end], one))
            at = one.end
    if at < len(text) or not cut:
        cut.append(Piece(text[at:], None))
    return cut


def shown(batch: RecordBatch, rows: list[int]) -> list[ShownRecord]:
    """Some rows of a batch, opened, with their rulings."""
    stored = records.open_batch(batch.id)
    found: dict[tuple[int, str], list[Redaction]] = {}
    for one in batch.redactions.filter(row__in=rows).select_related("ruled_by"):
        found.setdefault((one.row, one.path), []).append(one)
    shown_rows = []
    for row in rows:
        fields = [
            Shown(path, records.name_of(path), pieces(str(value), found.get((row, path), [])))
            for path, value in records.leaves(stored[row].values)
            if value not in (None, "")
        ]
        shown_rows.append(ShownRecord(batch, row, stored[row].key, fields))
    return shown_rows


def _places(case: Case, only: str) -> list[Place]:
    """(batch, row) of every record to show: those with something to rule on, those with any ruling, or all."""
    if only == "all":
        return [(batch.id, row) for batch in case.batches.defer("sealed") for row in range(batch.rows)]
    found = case.redactions.all() if only == "ruled" else case.redactions.filter(status=Redaction.Status.PROPOSED)
    order = ("batch__search__source_key", "batch__collection", "batch__sequence", "row")
    return list(dict.fromkeys(found.order_by(*order).values_list("batch_id", "row")))


@require_GET
@staff_page(Verb.VIEW_RECORDS)
def review(request: HttpRequest, reference: str) -> HttpResponse:
    """One page of records. That somebody looked is an event of the case, written before anything is shown."""
    user = user_of(request)
    case = selectors.case_for(user, reference)
    groups = _groups(case)
    waiting = sum(group["proposed"] for group in groups)
    only = request.GET.get("show", "")
    only = only if only in SHOWN else "proposed" if waiting else "all"
    page = Paginator(_places(case, only), RECORDS_ON_A_PAGE).get_page(request.GET.get("page"))
    if page.object_list:
        records.viewed(case_id=case.id, by=staff(user), count=len(page.object_list), page=page.number)
    in_review = case.state == State.IN_REVIEW
    context = common(request, case, "review") | {
        "records": _opened(page.object_list),
        "page": page,
        "only": only,
        "groups": groups,
        "waiting": waiting,
        "in_review": in_review,
        "ruling": in_review and staff(user).may(Verb.RULE),
    }
    return render(request, "staff/review.html", context)


def _opened(places: Iterable[Place]) -> list[ShownRecord]:
    by_batch: dict[UUID, list[int]] = {}
    for batch_id, row in places:
        by_batch.setdefault(batch_id, []).append(row)
    batches = RecordBatch.objects.defer("sealed").select_related("search").in_bulk(by_batch)
    return [one for batch_id, rows in by_batch.items() for one in shown(batches[batch_id], rows)]


def _groups(case: Case) -> list[dict[str, Any]]:
    """What was proposed, by class and role, with how many are ruled on which way."""
    each = {status.value: Count("id", filter=Q(status=status)) for status in Redaction.Status}
    return [dict(row) for row in case.redactions.values("role", "label").annotate(**each).order_by("role", "label")]


@require_POST
@staff_page(Verb.RULE)
def rule(request: HttpRequest, reference: str) -> HttpResponse:
    """Withhold or release: the ticked ones, or everything proposed of one class."""
    user = user_of(request)
    case = selectors.case_for(user, reference)
    chosen = _chosen(request, case)
    at = _position(request, case, chosen)
    if not chosen:
        messages.error(request, _("Tick at least one redaction first."))
        return _back(request, case, at)
    withhold = request.POST.get("ruling") == "withhold"
    try:
        changed = reviewing.rule(case_id=case.id, by=staff(user), redactions=chosen, withhold=withhold)
        told = ngettext("%(n)d ruling is kept.", "%(n)d rulings are kept.", changed) % {"n": changed}
        messages.success(request, told)
    except (NotAllowed, NotFound, NotValid, WrongState) as error:
        messages.error(request, str(error))
    return _back(request, case, at)


def _chosen(request: HttpRequest, case: Case) -> list[UUID]:
    if label := request.POST.get("label"):
        found = case.redactions.filter(label=label, role=request.POST.get("role", ""), status=Redaction.Status.PROPOSED)
        return list(found.values_list("id", flat=True))
    try:
        return [UUID(value) for value in request.POST.getlist("redaction")]
    except ValueError:
        return []


@require_POST
@staff_page(Verb.RULE)
def add(request: HttpRequest, reference: str) -> HttpResponse:
    """Withhold words that no detector proposed; every place of the field where they stand."""
    user = user_of(request)
    case = selectors.case_for(user, reference)
    form = MarkForm(request.POST)
    if not form.is_valid():
        messages.error(request, _("Choose the field and type the words to withhold."))
        return _back(request, case, None)
    data = form.cleaned_data
    at = _index(_places(case, request.POST.get("show", "")), [(data["batch"], data["row"])])
    try:
        marked = reviewing.withhold_words(
            case_id=case.id,
            by=staff(user),
            batch_id=data["batch"],
            row=data["row"],
            path=data["path"],
            words=data["words"],
        )
        told = ngettext("Withheld in %(n)d place.", "Withheld in %(n)d places.", marked) % {"n": marked}
        messages.success(request, told)
    except (NotFound, NotValid, WrongState) as error:
        messages.error(request, str(error))
    return _back(request, case, at)


def _position(request: HttpRequest, case: Case, chosen: list[UUID]) -> int | None:
    """Where the first of the ticked redactions stands in the list that was on the screen; None for a whole class."""
    if request.POST.get("label"):
        return None
    touched = case.redactions.filter(pk__in=chosen).values_list("batch_id", "row")
    return _index(_places(case, request.POST.get("show", "")), touched)


def _index(places: list[Place], wanted: Iterable[Place]) -> int | None:
    sought = set(wanted)
    return next((number for number, place in enumerate(places) if place in sought), None)


def _back(request: HttpRequest, case: Case, at: int | None) -> HttpResponse:
    """To the record that was ruled on, or to the one that has moved up into its place."""
    show, page = request.POST.get("show", ""), request.POST.get("page", "")
    anchor = ""
    if at is not None:
        page, anchor = str(at // RECORDS_ON_A_PAGE + 1), f"#record-{at % RECORDS_ON_A_PAGE + 1}"
    query = urlencode({"show": show if show in SHOWN else "", "page": page if page.isdecimal() else "1"})
    return redirect(f"{reverse('staff:review', args=[case.reference])}?{query}{anchor}")
