"""The privacy policy's own words for what a data map says in Fideslang's, in the languages that we write in."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Annotated

from pydantic import BaseModel, ConfigDict, StringConstraints

FILE = Path(__file__).parent / "policy.toml"
Text = Annotated[str, StringConstraints(min_length=1)]


class Words(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)

    en: Text
    es: Text

    def said(self, language: str) -> str:
        return self.es if language == "es" else self.en


class Kind(Words):
    """What a data category is to the policy: `category`, and one plain name of its own."""

    of: Text
    category: Text


class Sources(Words):
    origins: tuple[str, ...]


class Policy(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)

    categories: Mapping[str, Words]
    sources: Mapping[str, Sources]
    recipients: Mapping[str, Words]
    purposes: Mapping[str, str]
    kinds: tuple[Kind, ...]

    def kind(self, data_category: str) -> Kind | None:
        """The row with the longest beginning; None for what is not about a person (`system.…`)."""
        fits = [kind for kind in self.kinds if f"{data_category}.".startswith(f"{kind.of}.")]
        return max(fits, key=lambda kind: len(kind.of), default=None)

    def source(self, origin: str) -> str:
        return next(key for key, source in self.sources.items() if origin in source.origins)

    def purpose(self, text: str, language: str) -> str:
        """A purpose that the policy does not know stays as the map writes it."""
        return self.purposes.get(text, text) if language == "es" else text


@cache
def policy() -> Policy:
    """ValueError (pydantic's) when the file is not as it should be; the system check tells it at the start."""
    return Policy.model_validate(tomllib.loads(FILE.read_text(encoding="utf-8")))
