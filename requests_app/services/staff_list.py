"""The accounts of the staff as an administrator sees them."""

from __future__ import annotations

from dataclasses import dataclass

from allauth.mfa.models import Authenticator
from django.db.models import Exists, OuterRef, Q, QuerySet, Subquery

from requests_app.exceptions import NotFound
from requests_app.models import StaffEvent, User
from requests_app.permissions import Verb, staff


@dataclass(frozen=True)
class Account:
    """One account: whether its person has chosen a password, and has a second factor."""

    user: User
    has_factor: bool
    is_set_up: bool


def _all(viewer: User) -> QuerySet[User]:
    """Every account for an administrator, none for anybody else."""
    users: QuerySet[User] = User.objects.all()
    return users if viewer.is_active and staff(viewer).may(Verb.MANAGE_STAFF) else users.none()


def _accounts(users: QuerySet[User]) -> list[Account]:
    factor = Authenticator.objects.filter(user=OuterRef("pk"), type=Authenticator.Type.TOTP)
    rows = users.annotate(has_factor=Exists(factor)).order_by("-is_active", "username")
    return [Account(row, row.has_factor, row.has_usable_password()) for row in rows]


def waiting(viewer: User) -> list[StaffEvent]:
    """What one administrator asked for and another has to confirm, oldest first."""
    last = StaffEvent.objects.filter(user=OuterRef("user")).order_by("-sequence").values("sequence")[:1]
    events = StaffEvent.objects.filter(user__in=_all(viewer), sequence=Subquery(last), kind=StaffEvent.Kind.ASKED)
    return list(events.select_related("user", "by").order_by("sequence"))


def accounts(viewer: User, text: str = "") -> list[Account]:
    """The accounts whose name or address has this text in it, open ones first."""
    wanted = Q()
    for name in ("username", "first_name", "last_name", "email"):
        wanted |= Q(**{f"{name}__icontains": text})
    return _accounts(_all(viewer).filter(wanted) if text else _all(viewer))


def account(viewer: User, username: str) -> Account:
    found = _accounts(_all(viewer).filter(username=username))
    if not found:
        message = "There is no such account."
        raise NotFound(message)
    return found[0]
