"""Whoever asked for somebody who permitted nothing is known again by their address."""

from __future__ import annotations

from django.db import migrations, models

from requests_app import triggers


class Migration(migrations.Migration):
    dependencies = [
        ("requests_app", "0021_evidence_cleared"),
    ]

    operations = [
        migrations.RunPython(triggers.lift, elidable=False),
        migrations.AddField(
            model_name="representation",
            name="disowned_at",
            field=models.DateTimeField(blank=True, help_text="The person said that they permitted nothing.", null=True),
        ),
        migrations.AddField(
            model_name="representation",
            name="mark",
            field=models.CharField(
                blank=True,
                db_index=True,
                default="",
                help_text="Keyed hash of their address: disowned once, it shows again.",
                max_length=64,
            ),
            preserve_default=False,
        ),
        migrations.AlterField(
            model_name="representation",
            name="sealed",
            field=models.BinaryField(help_text="JSON {name, organisation, email, phone, postal_address}."),
        ),
        migrations.RunPython(triggers.set_again, elidable=False),
    ]
