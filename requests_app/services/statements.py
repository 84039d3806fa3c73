"""A person's own statement on health information that stays as it is: kept with the record that it is about.

11 CCR 7023(f)(3): of at most 250 words; it goes along whenever that record is given out.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from requests_app.exceptions import NotValid, WrongState
from requests_app.ledger import chain
from requests_app.models import Attention, CorrectionItem, CorrectionPlace, EventKind
from requests_app.permissions import Actor, Verb
from requests_app.services import disputed
from requests_app.services.access import require
from requests_app.services.transition import flag, locked
from requests_app.vault import CaseVault

MOST_WORDS = 250
LONGEST = 5000
Ruling = CorrectionItem.Ruling


@dataclass(frozen=True)
class Stated:
    """`key` is that of the row which the statement is about."""

    key: Mapping[str, Any]
    what: str
    text: str
    on: date


@transaction.atomic
def add(*, case_id: UUID, by: Actor, number: int, text: str) -> None:
    """Kept with the item, in the place of an earlier one; it shows up as work, since somebody should read it."""
    case = locked(case_id)
    require(case, Verb.MESSAGE, by)
    vault = CaseVault.of(case_id)
    item = case.corrections.filter(number=number, ruling=Ruling.REFUSED).first()
    if not case.outcome or item is None or not disputed.answered(item, vault).health:
        message = _("A statement can be added to health information that stays as it is.")
        raise WrongState(message)
    text = _checked(text)
    item.statement_sealed, item.stated_at = vault.seal_text(text, place=_place(item)), timezone.now()
    item.save(update_fields=["statement_sealed", "stated_at"])
    payload = {"item": number, "words": len(text.split())}
    chain.append(case_id, EventKind.CORRECTION_STATED, by=by, payload=payload)
    flag(case, Attention.MESSAGE, by=by)


def _checked(text: str) -> str:
    text = text.strip().replace("\r\n", "\n")
    words = len(text.split())
    if not words:
        message = _("Write your statement before you send it.")
        raise NotValid(message, field="text")
    if words > MOST_WORDS:
        message = _("Shorten this to %(most)d words; it has %(words)d.") % {"most": MOST_WORDS, "words": words}
        raise NotValid(message, field="text")
    if len(text) > LONGEST:
        message = _("Shorten this to %(most)d characters.") % {"most": LONGEST}
        raise NotValid(message, field="text")
    return text


def _place(item: CorrectionItem) -> str:
    return f"correction.statement|{item.id}"


def read(item: CorrectionItem, vault: CaseVault) -> str:
    """Empty where there is none."""
    return vault.open_text(item.statement_sealed, place=_place(item)) if item.statement_sealed else ""


def on_records(source_key: str, collection: str) -> list[Stated]:
    """Every statement on a row of this collection, whoever made it: it belongs to the row."""
    places = CorrectionPlace.objects.filter(
        source_key=source_key,
        collection=collection,
        item__ruling=Ruling.REFUSED,
        item__stated_at__isnull=False,
        item__case__key__destroyed_at=None,
    )
    return [stated for place in places.select_related("item") for stated in _of_place(place)]


def _of_place(place: CorrectionPlace) -> list[Stated]:
    item, vault = place.item, CaseVault.of(place.item.case_id)
    if item.stated_at is None:
        return []
    what, text = disputed.said(item, vault).what, read(item, vault)
    on = item.stated_at.astimezone(ZoneInfo(settings.UMBS_TIME_ZONE)).date()
    return [Stated(row["key"], what, text, on) for row in disputed.rows_of(place, vault)["rows"]]
