"""May this actor use this verb on this case? One question, one place."""

from __future__ import annotations

from requests_app.exceptions import NotAllowed
from requests_app.models import Case
from requests_app.permissions import Actor, Role, Verb


def require(case: Case, verb: Verb, by: Actor) -> None:
    """Raise NotAllowed unless this actor may use this verb on this case; a consumer only on the case of the session."""
    if not by.may(verb) or (by.role is Role.CONSUMER and by.case_id != case.id):
        message = f"Your role may not {verb.value.replace('_', ' ')} a case."
        raise NotAllowed(message)
