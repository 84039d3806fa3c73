"""T9 and T21: no header, parameter or name that a stranger writes ends up in a link, a redirect or a mail header."""

from __future__ import annotations

import email
import email.policy
import re
from itertools import product
from urllib.parse import urljoin, urlsplit

import pytest
from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.test import Client

from requests_app.models import Case, Notice
from requests_app.services import notices
from tests.requests_app.portal_walk import ABOUT, ADA, CHECK, NEW, STATUS, Visitor

pytestmark = [pytest.mark.django_db, pytest.mark.slow]
EVIL = "evil.example"
HOSTS = (
    EVIL,
    f"{EVIL}:80",
    f"127.0.0.1.{EVIL}",
    f"localhost@{EVIL}",
    f"127.0.0.1:8000@{EVIL}",
    f"{EVIL}#127.0.0.1",
    f"[{EVIL}]",
    f"testserver.{EVIL}",
    f"testserver, {EVIL}",
    f"{EVIL}/testserver",
    "..",
    "testserver\\.evil.example",
)
FORWARDED = ("X-Forwarded-Host", "X-Host", "X-Forwarded-Server", "Forwarded", "X-Original-Host", "X-HTTP-Host-Override")
NEXT = (
    f"https://{EVIL}/",
    f"//{EVIL}",
    f"///{EVIL}",
    f"////{EVIL}",
    f"/\\{EVIL}",
    f"\\\\{EVIL}",
    f"https:{EVIL}",
    f"https:///{EVIL}",
    f"http://{EVIL}\\@testserver",
    f"http://testserver@{EVIL}",
    f"javascript:alert(1)//{EVIL}",
    f"JaVaScRiPt:alert('{EVIL}')",
    f"data:text/html,{EVIL}",
    f" //{EVIL}",
    f"\t//{EVIL}",
    f"\n//{EVIL}",
    f"%2f%2f{EVIL}//..",
    f"/%09/{EVIL}",
    f"/%5c{EVIL}",
    f"//{EVIL}%2f..",
    f"https://testserver.{EVIL}",
    f"ftp://{EVIL}",
    f"//{EVIL}:80/",
    f"/./\\{EVIL}",
    f"https://{EVIL}?testserver",
    f"https://{EVIL}#testserver",
    f"http:/\\/{EVIL}",
    f"//{EVIL}/%2e%2e",
    f"https://[::ffff:203.0.113.9]/{EVIL}",
    f"//203.0.113.9/{EVIL}",
)


def attributes(text: str) -> list[str]:
    """Where a page leads or loads from."""
    return re.findall(r"""(?:href|action|src|content)\s*=\s*["']([^"']+)""", text)


def addresses(text: str) -> list[str]:
    """What a mail program makes a link of."""
    return re.findall(r"""https?://[^\s"'<>]+""", text)


def test_the_corpora_are_as_large_as_promised():
    assert len(HOSTS) * 2 + len(FORWARDED) + len(NEXT) >= 60


@pytest.mark.parametrize("host", HOSTS)
@pytest.mark.parametrize("path", ["/", STATUS])
def test_it_refuses_a_hostile_host(host: str, path: str):
    answer = Client().get(path, headers={"host": host})
    assert answer.status_code == 400
    assert EVIL not in answer.content.decode()


@pytest.mark.parametrize("name", FORWARDED)
def test_it_ignores_a_forwarded_host(name: str):
    visitor = Visitor(headers={name: f"host={EVIL}" if name == "Forwarded" else EVIL})
    case = visitor.ask("access")[0]
    for path in ("/", NEW, STATUS, "/requests/new/done/", "/nowhere/"):
        assert EVIL not in visitor.get(path).content.decode()
    for notice in Notice.objects.filter(case=case):
        mail = notices.render(notice)
        assert EVIL not in mail.text + mail.html + mail.subject


def test_it_mails_links_to_the_fixed_address_alone():
    case = Visitor().ask("access")[0]
    mail = notices.render(Notice.objects.get(case=case))
    found = addresses(mail.text) + addresses(mail.html) + attributes(mail.html)
    assert len(found) >= 3
    assert all(link.startswith(f"{settings.PUBLIC_BASE_URL}/") for link in found)


@pytest.mark.parametrize("place", NEXT)
def test_it_follows_no_foreign_next(place: str, django_user_model):
    user = django_user_model.objects.create_user("cleo", password="a long enough password")
    client = Client()
    for path in ("/", NEW, STATUS, "/accounts/login/"):
        page = client.get(path, {"next": place})
        assert EVIL not in page.headers.get("Location", "")
        assert not [link for link in attributes(page.content.decode()) if EVIL in link]
    client.force_login(user)
    for path in ("/accounts/login/", "/accounts/logout/"):
        answer = client.post(path, {"next": place, "login": "cleo", "password": "a long enough password"})
        location = urljoin(f"http://testserver{path}", answer.headers.get("Location", "/").replace("\\", "/"))
        assert urlsplit(location).netloc == "testserver", location
        client.force_login(user)


BREAKS = (
    "\r\nBcc: x@evil.example",
    "\nBcc: x@evil.example",
    "\rBcc: x@evil.example",
    "%0d%0aBcc: x@evil.example",
    "\u2028Bcc: x@evil.example",
    "\u2029Bcc: x@evil.example",
    "\x0bBcc: x@evil.example",
    "\x0cBcc: x@evil.example",
    "\x85Bcc: x@evil.example",
    "\x00Bcc: x@evil.example",
    "\r\n\r\n<html>evil.example",
    "嘊嘍Bcc: x@evil.example",
)
FIELDS = ("given_name", "family_name", "email", "phone", "postal_address", "account_numbers", "details")
KNOWN = {"from", "to", "subject", "message-id", "date", "mime-version", "content-type", "content-transfer-encoding"}


@pytest.mark.parametrize(("field", "ending"), list(product(FIELDS, BREAKS)))
def test_it_sends_no_header_that_a_stranger_wrote(field: str, ending: str):
    visitor = Visitor()
    visitor.answer_what("access")
    about = ADA | {field: ADA.get(field, "x") + ending}
    if visitor.post(ABOUT, about).status_code == 302:
        name = " ".join(about[part] for part in ("given_name", "family_name"))
        visitor.send(signed_name=name)
    for notice in Notice.objects.filter(case__in=Case.objects.all()):
        mail = notices.render(notice)
        message = EmailMultiAlternatives(mail.subject, mail.text, to=[mail.to])
        parsed = email.message_from_bytes(message.message().as_bytes(), policy=email.policy.default)
        assert {name.lower() for name in parsed} <= KNOWN
        assert len(parsed["to"].addresses) == 1
        assert EVIL not in mail.subject


def test_it_refuses_a_line_break_in_an_address():
    visitor = Visitor()
    visitor.answer_what("access")
    page = visitor.post(ABOUT, ADA | {"email": "ada@example.org\r\nBcc: x@evil.example"})
    assert page.status_code == 200
    assert visitor.get(CHECK).headers["Location"] == ABOUT
