"""T7: every route x every visitor x {own, other, none}; what the table does not open is closed."""

from __future__ import annotations

from http.cookies import SimpleCookie

import pytest
from allauth.mfa.models import Authenticator
from django.core.cache import cache
from django.db import transaction
from django.http import HttpResponse
from django.test import Client
from pytest_django import Settings

from tests.access.matrix import ADMIN, CONSUMER, MATRIX, SUPERUSER, VISITORS, Row
from tests.access.routes import routes
from tests.access.scene import NONE, OBJECTS, OWN, Scene

CLOSED = {401, 403, 404}
ENTERED = {200, 202, 204, 400, 409, 422}
DOORS = (
    "/accounts/login/",
    "reauthenticate/",
    "/requests/status/",
    "/requests/acting/",
    "/open/",
    f"/{ADMIN}login/",
)  # where one begins, or proves anew


def test_it_has_a_row_for_every_route_and_no_row_without_one() -> None:
    assert {row.route for row in MATRIX} == {route for route in routes() if not route.startswith(ADMIN)}


def _enters(response: HttpResponse) -> bool | None:
    """None for an answer that no row expects, such as 405 or 500."""
    if response.status_code == 302:
        return not response["Location"].partition("?")[0].endswith(DOORS)
    return True if response.status_code in ENTERED else False if response.status_code in CLOSED else None


def _should_enter(row: Row, visitor: str, which: str) -> bool:
    if which == NONE:
        return False
    shared = row.shared if isinstance(row.shared, bool) else visitor in row.shared
    return visitor in row.reach and (which == OWN or shared)


def _ask(client: Client, row: Row, path: str) -> HttpResponse:
    if row.method == "GET":
        return client.get(path)
    if "api/" in path:
        return client.post(path, row.body or {}, content_type="application/json")
    return client.post(path, row.body or {})


@pytest.mark.slow
@pytest.mark.django_db
def test_t7_it_opens_what_the_table_opens_and_nothing_else(settings: Settings) -> None:
    settings.UMBS_STAFF_MFA = False
    scene, wrong, cells = Scene.build(), [], 0
    clients = {visitor: scene.client(visitor) for visitor in VISITORS}
    signed_in = {visitor: client.cookies.output() for visitor, client in clients.items()}
    for row in MATRIX:
        for visitor in VISITORS:
            for which in OBJECTS if "<" in row.route and not row.route.startswith("accounts/") else (OWN,):
                cells += 1
                cache.clear()
                clients[visitor].cookies = SimpleCookie(signed_in[visitor].replace("Set-Cookie: ", ""))
                with transaction.atomic():
                    response = _ask(clients[visitor], row, scene.path(row.route, which, row.parameter))
                    transaction.set_rollback(True)
                if _enters(response) is not _should_enter(row, visitor, which):
                    wrong.append(f"{row.method} {row.route}: {visitor}, {which}: {response.status_code}")
    print(f"{len(MATRIX)} rows, {cells} cells, {len(wrong)} wrong")
    assert wrong == []


@pytest.mark.slow
@pytest.mark.django_db
def test_t7_it_keeps_all_but_superusers_out_of_the_admin_site() -> None:
    scene = Scene.build()
    inside = [route for route in routes() if route.startswith(ADMIN) and not route.startswith(f"{ADMIN}log")]
    outsiders = [scene.client(visitor) for visitor in VISITORS if visitor != SUPERUSER]
    paths = [scene.path(route, OWN) for route in inside]
    entered = [path for path in paths for client in outsiders if _enters(client.get(path)) is not False]
    assert entered == []
    superuser = scene.client(SUPERUSER)
    assert superuser.get(f"/{ADMIN}requests_app/case/").status_code == 200
    assert superuser.post(f"/{ADMIN}requests_app/case/add/").status_code == 403
    assert superuser.get(f"/{ADMIN}mfa/authenticator/").content.count(b"JBSWY3DPEHPK3PXP") == 0
    print(f"{len(paths)} admin routes, {len(paths) * len(outsiders)} cells")


@pytest.mark.django_db
def test_it_lets_no_superuser_past_the_second_factor() -> None:
    scene = Scene.build()
    superuser = scene.client(SUPERUSER)
    assert superuser.get(f"/{ADMIN}").status_code == 200
    Authenticator.objects.all().delete()
    assert superuser.get(f"/{ADMIN}").status_code == 302
    assert Client().get(f"/{ADMIN}login/")["Location"].startswith("/accounts/login/")


@pytest.mark.django_db
def test_it_shows_a_consumer_nobody_elses_reference() -> None:
    scene = Scene.build()
    page = scene.client(CONSUMER).get("/requests/status/case/").content.decode()
    assert scene.cases[OWN].reference in page
    assert scene.cases["other"].reference not in page
