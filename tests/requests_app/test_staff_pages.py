"""The staff pages without a browser: refusals that lose nothing, roles, the search that stays out of sight."""

from __future__ import annotations

import csv
import io
import re
from typing import Any
from urllib.parse import urljoin

import pytest
from allauth.account.internal.flows import login
from django.contrib.sessions.models import Session
from django.core.exceptions import ObjectDoesNotExist
from django.db import connection
from django.test import Client
from django.utils import timezone
from django.utils.html import escape
from pytest_django import Settings

from requests_app import selectors
from requests_app.lifecycle import Right, State
from requests_app.models import Case, CaseEvent, EventKind, Notice
from requests_app.permissions import Role, consumer, staff
from requests_app.services import messages, review
from requests_app.sessions import SessionStore
from requests_app.vault import destroy_key
from tests.characters import NOBODY_ONLINE, OTTO, user
from tests.factories import case_in, opened, ruled
from tests.requests_app import office

pytestmark = pytest.mark.django_db
EXPLANATION = "We could not find that you are the person whose records you asked for."


@pytest.fixture(autouse=True)
def without_second_factor(settings: Settings) -> None:
    settings.UMBS_STAFF_MFA = False


def desk(role: Role = Role.OFFICER, name: str = "", *, proven: bool = True) -> Client:
    """A browser where somebody of this role is signed in, and has just proven it again."""
    client = Client()
    who = user(role, name)
    who.set_password(office.PASSWORD)
    who.save()
    client.force_login(who, backend="django.contrib.auth.backends.ModelBackend")
    if proven:
        session = client.session
        now = timezone.now().timestamp()
        session[login.AUTHENTICATION_METHODS_SESSION_KEY] = [{"method": "password", "at": now, "reauthenticated": True}]
        session[login._AUTHENTICATION_METHODS_USER_SESSION_KEY] = str(who.pk)
        session.save()
    return client


def path(case: Case, part: str = "") -> str:
    return f"/staff/cases/{case.reference}/{part}"


def now(case: Case) -> Case:
    fresh: Case = Case.objects.get(pk=case.pk)
    return fresh


def said(response: Any) -> str:
    return " ".join(str(message) for message in response.context["messages"])


# --- nothing typed is lost ---------------------------------------------------------------------------------------

REFUSED = [
    ("act/extend/", {"extend-reason": "busy"}, "busy", "Give the reason in 20 to 2000 characters"),
    ("act/extend/", {"extend-reason": ""}, "", "This field is required."),
    ("decide/hold/", {"hold-reason": " "}, "", "This field is required."),
    ("act/link/", {"other-other": "7K4M-29QF-2"}, "7K4M-29QF-2", "does not add up"),
    ("act/merge/", {"other-other": "SELF"}, "SELF", "Choose another open case for the same right."),
    ("act/note/", {"note-text": "x" * 5001}, "x" * 5001, "at most 5000 characters"),
    ("act/message/", {"message-text": ""}, "", "This field is required."),
    ("decide/deny/", {"deny-ground": "dislike", "deny-explanation": EXPLANATION}, EXPLANATION, "Select a valid choice"),
    ("decide/deny/", {"deny-ground": "identity_unproven", "deny-explanation": "No."}, "No.", "at least 20 characters"),
    ("decide/accept_identity/", {"accept-reason": "seen"}, "seen", "Say what was seen and why it is enough"),
]


@pytest.mark.parametrize(("where", "typed", "kept", "told"), REFUSED, ids=[f"{w}{k[:8]}" for w, _, k, _ in REFUSED])
def test_it_shows_a_refused_form_again_with_what_was_typed(
    where: str, typed: dict[str, str], kept: str, told: str
) -> None:
    case = opened()
    typed = {name: case.reference if value == "SELF" else value for name, value in typed.items()}
    answer = desk().post(path(case, where), typed)
    page = answer.content.decode()
    assert answer.status_code == 400
    assert told in page
    assert (case.reference if kept == "SELF" else kept) in page
    assert now(case).entry == case.entry


def test_it_shows_what_was_typed_to_whoever_was_signed_out_meanwhile() -> None:
    case = case_in(State.IN_REVIEW)
    client, note = desk(), "She telephoned, and her brother <b>Theo</b> may not know."
    client.logout()
    answer = client.post(
        path(case, "act/note/"), {"note-text": note}, headers={"referer": f"http://testserver{path(case)}"}
    )
    page = answer.content.decode()
    assert answer.status_code == 403
    assert "nothing of this was sent" in page
    assert escape(note) in page
    assert f"?next={path(case)}" in page
    assert case.messages.count() == 0


