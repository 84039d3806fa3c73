"""A statement on a record that stays as it is goes along with that record, in whichever request it is given out."""

from __future__ import annotations

import json

import pytest

from fulfillment.fulfil.stated import about
from requests_app.casefile import write
from requests_app.casefile.correcting import settle
from requests_app.casefile.statements import on_records
from requests_app.casefile.types import FoundRecord
from requests_app.lifecycle import Right
from requests_app.models import Case, CorrectionItem
from requests_app.permissions import Role, consumer, staff
from requests_app.services import correction, forgetting, statements
from requests_app.services.disputed import Answer
from tests.characters import user
from tests.factories import WRONG_PLACE, approved, closed, gather, holder, located, opened, prove
from tests.fulfillment.test_access import packed, to_fulfil

pytestmark = pytest.mark.django_db
WORDS = "I never gave you that number.\nMy SSN is 900-12-3456; ask my doctor."
ROWS = [
    FoundRecord("billing.accounts", "1", {"id": 1, "phone": "(214) 555-0199"}),
    FoundRecord("billing.accounts", "2", {"id": 2, "phone": "(214) 555-0107"}),
]


@pytest.fixture
def stated() -> Case:
    """Her number in row 1 stays as it is; she says what she thinks of it."""
    case = located(gather(prove(opened(Right.CORRECT))), WRONG_PLACE)
    correction.rule(
        case_id=case.id,
        by=staff(user(Role.ANALYST)),
        number=1,
        seen=correction.version(case.corrections.get()),
        accept=False,
        ground="information_accurate",
        answer=Answer("The bill that you sent shows the number that we hold.", health=True),
    )
    by = holder(approved(case))
    outcome, ground = settle(by, {})
    write.fulfilled(by, outcome=outcome, ground=ground)
    case = closed(case)
    statements.add(case_id=case.id, by=consumer(case.id), number=1, text=WORDS)
    return case


def test_it_stands_beside_its_record_in_a_later_copy_and_beside_no_other(stated: Case) -> None:
    archive = packed(to_fulfil(ROWS))
    page = archive.read("pages/billing/accounts.html").decode()
    first, second = page.split("<h2>")[1:]
    assert "on “Phone number”:" in first
    assert "I never gave you that number." in first
    assert "I never gave you that number." not in second
    (said,) = json.loads(archive.read("data/billing/accounts-statements.json"))["1"]
    assert said["what"] == "Phone number"


def test_what_is_never_disclosed_is_taken_out_of_it(stated: Case) -> None:
    archive = packed(to_fulfil(ROWS))
    everything = b"".join(archive.read(name) for name in archive.namelist()).decode()
    assert "900-12-3456" not in everything
    assert "My SSN is [withheld: Social Security number]" in everything


def test_a_copy_without_that_record_is_as_it_was(stated: Case) -> None:
    archive = packed(to_fulfil(ROWS[1:]))
    assert not [name for name in archive.namelist() if "statements" in name]


def test_a_record_without_a_key_carries_nobodys_statement(stated: Case) -> None:
    (one,) = on_records("billing", "billing.accounts")
    assert about({"id": "1"}, [one], "en") == []
    assert about({"id": 1}, [statements.Stated({}, one.what, one.text, one.on)], "en") == []


def test_it_is_sealed_and_goes_with_the_case(stated: Case) -> None:
    item = CorrectionItem.objects.get(case=stated)
    assert b"never gave" not in bytes(item.statement_sealed or b"")
    forgetting.forget(stated)
    assert CorrectionItem.objects.get(case=stated).statement_sealed is None
