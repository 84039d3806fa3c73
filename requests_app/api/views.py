"""The API: one call opens a request for anybody, the others are the queue for staff tokens."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.conf import settings
from django.utils import timezone
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.decorators import (
    api_view,
    authentication_classes,
    parser_classes,
    permission_classes,
    throttle_classes,
)
from rest_framework.parsers import MultiPartParser
from rest_framework.permissions import AllowAny
from rest_framework.request import Request
from rest_framework.response import Response

from requests_app import selectors
from requests_app.api import serializers
from requests_app.api.throttles import OpenRequests
from requests_app.api.verbs import STEP_UP, VERBS
from requests_app.exceptions import NotAllowed, NotFound, NotValid, StepUpRequired
from requests_app.models import ApiToken, Case, Channel, User
from requests_app.permissions import Verb, staff
from requests_app.services import correction, correction_items, intake, records
from requests_app.services.access import require

STEP_UP_LIFE = timedelta(minutes=5)
PROBLEMS = {400: serializers.ProblemOut, 403: serializers.ProblemOut, 404: serializers.ProblemOut}
REFERENCE = OpenApiParameter("reference", str, OpenApiParameter.PATH, description="Spoken reference, 7K4M-29QF-X.")


def _user(request: Request) -> User:
    if not isinstance(request.user, User):
        raise NotFound
    if isinstance(request.auth, ApiToken) and request.auth.scope == "system":
        message = "A token of scope system sees no case."
        raise NotAllowed(message)
    return request.user


def _case(request: Request, reference: str, verb: Verb = Verb.VIEW) -> Case:
    user = _user(request)
    case = selectors.case_for(user, reference)
    require(case, verb, staff(user))
    return case


@extend_schema(
    operation_id="open_request",
    request=serializers.RequestIn,
    parameters=[OpenApiParameter("Idempotency-Key", str, OpenApiParameter.HEADER, description="8 to 128 characters.")],
    responses={202: serializers.OpenedOut, 400: serializers.ProblemOut, 409: serializers.ProblemOut},
    auth=[],
)
@api_view(["POST"])
@authentication_classes([])
@permission_classes([AllowAny])
@throttle_classes([OpenRequests])
def open_request(request: Request) -> Response:
    """Open a case. The answer is the same whether or not the person is known to the company."""
    body = serializers.RequestIn(data=request.data)
    body.is_valid(raise_exception=True)
    data: dict[str, Any] = body.validated_data
    key = request.headers.get("Idempotency-Key", "")
    if key and not 8 <= len(key) <= 128:  # noqa: PLR2004
        message = "Give an Idempotency-Key of 8 to 128 characters."
        raise NotValid(message, field="Idempotency-Key")
    case = intake.open_case(serializers.asked(data, channel=Channel.API), idempotency_key=f"api:{key}" if key else "")
    opened = {
        "reference": case.reference,
        "right": case.right,
        "received_on": case.received_on,
        "due": list(case.clocks.order_by("due_on").values("kind", "due_on")),
        "status_url": f"{settings.PUBLIC_BASE_URL}/requests/status/",
    }
    return Response(serializers.OpenedOut(opened).data, status=202)


@extend_schema(
    operation_id="queue",
    parameters=[
        OpenApiParameter("view", str, enum=list(selectors.VIEWS)),
        OpenApiParameter("state", str),
        OpenApiParameter("right", str),
        OpenApiParameter("due_before", OpenApiTypes.DATE),
        OpenApiParameter("cursor", str),
    ],
    responses={200: serializers.QueueOut, **PROBLEMS},
)
@api_view(["GET"])
def queue(request: Request) -> Response:
    """The queue, the next breach of any clock first."""
    filters = selectors.Filters.of(request.query_params)
    page = selectors.queue_for(_user(request), filters, cursor=request.query_params.get("cursor", ""))
    return Response(serializers.QueueOut({"results": page.rows, "next": page.next_cursor}).data)


@extend_schema(operation_id="case", parameters=[REFERENCE], responses={200: serializers.CaseOut, **PROBLEMS})
@api_view(["GET"])
def case(request: Request, reference: str) -> Response:
    """State, clocks, identity level, sources, outcome and what still keeps a release back."""
    return Response(serializers.CaseOut(_case(request, reference)).data)


@extend_schema(
    operation_id="sources", parameters=[REFERENCE], responses={200: serializers.SearchOut(many=True), **PROBLEMS}
)
@api_view(["GET"])
def sources(request: Request, reference: str) -> Response:
    """Per source: searched or not and why, identifiers used, rows found, withheld and released, attempts, plan."""
    case = _case(request, reference)
    context = {"steps": list(case.steps.all())}
    return Response(serializers.SearchOut(case.searches.all(), many=True, context=context).data)


@extend_schema(
    operation_id="events", parameters=[REFERENCE], responses={200: serializers.EventOut(many=True), **PROBLEMS}
)
@api_view(["GET"])
def events(request: Request, reference: str) -> Response:
    """The ledger of the case, oldest first."""
    found = _case(request, reference, Verb.VIEW_EVENTS)
    return Response(serializers.EventOut(found.events.select_related("by").order_by("sequence"), many=True).data)


@extend_schema(
    operation_id="check_restriction",
    request=serializers.RestrictionCheckIn,
    responses={200: serializers.RestrictionCheckOut, 400: serializers.ProblemOut, 403: serializers.ProblemOut},
)
@api_view(["POST"])
def check_restriction(request: Request) -> Response:
    """May this be done with this person? Anything but `allow` is a no, no answer included."""
    if not isinstance(request.auth, ApiToken) or request.auth.scope != "system":
        message = "Only a token of scope system may ask."
        raise NotAllowed(message)
    body = serializers.RestrictionCheckIn(data=request.data)
    body.is_valid(raise_exception=True)
    return Response(serializers.restriction(body.validated_data))


@extend_schema(
    operation_id="corrections",
    parameters=[REFERENCE],
    responses={200: serializers.CorrectionOut(many=True), **PROBLEMS},
)
@api_view(["GET"])
def corrections(request: Request, reference: str) -> Response:
    """Each item of a correction: what it says, where that stands, the ruling, and what came of it."""
    found = _case(request, reference, Verb.VIEW_RECORDS)
    items = correction_items.read(found)
    if count := sum(place.row.rows for item in items for place in item.places):
        records.viewed(case_id=found.id, by=staff(_user(request)), count=count, page=1)
    return Response(serializers.CorrectionOut(items, many=True).data)


@extend_schema(
    operation_id="hand_in",
    parameters=[REFERENCE],
    request={"multipart/form-data": serializers.FileIn},
    responses={204: None, 409: serializers.ProblemOut, **PROBLEMS},
)
@api_view(["POST"])
@parser_classes([MultiPartParser])
def hand_in(request: Request, reference: str, number: int) -> Response:
    """A file that speaks for one item of a correction, as long as it is not decided (11 CCR 7023(d))."""
    found = _case(request, reference, Verb.UPLOAD)
    _may_act(request)
    if not found.corrections.filter(number=number).exists():
        message = "This case has no such correction."
        raise NotFound(message)
    body = serializers.FileIn(data=request.data)
    body.is_valid(raise_exception=True)
    sent = body.validated_data["file"]
    correction.hand_in(case_id=found.id, by=staff(_user(request)), number=number, name=sent.name, parts=sent.chunks())
    return Response(status=204)


@extend_schema(exclude=True)
@api_view(["GET", "POST", "PUT", "PATCH", "DELETE"])
@authentication_classes([])
@permission_classes([AllowAny])
def nowhere(_request: Request, anything: str) -> Response:
    """Under the API even a wrong address is answered as every other error is."""
    message = f"There is nothing at {anything!r}. The schema at /api/v1/schema/ lists what there is."
    raise NotFound(message)


@extend_schema(
    operation_id="act",
    parameters=[REFERENCE, OpenApiParameter("verb", str, OpenApiParameter.PATH, enum=list(VERBS))],
    request=serializers.VerbIn,
    responses={200: serializers.CaseOut, 409: serializers.ProblemOut, **PROBLEMS},
)
@api_view(["POST"])
def act(request: Request, reference: str, verb: str) -> Response:
    """One verb: 409 wrong state, 404 not yours to see, 403 wrong role or `step_up_required`, 400 bad data."""
    found = _case(request, reference)
    _may_act(request)
    if verb not in VERBS:
        message = f"There is no verb {verb!r}; there are {', '.join(VERBS)}."
        raise NotFound(message)
    if verb in STEP_UP:
        require(found, STEP_UP[verb], staff(_user(request)))
        _stepped_up(request)
    body = serializers.VerbIn(data=request.data)
    body.is_valid(raise_exception=True)
    user = _user(request)
    VERBS[verb](found, staff(user), user, body.validated_data)
    found = Case.objects.get(pk=found.pk)
    return Response(serializers.CaseOut(found).data)


def _may_act(request: Request) -> None:
    if not isinstance(request.auth, ApiToken) or request.auth.scope != "staff":
        message = "This token may read, but not act: use one of scope staff."
        raise NotAllowed(message)


def _stepped_up(request: Request) -> None:
    """Verify, approve and deny need a second factor given within five minutes (the demo profile has none set up)."""
    token = request.auth
    proven = token.proven_at if isinstance(token, ApiToken) else None
    if settings.UMBS_STAFF_MFA and (proven is None or timezone.now() - proven > STEP_UP_LIFE):
        message = "Give your second factor again and use the token that it yields within five minutes."
        raise StepUpRequired(message)
