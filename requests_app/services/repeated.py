"""The same correction, refused not long ago: a ground for refusal where nothing new is brought (11 CCR 7023(g))."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from requests_app import regimes
from requests_app.deadlines import add
from requests_app.lifecycle import Right
from requests_app.models import Case, CorrectionItem
from requests_app.regimes.schema import Ground
from requests_app.services import clock, disputed
from requests_app.services import person as people
from requests_app.services.disputed import DisputedFact
from requests_app.vault import CaseVault
from requests_app.vault.normal import normal


@dataclass(frozen=True)
class Refused:
    """By which case, and on which day."""

    reference: str
    on: date


def grounds(case: Case) -> tuple[Ground, ...]:
    """Those that hold only for what was refused within a time."""
    return tuple(ground for ground in regimes.get(case.regime).rights[case.right].grounds if ground.repeats_within)


def refused_before(case: Case) -> dict[int, Refused]:
    """By number of the item: the latest refusal of the same correction to the same person, within the law's time."""
    found: dict[int, Refused] = {}
    if not grounds(case) or not case.corrections.exists():
        return found
    vault = CaseVault.of(case.id)
    asked = {_same(disputed.said(item, vault)): int(item.number) for item in case.corrections.all()}
    for other in _others(case, vault):
        theirs = CaseVault.of(other.id)
        for item in other.corrections.filter(ruling=CorrectionItem.Ruling.REFUSED):
            number = asked.get(_same(disputed.said(item, theirs)))
            day = clock.day_of(item.ruled_at) if item.ruled_at else None
            if number is None or day is None or not any(_counts(case, ground, day) for ground in grounds(case)):
                continue
            if number not in found or found[number].on < day:
                found[number] = Refused(other.reference, day)
    return found


def _others(case: Case, vault: CaseVault) -> Iterator[Case]:
    """Decided corrections of the same person: the same name and one more fact. What is appealed against is no other."""
    person = people.read(case, vault)
    facts = [("email", one) for one in person.emails] + [("phone", one) for one in person.phones]
    facts += [("account", one) for one in person.account_numbers]
    if not person.full_name:
        return
    known = {other.pk for kind, value in facts for other in people.cases_by(kind, value)}
    for other in people.cases_by("name", person.full_name):
        decided = other.right == Right.CORRECT and other.outcome
        if decided and other.pk in known - {case.pk, case.appeal_of_id}:
            yield other


def _same(fact: DisputedFact) -> tuple[str, str]:
    """What it is called may differ from one time to the next; the two values do not."""
    return normal("name", fact.stands), normal("name", fact.should_be)


def _counts(case: Case, ground: Ground, day: date) -> bool:
    within, counted = ground.repeats_within, regimes.get(case.regime).business_days
    return within is not None and clock.today() <= add(day, within, counted)
