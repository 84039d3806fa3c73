from __future__ import annotations

import itertools

import pytest

from fulfillment.redact.detect import NOBODY, detect
from fulfillment.redact.labels import PLACEHOLDER, Label, Role, describe, withheld
from fulfillment.redact.profile import Subject
from tests.fulfillment.billing_notes import notes
from tests.fulfillment.marks import tally

ADA = Subject(
    names=("Ada Quillfeather",),
    emails=("ada.quillfeather@example.org",),
    phones=("214-555-0107",),
    addresses=("12 Larkspur Lane, Garland, TX 75040",),
    date_of_birth="1966-03-23",
    account_numbers=("PA-104482", "20447716"),
)

SAID_SSN = "five two one four four nine three eight two"
SAID_CALL = "three one zero five five five zero one five five"
ADDRESS = "847 Elm Hollow Way Apt 3, Dallas, TX 75201"


def found(text: str, subject: Subject = NOBODY, known: tuple[str, ...] = ()) -> list[tuple[str, str]]:
    return [(text[s.start : s.end], str(s.label)) for s in detect(text, subject, known)]


@pytest.mark.parametrize(
    ("text", "value", "label"),
    [
        ("SSN 521-44-9382 given", "521-44-9382", Label.SSN),
        ("her social is 123 45 6789", "123 45 6789", Label.SSN),
        ("SSN on file 521449382.", "521449382", Label.SSN),
        ("last 4 of social: 6789", "6789", Label.SSN),
        ("SSN: XXX-XX-6789", "XXX-XX-6789", Label.SSN),
        ("SSN S21-44-93B2", "S21-44-93B2", Label.SSN),
        ("000-12-3456 is what he typed", "000-12-3456", Label.SSN),
        (
            "my social is five two one four four nine three eight two",
            "five two one four four nine three eight two",
            Label.SSN,
        ),
        ("número de seguro social 521-44-9382", "521-44-9382", Label.SSN),
        ("DL D2459381 TX", "D2459381", Label.DRIVER_LICENSE),
        ("driver's license no. 24593811", "24593811", Label.DRIVER_LICENSE),
        ("Passport number XG9382049", "XG9382049", Label.GOV_ID),
        ("alien number A# 574-891-283", "A# 574-891-283", Label.GOV_ID),
        ("tax id 94-2841935", "94-2841935", Label.GOV_ID),
        ("routing number 061000104 for ACH", "061000104", Label.FINANCIAL_ACCOUNT),
        ("checking account ending in 7854", "7854", Label.FINANCIAL_ACCOUNT),
        ("IBAN GB29 NWBK 6016 1331 9268 19", "GB29 NWBK 6016 1331 9268 19", Label.FINANCIAL_ACCOUNT),
        ("card 4539 1488 0343 6467 declined", "4539 1488 0343 6467", Label.CARD),
        ("card 4539 1488 0343 6468 declined", "4539 1488 0343 6468", Label.CARD),  # the check digit is wrong
        ("paid by Visa ending 4242", "4242", Label.CARD),
        ("member id W1234 56789 01", "W1234 56789 01", Label.HEALTH_PLAN_ID),
        ("Medicare 1EG4-TE5-MK73", "1EG4-TE5-MK73", Label.HEALTH_PLAN_ID),
        ("1EG4TE5MK73", "1EG4TE5MK73", Label.HEALTH_PLAN_ID),
        ("insurance policy #88291-LK", "88291-LK", Label.HEALTH_PLAN_ID),
        ("MRN: 998877", "998877", Label.MRN),
        ("chart # VC-1029384", "VC-1029384", Label.MRN),
        ("password is blue horse", "blue", Label.PASSWORD),
        ("Portal password reset to 'blue horse 7'", "blue horse 7", Label.PASSWORD),
        ("PIN 4471 works", "4471", Label.PASSWORD),
        ("login edward@example.com / W!nter2024", "W!nter2024", Label.PASSWORD),
        ("Mother's maiden name: Szabo", "Mother's maiden name: Szabo", Label.SECURITY_ANSWER),
        ("security question: first pet? A: Rex", "security question: first pet? A: Rex", Label.SECURITY_ANSWER),
        ("the security answer is\nBiscuit121. Told to", "security answer is\nBiscuit121", Label.SECURITY_ANSWER),
        ("the security answer\nis Biscuit121. Told to", "security answer\nis Biscuit121", Label.SECURITY_ANSWER),
        ("the security\nanswer is Biscuit121. Told to", "security\nanswer is Biscuit121", Label.SECURITY_ANSWER),
        ("said the password is\nfluffy12 and left", "fluffy12", Label.PASSWORD),
        ("voiceprint vp_88f1a2c3 enrolled", "vp_88f1a2c3", Label.BIOMETRIC),
    ],
)
def test_it_finds_what_is_never_disclosed(text: str, value: str, label: Label) -> None:
    spans = [s for s in detect(text, ADA) if text[s.start : s.end] == value]

    assert [s.label for s in spans] == [label]
    assert spans[0].role is Role.NEVER


