"""Somebody of their own for each story that changes anything, so that all of them can play in one house."""

from __future__ import annotations

from tests.stories.house import FEW
from umbs_privacy.demo.databases import people
from umbs_privacy.demo.people import FIRST_STRANGER, Person

LANGUAGES = ("en", "es")
STORIES = ("delete", "correct", "elsewhere", "categories", "recipients", "stop", "limit", "again", "appeal", "back")


def player(story: str, language: str) -> Person:
    """A stranger who pays the company and is among its contacts: known by name, mail, phone, birthday and account."""
    known = [one for one in people(FEW) if one.number >= FIRST_STRANGER and one.memberships == {"billing", "contact"}]
    return known[len(LANGUAGES) * STORIES.index(story) + LANGUAGES.index(language)]
