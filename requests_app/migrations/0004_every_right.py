"""Everything that deletion, correction, the phone desk, representation, appeals and obligations keep."""

from __future__ import annotations

import uuid

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

from requests_app import triggers


class Migration(migrations.Migration):
    dependencies = [
        ("requests_app", "0003_triggers"),
    ]

    operations = [
        migrations.RunPython(triggers.lift, elidable=False),
        migrations.AddField(
            model_name="case",
            name="appeal_of",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="appeals",
                to="requests_app.case",
            ),
        ),
        migrations.AddField(
            model_name="case",
            name="plan_reported",
            field=models.BooleanField(default=False, help_text="The machine wrote the plan of the present entry."),
        ),
        migrations.AddField(
            model_name="case",
            name="reading_format",
            field=models.CharField(
                choices=[
                    ("standard", "Standard"),
                    ("large_print", "Large print"),
                    ("braille", "Braille"),
                    ("read_aloud", "Read aloud by phone"),
                ],
                default="standard",
                max_length=12,
            ),
        ),
        migrations.AddField(
            model_name="case",
            name="voicemail_ok",
            field=models.BooleanField(blank=True, help_text="Empty = not asked, so none is left.", null=True),
        ),
        migrations.AddField(
            model_name="restriction",
            name="lifted_at",
            field=models.DateTimeField(blank=True, help_text="The person opted in again for this purpose.", null=True),
        ),
        migrations.AlterField(
            model_name="case",
            name="attention",
            field=models.CharField(
                blank=True,
                choices=[
                    ("", "Nothing"),
                    ("identity", "Identity needs a decision"),
                    ("search_failed", "A source could not be searched"),
                    ("scan_hit", "The finished package holds something that must be withheld"),
                    ("stage_failed", "A step of the machine failed"),
                    ("notice_failed", "A message could not be delivered"),
                    ("message", "The consumer wrote"),
                    ("storage", "The store is full"),
                    ("authority", "The permission to act needs a decision"),
                    ("hold", "A hold stops what was approved"),
                    ("correction", "A correction needs a ruling"),
                ],
                max_length=16,
            ),
        ),
        migrations.AlterField(
            model_name="caseevent",
            name="kind",
            field=models.CharField(
                choices=[
                    ("case:opened", "The request was received"),
                    ("case:moved", "The case moved on"),
                    ("case:assigned", "The case was assigned"),
                    ("case:linked", "A related case was linked"),
                    ("case:attention", "The case needs somebody"),
                    ("clock:started", "A legal clock started"),
                    ("clock:extended", "The time to answer was extended"),
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
                    ("notice:posted", "A letter was posted"),
                    ("message:written", "A message was written"),
                    ("evidence:received", "A file was received"),
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
                    ("correction:done", "A correction was carried out"),
                    ("obligation:opened", "Something is still owed"),
                    ("obligation:tried", "What is owed was tried again"),
                    ("obligation:ended", "What was owed is settled"),
                    ("owner:asked", "A source's owner was asked"),
                    ("owner:answered", "A source's owner answered"),
                    ("provider:told", "The provider was told"),
                    ("restriction:lifted", "A restriction was lifted"),
                    ("case:anonymised", "The case was reduced to what statistics need"),
                    ("key:destroyed", "The case's key was destroyed"),
                ],
                max_length=32,
            ),
        ),
        migrations.AlterField(
            model_name="caselink",
            name="kind",
            field=models.CharField(
                choices=[
                    ("same_visit", "Asked in the same visit"),
                    ("duplicate", "Duplicate"),
                    ("related", "Related"),
                    ("appeal", "Appeal"),
                ],
                max_length=16,
            ),
        ),
        migrations.AlterField(
            model_name="evidence",
            name="purpose",
            field=models.CharField(
                choices=[
                    ("message", "Attached to a message"),
                    ("identity", "Proof of identity"),
                    ("authority", "Permission to act"),
                    ("correction", "Proof for a correction"),
                    ("letter", "Scan of a letter"),
                    ("owner", "Answer of a source's owner"),
                ],
                max_length=10,
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
                    ("appeal_upheld", "Appeal decided"),
                    ("owner_task", "Task for a source's owner"),
                    ("provider_told", "Notice to the provider"),
                ],
                max_length=16,
            ),
        ),
        migrations.CreateModel(
            name="CallDraft",
            fields=[
                ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("open", "On the phone"),
                            ("parked", "Dropped call, to ring back"),
                            ("taken", "Became a case"),
                            ("discarded", "Discarded"),
                        ],
                        default="open",
                        max_length=9,
                    ),
                ),
                ("sealed", models.BinaryField(blank=True, default=bytes)),
                ("began_at", models.DateTimeField(help_text="The call's start: the legal time of receipt.")),
                ("saved_at", models.DateTimeField()),
                ("expires_at", models.DateTimeField()),
                (
                    "by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
                (
                    "case",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to="requests_app.case",
                    ),
                ),
            ],
            options={
                "ordering": ["-began_at"],
            },
        ),
        migrations.CreateModel(
            name="CallRecord",
            fields=[
                (
                    "case",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        primary_key=True,
                        related_name="call",
                        serialize=False,
                        to="requests_app.case",
                    ),
                ),
                ("script_version", models.CharField(blank=True, max_length=16)),
                ("read_back", models.JSONField(default=list, help_text="Names of the items that were confirmed.")),
                (
                    "override_sealed",
                    models.BinaryField(blank=True, default=bytes, help_text="Why an item was not read back."),
                ),
                ("began_at", models.DateTimeField()),
                ("ended_at", models.DateTimeField()),
                (
                    "by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="CorrectionItem",
            fields=[
                ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ("number", models.PositiveSmallIntegerField()),
                ("sealed", models.BinaryField(help_text="JSON {what, is, should_be}.")),
                (
                    "ruling",
                    models.CharField(
                        choices=[
                            ("open", "Not ruled on"),
                            ("accepted", "Will be corrected"),
                            ("refused", "Stays as it is"),
                        ],
                        default="open",
                        max_length=8,
                    ),
                ),
                (
                    "ground",
                    models.CharField(blank=True, help_text="Denial ground of the law, when refused.", max_length=64),
                ),
                ("explanation_sealed", models.BinaryField(blank=True, default=bytes)),
                ("ruled_at", models.DateTimeField(blank=True, null=True)),
                (
                    "result",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("corrected", "Corrected"),
                            ("partly", "Corrected in part"),
                            ("deferred", "Not yet"),
                            ("not_found", "No longer there"),
                        ],
                        max_length=9,
                    ),
                ),
                (
                    "case",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="corrections", to="requests_app.case"
                    ),
                ),
                (
                    "evidence",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to="requests_app.evidence",
                    ),
                ),
                (
                    "ruled_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "ordering": ["number"],
            },
        ),
        migrations.CreateModel(
            name="CorrectionPlace",
            fields=[
                ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ("source_key", models.CharField(max_length=64)),
                ("source_name", models.CharField(max_length=120)),
                ("collection", models.CharField(max_length=160)),
                ("column", models.CharField(max_length=120)),
                ("chosen", models.BooleanField(default=True, help_text="The reviewer wants it corrected here.")),
                ("rows", models.PositiveIntegerField(default=0)),
                ("keys_sealed", models.BinaryField(blank=True, default=bytes)),
                ("keys_digest", models.CharField(blank=True, max_length=64)),
                (
                    "result",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("corrected", "Corrected"),
                            ("partly", "Corrected in part"),
                            ("deferred", "Not yet"),
                            ("not_found", "No longer there"),
                        ],
                        max_length=9,
                    ),
                ),
                ("reason", models.CharField(blank=True, max_length=12)),
                ("rows_done", models.PositiveIntegerField(default=0)),
                ("rows_left", models.PositiveIntegerField(blank=True, null=True)),
                ("error_kind", models.CharField(blank=True, max_length=32)),
                ("error", models.CharField(blank=True, max_length=400)),
                ("fence", models.BigIntegerField(default=0)),
                ("asked_again_at", models.DateTimeField(blank=True, null=True)),
                (
                    "item",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="places",
                        to="requests_app.correctionitem",
                    ),
                ),
            ],
            options={
                "ordering": ["source_name", "collection", "column"],
            },
        ),
        migrations.CreateModel(
            name="PlanStep",
            fields=[
                ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ("source_key", models.CharField(max_length=64)),
                ("source_name", models.CharField(max_length=120)),
                ("collection", models.CharField(max_length=160)),
                (
                    "action",
                    models.CharField(
                        choices=[
                            ("delete", "Delete"),
                            ("null", "Empty the personal fields"),
                            ("pseudonymise", "Replace by values that identify nobody"),
                            ("keep", "Keep"),
                            ("refer", "Refer to the provider"),
                            ("defer", "Later"),
                        ],
                        max_length=12,
                    ),
                ),
                ("reason", models.CharField(blank=True, max_length=12)),
                ("keep_until", models.DateField(blank=True, null=True)),
                ("rows", models.PositiveIntegerField(default=0)),
                ("keys_sealed", models.BinaryField(blank=True, default=bytes)),
                (
                    "keys_digest",
                    models.CharField(blank=True, help_text="Keyed hash of the sorted keys.", max_length=64),
                ),
                (
                    "position",
                    models.PositiveIntegerField(
                        default=0, help_text="Order within the source: children before parents."
                    ),
                ),
                (
                    "result",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("deleted", "Deleted"),
                            ("nulled", "Personal fields emptied"),
                            ("pseudonymised", "Replaced by values that identify nobody"),
                            ("kept", "Kept"),
                            ("referred", "Referred to the provider"),
                            ("deferred", "Not yet"),
                            ("not_found", "No longer there"),
                        ],
                        max_length=13,
                    ),
                ),
                ("rows_done", models.PositiveIntegerField(default=0)),
                (
                    "rows_left",
                    models.PositiveIntegerField(
                        blank=True, help_text="Still there when the source was asked.", null=True
                    ),
                ),
                ("error_kind", models.CharField(blank=True, max_length=32)),
                (
                    "error",
                    models.CharField(
                        blank=True, help_text="What went wrong and what to do, without contents.", max_length=400
                    ),
                ),
                ("attempts", models.PositiveSmallIntegerField(default=0)),
                ("fence", models.BigIntegerField(default=0)),
                ("done_at", models.DateTimeField(blank=True, null=True)),
                ("asked_again_at", models.DateTimeField(blank=True, null=True)),
                ("restricted_at", models.DateTimeField(blank=True, null=True)),
                (
                    "case",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="steps", to="requests_app.case"
                    ),
                ),
            ],
            options={
                "ordering": ["source_name", "position", "collection", "action", "reason"],
            },
        ),
        migrations.CreateModel(
            name="Obligation",
            fields=[
                ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("recheck", "Ask the source again"),
                            ("retry", "Try again"),
                            ("referral", "Hear from the provider"),
                        ],
                        max_length=8,
                    ),
                ),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("open", "Open"),
                            ("done", "Settled"),
                            ("escalated", "Needs somebody"),
                            ("stopped", "No longer owed"),
                        ],
                        default="open",
                        max_length=9,
                    ),
                ),
                ("source_key", models.CharField(max_length=64)),
                ("source_name", models.CharField(max_length=120)),
                ("reason", models.CharField(blank=True, max_length=12)),
                (
                    "owner",
                    models.CharField(help_text="Who answers for it; never the person of the case.", max_length=200),
                ),
                ("due_on", models.DateField()),
                ("attempts", models.PositiveSmallIntegerField(default=0)),
                ("outcome", models.CharField(blank=True, help_text="As a step's result.", max_length=13)),
                ("rows_left", models.PositiveIntegerField(blank=True, null=True)),
                ("key", models.CharField(help_text="Idempotency.", max_length=160, unique=True)),
                ("opened_at", models.DateTimeField()),
                ("tried_at", models.DateTimeField(blank=True, null=True)),
                ("ended_at", models.DateTimeField(blank=True, null=True)),
                (
                    "case",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="obligations", to="requests_app.case"
                    ),
                ),
                (
                    "step",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="obligations",
                        to="requests_app.planstep",
                    ),
                ),
            ],
            options={
                "ordering": ["due_on", "opened_at"],
            },
        ),
        migrations.CreateModel(
            name="Representation",
            fields=[
                (
                    "case",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        primary_key=True,
                        related_name="representation",
                        serialize=False,
                        to="requests_app.case",
                    ),
                ),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("agent", "Authorised agent"),
                            ("parent", "Parent of a child"),
                            ("guardian", "Guardian"),
                            ("executor", "Executor of an estate"),
                        ],
                        max_length=8,
                    ),
                ),
                ("sealed", models.BinaryField(help_text="JSON {name, organisation, email, phone}.")),
                (
                    "power_of_attorney",
                    models.BooleanField(default=False, help_text="Probate Code 4121-4130: no further proof asked."),
                ),
                ("signed_on", models.DateField(blank=True, help_text="Date of the signed permission.", null=True)),
                (
                    "confirmed_at",
                    models.DateTimeField(blank=True, help_text="The person confirmed the permission.", null=True),
                ),
                (
                    "ruling",
                    models.CharField(
                        choices=[("open", "Not ruled on"), ("accepted", "May act"), ("refused", "May not act")],
                        default="open",
                        max_length=8,
                    ),
                ),
                ("ruled_at", models.DateTimeField(blank=True, null=True)),
                ("reason_sealed", models.BinaryField(blank=True, default=bytes)),
                (
                    "ruled_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="SourceHold",
            fields=[
                ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ("source_key", models.CharField(max_length=64)),
                ("ground", models.CharField(help_text="The matter, without a person's name.", max_length=200)),
                ("placed_at", models.DateTimeField()),
                ("lifted_at", models.DateTimeField(blank=True, null=True)),
                (
                    "lifted_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "placed_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
            ],
            options={
                "ordering": ["-placed_at"],
            },
        ),
        migrations.CreateModel(
            name="ChangeRelease",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("content_digest", models.CharField(max_length=64)),
                ("entry", models.PositiveIntegerField()),
                ("at", models.DateTimeField()),
                (
                    "case",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="change_releases",
                        to="requests_app.case",
                    ),
                ),
            ],
            options={
                "constraints": [models.UniqueConstraint(fields=("case", "entry"), name="change_release_once")],
            },
        ),
        migrations.AddConstraint(
            model_name="correctionitem",
            constraint=models.UniqueConstraint(fields=("case", "number"), name="correction_number_once"),
        ),
        migrations.AddConstraint(
            model_name="correctionitem",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("ruling", "refused"), _negated=True),
                    models.Q(("ground", ""), _negated=True),
                    _connector="OR",
                ),
                name="correction_refusal_has_a_ground",
            ),
        ),
        migrations.AddConstraint(
            model_name="correctionplace",
            constraint=models.UniqueConstraint(
                fields=("item", "source_key", "collection", "column"), name="place_once_per_item"
            ),
        ),
        migrations.AddConstraint(
            model_name="planstep",
            constraint=models.UniqueConstraint(
                fields=("case", "source_key", "collection", "action", "reason"), name="step_once_per_group"
            ),
        ),
        migrations.AddConstraint(
            model_name="planstep",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("action__in", ["delete", "null", "pseudonymise"]),
                    models.Q(("reason", ""), _negated=True),
                    _connector="OR",
                ),
                name="step_has_a_ground",
            ),
        ),
        migrations.AddConstraint(
            model_name="planstep",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("result__in", ["kept", "referred", "deferred"]), _negated=True),
                    models.Q(("reason", ""), _negated=True),
                    _connector="OR",
                ),
                name="step_left_undone_has_a_reason",
            ),
        ),
        migrations.AddIndex(
            model_name="obligation",
            index=models.Index(fields=["state", "due_on"], name="obligation_by_due"),
        ),
        migrations.RunPython(triggers.set_again, elidable=False),
    ]
