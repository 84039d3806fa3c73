"""At the start: whatever a data map can say has a word of the policy's, or somebody would get half an answer."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, get_args

from django.core.checks import CheckMessage, Error, register

from fulfillment.datamap.schema import Origin, RecipientKind
from fulfillment.datamap.taxonomy import categories
from fulfillment.policy import Policy, policy


@register()
def policy_covers_the_maps(**_: Any) -> list[CheckMessage]:
    """umbs.E021: a category, source or recipient of a data map that the policy's words do not cover."""
    try:
        words = policy()
    except ValueError as error:
        return [Error(f"policy.toml cannot be read: {error}", id="umbs.E021")]
    hint = "Add it to fulfillment/policy/policy.toml, in English and Spanish."
    return [Error(f"The policy has no word for {missing}.", hint=hint, id="umbs.E021") for missing in _missing(words)]


def _missing(words: Policy) -> Iterator[str]:
    for name in sorted(categories()):
        kind = words.kind(name)
        if name.split(".")[0] == "user" and (kind is None or (kind.of == "user" and name != "user")):
            yield f"the data category {name}"
    yield from (f"the category {kind.category}" for kind in words.kinds if kind.category not in words.categories)
    told = {origin for source in words.sources.values() for origin in source.origins}
    yield from (f"the origin {origin}" for origin in get_args(Origin) if origin not in told)
    yield from (f"the recipient {kind}" for kind in get_args(RecipientKind) if kind not in words.recipients)
