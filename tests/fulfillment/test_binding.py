"""Papers bound for the printer: heard as they are alone, each on a sheet of its own."""

from __future__ import annotations

import io

import pikepdf

from fulfillment.pdf.page import print_document
from requests_app.binding import bind
from tests.fulfillment import papers, reading

ONE_PAGE, THREE_PAGES = papers.ALL["message"], papers.RECORD


def test_bound_papers_are_read_aloud_as_each_of_them_alone() -> None:
    alone = [print_document(paper).pdf for paper in (THREE_PAGES, ONE_PAGE, THREE_PAGES)]
    whole = bind(alone, title="Letters")
    assert reading.spoken(whole) == [run for paper in alone for run in reading.spoken(paper)]
    assert reading.tags(whole) == [tag for paper in alone for tag in reading.tags(paper)]
    assert set(reading.faults(whole)) == {
        "not exactly one H1",  # each paper has its own
        "no title or no PDF/UA mark in the metadata",  # a pile for the printer claims no standard
        "page outside the structure",  # the back that stays blank
    }
    with pikepdf.open(io.BytesIO(whole)) as pdf:
        assert len(pdf.pages) == 4 + 2 + 4
