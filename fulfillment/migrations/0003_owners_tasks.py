"""Questions to the owners of sources that only a person can look into."""

from __future__ import annotations

import uuid

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("fulfillment", "0002_data_source"),
    ]

    operations = [
        migrations.CreateModel(
            name="ManualTask",
            fields=[
                ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ("case_id", models.UUIDField()),
                ("entry", models.PositiveIntegerField(help_text="The case's entry into the state that asks.")),
                ("source_key", models.CharField(max_length=63)),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("find", "Look for the person's papers"),
                            ("erase", "Destroy them, or take them off the list"),
                        ],
                        max_length=5,
                    ),
                ),
                ("fence", models.BigIntegerField(default=0)),
                ("key_hash", models.CharField(help_text="SHA-256 of a random key of 128 bits.", max_length=64)),
                ("key_expires_at", models.DateTimeField()),
                ("asked_at", models.DateTimeField()),
                ("due_on", models.DateField()),
                ("chases", models.PositiveSmallIntegerField(default=0)),
                ("next_chase_on", models.DateField()),
                ("escalated_at", models.DateTimeField(blank=True, null=True)),
                ("answered_at", models.DateTimeField(blank=True, null=True)),
                (
                    "revoked_at",
                    models.DateTimeField(blank=True, help_text="The case no longer waits for it.", null=True),
                ),
                (
                    "outcome",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("nothing", "Nothing is there"),
                            ("found", "Found"),
                            ("done", "Destroyed"),
                            ("cannot", "Cannot be done"),
                        ],
                        max_length=7,
                    ),
                ),
                ("rows", models.PositiveIntegerField(default=0)),
                ("files", models.JSONField(blank=True, default=list, help_text="Ids of the files handed in.")),
            ],
            options={
                "indexes": [
                    models.Index(
                        condition=models.Q(("answered_at", None), ("revoked_at", None)),
                        fields=["next_chase_on"],
                        name="task_to_chase",
                    )
                ],
                "constraints": [
                    models.UniqueConstraint(fields=("case_id", "source_key", "kind", "entry"), name="task_once"),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("answered_at", None), ("outcome", "")),
                            models.Q(("answered_at__isnull", False), models.Q(("outcome", ""), _negated=True)),
                            _connector="OR",
                        ),
                        name="task_answered_has_an_outcome",
                    ),
                ],
            },
        ),
    ]
