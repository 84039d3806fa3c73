"""`case_open` and `case_show`: the same door and the same view as the API's, for every right on offer."""

from __future__ import annotations

import json
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError

from requests_app import reference as references
from requests_app.lifecycle import Right
from requests_app.models import Case, Clock
from requests_app.services import intake
from tests.requests_app.api_client import body, send

pytestmark = pytest.mark.django_db
WRONG = [{"what": "Phone number", "is": "214-555-0199", "should_be": "214-555-0107"}]


def run(*words: str) -> str:
    out = StringIO()
    call_command(*words, stdout=out)
    return out.getvalue()


def opened(folder: Path, said: Any) -> dict[str, Any]:
    file = folder / "request.json"
    file.write_text(said if isinstance(said, str) else json.dumps(said), encoding="utf-8")
    told: dict[str, Any] = json.loads(run("case_open", str(file), "--json"))
    return told


def asking(right: str) -> dict[str, Any]:
    return body(right=right, corrections=WRONG if right == Right.CORRECT else [])


@pytest.mark.parametrize("right", sorted(intake.OFFERED))
def test_it_opens_and_shows_a_case_of_every_right_on_offer(tmp_path: Path, right: str) -> None:
    made = opened(tmp_path, asking(right))
    case = Case.objects.get(reference=made["reference"])
    assert made["right"] == case.right == right
    assert made["due"] == {clock.kind: clock.due_on.isoformat() for clock in Clock.objects.filter(case=case)}
    shown = json.loads(run("case_show", made["reference"].lower(), "--json"))
    assert (shown["reference"], shown["right"], shown["state"]) == (case.reference, right, case.state)
    assert [clock["kind"] for clock in shown["clocks"]]
    words = run("case_show", made["reference"])
    assert case.reference in words
    for value in ("Example", "ada@example.org", "214-555", "Elm St", "1986"):
        assert value not in words + json.dumps(shown)


@pytest.mark.parametrize(
    ("said", "told"),
    [
        ("{", "line 1: this is not JSON"),
        ({"right": "everything"}, "right"),
        (body(identity_level=3), "identity_level"),
        (body(right="correct"), "what is wrong"),
        (body(person={"emails": ["nobody"]}), "e-mail"),
    ],
    ids=["no JSON", "no such right", "no such field", "nothing to correct", "no address"],
)
def test_it_says_what_is_wrong_with_a_file(tmp_path: Path, said: Any, told: str) -> None:
    with pytest.raises(CommandError, match=told):
        opened(tmp_path, said)
    assert not Case.objects.exists()


def test_it_says_that_a_file_or_case_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(CommandError, match="cannot be read"):
        run("case_open", str(tmp_path / "none.json"))
    with pytest.raises(CommandError, match="no such case"):
        run("case_show", references.new())
    with pytest.raises(CommandError):
        run("case_show", "nonsense")


@pytest.mark.parametrize(
    "field",
    "identity_level required_level state outcome assignee regime received_at channel required_approvals id".split(),
)
def test_t25_it_takes_no_field_that_the_contract_does_not_name(field: str) -> None:
    for said in (
        body(**{field: 4}),
        body(person={field: 4}),
        body(on_behalf_of={"kind": "agent", "name": "B", field: 4}),
    ):
        answer = send(said)
        assert answer.status_code == 400
        assert field in answer.content.decode()
    assert not Case.objects.exists()
