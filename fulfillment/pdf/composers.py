"""What each letter says, from the order's own parameters and from what the case file says."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from typing import Any, Final
from urllib.parse import urlsplit

from django.conf import settings

from fulfillment.pdf import correction, deletion, facts
from fulfillment.pdf.documents import (
    AcknowledgementLetter,
    Appeal,
    AuthorityLetter,
    Clock,
    CodeLetter,
    CorrectionLetter,
    CoverLetter,
    Declarant,
    DeletionLetter,
    DenialLetter,
    ExtensionLetter,
    FollowUpLetter,
    Ground,
    Letter,
    MessageLetter,
    OptInLetter,
    OptOutLetter,
    PermissionLetter,
    ReferralLetter,
    Regulator,
    RulingLetter,
    WithdrawalLetter,
)
from requests_app.casefile.types import CaseSnapshot, LetterToPrint, PaperFacts

Composer = Callable[[dict[str, Any], LetterToPrint, CaseSnapshot, PaperFacts], Letter]


def _acknowledgement(
    common: dict[str, Any], order: LetterToPrint, case: CaseSnapshot, law: PaperFacts
) -> AcknowledgementLetter:
    confirm_by = order.parameters.get("confirm_by")
    clocks = tuple(facts.clock(row) for row in case.clocks)
    return AcknowledgementLetter(
        **common,
        clocks=tuple(Clock(kind=row.kind, due_on=row.due_on, derivation=row.derivation) for row in clocks),
        identity=law.required_level,
        status_page=_page("/requests/status/") if case.has_email else "",
        confirm_by=date.fromisoformat(confirm_by) if confirm_by else None,
        signs=None if case.has_email else _signs(law, themselves=True),
    )


def _signs(law: PaperFacts, *, themselves: bool) -> Declarant | None:
    """Who signs on the letter: the person on theirs, whoever asks in the person's place on their own."""
    signs = law.declarant
    if signs is None or (signs.capacity == "") is not themselves:
        return None
    return Declarant(signs.name, signs.person, signs.capacity)


def _page(path: str) -> str:
    """An address to read on paper: without the scheme, which every browser adds."""
    return urlsplit(settings.PUBLIC_BASE_URL).netloc + path


def _extension(common: dict[str, Any], order: LetterToPrint, case: CaseSnapshot, _law: PaperFacts) -> ExtensionLetter:
    """The dates are the order's: the clock stands at the first one again while a notice that came back is sent anew."""
    said = order.parameters
    clock = facts.clock(next(row for row in case.clocks if row.kind == said["kind"]))
    due_on, extended_from, mailed_by = (
        date.fromisoformat(said[name]) for name in ("due_on", "extended_from", "notice_by")
    )
    extended = replace(clock, due_on=due_on, extended_from=extended_from)
    return ExtensionLetter(**common, reason=said["reason"], clock=extended, mailed_by=mailed_by)


def _remedies(law: PaperFacts) -> dict[str, Any]:
    """What somebody can do who disagrees: ask for a second look here, or turn to the public authority."""
    within, answered = law.appeal_within, law.appeal_answered_within
    return {
        "appeal": Appeal(within=within, answered_within=answered) if within else None,
        "regulator": Regulator(law.regulator_name, law.regulator_contact),
    }


def _denial(common: dict[str, Any], order: LetterToPrint, case: CaseSnapshot, law: PaperFacts) -> DenialLetter:
    if law.ground is None:
        message = "A denial needs the ground that the case was refused on."
        raise LookupError(message)
    return DenialLetter(
        **common,
        ground=Ground(
            title=law.ground.title,
            text=law.ground.text,
            citation=law.ground.citation,
            explanation=order.parameters.get("explanation", ""),
        ),
        identity_unproven=case.ground == "identity_unproven",
        offer_opt_out=law.required_level != facts.NO_PROOF,
        **_remedies(law),
    )


def _upheld(common: dict[str, Any], order: LetterToPrint, case: CaseSnapshot, law: PaperFacts) -> DenialLetter:
    """The last word of ours: there is no further appeal to offer, only the public authority."""
    return replace(_denial(common, order, case, law), appeal=None)


