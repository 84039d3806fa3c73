"""The demo's mailbox, so that a visitor without a mail server can read the codes and letters that were mailed."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from email.message import EmailMessage
from email.utils import parsedate_to_datetime

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from umbs_privacy.demo import mailbox

SHOWN = 50


@dataclass(frozen=True)
class Letter:
    to: str
    subject: str
    sent_at: datetime
    text: str

    @classmethod
    def of(cls, message: EmailMessage) -> Letter:
        sent_at = parsedate_to_datetime(message["Date"])
        return cls(str(message["To"]), str(message["Subject"]), sent_at, mailbox.text(message))


@require_safe
def show_mailbox(request: HttpRequest) -> HttpResponse:
    if not settings.DEMO:
        raise Http404
    letters = [Letter.of(message) for message in mailbox.messages()[:SHOWN]]
    return render(request, "demo/mailbox.html", {"letters": letters})
