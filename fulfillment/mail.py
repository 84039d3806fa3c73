"""Notices out by mail, each exactly once as far as a mail server lets one know (RFC 5321 4.2.5: taken means taken).

The Message-ID is the notice's own, so a mail that was taken by a server that then died is told as a repeat by whoever
receives it. Nobody can be asked whether a mail arrived; an interrupted sending is therefore sent again.
"""

from __future__ import annotations

import smtplib
from uuid import UUID

from django.core.mail import EmailMultiAlternatives

from fulfillment import effects, models
from fulfillment.jobs import Job, Postpone
from requests_app.casefile import deliver, read
from requests_app.casefile.types import NoticeToSend

# After these pauses every hour, together three days: as long as mail servers themselves keep trying (RFC 5321 4.5.4.1).
PAUSES = (10, 30, 60, 300, 900)
HOURLY, TRIES = 3600, 77
PERMANENT = 500


def handle(job: Job) -> None:
    """Send one notice. What can pass is waited for; what cannot is the case's attention."""
    notice = read.notice_to_send(UUID(str(job.payload["order_id"])))
    if not notice.to or notice.state != "ordered":
        return
    try:
        effects.once(job, f"mail:{notice.id}", act=lambda: _send(notice), settled=lambda: None)
    except ValueError:
        deliver.notice_failed(notice.id, error="the address cannot be written into a mail")
    except OSError as error:  # all that sockets and smtplib raise
        if code := _final(error):
            deliver.notice_failed(notice.id, error=f"the mail server refuses it for good ({code})")
        elif (tries := models.Attempt.objects.filter(job_id=job.id).count()) >= TRIES:
            deliver.notice_failed(notice.id, error="no mail server took it for three days")
        else:
            pause = PAUSES[tries - 1] if tries <= len(PAUSES) else HOURLY
            raise Postpone(pause, reason=type(error).__name__) from error
    else:
        deliver.notice_sent(notice.id)


def _final(error: OSError) -> int:
    """The code with which the server refuses this address or this mail, else 0. A wrong password or sender is ours to
    mend, so such a refusal is waited out like a server that is down.
    """
    match error:
        case smtplib.SMTPRecipientsRefused():
            code = min(code for code, _text in error.recipients.values())
        case smtplib.SMTPDataError():
            code = error.smtp_code
        case _:
            return 0
    return code if code >= PERMANENT else 0


def _send(notice: NoticeToSend) -> effects.Outcome:
    """`Auto-Submitted` (RFC 3834) keeps two automatic answerers from writing to each other for ever."""
    headers = {"Message-ID": notice.message_id, "Auto-Submitted": "auto-generated"}
    mail = EmailMultiAlternatives(notice.subject, notice.text, to=[notice.to], headers=headers)
    mail.attach_alternative(notice.html, "text/html")
    mail.send()
    return {"sent": 1}
