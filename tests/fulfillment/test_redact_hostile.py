"""Security T22: no text, however made, costs more than time in proportion to its length."""

from __future__ import annotations

import time

import pytest

from fulfillment.redact.detect import detect
from fulfillment.redact.profile import Subject
from fulfillment.scan.never import never_disclosed
from fulfillment.scan.strings import Wanted

ADA = Subject(
    names=("Ada Maria Quillfeather",),
    emails=("ada@example.org",),
    phones=("2145550107",),
    addresses=("12 Larkspur Lane Apt 4, Garland, TX 75040",),
    date_of_birth="1966-03-23",
    account_numbers=("20447716",),
)
UNITS = (
    *("a", "A", "1", " ", "-", ".", "@", "\n", "\t", '"', "'", "(", "#", "|", "*", "é", "ª", "<", "?", ","),
    *("a@", "a.", "1-", "1 ", "A ", "a ", "12 ", "1.", "1:", "1/", "$1,", "xx-", "A. ", "Ab ", "Ab, ", "Ab-", ". "),
    *(": ", "one ", "one", "ssn ", "ssn is ", "password ", "password: ", "maiden name ", "security question ", "vp_"),
    *("fingerprint ", "face ", "de la ", "dr. ", "wife ", "123 Ab ", "1 a st ", "po box ", "calle ", "at dot "),
    *(" dot ", "http://", "jan 1 ", "born ", "dob ", "4111 ", "AB12 ", "W!1a", "Ada ", "Quillfeather, ", "account "),
    *("1 account ", "is ", "pt "),
)
SIZE = 20_000
PER_KILOBYTE = 0.05


def cost(text: str) -> float:
    """CPU seconds for a thousand characters; asked again where it is too much, since other work can only add to it."""
    took, tries = float("inf"), 3
    while took > PER_KILOBYTE and tries:
        tries -= 1
        began = time.process_time()
        detect(text, ADA)
        took = (time.process_time() - began) / (len(text) / 1000)
    return took


@pytest.mark.slow
@pytest.mark.parametrize("tail", ["", "!", "\x00", "@x"])
def test_it_reads_hostile_repetitions_in_linear_time(tail: str) -> None:
    slow = {}
    for unit in UNITS:
        text = (unit * SIZE)[:SIZE] + tail
        if (took := cost(text)) > PER_KILOBYTE:
            slow[unit] = took

    assert slow == {}


@pytest.mark.slow
@pytest.mark.parametrize("unit", ['"', "1 ", "4111 ", "Ab, ", "one ", "123 Ab "])
def test_it_takes_four_times_as_long_for_four_times_as_much(unit: str) -> None:
    times = []
    for size in (50_000, 200_000):
        text = (unit * size)[:size]
        began = time.process_time()
        detect(text, ADA)
        times.append(time.process_time() - began)

    assert times[1] < 8 * times[0]


@pytest.mark.slow
def test_it_reads_a_megabyte_for_the_gate_in_time() -> None:
    wanted = Wanted(f"Withheld Person {n}" for n in range(5000))
    text = "statement line 12345 of an ordinary note\n" * 25_000
    began = time.process_time()
    hit = wanted.found_in(text)
    took = time.process_time() - began

    assert not hit
    assert took < 10
    assert never_disclosed("(a+)+$" * 20_000) == frozenset()
