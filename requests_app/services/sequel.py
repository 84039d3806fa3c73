"""A case that goes on from an earlier one: the same person and right, the identity proven there, its own clocks."""

from __future__ import annotations

from django.utils import timezone

from requests_app import reference, regimes
from requests_app.models import Case, IdentityCheck
from requests_app.services import agent, disputed
from requests_app.services import person as people
from requests_app.vault import CaseVault, create_key

COPIED = (
    "right",
    "relationship",
    "residence",
    "language",
    "since",
    "required_level",
    "required_approvals",
    "reading_format",
    "voicemail_ok",
)


def begun(first: Case, *, text: str, channel: str, appeal_of: Case | None = None) -> Case:
    """The new case's row with its own key, the person's facts and `text` as its details. Nothing decided is carried."""
    regime = regimes.get(first.regime)
    case: Case = Case(
        reference=reference.new(),
        channel=channel,
        regime=regime.code,
        regime_version=regime.version,
        received_at=timezone.now(),
        appeal_of=appeal_of,
        **{name: getattr(first, name) for name in COPIED},
    )
    case.save(force_insert=True)
    vault = create_key(case.id)
    case.details_sealed = vault.seal_text(text, place=f"case.details|{case.id}")
    case.save(update_fields=["details_sealed"])
    old = CaseVault.of(first.id)
    people.write(case, people.read(first, old), vault)
    disputed.write(case, [disputed.said(item, old) for item in first.corrections.all()], vault)
    agent.carry(first, case, vault)
    return case


def carry_identity(first: Case, case: Case) -> None:
    """The same evidence supports the same level; reasons and the signed declaration stay with the first case."""
    for check in first.identity_checks.filter(result=IdentityCheck.Result.ACCEPTED):
        IdentityCheck.objects.create(
            case=case,
            method=check.method,
            result=check.result,
            level=check.level,
            kinds=check.kinds,
            points=check.points,
            channel_on_file=check.channel_on_file,
            evidence_digest=check.evidence_digest,
            by=check.by,
            at=check.at,
        )
    case.identity_level = first.identity_level
    case.save(update_fields=["identity_level"])
