"""Is it alive, is it ready, how is it doing: for the load balancer and for Prometheus."""

from __future__ import annotations

import ipaddress
from collections.abc import Iterator

from django.db import DatabaseError
from django.db.models import Count, Min
from django.db.models.functions import Now
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.utils import timezone
from django.views.decorators.http import require_safe
from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.core import GaugeMetricFamily, Metric
from prometheus_client.registry import Collector

from fulfillment.models import Job, JobState
from requests_app.casefile import read

TOO_OLD_SECONDS = 300


@require_safe
def alive(_request: HttpRequest) -> HttpResponse:
    """The process answers. Nothing else is asked, so that a slow database does not get the process killed."""
    return HttpResponse("alive\n", content_type="text/plain")


@require_safe
def ready(_request: HttpRequest) -> JsonResponse:
    """503 unless the database answers, the key has its form and no job has been waiting for more than five minutes."""
    try:
        read.is_reachable()
        waiting = oldest_ready()
    except DatabaseError:
        return JsonResponse({"ready": False, "database": "does not answer"}, status=503)
    ok = waiting <= TOO_OLD_SECONDS
    answer = {"ready": ok, "database": "answers", "keys": "in place", "oldest_job_seconds": waiting}
    return JsonResponse(answer, status=200 if ok else 503)


def oldest_ready() -> int:
    """For how many seconds the longest-waiting job has been ready."""
    due = Job.objects.filter(state=JobState.READY, not_before__lte=Now())
    first = due.aggregate(first=Min("not_before"))["first"]
    return max(0, int((timezone.now() - first).total_seconds())) if first else 0


class Figures(Collector):
    """Counts by state; no label ever holds anything about a person."""

    def collect(self) -> Iterator[Metric]:
        jobs = GaugeMetricFamily("umbs_jobs", "Jobs by kind and state.", labels=["kind", "state"])
        for kind, state, number in Job.objects.values_list("kind", "state").annotate(number=Count("id")):
            jobs.add_metric([kind, state], number)
        yield jobs
        cases = GaugeMetricFamily("umbs_open_cases", "Open cases by state.", labels=["state"])
        for state, number in read.open_by_state().items():
            cases.add_metric([state], number)
        yield cases
        yield GaugeMetricFamily(
            "umbs_oldest_ready_job_seconds", "Age of the longest-waiting job.", value=oldest_ready()
        )


@require_safe
def metrics(request: HttpRequest) -> HttpResponse:
    """Prometheus' text format, for a scraper in the private network: anybody else gets 404.

    Only the direct peer counts: behind a proxy that is the proxy, so the proxy must not pass this path on.
    """
    try:
        peer = ipaddress.ip_address(str(request.META.get("REMOTE_ADDR", "")))
    except ValueError:
        raise Http404 from None
    if not (peer.is_private or peer.is_loopback) or "HTTP_X_FORWARDED_FOR" in request.META:
        raise Http404
    registry = CollectorRegistry()
    registry.register(Figures())
    return HttpResponse(generate_latest(registry), content_type="text/plain; version=0.0.4; charset=utf-8")
