"""manage.py redact: JSON lines in, JSON lines out, one for one and flushed."""

from __future__ import annotations

import json
import sys
from typing import Any, TextIO

from django.core.management.base import BaseCommand

from fulfillment.redact.apply import masked
from fulfillment.redact.detect import NOBODY, detect
from fulfillment.redact.profile import Subject


class Command(BaseCommand):
    """Reads {"id","text","subject"} a line (any key may lack) and answers what is withheld."""

    help = "Redact JSON lines from stdin: {id, text, subject} in, {id, spans, roles, text} out."
    requires_system_checks = []

    def handle(self, *_args: Any, **_options: Any) -> None:
        """Answer line by line until the input ends; a bad line is answered, not fatal."""
        serve(sys.stdin, sys.stdout)


def serve(source: TextIO, sink: TextIO) -> None:
    """One line out per line in. Errors name the line, never its content."""
    for number, line in enumerate(source, 1):
        try:
            answer = _answer(json.loads(line))
        except (ValueError, TypeError, RecursionError) as error:
            reason = "not JSON" if isinstance(error, (json.JSONDecodeError, RecursionError)) else str(error)
            answer = {"error": f"line {number}: {reason}", "line": number}
        sink.write(json.dumps(answer, ensure_ascii=False) + "\n")
        sink.flush()


def _answer(asked: Any) -> dict[str, Any]:
    if not isinstance(asked, dict):
        raise TypeError("expected a JSON object")
    text = asked.get("text") or ""
    if not isinstance(text, str):
        raise TypeError("text must be a string")
    given = asked.get("subject") or {}
    if not isinstance(given, dict):
        raise TypeError("subject must be an object")
    spans = detect(text, Subject.of(given) if given else NOBODY)
    return {
        "id": asked.get("id"),
        "spans": [[s.start, s.end, s.label] for s in spans],
        "roles": [s.role for s in spans],
        "text": masked(text, spans),
    }
