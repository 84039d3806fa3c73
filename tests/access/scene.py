"""Two people's cases, and one visitor of each kind: who stands where when the table is tried."""

from __future__ import annotations

import re
import tempfile
import time
import uuid
from collections import defaultdict
from dataclasses import dataclass, field, replace
from pathlib import Path

from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import TOTP
from django.test import Client
from django.utils import timezone

from fulfillment import survey
from fulfillment.models import ManualTask
from requests_app import reference
from requests_app.api.authentication import issue
from requests_app.lifecycle import Right, State
from requests_app.models import Case, Deliverable, Notice, Obligation, User
from requests_app.permissions import Role, consumer, staff
from requests_app.portal import door
from requests_app.services import clock, drafts, messages, notices
from tests.access.matrix import ACTING, CONSUMER, STAFF, SUPERUSER, TOKENS
from tests.characters import ADA, user
from tests.factories import case_in
from umbs_privacy.demo import maps
from umbs_privacy.demo.databases import DATABASES

OWN, OTHER, NONE = "own", "other", "none"
OBJECTS = (OWN, OTHER, NONE)
NAMESAKE = replace(ADA, emails=("quillfeather@example.net",), phones=("972-555-0144",), account_numbers=("PA-204482",))
TAKEN = ("done/", "letter/")  # pages of a call that has become a case


def _calls(case: Case, operator: str) -> dict[str, str]:
    """One call that is still typed and one that became this case."""
    by = staff(user(Role.INTAKE, operator))
    typing, done = (drafts.begin(by=by, channel="phone") for _ in range(2))
    drafts.taken(done, case_id=case.id)
    return {"open": str(typing.id), "taken": str(done.id)}


def _notice(case: Case, route: str) -> str:
    """The first letter waits for its envelope, the last one was posted today."""
    found = case.notices.latest("ordered_at") if route.endswith("undo/") else case.notices.earliest("ordered_at")
    return str(found.pk)


@dataclass
class Scene:
    """Ada's case is the visitors' own; that of her namesake is the other. Both have a document."""

    cases: dict[str, Case] = field(default_factory=dict)
    tokens: dict[str, str] = field(default_factory=dict)
    calls: dict[str, dict[str, str]] = field(default_factory=dict)

    @classmethod
    def build(cls) -> Scene:
        scene = cls()
        for which, person in ((OWN, ADA), (OTHER, NAMESAKE)):
            case = scene.cases[which] = case_in(State.RECORDING, Right.ACCESS, person=person)
            messages.upload(case_id=case.id, by=consumer(case.id), name="proof.txt", parts=[f"It is {which}.".encode()])
            now = timezone.now()
            ManualTask.objects.create(
                case_id=case.id,
                entry=case.entry,
                source_key="crm",
                kind=ManualTask.Kind.FIND,
                key_hash="0" * 64,
                key_expires_at=now,
                asked_at=now,
                due_on=now.date(),
                next_chase_on=now.date(),
            )
            scene.calls[which] = _calls(case, "" if which == OWN else "ivan")
            Obligation.objects.create(
                case=case,
                kind=Obligation.Kind.RETRY,
                source_key="crm",
                source_name="Customer relations",
                reason="TEC-05",
                owner="Records manager",
                due_on=now.date(),
                key=f"{case.id}:retry",
                opened_at=now,
            )
            case.notices.update(medium=Notice.Medium.POST, state=Notice.State.TO_POST)
            last = case.notices.latest("ordered_at")
            notices.posted(notice_id=last.pk, by=staff(user(Role.INTAKE)), on=clock.today())
        Case.objects.filter(pk=scene.cases[OTHER].pk).update(assignee=user(Role.OFFICER, "otis"))
        with tempfile.TemporaryDirectory() as folder:
            survey.apply(maps.write(dict.fromkeys(DATABASES, "sqlite:///nowhere.sqlite3"), Path(folder)))
        for name in TOKENS:
            role = Role(name.removesuffix(" token"))
            scope = {Role.AUDITOR: "auditor", Role.ADMIN: "system"}.get(role, "staff")
            scene.tokens[name] = issue(user(role), scope=scope, second_factor=True)
        return scene

    def client(self, visitor: str) -> Client:
        """A browser or program of that visitor, signed in as it would be."""
        client = Client(raise_request_exception=False)
        if visitor == CONSUMER:
            session = client.session
            own = str(self.cases[OWN].id)
            session[door.PERSON] = {"case": own, "seen": time.time()}
            session[door.PERMIT] = {"case": own, "until": time.time() + 600}
            session.save()
        elif visitor == ACTING:
            session = client.session
            session[door.AGENT] = {"case": str(self.cases[OWN].id), "seen": time.time()}
            session.save()
        elif visitor in {*STAFF, SUPERUSER}:
            somebody = user(Role.ADMIN, "sue") if visitor == SUPERUSER else user(Role(visitor))
            User.objects.filter(pk=somebody.pk).update(is_staff=visitor == SUPERUSER, is_superuser=visitor == SUPERUSER)
            TOTP.activate(somebody, "JBSWY3DPEHPK3PXP")
            RecoveryCodes.activate(somebody)
            client.force_login(somebody, backend="django.contrib.auth.backends.ModelBackend")
        elif visitor in TOKENS:
            client.defaults["HTTP_AUTHORIZATION"] = f"Bearer {self.tokens[visitor]}"
        return client

    def path(self, route: str, which: str, verb: str = "") -> str:
        """The route with its parameters filled from that case, or from one that does not exist."""
        case = self.cases.get(which)
        document = Deliverable.objects.filter(case=case).order_by("made_at").first() if case else None
        values = {
            "reference": case.reference if case else reference.new(),
            "document": str(document.pk if document else uuid.uuid4()),
            "file": str(case.evidence.get().pk if case else uuid.uuid4()),
            "task": str(ManualTask.objects.get(case_id=case.id).pk if case else uuid.uuid4()),
            "notice": _notice(case, route) if case else str(uuid.uuid4()),
            "obligation": str(case.obligations.get().pk if case else uuid.uuid4()),
            "hold": str(uuid.uuid4()),
            "key": "crm" if case else "nothing",
            "draft": self.calls[which]["taken" if route.endswith(TAKEN) else "open"] if case else str(uuid.uuid4()),
            "referral_id": str(uuid.uuid4()),
            "verb": verb or "note",
            "username": "iris" if case else "nobody",
        }
        anything = defaultdict(lambda: "1", values)
        route = re.sub(r"\(\?P<(\w+)>[^)]*\)", r"<\1>", route).replace("^", "").replace("$", "")
        return "/" + re.sub(r"<(?:\w+:)?(\w+)>", lambda match: anything[match[1]], route)
