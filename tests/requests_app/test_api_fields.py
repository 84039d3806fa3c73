"""T25: what a program may write is written down here; a field more in any body that the API takes fails the suite."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from drf_spectacular.generators import SchemaGenerator

from requests_app.permissions import Role
from tests.factories import opened
from tests.requests_app.api_client import CASES, REQUESTS, act, body, problem, send, staff_client

PERSON = "given_name family_name emails phones postal_address date_of_birth account_numbers practice_id"
AGENT = "kind name organisation email phone postal_address power_of_attorney signed_on"
WRITABLE = {
    "open_request": "right relationship residence language person details since on_behalf_of corrections signed_name",
    "open_request.person": PERSON,
    "open_request.on_behalf_of": AGENT,
    "open_request.corrections": "what is should_be",
    "check_restriction": "purpose identifiers",
    "check_restriction.identifiers": "kind value",
    "hand_in": "file",
    "act": "digest ground explanation reason note text to accept number seen places health into",
}
SYSTEMS_OWN = ("id", "state", "outcome", "identity_level", "required_approvals", "role", "by", "assignee", "regime")


def schema() -> dict[str, Any]:
    made: dict[str, Any] = SchemaGenerator().get_schema(public=True)  # type: ignore[no-untyped-call]
    return made


def object_of(field: dict[str, Any], known: dict[str, Any]) -> dict[str, Any]:
    """The object that a field holds, behind lists and references; empty when it is none."""
    for inner in [field["items"]] if "items" in field else field.get("allOf", field.get("oneOf", [])):
        if found := object_of(inner, known):
            return found
    name = field.get("$ref", "").rpartition("/")[2]
    return object_of(known[name], known) if name else field if "properties" in field else {}


def written(place: str, body_of: dict[str, Any], known: dict[str, Any]) -> Iterator[tuple[str, set[str]]]:
    """Every object in a body, by its place: the names that may stand in it."""
    yield place, set(body_of["properties"])
    for name, field in body_of["properties"].items():
        if inner := object_of(field, known):
            yield from written(f"{place}.{name}", inner, known)


def test_t25_it_takes_exactly_the_listed_fields_in_every_body() -> None:
    made = schema()
    known, found = made["components"]["schemas"], {}
    for path in made["paths"].values():
        for call in path.values():
            for content in call.get("requestBody", {}).get("content", {}).values():
                found |= dict(written(call["operationId"], object_of(content["schema"], known), known))
    assert found == {place: set(names.split()) for place, names in WRITABLE.items()}


@pytest.mark.django_db
@pytest.mark.parametrize("name", SYSTEMS_OWN)
def test_t25_it_refuses_what_only_the_system_writes(name: str) -> None:
    case = opened()
    before = type(case).objects.values().get(pk=case.pk)
    asked = problem(send(body(**{name: 3})), 400, "not_valid")
    told = problem(act(staff_client(), case.reference, "note", note="Rang.", **{name: 3}), 400, "not_valid")
    person = problem(send(body(person={name: 3})), 400, "not_valid")
    fields = [[error["field"] for error in answer["errors"]] for answer in (asked, told, person)]
    assert fields == [[name], [name], [f"person.{name}"]]
    assert type(case).objects.values().get() == before


@pytest.mark.django_db
def test_t25_it_writes_nothing_by_any_other_method() -> None:
    case, client = opened(), staff_client(Role.OFFICER)
    for path in (REQUESTS, CASES, f"{CASES}{case.reference}/", f"{CASES}{case.reference}/withdraw/"):
        for method in ("put", "patch", "delete"):
            assert client.generic(method.upper(), path, '{"state": "closed"}', "application/json").status_code == 405
    assert type(case).objects.get().entry == case.entry
