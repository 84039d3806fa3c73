"""Of what is shown to nobody, a correction tells whether what the person says is right is what we hold: no value."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.test import override_settings

from fulfillment.datamap.graph import Collection, Field
from fulfillment.pdf import letter, record
from fulfillment.pdf.page import print_document
from fulfillment.planning.matching import Matches
from fulfillment.redact.columns import Columns
from fulfillment.redact.profile import Subject
from fulfillment.scan.scan import scan
from requests_app.casefile import papers, read
from requests_app.casefile.types import CorrectionValues
from requests_app.models import Case, Notice
from requests_app.services import notices
from requests_app.services.disputed import DisputedFact
from tests.fulfillment import reading
from tests.fulfillment.estate import EMAIL, ID, Estate
from tests.fulfillment.test_correct import accepted, asked, carried_out
from tests.services.stage import Stage

SSN, TYPED, WIFES, MEMBER, BANK = "219-09-9998", "219-09-9989", "457-55-5462", "XJB900114432", "004417732210"
FACTS = (
    DisputedFact("Social Security number", TYPED, SSN),
    DisputedFact("Member ID", "XJB900114400", MEMBER),
    DisputedFact("Bank account number", "", "009988776655"),
    DisputedFact("Driver's license number", "", "D4410921"),
    DisputedFact("Social Security number", "", WIFES),
    DisputedFact("City", "Dallas", "Garland"),
)
SAME = "What you say it should be matches what we hold now."
OTHER = "What you say it should be does not match what we hold now."
NONE = "We hold nothing of this kind about you in any field that is made for it."
GIVEN_ID = "user.government_id.national_identification_number"


@pytest.fixture
def estate(fresh_sqlite: Stage, tmp_path: Path) -> Iterator[Estate]:
    made = Estate(tmp_path)
    hers = {"id": 1, "email": "ada.quillfeather@example.org", "ssn": TYPED, "wife_ssn": WIFES, "city": "Dallas"}
    made.fill("crm", {"people": [{**hers, "member": MEMBER, "bank": BANK}]})
    fields = {"ssn": GIVEN_ID, "member": "user.health_and_medical.insurance_beneficiary_id"}
    fields |= {"bank": "user.financial.bank_account", "city": "user.contact.address.city"}
    wifes = {"data_categories": [GIVEN_ID], "fides_meta": {"umbs": {"person_of": "other"}}}
    columns = {name: {"data_categories": [category]} for name, category in fields.items()}
    made.connect("crm", {"people": {"id": ID, "email": EMAIL, **columns, "wife_ssn": wifes}})
    with override_settings(UMBS_EGRESS_ALLOW=["127.0.0.1"]):
        yield made


@pytest.mark.slow
def test_it_tells_whether_it_matches_in_every_paper_and_shows_no_value(
    estate: Estate, caplog: pytest.LogCaptureFixture
) -> None:
    case = asked(*FACTS)
    assert [fact.match for fact in read.snapshot(case.id).corrections] == [""] * 6, "told before anybody approved it"
    case = carried_out(accepted(case))
    seen = read.snapshot(case.id)
    assert [fact.match for fact in seen.corrections] == [SAME, SAME, OTHER, NONE, OTHER, ""]
    law = papers.facts(case.id)
    notice = case.notices.get(kind=Notice.Kind.CORRECTION_DONE)
    mail = notices.render(notice)
    letters = [
        letter.compose(read.letter_to_print(notice.id), seen, law),
        record.compose(seen, law, issued_at=case.opened_at),
    ]
    told = [mail.text, mail.html]
    for paper in letters:
        pdf = print_document(paper).pdf
        assert scan(pdf, "paper.pdf", ours=seen.of_our_making).clean
        told.append(" ".join(reading.text(pdf).split()))
    for text in told:
        assert (text.count(SAME), text.count(OTHER), text.count(NONE)) == (2, 2, 1)
    told += [caplog.text, json.dumps([event.payload for event in case.events.all()], default=str)]
    values = {value for fact in FACTS[:5] for value in (fact.stands, fact.should_be) if value} | {BANK}
    assert [value for value in values for text in told if value in text] == []


@pytest.mark.slow
def test_it_tells_it_in_spanish(estate: Estate) -> None:
    case = asked(*FACTS[3:])
    Case.objects.filter(pk=case.pk).update(language="es")
    case = carried_out(accepted(case))
    first, second, _ = (fact.match for fact in read.snapshot(case.id).corrections)
    assert first == "No tenemos nada de este tipo sobre usted en ningún campo destinado a ello."
    assert second == "Lo que usted indica como correcto no coincide con lo que tenemos ahora."


# --- what is compared with what ----------------------------------------------------------------------------------


def item(what: str, should_be: str, stands: str = "") -> CorrectionValues:
    return CorrectionValues(1, what, stands, should_be, explanation="", health=False, origins={})


def counted(
    asked_for: CorrectionValues, held: str, category: str, *, wrong: bool = False
) -> tuple[str, int, int] | None:
    """Kind, fields that hold the same, fields that hold another; None when it is of no such kind."""
    collection = Collection("crm", "people", (Field("number", data_categories=(category,)),))
    matches = Matches([asked_for], Subject(account_numbers=("PA-104482",)))
    places = {(1, "number", held)} if wrong else set()
    matches.read(collection, Columns.of(collection), {"number": held}, places)
    found = matches.found()
    return (found[0].kind, found[0].same, found[0].other) if found else None


@pytest.mark.parametrize(
    ("held", "category", "counts"),
    [
        ("219099998", GIVEN_ID, (1, 0)),
        ("***-**-9998", GIVEN_ID, (1, 0)),  # all that many systems keep
        ("998", GIVEN_ID, (0, 1)),
        ("219-09-9990", "user.government_id", (0, 1)),  # the map says it less exactly
        (SSN, "user.financial.bank_account", (0, 0)),  # of another kind
        (SSN, "user.unique_id", (0, 0)),
    ],
)
def test_it_compares_however_it_is_written_with_fields_of_its_kind(
    held: str, category: str, counts: tuple[int, int]
) -> None:
    assert counted(item("Social Security number", SSN), held, category) == ("SSN", *counts)


def test_it_knows_the_kind_by_the_field_where_the_wrong_value_stands() -> None:
    assert counted(item("That number", "77", "55"), "55", GIVEN_ID, wrong=True) == ("SSN", 0, 0)
    assert counted(item("That number", "77", "55"), "55", GIVEN_ID) is None


@pytest.mark.parametrize(
    ("what", "should_be"), [("Phone number", "214-555-0107"), ("Account number", "PA-104482"), ("City", "Garland")]
)
def test_it_says_nothing_about_what_may_be_shown(what: str, should_be: str) -> None:
    assert counted(item(what, should_be), should_be[-4:], GIVEN_ID) is None
