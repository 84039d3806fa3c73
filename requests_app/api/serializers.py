"""What comes in and what goes out. Shapes only; the rules are the services'."""

from __future__ import annotations

from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from requests_app.lifecycle import Right, State
from requests_app.models import (
    Attention,
    Case,
    CaseEvent,
    Channel,
    Clock,
    CorrectionItem,
    Level,
    PlanStep,
    Relationship,
    Representation,
    SystemSearch,
)
from requests_app.services import correction, disputed, intake, restrictions
from requests_app.services.agent import AgentFacts
from requests_app.services.correction_items import Item
from requests_app.services.person import PersonFacts

CHOOSE = "Choose one of those that the schema lists."


class Strict(serializers.Serializer[Any]):
    """Refuses a field that it does not know: a typo must not silently drop what somebody asked for."""

    def to_internal_value(self, data: Any) -> Any:
        if isinstance(data, dict) and (unknown := sorted(set(data) - set(self.fields))):
            raise serializers.ValidationError({name: ["Unknown field; check its spelling."] for name in unknown})
        return super().to_internal_value(data)


class PersonIn(Strict):
    given_name = serializers.CharField(required=False, allow_blank=True, max_length=200)
    family_name = serializers.CharField(required=False, allow_blank=True, max_length=200)
    emails = serializers.ListField(child=serializers.CharField(), required=False, max_length=10)
    phones = serializers.ListField(child=serializers.CharField(), required=False, max_length=10)
    postal_address = serializers.CharField(required=False, allow_blank=True, max_length=600)
    date_of_birth = serializers.DateField(required=False, allow_null=True)
    account_numbers = serializers.ListField(child=serializers.CharField(), required=False, max_length=10)
    practice_id = serializers.CharField(required=False, allow_blank=True, max_length=200)


class AgentIn(Strict):
    """Who asks for the person; the signed permission is handed in afterwards (11 CCR 7063)."""

    kind = serializers.ChoiceField(choices=Representation.Kind.choices)
    name = serializers.CharField(max_length=200)
    organisation = serializers.CharField(required=False, allow_blank=True, max_length=200)
    email = serializers.CharField(required=False, allow_blank=True, max_length=254)
    phone = serializers.CharField(required=False, allow_blank=True, max_length=40)
    postal_address = serializers.CharField(
        required=False, allow_blank=True, max_length=600, help_text="Where letters go when there is no e-mail address."
    )
    power_of_attorney = serializers.BooleanField(default=False)
    signed_on = serializers.DateField(required=False, allow_null=True, help_text="Date of the signed permission.")


class CorrectionIn(Strict):
    what = serializers.CharField(max_length=120, help_text="Which information is wrong, such as: phone number.")
    is_ = serializers.CharField(required=False, allow_blank=True, max_length=500)
    should_be = serializers.CharField(max_length=500)

    def get_fields(self) -> dict[str, Any]:
        """The contract's `is` is a word of the language here."""
        fields = super().get_fields()
        fields["is"] = fields.pop("is_")
        return fields


class RequestIn(Strict):
    """Contract section 4. `signed_name` signs the declaration (11 CCR 7062(c)) where the right asks for one."""

    right = serializers.ChoiceField(choices=Right.choices)
    relationship = serializers.ChoiceField(choices=Relationship.choices, default=Relationship.OTHER)
    residence = serializers.CharField(max_length=8)
    language = serializers.CharField(default="en", max_length=5)
    person = PersonIn()
    details = serializers.CharField(required=False, allow_blank=True, max_length=5000)
    since = serializers.DateField(required=False, allow_null=True)
    on_behalf_of = AgentIn(required=False, allow_null=True, help_text="Null: the person asks for themselves.")
    corrections = CorrectionIn(many=True, required=False, help_text="For a correction: 1 to 20; else empty.")
    signed_name = serializers.CharField(required=False, allow_blank=True, max_length=200)


def asked(data: dict[str, Any], *, channel: str) -> intake.Asked:
    """The request as the intake takes it, from checked data; NotValid names what cannot be right."""
    person = dict(data["person"])
    if person.get("date_of_birth"):
        person["date_of_birth"] = person["date_of_birth"].isoformat()
    return intake.Asked(
        right=data["right"],
        person=PersonFacts.of(person),
        relationship=data["relationship"],
        residence=data["residence"],
        language=data["language"],
        details=data.get("details", ""),
        since=data.get("since"),
        channel=channel,
        signed_name=data.get("signed_name", ""),
        on_behalf_of=AgentFacts.of(dict(data["on_behalf_of"])) if data.get("on_behalf_of") else None,
        corrections=disputed.several(data.get("corrections", ())),
    )


class IdentifierIn(Strict):
    kind = serializers.ChoiceField(choices=("email", "phone", "account"), error_messages={"invalid_choice": CHOOSE})
    value = serializers.CharField(max_length=300)