def test_it_says_why_something_came_too_late() -> None:
    case = opened()
    client = desk()
    for _ in range(2):
        client.post(path(case, "act/withdraw/"))
    answer = client.post(path(case, "decide/approve/"), {"approve-digest": "0" * 64}, follow=True)
    assert "cannot withdraw now" in said(answer)
    assert "not in review" in said(answer)
    assert now(case).outcome == "withdrawn"


@pytest.mark.parametrize(
    "where", ["act/erase/", "decide/erase/", "act/approve/", "act/deny/", "act/hold/", "decide/withdraw/"]
)
def test_it_knows_no_act_behind_the_wrong_door(where: str) -> None:
    case = opened()
    assert desk().post(path(case, where)).status_code == 404
    assert desk().get(path(case, "act/withdraw/")).status_code == 405
    assert now(case).entry == case.entry


def test_t3_it_tells_who_else_has_the_file_and_takes_the_reason_of_a_second_officer() -> None:
    case, other = opened(), opened(person=OTTO)
    for one in (case, other):
        messages.upload(case_id=one.id, by=consumer(one.id), name="licence.txt", parts=[b"A licence."])
    file, cato = case.evidence.get(), desk(Role.OFFICER, "cato")
    page = cato.get(path(case)).content.decode()
    assert "was handed in for another request too" in page
    assert f"/staff/cases/{other.reference}/" in page
    assert "decide/clear_evidence/" not in desk(Role.ANALYST).get(path(case)).content.decode()
    short = cato.post(path(case, "decide/clear_evidence/"), {"clear-file": str(file.id), "clear-reason": "fine"})
    assert (short.status_code, "in a sentence" in short.content.decode()) == (400, True)
    why = {"clear-file": str(file.id), "clear-reason": "Her daughter sent the same letter for him."}
    assert "may stand" in said(cato.post(path(case, "decide/clear_evidence/"), why, follow=True))
    assert now(case).gate_refusals() == ["identity", "approvals"]
    assert "Her daughter" in cato.get(path(case)).content.decode()


# --- who may what ------------------------------------------------------------------------------------------------


def test_it_asks_for_a_fresh_proof_before_a_decision_and_goes_on_with_it() -> None:
    case = opened()
    client = desk(proven=False)
    answer = client.post(
        path(case, "decide/deny/"), {"deny-ground": "identity_unproven", "deny-explanation": EXPLANATION}
    )
    assert answer["Location"].startswith("/accounts/reauthenticate/")
    assert now(case).outcome == ""
    assert all(EXPLANATION not in row.session_data for row in Session.objects.all())
    client.post(answer["Location"], {"password": office.PASSWORD})
    assert now(case).outcome == "refused"


def test_it_offers_each_role_its_own_steps() -> None:
    case = case_in(State.IN_REVIEW)
    offered = {
        role: desk(role).get(path(case)).content.decode()
        for role in (Role.INTAKE, Role.ANALYST, Role.OFFICER, Role.AUDITOR)
    }
    for words, roles in (
        ("Refuse the request", {Role.OFFICER}),
        ("Place a legal hold", {Role.OFFICER}),
        ("Rule on them", {Role.ANALYST, Role.OFFICER}),
        ("Send back to search again", {Role.OFFICER}),
        ("Link or merge another case", {Role.INTAKE, Role.ANALYST, Role.OFFICER}),
        ("Withdraw at the consumer", {Role.INTAKE, Role.OFFICER}),
        ("Take it", {Role.ANALYST, Role.OFFICER}),
        ('review/">', {Role.ANALYST, Role.OFFICER}),
    ):
        assert {role for role, page in offered.items() if words in page} == roles, words


def test_it_lets_an_analyst_rule_but_release_nothing_that_is_never_disclosed() -> None:
    case = case_in(State.IN_REVIEW)
    never = case.redactions.filter(role="NEVER").earliest("row")
    answer = desk(Role.ANALYST).post(
        path(case, "review/rule/"), {"redaction": str(never.id), "ruling": "release"}, follow=True
    )
    assert "Only an officer may release" in said(answer)
    never.refresh_from_db()
    assert never.status == "proposed"


