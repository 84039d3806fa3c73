"""Whether what a person says is right is held, where it is of a kind that is shown to nobody: counts, never a value."""

from __future__ import annotations

from django.db import migrations, models

from requests_app import triggers


class Migration(migrations.Migration):
    dependencies = [
        ("requests_app", "0027_copy_by_post"),
    ]

    operations = [
        migrations.RunPython(triggers.lift, elidable=False),
        migrations.AddField(
            model_name="correctionitem",
            name="never_kind",
            field=models.CharField(
                blank=True,
                help_text="Of what is disclosed to nobody (11 CCR 7024(d)), as it is labelled.",
                max_length=20,
            ),
        ),
        migrations.AddField(
            model_name="correctionitem",
            name="held_same",
            field=models.PositiveIntegerField(
                default=0, help_text="Fields of this kind that held what it should be when it was planned."
            ),
        ),
        migrations.AddField(
            model_name="correctionitem",
            name="held_other",
            field=models.PositiveIntegerField(
                default=0, help_text="Fields of this kind that held neither this nor the wrong value then."
            ),
        ),
        migrations.RunPython(triggers.set_again, elidable=False),
    ]
