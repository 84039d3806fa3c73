"""The one way out for an answer: build it, read it again, and let it leave only without anything that must stay."""

from __future__ import annotations

import errno
import re
import tempfile
from collections.abc import Callable, Iterator
from typing import IO, Final

import structlog

from fulfillment.fulfil.coverage import ANSWERED, is_referred, is_searched
from fulfillment.fulfil.package import Package
from fulfillment.jobs import Job
from fulfillment.reasons import FOR_A_PROVIDER
from fulfillment.scan.report import Report
from fulfillment.scan.scan import scan
from requests_app.casefile import StorageFull, deliver, write
from requests_app.casefile.types import CaseSnapshot

# Below this the plain package exists in memory only; a bigger one passes through a file without a name, which the
# system forgets with the process. What is kept is sealed under the case's key.
IN_MEMORY: Final = 32 * 2**20
PIECE: Final = 256 * 1024
SHOWN: Final = 20  # places that the event for staff names
LONGEST: Final = 128
_UNSAID: Final = re.compile(r"[^A-Za-z0-9_.:]+")

Build = Callable[[CaseSnapshot, IO[bytes]], Package]

log = structlog.get_logger(__name__)


def release(job: Job, case: CaseSnapshot, build: Build) -> None:
    """Safe to run twice: the same package again is the one that exists."""
    name = f"umbs-privacy-{case.reference}.zip"
    try:
        with tempfile.SpooledTemporaryFile(max_size=IN_MEMORY) as file:
            package = build(case, file)
            job.check()
            report = scan(file, name, withheld=package.taken, ours=case.of_our_making)
            if not report.clean:
                log.warning("the artefact scan stopped a package", job_id=job.id, count=len(report.hits))
                write.stage_failed(job.holder, attention="scan_hit", code="artefact_scan", places=_places(report))
                return
            for source_key, (withheld, released) in package.rows.items():
                write.count_released(job.holder, source_key=source_key, withheld=withheld, released=released)
            deliver.attach_deliverable(
                job.holder,
                kind="package",
                name=name,
                content_type="application/zip",
                parts=_pieces(file),
                scan_passed=True,
                key=f"{case.id}:package:{case.entry}",
            )
    except OSError as error:
        if not isinstance(error, StorageFull) and error.errno != errno.ENOSPC:
            raise
        write.stage_failed(job.holder, attention="storage", code="storage_full")
        return
    deliver.announce_package(job.holder)
    outcome, ground = _outcome(case)
    write.fulfilled(job.holder, outcome=outcome, ground=ground)


def _pieces(file: IO[bytes]) -> Iterator[bytes]:
    file.seek(0)
    while piece := file.read(PIECE):
        yield piece


def _outcome(case: CaseSnapshot) -> tuple[str, str]:
    """Partly, when a source was not searched or holds records of a provider; referred, when all are a provider's.

    Withholding what 7024(d) or another's rights keep is no denial.
    """
    referred = any(is_referred(search) for search in case.searches)
    unsearched = any(
        not is_searched(search) and not is_referred(search) and search.reason != "disabled" for search in case.searches
    )
    if not referred:
        return ("partly" if unsearched else "fulfilled"), ""
    ours = any(search.state == ANSWERED and search.rows_found for search in case.searches)
    return ("partly", "") if ours or unsearched else ("referred", FOR_A_PROVIDER)


def _places(report: Report) -> list[str]:
    """Where and of what class, for staff, in the signs that an event may hold; never what."""
    named = [f"{hit.kind}:{hit.label}:{hit.place.partition(' > ')[2]}" for hit in report.hits[:SHOWN]]
    return [_UNSAID.sub("-", one)[:LONGEST] for one in named]
