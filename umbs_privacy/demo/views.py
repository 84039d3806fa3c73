"""The demo's mailbox, so that a visitor without a mail server can read the codes and letters that were mailed."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from email.message import EmailMessage

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
        return cls(str(message["To"]), str(message["Subject"]), mailbox.sent_at(message), mailbox.text(message))


@require_safe
def show_mailbox(request: HttpRequest) -> HttpResponse:
    if not settings.DEMO:
        raise Http404
    letters = [Letter.of(message) for message in mailbox.messages()[:SHOWN]]
    return render(request, "demo/mailbox.html", {"letters": letters})