class RestrictionCheckIn(Strict):
    """What is about to be done, with whom. No message repeats a value."""

    purpose = serializers.ChoiceField(choices=list(restrictions.PURPOSES), error_messages={"invalid_choice": CHOOSE})
    identifiers = serializers.ListField(child=IdentifierIn(), allow_empty=False, max_length=50)


class RestrictionCheckOut(serializers.Serializer[Any]):
    decision = serializers.ChoiceField(choices=[one.value for one in restrictions.Decision])
    rule = serializers.CharField(help_text="The right that forbids it, or why nothing could be told.")


def restriction(data: dict[str, Any]) -> dict[str, str]:
    """The answer to checked data, as it goes out."""
    identifiers = [(one["kind"], one["value"]) for one in data["identifiers"]]
    answer = restrictions.check(data["purpose"], identifiers)
    return {"decision": answer.decision.value, "rule": answer.rule}


class DueOut(serializers.Serializer[Any]):
    kind = serializers.ChoiceField(choices=Clock.Kind.choices)
    due_on = serializers.DateField()


class OpenedOut(serializers.Serializer[Any]):
    reference = serializers.CharField()
    right = serializers.ChoiceField(choices=Right.choices)
    received_on = serializers.DateField()
    due = DueOut(many=True)
    status_url = serializers.URLField()


class ProblemOut(serializers.Serializer[Any]):
    """RFC 9457, with a stable `code`."""

    type = serializers.CharField()
    title = serializers.CharField()
    status = serializers.IntegerField()
    detail = serializers.CharField()
    code = serializers.CharField()


class RowOut(serializers.Serializer[Any]):
    reference = serializers.CharField()
    person = serializers.CharField(help_text="Initials; the person is masked until the case is opened.")
    right = serializers.ChoiceField(choices=Right.choices)
    state = serializers.ChoiceField(choices=State.choices)
    residence = serializers.CharField()
    channel = serializers.ChoiceField(choices=Channel.choices)
    received_on = serializers.DateField()
    due_on = serializers.DateField(allow_null=True)
    due_kind = serializers.ChoiceField(choices=Clock.Kind.choices, allow_blank=True)
    days_left = serializers.IntegerField(allow_null=True)
    sources_answered = serializers.IntegerField()
    sources = serializers.IntegerField()
    assignee = serializers.CharField()
    attention = serializers.ChoiceField(choices=Attention.choices)


class QueueOut(serializers.Serializer[Any]):
    results = RowOut(many=True)
    next = serializers.CharField(help_text="Cursor of the next page; empty on the last.")


class ClockOut(serializers.ModelSerializer[Clock]):
    class Meta:
        model = Clock
        fields = ("kind", "started_on", "due_on", "first_due_on", "extended_at", "ended", "ended_at", "derivation")


class RepresentationOut(serializers.ModelSerializer[Representation]):
    class Meta:
        model = Representation
        fields = ("kind", "power_of_attorney", "signed_on", "confirmed_at", "ruling", "ruled_at")


class CaseOut(serializers.ModelSerializer[Case]):
    state = serializers.ChoiceField(choices=State.choices)
    channel = serializers.ChoiceField(choices=Channel.choices)
    identity_level = serializers.SerializerMethodField()
    required_level = serializers.SerializerMethodField()
    clocks = ClockOut(many=True)
    sources = serializers.SerializerMethodField()
    gate = serializers.ListField(
        child=serializers.CharField(), source="gate_refusals", help_text="What still keeps a release back."
    )
    assignee = serializers.SlugRelatedField[Any](slug_field="username", read_only=True)
    appeal_of = serializers.SlugRelatedField[Any](slug_field="reference", read_only=True)
    appeals = serializers.SlugRelatedField[Any](slug_field="reference", read_only=True, many=True)
    representation = RepresentationOut(read_only=True, allow_null=True, default=None)

    class Meta:
        model = Case
        fields = (
            "reference",
            "right",
            "state",
            "attention",
            "outcome",
            "ground",
            "channel",
            "relationship",
            "residence",
            "language",
            "regime",
            "regime_version",
            "received_at",
            "closed_at",
            "identity_level",
            "required_level",
            "required_approvals",
            "content_digest",
            "gate",
            "assignee",
            "appeal_of",
            "appeals",
            "representation",
            "clocks",
            "sources",
        )

    def get_identity_level(self, case: Case) -> str:
        return Level(case.identity_level).name.lower()

    def get_required_level(self, case: Case) -> str:
        return Level(case.required_level).name.lower()

    def get_sources(self, case: Case) -> dict[str, int]:
        states = [search.state for search in case.searches.all()]
        return {state: states.count(state) for state in sorted(set(states))}


class StepOut(serializers.ModelSerializer[PlanStep]):
    """One group of records of a deletion: what is planned, on which ground (a reason code), and what came of it."""

    class Meta:
        model = PlanStep
        fields = (
            "collection",
            "action",
            "reason",
            "keep_until",
            "without",
            "rows",
            "result",
            "rows_done",
            "rows_left",
            "error_kind",
            "attempts",
            "done_at",
            "asked_again_at",
            "restricted_at",
        )


