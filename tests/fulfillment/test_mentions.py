from __future__ import annotations

import pytest

from fulfillment.connectors.compare import email_form, phone_forms
from fulfillment.connectors.mentions import Mentions

ADA = {
    "email": ["Ada.Quill@example.org"],
    "phone": ["+1 469-555-0101"],
    "account": ["PA-104482"],
    "name": ["Ada María Muñoz Quill"],
    "date_of_birth": ["1966-03-23"],
    "postal_address": ["12 Larkspur Lane, Garland, TX 75040"],
}


@pytest.mark.parametrize(
    ("text", "kinds"),
    [
        ("write to ADA.QUILL@EXAMPLE.ORG.", ("email",)),
        ("<ada.quill@example.org>, others", ("email",)),
        ("mailto:ada.quill@example.org?subject=x", ("email",)),
        ("call (469) 555-0101 today", ("phone",)),
        ("call 469.555.0101", ("phone",)),
        ("1-469-555-0101", ("phone",)),
        ("14695550101", ("phone",)),
        ("account pa-104482;", ("account",)),
        ("Ada Quill, born 3/23/1966", ("name", "date_of_birth")),
        ("Quill, Ada\nDOB March 23, 1966", ("name", "date_of_birth")),
        ("ADA MARIA MUNOZ QUILL of 12 LARKSPUR LANE", ("name", "postal_address")),
        ("ada  quill\t12 Larkspur Lane", ("name", "postal_address")),
        ("ada.quill@example.org (469) 555-0101", ("email", "phone")),
    ],
)
def test_it_finds_the_person(text: str, kinds: tuple[str, ...]) -> None:
    assert Mentions(ADA).in_text(text) == kinds


@pytest.mark.parametrize(
    "text",
    [
        "",
        "Ada Quill called",
        "born 03/23/1966, 12 Larkspur Lane",
        "Canada Quilling, 03/23/1966",
        "xada.quill@example.org",
        "ada.quill@example.org.evil.net",
        "4695550101234567890",
        "order 94695550101",
        "account PA-1044829",
        "Ada Quillfeather 03/23/1966",
        "112 Larkspur Lanes, Ada Quill",
    ],
)
def test_it_finds_nobody(text: str) -> None:
    assert Mentions(ADA).in_text(text) == ()


def test_it_finds_nobody_without_facts() -> None:
    assert Mentions({}).in_text("Ada Quill ada.quill@example.org") == ()
    assert (
        Mentions({"account": ["12"], "name": ["Ada"], "phone": ["12"], "date_of_birth": ["x"]}).in_text("Ada 12") == ()
    )


def test_it_takes_a_number_of_another_country_in_full_only() -> None:
    """+52 55 1234 5678: its national part alone is a possible number in New Jersey."""
    assert phone_forms(["+52 55 1234 5678"]) == {"525512345678", "011525512345678"}
    assert phone_forms(["(469) 555-0101", "+14695550101", "words"]) == {"4695550101", "14695550101"}


def test_it_folds_an_address() -> None:
    assert email_form("  Ada@Example.ORG ") == "ada@example.org"
