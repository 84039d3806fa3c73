"""The records room of the demo company: reads the mail that asks for papers, looks into the cabinet, answers."""

from __future__ import annotations

import re
from collections.abc import Mapping
from email.utils import getaddresses
from uuid import UUID

from fulfillment import owners
from requests_app.models import Case
from umbs_privacy.demo import mailbox
from umbs_privacy.demo.characters import ADA

ADDRESS = "records-room@umbs.example"
TASK = re.compile(r"/tasks/([0-9a-f-]{36})/")
KEY = re.compile(r"\b(?:[A-Z2-7]{4}-){6}[A-Z2-7]{2}\b")
# Person's e-mail address -> what lies in the cabinet.
CABINET: Mapping[str, Mapping[str, str]] = {
    ADA.email: {
        "paper": "Payment plan, signed",
        "place": "Drawer M, folder 12",
        "dated": "2024-03-02",
        "text": "I agree to pay the balance of my account in six parts.",
    },
}


def answer(case: Case, person_address: str) -> bool:
    """Answer what was asked for this case; False while no mail about it has come."""
    for task_id, key in _asked():
        try:
            task = owners.opened(task_id, key)
        except owners.NotOpen:
            continue
        if task.case_id == case.id:
            found = CABINET.get(person_address)
            owners.answer(task_id, key, owners.Answer("found", [found]) if found else owners.Answer("nothing"))
            return True
    return False


def _asked() -> list[tuple[UUID, str]]:
    mails = [one for one in mailbox.messages() if ADDRESS in {to for _, to in getaddresses([str(one["To"])])}]
    found = ((TASK.search(mailbox.text(one)), KEY.search(mailbox.text(one))) for one in mails)
    return [(UUID(task[1]), key[0]) for task, key in found if task and key]
