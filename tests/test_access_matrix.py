"""T7: every route x every visitor x {own, other, none}; what the table does not open is closed."""

from __future__ import annotations

from http.cookies import SimpleCookie

import pytest
from django.core.cache import cache
from django.db import transaction
from django.http import HttpResponse
from django.test import Client
from pytest_django import Settings

from tests.access.matrix import CONSUMER, MATRIX, VISITORS, Row
from tests.access.routes import routes
from tests.access.scene import NONE, OBJECTS, OWN, Scene

CLOSED = {401, 403, 404}
ENTERED = {200, 202, 204, 400, 409, 422}
DOORS = ("/accounts/login/", "/requests/status/")  # sent back to where one begins


def test_it_has_a_row_for_every_route_and_no_row_without_one() -> None:
    assert {row.route for row in MATRIX} == set(routes())


def _enters(response: HttpResponse) -> bool | None:
    """None for an answer that no row expects, such as 405 or 500."""
    if response.status_code == 302:
        return not response["Location"].partition("?")[0].endswith(DOORS)
    return True if response.status_code in ENTERED else False if response.status_code in CLOSED else None


def _should_enter(row: Row, visitor: str, which: str) -> bool:
    if which == NONE:
        return False
    return visitor in row.reach and (which == OWN or row.shared)


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
            for which in OBJECTS if "<" in row.route and "accounts" not in row.route else (OWN,):
                cells += 1
                cache.clear()
                clients[visitor].cookies = SimpleCookie(signed_in[visitor].replace("Set-Cookie: ", ""))
                with transaction.atomic():
                    response = _ask(clients[visitor], row, scene.path(row.route, which))
                    transaction.set_rollback(True)
                if _enters(response) is not _should_enter(row, visitor, which):
                    wrong.append(f"{row.method} {row.route}: {visitor}, {which}: {response.status_code}")
    print(f"{len(MATRIX)} rows, {cells} cells, {len(wrong)} wrong")
    assert wrong == []


@pytest.mark.django_db
def test_it_shows_a_consumer_nobody_elses_reference() -> None:
    scene = Scene.build()
    page = scene.client(CONSUMER).get("/requests/status/case/").content.decode()
    assert scene.cases[OWN].reference in page
    assert scene.cases["other"].reference not in page
