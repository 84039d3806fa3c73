"""Every letter and record: readable by eye and by ear, complete as the law wants it, and the same bytes each time."""

from __future__ import annotations

import hashlib
import io
from dataclasses import replace
from datetime import date
from functools import cache
from typing import Any

import pikepdf
import pytest

from fulfillment.pdf.documents import Addressee, Document, Log, RecordOfFulfilment, Search
from fulfillment.pdf.page import html, print_document
from fulfillment.scan.never import never_disclosed
from fulfillment.scan.scan import scan
from tests.fulfillment import papers, reading
from tests.spanish import english_in

PRINTED = cache(print_document)  # each example once for all tests but one


def missing(paper: Document, *phrases: str) -> list[str]:
    """Which phrases the document does not say; the line breaks and letter spacing of the page do not count."""
    said = "".join(reading.text(PRINTED(paper).pdf).split())
    return [phrase for phrase in phrases if "".join(phrase.split()) not in said]


EVERY = pytest.mark.parametrize("paper", papers.ALL.values(), ids=papers.ALL)


@EVERY
def test_it_can_be_read_aloud_as_it_looks(paper: Document) -> None:
    assert reading.faults(PRINTED(paper).pdf) == []


@EVERY
def test_it_prints_the_same_bytes_twice(paper: Document) -> None:
    assert print_document(paper) == PRINTED(paper)


@EVERY
def test_it_states_reference_right_and_dates(paper: Document) -> None:
    assert missing(paper, paper.reference, "November 2, 2026", "asked us to", "469-942-7230") == []


@EVERY
def test_its_metadata_name_nobody(paper: Document) -> None:
    with pikepdf.open(io.BytesIO(PRINTED(paper).pdf)) as pdf:
        told = " ".join(str(value) for value in pdf.docinfo.values()) + str(pdf.Root.Metadata.read_bytes())
        title, language = str(pdf.docinfo["/Title"]), str(pdf.Root.Lang)
    assert title.endswith(paper.reference)
    assert language == "en"
    assert "Ada" not in told
    assert "Quill" not in told


@EVERY
def test_it_says_no_sentence_of_ours_in_english_to_a_reader_of_spanish(paper: Document) -> None:
    page = html(replace(paper, language="es"))
    assert '<html lang="es"' in page
    assert english_in(page) == []


@EVERY
def test_its_fonts_are_ours_alone(paper: Document) -> None:
    with pikepdf.open(io.BytesIO(PRINTED(paper).pdf)) as pdf:
        fonts = {
            str(item.BaseFont) for item in pdf.objects if isinstance(item, pikepdf.Dictionary) and "/BaseFont" in item
        }
    assert fonts
    assert all("Public-Sans" in font or "DejaVu" in font for font in fonts)


def test_the_acknowledgement_tells_how_the_request_is_handled_and_when_the_answer_comes() -> None:
    how = ("What happens next", "sign a declaration", "privacy.umbs.example/requests/status/")
    when = ("November 17, 2026", "11 CCR 7021(a)", "December 17, 2026", "1798.130(a)(2)")
    assert missing(papers.ACKNOWLEDGEMENT, *how, *when) == []


def test_the_acknowledgement_of_an_opt_out_asks_for_no_proof() -> None:
    assert missing(papers.OPT_OUT_ACKNOWLEDGEMENT, "You need not prove who you are", "15 business days") == []


def test_the_extension_gives_reason_new_date_and_derivation() -> None:
    reason, dates = "an archive of scanned letters", ("December 17, 2026", "January 31, 2027")
    assert missing(papers.EXTENSION, reason, *dates, "One extension of 45 calendar days", "1798.130(a)(2)(A)") == []
    assert missing(papers.EXTENSION, "counts only if this letter was mailed by December 17, 2026") == []


def test_the_denial_gives_basis_remedy_appeal_and_regulator() -> None:
    basis, remedy = (
        ("Identity not proven.", "matched two of the points", "11 CCR 7024(a)"),
        ("What you can do", "Ask again at any time"),
    )
    appeal, regulator = ("within 60 days", "within 45 days"), ("California Privacy Protection Agency", "oag.ca.gov")
    assert missing(papers.DENIAL, *basis, *remedy, *appeal, *regulator) == []


def test_the_cover_letter_says_what_the_envelope_holds() -> None:
    package = papers.PACKAGE
    assert missing(papers.COVER, "comes with this letter, on 12 pages", package.sha256, package.name) == []
    other = papers.ALL["cover-categories"]
    assert missing(other, "says where we looked as well", "something was withheld") == ["something was withheld"]


def test_the_confirmations_say_what_was_done() -> None:
    assert missing(papers.OPT_OUT, "This is done", "Done in the system", "before November 4, 2027") == []
    assert missing(papers.WITHDRAWAL, "You have since taken the request back") == []
    assert missing(papers.MESSAGE, "For your safety it is not in this letter") == []


