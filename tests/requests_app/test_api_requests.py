"""Opening a request by API: taken once, refused in words that name the field, and no oracle about who is known."""

from __future__ import annotations

import re
import threading
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client

from requests_app.api import throttles
from requests_app.models import Case
from requests_app.services import limits
from requests_app.services.person import PersonFacts
from tests.factories import opened
from tests.requests_app.api_client import REQUESTS, body, problem, send
from tests.services.stage import Stage

KEY = "a-key-of-the-client-0001"


@pytest.mark.django_db
def test_it_opens_a_case_and_answers_with_its_reference_and_dates() -> None:
    answer = send(body())
    assert answer.status_code == 202
    case = Case.objects.get()
    assert answer.json() == {
        "reference": case.reference,
        "right": "access",
        "received_on": case.received_on.isoformat(),
        "due": [{"kind": c.kind, "due_on": c.due_on.isoformat()} for c in case.clocks.order_by("due_on")],
        "status_url": answer.json()["status_url"],
    }
    assert [due["kind"] for due in answer.json()["due"]] == ["acknowledge", "answer"]
    assert answer.json()["status_url"].endswith("/requests/status/")
    assert (case.channel, case.state) == ("api", "verifying")


@pytest.mark.django_db
def test_t6_it_answers_the_same_whether_or_not_the_person_is_known() -> None:
    opened(person=PersonFacts.of(body()["person"]))
    known, stranger = send(body()), send(body(person={"emails": ["nobody@example.net"], "family_name": "Unknown"}))
    assert _without_reference(known) == _without_reference(stranger)


def _without_reference(answer: Any) -> tuple[int, str, list[str]]:
    text = re.sub(r'"reference":"[^"]+"', '"reference":"-"', answer.content.decode())
    return answer.status_code, text, sorted(name for name in answer.headers if name != "X-Request-Id")


@pytest.mark.django_db
def test_it_opens_one_case_per_idempotency_key() -> None:
    first, again = send(body(), key=KEY), send(body(), key=KEY)
    assert (first.status_code, again.status_code) == (202, 202)
    assert first.json() == again.json()
    assert Case.objects.count() == 1


@pytest.mark.django_db
def test_it_refuses_another_request_under_the_same_key() -> None:
    send(body(), key=KEY)
    assert problem(send(body(right="opt_out_sale_sharing"), key=KEY), 409, "idempotency_conflict")
    assert problem(send(body(person={"family_name": "Other"}), key=KEY), 409, "idempotency_conflict")
    assert Case.objects.count() == 1


@pytest.mark.django_db
def test_it_keeps_keys_apart_from_those_of_the_portal() -> None:
    send(body(), key=KEY)
    assert Case.objects.filter(idempotency_key=KEY).count() == 0
    assert problem(send(body(), key="short"), 400, "not_valid")
    assert problem(send(body(), key="x" * 129), 400, "not_valid")