def _cover(common: dict[str, Any], order: LetterToPrint, case: CaseSnapshot, _law: PaperFacts) -> CoverLetter:
    return CoverLetter(**common, package=facts.package(case), pages=order.parameters.get("pages", 0))


def _opt_out(common: dict[str, Any], order: LetterToPrint, case: CaseSnapshot, _law: PaperFacts) -> OptOutLetter:
    late = order.parameters.get("late", 0)
    return OptOutLetter(**common, systems=facts.systems(case), suppressions=facts.suppressions(case), late=late)


def _withdrawal(
    common: dict[str, Any], order: LetterToPrint, _case: CaseSnapshot, _law: PaperFacts
) -> WithdrawalLetter:
    return WithdrawalLetter(**common, by_agent=order.parameters.get("by_agent", False))


def _message(common: dict[str, Any], _order: LetterToPrint, _case: CaseSnapshot, _law: PaperFacts) -> MessageLetter:
    return MessageLetter(**common)


def _code(common: dict[str, Any], order: LetterToPrint, _case: CaseSnapshot, _law: PaperFacts) -> CodeLetter:
    until = date.fromisoformat(order.parameters["until"])
    confirms = order.parameters.get("confirms", False)
    return CodeLetter(**common, code=order.parameters["code"], until=until, confirms=confirms)


def _deletion(common: dict[str, Any], _order: LetterToPrint, case: CaseSnapshot, law: PaperFacts) -> DeletionLetter:
    done = deletion.deletion(case)
    remedies = {"offer_opt_out": True, **_remedies(law)} if done.refuses else {}
    return DeletionLetter(**common, deletion=done, **remedies)


def _follow_up(common: dict[str, Any], order: LetterToPrint, case: CaseSnapshot, _law: PaperFacts) -> FollowUpLetter:
    news = deletion.since(case, case.closed_at)
    next_on = order.parameters.get("next_on", "")
    return FollowUpLetter(
        **common,
        deletion=news,
        opened=order.parameters.get("opened", ""),
        next_on=date.fromisoformat(next_on) if next_on else None,
    )


def _correction(common: dict[str, Any], _order: LetterToPrint, case: CaseSnapshot, law: PaperFacts) -> CorrectionLetter:
    items = correction.told_to_the_person(case, law)
    remedies = _remedies(law) if any(item.result == correction.REFUSED for item in items) else {}
    return CorrectionLetter(**common, corrections=items, **remedies)


def _referral(common: dict[str, Any], _order: LetterToPrint, case: CaseSnapshot, _law: PaperFacts) -> ReferralLetter:
    return ReferralLetter(**common, referrals=facts.referrals(case))


def _opt_in(common: dict[str, Any], _order: LetterToPrint, _case: CaseSnapshot, _law: PaperFacts) -> OptInLetter:
    return OptInLetter(**common)


def _authority(common: dict[str, Any], _order: LetterToPrint, _case: CaseSnapshot, _law: PaperFacts) -> AuthorityLetter:
    return AuthorityLetter(**common)


def _agent_asked(
    common: dict[str, Any], order: LetterToPrint, _case: CaseSnapshot, law: PaperFacts
) -> PermissionLetter:
    return PermissionLetter(**common, **order.parameters, signs=_signs(law, themselves=False))


def _agent_ruled(common: dict[str, Any], order: LetterToPrint, _case: CaseSnapshot, _law: PaperFacts) -> RulingLetter:
    return RulingLetter(**common, **order.parameters)


COMPOSERS: Final[dict[str, Composer]] = {
    "acknowledgement": _acknowledgement,
    "extension": _extension,
    "denial": _denial,
    "unverified": _denial,
    "appeal_upheld": _upheld,
    "ready": _cover,
    "opt_out_done": _opt_out,
    "withdrawn": _withdrawal,
    "message": _message,
    "code": _code,
    "deletion_done": _deletion,
    "follow_up": _follow_up,
    "correction_done": _correction,
    "referral": _referral,
    "opt_in_done": _opt_in,
    "authority": _authority,
    "agent_asked": _agent_asked,
    "agent_ruled": _agent_ruled,
}
