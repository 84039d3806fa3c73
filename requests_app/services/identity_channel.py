"""Where personal data may be sent: only to an address that a source already held and a code confirmed.

Whoever stands in for a child, a ward or the dead is on no file: an officer accepted them with the address they gave.
"""

from __future__ import annotations

from requests_app.models import Case, IdentityCheck
from requests_app.services import agent
from requests_app.services import person as people


def confirmed_addresses(case: Case) -> set[str]:
    """Places such as `email:0` whose control a one-time code has proven."""
    checks = case.identity_checks.filter(method=IdentityCheck.Method.CODE, result=IdentityCheck.Result.ACCEPTED)
    return {place for check in checks for place in check.kinds}


def last_match(case: Case) -> IdentityCheck | None:
    return case.identity_checks.filter(method=IdentityCheck.Method.MATCH).order_by("-at").first()


def held_places(case: Case) -> list[str]:
    """Those of the person's places that a source already held; empty before the sources were asked."""
    match = last_match(case)
    return match.kinds if match else []


def collect_place(case: Case) -> str:
    """The place (`email:0`) that may get the package, or "" (then it goes by post)."""
    held = sorted(confirmed_addresses(case) & set(held_places(case)))
    return next((place for place in held if place.startswith("email:")), "")


def collect_address(case: Case) -> str:
    row = agent.of(case)
    if row is not None and agent.stands_in(row):
        return agent.read(row).email
    place = collect_place(case)
    return people.address(people.read(case), place) if place else ""
