"""Who may open a page: signed in, with a second factor where it is required, in a role that may; and proven afresh."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Concatenate, ParamSpec

from allauth.account.decorators import reauthentication_required
from allauth.mfa.utils import is_mfa_enabled
from django.conf import settings
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponseBase
from django.shortcuts import redirect

from requests_app import exceptions
from requests_app.models import User
from requests_app.permissions import Verb, staff

__all__ = ["Verb", "staff_page", "stepped_up", "user_of"]

P = ParamSpec("P")
View = Callable[Concatenate[HttpRequest, P], HttpResponseBase]


def user_of(request: HttpRequest) -> User:
    if not isinstance(request.user, User):
        raise PermissionDenied
    return request.user


def staff_page(verb: Verb, *, others: str = "") -> Callable[[View[P]], View[P]]:
    """Only for signed-in staff whose role may use `verb`. What a service refuses becomes the page of that refusal.

    `others`: the page on which those begin whose role may not, but who look after the accounts.
    """

    def decorate(view: View[P]) -> View[P]:
        @wraps(view)
        def guarded(request: HttpRequest, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
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
            except exceptions.NotAllowed as error:
                raise PermissionDenied(str(error)) from None

        return login_required(guarded)  # type: ignore[return-value]

    return decorate


def stepped_up(view: View[P]) -> View[P]:
    """Approve, deny, erase: only within five minutes of a fresh proof (password, and second factor where required)."""
    return reauthentication_required(view)  # type: ignore[no-any-return]
