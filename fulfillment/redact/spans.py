"""A stretch of text that is to be withheld, and how stretches are laid over each other."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

from fulfillment.redact.labels import Label, Role, role_of


@dataclass(frozen=True, slots=True, order=True)
class Span:
    """Half open [start, end) in code points; `rule` names the detector for the reviewer and the ledger."""

    start: int
    end: int
    label: Label
    role: Role
    rule: str


def span(start: int, end: int, label: Label, rule: str) -> Span:
    """A span with the role its label carries."""
    return Span(start, end, label, role_of(label), rule)


class Ranges:
    """Stretches merged and in order, asked by position in logarithmic time."""

    def __init__(self, ranges: Iterable[tuple[int, int]]) -> None:
        self._starts: list[int] = []
        self._ends: list[int] = []
        for start, end in sorted(ranges):
            if self._ends and start <= self._ends[-1]:
                self._ends[-1] = max(self._ends[-1], end)
            else:
                self._starts.append(start)
                self._ends.append(end)

    def cover(self, start: int, end: int) -> bool:
        """The stretch lies wholly inside one of them."""
        i = bisect_right(self._starts, start) - 1
        return i >= 0 and end <= self._ends[i]

    def free(self, start: int, end: int) -> Iterator[tuple[int, int]]:
        """The pieces of the stretch that lie in none of them."""
        i = bisect_right(self._ends, start)
        while start < end:
            if i == len(self._starts) or self._starts[i] >= end:
                yield start, end
                return
            if start < self._starts[i]:
                yield start, self._starts[i]
            start = self._ends[i]
            i += 1


def subtract(spans: Iterable[Span], ranges: Iterable[tuple[int, int]], text: str) -> list[Span]:
    """What is left of the spans outside the ranges; remains without a letter or digit fall away."""
    kept = Ranges(ranges)
    return [
        replace(whole, start=start, end=end)
        for whole in spans
        for start, end in kept.free(whole.start, whole.end)
        if any(map(str.isalnum, text[start:end]))
    ]


def merge(spans: Iterable[Span], text: str) -> list[Span]:
    """Non-overlapping spans in order. NEVER wins over OTHER; among equals the longest names the kind."""
    every = list(spans)
    never = _union(s for s in every if s.role is Role.NEVER)
    other = _union(s for s in every if s.role is Role.OTHER)
    outside = subtract(other, ((s.start, s.end) for s in never), text)
    return sorted([*never, *outside])


def _union(spans: Iterable[Span]) -> list[Span]:
    out: list[Span] = []
    longest = 0
    for s in sorted(spans, key=lambda s: (s.start, -s.end)):
        if not out or s.start >= out[-1].end:
            out.append(s)
            longest = s.end - s.start
            continue
        last = out[-1]
        name = last
        if s.end - s.start > longest:
            name, longest = s, s.end - s.start
        out[-1] = Span(last.start, max(last.end, s.end), name.label, last.role, name.rule)
    return out