@pytest.mark.slow
def test_it_opens_one_case_when_the_same_request_arrives_eight_times_at_once(fresh_stage: Stage) -> None:
    answers: list[Any] = []
    start = threading.Barrier(8)

    def ask() -> None:
        start.wait()
        answers.append(send(body(), key=KEY))
        connection.close()

    threads = [threading.Thread(target=ask) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert [answer.status_code for answer in answers] == [202] * 8, [answer.content for answer in answers]
    assert len({answer.json()["reference"] for answer in answers}) == 1
    assert Case.objects.count() == 1


REFUSED: dict[str, tuple[dict[str, Any], str]] = {
    "unknown right": ({"right": "everything"}, "right"),
    "unknown relationship": ({"relationship": "enemy"}, "relationship"),
    "no residence": ({"residence": ""}, "residence"),
    "residence that is no code": ({"residence": "Calif"}, "residence"),
    "unknown language": ({"language": "fr"}, "language"),
    "misspelt field": ({"detials": "x"}, "detials"),
    "misspelt fact": ({"person": {"e_mails": ["a@example.org"]}}, "person.e_mails"),
    "an address that is none": ({"person": {"emails": ["nobody"]}}, "person.emails"),
    "a number that is none": ({"person": {"phones": ["12"]}}, "person.phones"),
    "a birthday that is none": ({"person": {"date_of_birth": "1986-02-30"}}, "person.date_of_birth"),
    "a birthday in the future": ({"person": {"date_of_birth": "2086-02-03"}}, "person.date_of_birth"),
    "eleven addresses": ({"person": {"emails": [f"a{n}@example.org" for n in range(11)]}}, "person.emails"),
    "no way to answer": ({"person": {"emails": [], "phones": [], "postal_address": ""}}, "person.emails"),
    "no name": ({"person": {"given_name": "", "family_name": ""}}, "person.family_name"),
    "a line break in a name": ({"person": {"family_name": "Ex\nBcc: x@example.org"}}, "person.family_name"),
    "a text that is not text": ({"details": {"a": 1}}, "details"),
    "a copy of what is to come": ({"since": "2999-01-01"}, "since"),
    "too long a text": ({"details": "x" * 5001}, "details"),
    "half a character": ({"details": "\ud800"}, "details"),
    "an agent of no kind": ({"on_behalf_of": {"name": "Theo"}}, "on_behalf_of.kind"),
    "an agent whom nobody can reach": ({"on_behalf_of": {"kind": "agent", "name": "Theo"}}, "on_behalf_of.email"),
    "a correction to nothing": ({"corrections": [{"what": "name"}]}, "corrections.0.should_be"),
    "another name under the declaration": ({"signed_name": "Somebody Else"}, "signed_name"),
}


@pytest.mark.django_db
@pytest.mark.parametrize(("changes", "field"), REFUSED.values(), ids=REFUSED)
def test_it_names_the_field_that_cannot_be_taken(changes: dict[str, Any], field: str) -> None:
    found = problem(send(body(**changes)), 400, "not_valid")
    assert [error["field"] for error in found["errors"]] == [field]
    assert "example.org" not in found["detail"]
    assert Case.objects.count() == 0


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("sent", "status", "code"),
    [
        ('{"right": ', 400, "parse_error"),
        ("", 400, "not_valid"),
        ("[]", 400, "not_valid"),
        ("null", 400, "not_valid"),
        ('"access"', 400, "not_valid"),
        ('{"right": NaN}', 400, "parse_error"),
        (b"\xff\xfe", 400, "parse_error"),
        ("[" * 200_000, 400, "parse_error"),
        ('{"details": "' + "x" * (2 * 1024 * 1024) + '"}', 413, "too_large"),
    ],
    ids=["half", "empty", "list", "null", "text", "nan", "not utf-8", "deep", "huge"],
)
def test_it_refuses_a_body_that_is_no_request(sent: str | bytes, status: int, code: str) -> None:
    assert problem(send(sent), status, code)
    assert Case.objects.count() == 0


@pytest.mark.django_db
def test_it_takes_nothing_but_json_by_post() -> None:
    assert problem(Client().post(REQUESTS, {"right": "access"}), 415, "unsupported_media_type")
    answer = Client().get(REQUESTS)
    assert problem(answer, 405, "method_not_allowed")
    assert "POST" in answer["Allow"]
    assert problem(Client().get("/api/v1/nothing/here"), 404, "not_found")


@pytest.mark.django_db
def test_it_slows_down_whoever_asks_too_often() -> None:
    for _ in range(throttles.PER_HOUR - 1):
        limits.count("api:127.0.0.1", window=timedelta(hours=1))
    assert send(body()).status_code == 202
    answer = send(body())
    assert problem(answer, 429, "throttled")
    assert 0 < int(answer["Retry-After"]) <= 3600
    assert Case.objects.count() == 1
    assert send(body(), client=Client(REMOTE_ADDR="192.0.2.7")).status_code == 202
