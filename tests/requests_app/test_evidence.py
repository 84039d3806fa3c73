"""Proofs of identity and of permission do not outlive the decision that they were for (T3)."""

from __future__ import annotations

import io
import json
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command
from PIL import Image
from pytest_django import Settings

from requests_app import selectors
from requests_app.exceptions import NotAllowed, NotFound, NotValid, WrongState
from requests_app.ledger import chain
from requests_app.lifecycle import Right, State
from requests_app.models import Attention, Case, CorrectionItem, EventKind, Evidence, Preparer
from requests_app.permissions import Role, consumer, staff
from requests_app.services import collect, ending, evidence, holds, identity, messages, reuse
from tests.characters import OTTO, user
from tests.factories import case_in, gather, opened, propose, prove

pytestmark = pytest.mark.django_db
PROOF = b"Texas driver license of Ada Quillfeather"


@pytest.fixture(autouse=True)
def store(settings: Settings, tmp_path: Path) -> Path:
    settings.UMBS_MEDIA_URL = f"file://{tmp_path / 'media'}"
    return tmp_path / "media"


def proof(case: Case, content: bytes = PROOF) -> Evidence:
    return messages.upload(case_id=case.id, by=consumer(case.id), name="Ada's licence.txt", parts=[content])


def now(case: Case) -> Case:
    fresh: Case = Case.objects.get(pk=case.pk)
    return fresh


def sweep(*words: str) -> dict[str, Any]:
    out = StringIO()
    call_command("evidence_sweep", "--json", *words, stdout=out)
    told: dict[str, Any] = json.loads(out.getvalue())
    return told


def files(store: Path) -> int:
    return sum(path.is_file() for path in store.rglob("*"))


def test_it_takes_what_is_sent_while_identity_is_open_for_a_proof_of_it() -> None:
    case = opened()
    assert proof(case).purpose == Evidence.Purpose.IDENTITY
    by_staff = messages.upload(case_id=case.id, by=staff(user(Role.INTAKE)), name="fax.txt", parts=[b"A fax."])
    assert by_staff.purpose == Evidence.Purpose.MESSAGE
    assert proof(prove(case), b"later").purpose == Evidence.Purpose.MESSAGE


@pytest.mark.parametrize("state", [State.VERIFYING, State.IN_REVIEW])
def test_it_keeps_a_proof_until_the_decision(state: State) -> None:
    case = opened()
    row = proof(case)
    if state is State.IN_REVIEW:
        propose(gather(prove(case)))
    assert sweep()["destroyed"] == 0
    row.refresh_from_db()
    assert row.destroyed_at is None


def test_it_destroys_a_proof_after_the_decision_and_keeps_only_its_digest(store: Path) -> None:
    case = opened()
    row = proof(case)
    ending.withdraw(case_id=case.id, by=consumer(case.id))
    assert sweep("--dry-run") == {"destroyed": 1, "dry_run": True}
    assert files(store) == 1
    assert sweep() == {"destroyed": 1, "dry_run": False}
    assert sweep()["destroyed"] == 0
    assert files(store) == 0
    row.refresh_from_db()
    assert (row.destroyed_at is not None, bytes(row.name_sealed)) == (True, b"")
    event = case.events.get(kind=EventKind.EVIDENCE_DESTROYED)
    assert event.payload == {"evidence": str(row.id), "purpose": "identity", "digest": row.digest_index}
    assert list(chain.verify(case)) == []
    with pytest.raises(NotFound):
        collect.fetch_evidence(case_id=case.id, evidence_id=row.id, by=staff(user(Role.OFFICER)))
    assert [name for _row, name in messages.files(case)] == ["a file, destroyed after the decision"]


def test_t3_it_still_tells_when_a_destroyed_proof_is_used_again() -> None:
    case = opened()
    proof(case)
    ending.withdraw(case_id=case.id, by=consumer(case.id))
    sweep()
    assert proof(opened()).is_repeated


def drawing(size: tuple[int, int], kind: str) -> bytes:
    """One colour, all over."""
    out = io.BytesIO()
    Image.new("RGB", size, "white").save(out, kind)
    return out.getvalue()


def test_t3_it_takes_no_blank_or_disguised_image() -> None:
    case = opened()
    plain = [("licence.png", b""), ("licence.png", b"GIF89a"), ("licence.svg", b"<svg/>")]
    drawn = [("licence.png", drawing(size, "png")) for size in ((1, 1), (39, 400), (400, 300))]
    for name, content in [*plain, *drawn, ("licence.jpg", drawing((400, 300), "jpeg"))]:
        with pytest.raises(NotValid):
            messages.upload(case_id=case.id, by=consumer(case.id), name=name, parts=[content])


