"""`bench gather`: from a case's move into GATHERING to the commit of its end, on the twelve tables of `billing`.

Only what gathering does is timed: the worker takes the jobs of matching and gathering alone, so that redaction neither
helps nor hinders. A case is brought to its door by the real services; the last code that its person enters opens it.
"""

from __future__ import annotations

import os
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from string import Template
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from django.conf import settings
from django.core.management import call_command
from django.db import transaction

from fulfillment.models import Job, JobState
from requests_app.lifecycle import Right, State
from requests_app.models import Case, Channel, OneTimeCode, RecordBatch
from requests_app.permissions import consumer
from requests_app.services import codes, intake
from requests_app.services.intake import Asked
from requests_app.services.notices import content
from requests_app.services.person import PersonFacts
from umbs_privacy.bench import billing, meter
from umbs_privacy.bench.billing import Size, Subject
from umbs_privacy.bench.stage import STAGED
from umbs_privacy.demo.processes import Crew, Trouble, crew, manage

WORKERS = 2
WARM_UP = 6
PATIENCE = 600
LOOK_EVERY = 0.002


@dataclass(frozen=True)
class Wanted:
    """How much to measure; `big` is the number of rows of the one person who has very many, 0 for none."""

    people: int
    rows: Sequence[int]
    repeats: int
    requests: int
    big: int


def measure(wanted: Wanted) -> Iterator[dict[str, Any]]:
    """A line for each condition: one request at a time, many that wait, one person with very many rows, rest."""
    call_command("migrate", verbosity=0)
    source = sa.create_engine(os.environ[STAGED])
    for rows in wanted.rows:
        size = Size(people=wanted.people, rows=rows)
        _build(source, size)
        with _working() as working:
            yield _one_at_a_time(working, source, size, wanted.repeats)
            yield _queued(working, size, wanted.requests)
    if wanted.big:
        size = Size(people=1_000, rows=wanted.big, subjects=1)
        _build(source, size)
        with _working() as working:
            yield _very_many(working, size)
    yield _at_rest()


def _one_at_a_time(working: Crew, source: sa.Engine, size: Size, repeats: int) -> dict[str, Any]:
    pids = meter.group(working.pid("worker"))
    walls, cpus = [], []
    for number in range(repeats):
        case = _at_the_door(working, Subject(1 + number % size.subjects))
        meter.quiet(pids)
        before = meter.cpu_seconds(pids)
        began, ended = _through(working, case)
        walls.append(ended - began)
        meter.quiet(pids)
        cpus.append(meter.cpu_seconds(pids) - before)
        _make_sure(case, size)
    return {
        **_line("one at a time", size, n=repeats, requests=1),
        "wall_ms": meter.milliseconds(walls),
        "cpu_ms": {"median": meter.milliseconds(cpus)["median"]},
        "per_second": round(1 / (sum(walls) / repeats), 2),
        "rss_mb": {"worker": round(meter.rss_mb(pids, peak=True), 1)},
        "floor_ms": _floor(source, size, repeats),
    }


def _queued(working: Crew, size: Size, requests: int) -> dict[str, Any]:
    pids = meter.group(working.pid("worker"))
    cases = [_at_the_door(working, Subject(1 + number % size.subjects)) for number in range(requests)]
    meter.quiet(pids)
    before = meter.cpu_seconds(pids)
    began = time.monotonic()
    for case, code in cases:
        _enter(case, code)
    ends = _ends(working, [case.pk for case, _ in cases])
    meter.quiet(pids)
    spent = meter.cpu_seconds(pids) - before
    for door in cases:
        _make_sure(door, size)
    return {
        **_line("queued", size, n=requests, requests=requests),
        "wall_ms": meter.milliseconds([end - began for end in ends]),
        "cpu_ms": {"median": round(spent / requests * 1000, 2)},
        "per_second": round(requests / (max(ends) - began), 2),
        "rss_mb": {"worker": round(meter.rss_mb(pids, peak=True), 1)},
    }


def _very_many(working: Crew, size: Size) -> dict[str, Any]:
    case = _at_the_door(working, Subject(1))
    pids = meter.group(working.pid("worker"))
    before = meter.cpu_seconds(pids)
    began, ended = _through(working, case)
    wall = ended - began
    _make_sure(case, size)
    return {
        **_line("very many rows", size, n=1, requests=1),
        "wall_ms": meter.milliseconds([wall]),
        "cpu_ms": {"median": round((meter.cpu_seconds(pids) - before) * 1000, 2)},
        "per_second": round(1 / wall, 4),
        "rows_per_second": round(size.rows / wall),
        "rss_mb": {"worker": round(meter.rss_mb(pids, peak=True), 1)},
    }


def _at_rest() -> dict[str, Any]:
    """Web, worker and scheduler with nothing to do; shared pages are counted once."""
    with crew(Path(settings.VAR) / "logs") as resting:
        web = "gunicorn --bind 127.0.0.1:0 --threads 4 --no-control-socket umbs_privacy.wsgi".split()
        resting.start("web", [str(Path(manage()[0]).parent / web[0]), *web[1:]])
        for name in ("worker", "scheduler"):
            resting.start(name, manage(name))
        for name in ("worker", "scheduler"):
            resting.wait_until(partial(resting.has_begun, name), f"Starting the {name}")
        resting.wait_until(lambda: len(meter.group(resting.pid("web"))) > 1, "Starting the web server")
        time.sleep(3)
        pss = {name: round(meter.pss_mb(meter.group(resting.pid(name))), 1) for name in ("web", "worker", "scheduler")}
    return {"bench": "gather", "conditions": {"case": "at rest", **_machine()}, "n": 1, "pss_mb": pss}


