"""What whoever asks for somebody else is told, and a code of their own."""

from __future__ import annotations

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("requests_app", "0009_staff_accounts"),
    ]

    operations = [
        migrations.AlterField(
            model_name="coderequest",
            name="purpose",
            field=models.CharField(
                choices=[
                    ("identity", "Prove control of the address"),
                    ("status", "See the status page"),
                    ("collect", "Collect a package"),
                    ("agent", "Follow a request made for somebody"),
                ],
                max_length=8,
            ),
        ),
        migrations.AlterField(
            model_name="notice",
            name="kind",
            field=models.CharField(
                choices=[
                    ("acknowledgement", "Acknowledgement"),
                    ("code", "One-time code"),
                    ("extension", "Extension"),
                    ("denial", "Denial"),
                    ("unverified", "Identity not proven"),
                    ("ready", "Package ready"),
                    ("opt_out_done", "Opt-out carried out"),
                    ("withdrawn", "Request withdrawn"),
                    ("message", "A message is waiting"),
                    ("deletion_done", "Deletion carried out"),
                    ("correction_done", "Correction carried out"),
                    ("opt_in_done", "Opt-in recorded"),
                    ("referral", "Referred to the provider"),
                    ("follow_up", "What was still owed"),
                    ("authority", "Confirm who acts for you"),
                    ("agent_asked", "Asked for the permission to act"),
                    ("agent_ruled", "Decided on the permission to act"),
                    ("appeal_upheld", "Appeal decided"),
                    ("owner_task", "Task for a source's owner"),
                    ("provider_told", "Notice to the provider"),
                ],
                max_length=16,
            ),
        ),
        migrations.AlterField(
            model_name="onetimecode",
            name="purpose",
            field=models.CharField(
                choices=[
                    ("identity", "Prove control of the address"),
                    ("status", "See the status page"),
                    ("collect", "Collect a package"),
                    ("agent", "Follow a request made for somebody"),
                ],
                max_length=8,
            ),
        ),
    ]
