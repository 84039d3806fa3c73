"""What is kept until another day is a step of its own, so that each day is told and kept as it is."""

from __future__ import annotations

from django.db import migrations, models

from requests_app import triggers

GROUP = ["case", "source_key", "collection", "action", "reason"]


class Migration(migrations.Migration):
    dependencies = [
        ("requests_app", "0018_staff_ledger"),
    ]

    operations = [
        migrations.RunPython(triggers.lift, elidable=False),
        migrations.AlterModelOptions(
            name="planstep",
            options={"ordering": ["source_name", "position", "collection", "action", "reason", "keep_until"]},
        ),
        migrations.RemoveConstraint(model_name="planstep", name="step_once_per_group"),
        migrations.AddConstraint(
            model_name="planstep",
            constraint=models.UniqueConstraint(
                fields=GROUP, condition=models.Q(keep_until=None), name="step_once_per_group"
            ),
        ),
        migrations.AddConstraint(
            model_name="planstep",
            constraint=models.UniqueConstraint(fields=[*GROUP, "keep_until"], name="step_once_per_group_and_day"),
        ),
        migrations.RunPython(triggers.set_again, elidable=False),
    ]
