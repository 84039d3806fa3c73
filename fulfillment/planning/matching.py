"""Whether what a person says is right stands in our systems, of what is disclosed to nobody (11 CCR 7023(j)): counts.

Only fields are compared that a data map says to be of such a kind and not somebody else's: a yes about a number in a
note could tell the number of a spouse.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Container, Iterable, Mapping, Sequence
from typing import Any

from fulfillment.datamap.graph import NOT_THEIRS, Collection
from fulfillment.redact.canon import fold
from fulfillment.redact.columns import Columns, Treatment
from fulfillment.redact.detect import detect
from fulfillment.redact.labels import Label, Role
from fulfillment.redact.pointer import leaves
from fulfillment.redact.profile import Subject
from requests_app.casefile import correcting
from requests_app.casefile.types import CorrectionValues

Place = tuple[int, str, str]  # number of the item, path of the field, what stands there
LAST = 4  # signs: what many systems keep of a number
_NEAR: Sequence[frozenset[Label]] = (
    frozenset({Label.SSN, Label.GOV_ID}),
    frozenset({Label.DRIVER_LICENSE, Label.GOV_ID}),
    frozenset({Label.CARD, Label.FINANCIAL_ACCOUNT}),
    frozenset({Label.HEALTH_PLAN_ID, Label.MRN}),
)


class Matches:
    """Fed row by row; keeps counts for each item and label, and no value."""

    def __init__(self, items: Iterable[CorrectionValues], subject: Subject) -> None:
        self._items = list(items)
        self._kinds = {item.number: _kind(item, subject) for item in self._items}
        self._by_place: dict[int, Label] = {}
        self._counts: Counter[tuple[int, bool, Label]] = Counter()

    def read(
        self, collection: Collection, columns: Columns, values: Mapping[str, Any], wrong: Container[Place]
    ) -> None:
        """One row, with the places in it where a wrong value stands: what becomes of these is told by the place."""
        for parts, value in leaves(values):
            rule = columns.rule(parts)
            path = ".".join(part for part in parts if not part.isdigit())
            field = collection.field(path)
            if rule.treatment is not Treatment.NEVER or (field is not None and field.person_of in NOT_THEIRS):
                continue
            for item in self._items:
                is_wrong = (item.number, path, str(value)) in wrong
                if is_wrong:
                    self._by_place.setdefault(item.number, rule.label)
                if is_wrong and field is not None and field.is_theirs:
                    continue
                self._counts[item.number, _same(_signs(str(value)), _signs(item.should_be)), rule.label] += 1

    def found(self) -> list[correcting.Matched]:
        """Every item of such a kind: by its own words, else by the field in which the wrong value stands."""
        kinds = {number: kind or self._by_place.get(number) for number, kind in self._kinds.items()}
        return [
            correcting.Matched(
                number, str(kind), self._near(number, kind, same=True), self._near(number, kind, same=False)
            )
            for number, kind in kinds.items()
            if kind is not None
        ]

    def _near(self, number: int, kind: Label, *, same: bool) -> int:
        counted = self._counts.items()
        return sum(
            count
            for (one, is_same, label), count in counted
            if one == number and is_same == same and _near(label, kind)
        )


def _kind(item: CorrectionValues, subject: Subject) -> Label | None:
    """What "Social Security number: 123-45-6789" says that it is; none for the person's own account with us."""
    said = (f"{item.what}: {value}" for value in (item.should_be, item.stands) if value)
    spans = (span for text in said for span in detect(text, subject, prose=False))
    return next((span.label for span in spans if span.role is Role.NEVER), None)


def _near(label: Label, kind: Label) -> bool:
    """The same, or one that a map may say for it, since it is less exact."""
    return label == kind or Label.OTHER in {label, kind} or {label, kind} in _NEAR


def _same(held: str, said: str) -> bool:
    """Where only the last four are held, these alone can agree."""
    return bool(held) and (held == said or (len(held) == LAST and said.endswith(held)))


def _signs(value: str) -> str:
    """Without spaces, hyphens, accents, stars, and whether letters are capital."""
    return re.sub(r"[\W_]", "", fold(value))
