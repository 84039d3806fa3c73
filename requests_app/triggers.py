"""What the database itself enforces for changes in the sources, beside the release gate of migration 0003.

SQLite rebuilds a table to alter it, and a rebuilt table has lost its triggers: a migration that alters one lifts them
all first and sets them again at its end, in the form that they had then.
"""

from __future__ import annotations

from importlib import import_module

from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.state import StateApps

FIRST = import_module("requests_app.migrations.0003_triggers")
APPEND_ONLY = "requests_app_changerelease"
# What a package needs, but for the artefact scan: nothing is handed over.
CHANGE_GATE = {name: condition for name, condition in FIRST.GATE.items() if name != "scan"}
# The words of a step or a place that say "something was changed out there", and whose case must have been released.
CHANGED = {
    "requests_app_planstep": (
        "NEW.result IN ('deleted', 'nulled', 'pseudonymised')",
        "SELECT 1 FROM requests_app_changerelease r WHERE r.case_id = NEW.case_id",
    ),
    "requests_app_correctionplace": (
        "NEW.result IN ('corrected', 'partly')",
        """SELECT 1 FROM requests_app_changerelease r JOIN requests_app_correctionitem i ON i.case_id = r.case_id
        WHERE i.id = NEW.item_id""",
    ),
}


def _unreleased(table: str) -> str:
    changed, released = CHANGED[table]
    return f"{changed} AND NOT EXISTS ({released})"


def _sqlite() -> list[str]:
    statements: list[str] = [
        f"CREATE TRIGGER {APPEND_ONLY}_no_{verb} BEFORE {verb.upper()} ON {APPEND_ONLY} BEGIN "
        f"SELECT RAISE(ABORT, '{APPEND_ONLY} is append-only'); END"
        for verb in ("update", "delete")
    ]
    statements += [
        f"CREATE TRIGGER change_gate_{name} BEFORE INSERT ON {APPEND_ONLY} WHEN {condition} BEGIN "
        f"SELECT RAISE(ABORT, 'release gate: {name}'); END"
        for name, condition in CHANGE_GATE.items()
    ]
    statements += [
        f"CREATE TRIGGER {table}_released_{verb} BEFORE {event} ON {table} WHEN {_unreleased(table)} BEGIN "
        "SELECT RAISE(ABORT, 'changed without a release'); END"
        for table in CHANGED
        for verb, event in (("insert", "INSERT"), ("update", "UPDATE OF result"))
    ]
    return statements


def _postgresql() -> list[str]:
    refusal = "USING ERRCODE = 'integrity_constraint_violation'; END IF;"
    gate = " ".join(
        f"IF {condition} THEN RAISE EXCEPTION 'release gate: {name}' {refusal}"
        for name, condition in CHANGE_GATE.items()
    )
    statements = [
        f"CREATE FUNCTION umbs_change_gate() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN {gate} RETURN NEW; END $$",
        f"CREATE TRIGGER change_gate BEFORE INSERT ON {APPEND_ONLY} FOR EACH ROW EXECUTE FUNCTION umbs_change_gate()",
        f"""CREATE TRIGGER {APPEND_ONLY}_append_only BEFORE UPDATE OR DELETE ON {APPEND_ONLY}
        FOR EACH ROW EXECUTE FUNCTION umbs_append_only()""",
        f"""CREATE TRIGGER {APPEND_ONLY}_no_truncate BEFORE TRUNCATE ON {APPEND_ONLY}
        FOR EACH STATEMENT EXECUTE FUNCTION umbs_append_only()""",
    ]
    for table in CHANGED:
        statements += [
            f"""CREATE FUNCTION {table}_released() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
            IF {_unreleased(table)} THEN RAISE EXCEPTION 'changed without a release' {refusal} RETURN NEW; END $$""",
            f"""CREATE TRIGGER {table}_released BEFORE INSERT OR UPDATE OF result ON {table}
            FOR EACH ROW EXECUTE FUNCTION {table}_released()""",
        ]
    return statements


def lift(_apps: StateApps, editor: BaseDatabaseSchemaEditor) -> None:
    """Only SQLite needs it; PostgreSQL alters a table in place and keeps its triggers."""
    if editor.connection.vendor != "sqlite":
        return
    with editor.connection.cursor() as cursor:
        cursor.execute("SELECT name FROM sqlite_master WHERE type = 'trigger' AND tbl_name LIKE 'requests_app_%'")
        names = [name for (name,) in cursor.fetchall()]
    for name in names:
        editor.execute(f'DROP TRIGGER "{name}"', params=None)


def set_again(_apps: StateApps, editor: BaseDatabaseSchemaEditor) -> None:
    """The triggers of migration 0003, and those for changes in the sources."""
    lifted = FIRST.sqlite() if editor.connection.vendor == "sqlite" else []
    added = {"sqlite": _sqlite, "postgresql": _postgresql}[editor.connection.vendor]()
    for statement in [*lifted, *added]:
        editor.execute(statement, params=None)
