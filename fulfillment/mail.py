"""Notices out by mail, each exactly once as far as a mail server lets one know (RFC 5321 4.2.5: taken means taken).

The Message-ID is the notice's own, so a mail that was taken by a server that then died is told as a repeat by whoever
receives it. Nobody can be asked whether a mail arrived; an interrupted sending is therefore sent again.
"""

from __future__ import annotations

import smtplib
from uuid import UUID

from django.core.mail import EmailMultiAlternatives
from django.core.mail.message import BadHeaderError

from fulfillment import effects
from fulfillment.jobs import Job
from requests_app.casefile import deliver, read
from requests_app.casefile.types import NoticeToSend


def handle(job: Job) -> None:
    """Send one notice. What can pass is tried again by the job table; what cannot is the case's attention."""
    notice = read.notice_to_send(UUID(str(job.payload["order_id"])))
    if not notice.to or notice.state != "ordered":
        return
    try:
        effects.once(job, f"mail:{notice.id}", act=lambda: _send(notice), settled=lambda: None)
    except BadHeaderError:
        deliver.notice_failed(notice.id, error="the address or subject holds a line break")
        return
    except smtplib.SMTPRecipientsRefused as refused:
        codes = [code for code, _text in refused.recipients.values()]
        if any(code < 500 for code in codes):  # noqa: PLR2004  (4xx: try again later, RFC 5321)
            raise
        deliver.notice_failed(notice.id, error=f"the mail server refuses the address ({max(codes)})")
        return
    except smtplib.SMTPResponseException as refused:
        if refused.smtp_code < 500:  # noqa: PLR2004
            raise
        deliver.notice_failed(notice.id, error=f"the mail server refuses the mail ({refused.smtp_code})")
        return
    deliver.notice_sent(notice.id)


def _send(notice: NoticeToSend) -> effects.Outcome:
    """`Auto-Submitted` (RFC 3834) keeps two automatic answerers from writing to each other for ever."""
    headers = {"Message-ID": notice.message_id, "Auto-Submitted": "auto-generated"}
    mail = EmailMultiAlternatives(notice.subject, notice.text, to=[notice.to], headers=headers)
    mail.attach_alternative(notice.html, "text/html")
    mail.send()
    return {"sent": 1}
