"""Burns accepted redactions into a copy; the original is never served."""

from __future__ import annotations

import copy
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final, Protocol

from fulfillment.redact.labels import NEVER, Label, Role, withheld
from fulfillment.redact.pointer import leaves, parent_of
from fulfillment.redact.spans import Span, merge

_TELLING: Final = 6  # letters and digits


class Accepted(Protocol):
    """A place to withhold, as the case file hands it out."""

    @property
    def path(self) -> str: ...
    @property
    def start(self) -> int: ...
    @property
    def end(self) -> int: ...
    @property
    def label(self) -> str: ...
    @property
    def role(self) -> str: ...


@dataclass(slots=True)
class Burned:
    """The copy, how much of each kind was withheld in it, and the strings that were taken out (for the scan)."""

    values: dict[str, Any]
    kinds: Counter[Label] = field(default_factory=Counter)
    taken: set[str] = field(default_factory=set)
    whole: bool = False  # nothing of the record is left to give


def masked(text: str, spans: Iterable[Span], language: str = "en") -> str:
    """The text with each span replaced by the words for its kind; spans must not overlap."""
    out: list[str] = []
    at = 0
    for s in sorted(spans):
        out += [text[at : s.start], withheld(s.label, language)]
        at = s.end
    out.append(text[at:])
    return "".join(out)


def burn(values: Mapping[str, Any], accepted: Sequence[Accepted], language: str = "en") -> Burned:
    """A copy of one record without what was accepted. A place that is not there any more withholds the whole record."""
    burned = Burned(copy.deepcopy(dict(values)))
    by_path: dict[str, list[Accepted]] = {}
    for one in accepted:
        by_path.setdefault(one.path, []).append(one)
    for path in sorted(by_path, key=len, reverse=True):
        if not _burn_field(burned, path, by_path[path], language):
            return _nothing(values, by_path[path])
    covers = {withheld(label, language) for label in Label}
    burned.whole = bool(accepted) and all(value in covers for _, value in leaves(burned.values))
    return burned


def _burn_field(burned: Burned, path: str, places: list[Accepted], language: str) -> bool:
    found = parent_of(burned.values, path)
    if found is None:
        return False
    parent, key = found
    value = parent[key]
    if not isinstance(value, str) or any(p.start == p.end for p in places):
        label = _label(places)
        burned.taken.update(text for _, leaf in leaves(value) if tells(text := str(leaf), label))
        burned.kinds[label] += 1
        parent[key] = withheld(label, language)
        return True
    if any(p.end > len(value) for p in places):
        return False
    kept = merge((Span(p.start, p.end, Label(p.label), Role(p.role), "") for p in places), value)
    burned.taken.update(text for s in kept if tells(text := value[s.start : s.end], s.label))
    burned.kinds.update(s.label for s in kept)
    parent[key] = masked(value, kept, language)
    return True


def _nothing(values: Mapping[str, Any], places: list[Accepted]) -> Burned:
    label = _label(places)
    taken = {text for _, leaf in leaves(values) if tells(text := str(leaf), label)}
    return Burned({}, Counter({label: 1}), taken, whole=True)


def _label(places: Iterable[Accepted]) -> Label:
    """The kind that is named when a whole field goes: what is never disclosed first, then what covers the field."""
    return Label(min(places, key=lambda p: (p.role != Role.NEVER, p.start != p.end)).label)


def tells(value: str, label: Label) -> bool:
    """Points at a person by itself, so that it may stand nowhere in the package.

    "spouse", a town or a first name were withheld where they stood, but are common words elsewhere.
    """
    letters = sum(map(str.isalnum, value))
    numbers = sum(map(str.isdigit, value))
    match label:
        case Label.EMAIL:
            return True
        case Label.PERSON:
            return len(value.split()) > 1 and letters >= _TELLING
        case Label.PHONE:
            return numbers >= _TELLING
        case Label.ADDRESS:
            return numbers > 0 and len(value.split()) > 2  # noqa: PLR2004 - number, street, kind of street
        case _:
            return label in NEVER and letters >= _TELLING and (numbers > 0 or label is Label.PASSWORD)
