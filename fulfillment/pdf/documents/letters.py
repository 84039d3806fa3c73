"""Letters to the person, one class each."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from fulfillment.pdf.documents.correction import Correction
from fulfillment.pdf.documents.deletion import Deletion, Referral
from fulfillment.pdf.documents.parts import (
    COPIES,
    Addressee,
    Appeal,
    Clock,
    Declarant,
    Document,
    Ground,
    Package,
    Regulator,
    Suppression,
    SystemResult,
)


@dataclass(frozen=True, kw_only=True)
class Letter(Document):
    """`in_place_of`: the person in whose place the addressee reads; empty when the person does."""

    addressee: Addressee
    in_place_of: str = ""


@dataclass(frozen=True, kw_only=True)
class AcknowledgementLetter(Letter):
    """Receipt, how the request is handled, how identity is shown, when the answer comes (11 CCR 7021(a)).

    `identity` is the level that the law asks for; `status_page` is empty for people who cannot receive its code;
    `signs`: who signs the declaration on the letter itself; `confirm_by`: until when an opt-in has to be confirmed.
    """

    template = "acknowledgement"

    clocks: tuple[Clock, ...]
    identity: str
    status_page: str = ""
    confirm_by: date | None = None
    signs: Declarant | None = None


@dataclass(frozen=True, kw_only=True)
class ExtensionLetter(Letter):
    """The later date, which counts only if this letter is mailed by `mailed_by` (Cal. Civ. Code 1798.130(a)(2)(A))."""

    template = "extension"

    reason: str
    clock: Clock
    mailed_by: date


@dataclass(frozen=True, kw_only=True)
class DenialLetter(Letter):
    """A refusal: its ground, what the person can still do, the appeal, the regulator (11 CCR 7022(f), 7024(e))."""

    template = "denial"

    ground: Ground
    identity_unproven: bool = False
    offer_opt_out: bool = False
    appeal: Appeal | None = None
    regulator: Regulator | None = None


@dataclass(frozen=True, kw_only=True)
class CoverLetter(Letter):
    """Lies on top of the answer that goes by post to people without an e-mail address that is on file.

    `pages`: how many that answer has; 0 when it is too long to be printed.
    """

    template = "cover"

    package: Package | None = None
    pages: int = 0

    @property
    def is_copy(self) -> bool:
        """A copy of records, of which some may be withheld; any other answer tells of records without showing one."""
        return self.right in COPIES


@dataclass(frozen=True, kw_only=True)
class OptOutLetter(Letter):
    """Confirms that an opt-out was carried out, and where (11 CCR 7026(g)). `late`: systems that do not keep it yet."""

    template = "opt_out"

    systems: tuple[SystemResult, ...] = ()
    suppressions: tuple[Suppression, ...] = ()
    late: int = 0


@dataclass(frozen=True, kw_only=True)
class WithdrawalLetter(Letter):
    """`by_agent`: whoever asked in the person's name took it back."""

    template = "withdrawal"

    by_agent: bool = False


@dataclass(frozen=True, kw_only=True)
class MessageLetter(Letter):
    """Says that a message waits, without the message: an envelope is no safer a place than a mailbox."""

    template = "message"


@dataclass(frozen=True, kw_only=True)
class CodeLetter(Letter):
    """A one-time code for somebody on the phone, sent to the postal address that a source already held.

    `confirms`: it is the second step of an opt-in, sent to the address that was given.
    """

    template = "one_time_code"

    code: str
    until: date
    confirms: bool = False


@dataclass(frozen=True, kw_only=True)
class DeletionLetter(Letter):
    """What was deleted, what not and why, what happens next; where part is refused, appeal and regulator as well."""

    template = "deletion"

    deletion: Deletion
    offer_opt_out: bool = False
    appeal: Appeal | None = None
    regulator: Regulator | None = None


@dataclass(frozen=True, kw_only=True)
class FollowUpLetter(Letter):
    """What was done since our answer, and what is still owed. `opened`: a request that began as something came back.
    `next_on`: of what has no lines of its own, the day of the next try.
    """

    template = "follow_up"

    deletion: Deletion
    opened: str = ""
    next_on: date | None = None


@dataclass(frozen=True, kw_only=True)
class CorrectionLetter(Letter):
    """Each item: what came of it and, where it stays, why and what can be done (11 CCR 7023(f), (i))."""

    template = "correction"

    corrections: tuple[Correction, ...]
    appeal: Appeal | None = None
    regulator: Regulator | None = None


@dataclass(frozen=True, kw_only=True)
class ReferralLetter(Letter):
    """Who decides about health information that we hold for a provider, and when to expect its answer."""

    template = "referral"

    referrals: tuple[Referral, ...] = ()


@dataclass(frozen=True, kw_only=True)
class OptInLetter(Letter):
    template = "opt_in"


@dataclass(frozen=True, kw_only=True)
class PermissionLetter(Letter):
    """Asks whoever asks for somebody to show until when that they may.

    It names nobody but the reader, except where the reader signs for whom they ask.
    """

    template = "agent_asked"

    until: str
    reminder: bool = False
    signs: Declarant | None = None


@dataclass(frozen=True, kw_only=True)
class RulingLetter(Letter):
    """Tells whoever asks for somebody whether they may, or that it is over. `unshown`: they showed us nothing."""

    template = "agent_ruled"

    accepted: bool
    unshown: bool = False
    withdrawn: bool = False
    in_place: bool = False


@dataclass(frozen=True, kw_only=True)
class AuthorityLetter(Letter):
    """Asks the person whether somebody may act for them; nothing is done before the answer."""

    template = "authority"
