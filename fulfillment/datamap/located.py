"""YAML that remembers its lines: plain values beside the line of every key and list element."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import yaml

MAX_BYTES = 4 * 1024 * 1024
MAX_NODES = 200_000
MAX_DEPTH = 100

Path = tuple[str | int, ...]


@dataclass(frozen=True, slots=True, order=True)
class Problem:
    """One mistake in a data map, at its place."""

    file: str
    line: int
    message: str

    def __str__(self) -> str:
        return f"{self.file}:{self.line}: {self.message}"


class MapError(Exception):
    """Every problem found in one reading; the text has one line for each."""

    def __init__(self, problems: list[Problem]) -> None:
        self.problems = sorted(set(problems))
        super().__init__("\n".join(map(str, self.problems)))


@dataclass(slots=True)
class Located:
    """The value of a YAML file, and `line(path)` for any place in it (the nearest known parent when absent)."""

    file: str
    value: Any
    lines: dict[Path, int]
    problems: list[Problem] = field(default_factory=list)

    def line(self, path: Path) -> int:
        while path and path not in self.lines:
            path = path[:-1]
        return self.lines.get(path, 1)

    def problem(self, path: Path, message: str) -> None:
        self.problems.append(Problem(self.file, self.line(path), message))


def read(text: str, *, file: str) -> Located:
    """Parse one YAML document safely; raises `MapError` when it is not YAML, too large, or expands without end."""
    if len(text) > MAX_BYTES:
        raise MapError([Problem(file, 1, f"the file is larger than {MAX_BYTES // 1024 // 1024} MiB; split it")])
    loader = yaml.CSafeLoader(text)
    try:
        _check_depth(text, file)
        node = loader.get_single_node()
        if node is None:
            raise MapError([Problem(file, 1, "the file is empty")])
        located = Located(file, None, {})
        _index(node, (), located, open_nodes=set())
        located.value = loader.construct_document(node)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        line = mark.line + 1 if mark else 1
        raise MapError([Problem(file, line, f"not valid YAML: {error.problem or error.context}")]) from None
    except (yaml.YAMLError, ValueError) as error:
        raise MapError([Problem(file, 1, f"not valid YAML: {type(error).__name__}")]) from None
    finally:
        loader.dispose()
    return located


def _check_depth(text: str, file: str) -> None:
    """Before anything is built: libyaml builds by recursion in C, and takes the process with it when that ends."""
    depth = 0
    for event in yaml.parse(text, Loader=yaml.CSafeLoader):
        depth += isinstance(event, yaml.CollectionStartEvent) - isinstance(event, yaml.CollectionEndEvent)
        if depth > MAX_DEPTH:
            line = event.start_mark.line + 1 if event.start_mark else 1
            raise MapError([Problem(file, line, f"nested more than {MAX_DEPTH} levels deep")])


def _index(node: yaml.Node, path: Path, located: Located, open_nodes: set[int]) -> None:
    """Note the line of every path. Aliases repeat a node: the count stops a file that would expand without end."""
    if len(located.lines) > MAX_NODES or id(node) in open_nodes:
        raise MapError([Problem(located.file, node.start_mark.line + 1, "anchors expand too far; write them out")])
    located.lines.setdefault(path, node.start_mark.line + 1)
    open_nodes.add(id(node))
    if isinstance(node, yaml.MappingNode):
        for key, value in node.value:
            if not isinstance(key, yaml.ScalarNode):
                raise MapError([Problem(located.file, key.start_mark.line + 1, "a key must be plain text")])
            here = (*path, key.value)
            if here in located.lines:
                located.problems.append(
                    Problem(located.file, key.start_mark.line + 1, f"'{key.value}' is given twice; keep one")
                )
            located.lines[here] = key.start_mark.line + 1
            _index(value, here, located, open_nodes)
    elif isinstance(node, yaml.SequenceNode):
        for position, value in enumerate(node.value):
            _index(value, (*path, position), located, open_nodes)
    open_nodes.discard(id(node))
