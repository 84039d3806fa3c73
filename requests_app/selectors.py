"""What a member of staff may see, starting from the user. Views never filter by permission themselves."""

from __future__ import annotations

import base64
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db.models import Case as Choice
from django.db.models import Count, Exists, F, OuterRef, Q, QuerySet, Subquery, When
from django.db.models.functions import Coalesce
from django.utils import timezone

from requests_app import reference as references
from requests_app.exceptions import KeyDestroyed, NotFound, NotValid
from requests_app.ledger import chain
from requests_app.lifecycle import BEFORE_DECISION, OPEN, Right, State
from requests_app.models import (
    Approval,
    Attention,
    Case,
    CaseEvent,
    Channel,
    Clock,
    Deliverable,
    EventKind,
    Evidence,
    Message,
    Notice,
    Opening,
    Representation,
    SystemSearch,
    User,
)
from requests_app.permissions import Verb, staff
from requests_app.services import person as people
from requests_app.services import returned as lost
from requests_app.vault import CaseVault
from requests_app.vault.normal import name_parts

PAGE = 25
UNRULED = Representation.Ruling.OPEN
SOON = timedelta(days=3)
READINGS = (EventKind.DELIVERABLE_FETCHED, EventKind.RECORDS_VIEWED)
VIEWS: dict[str, str] = {
    "open": "All open",
    "mine": "Mine",
    "unassigned": "Unassigned",
    "soon": "Due within 3 days",
    "consumer": "Waiting on consumer",
    "source": "Waiting on source",
    "second": "Needs another approval",
    "wrote": "Unread messages",
    "attention": "Needs attention",
    "closed": "Closed",
}


def today() -> date:
    return timezone.now().astimezone(ZoneInfo(settings.UMBS_TIME_ZONE)).date()


def visible(user: User) -> QuerySet[Case]:
    """The cases that this user may know of: all of them for whoever may view cases, none for anybody else."""
    cases: QuerySet[Case] = Case.objects.all()
    return cases if user.is_active and staff(user).may(Verb.VIEW) else cases.none()


def case_for(user: User, text: str) -> Case:
    """The case by its spoken reference, or NotFound: not there and not yours look the same."""
    try:
        reference = references.parse(text)
    except ValueError as error:
        raise NotFound(str(error)) from None
    case: Case | None = visible(user).filter(reference=reference).first()
    if case is None:
        message = "There is no such case. Check the reference."
        raise NotFound(message)
    return case


def _view(view: str, user: User) -> Q:
    approved = Approval.objects.filter(case=OuterRef("pk"), digest=OuterRef("content_digest"))
    unread = Message.objects.filter(case=OuterRef("pk"), direction=Message.Direction.IN, read_at=None)
    of_view: dict[str, Q] = {
        "closed": Q(state=State.CLOSED),
        "mine": Q(state__in=OPEN, assignee=user),
        "unassigned": Q(state__in=OPEN, assignee=None),
        "soon": Q(state__in=OPEN, next_due_on__lte=today() + SOON),
        "consumer": Q(state=State.VERIFYING),
        "source": Q(state=State.GATHERING),
        "second": Q(state=State.IN_REVIEW) & Q(Exists(approved)),
        "wrote": Q(Exists(unread)),
        "attention": ~Q(attention=Attention.NONE)
        | Q(state__in=BEFORE_DECISION, representation__ruling=UNRULED)
        | Q(pk__in=Evidence.objects.uncleared().values("case")),
    }
    return of_view.get(view, Q(state__in=OPEN))


def counts(user: User) -> dict[str, int]:
    """How many cases each saved view holds."""
    found = visible(user).aggregate(**{view: Count("id", filter=_view(view, user)) for view in VIEWS})
    return {view: int(number) for view, number in found.items()}


def search(user: User, text: str) -> QuerySet[Case]:
    """By reference, e-mail, phone, account or name, whatever the text looks like; nothing typed finds nothing."""
    text = text.strip()
    cases = visible(user)
    try:
        return cases.filter(reference=references.parse(text))
    except ValueError:
        pass
    found: set[Any] = set()
    if "@" in text:
        found |= {case.pk for case in people.cases_by("email", text)}
    elif sum(character.isdigit() for character in text) >= 7:  # noqa: PLR2004  (a local number)
        found |= {case.pk for case in people.cases_by("phone", text)}
        found |= {case.pk for case in people.cases_by("account", text)}
    elif parts := name_parts(text):
        each = [{case.pk for case in people.cases_by("name_part", part)} for part in parts]
        found |= set.intersection(*each)
        found |= {case.pk for case in people.cases_by("account", text)}
    return cases.filter(pk__in=found)


