"""From what the case file says to what documents say: the parts that letters and the record share."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime
from itertools import groupby
from operator import itemgetter
from typing import Any
from zoneinfo import ZoneInfo

from django.conf import settings

from fulfillment import sources
from fulfillment.models import DataSource
from fulfillment.pdf.documents import Clock, Package, Provider, Referral, Suppression, SystemResult
from requests_app.casefile.types import CaseSnapshot, ClockFact, PaperFacts, ReferralFact

LARGE = "large_print"
NO_PROOF = "none"
REFERRED = "referred"


def day(moment: datetime | None) -> date | None:
    """The day that it was where the company is."""
    return moment.astimezone(ZoneInfo(settings.UMBS_TIME_ZONE)).date() if moment else None


def common(case: CaseSnapshot, law: PaperFacts, *, issued_at: datetime) -> dict[str, Any]:
    return {
        "reference": case.reference,
        "right": case.right,
        "received_on": case.received_on,
        "issued_at": issued_at,
        "law": f"{case.regime_name} ({law.right_citation})",
        "since": case.since,
        "kept_months": law.retention_months,
        "language": case.language,
        "large": case.reading_format == LARGE,
    }


def clock(row: ClockFact) -> Clock:
    return Clock(
        kind=row.kind,
        due_on=row.due_on,
        derivation=tuple(steps(row)),
        extended_from=row.first_due_on if row.extended else None,
        ended=row.ended,
        ended_on=day(row.ended_at),
    )


def steps(row: ClockFact) -> Iterator[str]:
    """How the date was derived, each citation once: steps that follow each other under one rule are told together."""
    for citation, group in groupby(row.derivation, key=itemgetter(1)):
        yield f"{' '.join(text for text, _ in group)} ({citation})"


def package(case: CaseSnapshot) -> Package | None:
    """The newest: an earlier one was replaced when the case was sent back."""
    packages = [row for row in case.deliverables if row.kind == "package"]
    if not packages:
        return None
    last = max(packages, key=lambda row: row.made_at)
    return Package(name=last.name, size=last.size, sha256=last.sha256)


def systems(case: CaseSnapshot) -> tuple[SystemResult, ...]:
    return tuple(SystemResult(system=row.source_name, result=row.result, on=row.at) for row in case.suppressions)


def suppressions(case: CaseSnapshot) -> tuple[Suppression, ...]:
    """In force since the day on which the first system answered, or since the request when no system was asked."""
    if case.do_not_ask_until is None:
        return ()
    since = min((row.at for row in case.suppressions), default=case.received_at)
    return (Suppression(purpose=case.right, since=since, do_not_ask_until=case.do_not_ask_until),)


def provider(source_key: str) -> Provider | None:
    """For whom the source is held, as its data map says."""
    source = DataSource.objects.filter(key=source_key).first()
    entity = sources.map_of(source).source.covered_entity if source else None
    return Provider(*entity) if entity else None


def referrals(case: CaseSnapshot) -> tuple[Referral, ...]:
    """Everything that is a provider's: where its records were located, or planned to be left to it."""
    told = {row.source_key: row for row in case.referrals}
    planned = {row.source_key: row.source_name for row in case.steps if row.result == REFERRED}
    named = planned | {key: row.source_name for key, row in told.items()}
    return tuple(_referral(key, name, told.get(key)) for key, name in named.items())


def _referral(key: str, name: str, told: ReferralFact | None) -> Referral:
    if told is None:
        entity = provider(key)
        return Referral(source=name, provider=f"{entity.name} ({entity.contact})" if entity else "")
    return Referral(source=name, provider=told.provider, told_on=told.told_on, answer_by=told.answer_by)
