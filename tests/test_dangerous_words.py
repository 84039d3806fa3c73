"""T20: nothing runs or fills in what people typed."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest
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
    "umbs_privacy/servers/postgres.py": "the name of a database, quoted by the driver",
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
    "{0[__class__]}",
    "{:>9999}",
    "%9999d",
    "{reference} %(reference)s",
    "{{ 7|add:7 }}{# gone #}",
    "{% include 'base.html' %}",
    "{% debug %}",
    "{{ config.items() }}",
    "{{ cycler.__init__.__globals__.os.popen('id').read() }}",
    "${self.module.cache.util.os.system('id')}",
    "<% import os %>${os.getcwd()}",
    "*{7*7} @(7*7) [[${7*7}]]",
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
        assert page.count(escape(template)) >= 2, template


def test_t20_it_runs_nothing_that_was_typed() -> None:
    assert {name: found for name, tree in MODULES.items() if (found := list(faults(tree)))} == {}


@pytest.mark.parametrize(
    "text", ["eval(x)", "exec(x)", "compile(x, '', 'exec')", "import pickle", "from mako import a", "yaml.load(x)"]
)
def test_t20_it_would_see_what_is_banned(text: str) -> None:
    assert list(faults(ast.parse(text))) != []
