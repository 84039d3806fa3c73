"""What a service may refuse with. Each message says what to do next and carries no personal datum."""

from __future__ import annotations


class Refused(Exception):
    """The base of every expected refusal; `code` is stable, for the API."""

    code = "refused"


class WrongState(Refused):
    """409: the case does not stand where this verb applies, or a guard does not hold."""

    code = "wrong_state"


class NotAllowed(Refused):
    """403: the actor may see the case, but not do this."""

    code = "not_allowed"


class NotAssigned(NotAllowed):
    """403: somebody else has the case; what it holds opens with a reason (`services.assignment`)."""

    code = "not_assigned"

    def __init__(self, message: str, *, reference: str) -> None:
        super().__init__(message)
        self.reference = reference


class StepUpRequired(NotAllowed):
    """403: the act needs a fresh proof of the second factor."""

    code = "step_up_required"


class NotValid(Refused):
    """400: the data given cannot be accepted; `field` names the place in the form or body."""

    code = "not_valid"

    def __init__(self, message: str, *, field: str = "") -> None:
        super().__init__(message)
        self.field = field


class NotFound(Refused):
    """404: not there, or not yours to see; the two are never told apart."""

    code = "not_found"


class GateClosed(WrongState):
    """409: the release gate is shut; `reasons` names each missing condition."""

    code = "gate_closed"

    def __init__(self, reasons: list[str]) -> None:
        super().__init__("The release gate is shut: " + ", ".join(reasons) + ".")
        self.reasons = reasons


class Superseded(Exception):
    """A newer holder of the job has taken over: leave quietly, write nothing."""


class KeyDestroyed(Refused):
    """410: the case's key was destroyed; its contents cannot be read by anybody."""

    code = "key_destroyed"
