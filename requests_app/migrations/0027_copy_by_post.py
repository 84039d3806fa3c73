"""An answer on paper lies beside its letter, and says how many sheets it has."""

from __future__ import annotations

import django.db.models.deletion
from django.db import migrations, models

from requests_app import triggers


class Migration(migrations.Migration):
    dependencies = [
        ("requests_app", "0026_agents_one_mark_gone"),
    ]

    operations = [
        migrations.RunPython(triggers.lift, elidable=False),
        migrations.AddField(
            model_name="deliverable",
            name="sheets",
            field=models.PositiveIntegerField(blank=True, help_text="Of an answer on paper.", null=True),
        ),
        migrations.AddField(
            model_name="notice",
            name="copy",
            field=models.ForeignKey(
                blank=True,
                help_text="The answer on paper that is enclosed.",
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="requests_app.deliverable",
            ),
        ),
        migrations.AlterField(
            model_name="deliverable",
            name="kind",
            field=models.CharField(
                choices=[
                    ("package", "Package"),
                    ("record", "Record of fulfilment"),
                    ("letter", "Letter"),
                    ("copy", "Answer on paper"),
                ],
                max_length=8,
            ),
        ),
        migrations.RunPython(triggers.set_again, elidable=False),
    ]
