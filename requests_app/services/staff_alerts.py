"""Whatever is done about an account, the other administrators are told at once, by mail."""

from __future__ import annotations

from functools import partial

from django.conf import settings
from django.core.mail import send_mail
from django.db import transaction
from django.urls import reverse

from requests_app.models import StaffEvent, User
from requests_app.permissions import Role


def tell(event: StaffEvent) -> None:
    """After the commit; a mail server that is down undoes nothing: the event is on the page of the account."""
    others = User.objects.filter(role=Role.ADMIN.value, is_active=True).exclude(email="")
    addresses = [other.email for other in others.order_by("pk") if other.pk != event.by_id]
    if not addresses:
        return
    name = event.user.username
    who = event.by.username if event.by else "the command line"
    place = settings.PUBLIC_BASE_URL + reverse("staff:person", kwargs={"username": name})
    text = f"{event.get_kind_display()}.\n\nAccount: {name}\nBy: {who}\n{event.detail}\n\n{place}\n"
    for address in addresses:
        mail = partial(send_mail, "Staff account: something was done", text, None, [address])
        transaction.on_commit(mail, robust=True)