def _line(what: str, size: Size, *, n: int, requests: int) -> dict[str, Any]:
    conditions = {"case": what, "people": size.people, "rows_per_person": size.rows, "requests": requests}
    return {"bench": "gather", "conditions": conditions | _machine(), "n": n}


def _machine() -> dict[str, Any]:
    return {
        "sources": 1,
        "collections": len(billing.METADATA.tables),
        "workers": WORKERS,
        "warm_up": WARM_UP,
        "identity_match": "before the clock",
        "redaction": "after the clock",
        **meter.machine(),
    }


def _build(source: sa.Engine, size: Size) -> None:
    billing.build(source, size)
    place = Path(settings.VAR) / "bench.yaml"
    place.write_text(Template(billing.MAP).substitute(url=os.environ[STAGED]), encoding="utf-8")
    call_command("sources_apply", str(place), verbosity=0)


@contextmanager
def _working() -> Iterator[Crew]:
    """A worker whose processes have each done the work before, so that loading the libraries is not timed."""
    with crew(Path(settings.VAR) / "logs") as working:
        working.start("worker", manage("worker", "--concurrency", str(WORKERS), "--only", "match,gather,search"))
        working.wait_until(lambda: working.has_begun("worker"), "Starting the worker")
        warm = [_at_the_door(working, Subject(1)) for _ in range(WARM_UP)]
        for case, code in warm:
            _enter(case, code)
        _ends(working, [case.pk for case, _ in warm])
        yield working


def _at_the_door(working: Crew, who: Subject) -> tuple[Case, str]:
    """A case of access whose facts agree with the source, and the code that lets it in."""
    given, family = who.names
    told = PersonFacts(
        given_name=given,
        family_name=family,
        emails=(who.email,),
        phones=(who.phone,),
        date_of_birth=who.born.isoformat(),
        account_numbers=(who.account,),
    )
    case = intake.open_case(
        Asked(
            right=Right.ACCESS.value,
            person=told,
            relationship="patient",
            residence="US-TX",
            channel=Channel.WEB.value,
            signed_name=f"{given} {family}",
            signed_from="127.0.0.1",
        )
    )
    _until(
        working, lambda: Job.objects.filter(case_id=case.pk, kind="match", state=JobState.DONE).exists(), "The match"
    )
    with transaction.atomic():
        codes.send(case, OneTimeCode.Purpose.STATUS, by=consumer(case.pk))
    notice = case.notices.filter(kind="code").latest("ordered_at")
    return case, str(content(notice)["parameters"]["code"])


def _enter(case: Case, code: str) -> None:
    codes.enter(case.reference, code, [OneTimeCode.Purpose.STATUS])


def _through(working: Crew, door: tuple[Case, str]) -> tuple[float, float]:
    """When the move into GATHERING was committed, and when the case had left it."""
    case, code = door
    _enter(case, code)
    began = time.monotonic()
    return began, _ends(working, [case.pk])[0]


def _ends(working: Crew, waiting: Sequence[UUID]) -> list[float]:
    """When each case was seen to have left GATHERING, in the order in which they did."""
    inside, ends = set(waiting), []
    until = time.monotonic() + PATIENCE
    while inside:
        time.sleep(LOOK_EVERY)
        left = set(
            Case.objects.filter(pk__in=inside)
            .exclude(state__in=(State.VERIFYING, State.GATHERING))
            .values_list("pk", flat=True)
        )
        now = time.monotonic()
        ends += [now] * len(left)
        inside -= left
        if now > until:
            working.check()
            raise Trouble(f"{len(inside)} cases are still being gathered; see the logs in {working.logs}.")
    return ends


def _until(working: Crew, question: Any, what: str) -> None:
    until = time.monotonic() + PATIENCE
    while not question():
        time.sleep(LOOK_EVERY)
        if time.monotonic() > until:
            working.check()
            raise Trouble(f"{what} took too long; see the logs in {working.logs}.")


def _make_sure(door: tuple[Case, str], size: Size) -> None:
    """A fast search that finds too little is none."""
    found = sum(RecordBatch.objects.filter(case=door[0]).values_list("rows", flat=True))
    if found != size.rows:
        raise Trouble(f"A search found {found} rows instead of {size.rows}.")


def _floor(source: sa.Engine, size: Size, repeats: int) -> dict[str, float]:
    walls = []
    with source.connect() as bare:
        for number in range(repeats + 1):
            began = time.monotonic()
            rows = billing.floor(bare, Subject(1 + number % size.subjects))
            walls.append(time.monotonic() - began)
            if rows != size.rows:
                raise Trouble(f"The bare SELECTs found {rows} rows instead of {size.rows}.")
    return meter.milliseconds(walls[1:])
