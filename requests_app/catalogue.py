"""Marks sentences for the catalogue (script/messages) where no Django is imported; `telling` translates them."""

from __future__ import annotations


def marked(sentence: str) -> str:
    """The sentence itself, in English."""
    return sentence
