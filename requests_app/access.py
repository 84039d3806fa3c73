"""Who may open a page: signed in, with a second factor where it is required, in a role that may; and proven afresh."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from http import HTTPStatus
from typing import Concatenate, ParamSpec
from urllib.parse import urlencode, urlsplit

from allauth.account.decorators import reauthentication_required
from allauth.mfa.utils import is_mfa_enabled
from django.conf import settings
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse

from requests_app import exceptions
from requests_app.models import User
from requests_app.permissions import Verb, staff

__all__ = ["Verb", "staff_page", "stepped_up", "user_of"]

UNTYPED = frozenset({"csrfmiddlewaretoken", "act", "said"})

P = ParamSpec("P")
View = Callable[Concatenate[HttpRequest, P], HttpResponseBase]


def user_of(request: HttpRequest) -> User:
    if not isinstance(request.user, User):
        raise PermissionDenied
    return request.user


def staff_page(verb: Verb, *, others: str = "") -> Callable[[View[P]], View[P]]:
    """Only for signed-in staff whose role may use `verb`. What a service refuses becomes the page of that refusal;
    where somebody else has the case, the page that asks why it is opened.

    `others`: the page on which those begin whose role may not, but who look after the accounts.
    """

    def decorate(view: View[P]) -> View[P]:
        @wraps(view)
        def guarded(request: HttpRequest, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
            if not request.user.is_authenticated:
                return _ended(request) if request.method == "POST" else redirect_to_login(request.get_full_path())
            user = user_of(request)
            if settings.UMBS_STAFF_MFA and not is_mfa_enabled(user):
                return redirect("mfa_activate_totp")
            if not staff(user).may(verb):
                if others and staff(user).may(Verb.MANAGE_STAFF):
                    return redirect(others)
                raise PermissionDenied
            try:
                return view(request, *args, **kwargs)
            except exceptions.NotFound as error:
                raise Http404(str(error)) from None
            except exceptions.NotAssigned as error:
                asked = "?" + urlencode({"next": request.get_full_path()}) if request.method == "GET" else ""
                return redirect(reverse("staff:open-case", args=[error.reference]) + asked)
            except exceptions.NotAllowed as error:
                raise PermissionDenied(str(error)) from None

        return guarded  # type: ignore[return-value]

    return decorate


def _ended(request: HttpRequest) -> HttpResponse:
    """Signed out while they typed: it is shown once more, since signing in forgets it (CSRF lets only our forms in)."""
    sent = ((name, text) for name, texts in request.POST.lists() for text in texts)
    typed = [(name.replace("-", " ").replace("_", " "), text) for name, text in sent if text and name not in UNTYPED]
    back = urlsplit(request.headers.get("Referer", "")).path or settings.LOGIN_REDIRECT_URL
    return render(request, "staff/ended.html", {"typed": typed, "back": back}, status=HTTPStatus.FORBIDDEN)


def stepped_up(view: View[P]) -> View[P]:
    """Approve, deny, erase: only within five minutes of a fresh proof (password, and second factor where required)."""
    return reauthentication_required(view)  # type: ignore[no-any-return]
