"""The rows of the case file."""

from __future__ import annotations

from requests_app.models.case import Attention, Case, CaseKey, CaseLink, Channel, Format, Relationship
from requests_app.models.casefile import Deliverable, RecordBatch, Redaction, Release, SuppressionResult, SystemSearch
from requests_app.models.changes import ChangeRelease, CorrectionItem, CorrectionPlace, Obligation, PlanStep
from requests_app.models.channels import AgentMark, CallDraft, CallRecord, Representation
from requests_app.models.clock import Clock
from requests_app.models.event import CaseEvent, EventKind
from requests_app.models.identity import CodeRequest, Declaration, Evidence, IdentityCheck, OneTimeCode
from requests_app.models.level import Level
from requests_app.models.notice import Notice
from requests_app.models.people import Identifier, Person
from requests_app.models.restriction import Restriction
from requests_app.models.review import Approval, Hold, Message, Opening, Preparer, SourceHold
from requests_app.models.token import ApiToken, Attempt
from requests_app.models.user import StaffEvent, User

__all__ = [
    "AgentMark",
    "ApiToken",
    "Approval",
    "Attempt",
    "Attention",
    "CallDraft",
    "CallRecord",
    "Case",
    "CaseEvent",
    "CaseKey",
    "CaseLink",
    "ChangeRelease",
    "Channel",
    "Clock",
    "CodeRequest",
    "CorrectionItem",
    "CorrectionPlace",
    "Declaration",
    "Deliverable",
    "EventKind",
    "Evidence",
    "Format",
    "Hold",
    "Identifier",
    "IdentityCheck",
    "Level",
    "Message",
    "Notice",
    "Obligation",
    "OneTimeCode",
    "Opening",
    "Person",
    "PlanStep",
    "Preparer",
    "RecordBatch",
    "Redaction",
    "Relationship",
    "Release",
    "Representation",
    "Restriction",
    "SourceHold",
    "StaffEvent",
    "SuppressionResult",
    "SystemSearch",
    "User",
]
