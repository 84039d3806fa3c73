"""The page where the owner of a paper source answers, without an account.

The address names the task and opens nothing. What opens it is the key from the mail, which is typed or pasted and
travels in forms only: it stands in no address, so in no log, no history and no Referer. Nothing is kept in a session;
each form carries the key on. The page works without JavaScript.
"""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from fulfillment import owners
from fulfillment.console.task_forms import MORE, Key, Said
from fulfillment.models import DataSource, ManualTask
from requests_app.casefile import Superseded
from requests_app.casefile import owners as report


@require_http_methods(["GET", "HEAD", "POST"])
def task(request: HttpRequest, task: UUID) -> HttpResponse:
    """The key is asked for; with it, the task; with an answer, thanks. A task that is over says so, with its key."""
    if not owners.exists(task):
        raise Http404
    if request.method != "POST":
        return render(request, "console/task_key.html", {"form": Key()})
    form = Key(request.POST)
    if not form.is_valid():
        return _ask_for_key(request, form)
    try:
        opened = owners.opened(task, form.cleaned_data["key"])
        if "outcome" in request.POST:
            return _answer(request, opened)
        return _show(
            request, opened, Said(kind=opened.kind, asked_at=opened.asked_at, initial={"key": request.POST["key"]})
        )
    except owners.NotOpen as closed:
        if closed.why != "wrong_key":
            return render(request, "console/task_over.html", {"why": closed.why})
    form.add_error("key", _("This key does not open the task. Take it from the newest e-mail about this task."))
    return _ask_for_key(request, form)


def _ask_for_key(request: HttpRequest, form: Key) -> HttpResponse:
    """What was typed beside a key that no longer opens goes along, so that it is not typed twice."""
    typed = [(name, value) for name, value in request.POST.items() if name not in {"key", "csrfmiddlewaretoken"}]
    return render(request, "console/task_key.html", {"form": form, "typed": typed})


def _answer(request: HttpRequest, opened: ManualTask) -> HttpResponse:
    room = _room(request.POST.get("papers", ""))
    if "more" in request.POST:
        kept: dict[str, Any] = {**request.POST.dict(), "papers": room + MORE}
        more = Said(kind=opened.kind, asked_at=opened.asked_at, room=room + MORE, initial=kept)
        return _show(request, opened, more)
    large = report.is_too_large(request)
    asked_at = opened.asked_at
    form = Said(request.POST, request.FILES, kind=opened.kind, asked_at=asked_at, room=room, too_large=large)
    if form.is_valid():
        try:
            owners.answer(opened.id, form.cleaned_data["key"], form.answer())
        except report.NotValid as error:
            form.add_error("copies", str(error))
        except Superseded:
            form.add_error(None, _("The search was begun again just now. Please send your answer once more."))
        else:
            return render(request, "console/task_over.html", {"why": "thanks"})
    return _show(request, opened, form)


def _show(request: HttpRequest, opened: ManualTask, form: Said) -> HttpResponse:
    source = DataSource.objects.filter(key=opened.source_key).first()
    context = {"task": opened, "form": form, "person": owners.subject(opened), "source": source, "again": form.is_bound}
    context["wrong"] = owners.wrong(opened)
    return render(request, "console/task.html", context)


def _room(told: str) -> int:
    return int(told) if told.isascii() and told.isdigit() and len(told) < 4 else 0  # noqa: PLR2004 - no more than 60
