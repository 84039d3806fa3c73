"""T24: the limit is one for all processes of the web server, whatever address a visitor claims to come from."""

from __future__ import annotations

import http.client
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import pytest

from requests_app.api.throttles import PER_HOUR
from requests_app.models import Attempt
from tests.requests_app.api_client import REQUESTS
from tests.services.processes import Processes
from tests.services.stage import Stage

WORKERS, VISITORS, ASKED = 4, 20, 1000
REFUSED_AS_BAD, TOO_MANY = 400, 429  # an empty request is refused after it was counted


def ask(port: int, number: int) -> list[int]:
    """One visitor with a connection of their own, and another invented address each time."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
    statuses = []
    for turn in range(ASKED // VISITORS):
        spoofed = {"X-Forwarded-For": f"198.51.{number}.{turn}, 203.0.113.{turn}", "Content-Type": "application/json"}
        connection.request("POST", REQUESTS, b"{}", spoofed)
        answer = connection.getresponse()
        answer.read()
        statuses.append(answer.status)
    connection.close()
    return statuses


@pytest.mark.slow
@pytest.mark.postgres
def test_t24_it_lets_through_exactly_the_limit_of_a_thousand_spoofed_requests_to_four_workers(
    fresh_postgres: Stage, run_processes: Callable[..., Processes]
) -> None:
    stage = replace(fresh_postgres, env=fresh_postgres.env | {"WEB_CONCURRENCY": str(WORKERS)})
    web = run_processes(stage, "web")
    with ThreadPoolExecutor(VISITORS) as pool:
        statuses = [one for each in pool.map(lambda number: ask(web.port, number), range(VISITORS)) for one in each]
    assert web.log("web").count("Booting worker") == WORKERS
    assert set(statuses) == {REFUSED_AS_BAD, TOO_MANY}
    counted = list(Attempt.objects.values_list("bucket", "count"))  # two rows if the hour ended meanwhile
    assert len({bucket for bucket, _ in counted}) == 1
    assert sum(count for _, count in counted) == ASKED
    assert statuses.count(REFUSED_AS_BAD) == sum(min(count, PER_HOUR) for _, count in counted)
