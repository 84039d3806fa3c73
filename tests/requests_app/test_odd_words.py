"""Names as nobody expects them, at each door: told at the field and nothing typed is lost, or taken as they are."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from pytest_django import Settings

from requests_app.lifecycle import Right
from requests_app.models import Case, Notice
from requests_app.services import drafts, notices
from requests_app.services import person as people
from tests.requests_app.api_client import body, problem, send
from tests.requests_app.phone_walk import Operator
from tests.requests_app.portal_walk import ABOUT, ADA, Visitor

pytestmark = pytest.mark.django_db
REFUSED = {"ten thousand letters": "A" * 10_000, "a NUL byte": "A\x00da", "a line break": "Ada\r\nBcc: x@example.org"}
TAKEN = {
    "emoji": "Ada \U0001f33b\U0001f469\U0001f3fd\u200d\U0001f680",
    "right to left": "\u05e2\u05d3\u05d4 \u0644\u0627\u0641",
    "a reversing mark": "\u202eadA\u202c",
    "accents on accents": "A\u0337\u0322d\u0360a",
    "markup": "<b onmouseover=alert(1)>Ada</b> {{ 7*7 }}",
    "one letter": "O",
}


@pytest.fixture(autouse=True)
def _without_second_factor(settings: Settings) -> None:
    settings.UMBS_STAFF_MFA = False


# --- the doors: each says whether it took the name; what it refused is still there ----------------------------------


def portal(name: str) -> bool:
    ada = Visitor()
    ada.answer_what(Right.ACCESS)
    page = ada.post(ABOUT, ADA | {"given_name": name})
    if page.status_code == 302:
        return bool(ada.send(signed_name=f"{name} Example").status_code == 302)
    text = page.content.decode()
    assert "usa-error-message" in text
    assert all(kept in text for kept in ('value="Example"', "ada@example.org", "12 Elm St", 'value="1986"'))
    return False


def desk(name: str) -> bool:
    iris = Operator()
    call = iris.begin()
    answer = iris.take(call, given_name=name)
    if answer.status_code == 302:
        return True
    kept = drafts.answers(iris.draft(call))
    assert (answer.status_code, kept["given_name"], kept["email"]) == (400, name, "ada@example.org")
    assert "usa-error-message" in answer.content.decode()
    return False


def program(name: str) -> bool:
    answer = send(body(person={"given_name": name}))
    if answer.status_code == 202:
        return True
    found = problem(answer, 400, "not_valid")
    assert [one["field"] for one in found["errors"]] == ["person.given_name"]
    return False


DOORS: tuple[Callable[[str], bool], ...] = (portal, desk, program)


@pytest.mark.parametrize("name", REFUSED.values(), ids=REFUSED)
@pytest.mark.parametrize("door", DOORS)
def test_it_says_what_is_wrong_and_loses_nothing(door: Callable[[str], bool], name: str) -> None:
    if door is not program and "\n" in name:
        name = name.replace("\r\n", "\x0b")  # a browser's one-line field sends no line break
    assert door(name) is False
    assert Case.objects.count() == 0


@pytest.mark.parametrize("name", TAKEN.values(), ids=TAKEN)
@pytest.mark.parametrize("door", DOORS)
def test_it_takes_a_name_down_as_it_is_and_answers_by_mail(door: Callable[[str], bool], name: str) -> None:
    assert door(name) is True
    case = Case.objects.get()
    assert people.read(case).given_name == name
    mail = notices.render(case.notices.get(kind=Notice.Kind.ACKNOWLEDGEMENT))
    assert case.reference in mail.text
    assert name not in mail.subject


@pytest.mark.parametrize(
    ("typed", "told"),
    [
        ({"date_of_birth": "2/30/1986"}, "Enter a real date"),
        ({"date_of_birth": "4/28/0086"}, "Enter the date of birth"),
        ({"date_of_birth": "4/28/2999"}, "Enter the date of birth"),
        ({"date_of_birth": "0"}, "Enter a real date"),
        ({"since": "1/1/2999"}, "Give a day that has been"),
    ],
)
def test_a_call_with_an_absurd_date_is_kept_and_told(typed: dict[str, Any], told: str) -> None:
    iris = Operator()
    call = iris.begin()
    answer = iris.take(call, **typed)
    assert answer.status_code == 400
    assert told in answer.content.decode()
    kept = drafts.answers(iris.draft(call))
    assert typed.items() <= kept.items()
    assert Case.objects.count() == 0
