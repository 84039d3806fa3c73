"""The redaction desk: what goes out and what is withheld, record by record, with the text in front of one's eyes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_POST

from requests_app import selectors
from requests_app.access import staff_page, user_of
from requests_app.exceptions import NotFound, NotValid, WrongState
from requests_app.models import Case, RecordBatch, Redaction
from requests_app.permissions import Verb, staff
from requests_app.services import records
from requests_app.services import review as reviewing
from requests_app.staff.case import common
from requests_app.staff.forms import MarkForm

RECORDS_ON_A_PAGE = 20


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


@dataclass(frozen=True)
class ShownRecord:
    batch: RecordBatch
    row: int
    key: str
    fields: list[Shown]
    proposed: int


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
            Shown(path, records.name_of(path), pieces(_text(value), found.get((row, path), [])))
            for path, value in records.leaves(stored[row].values)
            if value not in (None, "")
        ]
        proposed = sum(one.status == "proposed" for (at, _path), many in found.items() if at == row for one in many)
        shown_rows.append(ShownRecord(batch, row, stored[row].key, fields, proposed))
    return shown_rows


def _text(value: Any) -> str:
    return value if isinstance(value, str) else str(value)


def _places(case: Case, only: str) -> list[tuple[UUID, int]]:
    """(batch, row) of every record to show: those with something to rule on, those with any ruling, or all."""
    if only != "all":
        rows = case.redactions.all() if only == "ruled" else case.redactions.filter(status=Redaction.Status.PROPOSED)
        return list(
            dict.fromkeys(rows.order_by("batch__search__source_key", "batch_id", "row").values_list("batch_id", "row"))
        )
    return [(batch.id, row) for batch in case.batches.defer("sealed") for row in range(batch.rows)]


@require_GET
@staff_page(Verb.VIEW_RECORDS)
def review(request: HttpRequest, reference: str) -> HttpResponse:
    """One page of records. That somebody looked is an event of the case, written before anything is shown."""
    user = user_of(request)
    case = selectors.case_for(user, reference)
    only = request.GET.get("show", "proposed")
    page = Paginator(_places(case, only), RECORDS_ON_A_PAGE).get_page(request.GET.get("page"))
    if page.object_list:
        records.viewed(case_id=case.id, by=staff(user), count=len(page.object_list), page=page.number)
    by_batch: dict[UUID, list[int]] = {}
    for batch_id, row in page.object_list:
        by_batch.setdefault(batch_id, []).append(row)
    batches = RecordBatch.objects.select_related("search").in_bulk(by_batch)
    context = common(request, case, "review") | {
        "records": [one for batch_id, rows in by_batch.items() for one in shown(batches[batch_id], rows)],
        "page": page,
        "only": only,
        "groups": _groups(case),
        "mark": MarkForm(),
        "gate": case.gate_refusals(),
        "in_review": case.state == "in_review",
    }
    return render(request, "staff/review.html", context)


def _groups(case: Case) -> list[dict[str, Any]]:
    """What was proposed, by class and role, with how many are ruled on which way."""
    groups: dict[tuple[str, str], dict[str, Any]] = {}
    for label, role, status in case.redactions.order_by("role", "label").values_list("label", "role", "status"):
        group = groups.setdefault(
            (role, label), {"label": label, "role": role, "proposed": 0, "accepted": 0, "rejected": 0}
        )
        group[status] += 1
    return list(groups.values())


@require_POST
@staff_page(Verb.RULE)
def rule(request: HttpRequest, reference: str) -> HttpResponse:
    """Withhold or release: the ticked ones, or everything proposed of one class."""
    user = user_of(request)
    case = selectors.case_for(user, reference)
    withhold = request.POST.get("ruling") == "withhold"
    if label := request.POST.get("label"):
        found = case.redactions.filter(label=label, role=request.POST.get("role", ""), status=Redaction.Status.PROPOSED)
        chosen = list(found.values_list("id", flat=True))
    else:
        try:
            chosen = [UUID(value) for value in request.POST.getlist("redaction")]
        except ValueError:
            chosen = []
    if not chosen:
        messages.error(request, _("Tick at least one redaction first."))
        return _back(request, case)
    try:
        changed = reviewing.rule(case_id=case.id, by=staff(user), redactions=chosen, withhold=withhold)
        told = ngettext("%(n)d ruling is kept.", "%(n)d rulings are kept.", changed) % {"n": changed}
        messages.success(request, told)
    except (NotValid, WrongState, NotFound) as error:
        messages.error(request, str(error))
    return _back(request, case)


@require_POST
@staff_page(Verb.RULE)
def add(request: HttpRequest, reference: str) -> HttpResponse:
    """Withhold words that no detector proposed; every place of the field where they stand."""
    user = user_of(request)
    case = selectors.case_for(user, reference)
    form = MarkForm(request.POST)
    if not form.is_valid():
        messages.error(request, _("Choose the field and type the words to withhold."))
        return _back(request, case)
    try:
        marked = reviewing.withhold_words(case_id=case.id, by=staff(user), **_of(form.cleaned_data))
        messages.success(
            request, ngettext("Withheld in %(n)d place.", "Withheld in %(n)d places.", marked) % {"n": marked}
        )
    except (NotValid, WrongState, NotFound) as error:
        messages.error(request, str(error))
    return _back(request, case)


def _of(data: dict[str, Any]) -> dict[str, Any]:
    return {"batch_id": data["batch"], "row": data["row"], "path": data["path"], "words": data["words"]}


def _back(request: HttpRequest, case: Case) -> HttpResponse:
    kept = {name: request.POST.get(f"back_{name}", "") for name in ("show", "page")}
    address = redirect("staff:review", reference=case.reference)
    query = "&".join(f"{name}={value}" for name, value in kept.items() if value.isalnum())
    if query:
        address["Location"] += f"?{query}"
    return address