def test_it_keeps_records_from_those_who_may_not_read_them() -> None:
    case = case_in(State.IN_REVIEW)
    row = messages.upload(case_id=case.id, by=consumer(case.id), name="proof.txt", parts=[b"It is me."])
    for part in ("review/", f"files/{row.id}/"):
        assert desk(Role.INTAKE).get(path(case, part)).status_code == 403
        assert desk(Role.ANALYST).get(path(case, part)).status_code == 200
    assert "proof.txt" in desk(Role.INTAKE).get(path(case, "messages/")).content.decode()


# --- the queue ---------------------------------------------------------------------------------------------------


def test_it_keeps_what_was_searched_for_out_of_addresses_and_out_of_sight_in_the_database() -> None:
    opened()
    opened(Right.OPT_OUT_PROFILING)
    client = desk()
    answer = client.post("/staff/search/", {"text": "Quillfeather"}, follow=True)
    assert [where for where, _ in answer.redirect_chain] == ["/staff/?found=1"]
    assert len(answer.context["page"].rows) == 2
    assert all(b"Quillfeather" not in row.session_data.encode() for row in Session.objects.all())
    narrower = client.get("/staff/?found=1&right=access")
    assert [row.right for row in narrower.context["page"].rows] == ["access"]
    assert client.get("/staff/").context["text"] == ""
    assert "Quillfeather" not in desk().get("/staff/?found=1").content.decode()


def test_it_offers_nobody_a_page_that_is_closed_to_them() -> None:
    for role in (Role.INTAKE, Role.ANALYST, Role.OFFICER, Role.AUDITOR):
        client = desk(role)
        shown = client.get("/staff/").content.decode()
        links = {link for link in re.findall(r'href="([^"]+)"', shown) if link.startswith(("/staff/", "?"))}
        answers = {link: client.get(urljoin("/staff/", link)).status_code for link in links}
        assert len(answers) > 10
        assert set(answers.values()) == {200}, answers


def test_it_opens_the_only_case_found_and_forgets_an_empty_search() -> None:
    case = opened()
    client = desk()
    assert client.post("/staff/search/", {"text": "quillfeather"})["Location"] == path(case)
    client.post("/staff/search/", {"text": " "})
    assert client.get("/staff/?found=1").context["text"] == ""


def test_it_goes_back_to_the_queue_from_a_filter_that_cannot_be_read() -> None:
    for query in ("state=lost", "cursor=abc", "due_before=2026-02-30", "view=x"):
        answer = desk().get(f"/staff/?{query}", follow=True)
        assert answer.redirect_chain == [("/staff/", 302)]
        assert said(answer)


def test_it_exports_the_list_without_a_person() -> None:
    opened()
    opened(Right.OPT_OUT_PROFILING, person=OTTO)
    answer = desk().get("/staff/queue.csv?right=access")
    rows = list(csv.DictReader(io.StringIO(answer.content.decode())))
    assert [(row["right"], row["state"], row["due_kind"]) for row in rows] == [("access", "verifying", "acknowledge")]
    assert "Quillfeather" not in answer.content.decode()
    assert "queue.csv" in answer["Content-Disposition"]
    assert desk().get("/staff/queue.csv?right=x").status_code == 302


# --- the case ----------------------------------------------------------------------------------------------------


def test_it_still_tells_the_history_of_a_case_whose_key_was_destroyed() -> None:
    case = case_in(State.CLOSED, Right.OPT_OUT_PROFILING)
    review.link(case_id=case.id, by=staff(user(Role.OFFICER)), other=opened())
    messages.note(case_id=case.id, by=staff(user(Role.OFFICER)), text="A note.")
    destroy_key(case.id)
    for part in ("", "messages/", "history/", "review/"):
        answer = desk().get(path(case, part))
        assert answer.status_code == 200, part
        assert "its contents are gone for good" in answer.content.decode()
        assert "Quillfeather" not in answer.content.decode()


def test_it_shows_where_a_chain_is_broken() -> None:
    case = opened()
    assert "The hash chain of this case holds" in desk().get(path(case, "history/")).content.decode()
    with connection.cursor() as cursor:
        cursor.execute("DROP TRIGGER requests_app_caseevent_no_update")
    CaseEvent.objects.filter(case=case, sequence=3).update(role="officer")
    page = desk().get(path(case, "history/")).content.decode()
    assert "The chain is broken at event 3: was changed after it was written." in page


