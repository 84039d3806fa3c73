"""The connected sources, their maps and sealed connections."""

from __future__ import annotations

import django.db.models.functions.datetime
from django.db import migrations, models

import fulfillment.models.source


class Migration(migrations.Migration):
    dependencies = [
        ("fulfillment", "0001_jobs"),
    ]

    operations = [
        migrations.CreateModel(
            name="DataSource",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("key", models.CharField(max_length=63, unique=True)),
                ("name", models.CharField(max_length=120)),
                ("owner", models.CharField(help_text="Who answers for the system.", max_length=200)),
                (
                    "role",
                    models.CharField(
                        choices=[("controller", "Ours to answer for"), ("business_associate", "Held for a provider")],
                        max_length=20,
                    ),
                ),
                ("connector", models.CharField(max_length=20, validators=[fulfillment.models.source.known_family])),
                ("enabled", models.BooleanField(default=True)),
                (
                    "document",
                    models.JSONField(help_text="The data map as checked: source block and Fideslang datasets."),
                ),
                ("sealed_connection", models.BinaryField()),
                ("applied_at", models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                ("checked_at", models.DateTimeField(blank=True, null=True)),
                (
                    "check_result",
                    models.CharField(
                        choices=[
                            ("never", "Not checked yet"),
                            ("matches", "The map matches"),
                            ("drifted", "The map no longer matches"),
                            ("failed", "Could not be reached"),
                        ],
                        default="never",
                        max_length=8,
                    ),
                ),
                (
                    "findings",
                    models.JSONField(blank=True, default=list, help_text="What the last check found; names only."),
                ),
            ],
            options={
                "ordering": ["key"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("role__in", ["controller", "business_associate"])),
                        name="source_role_is_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("check_result__in", ["never", "matches", "drifted", "failed"])),
                        name="source_check_is_known",
                    ),
                ],
            },
        ),
    ]
