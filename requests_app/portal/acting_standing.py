"""What whoever asks for the person sees of the case: whether they may act, and, once they may, how far it is."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django.utils.functional import Promise

from requests_app.lifecycle import Outcome, State
from requests_app.models import Case, Evidence, Representation
from requests_app.portal import wording
from requests_app.services import agent, agent_notices, representation

Ruling = Representation.Ruling


@dataclass(frozen=True)
class ActingStanding:
    case: Case
    ruling: str
    sentence: str | Promise
    proofs: list[tuple[Evidence, str]]
    until: date | None
    may_show: bool
    may_take_back: bool

    @classmethod
    def of(cls, case: Case) -> ActingStanding:
        row = agent.of(case)
        ruling = row.ruling if row else Ruling.REFUSED
        proofs = representation.proofs(case)
        return cls(
            case=case,
            ruling=ruling,
            sentence=_sentence(case, ruling, shown=bool(proofs)),
            proofs=proofs,
            until=agent_notices.last_day(case),
            may_show=representation.is_open(case),
            may_take_back=representation.may_take_back(case),
        )


def _sentence(case: Case, ruling: str, *, shown: bool) -> str | Promise:
    """Before the permission is accepted nothing shows: how far the case is would tell whether the person is known."""
    if case.outcome == Outcome.WITHDRAWN and ruling != Ruling.REFUSED:
        return wording.ACTED_OUTCOMES[Outcome.WITHDRAWN]
    if ruling == Ruling.ACCEPTED:
        return wording.ACTED_OUTCOMES[Outcome(case.outcome)] if case.outcome else wording.ACTED[State(case.state)]
    if ruling == Ruling.REFUSED or not case.is_undecided:
        return wording.MAY_NOT_ACT
    return wording.PERMISSION_SHOWN if shown else wording.PERMISSION_WANTED
