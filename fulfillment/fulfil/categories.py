"""Right to know the categories: which the company holds of this person, from where, why, and who received them.

Told in the policy's own words (Cal. Civ. Code 1798.110(c), 1798.115; 11 CCR 7024(k)); no value leaves, so none is read.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict, dataclass
from typing import IO

from fulfillment.fulfil.answer import write
from fulfillment.fulfil.held import Holding, holdings
from fulfillment.fulfil.package import Package
from fulfillment.fulfil.release import release
from fulfillment.jobs import Job
from fulfillment.policy import Policy, policy
from requests_app.casefile.types import CaseSnapshot


@dataclass(frozen=True, slots=True)
class Category:
    """One category of the policy; every other field is empty when nothing of it is held."""

    category: str
    name: str
    kinds: tuple[str, ...]
    systems: tuple[str, ...]
    sources: tuple[str, ...]
    purposes: tuple[str, ...]
    disclosed_to: tuple[str, ...]
    sold_or_shared_with: tuple[str, ...]


def carry_out(job: Job, case: CaseSnapshot) -> None:
    release(job, case, build)


def build(case: CaseSnapshot, file: IO[bytes]) -> Package:
    return write(case, file, name="categories", told=[asdict(one) for one in told(case)])


def told(case: CaseSnapshot) -> list[Category]:
    """What the answer says, of the very facts that were approved."""
    return told_of(holdings(case), case.language)


def told_of(held: Iterable[Holding], language: str) -> list[Category]:
    """Every category of the policy in its order, held or not."""
    words, held = policy(), list(held)
    return [_category(words, key, held, language) for key in words.categories]


def _category(words: Policy, key: str, held: Iterable[Holding], language: str) -> Category:
    found: tuple[dict[str, None], ...] = tuple({} for _ in range(6))
    kinds, systems, sources, purposes, disclosed, sold = found
    for holding in held:
        mine = {name for name in holding.categories if (kind := words.kind(name)) and kind.category == key}
        if not mine:
            continue
        kinds.update(dict.fromkeys(kind.said(language) for name in sorted(mine) if (kind := words.kind(name))))
        systems[holding.name] = None
        sources.update(dict.fromkeys(words.sources[words.source(one)].said(language) for one in holding.origin))
        purposes.update(dict.fromkeys(words.purpose(one, language) for one in holding.purposes))
        for recipient in holding.recipients:
            if mine & holding.received_by(recipient):
                to = sold if recipient.sold_or_shared else disclosed
                to[words.recipients[recipient.kind].said(language)] = None
    name = words.categories[key].said(language)
    return Category(key, name, *(tuple(one) for one in found))
