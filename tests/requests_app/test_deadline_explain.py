from __future__ import annotations

import json
import subprocess
import sys
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

ROOT = Path(__file__).resolve().parents[2]
ASKED = {"regime": "US-CA", "right": "delete", "received": "2026-01-30T23:30-06:00", "channel": "phone"}


def explain(**changed: str | bool) -> str:
    out = StringIO()
    call_command("deadline_explain", stdout=out, **{**ASKED, **changed})
    return out.getvalue()


def test_it_prints_each_clock_with_its_derivation_and_citations() -> None:
    lines = explain().splitlines()
    assert lines[0] == "US-CA California Consumer Privacy Act, version 2026-11-25.1; right: delete"
    assert "acknowledge: due Fri 2026-02-13" in lines
    assert "answer: due Mon 2026-03-16" in lines
    steps = [line for line in lines if line.startswith("  ")]
    assert all(line.endswith("]") for line in steps)
    assert any("Fri 2026-01-30 23:30 CST by phone" in line for line in steps)
    assert any("[Cal. Civ. Code 1798.130(a)(2)(A); 11 CCR 7021(b)]" in line for line in steps)


def test_it_prints_json() -> None:
    told = json.loads(explain(json=True))
    assert told["regime"] == "US-CA"
    assert told["time_zone"] == "America/Chicago"
    assert [(clock["kind"], clock["due_on"]) for clock in told["clocks"]] == [
        ("acknowledge", "2026-02-13"),
        ("answer", "2026-03-16"),
    ]
    answer = told["clocks"][1]
    assert (answer["extended_due_on"], answer["notice_by"]) == ("2026-04-30", "2026-03-15")
    assert (answer["length"], answer["unit"]) == (45, "calendar_days")
    assert all(step["citation"] and step["text"] for clock in told["clocks"] for step in clock["steps"])


def test_it_skips_a_holiday_and_says_so() -> None:
    assert "Holiday skipped: Presidents' Day, Mon 2026-02-16." in explain(right="opt_out_sale_sharing")


def test_it_explains_an_appeal_and_a_letters_stamp() -> None:
    told = json.loads(explain(regime="us-tx", right="appeal", received="2026-01-30", channel="mail", json=True))
    assert [(clock["kind"], clock["due_on"]) for clock in told["clocks"]] == [("appeal", "2026-03-16")]


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"regime": "US-ZZ"}, "no law file for US-ZZ; there are STRICT, US-CA, US-TX"),
        ({"right": "fly"}, "no right is called fly; there are access"),
        ({"channel": "pigeon"}, "--channel: there is no pigeon; there are web"),
        (
            {"received": "yesterday"},
            "--received: yesterday is not a date and time; write it like 2026-01-30T23:30-06:00",
        ),
        ({"received": "2026-02-30T10:00-06:00"}, "is not a date and time"),
        ({"received": "2026-01-30T23:30"}, "has no offset from UTC"),
        ({"received": "1999-01-30T23:30-06:00"}, "Legal holidays are known from 2022"),
        ({"received": "9999-12-31T23:30-06:00"}, "is too far away"),
        ({"received": "0001-01-01T00:00+14:00"}, "is too far away"),
        ({"regime": ""}, "--regime is missing"),
        ({"right": ""}, "--right is missing"),
        ({"received": ""}, "--received is missing"),
    ],
)
def test_it_refuses_bad_input_in_one_line(changed: dict[str, str], said: str) -> None:
    with pytest.raises(CommandError) as caught:
        explain(**changed)
    assert said in str(caught.value)
    assert "\n" not in str(caught.value)
    assert caught.value.returncode == 2


@pytest.mark.slow
def test_it_ends_with_code_2_and_one_line_on_the_command_line() -> None:
    command = [sys.executable, "manage.py", "deadline_explain", "--regime", "US-CA", "--right", "delete"]
    ended = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert ended.returncode == 2
    assert ended.stdout == ""
    assert [line for line in ended.stderr.splitlines() if not line.startswith("{")] == [
        "CommandError: --received is missing"
    ]
