"""The list of third parties: by name, who received which of this person's categories, and whether sold or shared."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict, dataclass
from typing import IO

from fulfillment.fulfil.answer import write
from fulfillment.fulfil.held import Holding, holdings
from fulfillment.fulfil.package import Package
from fulfillment.fulfil.release import release
from fulfillment.jobs import Job
from fulfillment.policy import policy
from requests_app.casefile.types import CaseSnapshot


@dataclass(frozen=True, slots=True)
class ThirdParty:
    name: str
    kind: str
    categories: tuple[str, ...]
    systems: tuple[str, ...]
    sold_or_shared: bool
    contact: str


def carry_out(job: Job, case: CaseSnapshot) -> None:
    release(job, case, build)


def build(case: CaseSnapshot, file: IO[bytes]) -> Package:
    return write(case, file, name="third_parties", told=[asdict(one) for one in told(case)])


def told(case: CaseSnapshot) -> list[ThirdParty]:
    """What the answer says, of the very facts that were approved."""
    return told_of(holdings(case), case.language)


def told_of(held: Iterable[Holding], language: str) -> list[ThirdParty]:
    """In the order of their names; one that several sources give to stands once for each way it is given."""
    words = policy()
    found: dict[tuple[str, str, bool, str], tuple[dict[str, None], dict[str, None]]] = {}
    for holding in held:
        for recipient in holding.recipients:
            kinds = [kind for name in sorted(holding.received_by(recipient)) if (kind := words.kind(name))]
            if not kinds:
                continue
            who = (
                recipient.name,
                words.recipients[recipient.kind].said(language),
                recipient.sold_or_shared,
                recipient.contact or "",
            )
            categories, systems = found.setdefault(who, ({}, {}))
            categories.update(dict.fromkeys(kind.said(language) for kind in kinds))
            systems[holding.name] = None
    return [
        ThirdParty(name, kind, tuple(categories), tuple(systems), sold_or_shared=sold, contact=contact)
        for (name, kind, sold, contact), (categories, systems) in sorted(found.items())
    ]
