"""The one mark of each agent becomes the first of several; those of earlier requests stay known by it alone."""

from __future__ import annotations

from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.state import StateApps


def carry(apps: StateApps, _editor: BaseDatabaseSchemaEditor) -> None:
    mark = apps.get_model("requests_app", "AgentMark")
    marked = apps.get_model("requests_app", "Representation").objects.exclude(mark="")
    mark.objects.bulk_create(mark(representation_id=row.pk, mark=row.mark) for row in marked.iterator())


class Migration(migrations.Migration):
    dependencies = [
        ("requests_app", "0024_agent_marks"),
    ]

    operations = [
        migrations.RunPython(carry, elidable=False),
    ]