@pytest.mark.parametrize(
    "text",
    [
        "Claim 4471920038 paid $1,204.50 on 01/30/2026, CPT 99213-25, dx E11.9",
        "Invoice INV-2240918 due 2026-02-14, 30 days, ticket #88120",
        "Call our toll-free number 800-555-0199",
        "Statement printed 20260130, balance 1204.50",
        "Password reset requested, portal login issue",
        "She forgot the password\n2024-05-01 called again",
        "NPI 1234567893, group 88120, check 100452",
        "She will call back at 10:45 tomorrow; 2 payments of $45",
    ],
)
def test_it_leaves_the_numbers_of_the_trade_alone(text: str) -> None:
    assert found(text, ADA) == []


@pytest.mark.parametrize(
    ("text", "value", "label"),
    [
        ("Spoke with Maribel Banuelos about it", "Maribel Banuelos", Label.PERSON),
        ("pt's wife rosalind called", "rosalind", Label.PERSON),
        ("Guarantor: BANUELOS, MARIBEL", "BANUELOS, MARIBEL", Label.PERSON),
        ("seen by Dr. Okonkwo today", "Dr. Okonkwo", Label.PERSON),
        ("a 60-year-old, Anna S., called", "Anna S.", Label.PERSON),
        ("Thanks,\nWendell\n", "Wendell", Label.PERSON),
        ("write to m.banuelos@postbox.test please", "m.banuelos@postbox.test", Label.EMAIL),
        ("maribel dot banuelos at postbox dot test", "maribel dot banuelos at postbox dot test", Label.EMAIL),
        ("call (310) 555-0155", "(310) 555-0155", Label.PHONE),
        (f"cb {SAID_CALL} thanks", SAID_CALL, Label.PHONE),
        (f"moved to {ADDRESS} in May", ADDRESS, Label.ADDRESS),
        ("PO Box 1182, Plano, TX 75074", "PO Box 1182, Plano, TX 75074", Label.ADDRESS),
        ("subscriber DOB 6/20/70", "6/20/70", Label.DATE_OF_BIRTH),
    ],
)
def test_it_finds_what_belongs_to_somebody_else(text: str, value: str, label: Label) -> None:
    spans = [s for s in detect(text, ADA) if s.start <= text.index(value) and s.end >= text.index(value) + len(value)]

    assert [s.label for s in spans] == [label]
    assert spans[0].role is Role.OTHER


@pytest.mark.parametrize(
    "text",
    [
        "Ada Quillfeather called, QUILLFEATHER, ADA on the form",
        "Spoke with Ada about her bill",
        "dear Ms. Quillfeather",
        "write to ada.quillfeather@example.org or ADA.QUILLFEATHER@EXAMPLE.ORG",
        "reach her at (214) 555-0107 or 214.555.0107",
        "two one four five five five zero one zero seven",
        "DOB 03/23/1966, born March 23, 1966",
        "mailed to 12 Larkspur Ln, Garland",
        "acct 20447716 is hers",
    ],
)
def test_it_leaves_the_requesters_own_data_readable(text: str) -> None:
    assert found(text, ADA) == []


def test_it_withholds_even_the_requesters_own_number_when_a_bank_word_names_it() -> None:
    assert found("bank account 20447716", ADA) == [("20447716", "FINANCIAL_ACCOUNT")]


def test_it_does_not_take_a_relative_of_the_same_name_for_the_requester() -> None:
    assert ("Bertram Quillfeather", "PERSON") in found("Her son Bertram Quillfeather pays", ADA)


