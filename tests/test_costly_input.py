"""T22: no text, form, table of contents or data map costs more than its length, and no XML fetches anything."""

from __future__ import annotations

import ast
import importlib
import pkgutil
import re
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.test import Client

import fulfillment
import requests_app
import umbs_privacy
from fulfillment.connectors.documents import UnreadableDocument, parts
from fulfillment.datamap.located import MapError, read
from tests import bombs, redos
from tests.test_dangerous_words import MODULES

CHILDREN = {"fulfillment.pdf.render"}  # the printer's own process: its patterns are read from its text


# --- regular expressions -----------------------------------------------------------------------------------------


def patterns() -> dict[re.Pattern[str], str]:
    """Every pattern of ours: those that stand in a call, and those that a module holds, in whatever it holds."""
    found: dict[re.Pattern[str], str] = {}
    for name, tree in MODULES.items():
        for node in ast.walk(tree):
            match node:
                case ast.Call(func=ast.Attribute(value=ast.Name(id="re")), args=[ast.Constant(value=str(pattern)), *_]):
                    found.setdefault(re.compile(pattern), f"{name}:{node.lineno}")
    for package in (requests_app, fulfillment, umbs_privacy):
        for module in pkgutil.walk_packages(package.__path__, f"{package.__name__}."):
            if module.name not in CHILDREN and not module.name.endswith(("wsgi", "celery", "settings")):
                for pattern in held(list(vars(importlib.import_module(module.name)).values())):
                    found.setdefault(pattern, module.name)
    return found


def held(thing: Any, depth: int = 0) -> Iterator[re.Pattern[str]]:
    if isinstance(thing, re.Pattern) and isinstance(thing.pattern, str):
        yield thing
    elif depth < 4:
        inside = thing.values() if isinstance(thing, dict) else thing
        if isinstance(inside, (list, tuple, set, frozenset, type({}.values()))):
            for one in inside:
                yield from held(one, depth + 1)
        elif getattr(type(thing), "__module__", "").startswith(("requests_app", "fulfillment")):
            names = getattr(type(thing), "__dataclass_fields__", {})
            yield from held([getattr(thing, name, None) for name in names], depth + 1)


@pytest.mark.parametrize(
    "pattern",
    [
        *("(a+)+$", "([a-z]+)*x", "(?:a|b+)+$", "((a+))+$", "(?:(?:a+)|c)*$", "(a|a)*b", "(a|aa)+$", "(.*a){12}"),
        *(r"^(\w+\s?)*$", "(x+x+)+y", r"(ab|a|b)*z", r"\d+\d+\d+\d+x", r"^([\w.]+)+@"),
    ],
)
def test_t22_it_would_see_a_pattern_that_a_text_can_hold_up(pattern: str) -> None:
    assert redos.slowest(re.compile(pattern)) > redos.LIMIT


@pytest.mark.parametrize("pattern", ["a+b+", "(ab+)+", "(?:a+,)*a+", "[a-z]+(?:-[a-z]+)*", "(a{1,3})b", "(?:a+)b"])
def test_t22_it_leaves_a_pattern_that_none_can(pattern: str) -> None:
    assert redos.slowest(re.compile(pattern)) < redos.LIMIT


def test_t22_it_has_no_pattern_of_its_own_that_a_text_can_hold_up() -> None:
    found = patterns()
    took = {place: redos.slowest(pattern) for pattern, place in found.items()}
    print(f"{len(found)} patterns, the slowest near-match {max(took.values()) * 1000:.1f} ms")
    assert len(found) > 100
    assert {place: seconds for place, seconds in took.items() if seconds > redos.LIMIT} == {}


# --- JSON and forms ----------------------------------------------------------------------------------------------

DEEP = {"lists": b"[" * 900_000, "objects": b'{"a":' * 200_000, "closed": b"[" * 500_000 + b"]" * 500_000}
BROAD = {
    "within the depth that is read": b'{"a":' * 900 + b"1" + b"}" * 900,
    "a thousand names": b"{" + b",".join(b'"n%d":1' % number for number in range(1_000)) + b"}",
    "a thousand addresses": b'{"person": {"emails": [' + b",".join([b"{}"] * 1_000) + b"]}}",
    "a hundred thousand names": b"{" + b",".join(b'"n%d":1' % number for number in range(100_000)) + b"}",
    "a long number": b'{"right": ' + b"9" * 4_000 + b"}",
    "a longer number": b'{"right": ' + b"9" * 1_000_000 + b"}",
}


