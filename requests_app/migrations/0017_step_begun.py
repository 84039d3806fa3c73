"""When a step was told to its source, which the database refuses while a hold stands on what it covers."""

from __future__ import annotations

from django.db import migrations, models

from requests_app import triggers


class Migration(migrations.Migration):
    dependencies = [
        ("requests_app", "0016_statement_kept"),
    ]

    operations = [
        migrations.RunPython(triggers.lift, elidable=False),
        migrations.AddField(
            model_name="planstep",
            name="begun_at",
            field=models.DateTimeField(blank=True, help_text="Last told to the source; never under a hold.", null=True),
        ),
        migrations.RunPython(triggers.set_again, elidable=False),
    ]
