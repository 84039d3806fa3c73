"""What administrators did about accounts, kept for good; and an epoch by which sessions end at once."""

from __future__ import annotations

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

from requests_app import triggers

KINDS = [
    ("created", "The account was made"),
    ("link_issued", "A set-up link was issued"),
    ("role_changed", "The role was changed"),
    ("factor_reset", "The second factor was reset"),
    ("deactivated", "The account was closed"),
    ("reactivated", "The account was opened again"),
]


class Migration(migrations.Migration):
    dependencies = [("requests_app", "0008_holds_looked_at_again")]
    operations = [
        migrations.RunPython(triggers.lift, elidable=False),
        migrations.AddField(
            model_name="user",
            name="epoch",
            field=models.PositiveIntegerField(default=0, help_text="One more, and every session of before is over."),
        ),
        migrations.CreateModel(
            name="StaffEvent",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("kind", models.CharField(choices=KINDS, max_length=16)),
                (
                    "detail",
                    models.CharField(
                        blank=True, help_text="Roles before and after, e.g. analyst:officer.", max_length=40
                    ),
                ),
                ("at", models.DateTimeField()),
                (
                    "by",
                    models.ForeignKey(
                        blank=True,
                        help_text="Empty: from the command line.",
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "user",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="staff_events",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={"ordering": ["-at", "-pk"]},
        ),
        migrations.RunPython(triggers.set_again, elidable=False),
    ]
