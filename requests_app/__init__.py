"""The case file: what was asked, by whom, under which law, where it stands, what was found, who decided."""

from __future__ import annotations
