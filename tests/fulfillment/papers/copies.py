"""The answer on paper."""

from __future__ import annotations

from datetime import date
from typing import Final

from fulfillment.pdf.documents import CopyPart, Entry, Section, Stated
from tests.fulfillment.papers.parts import CASE, DECIDED

INVOICES: Final = Section(
    source="Direct-pay billing",
    title="invoices",
    entries=tuple(
        Entry(number=n, fields=(("invoice", f"A-{n}"), ("note", "Paid.\nThank you."), ("seen by", "")))
        for n in range(1, 25)
    ),
)
CONTACTS: Final = Section(
    source="CRM and marketing leads",
    title="contacts",
    entries=(
        Entry(
            number=1,
            fields=(("name", "Ada Quill"), ("job title", "[withheld: another person’s name]")),
            statements=(Stated(what="job title", text="I never worked there.", on=date(2026, 3, 2)),),
        ),
    ),
)
COPY: Final = CopyPart(**{**CASE, "issued_at": DECIDED}, parts=2, sections=(INVOICES, CONTACTS))
