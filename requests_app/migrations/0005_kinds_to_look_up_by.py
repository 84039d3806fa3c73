from __future__ import annotations

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("requests_app", "0004_every_right")]

    operations = [
        migrations.AlterField(
            model_name="identifier",
            name="kind",
            field=models.CharField(
                choices=[
                    ("email", "E-mail"),
                    ("phone", "Phone"),
                    ("account", "Account"),
                    ("name", "Name"),
                    ("name_part", "Part of a name"),
                    ("sound", "How the surname sounds"),
                    ("edge", "How the surname begins or ends"),
                    ("born", "Date of birth"),
                    ("zip", "ZIP code"),
                ],
                max_length=12,
            ),
        ),
    ]
