from __future__ import annotations

import re

import pytest

from fulfillment import reasons as machine
from fulfillment.connectors.base import Kind
from fulfillment.reasons import NO_EFFECT, reason_for
from requests_app.casefile import reasons

CODE = re.compile(r"[A-Z]{3}-\d\d")


@pytest.mark.parametrize("kind", Kind)
def test_every_failure_of_a_source_has_a_technical_reason_that_is_tried_again(kind: Kind) -> None:
    reason = reasons.get(reason_for(kind))
    assert (reason.kind, reason.result) == ("technical", "deferred")
    assert reason.retry_days


def test_every_code_that_the_machine_names_is_in_the_file() -> None:
    named = {value for value in vars(machine).values() if isinstance(value, str) and CODE.fullmatch(value)}
    assert len(named) > 1
    assert named <= {reason.code for reason in reasons.all()}


def test_success_without_effect_has_one_too() -> None:
    assert reasons.get(NO_EFFECT).kind == "technical"
