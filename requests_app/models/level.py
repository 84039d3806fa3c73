"""How well an identity is proven (11 CCR 7060-7062)."""

from __future__ import annotations

from django.db import models


class Level(models.IntegerChoices):
    NONE = 0, "Not proven"
    CHANNEL = 1, "Controls the address given"
    REASONABLE = 2, "Reasonable certainty"
    HIGH = 3, "Reasonably high certainty"
