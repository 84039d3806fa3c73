"""A consumer with a browser of their own, walking the portal as a person does, and the machine that answers them."""

from __future__ import annotations

from typing import Any

from django.test import Client
from django.utils import timezone

from requests_app.casefile import deliver, write
from requests_app.casefile.types import FoundRecord, Holder
from requests_app.lifecycle import State
from requests_app.models import Case, CodeRequest, Deliverable, Notice, User
from requests_app.permissions import Role, staff
from requests_app.services import codes, notices, review
from tests.factories import batch

CHOICES, WRONG = "/privacy-choices/", "/requests/new/corrections/"
NEW, ABOUT, CHECK, DONE = "/requests/new/", "/requests/new/about/", "/requests/new/check/", "/requests/new/done/"
STATUS, CODE, CASE = "/requests/status/", "/requests/status/code/", "/requests/status/case/"
COLLECT = f"{CASE}collect/"
ADA = {
    "given_name": "Ada",
    "family_name": "Example",
    "email": "ada@example.org",
    "phone": "214-555-0107",
    "postal_address": "12 Elm St\r\nDallas, TX 75001",
    "date_of_birth_month": "4",
    "date_of_birth_day": "28",
    "date_of_birth_year": "1986",
    "account_numbers": "AC-1001, AC-1002",
    "period": "all",
}
OPTING_OUT = {"given_name": "Ada", "family_name": "Example", "email": "ada@example.org"}


class Visitor(Client):
    """Django's client that keeps cookies, plus the steps of the portal."""

    def answer_what(self, *rights: str, residence: str = "US-CA", relationship: str = "visitor") -> Any:
        data = {"rights": rights, "residence": residence, "relationship": relationship}
        return self.post(NEW, data)

    def key(self) -> str:
        page = self.get(CHECK)
        return str(page.context["form"].initial["key"])

    def send(self, key: str = "", **changes: Any) -> Any:
        signed = {"declared": "on", "signed_name": "Ada Example"}
        return self.post(CHECK, {"key": key or self.key(), **signed, **changes})

    def ask(
        self, *rights: str, about: dict[str, Any] | None = None, wrong: dict[str, str] | None = None, **what: str
    ) -> list[Case]:
        """All the way to the confirmation page; the cases that were opened, in the order shown there."""
        self.answer_what(*rights, **what)
        if wrong:
            self.post(WRONG, wrong)
        self.post(ABOUT, ADA if about is None else about)
        sent = self.send()
        assert sent.status_code == 302, sent.content.decode()
        return list(self.get(DONE).context["cases"])

    def choose(self, *choices: str, **what: str) -> list[Case]:
        """On the page of choices, which asks nothing but what finds the person."""
        key = self.get(CHOICES).context["form"].initial["key"]
        sent = self.post(CHOICES, OPTING_OUT | {"choices": choices, "key": key} | what)
        assert sent.status_code == 302, sent.content.decode()
        return list(self.get(DONE).context["cases"])

    def follow(self, case: Case) -> Any:
        """To the status page, with the code from the mail."""
        self.post(STATUS, {"reference": case.reference})
        return self.post(CODE, {"code": mailed_code(case)}, follow=True)


def work_off_codes() -> None:
    """What the worker does with the codes that were asked for."""
    for request in CodeRequest.objects.filter(answered_at=None):
        codes.answer(request.id)


def mailed_code(case: Case) -> str:
    """The code in the newest mail of this case, read as the mail server would get it."""
    work_off_codes()
    notice = case.notices.filter(kind=Notice.Kind.CODE).order_by("-ordered_at").first()
    assert notice is not None, "no code was sent"
    return str(notices.content(notice)["parameters"]["code"])


def prove(case: Case) -> Case:
    """The machine compared the facts: four points agree, and a source holds the e-mail address."""
    write.record_match(case.id, kinds=["email", "phone", "account", "date_of_birth"], on_file=["email:0"])
    return Case.objects.get(pk=case.pk)


def release(case: Case, *, contents: bytes = b"PK a small package") -> Deliverable:
    """From a proven case to a package that may be collected, through the seam and two approvals."""
    case = Case.objects.get(pk=case.pk)
    assert case.state == State.GATHERING, case.state
    holder = Holder(case.id, case.entry, 1)
    write.open_search(holder, source_key="crm", source_name="Customer relations", state="pending")
    write.start_search(holder, source_key="crm")
    write.add_batches(holder, source_key="crm", batches=[batch("crm.leads", [RECORD])])
    write.search_answered(holder, source_key="crm", identifiers_used={"email": 1}, collections=[])
    write.stage_finished(holder)
    case = Case.objects.get(pk=case.pk)
    holder = Holder(case.id, case.entry, 1)
    for stored in case.batches.all():
        write.propose_redactions(holder, batch_id=stored.id, proposals=[])
    write.stage_finished(holder)
    case = Case.objects.get(pk=case.pk)
    for name in ("cleo", "dan"):
        user, _ = User.objects.get_or_create(username=name, defaults={"role": Role.ANALYST.value})
        review.approve(case_id=case.id, by=staff(user), digest=case.content_digest)
    case = Case.objects.get(pk=case.pk)
    assert case.state == State.FULFILLING, case.state
    package = deliver.attach_deliverable(
        Holder(case.id, case.entry, 1),
        kind=Deliverable.Kind.PACKAGE,
        name=f"copy-{case.reference}.zip",
        content_type="application/zip",
        parts=[contents],
        scan_passed=True,
        key=f"package:{case.id}:{timezone.now().timestamp()}",
    )
    return Deliverable.objects.get(pk=package)


RECORD = FoundRecord("crm.leads", "1", {"email": "ada@example.org", "note": "asked for a call"})
