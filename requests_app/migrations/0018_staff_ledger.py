"""What was done about accounts becomes one hash chain, and knows what waits for a second administrator."""

from __future__ import annotations

import hashlib
import json
from datetime import UTC
from typing import Any

from django.db import migrations, models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.state import StateApps

from requests_app import triggers

KINDS = [
    ("created", "The account was made"),
    ("link_issued", "A set-up link was issued"),
    ("role_changed", "The role was changed"),
    ("factor_reset", "The second factor was reset"),
    ("deactivated", "The account was closed"),
    ("reactivated", "The account was opened again"),
    ("asked", "Asked for; another administrator has to confirm it"),
    ("refused", "What was asked for was not confirmed"),
]


def open_table(_apps: StateApps, editor: BaseDatabaseSchemaEditor) -> None:
    """PostgreSQL keeps its triggers: these two would refuse the chain to rows that are there already."""
    if editor.connection.vendor == "postgresql":
        editor.execute(f"DROP TRIGGER IF EXISTS {triggers.STAFF_EVENTS}_append_only ON {triggers.STAFF_EVENTS}")


def chain_up(apps: StateApps, _editor: BaseDatabaseSchemaEditor) -> None:
    """As `ledger.accounts` does it at this version."""
    event_model = apps.get_model("requests_app", "StaffEvent")
    previous = ""
    for sequence, event in enumerate(event_model.objects.order_by("pk"), 1):
        fields: dict[str, Any] = {
            "sequence": sequence,
            "user": event.user_id,
            "kind": event.kind,
            "by": event.by_id,
            "detail": event.detail,
            "at": event.at.astimezone(UTC).isoformat(timespec="microseconds"),
            "previous": previous,
        }
        text = json.dumps(fields, sort_keys=True, separators=(",", ":"), ensure_ascii=True)
        digest = hashlib.sha256(text.encode()).hexdigest()
        event_model.objects.filter(pk=event.pk).update(sequence=sequence, previous=previous, hash=digest)
        previous = digest


class Migration(migrations.Migration):
    dependencies = [("requests_app", "0017_step_begun")]
    operations = [
        migrations.RunPython(triggers.lift, elidable=False),
        migrations.RunPython(open_table, elidable=False),
        migrations.AlterModelOptions(name="staffevent", options={"ordering": ["-sequence"]}),
        migrations.AlterField(
            model_name="staffevent", name="kind", field=models.CharField(choices=KINDS, max_length=16)
        ),
        migrations.AddField(model_name="staffevent", name="sequence", field=models.PositiveIntegerField(null=True)),
        migrations.AddField(
            model_name="staffevent",
            name="previous",
            field=models.CharField(blank=True, default="", max_length=64),
            preserve_default=False,
        ),
        migrations.AddField(
            model_name="staffevent",
            name="hash",
            field=models.CharField(default="", max_length=64),
            preserve_default=False,
        ),
        migrations.RunPython(chain_up, elidable=False),
        migrations.AlterField(model_name="staffevent", name="sequence", field=models.PositiveIntegerField(unique=True)),
        migrations.RunPython(triggers.set_again, elidable=False),
    ]
