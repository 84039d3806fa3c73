"""A restricted person cannot be mailed: the demo company's real mailing, through a real mail server."""

from __future__ import annotations

import json
import sys
from dataclasses import replace

import pytest
from django.core import mail

from requests_app.casefile import deliver
from requests_app.lifecycle import Right
from requests_app.services.person import PersonFacts
from tests import factories
from tests.services.smtp import Sink
from tests.services.stage import Stage
from umbs_privacy.demo import mailing
from umbs_privacy.demo.characters import ADA, CHARACTERS, NAMESAKE, NORA
from umbs_privacy.demo.databases import seed
from umbs_privacy.demo.mailing import Reader

ANSWERS = {
    "ends at once": "raise SystemExit(1)",
    "ends after one": 'print(input() and \'{"decision": "allow"}\')',
    "says nothing": "import time; time.sleep(60)",
    "says what is no answer": "print('allow', flush=True); input()",
    "answers beside the point": "print('[1]', flush=True); input()",
}
TWO = [Reader("ada@example.org", ""), Reader("bo@example.org", "")]


@pytest.mark.slow
def test_it_writes_to_nobody_who_opted_out_or_was_deleted(fresh_sqlite: Stage, smtp_sink: Sink) -> None:
    (fresh_sqlite.var / "demo").mkdir()
    seed("crm", f"sqlite:///{fresh_sqlite.var / 'demo' / 'crm.sqlite3'}", 50)
    played = replace(fresh_sqlite, env=fresh_sqlite.env | {"EMAIL_URL": smtp_sink.url, "UMBS_DEMO": "1"})
    nora = PersonFacts.of({"emails": [NORA.email.upper()]})
    deliver.restrict(factories.holder(factories.opened(Right.OPT_OUT_TARGETED_ADS, person=nora)))
    ada = PersonFacts.of({"given_name": "Ada", "family_name": "Marlowe", "emails": [ADA.email]})
    deliver.restrict(factories.holder(factories.opened(Right.DELETE, person=ada)))
    done = played.manage("demo_mailing", "--limit", "20", "--json")
    assert json.loads(done.stdout) == {"allow": 18, "deny": 2}
    written = [str(message["To"]) for message in smtp_sink.messages]
    assert len(written) == len(set(written)) == 18
    assert not {NORA.email, ADA.email} & set(written)
    assert NAMESAKE.email in written
    assert not any(person.email in done.stdout + done.stderr for person in CHARACTERS)


@pytest.mark.parametrize("program", ANSWERS, ids=str)
def test_it_is_silent_when_nobody_answers_as_it_should(program: str) -> None:
    told = mailing.send(TWO, [sys.executable, "-c", ANSWERS[program]], patience=2)
    assert told["unavailable"] == 2 - len(mail.outbox)
    assert [message.to for message in mail.outbox] == ([["ada@example.org"]] if program == "ends after one" else [])


def test_it_is_silent_about_whom_the_list_cannot_tell() -> None:
    unsure = [sys.executable, "-c", 'while input(): print(\'{"decision": "unknown"}\', flush=True)']
    assert mailing.send(TWO, unsure) == {"unknown": 2}
    assert mail.outbox == []
