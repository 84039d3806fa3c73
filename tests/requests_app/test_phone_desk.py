"""The phone desk without JavaScript: typed, kept, read back, taken; and what cannot be taken loses nothing."""

from __future__ import annotations

from datetime import timedelta

import pytest
import time_machine
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import override_settings
from django.utils import timezone

from requests_app.lifecycle import OPT_OUTS, Right
from requests_app.models import CallDraft, CallRecord, Case, CaseLink, Declaration, Evidence, Message
from requests_app.permissions import Role
from requests_app.phone import script
from requests_app.services import calls, drafts, messages
from requests_app.services import person as people
from tests.factories import opened
from tests.requests_app.phone_walk import ADA, DESK, Operator
from tests.spanish import english_in

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def stored(tmp_path, settings) -> None:
    settings.UMBS_MEDIA_URL = f"file://{tmp_path}"
    settings.UMBS_STAFF_MFA = False


@pytest.fixture
def iris() -> Operator:
    return Operator()


@pytest.mark.parametrize("role", [Role.AUDITOR, Role.ADMIN])
def test_it_is_no_desk_of_theirs(role: Role) -> None:
    assert Operator(role).get(DESK).status_code == 403
    assert CallDraft.objects.count() == 0


def test_it_takes_a_call_from_its_start(iris: Operator) -> None:
    began = timezone.now()
    call = iris.begin()
    with time_machine.travel(began + timedelta(hours=5)):
        iris.take(call)
    (case,) = Case.objects.all()
    draft = iris.draft(call)
    assert case.received_at == draft.began_at
    assert abs(case.received_at - began) < timedelta(minutes=1)
    assert (draft.state, draft.case, bytes(draft.sealed)) == (CallDraft.State.TAKEN, case, b"")
    assert messages.details(case) == "The clinic in Garland.\nNear the lake."


def test_it_keeps_the_script_and_the_ticks_with_the_case_and_what_was_said_nowhere(iris: Operator) -> None:
    (case,) = iris.taken()
    record = CallRecord.objects.get(case=case)
    assert (record.by, record.script_version) == (iris.user, script.version())
    assert record.read_back == sorted(calls.ITEMS)
    event = case.events.get(kind="call:taken")
    assert event.payload == {
        "channel": "phone",
        "script": script.version(),
        "read_back": sorted(calls.ITEMS),
        "override": False,
    }


def test_it_opens_nothing_before_each_line_was_read_back_or_a_reason_given(iris: Operator) -> None:
    call = iris.begin()
    iris.type(call)
    said = list(iris.ticks(call).values())
    refused = iris.type(call, "take", said=said[1:])
    assert refused.status_code == 400
    assert "why it could not be read back" in refused.content.decode()
    assert Case.objects.count() == 0
    assert "Near the lake." in refused.content.decode()
    taken = iris.type(call, "take", said=said[1:], override="The caller had to board a train.")
    assert taken.status_code == 302
    record = CallRecord.objects.get()
    assert set(record.read_back) == set(calls.ITEMS) - {"name"}
    assert calls.override(record) == "The caller had to board a train."
    assert b"train" not in bytes(record.override_sealed)
    page = Operator(Role.ANALYST).get(f"/staff/cases/{record.case.reference}/").content.decode()
    assert "name: The caller had to board a train." in page


def test_it_counts_no_tick_on_a_sentence_that_has_changed_since(iris: Operator) -> None:
    call = iris.begin()
    iris.type(call)
    said = list(iris.ticks(call).values())
    refused = iris.type(call, "take", said=said, family_name="Exempel")
    assert refused.status_code == 400
    assert Case.objects.count() == 0


def test_it_says_all_that_is_missing_at_once_and_keeps_what_was_typed(iris: Operator) -> None:
    call = iris.begin()
    empty = dict.fromkeys(("family_name", "given_name", "email", "phone", "postal_address", "residence"), "")
    page = iris.type(call, "take", **empty, date_of_birth="13/45/1990", words="He will not say.").content.decode()
    for told in ("Ask for an e-mail address", "Ask for the name", "Choose the state", "Enter a real date"):
        assert told in page
    assert "He will not say." in page
    assert "13/45/1990" in page
    assert "He will not say." in iris.get(call).content.decode()


def test_it_maps_one_sentence_to_several_linked_requests_and_asks_proof_only_where_it_serves(iris: Operator) -> None:
    cases = iris.taken(rights=["access", "opt_out_sale_sharing"])
    assert [case.right for case in cases] == ["access", "opt_out_sale_sharing"]
    assert cases[0].visit == cases[1].visit
    access, opt_out = (people.read(case) for case in cases)
    assert (access.date_of_birth, access.account_numbers) == ("1986-04-28", ("AC-1001", "AC-1002"))
    assert (opt_out.date_of_birth, opt_out.account_numbers) == ("", ())
    assert all(case.events.filter(kind="call:taken").exists() for case in cases)
    assert CallRecord.objects.count() == 1


