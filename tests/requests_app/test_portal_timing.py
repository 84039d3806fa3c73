"""T6: neither the words nor the time of an answer tell whether a reference exists."""

from __future__ import annotations

import gc
import os
import time

import pytest

from requests_app import reference
from requests_app.models import Case
from tests.requests_app import rank_test
from tests.requests_app.portal_walk import CODE, STATUS, Visitor, mailed_code

pytestmark = [pytest.mark.django_db, pytest.mark.slow]
PAIRS = int(os.environ.get("TIMING_PAIRS", "300"))  # 10,000 for the figures of a release
NEGLIGIBLE = 0.147  # Romano et al.: below this, Cliff's delta counts as no effect; 3.1 standard errors at 300 pairs


@pytest.fixture
def asked() -> Case:
    return Visitor().ask("access")[0]


@pytest.fixture(autouse=True)
def _no_limits(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr("requests_app.portal.following.ASKS_PER_HOUR", 10**9)
    monkeypatch.setattr("requests_app.services.codes.TRIES", 30_000)
    gc.disable()
    yield
    gc.enable()


def seconds(visitor: Visitor, path: str, data: dict[str, str]) -> float:
    begun = time.perf_counter()
    visitor.post(path, data)
    return time.perf_counter() - begun


def paired(known: Visitor, unknown: Visitor, path: str, of_known: dict[str, str], of_unknown: dict[str, str]):
    samples: tuple[list[float], list[float]] = ([], [])
    for number in range(PAIRS + 20):
        sides = [(0, known, of_known), (1, unknown, of_unknown)]
        for side, visitor, data in sides if number % 2 else reversed(sides):
            taken = seconds(visitor, path, data)
            if number >= 20:
                samples[side].append(taken)
    found = rank_test.compare(*samples)
    print(f"{path}: {PAIRS} pairs, p = {found.p:.3f}, Cliff's delta = {found.delta:+.3f}")
    return found


def test_asking_for_a_code_takes_as_long_for_an_unknown_reference(asked: Case):
    nobody = reference.new()
    found = paired(Visitor(), Visitor(), STATUS, {"reference": asked.reference}, {"reference": nobody})
    assert abs(found.delta) < NEGLIGIBLE


def test_entering_a_wrong_code_takes_as_long_for_an_unknown_reference(asked: Case):
    known, unknown = Visitor(), Visitor()
    known.post(STATUS, {"reference": asked.reference})
    unknown.post(STATUS, {"reference": reference.new()})
    wrong = "000000" if mailed_code(asked) != "000000" else "000001"
    found = paired(known, unknown, CODE, {"code": wrong}, {"code": wrong})
    assert abs(found.delta) < NEGLIGIBLE


def test_the_comparison_sees_a_difference_when_there_is_one():
    slow, quick = [n + 0.5 for n in range(50)], [float(n) for n in range(50)]
    assert rank_test.compare(slow, quick).delta == pytest.approx(0.02)
    assert rank_test.compare([2.0] * 9, [1.0] * 9) == rank_test.Comparison(
        p=pytest.approx(0.00034, abs=1e-4), delta=1.0
    )
    assert rank_test.compare([1.0] * 9, [1.0] * 9).p == pytest.approx(1)
