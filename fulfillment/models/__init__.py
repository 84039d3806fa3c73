"""What the machinery remembers: its jobs and their effects, the sources it may ask, and what it asked their owners."""

from __future__ import annotations

from fulfillment.models.job import Attempt, Effect, EffectState, Job, JobState
from fulfillment.models.source import DataSource
from fulfillment.models.task import ManualTask

__all__ = ["Attempt", "DataSource", "Effect", "EffectState", "Job", "JobState", "ManualTask"]
