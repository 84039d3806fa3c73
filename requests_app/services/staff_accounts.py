"""Staff accounts: made, changed and closed by an administrator, never by the person of the account.

Whoever acts is an active administrator and somebody else than the person of the account; so one active administrator
always stays. An administrator never learns a password: the person chooses it behind a link that works once.

Nobody makes an officer or an administrator alone: what gives such a role, or a new way into such an account, is only
asked for, and done when a second administrator confirms it (T25). What takes power away is done at once.
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
from requests_app.ledger import accounts as ledger
from requests_app.models import ApiToken, StaffEvent, User
from requests_app.permissions import STAFF, Actor, Role, Verb
from requests_app.services import staff_alerts

Kind = StaffEvent.Kind
WEIGHTY = frozenset({Role.OFFICER.value, Role.ADMIN.value})


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
    staff_alerts.tell(ledger.append(user, kind, by=by, detail=detail))


def _must_ask(role: str, by: Actor) -> bool:
    """The command line needs nobody's consent: the first administrators come from there, on record."""
    return role in WEIGHTY and by.role is not Role.SYSTEM


def _ask(user: User, kind: StaffEvent.Kind, *, by: Actor, roles: str = "") -> None:
    _note(user, Kind.ASKED, by=by, detail=f"{kind.value}:{roles}".rstrip(":"))


def asked(user: User) -> StaffEvent | None:
    """What waits for a second administrator: whatever else happened to the account since has made it void."""
    last = user.staff_events.first()
    return last if last is not None and last.kind == Kind.ASKED else None


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
    """A new account without a password, and the link behind which its person chooses one.

    Whoever is to be officer or administrator begins with intake, until a second administrator confirms the role.
    """
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
    wanted = _role(role).value
    first = Role.INTAKE.value if _must_ask(wanted, by) else wanted
    user = User.objects.create_user(username, email, role=first, **names)
    _note(user, Kind.CREATED, by=by, detail=first)
    made = _new_link(user)
    if first != wanted:
        _ask(user, Kind.ROLE_CHANGED, by=by, roles=f"{first}:{wanted}")
    return made


@transaction.atomic
def issue_link(*, by: Actor, username: str) -> SetUp | User:
    """The person chooses a new password: the former one, and every session, is over."""
    user = _other(username, by)
    if not user.is_active:
        message = "This account is closed: open it again first."
        raise WrongState(message)
    if _must_ask(user.role, by):
        _ask(user, Kind.LINK_ISSUED, by=by)
        return user
    return _link(user, by)


def _link(user: User, by: Actor) -> SetUp:
    _end_access(user)
    _note(user, Kind.LINK_ISSUED, by=by)
    return _new_link(user)


@transaction.atomic
def change_role(*, by: Actor, username: str, role: str) -> User:
    user = _other(username, by)
    before, after = user.role, _role(role).value
    if before == after:
        return user
    if _must_ask(after, by):
        _ask(user, Kind.ROLE_CHANGED, by=by, roles=f"{before}:{after}")
        return user
    return _set_role(user, by, before, after)


def _set_role(user: User, by: Actor, before: str, after: str) -> User:
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
    if _must_ask(user.role, by):
        _ask(user, Kind.FACTOR_RESET, by=by)
        return user
    return _reset(user, by)


def _reset(user: User, by: Actor) -> User:
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
    if user.is_active:
        return user
    if _must_ask(user.role, by):
        _ask(user, Kind.REACTIVATED, by=by)
        return user
    return _open(user, by)


def _open(user: User, by: Actor) -> User:
    user.is_active = True
    user.save(update_fields=["is_active"])
    _note(user, Kind.REACTIVATED, by=by)
    return user


def _waiting(user: User) -> StaffEvent:
    event = asked(user)
    if event is None:
        message = "Nothing waits here any more: look at what was done about this account."
        raise WrongState(message)
    return event


@transaction.atomic
def confirm(*, by: Actor, username: str, seen: str) -> SetUp | User:
    """Do what another administrator asked for, if that is what was `seen`; it is not about the own account."""
    user = _other(username, by)
    event = _waiting(user)
    if str(event.sequence) != seen:
        message = "Something else is asked for meanwhile: read it, then confirm."
        raise WrongState(message)
    if event.by_id == by.user_id:
        message = "You asked for this yourself: another administrator has to confirm it."
        raise NotValid(message)
    kind, _, roles = event.detail.partition(":")
    match Kind(kind):
        case Kind.LINK_ISSUED:
            return _link(user, by)
        case Kind.FACTOR_RESET:
            return _reset(user, by)
        case Kind.REACTIVATED:
            return _open(user, by)
        case _:
            before, _, after = roles.partition(":")
            return _set_role(user, by, before, _role(after).value)


@transaction.atomic
def refuse(*, by: Actor, username: str) -> User:
    """Not confirmed, or taken back by whoever asked."""
    user = _other(username, by)
    _note(user, Kind.REFUSED, by=by, detail=_waiting(user).detail)
    return user
