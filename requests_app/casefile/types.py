"""Plain frozen values that cross the seam."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any
from uuid import UUID


@dataclass(frozen=True)
class Holder:
    """Who writes: the n-th entry of the case into a state, and the fence of the job. An older holder is refused."""

    case_id: UUID
    entry: int
    fence: int


@dataclass(frozen=True)
class SubjectKeys:
    """What the person can be found by, as typed. Dates are ISO 8601 texts; tuples keep the order of the form."""

    given_name: str
    family_name: str
    emails: tuple[str, ...]
    phones: tuple[str, ...]
    account_numbers: tuple[str, ...]
    postal_address: str
    date_of_birth: str

    @property
    def names(self) -> tuple[str, ...]:
        full = f"{self.given_name} {self.family_name}".strip()
        return (full,) if full else ()


@dataclass(frozen=True)
class FoundRecord:
    """One row or document of a source. `values` is JSON-able; `key` is unique within the collection."""

    collection: str
    key: str
    values: Mapping[str, Any]

    def line(self) -> bytes:
        """As it is stored: one line of JSON."""
        held = {"key": self.key, "values": self.values}
        return json.dumps(held, ensure_ascii=False, sort_keys=True).encode()


@dataclass(frozen=True)
class FoundBatch:
    """Rows of one collection, each a line; `sequence` is the batch's place among those of its collection."""

    collection: str
    sequence: int
    lines: Sequence[bytes]


@dataclass(frozen=True)
class Batch:
    """A stored batch without its rows. `collection` is `dataset.collection`."""

    id: UUID
    source_key: str
    source_name: str
    collection: str
    sequence: int
    rows: int
    digest: str


@dataclass(frozen=True)
class ProposedRedaction:
    """A place to withhold: `path` is a JSON pointer into the record's values; start = end = 0 is the whole field."""

    row: int
    path: str
    start: int
    end: int
    label: str
    role: str
    rule: str


@dataclass(frozen=True)
class CaseSnapshot:
    """The case as plain values, for documents and packages."""

    id: UUID
    reference: str
    right: str
    state: str
    entry: int
    outcome: str
    ground: str
    language: str
    channel: str
    relationship: str
    residence: str
    regime: str
    regime_name: str
    regime_citation: str
    received_at: datetime
    received_on: date
    since: date | None
    closed_at: datetime | None
    person_name: str
    postal_address: str
    has_email: bool
    identity_level: str
    identity_proofs: tuple[str, ...]
    declaration_signed_at: datetime | None
    clocks: tuple[ClockFact, ...]
    searches: tuple[SearchFact, ...]
    withheld: Mapping[str, int]
    approvals: tuple[ApprovalFact, ...]
    deliverables: tuple[DeliverableFact, ...]
    suppressions: tuple[SuppressionFact, ...]
    do_not_ask_until: date | None
    explanation: str
    linked: tuple[str, ...]
    events: int
    ledger_head: str
    corrections: tuple[CorrectionFact, ...] = ()
    steps: tuple[StepFact, ...] = ()
    reading_format: str = "standard"
    referrals: tuple[ReferralFact, ...] = ()

    @property
    def of_our_making(self) -> tuple[str, ...]:
        """References and digests that papers show: random texts of ours, which say nothing about the person."""
        return (self.reference, *self.linked, self.ledger_head, *(row.sha256 for row in self.deliverables))


@dataclass(frozen=True)
class ClockFact:
    kind: str
    started_on: date
    due_on: date
    first_due_on: date
    extended: bool
    ended: str
    ended_at: datetime | None
    derivation: tuple[tuple[str, str], ...]  # steps: the sentence and its citation


@dataclass(frozen=True)
class SearchFact:
    id: UUID
    source_key: str
    source_name: str
    state: str
    reason: str
    identifiers_used: Mapping[str, int]
    collections: tuple[Mapping[str, Any], ...]
    warnings: tuple[str, ...]
    rows_found: int
    rows_withheld: int
    rows_released: int
    attempts: int
    error: str
    finished_at: datetime | None
    error_kind: str = ""


@dataclass(frozen=True)
class ApprovalFact:
    role: str
    initials: str
    at: datetime


@dataclass(frozen=True)
class DeliverableFact:
    id: UUID
    kind: str
    name: str
    size: int
    sha256: str
    made_at: datetime
    expires_at: datetime | None


