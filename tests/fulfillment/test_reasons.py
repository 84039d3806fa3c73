from __future__ import annotations

import pytest

from fulfillment.connectors.base import Kind
from fulfillment.reasons import NO_EFFECT, reason_for
from requests_app.casefile import reasons


@pytest.mark.parametrize("kind", Kind)
def test_every_failure_of_a_source_has_a_technical_reason_that_is_tried_again(kind: Kind) -> None:
    reason = reasons.get(reason_for(kind))
    assert (reason.kind, reason.result) == ("technical", "deferred")
    assert reason.retry_days


def test_success_without_effect_has_one_too() -> None:
    assert reasons.get(NO_EFFECT).kind == "technical"
