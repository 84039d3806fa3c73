"""T25: nobody becomes officer or administrator, and nobody gets into such an account, by one administrator alone."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from django.core import mail
from django.core.cache import cache
from django.core.management import call_command
from django.db import connection
from hypothesis import HealthCheck, given
from hypothesis import settings as effort
from hypothesis import strategies as st
from pytest_django import DjangoCaptureOnCommitCallbacks, Settings

from requests_app.api import authentication as tokens
from requests_app.exceptions import NotAllowed, NotFound, NotValid, WrongState
from requests_app.ledger import accounts as ledger
from requests_app.models import ApiToken, StaffEvent, User
from requests_app.permissions import STAFF, SYSTEM, Actor, Role, staff
from requests_app.services import staff_accounts as accounts
from requests_app.services import staff_list
from tests.characters import user
from tests.requests_app.test_staff_accounts import PASSWORD, PEOPLE, proven, with_password

pytestmark = pytest.mark.django_db
POWER = {"officer", "admin"}


@pytest.fixture(autouse=True)
def fresh_counters(settings: Settings) -> Iterator[None]:
    settings.UMBS_STAFF_MFA = False
    cache.clear()
    yield
    cache.clear()


def admin(name: str) -> Actor:
    return staff(user(Role.ADMIN, name))


def seen(name: str) -> str:
    return str(StaffEvent.objects.filter(user__username=name).latest("sequence").sequence)


def confirm(by: Actor, name: str) -> object:
    return accounts.confirm(by=by, username=name, seen=seen(name))


@pytest.mark.parametrize("role", sorted(POWER))
def test_t25_it_gives_a_weighty_role_only_when_a_second_administrator_confirms(role: str) -> None:
    first, second, anna = admin("abel"), admin("alma"), user(Role.ANALYST)
    accounts.change_role(by=first, username="anna", role=role)
    anna.refresh_from_db()
    assert anna.role == "analyst"
    with pytest.raises(NotValid, match="another administrator"):
        confirm(first, "anna")
    confirm(second, "anna")
    anna.refresh_from_db()
    assert anna.role == role
    with pytest.raises(WrongState, match="Nothing waits"):
        confirm(second, "anna")


def test_t25_it_lets_nobody_confirm_the_own_rise() -> None:
    first, second = admin("abel"), admin("alma")
    accounts.change_role(by=first, username="alma", role="officer")
    with pytest.raises(NotValid, match="your own account"):
        confirm(second, "alma")
    assert User.objects.get(username="alma").role == "admin"


def test_t25_it_begins_a_new_officer_with_intake() -> None:
    first, second = admin("abel"), admin("alma")
    made = accounts.create(by=first, username="nora", email="nora@umbs.example", role="officer")
    assert (made.user.role, made.user.is_active) == ("intake", True)
    confirm(second, "nora")
    assert User.objects.get(username="nora").role == "officer"


@pytest.mark.parametrize("act", [accounts.issue_link, accounts.reset_factor, accounts.reactivate])
def test_t25_it_opens_no_way_into_an_officers_account_to_one_administrator(act: Callable[..., object]) -> None:
    first, second, cleo = admin("abel"), admin("alma"), with_password(Role.OFFICER)
    if act is accounts.reactivate:
        accounts.deactivate(by=first, username="cleo")
    before = User.objects.filter(pk=cleo.pk).values().get()
    act(by=first, username="cleo")
    assert User.objects.filter(pk=cleo.pk).values().get() == before
    confirm(second, "cleo")
    assert User.objects.filter(pk=cleo.pk).values().get() != before


def test_it_takes_power_away_at_once() -> None:
    first = admin("abel")
    user(Role.OFFICER)
    accounts.change_role(by=first, username="cleo", role="analyst")
    assert User.objects.get(username="cleo").role == "analyst"


def test_it_confirms_only_what_was_seen_and_only_while_it_stands() -> None:
    first, second = admin("abel"), admin("alma")
    user(Role.ANALYST)
    accounts.change_role(by=first, username="anna", role="officer")
    read = seen("anna")
    accounts.change_role(by=first, username="anna", role="admin")
    with pytest.raises(WrongState, match="Something else"):
        accounts.confirm(by=second, username="anna", seen=read)
    accounts.refuse(by=first, username="anna")
    with pytest.raises(WrongState, match="Nothing waits"):
        confirm(second, "anna")
    assert User.objects.get(username="anna").role == "analyst"


def test_t25_it_tells_the_other_administrators(
    django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks,
) -> None:
    User.objects.filter(pk=admin("abel").user_id).update(email="abel@umbs.example")
    User.objects.filter(pk=admin("alma").user_id).update(email="alma@umbs.example")
    user(Role.ANALYST)
    with django_capture_on_commit_callbacks(execute=True):
        accounts.change_role(by=admin("abel"), username="anna", role="officer")
    assert [one.to for one in mail.outbox] == [["alma@umbs.example"]]
    assert "role_changed:analyst:officer" in mail.outbox[0].body
    assert "/staff/people/anna/" in mail.outbox[0].body
    assert [one.user.username for one in staff_list.waiting(user(Role.ADMIN, "alma"))] == ["anna"]
    assert staff_list.waiting(user(Role.ANALYST)) == []


def test_it_asks_and_confirms_on_the_pages() -> None:
    first, second = proven(user(Role.ADMIN, "abel")), proven(user(Role.ADMIN, "alma"))
    user(Role.ANALYST)
    told = first.post(f"{PEOPLE}anna/role/", {"role": "officer"}, follow=True).content.decode()
    assert "it is done when another administrator confirms it" in told
    assert "Take it back" in told
    assert "act/confirm/" not in told
    assert "role_changed:analyst:officer" in second.get(PEOPLE).content.decode()
    assert "act/confirm/" in second.get(f"{PEOPLE}anna/").content.decode()
    second.post(f"{PEOPLE}anna/act/confirm/", {"seen": seen("anna")})
    assert User.objects.get(username="anna").role == "officer"


def test_t25_it_changes_no_account_on_the_admin_site() -> None:
    root, cleo = with_password(Role.ADMIN), user(Role.OFFICER)
    User.objects.filter(pk=root.pk).update(is_staff=True, is_superuser=True)
    client = proven(User.objects.get(pk=root.pk))
    path = f"/staff/admin/requests_app/user/{cleo.pk}"
    assert client.get(f"{path}/change/").status_code == 200
    said = {"username": "cleo", "role": "admin", "password1": PASSWORD, "password2": PASSWORD}
    for place in (f"{path}/change/", f"{path}/password/", f"{path}/delete/", "/staff/admin/requests_app/user/add/"):
        assert client.post(place, said).status_code in {302, 403, 404}
    cleo.refresh_from_db()
    assert (cleo.role, cleo.check_password(PASSWORD), User.objects.count()) == ("officer", False, 2)


Step = tuple[str, str, str, str]
NAMES = ("abel", "alma", "anna", "cleo", "iris")
ROLES = (Role.ADMIN, Role.ADMIN, Role.ANALYST, Role.OFFICER, Role.INTAKE)
SCOPE = {"auditor": "auditor", "admin": "system"}
DO: dict[str, Callable[[Actor, str, str], object]] = {
    "role": lambda by, name, role: accounts.change_role(by=by, username=name, role=role),
    "confirm": lambda by, name, _: confirm(by, name) if StaffEvent.objects.filter(user__username=name).exists() else 0,
    "refuse": lambda by, name, _: accounts.refuse(by=by, username=name),
    "close": lambda by, name, _: accounts.deactivate(by=by, username=name),
    "open": lambda by, name, _: accounts.reactivate(by=by, username=name),
    "link": lambda by, name, _: accounts.issue_link(by=by, username=name),
    "factor": lambda by, name, _: accounts.reset_factor(by=by, username=name),
    "token": lambda _, name, role: tokens.issue(User.objects.get(username=name), scope=SCOPE.get(role, "staff")),
}
STEP = st.tuples(
    st.sampled_from(sorted(DO)), st.sampled_from(NAMES), st.sampled_from(NAMES), st.sampled_from(sorted(STAFF))
)


@effort(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(STEP, min_size=5, max_size=25))
def test_t25_it_holds_over_every_walk_of_acts_that_power_comes_from_two(steps: list[Step]) -> None:
    """After each act: whoever rose had two administrators behind it, neither of them the person; and no token that
    works reaches further than the present role of its owner.
    """
    for name, role in zip(NAMES, ROLES, strict=True):
        user(role, name)
        User.objects.filter(username=name).update(role=role.value, is_active=True)
    for kind, who, whom, role in steps:
        before = {one.username: one for one in User.objects.all()}
        try:
            DO[kind](staff(before[who]), whom, role)
        except (NotAllowed, NotFound, NotValid, ValueError, WrongState):
            continue
        after = {one.username: one for one in User.objects.all()}
        for name, one in after.items():
            was = before[name]
            rose = one.role in POWER and (one.role != was.role or (one.is_active and not was.is_active))
            entered = one.role in POWER and was.role in POWER and one.epoch != was.epoch and one.is_active
            if rose or entered:
                assert kind == "confirm"
                assert before[who].role == "admin"
                assert who != name
                request = StaffEvent.objects.filter(user=one, kind="asked").latest("sequence")
                assert request.by is not None
                assert request.by.username not in {who, name}
        for live in ApiToken.objects.filter(revoked_at=None, user__is_active=True).select_related("user"):
            assert Role(live.user.role) in tokens.SCOPES[live.scope]
    assert list(ledger.verify()) == []


def edit(events: list[StaffEvent], place: int) -> None:
    StaffEvent.objects.filter(pk=events[place].pk).update(detail="analyst:admin")


def blame(events: list[StaffEvent], place: int) -> None:
    StaffEvent.objects.filter(pk=events[place].pk).update(by=user(Role.ADMIN, "alma"))


def remove(events: list[StaffEvent], place: int) -> None:
    StaffEvent.objects.filter(pk=events[place].pk)._raw_delete("default")


def swap(events: list[StaffEvent], place: int) -> None:
    one, other = events[place], events[place - 1]
    for event, sequence in ((one, 1000), (other, one.sequence), (one, other.sequence)):
        StaffEvent.objects.filter(pk=event.pk).update(sequence=sequence)


@pytest.mark.parametrize("tamper", [edit, blame, remove, swap])
@pytest.mark.parametrize("place", [1, 2, 3])
def test_t25_it_shows_every_tampering_with_the_record_of_accounts(
    tamper: Callable[[list[StaffEvent], int], None], place: int
) -> None:
    for name in ("one", "two", "three", "four", "five"):
        accounts.create(by=SYSTEM, username=name, email=f"{name}@umbs.example", role="admin")
    assert list(ledger.verify()) == []
    call_command("ledger_verify")
    with connection.cursor() as cursor:  # a database administrator who has dropped the triggers
        for verb in ("update", "delete"):
            cursor.execute(f"DROP TRIGGER requests_app_staffevent_no_{verb}")
    tamper(list(StaffEvent.objects.order_by("sequence")), place)
    assert list(ledger.verify()) != []
    with pytest.raises(SystemExit):
        call_command("ledger_verify")