def test_it_keeps_a_proof_under_a_hold_and_one_that_also_proves_a_correction() -> None:
    held, correcting = opened(), opened()
    proof(held)
    shown = proof(correcting)
    CorrectionItem.objects.create(case=correcting, number=1, sealed=b"x", evidence=shown)
    holds.place(case_id=held.id, by=staff(user(Role.OFFICER)), ground="A subpoena of November 20.")
    for case in (held, correcting):
        ending.withdraw(case_id=case.id, by=consumer(case.id))
    assert sweep()["destroyed"] == 0
    hold = held.holds.get()
    holds.lift(case_id=held.id, by=staff(user(Role.OFFICER)), hold_id=hold.id)
    assert sweep()["destroyed"] == 1


def test_it_ends_what_was_interrupted_after_the_bytes_were_gone(monkeypatch: pytest.MonkeyPatch, store: Path) -> None:
    case = opened()
    proof(case)
    ending.withdraw(case_id=case.id, by=consumer(case.id))

    def killed(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr(chain, "append", killed)
        with pytest.raises(KeyboardInterrupt):
            evidence.sweep()
    assert files(store) == 0
    assert Evidence.objects.get(case=case).destroyed_at is None
    assert sweep()["destroyed"] == 1


def test_it_keeps_messages_and_letters() -> None:
    case = case_in(State.CLOSED, Right.OPT_OUT_PROFILING)
    messages.upload(case_id=case.id, by=staff(user(Role.INTAKE)), name="letter.txt", parts=[b"Dear Sirs"])
    assert sweep()["destroyed"] == 0


# --- the same file in two requests ---------------------------------------------------------------------------------

WHY = "She is his daughter and sent her own licence with both."


def cleared(case: Case, *, by: str = "cato", reason: str = WHY) -> None:
    for row in case.evidence.uncleared():
        reuse.clear(case_id=case.id, by=staff(user(Role.OFFICER, by)), evidence_id=row.id, reason=reason)


def test_t3_it_alerts_and_shuts_the_gate_of_both_requests_that_show_the_same_file() -> None:
    first, second = opened(), opened(person=OTTO)
    proof(first)
    assert now(first).attention == Attention.MESSAGE
    proof(second)
    assert now(second).attention == Attention.EVIDENCE
    assert [("evidence" in now(one).gate_refusals()) for one in (first, second)] == [True, True]
    ruling = selectors.queue_for(user(Role.OFFICER), selectors.Filters(view="attention")).rows
    assert {row.reference for row in ruling} == {first.reference, second.reference}
    assert [one.reference for one in reuse.of_case(second)[0].others] == [first.reference]


def test_t3_it_lets_nobody_rely_on_the_file_before_a_second_officer_has_cleared_it() -> None:
    case, cleo = opened(), staff(user(Role.OFFICER))
    proof(opened(person=OTTO))
    proof(case)
    with pytest.raises(WrongState, match="another officer"):
        identity.accept(case_id=case.id, by=cleo, reason="Her licence was seen.")
    cleared(case, by="cleo")
    with pytest.raises(WrongState, match="another officer"):
        identity.accept(case_id=case.id, by=cleo, reason="Her licence was seen.")
    identity.accept(case_id=case.id, by=staff(user(Role.OFFICER, "cato")), reason="Her licence was seen.")
    assert "evidence" not in now(case).gate_refusals()


def test_t3_it_takes_the_word_of_officers_alone_who_give_a_reason_and_did_not_prepare() -> None:
    case = opened()
    proof(opened(person=OTTO))
    row = proof(case)
    for role in (Role.INTAKE, Role.ANALYST, Role.AUDITOR, Role.ADMIN):
        with pytest.raises(NotAllowed):
            reuse.clear(case_id=case.id, by=staff(user(role)), evidence_id=row.id, reason=WHY)
    with pytest.raises(NotValid, match="in a sentence"):
        cleared(case, reason="  fine   ")
    Preparer.objects.create(case=case, user=user(Role.OFFICER, "cato"))
    with pytest.raises(NotValid, match="yourself"):
        cleared(case)
    cleared(case, by="cora")
    event = case.events.get(kind=EventKind.EVIDENCE_CLEARED)
    assert (event.by, event.payload) == (user(Role.OFFICER, "cora"), {"evidence": str(row.id)})
    assert (now(case).attention, reuse.of_case(case)[0].reason) == (Attention.NONE, WHY)
    with pytest.raises(WrongState, match="waits for nobody"):
        reuse.clear(case_id=case.id, by=staff(user(Role.OFFICER, "cora")), evidence_id=row.id, reason=WHY)
    assert list(chain.verify(case)) == []
