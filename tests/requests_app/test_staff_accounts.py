"""Staff accounts: who may make, change and close them, what ends with them, and what stays on record."""

from __future__ import annotations

import json
from collections.abc import Iterator
from io import StringIO
from urllib.parse import urlsplit

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import TOTP
from django.core.cache import cache
from django.core.management import call_command
from django.core.management.base import CommandError
from django.db import DatabaseError, connection, transaction
from django.test import Client
from pytest_django import Settings

from requests_app.api.authentication import issue
from requests_app.exceptions import NotAllowed, NotFound, NotValid, WrongState
from requests_app.models import StaffEvent, User
from requests_app.permissions import STAFF, SYSTEM, Role, consumer, staff
from requests_app.services import staff_accounts as accounts
from requests_app.services import staff_list
from tests.characters import user
from tests.requests_app.api_client import CASES

pytestmark = pytest.mark.django_db
PASSWORD = "a password that is long enough"
SECRET = "JBSWY3DPEHPK3PXP"
PEOPLE = "/staff/people/"


@pytest.fixture(autouse=True)
def fresh_counters(settings: Settings) -> Iterator[None]:
    settings.UMBS_STAFF_MFA = False
    cache.clear()
    yield
    cache.clear()


def abel() -> User:
    return user(Role.ADMIN)


def path_of(link: str) -> str:
    return urlsplit(link).path


def signed_in(name: str) -> Client:
    client = Client()
    client.post("/accounts/login/", {"login": name, "password": PASSWORD})
    return client


def proven(admin: User) -> Client:
    """An administrator's browser just after a fresh proof."""
    admin.set_password(PASSWORD)
    admin.save()
    client = signed_in(admin.username)
    client.post("/accounts/reauthenticate/", {"password": PASSWORD})
    return client


def with_password(role: Role, name: str = "") -> User:
    somebody = user(role, name)
    somebody.set_password(PASSWORD)
    somebody.save()
    return somebody


def inside(client: Client) -> bool:
    return client.get("/accounts/sessions/").status_code == 200


def newcomer() -> accounts.SetUp:
    return accounts.create(
        by=staff(abel()), username="nora", email="nora@umbs.example", role="analyst", first_name="Nora"
    )


def test_it_makes_an_account_whose_person_alone_chooses_the_password() -> None:
    made = newcomer()
    assert not made.user.has_usable_password()
    client = Client()
    form = client.get(path_of(made.link))
    assert made.link.rsplit("-", 1)[1] not in form["Location"]
    done = client.post(form["Location"], {"password1": PASSWORD, "password2": PASSWORD})
    assert done.status_code == 302
    assert inside(signed_in("nora"))
    assert [event.kind for event in made.user.staff_events.all()] == ["created"]


def test_it_makes_a_link_that_works_once_and_not_beside_a_newer_one() -> None:
    made = newcomer()
    newer = accounts.issue_link(by=staff(abel()), username="nora")
    assert isinstance(newer, accounts.SetUp)
    assert Client().get(path_of(made.link)).status_code == 200  # a page that says it is void
    client = Client()
    place = client.get(path_of(newer.link))["Location"]
    client.post(place, {"password1": PASSWORD, "password2": PASSWORD})
    again = Client().get(path_of(newer.link))
    assert again.status_code == 200
    assert b"password1" not in again.content


def test_it_takes_no_weak_password_behind_the_link() -> None:
    client = Client()
    place = client.get(path_of(newcomer().link))["Location"]
    assert client.post(place, {"password1": "short", "password2": "short"}).status_code == 200
    assert not User.objects.get(username="nora").has_usable_password()


def test_it_asks_for_a_second_factor_before_the_first_page(settings: Settings) -> None:
    settings.UMBS_STAFF_MFA = True
    client = Client()
    place = client.get(path_of(newcomer().link))["Location"]
    first = client.post(place, {"password1": PASSWORD, "password2": PASSWORD}, follow=True)
    assert "/accounts/reauthenticate/" in first.redirect_chain[-1][0]
    assert "totp" in first.redirect_chain[-1][0]
    assert client.get("/staff/")["Location"] == "/accounts/2fa/totp/activate/"


@pytest.mark.parametrize(
    ("said", "field"),
    [
        ({"username": "IRIS"}, "username"),
        ({"username": "a b"}, "username"),
        ({"email": "nobody"}, "email"),
        ({"role": "system"}, "role"),
        ({"role": "consumer"}, "role"),
    ],
)
def test_it_says_what_is_wrong_with_a_new_account(said: dict[str, str], field: str) -> None:
    user(Role.INTAKE)
    good = {"username": "nora", "email": "nora@umbs.example", "role": "analyst"}
    with pytest.raises(NotValid) as refused:
        accounts.create(by=staff(abel()), **(good | said))
    assert refused.value.field == field


