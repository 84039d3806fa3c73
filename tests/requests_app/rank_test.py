"""Mann-Whitney's U for two samples, by the normal approximation, and Cliff's delta: is one side slower?"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import erfc, sqrt


@dataclass(frozen=True)
class Comparison:
    p: float
    delta: float


def compare(left: Sequence[float], right: Sequence[float]) -> Comparison:
    """`delta` is P(left > right) - P(left < right); `p` is two-sided. Ties share their mean rank."""
    ranks = _ranks([*left, *right])
    n, m = len(left), len(right)
    u = sum(ranks[:n]) - n * (n + 1) / 2
    z = (u - n * m / 2) / sqrt(n * m * (n + m + 1) / 12)
    return Comparison(p=erfc(abs(z) / sqrt(2)), delta=2 * u / (n * m) - 1)


def _ranks(values: Sequence[float]) -> list[float]:
    order = sorted(range(len(values)), key=values.__getitem__)
    ranks = [0.0] * len(values)
    start = 0
    while start < len(order):
        end = start
        while end + 1 < len(order) and values[order[end + 1]] == values[order[start]]:
            end += 1
        for place in order[start : end + 1]:
            ranks[place] = (start + end) / 2 + 1
        start = end + 1
    return ranks
