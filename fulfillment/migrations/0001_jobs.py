"""The leased job table, its attempts and effects."""

from __future__ import annotations

import django.db.models.deletion
import django.db.models.functions.datetime
from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    dependencies = []

    operations = [
        migrations.CreateModel(
            name="Job",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("kind", models.CharField(max_length=32)),
                (
                    "key",
                    models.CharField(
                        help_text="Idempotency key: the same cause makes one job.", max_length=200, unique=True
                    ),
                ),
                ("case_id", models.UUIDField(blank=True, db_index=True, null=True)),
                ("payload", models.JSONField(blank=True, default=dict, help_text="Ids only.")),
                (
                    "state",
                    models.CharField(
                        choices=[("ready", "Ready"), ("running", "Running"), ("done", "Done"), ("failed", "Failed")],
                        default="ready",
                        max_length=8,
                    ),
                ),
                ("not_before", models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                ("lease_until", models.DateTimeField(blank=True, null=True)),
                ("fence", models.BigIntegerField(default=0)),
                ("attempts", models.PositiveSmallIntegerField(default=0)),
                (
                    "last_error",
                    models.CharField(blank=True, help_text="Name of the class, never its text.", max_length=100),
                ),
                ("created_at", models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                ("finished_at", models.DateTimeField(blank=True, null=True)),
            ],
            options={
                "indexes": [
                    models.Index(condition=models.Q(("state", "ready")), fields=["not_before"], name="job_ready"),
                    models.Index(condition=models.Q(("state", "running")), fields=["lease_until"], name="job_running"),
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("state__in", ["ready", "running", "done", "failed"])),
                        name="job_state_is_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("lease_until__isnull", False), ("state", "running")),
                            models.Q(models.Q(("state", "running"), _negated=True), ("lease_until__isnull", True)),
                            _connector="OR",
                        ),
                        name="job_is_leased_while_it_runs",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Attempt",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("started_at", models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                (
                    "job",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="claims", to="fulfillment.job"
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Effect",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("key", models.CharField(max_length=200, unique=True)),
                (
                    "state",
                    models.CharField(
                        choices=[("intended", "Intended"), ("done", "Done")], default="intended", max_length=8
                    ),
                ),
                ("outcome", models.JSONField(blank=True, help_text="Ids, counts and digests only.", null=True)),
                ("intended_at", models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                ("done_at", models.DateTimeField(blank=True, null=True)),
                (
                    "job",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="effects", to="fulfillment.job"
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("state__in", ["intended", "done"])), name="effect_state_is_known"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("done_at__isnull", False), ("state", "done")),
                            models.Q(("done_at__isnull", True), ("state", "intended")),
                            _connector="OR",
                        ),
                        name="effect_is_dated_when_done",
                    ),
                ],
            },
        ),
    ]
