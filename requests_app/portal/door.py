"""Who stands at a case: a browser that entered a code for it, for half an hour without a click, then never mind.

There are two doors: the person's, and the one of whoever asks for the person, which opens that one page alone.
"""

from __future__ import annotations

from uuid import UUID

from django.http import HttpRequest
from django.utils import timezone

from requests_app.models import Case
from requests_app.permissions import Actor, consumer

PERSON, AGENT = "door", "agent_door"
PERMIT = "collect"
TYPED = "typed"
IDLE = 30 * 60
PERMIT_SECONDS = 10 * 60


def enter(request: HttpRequest, case: Case, which: str = PERSON) -> None:
    """Open the case to this browser; the session gets a new id, so that a planted one is worth nothing."""
    request.session.cycle_key()
    request.session[which] = {"case": str(case.id), "seen": timezone.now().timestamp()}
    request.session.pop(PERMIT, None)


def leave(request: HttpRequest, which: str = PERSON) -> None:
    request.session.pop(which, None)
    request.session.pop(PERMIT, None)


def case(request: HttpRequest, which: str = PERSON) -> Case | None:
    """The case that is open to this browser, or None; each look counts as a sign of life."""
    kept = request.session.get(which)
    now = timezone.now().timestamp()
    if kept is None or now - kept["seen"] > IDLE:
        leave(request, which)
        if kept is not None and request.POST.get("text"):
            request.session[TYPED] = {"case": kept["case"], "form": _form(request), "text": request.POST["text"]}
        return None
    request.session[which] = {"case": kept["case"], "seen": now}
    found: Case | None = Case.objects.filter(pk=UUID(kept["case"]), key__destroyed_at=None).first()
    return found


def _form(request: HttpRequest) -> str:
    """By the name that it has on the page: `message`, or `statement_2`."""
    match = request.resolver_match
    return "_".join([match.url_name or "", *(str(number) for number in match.kwargs.values())]) if match else ""


def typed(request: HttpRequest, case: Case) -> tuple[str, str]:
    """(form, text): what was sent when the page had closed itself, once, and to whoever opened the same case again."""
    kept = request.session.get(TYPED)
    if kept is None or kept["case"] != str(case.id):
        return "", ""
    del request.session[TYPED]
    return kept["form"], kept["text"]


def actor(standing_at: Case) -> Actor:
    return consumer(standing_at.id)


def permit(request: HttpRequest, case: Case) -> None:
    """A fresh code for collecting was entered: good for one document of this case, for ten minutes."""
    request.session[PERMIT] = {"case": str(case.id), "until": timezone.now().timestamp() + PERMIT_SECONDS}


def has_permit(request: HttpRequest, case: Case) -> bool:
    kept = request.session.get(PERMIT)
    return kept is not None and kept["case"] == str(case.id) and timezone.now().timestamp() <= kept["until"]


def use_permit(request: HttpRequest, case: Case) -> bool:
    """Whether there was one; afterwards there is none, so a repeated request finds nothing."""
    good = has_permit(request, case)
    request.session.pop(PERMIT, None)
    return good
