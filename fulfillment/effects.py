"""Effects outside our database, each at most once: intention, act, outcome.

An intention found without its outcome means that somebody died in between. Then the other system is asked
(`settled`); only when it says that nothing happened is the act begun again. What no fence can stop is a holder that is
paused *inside* the act for longer than its lease: `act` must therefore carry a key of its own (Message-ID, idempotency
key, primary key) wherever the other system takes one.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.db import transaction
from django.db.models.functions import Now

from fulfillment.jobs import Job
from fulfillment.models import Effect, EffectState
from requests_app.casefile import Superseded

Outcome = dict[str, Any]


def once(job: Job, key: str, *, act: Callable[[], Outcome], settled: Callable[[], Outcome | None]) -> Outcome:
    """Do `act` unless it has been done; return its outcome (ids, counts, digests), whoever did it.

    `act` raises to say "I do not know": the intention stays, and the next attempt asks. `settled` returns the outcome
    if the other system says that the act has happened, else None.
    """
    effect, new = _intend(job, key)
    if effect.state == EffectState.DONE:
        return _known(effect)
    outcome = None if new else settled()
    if outcome is None:
        job.check()
        outcome = act()
    Effect.objects.filter(key=key, state=EffectState.INTENDED).update(
        state=EffectState.DONE, outcome=outcome, done_at=Now()
    )
    return outcome


def is_unknown(key: str) -> bool:
    """The act was begun, and nobody lived to write down what came of it."""
    return Effect.objects.filter(key=key, state=EffectState.INTENDED).exists()


def _intend(job: Job, key: str) -> tuple[Effect, bool]:
    """Committed before the act begins, and refused to a holder whose fence has moved."""
    with transaction.atomic(durable=True):
        if job.held().select_for_update().first() is None:
            raise Superseded
        return Effect.objects.get_or_create(key=key, defaults={"job_id": job.id})


def _known(effect: Effect) -> Outcome:
    outcome: Outcome = effect.outcome or {}
    return outcome
