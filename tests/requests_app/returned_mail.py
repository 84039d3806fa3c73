"""Answers of mail servers as they come: written here after the forms that they have in the wild."""

from __future__ import annotations

from requests_app.models import Notice
from requests_app.services import notices

REPORT = """From: MAILER-DAEMON@mx.example.net (Mail Delivery System)
To: privacy@umbs.example
Subject: Undelivered Mail Returned to Sender
Auto-Submitted: auto-replied
MIME-Version: 1.0
Content-Type: multipart/report; report-type=delivery-status; boundary="B1"

--B1
Content-Type: text/plain; charset=us-ascii

I'm sorry to have to inform you that your message could not be delivered.

--B1
Content-Type: message/delivery-status

Reporting-MTA: dns; mx.example.net
Arrival-Date: Mon, 02 Feb 2026 10:00:00 -0600 (CST)

Final-Recipient: rfc822; ada@example.org
Action: {action}
Status: {status}
Diagnostic-Code: smtp; 550 5.1.1 <ada@example.org>: Recipient address rejected

--B1
{original}
--B1--
"""
WHOLE = """Content-Type: message/rfc822

Message-ID: {message_id}
From: privacy@umbs.example
To: ada@example.org
Subject: We have your request

Dear Ada"""
HEADERS = """Content-Type: text/rfc822-headers

Message-ID: {message_id}
From: privacy@umbs.example
To: ada@example.org"""


def report(
    notice: Notice, *, action: str = "failed", status: str = "5.1.1", original: str = WHOLE, message_id: str = ""
) -> bytes:
    """What a mail server says of this notice's mail."""
    named = original.format(message_id=message_id or notices.message_id(notice))
    return REPORT.format(action=action, status=status, original=named).encode()
