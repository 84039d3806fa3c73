"""A hold may have a day on which somebody asks for it again, and one on a source may be on one collection of it."""

from __future__ import annotations

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("requests_app", "0007_extension_void"),
    ]

    operations = [
        migrations.AddField(
            model_name="hold",
            name="review_on",
            field=models.DateField(blank=True, help_text="When somebody asks whether it is still needed.", null=True),
        ),
        migrations.AddField(
            model_name="sourcehold",
            name="collection",
            field=models.CharField(blank=True, help_text="`dataset.collection`; empty = all of it.", max_length=160),
        ),
        migrations.AddField(
            model_name="sourcehold",
            name="review_on",
            field=models.DateField(blank=True, help_text="When somebody asks whether it is still needed.", null=True),
        ),
    ]
