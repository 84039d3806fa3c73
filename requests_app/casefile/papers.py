"""What only printed papers need to know: the case's law in its own words, and which letters went out."""

from __future__ import annotations

from uuid import UUID
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db.models import Q, QuerySet

from requests_app import regimes
from requests_app.casefile import types
from requests_app.models import Case, Level, Notice
from requests_app.regimes.schema import Regime
from requests_app.services import declaring, grounds
from requests_app.tomlfile import in_language

# What owners, providers and agents are told is not addressed to the person, whose papers these are.
NOT_ON_PAPER = (
    Notice.Kind.OWNER_TASK,
    Notice.Kind.OWNER_OWED,
    Notice.Kind.PROVIDER_TOLD,
    Notice.Kind.AGENT_ASKED,
    Notice.Kind.AGENT_RULED,
)


def facts(case_id: UUID) -> types.PaperFacts:
    case = Case.objects.select_related("merged_into").get(pk=case_id)
    regime = regimes.get(case.regime)
    appeal, answers = regime.appeal, regime.appeal_deadlines
    refused_on, signs = grounds.of(case), declaring.wanted(case)
    answered = min(answers, key=lambda deadline: deadline.length) if appeal.offered and answers else None
    return types.PaperFacts(
        required_level=Level(case.required_level).name.lower(),
        right_citation=in_language(regime.rights[case.right].citation, case.language),
        never_disclose_citation=in_language(regime.never_disclose.citation, case.language),
        ground=types.GroundFact(refused_on.title, refused_on.text, refused_on.citation) if refused_on else None,
        grounds=_grounds(regime, case),
        appeal_within=(appeal.window.length, str(appeal.window.unit)) if appeal.offered else None,
        appeal_answered_within=(answered.length, str(answered.unit)) if answered else None,
        regulator_name=grounds.regulator(case).name,
        regulator_contact=regime.regulator.contact,
        retention_months=regime.records.retention_months,
        merged_into=case.merged_into.reference if case.merged_into else "",
        notices=tuple(_notice(row) for row in _on_paper(case)),
        declarant=types.DeclarantFact(signs.name, signs.person, signs.capacity) if signs else None,
    )


def _on_paper(case: Case) -> QuerySet[Notice]:
    mailed_codes = Q(kind=Notice.Kind.CODE, medium=Notice.Medium.MAIL)  # which are nobody's reading
    return case.notices.exclude(Q(kind__in=NOT_ON_PAPER) | mailed_codes)


def _grounds(regime: Regime, case: Case) -> dict[str, types.GroundFact]:
    return {
        row.code: types.GroundFact(
            row.title.told(case.language), row.text.told(case.language), in_language(row.citation, case.language)
        )
        for row in regime.rights[case.right].grounds
    }


def _notice(row: Notice) -> types.NoticeFact:
    sent_on = row.posted_on
    if sent_on is None and row.sent_at is not None:
        sent_on = row.sent_at.astimezone(ZoneInfo(settings.UMBS_TIME_ZONE)).date()
    return types.NoticeFact(row.id, row.kind, row.medium, row.state, row.ordered_at, sent_on)
