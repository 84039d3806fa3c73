"""SQL for "the same e-mail address" and "the same telephone number", in each database's own words.

An index on the same expression (`lower(email)`, `regexp_replace(phone, '[^0-9]', '', 'g')`) makes them quick.
"""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.functions import FunctionElement

SEPARATORS = (" ", "-", "(", ")", ".", "+", "/")


class Folded(FunctionElement[str]):
    """The text in lower case. MySQL would otherwise hold é and e to be the same letter: two people, one answer."""

    inherit_cache = True
    type = sa.String()


class Digits(FunctionElement[str]):
    """The digits of the text."""

    inherit_cache = True
    type = sa.String()


@compiles(Folded)
def _lower(element: Folded, compiler: SQLCompiler, **kw: Any) -> str:
    return f"lower({compiler.process(element.clauses, **kw)})"


@compiles(Folded, "mysql")
@compiles(Folded, "mariadb")
def _lower_exactly(element: Folded, compiler: SQLCompiler, **kw: Any) -> str:
    return f"(CONVERT(LOWER({compiler.process(element.clauses, **kw)}) USING utf8mb4) COLLATE utf8mb4_bin)"


@compiles(Digits)
def _without_separators(element: Digits, compiler: SQLCompiler, **kw: Any) -> str:
    text = compiler.process(element.clauses, **kw)
    for separator in SEPARATORS:
        text = f"replace({text}, '{separator}', '')"
    return text


@compiles(Digits, "postgresql")
def _by_pattern_everywhere(element: Digits, compiler: SQLCompiler, **kw: Any) -> str:
    return f"regexp_replace({compiler.process(element.clauses, **kw)}, '[^0-9]', '', 'g')"


@compiles(Digits, "mysql")
@compiles(Digits, "mariadb")
def _by_pattern(element: Digits, compiler: SQLCompiler, **kw: Any) -> str:
    return f"REGEXP_REPLACE({compiler.process(element.clauses, **kw)}, '[^0-9]', '')"
