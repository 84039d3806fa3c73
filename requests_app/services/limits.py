"""How often something may be tried: counted in the database, so that every process sees the same number."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from django.db import IntegrityError, transaction
from django.db.models import F
from django.utils import timezone

from requests_app.models import Attempt
from requests_app.vault import keyed_hash


def _window(now: datetime, window: timedelta) -> datetime:
    seconds = int(window.total_seconds())
    return datetime.fromtimestamp(int(now.timestamp()) // seconds * seconds, tz=UTC)


@transaction.atomic
def count(bucket: str, *, window: timedelta) -> int:
    """Add one and return the number so far in this window. The bucket's name is hashed before it is stored.

    The row stays locked until its number is read: two who count at once would both read the higher one (T24).
    """
    row = {"bucket": keyed_hash("limit", bucket), "window_start": _window(timezone.now(), window)}
    if not Attempt.objects.filter(**row).update(count=F("count") + 1):
        try:
            with transaction.atomic():
                Attempt.objects.create(**row, count=1)
        except IntegrityError:
            Attempt.objects.filter(**row).update(count=F("count") + 1)
    return Attempt.objects.values_list("count", flat=True).get(**row)


def allowed(bucket: str, *, limit: int, window: timedelta) -> bool:
    return count(bucket, window=window) <= limit


def forget(bucket: str) -> None:
    """Begin anew: whoever was counted has shown to be the right one."""
    Attempt.objects.filter(bucket=keyed_hash("limit", bucket)).delete()
