"""The ledger of a case: append-only, hash-chained, free of personal data, so that it survives an erasure as it is."""

from __future__ import annotations

from typing import Any, ClassVar, NoReturn

from django.conf import settings
from django.db import models

from requests_app.models.case import Case


class EventKind(models.TextChoices):
    """`subject:action`; the label is the sentence shown in the timeline."""

    CASE_OPENED = "case:opened", "The request was received"
    CASE_MOVED = "case:moved", "The case moved on"
    CASE_ASSIGNED = "case:assigned", "The case was assigned"
    CASE_BROKEN_OPEN = "case:broken_open", "Somebody who does not have the case opened it, and said why"
    CASE_LINKED = "case:linked", "A related case was linked"
    CASE_ATTENTION = "case:attention", "The case needs somebody"
    CLOCK_STARTED = "clock:started", "A legal clock started"
    CLOCK_EXTENDED = "clock:extended", "The time to answer was extended"
    EXTENSION_VOID = "clock:extension_void", "The notice of the extension went out too late: the first date counts"
    CLOCK_ENDED = "clock:ended", "A legal clock ended"
    CODE_SENT = "code:sent", "A one-time code was sent"
    CODE_CONFIRMED = "code:confirmed", "A one-time code was confirmed"
    IDENTITY_CHECKED = "identity:checked", "Evidence of identity was weighed"
    IDENTITY_LEVEL = "identity:level", "The identity level changed"
    DECLARATION_SIGNED = "declaration:signed", "A declaration was signed"
    SEARCH_STARTED = "search:started", "A source's search started"
    SEARCH_ANSWERED = "search:answered", "A source answered"
    SEARCH_FAILED = "search:failed", "A source could not be searched"
    RECORDS_STORED = "records:stored", "Records were stored"
    RECORDS_PURGED = "records:purged", "The gathered records were destroyed"
    REDACTIONS_PROPOSED = "redactions:proposed", "Redactions were proposed"
    REDACTIONS_RULED = "redactions:ruled", "Redactions were ruled on"
    RECORDS_VIEWED = "records:viewed", "Records were viewed"
    APPROVAL_GIVEN = "approval:given", "An approval was given"
    HOLD_PLACED = "hold:placed", "A hold was placed"
    HOLD_LIFTED = "hold:lifted", "A hold was lifted"
    SUPPRESSION_WRITTEN = "suppression:written", "An opt-out was written to a source"
    RESTRICTION_ADDED = "restriction:added", "The suppression list was extended"
    DELIVERABLE_MADE = "deliverable:made", "A document was made"
    DELIVERABLE_RELEASED = "deliverable:released", "A package was released"
    DELIVERABLE_FETCHED = "deliverable:fetched", "A document was fetched"
    DELIVERABLE_REVOKED = "deliverable:revoked", "A document was revoked"
    STAGE_FAILED = "stage:failed", "A step failed"
    NOTICE_ORDERED = "notice:ordered", "A message was ordered"
    NOTICE_SENT = "notice:sent", "A message was sent"
    NOTICE_FAILED = "notice:failed", "A message could not be delivered"
    NOTICE_BOUNCED = "notice:bounced", "A message came back"
    NOTICE_POSTED = "notice:posted", "A letter was posted"
    NOTICE_NOT_POSTED = "notice:not_posted", "A letter had not been posted after all"
    MESSAGE_WRITTEN = "message:written", "A message was written"
    EVIDENCE_RECEIVED = "evidence:received", "A file was received"
    EVIDENCE_CLEARED = "evidence:cleared", "A file that another request has too was looked at, and may stand"
    EVIDENCE_DESTROYED = "evidence:destroyed", "A file was destroyed"
    CALL_TAKEN = "call:taken", "The request was taken by phone, by mail or in person"
    AUTHORITY_SHOWN = "authority:shown", "Permission to act for the person was shown"
    AUTHORITY_CONFIRMED = "authority:confirmed", "The person confirmed the permission"
    AUTHORITY_RULED = "authority:ruled", "The permission to act was ruled on"
    APPEAL_OPENED = "appeal:opened", "An appeal was opened"
    PLAN_WRITTEN = "plan:written", "A plan was written"
    CHANGES_RELEASED = "changes:released", "The changes in the sources may begin"
    STEP_DONE = "step:done", "A step of the plan was carried out"
    STEP_CHECKED = "step:checked", "A source was asked again"
    CORRECTION_RULED = "correction:ruled", "A correction was ruled on"
    CORRECTION_STATED = "correction:stated", "The person added a statement to the record"
    CORRECTION_DONE = "correction:done", "A correction was carried out"
    OBLIGATION_OPENED = "obligation:opened", "Something is still owed"
    OBLIGATION_TRIED = "obligation:tried", "What is owed was tried again"
    OBLIGATION_HANDED = "obligation:handed_over", "What is owed was handed to somebody else"
    OBLIGATION_ENDED = "obligation:ended", "What was owed is settled"
    OWNER_ASKED = "owner:asked", "A source's owner was asked"
    OWNER_ANSWERED = "owner:answered", "A source's owner answered"
    PROVIDER_TOLD = "provider:told", "The provider was told"
    CHOICE_CONFIRMED = "choice:confirmed", "The person confirmed the choice"
    RESTRICTION_LIFTED = "restriction:lifted", "A restriction was lifted"
    CASE_ANONYMISED = "case:anonymised", "The case was reduced to what statistics need"
    KEY_DESTROYED = "key:destroyed", "The case's key was destroyed"


class CaseEvent(models.Model):
    """`hash` = SHA-256 of the canonical JSON of every other column; `previous` is the hash of the event before."""

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="events")
    sequence = models.PositiveIntegerField()
    kind = models.CharField(max_length=32, choices=EventKind.choices)
    at = models.DateTimeField()
    role = models.CharField(max_length=16)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    payload = models.JSONField(default=dict)
    previous = models.CharField(max_length=64, blank=True)
    hash = models.CharField(max_length=64)

    class Meta:
        ordering: ClassVar = ["case_id", "sequence"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["case", "sequence"], name="event_sequence_once"),
        ]

    def __str__(self) -> str:
        return self.kind

    def delete(self, *_: Any, **__: Any) -> NoReturn:
        message = "Events cannot be deleted."
        raise TypeError(message)
