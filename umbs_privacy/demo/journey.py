"""One case of each right from intake to closed, and the line that `manage.py demo --once` prints about it."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path

from requests_app.lifecycle import Right, State
from requests_app.models import Case, Deliverable, OneTimeCode, SystemSearch
from requests_app.permissions import consumer
from requests_app.services import collect
from requests_app.services.disputed import DisputedFact
from umbs_privacy.demo.characters import ADA, NORA
from umbs_privacy.demo.processes import Crew
from umbs_privacy.demo.walker import Walker

NEW_PHONE = "916-555-0142"


@dataclass(frozen=True)
class Rows:
    found: int
    withheld: int
    released: int


@dataclass(frozen=True)
class Line:
    """One line of the table and of `summary.json` (the names are the contract's)."""

    reference: str
    right: str
    outcome: str
    sources: int
    rows: Rows
    seconds: float
    pdfs: list[str]
    package: str | None

    def as_json(self) -> dict[str, object]:
        return asdict(self)


def travel(right: Right, crew: Crew, out: Path) -> Line:
    """Take one case of this right from intake to closed and keep its documents below `out`."""
    started = time.monotonic()
    case = JOURNEYS[right](Walker(crew))
    return _line(case, time.monotonic() - started, out)


def _access(walker: Walker) -> Case:
    case = walker.asks_for_a_copy(ADA)
    walker.proves(case, ADA.email)
    walker.is_searched(case, ADA)
    walker.reviews(case)
    walker.waits(case, State.CLOSED)
    walker.proves(case, ADA.email, OneTimeCode.Purpose.COLLECT)
    return case


def _correction(walker: Walker) -> Case:
    case = walker.asks_for_correction(ADA, DisputedFact("Phone number", ADA.phone, NEW_PHONE))
    walker.proves(case, ADA.email)
    walker.is_searched(case, ADA)
    walker.corrects(case)
    walker.waits(case, State.CLOSED)
    return case


def _deletion(walker: Walker) -> Case:
    case = walker.asks_for(ADA, Right.DELETE)
    walker.proves(case, ADA.email)
    walker.is_searched(case, ADA)
    walker.reviews(case)
    walker.waits(case, State.CLOSED)
    return case


def _opt_out(walker: Walker) -> Case:
    case = walker.says_no(NORA, Right.OPT_OUT_SALE_SHARING)
    walker.waits(case, State.CLOSED)
    return case


JOURNEYS: dict[Right, Callable[[Walker], Case]] = {
    Right.ACCESS: _access,
    Right.OPT_OUT_SALE_SHARING: _opt_out,
    Right.CORRECT: _correction,
    Right.DELETE: _deletion,  # last: what Ada asks before must still find her
}


def _line(case: Case, seconds: float, out: Path) -> Line:
    searches = case.searches.filter(state=SystemSearch.State.ANSWERED)
    suppressions = list(case.suppressions.all())
    kept = [_keep(case, document, out) for document in case.deliverables.all()]
    return Line(
        reference=case.reference,
        right=str(case.right),
        outcome=str(case.outcome),
        sources=searches.count() or len(suppressions),
        rows=Rows(
            found=sum(search.rows_found for search in searches) + sum(row.rows for row in suppressions),
            withheld=sum(search.rows_withheld for search in searches),
            released=sum(search.rows_released for search in searches),
        ),
        seconds=round(seconds, 2),
        pdfs=[str(path) for path in kept if path.suffix == ".pdf"],
        package=next((str(path) for path in kept if path.suffix == ".zip"), None),
    )


def _keep(case: Case, document: Deliverable, out: Path) -> Path:
    """A copy as the consumer collects it: through the one door, after the fresh code that the door asks for."""
    served = collect.fetch(deliverable_id=document.pk, by=consumer(case.pk), fresh_code=True)
    path = out / case.reference / served.name
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    with path.open("wb") as file:
        file.writelines(served.parts)
    return path
