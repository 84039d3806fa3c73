"""Staff accounts: made, changed and closed by an administrator, never by the person of the account.

Whoever acts is an active administrator and somebody else than the person of the account; so one active administrator
always stays. An administrator never learns a password: the person chooses it behind a link that works once.
"""

from __future__ import annotations

from dataclasses import dataclass

from allauth.account.forms import default_token_generator
from allauth.account.utils import user_pk_to_url_str
from allauth.mfa.models import Authenticator
from allauth.usersessions.models import UserSession
from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import transaction
from django.urls import reverse
from django.utils import timezone

from requests_app.exceptions import NotAllowed, NotFound, NotValid, WrongState
from requests_app.models import ApiToken, StaffEvent, User
from requests_app.permissions import STAFF, Actor, Role, Verb

Kind = StaffEvent.Kind


@dataclass(frozen=True)
class SetUp:
    """A new way into an account: shown once, never stored."""

    user: User
    link: str


def _require(by: Actor) -> None:
    """An administrator who still is one: the row is read anew, under the lock that all these acts share."""
    admins = User.objects.select_for_update().filter(role=Role.ADMIN.value, is_active=True).order_by("pk")
    active = set(admins.values_list("pk", flat=True))
    if not by.may(Verb.MANAGE_STAFF) or (by.role is not Role.SYSTEM and by.user_id not in active):
        message = "Only an administrator may change accounts."
        raise NotAllowed(message)


def _other(username: str, by: Actor) -> User:
    """The account of somebody else, locked."""
    _require(by)
    user = User.objects.select_for_update().filter(username=username).first()
    if user is None:
        message = "There is no such account."
        raise NotFound(message)
    if user.pk == by.user_id:
        message = "This is your own account: another administrator has to change it."
        raise NotValid(message)
    return user


def _note(user: User, kind: StaffEvent.Kind, *, by: Actor, detail: str = "") -> None:
    StaffEvent.objects.create(user=user, kind=kind, by_id=by.user_id, detail=detail, at=timezone.now())


def _end_access(user: User) -> None:
    """Every session and every token is over at once, also those that nobody has counted."""
    user.epoch += 1
    user.save(update_fields=["epoch"])
    for session in UserSession.objects.filter(user=user):
        session.end()
    ApiToken.objects.filter(user=user, revoked_at=None).update(revoked_at=timezone.now())


def _new_link(user: User) -> SetUp:
    """Any link of before is void: it was made for another (unusable) password."""
    user.set_unusable_password()
    user.save(update_fields=["password"])
    place = {"uidb36": user_pk_to_url_str(user), "key": default_token_generator.make_token(user)}
    return SetUp(user, settings.PUBLIC_BASE_URL + reverse("account_reset_password_from_key", kwargs=place))


def _role(role: str) -> Role:
    if role not in {one.value for one in STAFF}:
        message = f"Choose one of: {', '.join(sorted(one.value for one in STAFF))}."
        raise NotValid(message, field="role")
    return Role(role)


@transaction.atomic
def create(*, by: Actor, username: str, email: str, role: str, first_name: str = "", last_name: str = "") -> SetUp:
    """A new account without a password, and the link behind which its person chooses one."""
    _require(by)
    if User.objects.filter(username__iexact=username).exists():
        message = "There is an account with this name already; choose another name."
        raise NotValid(message, field="username")
    try:
        User.username_validator(username)
    except ValidationError:
        message = "Use letters, digits and @ . + - _ only."
        raise NotValid(message, field="username") from None
    try:
        validate_email(email)
    except ValidationError:
        message = "Enter an e-mail address such as name@example.com."
        raise NotValid(message, field="email") from None
    names = {"first_name": first_name, "last_name": last_name}
    user = User.objects.create_user(username, email, role=_role(role).value, **names)
    _note(user, Kind.CREATED, by=by, detail=user.role)
    return _new_link(user)


@transaction.atomic
def issue_link(*, by: Actor, username: str) -> SetUp:
    """The person chooses a new password: the former one, and every session, is over."""
    user = _other(username, by)
    if not user.is_active:
        message = "This account is closed: open it again first."
        raise WrongState(message)
    _end_access(user)
    _note(user, Kind.LINK_ISSUED, by=by)
    return _new_link(user)


@transaction.atomic
def change_role(*, by: Actor, username: str, role: str) -> User:
    user = _other(username, by)
    before, after = user.role, _role(role).value
    if before == after:
        return user
    user.role = after
    if after != Role.ADMIN:
        user.is_superuser = user.is_staff = False
    user.save(update_fields=["role", "is_superuser", "is_staff"])
    _end_access(user)
    _note(user, Kind.ROLE_CHANGED, by=by, detail=f"{before}:{after}")
    return user


@transaction.atomic
def reset_factor(*, by: Actor, username: str) -> User:
    """Whoever lost the second factor sets up a new one at the next sign-in; recovery codes go with it."""
    user = _other(username, by)
    Authenticator.objects.filter(user=user).delete()
    _end_access(user)
    _note(user, Kind.FACTOR_RESET, by=by)
    return user


@transaction.atomic
def deactivate(*, by: Actor, username: str) -> User:
    user = _other(username, by)
    if user.is_active:
        user.is_active = False
        user.save(update_fields=["is_active"])
        _end_access(user)
        _note(user, Kind.DEACTIVATED, by=by)
    return user


@transaction.atomic
def reactivate(*, by: Actor, username: str) -> User:
    """Password and second factor are as they were; sessions and tokens stay ended."""
    user = _other(username, by)
    if not user.is_active:
        user.is_active = True
        user.save(update_fields=["is_active"])
        _note(user, Kind.REACTIVATED, by=by)
    return user
