"""What the machinery remembers: its jobs and their effects, and the sources it may ask."""

from __future__ import annotations

from fulfillment.models.job import Attempt, Effect, EffectState, Job, JobState

__all__ = ["Attempt", "Effect", "EffectState", "Job", "JobState"]
