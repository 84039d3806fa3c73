"""The rows of the case file."""

from __future__ import annotations

from requests_app.models.case import Attention, Case, CaseKey, CaseLink, Channel, Relationship
from requests_app.models.casefile import Deliverable, RecordBatch, Redaction, Release, SuppressionResult, SystemSearch
from requests_app.models.clock import Clock
from requests_app.models.event import CaseEvent, EventKind
from requests_app.models.identity import CodeRequest, Declaration, Evidence, IdentityCheck, OneTimeCode
from requests_app.models.level import Level
from requests_app.models.notice import Notice
from requests_app.models.people import Identifier, Person
from requests_app.models.restriction import Restriction
from requests_app.models.review import Approval, Hold, Message, Preparer
from requests_app.models.token import ApiToken, Attempt
from requests_app.models.user import User

__all__ = [
    "ApiToken",
    "Approval",
    "Attempt",
    "Attention",
    "Case",
    "CaseEvent",
    "CaseKey",
    "CaseLink",
    "Channel",
    "Clock",
    "CodeRequest",
    "Declaration",
    "Deliverable",
    "EventKind",
    "Evidence",
    "Hold",
    "Identifier",
    "IdentityCheck",
    "Level",
    "Message",
    "Notice",
    "OneTimeCode",
    "Person",
    "Preparer",
    "RecordBatch",
    "Redaction",
    "Relationship",
    "Release",
    "Restriction",
    "SuppressionResult",
    "SystemSearch",
    "User",
]