def test_it_writes_down_who_looked_at_records_before_showing_them() -> None:
    case = office.in_review(25)
    client = desk()
    assert len(client.get(path(case, "review/")).context["records"]) == 20
    assert len(client.get(path(case, "review/?show=all&page=2")).context["records"]) == 5
    cleo = user(Role.OFFICER)
    viewed = case.events.filter(kind=EventKind.RECORDS_VIEWED).order_by("sequence")
    assert [(event.payload, event.by_id) for event in viewed] == [
        ({"count": 20, "page": 1}, cleo.pk),
        ({"count": 5, "page": 2}, cleo.pk),
    ]


def test_it_stays_at_the_record_that_was_ruled_on() -> None:
    case = office.in_review(45)
    client = desk()
    record = client.get(path(case, "review/?show=all&page=2")).context["records"][7]
    one = case.redactions.filter(batch=record.batch, row=record.row).earliest("start")
    answer = client.post(
        path(case, "review/rule/"), {"redaction": str(one.id), "ruling": "withhold", "show": "all", "page": "2"}
    )
    assert answer["Location"] == path(case, "review/?show=all&page=2#record-8")
    whole_class = client.post(
        path(case, "review/rule/"), {"label": "SSN", "role": "NEVER", "ruling": "withhold", "show": "all", "page": "2"}
    )
    assert whole_class["Location"] == path(case, "review/?show=all&page=2")
    odd = client.post(path(case, "review/rule/"), {"redaction": "x", "show": "//evil.example", "page": "-1"})
    assert odd["Location"] == path(case, "review/?show=&page=1")


def test_it_shows_all_records_where_nothing_was_proposed() -> None:
    case = case_in(State.REDACTING)
    assert desk().get(path(case, "review/")).context["only"] == "all"
    empty = desk().get(path(opened(), "review/")).content.decode()
    assert "No record is stored for this case." in empty


def test_it_asks_as_many_questions_for_twenty_records_as_for_two(django_assert_max_num_queries: Any) -> None:
    case = office.in_review(25)
    client = desk()
    client.get(path(case, "review/"))
    with django_assert_max_num_queries(40):
        client.get(path(case, "review/"))
    assert len(client.get(path(case, "review/")).context["records"]) == 20


def test_it_approves_the_content_that_was_on_the_screen() -> None:
    case = ruled(case_in(State.IN_REVIEW))
    client = desk()
    shown = client.get(path(case)).context["acts"]["approve"].initial["digest"]
    assert shown == case.content_digest
    some = case.redactions.filter(role="OTHER").values_list("id", flat=True)
    review.rule(case_id=case.id, by=staff(user(Role.ANALYST)), redactions=list(some), withhold=False)
    answer = client.post(path(case, "decide/approve/"), {"approve-digest": shown}, follow=True)
    assert "The content changed since this page was shown" in said(answer)
    assert not case.approvals.exists()


# --- letters -----------------------------------------------------------------------------------------------------


def test_it_takes_a_letter_off_the_tray_on_the_day_it_was_posted() -> None:
    letter = office.letter(opened(person=NOBODY_ONLINE))
    client = desk(Role.INTAKE)
    printed = client.get(f"/staff/documents/{letter.letter_id}/")
    assert b"".join(printed) == b"%PDF-1.7 a letter"
    assert printed["Content-Disposition"] == 'attachment; filename="acknowledgement.pdf"'
    day = selectors.today()
    client.post("/staff/post/chosen/", {"act": "posted", "letters": str(letter.id), "on": day.isoformat()})
    letter.refresh_from_db()
    assert (letter.state, letter.posted_on) == (Notice.State.POSTED, day)
    assert letter.case.clocks.get(kind="acknowledge").ended == "met"


# --- sessions ----------------------------------------------------------------------------------------------------


def test_it_opens_a_session_only_under_its_own_key() -> None:
    one, other = SessionStore(), SessionStore()
    one["text"], other["text"] = "Quillfeather", "Vandermeer"
    one.save()
    other.save()
    row = Session.objects.get(pk=one.session_key)
    assert "Quillfeather" not in row.session_data
    assert SessionStore(one.session_key)["text"] == "Quillfeather"
    Session.objects.filter(pk=one.session_key).update(
        session_data=Session.objects.get(pk=other.session_key).session_data
    )
    assert dict(SessionStore(one.session_key).items()) == {}
    Session.objects.filter(pk=one.session_key).update(session_data="no such thing")
    assert dict(SessionStore(one.session_key).items()) == {}
    one.cycle_key()
    assert SessionStore(one.session_key)["text"] == "Quillfeather"
    with pytest.raises(ObjectDoesNotExist):
        Session.objects.get(pk=row.pk)
