"""T27: what every answer on every route carries, errors included; and no change of state without a form token."""

from __future__ import annotations

import pytest
from django.test import Client
from pytest_django import Settings

from tests.access.matrix import MATRIX
from tests.access.routes import routes
from tests.access.scene import NONE, OWN, Scene

EVERYWHERE = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
}
POLICY = ("default-src 'none'", "frame-ancestors 'none'", "base-uri 'none'", "object-src 'none'", "form-action")


def faults(client: Client, path: str, method: str = "GET") -> list[str]:
    response = client.generic(method, path)
    found = [f"{name}: {response.get(name)}" for name, value in EVERYWHERE.items() if response.get(name) != value]
    policy = response.get("Content-Security-Policy", "")
    found += [f"no {part}" for part in POLICY if part not in policy]
    found += [f"allows {part}" for part in ("unsafe-inline", "unsafe-eval", "http:", "https:", "*") if part in policy]
    if "no-store" not in response.get("Cache-Control", ""):
        found.append(f"may be kept: {response.get('Cache-Control')}")
    if "camera=()" not in response.get("Permissions-Policy", ""):
        found.append("may use the camera")
    if "Access-Control-Allow-Origin" in response:
        found.append("is open to other origins")
    return [f"{method} {path} ({response.status_code}): {fault}" for fault in found]


@pytest.mark.slow
@pytest.mark.django_db
def test_t27_it_guards_every_answer_of_every_route(settings: Settings) -> None:
    settings.UMBS_STAFF_MFA = False
    scene = Scene.build()
    clients = [scene.client(visitor) for visitor in ("stranger", "consumer", "officer", "officer token")]
    paths = {scene.path(route, which) for route in routes() for which in (OWN, NONE)} | {
        "/nowhere/",
        "/static/nowhere.css",
    }
    paths -= {"/accounts/logout/"}  # asked last of all, below
    wrong = [fault for path in sorted(paths) for client in clients for fault in faults(client, path)]
    wrong += [fault for path in sorted(paths) for fault in faults(clients[0], path, "PATCH")]
    wrong += [fault for client in clients for fault in faults(client, "/accounts/logout/")]
    print(f"{len(paths) + 1} addresses, {(len(paths) + 1) * (len(clients) + 1)} answers")
    assert wrong == []


@pytest.mark.django_db
def test_t27_it_guards_the_page_of_an_unexpected_failure(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_args: object, **_kwargs: object) -> None:
        message = "4111 1111 1111 1111 belongs to Ada"
        raise RuntimeError(message)

    monkeypatch.setattr("requests_app.portal.asking.render", fail)
    client = Client(raise_request_exception=False)
    response = client.get("/")
    assert response.status_code == 500
    assert b"Ada" not in response.content
    assert faults(client, "/") == []


def test_t27_it_refuses_a_host_that_is_not_ours() -> None:
    response = Client(raise_request_exception=False).get("/", headers={"host": "evil.example"})
    assert response.status_code == 400
    assert b"evil.example" not in response.content


@pytest.mark.slow
@pytest.mark.django_db
def test_t27_it_takes_no_form_without_its_token(settings: Settings) -> None:
    settings.UMBS_STAFF_MFA = False
    scene = Scene.build()
    wrong = []
    for visitor in ("stranger", "consumer", "officer"):
        client = scene.client(visitor)
        client.handler.enforce_csrf_checks = True
        for row in MATRIX:
            if row.method == "POST" and visitor in row.reach and not row.route.startswith("api/"):
                path = scene.path(row.route, OWN)
                if (status := client.post(path).status_code) != 403:
                    wrong.append(f"{path}: {status}")
    assert wrong == []


@pytest.mark.slow
@pytest.mark.django_db
def test_t27_it_changes_no_case_when_a_page_is_only_read(settings: Settings) -> None:
    settings.UMBS_STAFF_MFA = False
    scene = Scene.build()
    reading = {"deliverable:fetched", "records:viewed"}

    def stand() -> list[tuple[object, ...]]:
        return [
            (case.state, case.entry, case.assignee_id, case.events.exclude(kind__in=reading).count())
            for case in scene.cases.values()
            if case.refresh_from_db() is None
        ]

    before = stand()
    for visitor in ("consumer", "officer", "officer token"):
        client = scene.client(visitor)
        for route in routes():
            client.get(scene.path(route, OWN))
    assert stand() == before