@dataclass(frozen=True)
class Filters:
    """The whole state of the queue; it lives in the URL, but for the text searched for, which may name a person."""

    view: str = "open"
    state: str = ""
    right: str = ""
    due_before: date | None = None
    text: str = ""

    @property
    def state_label(self) -> str:
        return State(self.state).label if self.state else ""

    @property
    def right_label(self) -> str:
        return Right(self.right).label if self.right else ""

    @classmethod
    def of(cls, query: Mapping[str, str], *, text: str = "") -> Filters:
        """NotValid names the parameter that cannot be read."""
        view = query.get("view") or "open"
        for name, value, allowed in (
            ("view", view, set(VIEWS)),
            ("state", query.get("state", ""), {"", *State.values}),
            ("right", query.get("right", ""), {"", *Right.values}),
        ):
            if value not in allowed:
                message = f"Choose one of: {', '.join(sorted(filter(None, allowed)))}."
                raise NotValid(message, field=name)
        try:
            before = date.fromisoformat(query["due_before"]) if query.get("due_before") else None
        except ValueError:
            message = "Give the date as 2026-01-31."
            raise NotValid(message, field="due_before") from None
        return cls(view, query.get("state", ""), query.get("right", ""), before, text)


@dataclass(frozen=True)
class Row:
    """One line of the queue, in codes and in words. The person is masked until the case is opened."""

    reference: str
    person: str
    right: str
    state: str
    residence: str
    channel: str
    received_on: date
    due_on: date | None
    due_kind: str
    days_left: int | None
    sources_answered: int
    sources: int
    assignee: str
    attention: str

    @property
    def days_late(self) -> int:
        return -(self.days_left or 0)

    @property
    def right_label(self) -> str:
        return Right(self.right).label

    @property
    def state_label(self) -> str:
        return State(self.state).label

    @property
    def channel_label(self) -> str:
        return Channel(self.channel).label

    @property
    def due_label(self) -> str:
        return Clock.Kind(self.due_kind).label if self.due_kind else ""

    @property
    def attention_label(self) -> str:
        return Attention(self.attention).label if self.attention else ""


@dataclass(frozen=True)
class Page:
    rows: list[Row]
    next_cursor: str


def queue_for(user: User, filters: Filters, *, cursor: str = "", size: int = PAGE) -> Page:
    """One page, the next breach of any clock first, then age. Keyset paging: page 2,000 costs what page 1 does."""
    cases = search(user, filters.text) if filters.text else visible(user).filter(_view(filters.view, user))
    if filters.state:
        cases = cases.filter(state=filters.state)
    if filters.right:
        cases = cases.filter(right=filters.right)
    if filters.due_before:
        cases = cases.filter(next_due_on__lt=filters.due_before)
    cases = cases.order_by(F("next_due_on").asc(nulls_last=True), "received_at", "id")
    if cursor:
        cases = cases.filter(_after(cursor))
    cases = cases.select_related("assignee", "key", "person").prefetch_related("clocks", "searches")
    found = list(cases[: size + 1])
    after = _cursor(found[size - 1]) if len(found) > size else ""
    return Page([row(case) for case in found[:size]], after)


def _cursor(case: Case) -> str:
    place = [case.next_due_on and case.next_due_on.isoformat(), case.received_at.isoformat(), str(case.pk)]
    return base64.urlsafe_b64encode(json.dumps(place).encode()).decode()


def _after(cursor: str) -> Q:
    try:
        due, received, pk = json.loads(base64.urlsafe_b64decode(cursor.encode()))
        received = datetime.fromisoformat(received)
        same = Q(received_at__gt=received) | Q(received_at=received, pk__gt=pk)
        if due is None:
            return Q(next_due_on=None) & same
        day = date.fromisoformat(due)
    except (ValueError, TypeError):
        message = "This place in the list is no longer valid; start again from the first page."
        raise NotValid(message, field="cursor") from None
    return Q(next_due_on__gt=day) | Q(next_due_on=None) | (Q(next_due_on=day) & same)


