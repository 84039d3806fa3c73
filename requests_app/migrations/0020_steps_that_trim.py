"""Rows that a law keeps lose the fields that it does not need: a step of its own, which names them."""

from __future__ import annotations

from django.db import migrations, models

from requests_app import triggers

ACTIONS = [
    ("delete", "Delete"),
    ("null", "Empty the personal fields"),
    ("pseudonymise", "Replace by values that identify nobody"),
    ("trim", "Keep without some fields"),
    ("keep", "Keep"),
    ("refer", "Refer to the provider"),
    ("defer", "Later"),
]
RESULTS = [
    ("deleted", "Deleted"),
    ("nulled", "Personal fields emptied"),
    ("pseudonymised", "Replaced by values that identify nobody"),
    ("trimmed", "Kept without these fields"),
    ("kept", "Kept"),
    ("referred", "Referred to the provider"),
    ("deferred", "Not yet"),
    ("not_found", "No longer there"),
]


class Migration(migrations.Migration):
    dependencies = [
        ("requests_app", "0019_step_per_day"),
    ]

    operations = [
        migrations.RunPython(triggers.lift, elidable=False),
        migrations.AddField(
            model_name="planstep",
            name="without",
            field=models.JSONField(
                blank=True, default=list, help_text="Columns that are taken out of rows that are kept."
            ),
        ),
        migrations.AlterField(
            model_name="planstep", name="action", field=models.CharField(choices=ACTIONS, max_length=12)
        ),
        migrations.AlterField(
            model_name="planstep", name="result", field=models.CharField(blank=True, choices=RESULTS, max_length=13)
        ),
        migrations.RemoveConstraint(model_name="planstep", name="step_has_a_ground"),
        migrations.AddConstraint(
            model_name="planstep",
            constraint=models.CheckConstraint(
                condition=models.Q(action__in=["delete", "null", "pseudonymise", "trim"]) | ~models.Q(reason=""),
                name="step_has_a_ground",
            ),
        ),
        migrations.RunPython(triggers.set_again, elidable=False),
    ]
