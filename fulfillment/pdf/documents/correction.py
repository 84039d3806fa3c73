"""What came of a correction, item by item and place by place."""

from __future__ import annotations

from dataclasses import dataclass

from fulfillment.pdf.documents.parts import Ground


@dataclass(frozen=True, kw_only=True)
class CorrectedPlace:
    """One place where the wrong value stood. `why` and `then` are empty where it is corrected."""

    source: str
    where: str
    result: str
    rows: int
    why: str = ""
    then: str = ""
    owner: str = ""


@dataclass(frozen=True, kw_only=True)
class Disputed:
    """What the person said of one item, and why it stays if it does; the record leaves this out.

    `stands` and `should_be` are empty where it is of a kind that is shown to nobody.
    `health`: a statement of up to 250 words may be added to it (11 CCR 7023(f)). `origins`: from whom a source had it
    (7023(i)).
    """

    what: str
    stands: str
    should_be: str
    explanation: str = ""
    health: bool = False
    origins: tuple[tuple[str, tuple[str, ...]], ...] = ()


@dataclass(frozen=True, kw_only=True)
class Correction:
    """`match`: of what is shown to nobody, whether what the person says is right is what we hold (7023(j))."""

    number: int
    result: str
    ground: Ground | None = None
    places: tuple[CorrectedPlace, ...] = ()
    match: str = ""
    said: Disputed | None = None
