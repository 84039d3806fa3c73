"""Whoever asked for somebody who permitted nothing is known again by any of their addresses, and by their firm."""

from __future__ import annotations

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("requests_app", "0023_case_openings"),
    ]

    operations = [
        migrations.CreateModel(
            name="AgentMark",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "mark",
                    models.CharField(
                        db_index=True,
                        help_text="Of an e-mail address, a phone number, a postal address, or the name of a firm.",
                        max_length=64,
                    ),
                ),
                (
                    "representation",
                    models.ForeignKey(
                        on_delete=models.deletion.CASCADE,
                        related_name="marks",
                        to="requests_app.representation",
                    ),
                ),
            ],
        ),
        migrations.AddConstraint(
            model_name="agentmark",
            constraint=models.UniqueConstraint(fields=("representation", "mark"), name="agent_mark_once"),
        ),
    ]