def row(case: Case) -> Row:
    running = sorted((clock for clock in case.clocks.all() if clock.is_running), key=lambda clock: clock.due_on)
    first: Clock | None = running[0] if running else None
    searches = list(case.searches.all())
    done = {SystemSearch.State.ANSWERED, SystemSearch.State.NOT_SEARCHED, SystemSearch.State.REFERRED}
    return Row(
        reference=case.reference,
        person=masked(case),
        right=case.right,
        state=str(case.state),
        residence=case.residence,
        channel=case.channel,
        received_on=case.received_on,
        due_on=first.due_on if first else None,
        due_kind=first.kind if first else "",
        days_left=(first.due_on - today()).days if first else None,
        sources_answered=sum(search.state in done for search in searches),
        sources=len(searches),
        assignee=case.assignee.username if case.assignee else "",
        attention=case.attention,
    )


def masked(case: Case) -> str:
    """Initials: enough to recognise a case that one knows, nothing to read over a shoulder."""
    try:
        person = people.opened(case.person, CaseVault.unwrapped(case.key))
    except KeyDestroyed:
        return "—"
    words = [person.given_name, person.family_name]
    return " ".join(f"{word[0]}." for word in words if word) or "—"


def ledger_faults(case: Case) -> list[chain.Fault]:
    """Where the hash chain of the case does not hold; empty when it does."""
    return list(chain.verify(case))


def openings(user: User) -> QuerySet[Opening]:
    """Who opened a case of somebody else's, newest first; `read` counts what they read in it while it lasted."""
    if not staff(user).may(Verb.VIEW_OPENINGS):
        return Opening.objects.none()
    read = CaseEvent.objects.filter(case=OuterRef("case"), by=OuterRef("by"), kind__in=READINGS)
    read = read.filter(at__gte=OuterRef("at"), at__lt=OuterRef("until")).order_by()
    counted = Subquery(read.values("case").annotate(n=Count("pk")).values("n"))
    rows: QuerySet[Opening] = Opening.objects.select_related("case", "by").annotate(read=Coalesce(counted, 0))
    return rows.order_by("-at")


def tray(user: User, *, reference: str = "") -> QuerySet[Notice]:
    """Letters that wait for an envelope, oldest first; of the cases whose reference holds these signs.

    `mail_by`: after this day the notice of an extension is none. `answer`: the package, for an officer.
    """
    if not staff(user).may(Verb.POST_LETTER):
        return Notice.objects.none()
    waiting = Notice.objects.filter(state=Notice.State.TO_POST, case__reference__icontains=reference.strip())
    extended = Clock.objects.filter(case=OuterRef("case"), extended_at__isnull=False)
    mail_by = When(kind=Notice.Kind.EXTENSION, then=Subquery(extended.values("notice_by")[:1]))
    packages = Deliverable.objects.filter(case=OuterRef("case"), kind=Deliverable.Kind.PACKAGE, revoked_at=None)
    answer = When(kind=Notice.Kind.READY, then=Subquery(packages.order_by("-made_at").values("id")[:1]))
    return (
        waiting.select_related("case", "letter", "copy")
        .annotate(mail_by=Choice(mail_by), answer=Choice(answer))
        .order_by("ordered_at")
    )


def posted_today(user: User) -> QuerySet[Notice]:
    """Letters that were marked as posted today, which can still be taken back."""
    if not staff(user).may(Verb.POST_LETTER):
        return Notice.objects.none()
    zone = ZoneInfo(settings.UMBS_TIME_ZONE)
    midnight = timezone.now().astimezone(zone).replace(hour=0, minute=0, second=0, microsecond=0)
    posted = Notice.objects.filter(state=Notice.State.POSTED, sent_at__gte=midnight)
    return posted.select_related("case").order_by("-sent_at")


def returned(user: User) -> QuerySet[Notice]:
    """Messages that did not arrive and wait for somebody who may post letters."""
    return lost.waiting() if staff(user).may(Verb.POST_LETTER) else Notice.objects.none()
