"""The owner of papers can be asked to correct them."""

from __future__ import annotations

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("fulfillment", "0003_owners_tasks"),
    ]

    operations = [
        migrations.AlterField(
            model_name="manualtask",
            name="kind",
            field=models.CharField(
                choices=[
                    ("find", "Look for the person's papers"),
                    ("erase", "Destroy them, or take them off the list"),
                    ("correct", "Correct them"),
                ],
                max_length=7,
            ),
        ),
        migrations.AlterField(
            model_name="manualtask",
            name="outcome",
            field=models.CharField(
                blank=True,
                choices=[
                    ("nothing", "Nothing is there"),
                    ("found", "Found"),
                    ("done", "Done"),
                    ("cannot", "Cannot be done"),
                ],
                max_length=7,
            ),
        ),
    ]
