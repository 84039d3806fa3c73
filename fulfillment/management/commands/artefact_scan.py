"""manage.py artefact_scan FILE…: the release gate's reading of any artefact; exit 1 on any hit."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from fulfillment.scan.report import Hit, Kind, Report
from fulfillment.scan.scan import scan
from fulfillment.scan.strings import SHORTEST


class Command(BaseCommand):
    """Searches finished files for never-disclose data, withheld strings and forbidden structures."""

    help = "Scan PDF, DOCX, XLSX, EML, CSV, JSON, HTML, TXT or ZIP files before release; exit 1 on any hit."
    requires_system_checks = []

    def add_arguments(self, parser: CommandParser) -> None:
        """The files, and the strings that were withheld."""
        parser.add_argument("files", nargs="+", metavar="FILE")
        parser.add_argument("--withheld", metavar="FILE", help="UTF-8, one withheld string a line")
        parser.add_argument("--json", action="store_true", help="one JSON object on standard output")

    def handle(self, *_args: Any, **options: Any) -> None:
        """Print places and classes, never a string."""
        withheld = _lines(options["withheld"]) if options["withheld"] else []
        reports = {name: _scan(name, withheld) for name in options["files"]}
        if options["json"]:
            self.stdout.write(json.dumps(_as_json(reports)))
        else:
            for name, report in reports.items():
                for hit in report.hits:
                    self.stdout.write(f"{hit.place}: {hit.kind}: {hit.label}")
                self.stdout.write(
                    f"{name}: {'clean' if report.clean else f'{len(report.hits)} hit(s)'}{_skipped(report)}"
                )
        if not all(r.clean for r in reports.values()):
            raise SystemExit(1)


def _scan(name: str, withheld: list[str]) -> Report:
    path = Path(name)
    if not path.is_file():
        return Report((Hit(name, Kind.UNREADABLE, "no such file"),))
    return scan(path, path.name, withheld)


def _lines(name: str) -> list[str]:
    try:
        return [line for line in Path(name).read_text("utf-8").splitlines() if line.strip()]
    except (OSError, UnicodeDecodeError) as error:
        raise CommandError(
            f"cannot read the withheld strings from {name}: give a UTF-8 file, one string a line"
        ) from error


def _skipped(report: Report) -> str:
    return (
        f" ({report.skipped} withheld string(s) shorter than {SHORTEST} letters or digits not searched)"
        if report.skipped
        else ""
    )


def _as_json(reports: dict[str, Report]) -> dict[str, Any]:
    return {
        "clean": all(r.clean for r in reports.values()),
        "files": [
            {
                "file": name,
                "clean": r.clean,
                "skipped": r.skipped,
                "hits": [{"place": h.place, "kind": h.kind, "label": h.label} for h in r.hits],
            }
            for name, r in reports.items()
        ],
    }