@pytest.mark.parametrize("role", sorted(STAFF - {Role.ADMIN}))
def test_it_lets_nobody_but_administrators_change_accounts(role: Role) -> None:
    user(Role.INTAKE, "ivan")
    for act in (accounts.deactivate, accounts.reactivate, accounts.reset_factor, accounts.issue_link):
        with pytest.raises(NotAllowed):
            act(by=staff(user(role)), username="ivan")
    with pytest.raises(NotAllowed):
        accounts.change_role(by=consumer(None), username="ivan", role="admin")
    assert staff_list.accounts(user(role)) == []
    assert not StaffEvent.objects.exists()


def test_it_lets_nobody_change_the_own_account_so_that_an_administrator_always_stays() -> None:
    by = staff(abel())
    with pytest.raises(NotValid, match="your own account"):
        accounts.change_role(by=by, username="abel", role="officer")
    for act in (accounts.deactivate, accounts.reset_factor, accounts.issue_link):
        with pytest.raises(NotValid, match="your own account"):
            act(by=by, username="abel")


def test_it_hears_no_administrator_who_was_closed_or_changed_meanwhile() -> None:
    first, second = staff(abel()), staff(user(Role.ADMIN, "alma"))
    accounts.deactivate(by=first, username="alma")
    with pytest.raises(NotAllowed):
        accounts.deactivate(by=second, username="abel")
    assert User.objects.filter(role="admin", is_active=True).count() == 1


def test_it_ends_every_session_and_token_with_a_new_role() -> None:
    anna = with_password(Role.ANALYST)
    client, token = signed_in("anna"), issue(anna, scope="staff")
    assert inside(client)
    accounts.change_role(by=staff(abel()), username="anna", role="intake")
    assert not inside(client)
    assert Client(headers={"Authorization": f"Bearer {token}"}).get(CASES).status_code == 401
    assert User.objects.get(username="anna").role == "intake"


def test_it_takes_the_admin_site_from_an_administrator_who_becomes_something_else() -> None:
    alma = user(Role.ADMIN, "alma")
    User.objects.filter(pk=alma.pk).update(is_staff=True, is_superuser=True)
    accounts.change_role(by=staff(abel()), username="alma", role="auditor")
    alma.refresh_from_db()
    assert (alma.is_staff, alma.is_superuser) == (False, False)


def test_it_ends_sessions_and_tokens_for_good_when_an_account_is_closed() -> None:
    anna = with_password(Role.ANALYST)
    client, token = signed_in("anna"), issue(anna, scope="staff")
    accounts.deactivate(by=staff(abel()), username="anna")
    assert not inside(client)
    assert not inside(signed_in("anna"))
    with pytest.raises(WrongState, match="closed"):
        accounts.issue_link(by=staff(abel()), username="anna")
    accounts.reactivate(by=staff(abel()), username="anna")
    assert not inside(client)
    assert Client(headers={"Authorization": f"Bearer {token}"}).get(CASES).status_code == 401
    assert inside(signed_in("anna"))


def test_it_resets_a_second_factor_with_its_recovery_codes_and_sessions() -> None:
    anna = with_password(Role.ANALYST)
    client = signed_in("anna")
    TOTP.activate(anna, SECRET)
    RecoveryCodes.activate(anna)
    accounts.reset_factor(by=staff(abel()), username="anna")
    assert not Authenticator.objects.filter(user=anna).exists()
    assert not inside(client)


def test_it_keeps_every_act_on_a_record_that_the_database_lets_nobody_change() -> None:
    newcomer()
    by = staff(abel())
    accounts.change_role(by=by, username="nora", role="auditor")
    accounts.deactivate(by=by, username="nora")
    accounts.deactivate(by=by, username="nora")  # nothing more happens
    accounts.reactivate(by=by, username="nora")
    accounts.reset_factor(by=by, username="nora")
    accounts.issue_link(by=by, username="nora")
    told = [(event.kind, event.detail, event.by) for event in StaffEvent.objects.order_by("pk")]
    kinds = ["created", "role_changed", "deactivated", "reactivated", "factor_reset", "link_issued"]
    assert [kind for kind, _detail, _by in told] == kinds
    assert told[1] == ("role_changed", "analyst:auditor", abel())
    for statement in ("UPDATE requests_app_staffevent SET kind = 'x'", "DELETE FROM requests_app_staffevent"):
        with pytest.raises(DatabaseError, match="append-only"), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(statement)
    with pytest.raises(TypeError):
        StaffEvent.objects.first().delete()  # type: ignore[union-attr]


