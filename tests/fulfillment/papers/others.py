"""One example of every letter to whoever asks for Ada Quill."""

from __future__ import annotations

from typing import Final

from fulfillment.pdf.documents import Addressee, PermissionLetter, RulingLetter
from tests.fulfillment.papers.parts import LETTER

BEN: Final = Addressee("Ben Tolliver", ("88 Sycamore Row", "Austin, TX 78701"))
PERMISSION: Final = PermissionLetter(**{**LETTER, "addressee": BEN}, until="December 13, 2026")
RULING: Final = RulingLetter(**{**LETTER, "addressee": BEN}, accepted=False, unshown=True)
