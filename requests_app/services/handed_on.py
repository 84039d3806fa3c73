"""What one source's search taught that leads into another source: sealed with the search that learned it."""

from __future__ import annotations

import json
from typing import Any
from uuid import UUID

from requests_app.models import SystemSearch
from requests_app.vault import CaseVault, keyed_hash


def to(case_id: UUID, source_key: str) -> dict[str, list[Any]]:
    """Place in this source -> values, from all other searches of the case; sorted, so that equal means equal."""
    vault = CaseVault.of(case_id)
    found: dict[str, set[str]] = {}
    for search in SystemSearch.objects.filter(case_id=case_id).exclude(learned_sealed=b""):
        learned = vault.open_json(search.learned_sealed, place=f"search.learned|{search.id}")
        for place, values in learned.get(source_key, {}).items():
            found.setdefault(place, set()).update(json.dumps(value) for value in values)
    return {place: [json.loads(value) for value in sorted(values)] for place, values in sorted(found.items())}


def digest(values: dict[str, list[Any]]) -> str:
    return keyed_hash("handed_on", json.dumps(values, sort_keys=True)) if values else ""
