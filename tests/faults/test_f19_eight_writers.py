"""F19: the embedded database takes eight writers at once without telling any of them that it is locked."""

from __future__ import annotations

import itertools
import time
from concurrent.futures import ThreadPoolExecutor
from statistics import quantiles

import pytest
from django.db import connections

from requests_app.lifecycle import Right
from requests_app.models import Case
from requests_app.services.intake import Asked, open_case
from requests_app.services.person import PersonFacts
from tests.services.stage import Stage

WRITERS = 8
SECONDS = 15


def _open(number: int) -> None:
    person = PersonFacts(given_name="Ada", family_name="Quillfeather", emails=(f"ada.{number}@example.org",))
    open_case(Asked(Right.ACCESS, person, residence="US-CA"))


@pytest.mark.slow
def test_it_takes_eight_writers_at_once(fresh_sqlite: Stage) -> None:
    _open(-1)  # read the law files before the clock runs
    numbers, until = itertools.count(), time.monotonic() + SECONDS

    def write() -> list[float]:
        taken: list[float] = []
        while time.monotonic() < until:
            began = time.monotonic()
            _open(next(numbers))
            taken.append(time.monotonic() - began)
            time.sleep(0.5)  # a person reads the page before sending the next one
        connections.close_all()
        return taken

    with ThreadPoolExecutor(WRITERS) as pool:
        writers = [pool.submit(write) for _ in range(WRITERS)]
        taken = [seconds for writer in writers for seconds in writer.result()]
    median, p99 = (quantiles(taken, n=100)[place] for place in (49, 98))
    print(
        f"{len(taken)} requests by {WRITERS} writers: median {median:.3f} s, p99 {p99:.3f} s, worst {max(taken):.3f} s"
    )
    assert Case.objects.count() == len(taken) + 1
    assert len(taken) > WRITERS * 5
