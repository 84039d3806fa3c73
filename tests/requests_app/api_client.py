"""A program that talks to the API, and the shape that every refusal of the API has."""

from __future__ import annotations

import copy
import json
from typing import Any

from django.test import Client

from requests_app.api.authentication import issue
from requests_app.permissions import Role
from tests.characters import user

REQUESTS, CASES = "/api/v1/requests/", "/api/v1/cases/"
BODY: dict[str, Any] = {
    "right": "access",
    "relationship": "visitor",
    "residence": "US-CA",
    "language": "en",
    "person": {
        "given_name": "Ada",
        "family_name": "Example",
        "emails": ["ada@example.org"],
        "phones": ["214-555-0107"],
        "postal_address": "12 Elm St\nDallas, TX 75001",
        "date_of_birth": "1986-04-28",
        "account_numbers": ["AC-1001", "AC-1002"],
    },
    "on_behalf_of": None,
    "details": "",
    "since": None,
    "corrections": [],
}


def body(**changes: Any) -> dict[str, Any]:
    """The contract's request, with some fields changed; `person` is changed field by field."""
    made = copy.deepcopy(BODY)
    person = changes.pop("person", {})
    made["person"] = {name: value for name, value in (made["person"] | person).items() if value is not None}
    return made | changes


def send(data: Any, *, key: str = "", client: Client | None = None) -> Any:
    headers = {"Idempotency-Key": key} if key else {}
    text = data if isinstance(data, (str, bytes)) else json.dumps(data)
    return (client or Client()).post(REQUESTS, text, content_type="application/json", headers=headers)


def staff_client(role: Role = Role.OFFICER, *, scope: str = "staff", proven: bool = False, name: str = "") -> Client:
    token = issue(user(role, name), scope=scope, second_factor=proven)
    return Client(headers={"Authorization": f"Bearer {token}"})


def act(client: Client, reference: str, verb: str, **data: Any) -> Any:
    return client.post(f"{CASES}{reference}/{verb}/", json.dumps(data), content_type="application/json")


def problem(response: Any, status: int, code: str) -> dict[str, Any]:
    """The body of a refusal, after looking at what all refusals have in common."""
    assert response.status_code == status, response.content
    assert response["Content-Type"] == "application/problem+json"
    found: dict[str, Any] = response.json()
    assert (found["status"], found["code"], found["type"]) == (status, code, f"urn:umbs-privacy:{code}"), found
    assert found["title"]
    assert found["detail"]
    return found
