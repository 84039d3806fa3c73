"""What the machinery reports of sources that are held for a health care provider."""

from __future__ import annotations

from django.db import transaction

from requests_app.casefile.types import Holder
from requests_app.casefile.write import _search
from requests_app.models import Case
from requests_app.services import referral


@transaction.atomic
def located(holder: Holder, *, source_key: str, provider: str, contact: str) -> None:
    """Records of the person exist there; nothing of them is kept or given out. The provider is told, once."""
    search = _search(holder, source_key)
    case = Case.objects.get(pk=holder.case_id)
    referral.refer(case, source_key=source_key, source_name=search.source_name, provider=provider, contact=contact)
