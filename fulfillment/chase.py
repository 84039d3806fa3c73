"""When an owner's answer is due, when to ask again: five days before, the day after, then each fourth day. Pure."""

from __future__ import annotations

from datetime import date, timedelta

TO_ANSWER = timedelta(days=14)
LEFT_FOR_US = timedelta(days=10)  # before the law's own date: what was found is still to be read and decided on
AT_LEAST = timedelta(days=2)
BEFORE = timedelta(days=5)
EVERY = timedelta(days=4)
UNANSWERED = 2  # so many chases without an answer, and an officer is told
_DAY = timedelta(days=1)


def due_on(asked_on: date, answer_due_on: date | None) -> date:
    """Two weeks, less where the law leaves less, and never less than two days."""
    wanted = asked_on + TO_ANSWER
    if answer_due_on is not None:
        wanted = min(wanted, answer_due_on - LEFT_FOR_US)
    return max(wanted, asked_on + AT_LEAST)


def next_on(due: date, chases: int, today: date) -> date:
    """The day of the next chase after so many; a rung that has passed is not made up for, none comes twice a day."""
    rung = due - BEFORE if chases == 0 else due + _DAY + (chases - 1) * EVERY
    return max(rung, today + _DAY)


def is_escalated(chases: int) -> bool:
    return chases > UNANSWERED
