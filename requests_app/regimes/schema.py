"""What a law file may say, and what the rest of the code gets from it. Frozen types; nothing here names a law.

The `Written...` types mirror a TOML file, unknown keys refused. `Regime` is a law resolved against its baseline: the
company grants every right to everyone, so a right that a law does not know is the baseline's, and where both set a
period the earlier date counts (`derivation`).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass as plain
from datetime import date
from enum import StrEnum
from typing import Annotated, Literal

from pydantic import Field
from pydantic.dataclasses import dataclass

from requests_app import holidays
from requests_app.tomlfile import CLOSED, Bilingual, Text, Words

RightName = Literal[
    "access",
    "know_categories",
    "portability",
    "delete",
    "correct",
    "opt_out_sale_sharing",
    "opt_out_targeted_ads",
    "opt_out_profiling",
    "limit_sensitive",
    "opt_in_sale_sharing",
    "third_party_list",
]
NeverDisclosed = Literal[
    "ssn",
    "drivers_license",
    "other_government_id",
    "financial_account_number",
    "health_insurance_id",
    "medical_id",
    "account_password",
    "security_questions_answers",
    "unique_biometric_data",
]
Weekday = Literal["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"]
WEEK: tuple[Weekday, ...] = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")

Code = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]*$", max_length=64)]
Count = Annotated[int, Field(ge=1, strict=True)]
Flag = Annotated[bool, Field(strict=True)]


class Unit(StrEnum):
    CALENDAR_DAYS = "calendar_days"
    BUSINESS_DAYS = "business_days"
    CALENDAR_MONTHS = "calendar_months"


class Kind(StrEnum):
    """The clocks that a case can have."""

    ACKNOWLEDGE = "acknowledge"
    ANSWER = "answer"
    OPT_OUT = "opt_out"
    APPEAL = "appeal"
    REFERRAL = "referral"


@dataclass(config=CLOSED, frozen=True, kw_only=True)
class Span:
    length: Count
    unit: Unit


@dataclass(config=CLOSED, frozen=True, kw_only=True)
class Extension(Span):
    """The one extension: so much more, not past `maximum`, its notice sent within `notice_within`, both from day 0."""

    maximum: Span
    notice_within: Span
    reason_required: Flag
    citation: Bilingual


@dataclass(config=CLOSED, frozen=True, kw_only=True)
class Deadline(Span):
    """One clock. `stops_while_asking`: it stands still while the person is asked for proof (no US law lets it)."""

    kind: Kind
    counts_from: Literal["receipt", "appeal_receipt", "finding"]
    citation: Bilingual
    stops_while_asking: Flag = False
    extension: Extension | None = None

    def __post_init__(self) -> None:
        own = {Kind.APPEAL: "appeal_receipt", Kind.REFERRAL: "finding"}
        if self.counts_from != own.get(self.kind, "receipt"):
            raise ValueError("an appeal counts from appeal_receipt, a referral from finding, every other from receipt")


@dataclass(config=CLOSED, frozen=True, kw_only=True)
class Identity:
    """How sure we must be: so many matching points, a declaration under penalty of perjury or not.

    `unproven_becomes` is the lesser right as which an unproven request is answered (11 CCR 7024(a)).
    """

    level: Literal["none", "reasonable", "high"]
    points: Annotated[int, Field(ge=0, strict=True)]
    declaration: Flag
    citation: Bilingual
    unproven_becomes: RightName | None = None

    def __post_init__(self) -> None:
        if (self.level == "none") != (self.points == 0):
            raise ValueError("level none asks 0 points, every other level at least 1")
        if self.level == "none" and self.declaration:
            raise ValueError("level none asks no declaration")


@dataclass(config=CLOSED, frozen=True, kw_only=True)
class Ground:
    """A ground on which a request may be denied: its name, and the sentence for the letter.

    `repeats_within`: it holds only where the same was refused to the same person within this time.
    """

    code: Code
    title: Words
    text: Words
    citation: Bilingual
    rights: Annotated[tuple[RightName, ...], Field(min_length=1)]
    repeats_within: Span | None = None


@dataclass(config=CLOSED, frozen=True, kw_only=True)
class BusinessDays:
    """What counts as a business day: these days of the week, less the holidays of these lists."""

    week: Annotated[tuple[Weekday, ...], Field(min_length=1)]
    holidays: tuple[str, ...]
    citation: Bilingual

    def __post_init__(self) -> None:
        if unknown := sorted(set(self.holidays) - set(holidays.LISTS)):
            message = f"no such holiday list: {', '.join(unknown)}; there are {', '.join(holidays.LISTS)}"
            raise ValueError(message)

    def is_in_week(self, day: date) -> bool:
        return WEEK[day.weekday()] in self.week

    def holiday(self, day: date) -> str | None:
        return holidays.name_of(day, self.holidays)


@dataclass(config=CLOSED, frozen=True, kw_only=True)
class Appeal:
    offered: Flag
    window: Span
    name_regulator_on_denial: Flag
    citation: Bilingual


@dataclass(config=CLOSED, frozen=True, kw_only=True)
class Referral:
    """Records held for a health care provider: when it is told of a request, and how long it then has to answer."""

    tell: Deadline
    answer: Span
    correct: Span
    citation: Bilingual

    def __post_init__(self) -> None:
        if self.tell.kind is not Kind.REFERRAL:
            raise ValueError("tell is a clock of the kind referral")


@dataclass(config=CLOSED, frozen=True, kw_only=True)
class Regulator:
    name: Bilingual
    contact: Text
    citation: Bilingual


@dataclass(config=CLOSED, frozen=True, kw_only=True)
class Agent:
    """For which rights an authorised agent may act."""

    rights: tuple[RightName, ...]
    citation: Bilingual


@dataclass(config=CLOSED, frozen=True, kw_only=True)
class NeverDisclose:
    classes: Annotated[tuple[NeverDisclosed, ...], Field(min_length=1)]
    citation: Bilingual


@dataclass(config=CLOSED, frozen=True, kw_only=True)
class Records:
    """How long the record of a request is kept."""

    retention_months: Count
    citation: Bilingual


@dataclass(config=CLOSED, frozen=True, kw_only=True)
class WrittenRight:
    """`deadlines` are names of the file's own [deadlines.NAME]; none means that the law sets no period."""

    citation: Bilingual
    identity: Identity
    deadlines: tuple[str, ...]
    two_step: Flag = False


