"""Each item of a correction as people see it: what it says, where it stands, how it was ruled on, what came of it."""

from __future__ import annotations

from dataclasses import dataclass

from requests_app.models import Case, CorrectionItem, CorrectionPlace
from requests_app.services import disputed, matching, statements
from requests_app.services.disputed import Answer, DisputedFact
from requests_app.services.matching import Match
from requests_app.vault import CaseVault


@dataclass(frozen=True)
class Place:
    """`values`: every way in which the value is written there; `origin`: how the source got its data."""

    row: CorrectionPlace
    values: tuple[str, ...]
    origin: tuple[str, ...]


@dataclass(frozen=True)
class Item:
    row: CorrectionItem
    fact: DisputedFact
    answer: Answer
    places: tuple[Place, ...]
    evidence_name: str
    statement: str

    @property
    def number(self) -> int:
        return int(self.row.number)

    @property
    def match(self) -> Match | None:
        """Of what is shown to nobody: what the answer says of it, as things stand."""
        return matching.found(self.row)


def read(case: Case) -> list[Item]:
    """Every item of the case in its order, opened."""
    vault = CaseVault.of(case.id)
    rows = case.corrections.select_related("evidence", "ruled_by").prefetch_related("places")
    return [_read(row, vault) for row in rows]


def _read(row: CorrectionItem, vault: CaseVault) -> Item:
    file = row.evidence
    return Item(
        row=row,
        fact=disputed.said(row, vault),
        answer=disputed.answered(row, vault),
        places=tuple(_place(place, vault) for place in row.places.all()),
        statement=statements.read(row, vault),
        evidence_name=vault.open_text(file.name_sealed, place=f"evidence.name|{file.id}") if file else "",
    )


def _place(row: CorrectionPlace, vault: CaseVault) -> Place:
    opened = disputed.rows_of(row, vault)
    values = tuple(dict.fromkeys(str(one["old"]) for one in opened["rows"]))
    return Place(row, values, tuple(opened["origin"]))
