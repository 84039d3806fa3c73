"""The connected sources: what each holds, when it last matched its map, and a button to ask it now."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from fulfillment import jobs
from fulfillment import sources as connected
from fulfillment.models import DataSource
from requests_app.access import Verb, staff_page


@require_GET
@staff_page(Verb.VIEW)
def sources(request: HttpRequest) -> HttpResponse:
    rows = []
    for source in DataSource.objects.all():
        collections = connected.map_of(source).collections
        fields = sum(len(collection.fields) for collection in collections)
        by_mail = connected.is_asked_by_mail(source)
        rows.append({"source": source, "collections": len(collections), "fields": fields, "by_mail": by_mail})
    return render(request, "console/sources.html", {"rows": rows})


@require_POST
@staff_page(Verb.RETRY)
def check(request: HttpRequest, key: str) -> HttpResponse:
    """Order a check. A worker does it: the web process never talks to a source (security T15, T16)."""
    source = get_object_or_404(DataSource, key=key)
    minute = timezone.now().strftime("%Y%m%dT%H%M")
    jobs.enqueue("check", key=f"check:{source.key}:{minute}", payload={"source": source.key})
    messages.info(request, _("%(name)s is being asked; reload this page in a moment.") % {"name": source.name})
    return redirect("console:sources")
