"""What the file of reasons may say, and what the rest of the code gets from it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass as plain
from datetime import date, timedelta
from typing import Annotated, Literal

from pydantic import Field
from pydantic.dataclasses import dataclass

from requests_app.tomlfile import CLOSED, Place, Text, Words

Code = Annotated[str, Field(pattern=r"^(LEG|TEC|OPS|SCP)-\d\d$")]
Days = Annotated[int, Field(ge=1, strict=True)]
Kind = Literal["legal", "technical", "operational", "scope"]
Result = Literal["kept", "referred", "deferred", "pseudonymised"]
Event = Literal[
    "",
    "retention_ends",
    "hold_released",
    "account_closed",
    "owner_done",
    "source_date",
    "provider_answers",
    "new_evidence",
]
PREFIXES = {"legal": "LEG", "technical": "TEC", "operational": "OPS", "scope": "SCP"}


@dataclass(config=CLOSED, frozen=True, kw_only=True)
class WrittenReason:
    kind: Kind
    title: Words
    text: Words
    next: Words
    meaning: Text
    owner: str
    citation: Text
    may_refuse: Annotated[bool, Field(strict=True)]
    result: Result
    retry_days: tuple[Days, ...] = ()
    retry_event: Event = ""
    escalate_after_days: Days | None = None
    kept_whole: Annotated[bool, Field(strict=True)] = False


@dataclass(config=CLOSED, frozen=True, kw_only=True)
class WrittenFile:
    owners: dict[str, Words]
    codes: dict[Code, WrittenReason]


def contradictions(written: WrittenFile) -> Iterator[tuple[Place, str]]:
    """What the types alone cannot see."""
    for code, reason in written.codes.items():
        if not code.startswith(PREFIXES[reason.kind]):
            yield ("codes", code, "kind"), f"a {reason.kind} reason is called {PREFIXES[reason.kind]}-.."
        if reason.owner not in written.owners:
            yield ("codes", code, "owner"), f"no such owner; there are {', '.join(written.owners)}"
        if reason.result == "deferred" and not (reason.retry_days or reason.retry_event):
            yield ("codes", code, "result"), "what is deferred needs retry_days or retry_event"
    used = {reason.owner for reason in written.codes.values()}
    for owner in written.owners.keys() - used:
        yield ("owners", owner), "answers for no reason"


@plain(frozen=True, kw_only=True)
class Reason:
    """Why something was not done. `result` is what becomes of the records: a word of the contract's section 3."""

    code: str
    kind: Kind
    title: Words
    text: Words
    next: Words
    meaning: str
    owner: str
    owner_name: Words
    citation: str
    may_refuse: bool
    result: Result
    retry_days: tuple[int, ...]
    retry_event: Event
    escalate_after_days: int | None
    kept_whole: bool

    @property
    def may_be_trimmed(self) -> bool:
        """What a law keeps, but for evidence: fields that the law does not need are taken out of it."""
        return self.kind == "legal" and self.result == "kept" and not self.kept_whole

    def next_try(self, on: date, *, tries: int = 0) -> date | None:
        """The day of the next try after `tries` of them, the last on this day; None when an event has to come first."""
        if not self.retry_days:
            return None
        return on + timedelta(days=self.retry_days[min(tries, len(self.retry_days) - 1)])
