"""Who decides about the records that we hold for health care providers, as plain facts."""

from __future__ import annotations

from requests_app.casefile.types import ReferralFact
from requests_app.models import Case
from requests_app.services import referral


def facts(case: Case) -> tuple[ReferralFact, ...]:
    """In the order of the sources' names."""
    return tuple(
        ReferralFact(
            source_key=one.source_key,
            source_name=one.source_name,
            provider=one.provider,
            told_on=one.told_on,
            answer_by=one.answer_by,
            confirmed=not one.is_open,
        )
        for one in referral.of(case)
    )