def test_it_keeps_how_the_person_reads_and_whether_voicemail_is_safe(iris: Operator) -> None:
    (case,) = iris.taken(reading_format="braille", voicemail_ok="no", prefers="post")
    assert (case.reading_format, case.voicemail_ok) == ("braille", False)
    assert people.read(case).prefers == "post"
    assert {notice.medium for notice in case.notices.all()} == {"post"}
    (other,) = iris.taken()
    assert (other.reading_format, other.voicemail_ok) == ("standard", None)


def test_it_opens_once_however_often_it_is_sent(iris: Operator) -> None:
    call = iris.begin()
    iris.take(call)
    again = iris.take(call)
    assert again["Location"] == f"{call}done/"
    assert Case.objects.count() == 1


def test_it_offers_what_the_intake_offers_and_can_say_each_right_in_both_languages(iris: Operator) -> None:
    page = iris.get(iris.begin()).content.decode()
    offered = [right for right in Right if f'name="rights" value="{right.value}"' in page]
    assert set(offered) >= {Right.ACCESS} | OPT_OUTS
    assert set(script.written()["rights"]) == set(Right.values)


def test_it_takes_down_what_is_to_be_corrected(iris: Operator) -> None:
    (case,) = iris.taken(rights=["correct"], what_0="Phone number", is_0="214-555-0199", should_be_0="214-555-0107")
    assert case.corrections.count() == 1
    call = iris.begin()
    refused = iris.take(call, rights=["correct"], what_0="Phone number")
    assert refused.status_code == 400
    assert "Say what it should be." in refused.content.decode()


def test_it_takes_down_who_asks_for_somebody_else(iris: Operator) -> None:
    ben = {"asker": "agent", "agent_name": "Ben Tolliver", "agent_phone": "512-555-0162", "signed_on": "1/15/2026"}
    (case,) = iris.taken(**ben)
    assert (case.representation.kind, str(case.representation.signed_on)) == ("agent", "2026-01-15")
    refused = iris.take(iris.begin(), **ben | {"agent_name": ""})
    assert "Ask for the name of whoever asks." in refused.content.decode()
    assert Case.objects.count() == 1


