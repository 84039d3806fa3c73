"""Somebody of their own for each story that changes anything, so that all of them can play in one house."""

from __future__ import annotations

from tests.stories.house import FEW
from umbs_privacy.demo import ehr
from umbs_privacy.demo.databases import people
from umbs_privacy.demo.people import FIRST_STRANGER, Person

LANGUAGES = ("en", "es")
STORIES = (
    "delete",
    "correct",
    "elsewhere",
    "categories",
    "recipients",
    "stop",
    "limit",
    "again",
    "appeal",
    "back",
    "agent",
    "child",
)
# Strangers who pay the company and are among its contacts: known by name, mail, phone, birthday and account.
KNOWN = [one for one in people(FEW) if one.number >= FIRST_STRANGER and one.memberships == {"billing", "contact"}]
CROWD = [one for one in KNOWN if not ehr.is_patient(one)]  # of the whole company, which keeps a clinic's charts


def player(story: str, language: str) -> Person:
    return KNOWN[len(LANGUAGES) * STORIES.index(story) + LANGUAGES.index(language)]
