"""The house rules that a parser can check: who may import whom, how long a file may be, what is written nowhere."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

PACKAGES = ("umbs_privacy", "requests_app", "fulfillment")
LONGEST = 400

# The longest matching prefix decides. What a package may import of the project is listed in full: an allow-list.
BELOW = "lifecycle models deadlines derivation holidays reference regimes permissions exceptions vault ledger".split()
BELOW += "work signals gate catalogue tomlfile reasons".split()
SCREEN = "services selectors models permissions exceptions access regimes deadlines casefile".split()
SCREEN += "forms serving uploads visitor vault reference reasons".split()
WORDS = "lifecycle.State lifecycle.Right lifecycle.Outcome".split()  # the names of things, not what moves them
SEAM = "casefile signals work access lifecycle.State".split()


def within(package: str, *parts: str) -> tuple[str, ...]:
    return tuple(f"{package}.{part}" for part in parts)


MAY_IMPORT: dict[str, tuple[str, ...]] = {
    "umbs_privacy": ("umbs_privacy", "*.urls"),
    "umbs_privacy.bench": PACKAGES,
    "umbs_privacy.demo": PACKAGES,
    "umbs_privacy.management": PACKAGES,
    "requests_app": ("requests_app",),
    **{f"requests_app.{part}": within("requests_app", *BELOW) for part in BELOW},
    **{
        f"requests_app.{screen}": (f"requests_app.{screen}", *within("requests_app", *SCREEN, *WORDS))
        for screen in ("portal", "staff", "phone", "api")
    },
    "fulfillment": ("fulfillment", *within("requests_app", *SEAM)),
    "fulfillment.connectors": ("fulfillment.connectors",),
    "fulfillment.pdf.render": ("fulfillment.pdf.finish",),
}
NO_MODELS = (
    "fulfillment.connectors",
    "fulfillment.pdf.render",
    *within("requests_app", "deadlines", "derivation", "holidays", "reference", "regimes", "reasons"),
)
ONLY_IN = {"weasyprint": "fulfillment.pdf.render"}
BANNED_CALLS = {"eval", "exec", "pickle.load", "pickle.loads", "yaml.load", "bulk_update", "mark_safe", "os.system"}
BANNED_CALLS |= {"localdate"}  # a process may stand on another day than the company: clock.today()
BANNED_IMPORTS = {"pickle", "shelve", "marshal"}
MACHINE_PATH = re.compile(r"/(?:work|home/[a-z]+|Users|root)/|/opt/(?:pypi|wheels)")
SKIPS = {"skip", "skipif", "xfail", "importorskip"}


def module_name(root: Path, file: Path) -> str:
    return ".".join(file.relative_to(root).with_suffix("").parts).removesuffix(".__init__")


def rule_for(module: str) -> tuple[str, ...]:
    return MAY_IMPORT[max((prefix for prefix in MAY_IMPORT if is_part(module, prefix)), key=len)]


def is_part(module: str, prefix: str) -> bool:
    return module == prefix or module.startswith(f"{prefix}.")


def imports(tree: ast.AST) -> Iterator[tuple[ast.stmt, str]]:
    """Each imported name in full: `from a.b import c` is both `a.b` and `a.b.c`, so the longer one is given."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from ((node, alias.name) for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield from ((node, f"{node.module}.{alias.name}") for alias in node.names)


def called(node: ast.Call) -> set[str]:
    """`a.b.c(...)` is called `c`, `b.c` and `a.b.c`."""
    parts = ast.unparse(node.func).split(".")
    return {".".join(parts[start:]) for start in range(len(parts))}


def allowed(module: str, target: str) -> bool:
    rule = rule_for(module)
    return any(is_part(target, entry) for entry in rule) or ("*.urls" in rule and ".urls" in target)


def import_faults(module: str, tree: ast.Module) -> Iterator[tuple[int, str]]:
    for node, target in imports(tree):
        top = target.partition(".")[0]
        if top in PACKAGES and not allowed(module, target):
            yield node.lineno, f"{module} may not import {target}"
        if target.startswith("django.db") and any(is_part(module, prefix) for prefix in NO_MODELS):
            yield node.lineno, f"{module} knows no Django models"
        if top in BANNED_IMPORTS or (top in ONLY_IN and not is_part(module, ONLY_IN[top])):
            yield node.lineno, f"{module} may not import {top}"
        if node not in tree.body and not in_type_checking(tree, node):
            yield node.lineno, "imports stand at the top of the file; a cycle means a thing lives in the wrong file"


def in_type_checking(tree: ast.Module, node: ast.stmt) -> bool:
    blocks = (block for block in tree.body if isinstance(block, ast.If) and "TYPE_CHECKING" in ast.unparse(block.test))
    return any(node in block.body for block in blocks)


def call_faults(module: str, tree: ast.Module) -> Iterator[tuple[int, str]]:
    for node in ast.walk(tree):
        if not isinstance(node, ast.Call):
            continue
        names = called(node)
        for name in sorted(names & BANNED_CALLS):
            yield node.lineno, f"{name}() is written nowhere"
        moves = "update" in names and any(keyword.arg == "state" for keyword in node.keywords)
        if moves and not is_part(module, "fulfillment"):  # which has jobs with a state of their own, and no case rows
            yield node.lineno, "only services/transition.move changes a state"


def untested(tree: ast.Module) -> Iterator[tuple[int, str]]:
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef) and node.name.startswith("test_"):
            inside = list(ast.walk(node))
            asserts = any(isinstance(part, ast.Assert) for part in inside)
            raises = any("raises" in called(part) for part in inside if isinstance(part, ast.Call))
            expects = any(
                name.startswith("expect") for part in inside if isinstance(part, ast.Call) for name in called(part)
            )
            if not (asserts or raises or expects):
                yield node.lineno, f"{node.name} asserts nothing"
        if isinstance(node, ast.Attribute) and node.attr in SKIPS and ast.unparse(node.value).startswith("pytest"):
            yield node.lineno, "no test is skipped"


def faults(root: Path, files: list[Path]) -> list[str]:
    """Every fault of the tree at `root`, each as `file:line: what is wrong`."""
    found: list[str] = []
    for file in files:
        text, place = file.read_text(encoding="utf-8"), file.relative_to(root)
        tree = ast.parse(text)
        lines: list[tuple[int, str]] = []
        first = next((node for node in tree.body if not is_docstring(node)), None)
        if first is not None and ast.unparse(first) != "from __future__ import annotations":
            lines.append((first.lineno, "`from __future__ import annotations` comes first"))
        if (length := text.count("\n")) > LONGEST and "migrations" not in place.parts:
            lines.append((length, f"{length} lines; split it by topic at {LONGEST}"))
        lines += [(number, "names a path of one machine") for number in machine_paths(text)]
        if place.parts[0] in PACKAGES:
            lines += [*import_faults(module_name(root, file), tree), *call_faults(module_name(root, file), tree)]
        if file.name.startswith("test_"):
            lines += untested(tree)
        found += [f"{place}:{number}: {what}" for number, what in lines]
    return sorted(found)


def machine_paths(text: str) -> Iterator[int]:
    for number, line in enumerate(text.splitlines(), start=1):
        if MACHINE_PATH.search(line) and "MACHINE_PATH" not in line:
            yield number


def is_docstring(node: ast.stmt) -> bool:
    return isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)
