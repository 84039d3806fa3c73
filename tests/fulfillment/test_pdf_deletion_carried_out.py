"""What the papers say of a deletion that the machine carried out, with one source that could not be reached."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from django.test import override_settings
from django.utils import timezone

from fulfillment.pdf import letter, record
from fulfillment.pdf.page import print_document
from requests_app.casefile import papers, read
from requests_app.models import Notice
from tests.fulfillment import reading
from tests.fulfillment.deletions import blog, carried_out, planned, shop
from tests.fulfillment.estate import Estate
from tests.services.stage import Stage

pytestmark = pytest.mark.slow


@pytest.fixture
def estate(fresh_sqlite: Stage, tmp_path: Path) -> Iterator[Estate]:
    with override_settings(UMBS_EGRESS_ALLOW=["127.0.0.1"], UMBS_COOLING_OFF_HOURS=0):
        yield Estate(tmp_path)


def test_a_reader_learns_what_went_what_stayed_why_and_what_comes_next(estate: Estate) -> None:
    shop(estate, {"lines": {"on_delete": "keep", "retention": "LEG-06"}})
    blog(estate)
    case = planned()
    (estate.folder / "blog.sqlite3").unlink()
    carried_out(case, tries=3)
    snapshot, law = read.snapshot(case.id), papers.facts(case.id)
    notice = case.notices.get(kind=Notice.Kind.DELETION_DONE)
    filed = record.compose(snapshot, law, issued_at=timezone.now())
    sent = letter.compose(read.letter_to_print(notice.id), snapshot, law)
    retry = case.obligations.get(source_key="blog").due_on
    for paper in (filed, sent):
        pdf = print_document(paper).pdf
        text = reading.text(pdf)
        assert reading.faults(pdf) == []
        assert "Tax law requires us to keep invoices and payment records." in text
        assert "No law lets us keep it: we are late" in text
        assert f"{retry:%B} {retry.day}, {retry.year}" in text
        assert "Blocked since" in text
        assert "so that we do not contact you again" in text
        assert "TEC-" not in text
        assert "LEG-" not in text


def test_a_reader_of_a_refusal_learns_the_law_that_keeps_all_of_it(estate: Estate) -> None:
    shop(estate, {"lines": {"on_delete": "keep", "retention": "LEG-06"}})
    case = carried_out(planned())
    filed = record.compose(read.snapshot(case.id), papers.facts(case.id), issued_at=timezone.now())
    assert [ground.citation for ground in filed.grounds] == ["26 USC 6001; 26 CFR 1.6001-1(e), 31.6001-1(e)(2)"]
    assert "Tax law requires us to keep invoices and payment records." in filed.grounds[0].text
    text = reading.text(print_document(filed).pdf)
    assert text.count("Tax law requires us to keep invoices and payment records.") == 2, "once as the ground of it all"