def test_it_protects_the_requesters_name_but_not_inside_a_strangers_mailbox() -> None:
    assert found("Ada wrote from ada.k@postbox.test", ADA) == [("ada.k@postbox.test", "EMAIL")]


def test_it_knows_the_people_of_the_case_wherever_they_stand() -> None:
    text = "the balance that zelda mentioned; Grant Price agreed, price list attached"

    assert found(text, ADA, ("Zelda Xiong", "Grant Price")) == [("zelda", "PERSON"), ("Grant Price", "PERSON")]


def test_it_finds_a_name_again_that_was_announced_once() -> None:
    assert found("Spoke with Osvaldo Ibarra. osvaldo will pay.", ADA)[-1] == ("osvaldo", "PERSON")


def test_it_lets_what_is_never_disclosed_win_over_what_belongs_to_others() -> None:
    spans = detect("SSN 310-55-0155 of Maribel Banuelos", ADA)

    assert [s.label for s in spans] == [Label.SSN, Label.PERSON]
    assert all(a.end <= b.start for a, b in itertools.pairwise(spans))


def test_it_takes_no_browser_for_an_account() -> None:
    browser = "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/605.1.15 Version/17.5 Mobile/15E148 Safari/605.1.15"
    assert found(browser) == []
    assert found("SSN Mobile/219099999") == [("Mobile/219099999", "SSN")]


def test_it_withholds_a_long_number_that_nothing_explains() -> None:
    assert found("see 882910334 below", ADA) == [("882910334", "FINANCIAL_ACCOUNT")]


def test_it_names_the_kind_and_never_the_length() -> None:
    assert withheld(Label.SSN) == "[withheld: Social Security number]"
    assert withheld(Label.SSN, "es") == "[retenido: número de Seguro Social]"
    assert all(PLACEHOLDER.fullmatch(withheld(label, lang)) for label in Label for lang in ("en", "es"))
    assert len({describe(label) for label in Label}) == len(Label)


def test_it_finds_nothing_in_its_own_placeholders() -> None:
    text = " ".join(withheld(label, lang) for label in Label for lang in ("en", "es"))

    assert found(text, ADA) == []


@pytest.mark.slow
@pytest.mark.parametrize("seed", [11, 2024])
def test_it_leaks_little_of_four_hundred_billing_notes(seed: int) -> None:
    counted = tally(notes(400, seed))

    print(seed, {role: round(counted.share(role), 4) for role in ("NEVER", "OTHER", "SELF", "plain")})
    assert counted.share("NEVER") <= 0.002
    assert counted.share("OTHER") <= 0.03
    assert counted.share("SELF") <= 0.01
    assert counted.share("plain") <= 0.08


@pytest.mark.parametrize(
    "addresses",
    [
        ("12 Larkspur Lane, Garland", "75040"),  # typed without the ZIP code; that one stands in a column of her row
        ("12 Larkspur Ln", "Garland TX 75040-1234"),
        ("12 Larkspur Lane, Garland, TX 75040",),
    ],
)
@pytest.mark.parametrize(
    ("text", "others"),
    [
        ("Moved to 12 Larkspur Lane, Garland, TX 75040 in May.", []),
        ("ZIP code 75040 confirmed, zip: 75040-1234", []),
        ("lives in Garland, TX 75040 now", []),
        ("12 Larkspur Lane Apt 9, Garland, TX 75040", ["Apt 9, Garland, TX 75040"]),
        ("Bo is at 9 Oak Street, Garland, TX 75040", ["9 Oak Street, Garland, TX 75040"]),
        ("112 Larkspur Lane, Garland, TX 75040", ["112 Larkspur Lane, Garland, TX 75040"]),
        ("the zip is 75001", ["75001"]),
        ("moved to Plano, TX 75074", ["Plano, TX 75074"]),
    ],
)
def test_it_knows_the_whole_of_the_requesters_address_and_no_other(
    text: str, others: list[str], addresses: tuple[str, ...]
) -> None:
    subject = Subject(names=("Ada Quillfeather",), addresses=addresses)
    left = [value for value, label in found(text, subject) if label == Label.ADDRESS]
    assert [value.strip(" ,") for value in left] == others


def test_it_takes_another_town_for_another_address() -> None:
    subject = Subject(addresses=("12 Larkspur Lane, Garland",))
    assert found("12 Larkspur Lane, Plano, TX 75074", subject) == [(", Plano, TX 75074", "ADDRESS")]