class TestWhoIsCutOff:
    def test_it_loses_nothing_and_waits_with_the_number(self, iris: Operator) -> None:
        call = iris.begin()
        began = iris.draft(call).began_at
        parked = iris.post(call, ADA | {"act": "park", "ring_back": "972-555-0144"}, follow=True).content.decode()
        assert "Ring back 972-555-0144" in parked
        with time_machine.travel(timezone.now() + timedelta(days=4)):
            iris.sign_in()
            assert "Ada Example" in iris.get(DESK).content.decode()
            resumed = iris.post(f"{call}resume/", follow=True).content.decode()
            assert "Near the lake." in resumed
            iris.take(call)
        assert Case.objects.get().received_at == began

    def test_it_loses_nothing_wherever_the_line_drops(self, iris: Operator) -> None:
        """After each answer, and in the middle of the next one."""
        for number in range(len(ADA) + 1):
            said = dict(list(ADA.items())[:number])
            if number < len(ADA) and isinstance(half := list(ADA.values())[number], str):
                said[list(ADA)[number]] = half[: len(half) // 2]
            call = iris.begin()
            assert iris.post(call, said | {"act": "park"}, follow=True).status_code == 200
            assert iris.post(f"{call}resume/", follow=True).status_code == 200
            assert said.items() <= drafts.answers(iris.draft(call)).items()
        assert Case.objects.count() == 0

    def test_it_is_gone_after_five_days(self, iris: Operator) -> None:
        call = iris.begin()
        iris.type(call, "park")
        with time_machine.travel(timezone.now() + timedelta(days=5, hours=1)):
            iris.sign_in()
            assert iris.get(call).status_code == 404
            assert "Ada Example" not in iris.get(DESK).content.decode()

    def test_it_is_discarded_at_once(self, iris: Operator) -> None:
        call = iris.begin()
        iris.type(call, "discard")
        assert iris.get(call).status_code == 404
        assert bytes(iris.draft(call).sealed) == b""

    def test_it_is_nobody_elses_but_the_officers(self, iris: Operator) -> None:
        call = iris.begin()
        assert Operator(name="ivan").get(call).status_code == 404
        assert Operator(Role.OFFICER).get(call).status_code == 200


class TestWhoHasAskedBefore:
    def test_it_shows_the_request_and_nothing_of_the_person(self, iris: Operator) -> None:
        ada = opened()
        call = iris.begin()
        typed = {"family_name": "Quillfether", "given_name": "", "csrfmiddlewaretoken": "x"}
        shown = iris.post(f"{call}look-up/", typed).content.decode()
        assert ada.reference in shown
        assert "Quill" not in shown
        assert "Larkspur" not in shown
        assert ada.reference in iris.type(call, "look", family_name="Quillfeather").content.decode()

    def test_it_adds_a_note_and_keeps_no_call(self, iris: Operator) -> None:
        ada = opened()
        call = iris.begin()
        iris.type(call, "note", known=ada.reference, words="Where is my copy?")
        note = ada.messages.get()
        assert (note.direction, messages.read(ada, notes=True)[0][1]) == (Message.Direction.NOTE, "Where is my copy?")
        ada.refresh_from_db()
        assert ada.attention == "message"
        assert iris.get(call).status_code == 404

    def test_it_refuses_a_note_to_nothing(self, iris: Operator) -> None:
        call = iris.begin()
        assert iris.type(call, "note").status_code == 400
        assert "Near the lake." in iris.get(call).content.decode()

    @pytest.mark.parametrize(("how", "told"), [("anyway", "A new request beside"), ("household", "Same household as")])
    def test_it_opens_a_new_one_with_the_reason_and_links_it(self, iris: Operator, how: str, told: str) -> None:
        ada = opened()
        (case,) = iris.taken(known=ada.reference, known_as=how, known_reason="She moved and asks for the new account.")
        assert CaseLink.objects.filter(case=case, other=ada, kind="related").exists()
        ((_, note),) = messages.read(case, notes=True)
        assert note == f"{told} {ada.reference}: She moved and asks for the new account."
        assert case.identity_level == 0

    def test_it_wants_to_know_what_it_is_and_why(self, iris: Operator) -> None:
        ada = opened()
        assert "Say what this is" in iris.take(iris.begin(), known=ada.reference).content.decode()
        page = iris.take(iris.begin(), known=ada.reference, known_as="anyway").content.decode()
        assert "why this is a request of its own" in page
        assert Case.objects.count() == 1


class TestLetters:
    STAMP = {"received_on": "11/20/2026", "opened_on": "11/23/2026"}

    @pytest.fixture(autouse=True)
    def today(self):
        with time_machine.travel("2026-11-24T18:00:00Z"):
            yield

    def test_it_counts_from_the_stamp_and_keeps_the_scan(self, iris: Operator) -> None:
        scan = SimpleUploadedFile("letter.txt", b"Please send me a copy.")
        (case,) = iris.taken("mail", **self.STAMP, scan=scan, words="")
        assert str(case.received_on) == "2026-11-20"
        assert case.clocks.get(kind="answer").derivation[0]["text"].startswith("Received Fri 2026-11-20 by mail")
        assert case.evidence.get().purpose == Evidence.Purpose.LETTER
        event = case.events.get(kind="call:taken")
        assert (event.payload["opened"], event.payload["read_back"]) == ("2026-11-23", [])

    def test_it_takes_a_declaration_that_was_signed_on_paper(self, iris: Operator) -> None:
        (case,) = iris.taken("mail", **self.STAMP, signed_name="Ada Example")
        assert Declaration.objects.filter(case=case).exists()

    def test_it_takes_a_visit_with_its_read_back(self, iris: Operator) -> None:
        (case,) = iris.taken("walk_in", received_on="11/24/2026")
        assert case.channel == "walk_in"
        assert CallRecord.objects.get().read_back == sorted(calls.ITEMS)

    @pytest.mark.parametrize(
        ("changes", "told"),
        [
            ({"received_on": ""}, "Give the day on which it came in"),
            ({"received_on": "11/25/2026"}, "not in the future"),
            ({"received_on": "11/20/2020"}, "within the last year"),
            ({"opened_on": "11/19/2026"}, "not before it came in"),
            ({"words": ""}, "Attach the scan, or type what the letter asks."),
            ({"scan": SimpleUploadedFile("a.pdf", b"")}, "This file is empty."),
            ({"scan": SimpleUploadedFile("a.pdf", b"MZ\x90\x00" + b"\x00" * 99)}, "Send a PDF, PNG, JPEG"),
        ],
    )
    def test_it_refuses_in_clear_words(self, iris: Operator, changes: dict, told: str) -> None:
        if scan := changes.get("scan"):
            scan.seek(0)
        call = iris.begin("mail")
        refused = iris.type(call, "take", **self.STAMP | changes)
        assert refused.status_code == 400
        assert told in refused.content.decode()
        assert (Case.objects.count(), Evidence.objects.count()) == (0, 0)

    def test_it_refuses_a_scan_that_is_too_large(self, iris: Operator) -> None:
        with override_settings(UMBS_UPLOAD_MAX_BYTES=1024):
            scan = SimpleUploadedFile("a.pdf", b"%PDF-1.7" + b"0" * 80_000)
            refused = iris.type(iris.begin("mail"), "take", **self.STAMP, scan=scan)
        assert "Scan it smaller." in refused.content.decode()
        assert Case.objects.count() == 0


def test_it_shows_the_reference_to_spell_and_prints_the_letter_in_the_callers_language(iris: Operator) -> None:
    call = iris.begin()
    iris.take(call, language="es")
    case = Case.objects.get()
    page = iris.get(f"{call}done/").content.decode()
    assert page.count("umbs-spelled__character") == 9
    assert case.reference in page
    letter = iris.get(f"{call}letter/").content.decode()
    assert "Recibimos su solicitud" in letter
    assert "Declaración para firmar" in letter
    assert case.reference in letter
    assert english_in(letter) == []
    assert iris.get(call)["Location"] == f"{call}done/"
