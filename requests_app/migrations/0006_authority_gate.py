"""The database too lets nothing leave for somebody whose permission to act was not accepted."""

from __future__ import annotations

from django.db import migrations

from requests_app import triggers


class Migration(migrations.Migration):
    dependencies = [("requests_app", "0005_kinds_to_look_up_by")]
    operations = [
        migrations.RunPython(triggers.lift, elidable=False),
        migrations.RunPython(triggers.set_again, elidable=False),
    ]
