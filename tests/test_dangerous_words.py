"""T20 and T22: nothing that runs what people typed, and no regular expression of ours that a text can hold up."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path
from re import _constants as kinds  # type: ignore[attr-defined]
from re import _parser as parser  # type: ignore[attr-defined]
from typing import Any

import pytest
from django.test import Client
from django.utils.html import escape
from pytest_django import Settings

from requests_app.permissions import Role, consumer, staff
from requests_app.services import messages
from tests.characters import user
from tests.factories import opened
from tests.requests_app.test_staff_pages import desk

ROOT = Path(__file__).parents[1]
MODULES = {
    str(path.relative_to(ROOT)): ast.parse(path.read_text(encoding="utf-8"))
    for package in ("requests_app", "fulfillment", "umbs_privacy")
    for path in sorted((ROOT / package).rglob("*.py"))
}
CALLS = {"eval", "exec", "compile", "__import__"}
IMPORTS = {"pickle", "marshal", "shelve", "dill", "jinja2", "mako", "code", "codeop"}
UNSAFE_YAML = {"load", "load_all", "unsafe_load", "full_load"}


def faults(tree: ast.AST) -> Iterator[str]:
    for node in ast.walk(tree):
        match node:
            case ast.Call(func=ast.Name(id=name)) if name in CALLS:
                yield f"{node.lineno}: {name}()"
            case ast.Call(func=ast.Attribute(value=ast.Name(id="yaml"), attr=name)) if name in UNSAFE_YAML:
                yield f"{node.lineno}: yaml.{name}()"
            case ast.Import(names=names) if found := IMPORTS & {one.name.partition(".")[0] for one in names}:
                yield f"{node.lineno}: import {found}"
            case ast.ImportFrom(module=str(module)) if module.partition(".")[0] in IMPORTS:
                yield f"{node.lineno}: from {module}"


# Where a text that is no constant is filled in: one of ours, from the module, the catalogue or a file.
OURS = {
    "requests_app/derivation.py": "the sentences of a derivation",
    "requests_app/telling.py": "the same, translated",
    "requests_app/phone/script.py": "the lines of the phone script",
    "fulfillment/redact/labels.py": "the frame of a redaction",
    "fulfillment/connectors/sql_engine.py": "an error of ours",
    "umbs_privacy/demo/archive.py": "a trigger of the demo",
    "umbs_privacy/demo/mailing.py": "the mailing of the demo",
    "umbs_privacy/demo/prose.py": "invented notes",
    "umbs_privacy/management/backing_postgresql.py": "a count for the backup",
}


def fills_in(node: ast.AST) -> bool:
    """Whether `.format` is called on anything but a text that stands there."""
    match node:
        case ast.Call(func=ast.Attribute(value=ast.Constant(), attr="format" | "format_map")):
            return False
        case ast.Call(func=ast.Attribute(attr="format" | "format_map")):
            return True
    return False


def test_t20_it_fills_in_no_text_but_its_own() -> None:
    assert {name for name, tree in MODULES.items() if any(map(fills_in, ast.walk(tree)))} == set(OURS)


TEMPLATES = [
    "{{ 7*7 }}",
    "{% load static %}",
    "{{ settings.SECRET_KEY }}",
    "{{ ''.__class__.__mro__ }}",
    "${7*7}",
    "<%= 7*7 %>",
    "{0.__class__}",
    "{case.__init__.__globals__}",
    "%(password)s",
    "%s%n",
    "#{7*7}",
    "{name!r}",
]


@pytest.mark.django_db
def test_t20_it_shows_what_was_typed_as_it_was_typed(settings: Settings) -> None:
    settings.UMBS_STAFF_MFA = False
    case = opened()
    text = "\n".join(TEMPLATES)
    messages.write(case_id=case.id, by=consumer(case.id), text=text)
    messages.note(case_id=case.id, by=staff(user(Role.ANALYST)), text=text)
    page = desk().get(f"/staff/cases/{case.reference}/messages/").content.decode()
    for template in TEMPLATES:
        assert page.count(escape(template)) == 2, template


def test_t20_it_runs_nothing_that_was_typed() -> None:
    assert {name: found for name, tree in MODULES.items() if (found := list(faults(tree)))} == {}


@pytest.mark.parametrize(
    "text", ["eval(x)", "exec(x)", "compile(x, '', 'exec')", "import pickle", "from mako import a", "yaml.load(x)"]
)
def test_t20_it_would_see_what_is_banned(text: str) -> None:
    assert list(faults(ast.parse(text))) != []


def patterns() -> Iterator[tuple[str, str]]:
    """Every pattern written as one text, with its place."""
    for name, tree in MODULES.items():
        for node in ast.walk(tree):
            match node:
                case ast.Call(func=ast.Attribute(value=ast.Name(id="re")), args=[ast.Constant(value=str(pattern)), *_]):
                    yield f"{name}:{node.lineno}", pattern


def holds_up(parsed: Any, *, inside: bool = False) -> bool:
    """A repeat without end in a repeat without end, where the inner one can be all of a round: `(a+)+`."""
    alone = inside and len(parsed) == 1
    for kind, value in parsed:
        bodies: list[tuple[Any, bool]] = []
        if kind in {kinds.MAX_REPEAT, kinds.MIN_REPEAT}:
            endless = value[1] is kinds.MAXREPEAT
            if alone and endless:
                return True
            bodies = [(value[2], endless or inside)]
        elif kind is kinds.SUBPATTERN:
            bodies = [(value[-1], alone)]
        elif kind is kinds.BRANCH:
            bodies = [(one, alone) for one in value[1]]
        if any(holds_up(body, inside=within) for body, within in bodies):
            return True
    return False


@pytest.mark.parametrize("pattern", ["(a+)+$", "(a*)*", "([a-z]+)*x", "(?:a|b+)+", "((a+))+", "(?:(?:a+)|c)*$"])
def test_t22_it_would_see_a_pattern_that_a_text_can_hold_up(pattern: str) -> None:
    assert holds_up(parser.parse(pattern))


@pytest.mark.parametrize("pattern", ["a+b+", "(ab+)+", "(?:a+,)*a+", "[a-z]+(?:-[a-z]+)*", "(a{1,3})+", "(?:a+)b"])
def test_t22_it_leaves_a_pattern_that_none_can(pattern: str) -> None:
    assert not holds_up(parser.parse(pattern))


def test_t22_it_has_no_pattern_of_its_own_that_a_text_can_hold_up() -> None:
    found = dict(patterns())
    assert len(found) > 30
    assert [place for place, pattern in found.items() if holds_up(parser.parse(pattern))] == []


DEEP = {"lists": b"[" * 900_000, "objects": b'{"a":' * 200_000, "closed": b"[" * 500_000 + b"]" * 500_000}


@pytest.mark.django_db
@pytest.mark.parametrize("shape", DEEP)
def test_t22_it_refuses_deep_json_in_words(shape: str) -> None:
    answer = Client().post("/api/v1/requests/", DEEP[shape], content_type="application/json")
    assert answer.status_code == 400
    assert answer["Content-Type"] == "application/problem+json"


@pytest.mark.django_db
def test_t22_it_refuses_ten_megabytes_of_json_unread() -> None:
    answer = Client().post("/api/v1/requests/", b"[" * 10_000_000, content_type="application/json")
    assert answer.status_code == 413
    assert re.search("2 MB", answer.json()["detail"])
