"""The project's settings, and one more kind of job."""

from __future__ import annotations

from umbs_privacy.settings import *  # noqa: F403
from umbs_privacy.settings import INSTALLED_APPS as OURS

INSTALLED_APPS = [*OURS, "tests.fulfillment.tally"]
