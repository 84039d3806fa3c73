"""The sentences in which a data map's mistakes are told."""

from __future__ import annotations

import difflib
from collections.abc import Iterable

from pydantic import BaseModel
from pydantic_core import ErrorDetails

LISTABLE = 20


def unknown(noun: str, word: object, choices: Iterable[str]) -> str:
    """`unknown key 'prupose'; did you mean 'purposes'?`, or the choices when nothing is near and they are few."""
    names = list(choices)
    near = difflib.get_close_matches(str(word), names, n=1, cutoff=0.6)
    if near:
        return f"unknown {noun} '{word}'; did you mean '{near[0]}'?"
    listed = f"; known: {', '.join(names)}" if 0 < len(names) <= LISTABLE else ""
    return f"unknown {noun} '{word}'{listed}"


def say(error: ErrorDetails, model: type[BaseModel] | None = None) -> str:
    """One of pydantic's errors as a sentence with the key's name; the value itself is never repeated."""
    name = str(error["loc"][-1]) if error["loc"] else ""
    match error["type"]:
        case "extra_forbidden":
            at_top = model is not None and len(error["loc"]) == 1
            return unknown("key", name, model.model_fields if model is not None and at_top else ())
        case "missing":
            return f"'{name}' is missing"
        case "literal_error":
            return f"'{name}' must be {error['ctx']['expected']}"
        case "value_error":
            return error["msg"].removeprefix("Value error, ")
        case _:
            return f"'{name}': {error['msg'][:1].lower()}{error['msg'][1:]}"
