"""To whom a message about a case goes: the person, or whoever asks for the person."""

from __future__ import annotations

from dataclasses import dataclass, replace

from requests_app.models import Case, Notice
from requests_app.services import agent
from requests_app.services import person as people
from requests_app.vault import CaseVault

TO_WHOEVER_ASKS = frozenset({Notice.Kind.AGENT_ASKED, Notice.Kind.AGENT_RULED})


@dataclass(frozen=True)
class Addressee:
    """The first of the `emails` is written to, the others when it fails; `prefers` is theirs, as a person's is.

    `in_place_of`: the person whose place the reader takes; empty when the person reads, or an agent.
    """

    name: str
    emails: tuple[str, ...]
    postal_address: str
    prefers: str = ""
    in_place_of: str = ""

    @property
    def can_be_written_to(self) -> bool:
        """Whoever gave a phone number alone is called."""
        return bool(self.emails or self.postal_address)


def of(case: Case, kind: Notice.Kind, vault: CaseVault | None = None) -> Addressee:
    """Before an officer accepted it, nobody reads for the person, unless the person has nowhere to be written to."""
    row, person = agent.of(case), people.read(case, vault)
    themselves = Addressee(person.full_name, person.emails, person.postal_address, person.prefers)
    if row is None:
        return themselves
    asks = agent.read(row, vault)
    theirs = Addressee(asks.name, (asks.email,) if asks.email else (), asks.postal_address)
    if kind in TO_WHOEVER_ASKS:
        return theirs
    alone = agent.in_place(row.kind) and not themselves.can_be_written_to
    return replace(theirs, in_place_of=person.full_name) if alone or agent.stands_in(row) else themselves
