"""To whom a message about a case goes: the person, or whoever asks for the person."""

from __future__ import annotations

from dataclasses import dataclass

from requests_app.models import Case, Notice
from requests_app.services import agent
from requests_app.services import person as people
from requests_app.vault import CaseVault

TO_WHOEVER_ASKS = frozenset({Notice.Kind.AGENT_ASKED, Notice.Kind.AGENT_RULED})


@dataclass(frozen=True)
class Addressee:
    """The first of the `emails` is written to, the others when it fails; `prefers` is theirs, as a person's is."""

    name: str
    emails: tuple[str, ...]
    postal_address: str
    prefers: str = ""

    @property
    def can_be_written_to(self) -> bool:
        """Whoever gave a phone number alone is called."""
        return bool(self.emails or self.postal_address)


def of(case: Case, kind: Notice.Kind, vault: CaseVault | None = None) -> Addressee:
    row = agent.of(case)
    if row is not None and kind in TO_WHOEVER_ASKS:
        asks = agent.read(row, vault)
        return Addressee(asks.name, (asks.email,) if asks.email else (), asks.postal_address)
    person = people.read(case, vault)
    return Addressee(person.full_name, person.emails, person.postal_address, person.prefers)
