"""Somebody who does not have a case may read what it holds with a reason, which is kept."""

from __future__ import annotations

import uuid

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("requests_app", "0022_agents_disowned"),
    ]

    operations = [
        migrations.AlterField(
            model_name="caseevent",
            name="kind",
            field=models.CharField(
                choices=[
                    ("case:opened", "The request was received"),
                    ("case:moved", "The case moved on"),
                    ("case:assigned", "The case was assigned"),
                    ("case:broken_open", "Somebody who does not have the case opened it, and said why"),
                    ("case:linked", "A related case was linked"),
                    ("case:attention", "The case needs somebody"),
                    ("clock:started", "A legal clock started"),
                    ("clock:extended", "The time to answer was extended"),
                    ("clock:extension_void", "The notice of the extension went out too late: the first date counts"),
                    ("clock:ended", "A legal clock ended"),
                    ("code:sent", "A one-time code was sent"),
                    ("code:confirmed", "A one-time code was confirmed"),
                    ("identity:checked", "Evidence of identity was weighed"),
                    ("identity:level", "The identity level changed"),
                    ("declaration:signed", "A declaration was signed"),
                    ("search:started", "A source's search started"),
                    ("search:answered", "A source answered"),
                    ("search:failed", "A source could not be searched"),
                    ("records:stored", "Records were stored"),
                    ("records:purged", "The gathered records were destroyed"),
                    ("redactions:proposed", "Redactions were proposed"),
                    ("redactions:ruled", "Redactions were ruled on"),
                    ("records:viewed", "Records were viewed"),
                    ("approval:given", "An approval was given"),
                    ("hold:placed", "A hold was placed"),
                    ("hold:lifted", "A hold was lifted"),
                    ("suppression:written", "An opt-out was written to a source"),
                    ("restriction:added", "The suppression list was extended"),
                    ("deliverable:made", "A document was made"),
                    ("deliverable:released", "A package was released"),
                    ("deliverable:fetched", "A document was fetched"),
                    ("deliverable:revoked", "A document was revoked"),
                    ("stage:failed", "A step failed"),
                    ("notice:ordered", "A message was ordered"),
                    ("notice:sent", "A message was sent"),
                    ("notice:failed", "A message could not be delivered"),
                    ("notice:bounced", "A message came back"),
                    ("notice:posted", "A letter was posted"),
                    ("notice:not_posted", "A letter had not been posted after all"),
                    ("message:written", "A message was written"),
                    ("evidence:received", "A file was received"),
                    ("evidence:cleared", "A file that another request has too was looked at, and may stand"),
                    ("evidence:destroyed", "A file was destroyed"),
                    ("call:taken", "The request was taken by phone, by mail or in person"),
                    ("authority:shown", "Permission to act for the person was shown"),
                    ("authority:confirmed", "The person confirmed the permission"),
                    ("authority:ruled", "The permission to act was ruled on"),
                    ("appeal:opened", "An appeal was opened"),
                    ("plan:written", "A plan was written"),
                    ("changes:released", "The changes in the sources may begin"),
                    ("step:done", "A step of the plan was carried out"),
                    ("step:checked", "A source was asked again"),
                    ("correction:ruled", "A correction was ruled on"),
                    ("correction:stated", "The person added a statement to the record"),
                    ("correction:done", "A correction was carried out"),
                    ("obligation:opened", "Something is still owed"),
                    ("obligation:tried", "What is owed was tried again"),
                    ("obligation:handed_over", "What is owed was handed to somebody else"),
                    ("obligation:ended", "What was owed is settled"),
                    ("owner:asked", "A source's owner was asked"),
                    ("owner:answered", "A source's owner answered"),
                    ("provider:told", "The provider was told"),
                    ("choice:confirmed", "The person confirmed the choice"),
                    ("restriction:lifted", "A restriction was lifted"),
                    ("case:anonymised", "The case was reduced to what statistics need"),
                    ("key:destroyed", "The case's key was destroyed"),
                ],
                max_length=32,
            ),
        ),
        migrations.CreateModel(
            name="Opening",
            fields=[
                ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ("reason_sealed", models.BinaryField()),
                ("at", models.DateTimeField()),
                ("until", models.DateTimeField()),
                (
                    "by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
                (
                    "case",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="openings", to="requests_app.case"
                    ),
                ),
            ],
            options={
                "ordering": ["-at"],
            },
        ),
    ]
