"""What each document says: frozen plain values, independent of the database. A document is printed from nothing else.

Rights, states and kinds are the words of the API ("access", "answer", "email"); words.py turns them into sentences.
Texts that come from the law files, the reasons or staff arrive in the language of the letter.
"""

from __future__ import annotations

from fulfillment.pdf.documents.copy import CopyPart, Entry, Section, Stated
from fulfillment.pdf.documents.correction import (
    CorrectedPlace,
    Correction,
    Disputed,
)
from fulfillment.pdf.documents.deletion import (
    Deletion,
    Erasure,
    Group,
    Provider,
    Referral,
    Remainder,
)
from fulfillment.pdf.documents.letters import (
    AcknowledgementLetter,
    AuthorityLetter,
    CodeLetter,
    CorrectionLetter,
    CoverLetter,
    DeletionLetter,
    DenialLetter,
    ExtensionLetter,
    FollowUpLetter,
    Letter,
    MessageLetter,
    OptInLetter,
    OptOutLetter,
    PermissionLetter,
    ReferralLetter,
    RulingLetter,
    WithdrawalLetter,
)
from fulfillment.pdf.documents.parts import (
    Addressee,
    Appeal,
    Approval,
    Clock,
    Declarant,
    Delivery,
    Document,
    Ground,
    Identity,
    Log,
    Package,
    Period,
    Regulator,
    Search,
    Suppression,
    SystemResult,
    Withheld,
)
from fulfillment.pdf.documents.record import (
    RecordOfFulfilment,
)

__all__ = [
    "AcknowledgementLetter",
    "Addressee",
    "Appeal",
    "Approval",
    "AuthorityLetter",
    "Clock",
    "CodeLetter",
    "CopyPart",
    "CorrectedPlace",
    "Correction",
    "CorrectionLetter",
    "CoverLetter",
    "Declarant",
    "Deletion",
    "DeletionLetter",
    "Delivery",
    "DenialLetter",
    "Disputed",
    "Document",
    "Entry",
    "Erasure",
    "ExtensionLetter",
    "FollowUpLetter",
    "Ground",
    "Group",
    "Identity",
    "Letter",
    "Log",
    "MessageLetter",
    "OptInLetter",
    "OptOutLetter",
    "Package",
    "Period",
    "PermissionLetter",
    "Provider",
    "RecordOfFulfilment",
    "Referral",
    "ReferralLetter",
    "Regulator",
    "Remainder",
    "RulingLetter",
    "Search",
    "Section",
    "Stated",
    "Suppression",
    "SystemResult",
    "WithdrawalLetter",
    "Withheld",
]