class SearchOut(serializers.ModelSerializer[SystemSearch]):
    steps = serializers.SerializerMethodField(help_text="Of a deletion; empty for any other right.")

    @extend_schema_field(StepOut(many=True))
    def get_steps(self, search: SystemSearch) -> list[Any]:
        mine = [step for step in self.context["steps"] if step.source_key == search.source_key]
        return list(StepOut(mine, many=True).data)

    class Meta:
        model = SystemSearch
        fields = (
            "source_key",
            "source_name",
            "state",
            "reason",
            "identifiers_used",
            "collections",
            "warnings",
            "rows_found",
            "rows_withheld",
            "rows_released",
            "attempts",
            "error",
            "error_kind",
            "next_try_at",
            "finished_at",
            "steps",
        )


class CorrectionPlaceOut(serializers.Serializer[Any]):
    id = serializers.UUIDField(source="row.id")
    source_key = serializers.CharField(source="row.source_key")
    source_name = serializers.CharField(source="row.source_name")
    collection = serializers.CharField(source="row.collection")
    column = serializers.CharField(source="row.column")
    origin = serializers.ListField(child=serializers.CharField())
    chosen = serializers.BooleanField(source="row.chosen")
    rows = serializers.IntegerField(source="row.rows")
    rows_done = serializers.IntegerField(source="row.rows_done")
    rows_left = serializers.IntegerField(source="row.rows_left", allow_null=True)
    result = serializers.ChoiceField(CorrectionItem.Result.choices, source="row.result", allow_blank=True)
    reason = serializers.CharField(source="row.reason", help_text="Why it was not done there: a reason code.")


class CorrectionOut(serializers.Serializer[Any]):
    number = serializers.IntegerField()
    what = serializers.CharField(source="fact.what")
    stands = serializers.CharField(source="fact.stands", help_text="The request's `is`.")
    should_be = serializers.CharField(source="fact.should_be")
    evidence = serializers.UUIDField(source="row.evidence_id", allow_null=True)
    seen = serializers.SerializerMethodField(help_text="For rule_correction: what you have seen when you rule.")
    ruling = serializers.ChoiceField(CorrectionItem.Ruling.choices, source="row.ruling")
    ground = serializers.CharField(source="row.ground")
    explanation = serializers.CharField(source="answer.explanation")
    health = serializers.BooleanField(source="answer.health")
    statement = serializers.CharField(help_text="The person's own, on health information that stays as it is.")
    result = serializers.ChoiceField(CorrectionItem.Result.choices, source="row.result", allow_blank=True)
    places = CorrectionPlaceOut(many=True)

    def get_seen(self, item: Item) -> str:
        return correction.version(item.row)


class FileIn(Strict):
    file = serializers.FileField(help_text="One PDF, PNG, JPEG or plain text file of at most 20 MB.")


class EventOut(serializers.ModelSerializer[CaseEvent]):
    by = serializers.SlugRelatedField[Any](slug_field="username", read_only=True)

    class Meta:
        model = CaseEvent
        fields = ("sequence", "kind", "at", "role", "by", "payload", "previous", "hash")


class VerbIn(Strict):
    """The data of one verb; which fields a verb needs is in its description."""

    digest = serializers.CharField(required=False, max_length=64, help_text="approve: the content that was reviewed.")
    ground = serializers.CharField(required=False, max_length=64, help_text="deny, hold, rule_correction")
    explanation = serializers.CharField(
        required=False, max_length=5000, help_text="deny, rule_correction: for the consumer."
    )
    reason = serializers.CharField(
        required=False, max_length=2000, help_text="verify, extend, rule_authority, break_glass"
    )
    note = serializers.CharField(
        required=False, max_length=5000, help_text="note, send_back, reconsider, rule_correction: for colleagues alone."
    )
    text = serializers.CharField(
        required=False, max_length=5000, help_text="message, appeal, state_correction: for the record, up to 250 words."
    )
    to = serializers.CharField(required=False, allow_null=True, max_length=150, help_text="assign: user name or null.")
    accept = serializers.BooleanField(required=False, allow_null=True, help_text="rule_authority, rule_correction")
    number = serializers.IntegerField(
        required=False, min_value=1, help_text="rule_correction, state_correction: which of them."
    )
    seen = serializers.CharField(required=False, max_length=24, help_text="rule_correction: as `corrections` gave it.")
    places = serializers.ListField(
        child=serializers.UUIDField(),
        required=False,
        max_length=500,
        help_text="rule_correction: where it is corrected.",
    )
    health = serializers.BooleanField(required=False, help_text="rule_correction: it is health information.")
    into = serializers.CharField(required=False, max_length=20, help_text="merge, link: reference of the other case.")