def test_the_letters_to_an_agent_name_nobody_else() -> None:
    assert missing(papers.PERMISSION, "Ben Tolliver", "by December 13, 2026; otherwise the request ends") == []
    assert missing(papers.RULING, "Nothing reached us", "If you think that we are wrong, call us.") == []
    assert missing(papers.RULING, "Quill", "We keep a record") == ["Quill", "We keep a record"]


def test_the_record_of_an_access_is_complete() -> None:
    asked = ("by our web form", "Fulfilled", "December 3, 2026, in time", "2W8P-77KD-3", "1798.130(a)(2)(A)")
    identity = ("Reasonably high degree of certainty", "declaration signed under penalty of perjury")
    sources = (
        "after 3 tries",
        "The records belong to a health care provider",
        "Not in a searchable form",
        "367",
        "364",
    )
    withheld = ("[withheld: Social Security number]", "14", "never disclosed: 11 CCR 7024(d)", "about somebody else")
    ended = (papers.PACKAGE.sha256, "Privacy officer (C. R.)", "announced by e-mail on December 3, 2026", "41 entries")
    assert missing(papers.RECORD, *asked, *identity, *sources, *withheld, *ended, "at least 24 months") == []
    assert missing(papers.RECORD, "Quill") == ["Quill"]


def test_a_late_date_is_called_late_and_an_extended_one_extended() -> None:
    clock = replace(papers.EXTENSION.clock, ended="met_late", ended_on=date(2027, 2, 3))
    late = replace(papers.RECORD, clocks=(clock,))
    assert missing(late, "February 3, 2027, late", "extended once from December 17, 2026") == []


def test_the_record_of_an_opt_out_tells_what_was_done_and_what_stays_in_force() -> None:
    done = ("Done in the system", "Kept on the suppression list", "Nobody found there")
    assert missing(papers.OPT_OUT_RECORD, *done, "until you say otherwise", "before November 4, 2027") == []


def test_the_record_of_a_refusal_gives_the_reason_and_no_empty_section() -> None:
    assert missing(papers.REFUSED_RECORD, "identity could not be proven", "11 CCR 7024(a), 7062(c)") == []
    empty = ["Where we looked", "What was released", "What stays in force"]
    assert missing(papers.REFUSED_RECORD, *empty) == empty


@pytest.mark.slow
def test_a_table_over_three_pages_is_read_as_one_and_its_repeated_head_not_at_all() -> None:
    searches = tuple(
        Search(source=f"System {number}", searched=True, identifiers=("email",), finished_on=date(2026, 11, 5))
        for number in range(90)
    )
    printed = print_document(replace(papers.RECORD, searches=searches))
    runs = [run for run in reading.spoken(printed.pdf) if "THead" in run.tags]
    assert printed.pages >= 4
    assert reading.faults(printed.pdf) == []
    assert sum(run.text.strip() == "Released" for run in runs) == 1
    assert reading.tags(printed.pdf).count("Table") == reading.tags(print_document(papers.RECORD).pdf).count("Table")


def test_running_feet_are_not_read_aloud() -> None:
    assert "Page 1 of" not in reading.text(print_document(papers.RECORD).pdf)


def with_digests_of(number: int) -> RecordOfFulfilment:
    package, head = (hashlib.sha256(f"{prefix}{number}".encode()).hexdigest() for prefix in ("x", ""))
    return replace(papers.RECORD, package=replace(papers.PACKAGE, sha256=package), log=Log(events=9, head=head))


# In groups of eight these digests read like a bank account, an identity number and a card.
@pytest.mark.parametrize("number", [20, 71, 134, 139])
def test_a_checksum_is_not_taken_for_a_number_that_must_not_leave(number: int) -> None:
    assert scan(print_document(with_digests_of(number)).pdf, "record.pdf").hits == ()


def test_no_checksum_of_two_hundred_is_taken_for_one() -> None:
    pages = [html(with_digests_of(number)) for number in range(200)]
    assert [number for number, page in enumerate(pages) if never_disclosed(page)] == []


HOSTILE_TEXTS = [
    "<script>alert(1)</script><img src=x onerror=alert(1)>",
    "{{ 7|add:7 }} {{ doc.addressee.name }} {% debug %} {% include 'pdf/base.html' %}",
    "{% load i18n %}{# comment #}{{ settings.SECRET_KEY }}",
    "{{ ''.__class__.__mro__ }} ${7*7} #{7*7} <%= 7*7 %> *{7*7}",
    "%(reference)s %s {0.__class__} {reference}",
    "</p></blockquote><style>p{display:none}</style>",
    "&lt;b&gt; &amp;amp; &#x41; &copy;",
    "<!-- --> ]]> <?php echo 1 ?>",
]