def test_it_finds_accounts_by_name_and_address() -> None:
    newcomer()
    user(Role.INTAKE)
    assert [one.user.username for one in staff_list.accounts(abel(), "NORA@")] == ["nora"]
    assert [one.user.username for one in staff_list.accounts(abel(), "ir")] == ["iris"]
    with pytest.raises(NotFound):
        staff_list.account(abel(), "nobody")


def test_it_asks_an_administrator_for_a_fresh_proof_before_each_act() -> None:
    with_password(Role.ANALYST)
    with_password(Role.ADMIN)
    client = signed_in("abel")
    for path in (PEOPLE, f"{PEOPLE}anna/role/", f"{PEOPLE}anna/act/deactivate/"):
        assert client.post(path, {"role": "officer"})["Location"].startswith("/accounts/reauthenticate/")
    assert User.objects.get(username="anna").role == "analyst"
    # what was asked for is done after the proof
    done = client.post(
        f"/accounts/reauthenticate/?next={PEOPLE}anna/act/deactivate/",
        {"password": PASSWORD, "next": f"{PEOPLE}anna/act/deactivate/"},
    )
    assert done["Location"] == f"{PEOPLE}anna/"
    assert not User.objects.get(username="anna").is_active


def test_it_shows_the_link_in_the_answer_and_nowhere_else() -> None:
    client = proven(abel())
    said = {"username": "nora", "first_name": "Nora", "last_name": "Fell", "email": "nora@umbs.example"}
    shown = client.post(PEOPLE, said | {"role": "analyst"})
    assert b"/accounts/password/reset/key/" in shown.content
    assert b"/accounts/password/reset/key/" not in client.get(f"{PEOPLE}nora/").content
    refused = client.post(PEOPLE, said | {"role": "analyst"})
    assert refused.status_code == 400
    assert b"There is an account with this name already" in refused.content
    assert b"nora@umbs.example" in refused.content


def test_it_keeps_the_page_that_was_typed_on_when_no_role_was_chosen() -> None:
    client = proven(abel())
    user(Role.ANALYST)
    assert b"Choose a role." in client.post(f"{PEOPLE}anna/role/", {}).content
    assert client.post(f"{PEOPLE}anna/act/promote/").status_code == 404
    assert client.post(f"{PEOPLE}nobody/act/deactivate/").status_code == 404
    told = client.post(f"{PEOPLE}abel/act/deactivate/", follow=True)
    assert b"your own account" in told.content


def test_it_sends_administrators_from_the_queue_to_the_accounts() -> None:
    with_password(Role.ADMIN)
    assert signed_in("abel").get("/staff/")["Location"] == PEOPLE
    with_password(Role.ANALYST)
    assert signed_in("anna").get(PEOPLE).status_code == 403


def test_it_makes_the_first_administrator_from_the_command_line() -> None:
    out = StringIO()
    call_command("staff_create", "ruth", "--role", "admin", "--email", "ruth@umbs.example", "--json", stdout=out)
    made = json.loads(out.getvalue())
    assert Client().get(path_of(made["link"])).status_code == 302
    event = StaffEvent.objects.get()
    assert (event.user.username, event.by) == ("ruth", None)
    with pytest.raises(CommandError, match="already"):
        call_command("staff_create", "ruth", "--role", "admin", "--email", "ruth@umbs.example")


def test_t25_it_gives_no_role_beyond_the_table_by_any_walk_of_acts() -> None:
    """Whatever is tried by people who are no administrators, nobody ends with a role or account more than before."""
    people = [user(role) for role in sorted(STAFF - {Role.ADMIN})]
    before = list(User.objects.order_by("pk").values_list("username", "role", "is_active", "is_superuser"))
    for actor in [*map(staff, people), consumer(None)]:
        for target in people:
            for role in sorted(STAFF):
                with pytest.raises((NotAllowed, NotFound)):
                    accounts.change_role(by=actor, username=target.username, role=role.value)
        with pytest.raises(NotAllowed):
            accounts.create(by=actor, username="mine", email="mine@umbs.example", role="admin")
    assert list(User.objects.order_by("pk").values_list("username", "role", "is_active", "is_superuser")) == before
    for scope, role in (
        ("staff", Role.AUDITOR),
        ("auditor", Role.INTAKE),
        ("staff", Role.ADMIN),
        ("system", Role.OFFICER),
    ):
        with pytest.raises(ValueError, match="cannot have"):
            issue(user(role), scope=scope)
    assert accounts.create(by=SYSTEM, username="last", email="l@umbs.example", role="intake").user.is_superuser is False
