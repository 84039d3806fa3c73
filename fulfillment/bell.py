"""The doorbell: tells a worker that a job may be ready. A ring may be lost; the scheduler finds every row by itself."""

from __future__ import annotations

import time

import structlog
from celery import current_app
from kombu.exceptions import ChannelError, OperationalError
from redis.exceptions import RedisError

RING = "fulfillment.ring"
QUIET_SECONDS = 5.0

log = structlog.get_logger(__name__)


class Bell:
    """Rings, and after one failure keeps quiet for a while: a request must not wait for a broker that is gone."""

    def __init__(self) -> None:
        self._quiet_until = 0.0

    @property
    def broken(self) -> bool:
        return time.monotonic() < self._quiet_until

    def ring(self, job_id: int) -> bool:
        """Say that the job may be ready; False when nobody can have heard."""
        if self.broken:
            return False
        try:
            current_app.send_task(RING, args=(job_id,), retry=False, ignore_result=True)
        except (OperationalError, ChannelError, RedisError, OSError) as error:
            self._break(error)
            return False
        return True

    def waiting(self) -> int:
        """How many rings nobody has answered yet; 0 when the broker cannot say."""
        if self.broken:
            return 0
        try:
            with current_app.connection_or_acquire() as connection:
                queue = connection.default_channel.queue_declare(current_app.conf.task_default_queue)
                return int(queue.message_count)
        except (OperationalError, ChannelError, RedisError, OSError) as error:
            self._break(error)
            return 0

    def forget(self) -> None:
        """Throw away every ring that waits; the scheduler rings again for what is ready."""
        try:
            current_app.control.purge()
        except (OperationalError, ChannelError, RedisError, OSError) as error:
            self._break(error)

    def _break(self, error: Exception) -> None:
        self._quiet_until = time.monotonic() + QUIET_SECONDS
        log.warning("the broker does not answer; the scheduler does the work", error_class=type(error).__name__)


bell = Bell()
