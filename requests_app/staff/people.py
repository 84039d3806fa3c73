"""Staff accounts, for administrators: who there is, and everything that is done about an account."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from requests_app.access import staff_page, stepped_up, user_of
from requests_app.exceptions import NotValid, WrongState
from requests_app.models import User
from requests_app.permissions import Verb, staff
from requests_app.services import staff_accounts as accounts
from requests_app.services import staff_list
from requests_app.staff.people_forms import NewAccountForm, RoleForm, SearchPeopleForm


class Act(NamedTuple):
    """One act on an account, and the word on it."""

    do: Callable[..., User | accounts.SetUp]
    said: object


ACTS = {
    "link": Act(accounts.issue_link, gettext_lazy("The former password is void.")),
    "factor": Act(accounts.reset_factor, gettext_lazy("A new second factor is set up at the next sign-in.")),
    "deactivate": Act(accounts.deactivate, gettext_lazy("The account is closed; every session and token is over.")),
    "reactivate": Act(accounts.reactivate, gettext_lazy("The account is open again.")),
    "confirm": Act(accounts.confirm, gettext_lazy("Confirmed and done.")),
    "refuse": Act(accounts.refuse, gettext_lazy("It is not done; both of you find it on record.")),
}
ASKED = gettext_lazy("Asked for: it is done when another administrator confirms it. They are told by mail.")
ROLE_CHANGED = gettext_lazy("The role is changed; every session and token of before is over.")


@require_http_methods(["GET", "POST"])
@staff_page(Verb.MANAGE_STAFF)
def people(request: HttpRequest) -> HttpResponseBase:
    """The list; a POST makes an account."""
    if request.method == "POST":
        return _create(request)
    return _list(request, NewAccountForm())


@stepped_up
def _create(request: HttpRequest) -> HttpResponse:
    form = NewAccountForm(request.POST)
    if form.is_valid():
        try:
            made = accounts.create(by=staff(user_of(request)), **form.cleaned_data)
        except NotValid as error:
            form.add_error(error.field, str(error))
        else:
            return _show_link(request, made)
    return _list(request, form)


def _list(request: HttpRequest, form: NewAccountForm) -> HttpResponse:
    search = SearchPeopleForm(request.GET)
    text = search.cleaned_data["q"] if search.is_valid() else ""
    context = {"rows": staff_list.accounts(user_of(request), text), "search": search, "text": text, "form": form}
    context["waiting"] = staff_list.waiting(user_of(request))
    return render(request, "staff/people.html", context, status=400 if form.errors else 200)


@require_GET
@staff_page(Verb.MANAGE_STAFF)
def person(request: HttpRequest, username: str) -> HttpResponse:
    found = staff_list.account(user_of(request), username)
    return _page(request, found, RoleForm(initial={"role": found.user.role}))


def _page(request: HttpRequest, found: staff_list.Account, form: RoleForm) -> HttpResponse:
    context = {
        "account": found,
        "form": form,
        "own": found.user == request.user,
        "asked": accounts.asked(found.user),
        "history": found.user.staff_events.select_related("by"),
    }
    return render(request, "staff/person.html", context, status=400 if form.errors else 200)


@require_POST
@staff_page(Verb.MANAGE_STAFF)
@stepped_up
def role(request: HttpRequest, username: str) -> HttpResponse:
    found = staff_list.account(user_of(request), username)
    form = RoleForm(request.POST)
    if not form.is_valid():
        return _page(request, found, form)
    return _do(request, found, Act(accounts.change_role, ROLE_CHANGED), **form.cleaned_data)


@require_POST
@staff_page(Verb.MANAGE_STAFF)
@stepped_up
def act(request: HttpRequest, username: str, verb: str) -> HttpResponse:
    if verb not in ACTS:
        raise Http404
    data = {"seen": request.POST.get("seen", "")} if verb == "confirm" else {}
    return _do(request, staff_list.account(user_of(request), username), ACTS[verb], **data)


def _do(request: HttpRequest, found: staff_list.Account, wanted: Act, **data: str) -> HttpResponse:
    username = found.user.username
    try:
        done = wanted.do(by=staff(user_of(request)), username=username, **data)
    except (NotValid, WrongState) as error:
        messages.error(request, str(error))
        return redirect("staff:person", username=username)
    if isinstance(done, accounts.SetUp):
        return _show_link(request, done)
    messages.success(request, str(ASKED if accounts.asked(done) else wanted.said))
    return redirect("staff:person", username=username)


def _show_link(request: HttpRequest, made: accounts.SetUp) -> HttpResponse:
    """The one time that the link is shown; it is stored nowhere."""
    context = {"made": made, "asked": accounts.asked(made.user), "hours": settings.PASSWORD_RESET_TIMEOUT // 3600}
    return render(request, "staff/person_link.html", context)
