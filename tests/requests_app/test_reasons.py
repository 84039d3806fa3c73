"""The reasons are complete in both languages, as the law has them, and a wrong file is told line by line."""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterator
from dataclasses import FrozenInstanceError
from datetime import date
from pathlib import Path

import pytest

from requests_app import checks, reasons
from requests_app.models import PlanStep
from requests_app.reasons.schema import PREFIXES, Reason

COUNTS = {"legal": 14, "technical": 11, "operational": 5, "scope": 3}
EVERY = pytest.mark.parametrize("reason", reasons.all(), ids=lambda reason: reason.code)
MONDAY = date(2026, 11, 23)


def test_it_has_every_code_once_and_in_order() -> None:
    wanted = [f"{PREFIXES[kind]}-{n:02}" for kind, number in COUNTS.items() for n in range(1, number + 1)]
    assert [reason.code for reason in reasons.all()] == wanted


@EVERY
def test_it_is_told_in_both_languages_and_not_by_code(reason: Reason) -> None:
    for words in (reason.title, reason.text, reason.next, reason.owner_name):
        assert words.told("en") != words.told("es")
        assert not re.search(r"[A-Z]{3}-\d\d", words.en + words.es)
    for sentence in (reason.text.en, reason.text.es, reason.next.en, reason.next.es, reason.meaning):
        assert sentence.endswith(".")
        assert "below" not in sentence


@EVERY
def test_its_result_is_one_that_a_step_can_have(reason: Reason) -> None:
    assert reason.result in PlanStep.Result.values


@EVERY
def test_a_technical_reason_delays_and_does_not_refuse(reason: Reason) -> None:
    """Only what the law lets us keep may be kept; TEC-04 is no delay: we need not find out whose it is."""
    if reason.kind == "technical" and reason.code != "TEC-04":
        assert not reason.may_refuse
        assert reason.retry_days
    if reason.kind == "legal" and reason.code != "LEG-04":
        assert reason.may_refuse


@pytest.mark.parametrize(
    ("code", "tries", "next_try"),
    [
        ("TEC-05", 0, date(2026, 11, 24)),
        ("TEC-05", 13, date(2026, 11, 24)),
        ("TEC-05", 40, date(2026, 11, 30)),
        ("TEC-09", 2, date(2026, 12, 16)),
        ("LEG-08", 0, None),
        ("LEG-13", 0, date(2027, 2, 21)),
    ],
)
def test_it_says_when_to_try_again(code: str, tries: int, next_try: date | None) -> None:
    assert reasons.get(code).next_try(MONDAY, tries=tries) == next_try


def test_it_names_the_reasons_when_asked_for_another() -> None:
    with pytest.raises(KeyError, match="no reason is called LEG-99; there are LEG-01, "):
        reasons.get("LEG-99")


def test_it_cannot_be_changed_at_run_time() -> None:
    with pytest.raises(FrozenInstanceError):
        reasons.get("LEG-01").citation = "none"  # type: ignore[misc]


# --- what is wrong with the file ---------------------------------------------------------------------------------


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return Path(shutil.copy(reasons.FILE, tmp_path / "codes.toml"))


def change(file: Path, old: str, new: str) -> int:
    """Replace the first occurrence and say on which line it stands."""
    text = file.read_text(encoding="utf-8")
    assert old in text
    file.write_text(text.replace(old, new, 1), encoding="utf-8")
    return text[: text.index(old)].count("\n") + 1


@pytest.mark.parametrize(
    ("old", "new", "key", "said"),
    [
        ('kind = "legal"', 'kind = "leagl"', "codes.LEG-01.kind", "'legal', 'technical'"),
        ('kind = "legal"', 'kind = "scope"', "codes.LEG-01.kind", "a scope reason is called SCP-.."),
        ("may_refuse = true", 'may_refuse = "yes"', "codes.LEG-01.may_refuse", "valid boolean"),
        ('result = "kept"', 'result = "lost"', "codes.LEG-01.result", "'kept', 'referred'"),
        ("retry_days = [365]", "retry_days = [0]", "codes.LEG-02.retry_days.0", "greater than or equal to 1"),
        ('retry_event = "retention_ends"', 'retry_event = "some_day"', "codes.LEG-01.retry_event", "'retention_ends'"),
        ('owner = "records"', 'owner = "recrods"', "codes.LEG-01.owner", "no such owner; there are account_owner"),
        ('citation = "42 CFR 424', 'citatoin = "42 CFR 424', "codes.LEG-01.citatoin", "unknown key"),
        ('hr = { en = "Human', 'hr2 = { en = "Human', "owners.hr2", "answers for no reason"),
        ("[codes.LEG-01]", "[codes.LAW-01]", "codes.LAW-01", "should match pattern"),
    ],
)
def test_it_names_file_line_and_key_of_a_fault(file: Path, old: str, new: str, key: str, said: str) -> None:
    line = change(file, old, new)
    with pytest.raises(reasons.ReasonFileError) as caught:
        reasons.load(file)
    found = caught.value.faults
    assert any(fault.startswith(f"codes.toml:{line}: {key}: ") and said in fault for fault in found), found


def test_it_refuses_a_text_that_is_missing_in_one_language(file: Path) -> None:
    change(file, "text.es = ", "# text.es = ")
    with pytest.raises(reasons.ReasonFileError, match=r"codes.LEG-01.text.es: is missing"):
        reasons.load(file)


def test_it_refuses_a_delay_that_nothing_ends(file: Path) -> None:
    change(file, 'retry_event = "hold_released"', "")
    with pytest.raises(reasons.ReasonFileError, match="what is deferred needs retry_days or retry_event"):
        reasons.load(file)


@pytest.fixture
def other_reasons(file: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    monkeypatch.setattr(reasons, "FILE", file)
    reasons._reasons.cache_clear()
    yield file
    reasons._reasons.cache_clear()


def test_it_stops_the_system_check_with_an_id(other_reasons: Path) -> None:
    line = change(other_reasons, "may_refuse = true", "may_refuse = 3")
    (found,) = checks.reasons_load()
    assert found.id == "umbs.E002"
    assert str(found.msg).startswith(f"codes.toml:{line}: codes.LEG-01.may_refuse:")


def test_it_passes_the_system_check_as_it_stands() -> None:
    assert checks.reasons_load() == []