@dataclass(config=CLOSED, frozen=True, kw_only=True)
class WrittenLaw:
    """One file. Everything after `citation` may be left out by a law that has a baseline, which then supplies it."""

    code: Annotated[str, Field(pattern=r"^[A-Z]+(-[A-Z]+)*$", max_length=24)]
    name: Bilingual
    version: Annotated[str, Field(pattern=r"^\d{4}-\d{2}-\d{2}(\.\d+)?$")]
    in_force_on: date
    citation: Bilingual
    default: Flag = False
    baseline: str | None = None
    residences: tuple[str, ...] = ()
    rights: dict[RightName, WrittenRight] = Field(default_factory=dict)
    deadlines: dict[Code, Deadline] = Field(default_factory=dict)
    denial_grounds: tuple[Ground, ...] = ()
    business_days: BusinessDays | None = None
    appeal: Appeal | None = None
    referral: Referral | None = None
    regulator: Regulator | None = None
    agent: Agent | None = None
    never_disclose: NeverDisclose | None = None
    records: Records | None = None


@plain(frozen=True, kw_only=True)
class Right:
    """One right under one regime. `granted_by`: code of the law, or of its baseline when the law knows it not."""

    name: RightName
    granted_by: str
    citation: str
    identity: Identity
    two_step: bool
    deadlines: tuple[Deadline, ...]
    grounds: tuple[Ground, ...]
    agent_may: bool


@plain(frozen=True, kw_only=True)
class Regime:
    """A law as a case uses it: complete, every right in it. `version` is the later of its own and its baseline's."""

    code: str
    name: str
    version: str
    in_force_on: date
    citation: str
    residences: tuple[str, ...]
    rights: Mapping[str, Right]
    appeal_deadlines: tuple[Deadline, ...]
    business_days: BusinessDays
    appeal: Appeal
    referral: Referral
    regulator: Regulator
    agent: Agent
    never_disclose: NeverDisclose
    records: Records

    def deadlines(self, right: str) -> tuple[Deadline, ...]:
        """The deadlines of a right, or of an `appeal`. KeyError names the rights that there are."""
        if right == Kind.APPEAL:
            return self.appeal_deadlines
        if right not in self.rights:
            message = f"no right is called {right}; there are {', '.join(self.rights)}"
            raise KeyError(message)
        return self.rights[right].deadlines
