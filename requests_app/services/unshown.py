"""Agents who never show that they may act: reminded once, and then the request ends and everybody is told."""

from __future__ import annotations

from uuid import UUID

from django.db import transaction
from django.utils import timezone, translation
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from requests_app.lifecycle import BEFORE_DECISION
from requests_app.models import Evidence, Representation
from requests_app.permissions import SYSTEM
from requests_app.services import agent_notices, clock, representation
from requests_app.services.transition import locked


def waiting() -> list[UUID]:
    """Cases for which nothing was shown yet."""
    rows = Representation.objects.filter(ruling=Representation.Ruling.OPEN, case__state__in=BEFORE_DECISION)
    shown = Evidence.objects.filter(purpose=Evidence.Purpose.AUTHORITY).values("case")
    return list(rows.exclude(case__in=shown).values_list("case_id", flat=True))


def chase() -> tuple[int, int]:
    """Remind, or end, whatever is due today: how many were reminded, how many ended."""
    results = [_chase(case_id) for case_id in waiting()]
    return results.count("reminded"), results.count("ended")


@transaction.atomic
def _chase(case_id: UUID) -> str:
    case = locked(case_id)
    row = Representation.objects.get(case=case)
    last = agent_notices.last_day(case)
    if row.ruling != Representation.Ruling.OPEN or not case.is_undecided or agent_notices.is_shown(case):
        return ""  # shown, ruled on or taken back since the list was made
    if last is None or clock.today() < last - agent_notices.TO_REMIND:
        return ""
    if clock.today() < last:
        agent_notices.ask(case, by=SYSTEM, reminder=True)
        return "reminded"
    with translation.override(case.language):
        told = _("No permission reached us by %(day)s.") % {"day": date_format(last)}
    row.ruling, row.ruled_at = Representation.Ruling.REFUSED, timezone.now()
    row.save(update_fields=["ruling", "ruled_at"])
    agent_notices.tell(case, by=SYSTEM, accepted=False, unshown=True)
    representation.refuse(case, by=SYSTEM, explanation=told)
    return "ended"