@dataclass(frozen=True)
class SuppressionFact:
    source_key: str
    source_name: str
    result: str
    rows: int
    error: str
    at: datetime


@dataclass(frozen=True)
class NoticeToSend:
    """A rendered mail. `message_id` is the same at every try, so that a doubled mail can be told by the receiver."""

    id: UUID
    case_id: UUID
    state: str
    to: str
    subject: str
    text: str
    html: str
    message_id: str
    language: str


@dataclass(frozen=True)
class LetterToPrint:
    """A notice for somebody without e-mail: what the letter says, to whom."""

    id: UUID
    case_id: UUID
    kind: str
    state: str
    ordered_at: datetime
    name: str
    postal_address: str
    in_place_of: str
    language: str
    parameters: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class PrintedCopy:
    """An answer on paper. `sheets`: printed on both sides, each of its parts from a new one."""

    name: str
    pdf: bytes
    pages: int
    sheets: int


@dataclass(frozen=True)
class NoticeFact:
    """A letter or mail of the case: what it is, how it goes and how far it got."""

    id: UUID
    kind: str
    medium: str
    state: str
    ordered_at: datetime
    sent_on: date | None


@dataclass(frozen=True)
class GroundFact:
    """Why a request was refused, as the case's law words it, in the case's language."""

    title: str
    text: str
    citation: str


@dataclass(frozen=True)
class PaperFacts:
    """What letters and the record say beside the snapshot: the law's words, and the letters already sent.

    `ground` is the one on which the case was refused, `grounds` are all that its law knows for its right, by code.
    Periods are (length, unit), units as in the law files: `calendar_days`, `business_days`, `calendar_months`.
    """

    required_level: str
    right_citation: str
    never_disclose_citation: str
    ground: GroundFact | None
    grounds: Mapping[str, GroundFact]
    appeal_within: tuple[int, str] | None
    appeal_answered_within: tuple[int, str] | None
    regulator_name: str
    regulator_contact: str
    retention_months: int
    merged_into: str
    notices: tuple[NoticeFact, ...]
    declarant: DeclarantFact | None


@dataclass(frozen=True)
class DeclarantFact:
    """Who has still to sign, and for whom: `capacity` is empty for the person, else parent, guardian or executor."""

    name: str
    person: str
    capacity: str


@dataclass(frozen=True)
class ReferralFact:
    """A source that holds records for a health care provider: `provider` with its contact, told on, to answer by."""

    source_key: str
    source_name: str
    provider: str
    told_on: date | None
    answer_by: date
    confirmed: bool


@dataclass(frozen=True)
class StepFact:
    """One group of records of one collection in a deletion, without its keys. `action`, `result`: contract section 3.

    `collection` is empty where the whole source is meant. `reason` is a reason code, empty where the group is simply
    deleted; `retry_on` is the date of the open obligation, if there is one; `rows_left` is None until the source was
    asked again. `without` are the columns taken out of rows that another step keeps.
    """

    id: UUID
    source_key: str
    source_name: str
    collection: str
    action: str
    reason: str
    keep_until: date | None
    without: tuple[str, ...]
    rows: int
    result: str
    rows_done: int
    rows_left: int | None
    error_kind: str
    attempts: int
    done_at: datetime | None
    asked_again_at: datetime | None
    restricted_at: datetime | None
    retry_on: date | None
    owner: str


@dataclass(frozen=True)
class CorrectionFact:
    """One item of a correction without its values, which `read.corrections` opens. `number` counts from 1.

    `match`: of what is shown to nobody, whether what it should be is what we hold, in the case's language (7023(j)).
    """

    number: int
    ruling: str
    ground: str
    result: str
    places: tuple[CorrectionPlaceFact, ...]
    match: str = ""


@dataclass(frozen=True)
class CorrectionPlaceFact:
    """One column where the wrong value stands. `rows_left` is None until the source was asked again."""

    id: UUID
    source_key: str
    source_name: str
    collection: str
    column: str
    chosen: bool
    rows: int
    rows_done: int
    rows_left: int | None
    result: str
    reason: str


@dataclass(frozen=True)
class CorrectionValues:
    """What one item says, opened. `health`: a statement of up to 250 words may be added to it (11 CCR 7023(f)).

    `origins`: source's name -> how it got its data, where the person is not its only origin (7023(i)).
    """

    number: int
    what: str
    stands: str
    should_be: str
    explanation: str
    health: bool
    origins: Mapping[str, tuple[str, ...]]