def sent(body: bytes, kind: str = "application/json") -> tuple[Any, float]:
    """The answer, and the least of three costs: what else a process does (imports, its collector) only adds to one."""
    client, costs = Client(), []
    for _ in range(3):
        began = time.thread_time()
        answer = client.post("/api/v1/requests/", body, content_type=kind)
        costs.append(time.thread_time() - began)
    return answer, min(costs)


@pytest.mark.django_db
@pytest.mark.parametrize("shape", [*DEEP, *BROAD])
def test_t22_it_refuses_deep_and_broad_json_in_words(shape: str) -> None:
    answer, seconds = sent((DEEP | BROAD)[shape])
    assert answer.status_code == 400
    assert answer["Content-Type"] == "application/problem+json"
    assert len(answer.content) < 10_000
    assert seconds < 0.2


@pytest.mark.django_db
def test_t22_it_refuses_ten_megabytes_of_json_unread() -> None:
    """413 rather than 400: whoever sends too much is told how much may be sent (RFC 9110, 15.5.14)."""
    answer, seconds = sent(b"[" * 10_000_000)
    assert answer.status_code == 413
    assert re.search("2 MB", answer.json()["detail"])
    assert seconds < 0.2


@pytest.mark.django_db
def test_t22_it_takes_no_form_with_thousands_of_fields() -> None:
    """And nobody can know which names would fall into one place of a table: each process draws its own seed."""
    fields = "&".join(f"n{number}=1" for number in range(5_000)).encode()
    assert Client().post("/requests/status/", fields, "application/x-www-form-urlencoded").status_code == 400
    assert sys.flags.hash_randomization == 1


# --- XML and YAML ------------------------------------------------------------------------------------------------


def test_t22_it_reads_xml_in_one_place_which_resolves_nothing() -> None:
    readers = re.compile(r"^(xml|lxml|html5lib|xmltodict|bs4)\b")
    found = {
        name
        for name, tree in MODULES.items()
        for node in ast.walk(tree)
        if (isinstance(node, ast.ImportFrom) and readers.match(node.module or ""))
        or (isinstance(node, ast.Import) and any(readers.match(one.name) for one in node.names))
    }
    assert found == {"fulfillment/scan/office.py"}
    (call,) = [
        node
        for node in ast.walk(MODULES["fulfillment/scan/office.py"])
        if isinstance(node, ast.Call) and ast.unparse(node.func) == "etree.XMLParser"
    ]
    assert {one.arg: ast.literal_eval(one.value) for one in call.keywords} == {
        "resolve_entities": False,
        "no_network": True,
        "huge_tree": False,
    }


def word(entity: bytes) -> bytes:
    """A Word file whose text is an entity."""
    xml = b'<?xml version="1.0"?><!DOCTYPE w [%s]><w:document xmlns:w="%s"><w:body><w:p><w:r><w:t>&x;</w:t></w:r></w:p>'
    name = b"http://schemas.openxmlformats.org/wordprocessingml/2006/main"
    return bombs.word(xml % (entity, name) + b"</w:body></w:document>")


def test_t22_it_reads_no_file_and_multiplies_no_text_for_a_word_file(tmp_path: Path) -> None:
    secret = tmp_path / "secret.txt"
    secret.write_text("canary-7731")
    laughs = b'<!ENTITY a "ha">' + b"".join(b'<!ENTITY %c "%s">' % (98 + n, b"&%c;" % (97 + n) * 10) for n in range(9))
    for entity in (b'<!ENTITY x SYSTEM "%s">' % secret.as_uri().encode(), laughs + b'<!ENTITY x "&j;">'):
        began, read = time.thread_time(), ""
        try:
            read = "".join(part.text for part in parts("letter.docx", word(entity)))
        except UnreadableDocument:
            read = "refused"
        assert "canary" not in read
        assert len(read) < 1000
        assert time.thread_time() - began < 1


def aliases(levels: int) -> str:
    rows = ["a0: &a0 [x, x, x, x, x, x, x, x, x, x]"]
    rows += [f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 10)}]" for n in range(1, levels)]
    return "\n".join(rows)


@pytest.mark.parametrize("text", [aliases(9), "a: &a [*a]", "[" * 100_000, "a: !!python/object/apply:os.getcwd []"])
def test_t22_it_refuses_a_data_map_that_unpacks_or_runs(text: str) -> None:
    began = time.thread_time()
    with pytest.raises(MapError):
        read(text, file="map.yml")
    assert time.thread_time() - began < 2
