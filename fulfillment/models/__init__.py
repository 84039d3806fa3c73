"""What the machinery remembers: its jobs and their effects, and the sources it may ask."""

from __future__ import annotations

from fulfillment.models.job import Attempt, Effect, EffectState, Job, JobState
from fulfillment.models.source import DataSource

__all__ = ["Attempt", "DataSource", "Effect", "EffectState", "Job", "JobState"]
