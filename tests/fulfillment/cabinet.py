"""A paper cabinet among the sources, and its owner: reads the mail, opens the page, answers."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import yaml
from django.http import HttpResponse
from django.test import Client

from fulfillment import survey
from fulfillment.models import ManualTask
from requests_app.models import Case, Notice
from requests_app.services.notices import content, render

OWNER = "records-room@example.org"
FREE = {"data_categories": ["user.content.private"], "fides_meta": {"umbs": {"free_text": True}}}
BLOCK: dict[str, Any] = {
    "key": "cabinet",
    "name": "Paper cabinet",
    "owner": OWNER,
    "role": "controller",
    "connector": "manual",
}


def described(**changes: Any) -> dict[str, Any]:
    fields = [{"name": name, **FREE} for name in ("paper", "place", "dated", "text")]
    collection = {"name": "papers", "fields": fields}
    return {"source": BLOCK | changes, "dataset": [{"fides_key": "cabinet", "collections": [collection]}]}


def connect(folder: Path, **changes: Any) -> None:
    path = folder / "cabinet.yml"
    path.write_text(yaml.safe_dump(described(**changes)), encoding="utf-8")
    survey.apply([path])


def task(case: Case) -> ManualTask:
    return ManualTask.objects.get(case_id=case.id)


def mails(case: Case) -> list[Notice]:
    return list(case.notices.filter(kind=Notice.Kind.OWNER_TASK).order_by("ordered_at"))


def key(notice: Notice) -> str:
    """As the owner reads it in the mail."""
    return re.findall(r"\b(?:[A-Z2-7]{4}-){6}[A-Z2-7]{2}\b", render(notice).text)[0]


def address(notice: Notice) -> str:
    return str(content(notice)["parameters"]["task_url"])


def post(case: Case, **said: Any) -> HttpResponse:
    """Send a form of the page with the newest key, or another one."""
    notice = mails(case)[-1]
    return Client(enforce_csrf_checks=False).post(f"/tasks/{task(case).id}/", {"key": key(notice), **said})
