"""Which rows and columns of a case tell of a person: emptied or removed when the case file has served its time."""

from __future__ import annotations

from requests_app.models import (
    CallRecord,
    Case,
    CodeRequest,
    CorrectionItem,
    CorrectionPlace,
    Declaration,
    Evidence,
    Identifier,
    Message,
    OneTimeCode,
    Opening,
    Representation,
)

# Rows that are about the person and nothing else.
REMOVED = (Identifier, Message, OneTimeCode, Declaration, Representation, CallRecord, Evidence, Opening)


def forget(case: Case) -> int:
    """Leave of the case what statistics and ledger need; returns how many rows were removed or emptied."""
    rows = sum(model.objects.filter(case=case).delete()[0] for model in REMOVED)
    rows += CodeRequest.objects.filter(reference=case.reference).delete()[0]
    rows += _emptied(case)
    case.details_sealed, case.idempotency_key, case.request_digest = b"", None, ""
    case.voicemail_ok = None
    case.save(update_fields=["details_sealed", "idempotency_key", "request_digest", "voicemail_ok"])
    return rows


def _emptied(case: Case) -> int:
    """Sealed columns of rows that say, without them, only what was done."""
    case.person.sealed = b""
    case.person.save(update_fields=["sealed"])
    places = CorrectionPlace.objects.filter(item__case=case)
    return 1 + sum(
        (
            case.notices.update(sealed=b"", error=""),
            case.searches.update(learned_sealed=b"", error=""),
            case.suppressions.update(error=""),
            case.steps.update(keys_sealed=b"", keys_digest="", error=""),
            CorrectionItem.objects.filter(case=case).update(sealed=b"", explanation_sealed=b"", statement_sealed=None),
            places.update(keys_sealed=b"", keys_digest="", error=""),
            case.identity_checks.update(reason_sealed=b""),
            case.clocks.update(extension_reason_sealed=b""),
            case.holds.update(ground_sealed=b""),
        )
    )