@pytest.mark.parametrize("hostile", HOSTILE_TEXTS)
def test_t20_what_people_write_is_printed_literally_wherever_it_stands(hostile: str) -> None:
    changes: dict[str, Any] = {"addressee": Addressee(hostile, (hostile, "Sacramento, CA"))}
    words = "".join(reading.text(print_document(replace(papers.ACKNOWLEDGEMENT, **changes)).pdf).split())
    assert words.count("".join(hostile.split())) == 3  # address twice, salutation
    ground = replace(papers.UNPROVEN, explanation=hostile)
    assert missing(replace(papers.DENIAL, ground=ground), hostile) == []
    assert missing(replace(papers.EXTENSION, reason=hostile), hostile) == []
    assert missing(replace(papers.REFUSED_RECORD, grounds=(ground,)), hostile) == []


@pytest.mark.parametrize(
    "name",
    [
        "María José Núñez Álvarez-Ñandú",
        "Nguyễn Thị Minh Khai",
        "Владимир Щербаков",
        "Ελένη Παπαδοπούλου",
        "محمد عبد الله",
        "יעל כהן",
        "O\u2019Brien \u2013 \u201cBuzz\u201d \U0001f600",
        "Wolfeschlegelsteinhausenbergerdorffwelchevoralternwarengewissenhaftschaferswessenschafe" * 3,
        "\u202eAda\u202c \u200bQuill\u00ad",
    ],
)
def test_names_of_any_script_and_length_are_printed_and_read(name: str) -> None:
    letter = replace(
        papers.ACKNOWLEDGEMENT, addressee=Addressee(name, (*[f"{name} Street"] * 4, "Sacramento, CA 95814"))
    )
    printed = print_document(letter)
    wanted = {character for character in name if character.isalnum()}
    assert wanted <= set(reading.text(printed.pdf)) or _is_arabic(name)
    assert reading.faults(printed.pdf) == []


def _is_arabic(name: str) -> bool:
    """PDFium gives Arabic as presentation forms; that all glyphs exist is what `faults` checks."""
    return "\u0600" <= name[0] <= "\u06ff"


def test_a_character_that_no_font_has_is_printed_as_a_square_and_stops_no_letter() -> None:
    printed = print_document(replace(papers.ACKNOWLEDGEMENT, addressee=Addressee("王小明 Wang")))
    assert "□□□ Wang" in reading.text(printed.pdf)
    assert reading.faults(printed.pdf) == []


def test_a_long_address_pushes_the_letter_down_instead_of_covering_it() -> None:
    tall = replace(papers.COVER, addressee=Addressee("Ada Quill", tuple(f"Line {number}" for number in range(14))))
    with pikepdf.open(io.BytesIO(print_document(tall).pdf)) as pdf:
        assert len(pdf.pages) == 2
    runs = [run.text for run in reading.spoken(print_document(tall).pdf)]
    assert runs.index("Line 13") < runs.index("Our answer to your privacy request")


def test_the_letter_is_html_in_the_language_that_was_passed_in() -> None:
    page = html(replace(papers.ACKNOWLEDGEMENT, language="es"))
    assert '<html lang="es">' in page


def test_a_record_counts_what_its_sources_count() -> None:
    record: RecordOfFulfilment = papers.RECORD
    assert (record.found, record.kept_back, record.released) == (367, 3, 364)


FAULTS: dict[str, Any] = {
    "no language": lambda pdf: _drop(pdf.Root, "/Lang"),
    "not marked as tagged": lambda pdf: _drop(pdf.Root, "/MarkInfo"),
    "title not displayed": lambda pdf: _drop(pdf.Root, "/ViewerPreferences"),
    "figure without alternative text": lambda pdf: _drop(_first(pdf, "/Figure"), "/Alt"),
    "header cell without scope": lambda pdf: _drop(_first(pdf, "/TH").A, "/Scope"),
    "heading level jumps": lambda pdf: setattr(_first(pdf, "/H2"), "S", pikepdf.Name.H3),
    "is owned by nothing": lambda pdf: _drop(_first(pdf, "/H1"), "/K"),
    "is not embedded": lambda pdf: _drop(_font(pdf), "/FontFile2"),
}


def _drop(item: Any, key: str) -> None:
    del item[key]


def _first(pdf: pikepdf.Pdf, kind: str) -> Any:
    return next(element for element in reading.elements(pdf) if str(element.S) == kind)


def _font(pdf: pikepdf.Pdf) -> Any:
    return next(item for item in pdf.objects if isinstance(item, pikepdf.Dictionary) and "/FontFile2" in item)


@pytest.mark.parametrize("fault", FAULTS)
def test_the_reader_of_these_tests_sees_a_seeded_fault(fault: str) -> None:
    broken = io.BytesIO()
    with pikepdf.open(io.BytesIO(print_document(papers.RECORD).pdf)) as pdf:
        FAULTS[fault](pdf)
        pdf.save(broken)
    assert any(fault in found for found in reading.faults(broken.getvalue()))
