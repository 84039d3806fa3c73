"""The one mark that an agent had, which several have replaced."""

from __future__ import annotations

from django.db import migrations

from requests_app import triggers


class Migration(migrations.Migration):
    dependencies = [
        ("requests_app", "0025_agent_marks_carried"),
    ]

    operations = [
        migrations.RunPython(triggers.lift, elidable=False),
        migrations.RemoveField(model_name="representation", name="mark"),
        migrations.RunPython(triggers.set_again, elidable=False),
    ]
