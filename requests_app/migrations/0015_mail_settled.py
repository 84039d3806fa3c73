"""Somebody dealt with a message that did not arrive."""

from __future__ import annotations

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("requests_app", "0014_letter_not_posted")]
    operations = [
        migrations.AddField(
            model_name="notice",
            name="settled_at",
            field=models.DateTimeField(
                blank=True, help_text="Somebody dealt with a message that did not arrive.", null=True
            ),
        ),
        migrations.AlterField(
            model_name="notice",
            name="sealed",
            field=models.BinaryField(
                blank=True, default=bytes, help_text="Addressee and parameters; wiped when no longer needed."
            ),
        ),
    ]
