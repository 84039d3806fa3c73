"""What the database itself enforces beside the gate of migration 0003: for changes in the sources, and for agents.

SQLite rebuilds a table to alter it, and a rebuilt table has lost its triggers: a migration that alters one lifts them
all first and sets them again at its end, in the form that they had then.
"""

from __future__ import annotations

from importlib import import_module

from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.state import StateApps

FIRST = import_module("requests_app.migrations.0003_triggers")
APPEND_ONLY = "requests_app_changerelease"
STAFF_EVENTS = "requests_app_staffevent"
# Whoever asks for somebody else must have been heard first (11 CCR 7063): the condition that the gate of 0003 lacks.
AUTHORITY = """EXISTS (SELECT 1 FROM requests_app_representation r WHERE r.case_id = NEW.case_id
    AND r.ruling <> 'accepted')"""
# What a package needs, but for the artefact scan: nothing is handed over.
CHANGE_GATE = {name: condition for name, condition in FIRST.GATE.items() if name != "scan"} | {"authority": AUTHORITY}
# The words of a step or a place that say "something was changed out there", and whose case must have been released.
CHANGED = {
    "requests_app_planstep": (
        "NEW.result IN ('deleted', 'nulled', 'pseudonymised', 'trimmed')",
        "SELECT 1 FROM requests_app_changerelease r WHERE r.case_id = NEW.case_id",
    ),
    "requests_app_correctionplace": (
        "NEW.result IN ('corrected', 'partly')",
        """SELECT 1 FROM requests_app_changerelease r JOIN requests_app_correctionitem i ON i.case_id = r.case_id
        WHERE i.id = NEW.item_id""",
    ),
}

# A step is begun before its source is told anything: what a hold covers never is. Its result is a fact, and goes in,
# also with a row that is written whole and was begun before the hold came.
STEPS = "requests_app_planstep"
BEGUN = "begun_at"
HELD = """NEW.begun_at IS NOT NULL AND EXISTS (SELECT 1 FROM requests_app_sourcehold h WHERE h.lifted_at IS NULL
    AND h.source_key = NEW.source_key AND h.collection IN ('', NEW.collection))"""

# A file that another visit has too shuts the gate until somebody who did not prepare the case has cleared it (T3).
EVIDENCE = "requests_app_evidence"
CLEARED = "cleared_by_id"
REPEATED = """EXISTS (SELECT 1 FROM requests_app_evidence e JOIN requests_app_case c ON c.id = e.case_id
    WHERE e.case_id = NEW.case_id AND e.purpose <> 'owner'
    AND (e.cleared_by_id IS NULL OR EXISTS (SELECT 1 FROM requests_app_preparer p WHERE p.case_id = e.case_id
        AND p.user_id = e.cleared_by_id))
    AND EXISTS (SELECT 1 FROM requests_app_evidence o JOIN requests_app_case d ON d.id = o.case_id
        WHERE o.digest_index = e.digest_index AND o.purpose <> 'owner' AND d.visit <> c.visit))"""
GATED = ("requests_app_release", APPEND_ONLY)


def _unreleased(table: str) -> str:
    changed, released = CHANGED[table]
    return f"{changed} AND NOT EXISTS ({released})"


def _sqlite() -> list[str]:
    statements = _sqlite_append_only(APPEND_ONLY)
    statements.append(
        f"CREATE TRIGGER release_gate_authority BEFORE INSERT ON requests_app_release WHEN {AUTHORITY} BEGIN "
        "SELECT RAISE(ABORT, 'release gate: authority'); END"
    )
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


def _sqlite_held() -> list[str]:
    begun_anew = f"NEW.{BEGUN} IS NOT OLD.{BEGUN} AND {HELD}"
    return [
        f"CREATE TRIGGER {STEPS}_held_{verb} BEFORE {event} ON {STEPS} WHEN {condition} BEGIN "
        "SELECT RAISE(ABORT, 'begun under a hold'); END"
        for verb, event, condition in (("insert", "INSERT", HELD), ("update", f"UPDATE OF {BEGUN}", begun_anew))
    ]


def _sqlite_repeated() -> list[str]:
    return [
        f"CREATE TRIGGER {table}_evidence BEFORE INSERT ON {table} WHEN {REPEATED} BEGIN "
        "SELECT RAISE(ABORT, 'release gate: evidence'); END"
        for table in GATED
    ]


def _sqlite_append_only(table: str) -> list[str]:
    return [
        f"CREATE TRIGGER {table}_no_{verb} BEFORE {verb.upper()} ON {table} BEGIN "
        f"SELECT RAISE(ABORT, '{table} is append-only'); END"
        for verb in ("update", "delete")
    ]


def _postgresql() -> list[str]:
    """May run again: PostgreSQL keeps its triggers, and a later migration sets them in their newest form."""
    refusal = "USING ERRCODE = 'integrity_constraint_violation'; END IF;"
    gate = " ".join(
        f"IF {condition} THEN RAISE EXCEPTION 'release gate: {name}' {refusal}"
        for name, condition in CHANGE_GATE.items()
    )
    authority = f"IF {AUTHORITY} THEN RAISE EXCEPTION 'release gate: authority' {refusal}"
    statements = [
        *_function("umbs_change_gate", gate),
        *_trigger("change_gate", "BEFORE INSERT", APPEND_ONLY, "umbs_change_gate"),
        *_function("umbs_authority_gate", authority),
        *_trigger("release_gate_authority", "BEFORE INSERT", "requests_app_release", "umbs_authority_gate"),
        *_postgresql_append_only(APPEND_ONLY),
    ]
    for table in CHANGED:
        unreleased = f"IF {_unreleased(table)} THEN RAISE EXCEPTION 'changed without a release' {refusal}"
        statements += [
            *_function(f"{table}_released", unreleased),
            *_trigger(f"{table}_released", "BEFORE INSERT OR UPDATE OF result", table, f"{table}_released"),
        ]
    return statements


def _postgresql_held() -> list[str]:
    refusal = "RAISE EXCEPTION 'begun under a hold' USING ERRCODE = 'integrity_constraint_violation'"
    begun_anew = f"ROW WHEN (NEW.{BEGUN} IS DISTINCT FROM OLD.{BEGUN})"
    return [
        *_function(f"{STEPS}_held", f"IF {HELD} THEN {refusal}; END IF;"),
        *_trigger(f"{STEPS}_held_insert", "BEFORE INSERT", STEPS, f"{STEPS}_held"),
        *_trigger(f"{STEPS}_held_update", f"BEFORE UPDATE OF {BEGUN}", STEPS, f"{STEPS}_held", each=begun_anew),
    ]


def _postgresql_repeated() -> list[str]:
    refusal = "RAISE EXCEPTION 'release gate: evidence' USING ERRCODE = 'integrity_constraint_violation'"
    statements = _function("umbs_evidence_gate", f"IF {REPEATED} THEN {refusal}; END IF;")
    for table in GATED:
        statements += _trigger(f"{table}_evidence", "BEFORE INSERT", table, "umbs_evidence_gate")
    return statements


def _postgresql_append_only(table: str) -> list[str]:
    return [
        *_trigger(f"{table}_append_only", "BEFORE UPDATE OR DELETE", table, "umbs_append_only"),
        *_trigger(f"{table}_no_truncate", "BEFORE TRUNCATE", table, "umbs_append_only", each="STATEMENT"),
    ]


def _function(name: str, body: str) -> list[str]:
    return [
        f"CREATE OR REPLACE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN {body} RETURN NEW; END $$"
    ]


def _trigger(name: str, event: str, table: str, function: str, *, each: str = "ROW") -> list[str]:
    return [
        f"DROP TRIGGER IF EXISTS {name} ON {table}",
        f"CREATE TRIGGER {name} {event} ON {table} FOR EACH {each} EXECUTE FUNCTION {function}()",
    ]


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
    """The triggers of migration 0003, and those that came after it, of the tables that there are by now."""
    vendor = editor.connection.vendor
    lifted = FIRST.sqlite() if vendor == "sqlite" else []
    added = {"sqlite": _sqlite, "postgresql": _postgresql}[vendor]()
    if STAFF_EVENTS in editor.connection.introspection.table_names():
        added += {"sqlite": _sqlite_append_only, "postgresql": _postgresql_append_only}[vendor](STAFF_EVENTS)
    if _has(editor, STEPS, BEGUN):
        added += {"sqlite": _sqlite_held, "postgresql": _postgresql_held}[vendor]()
    if _has(editor, EVIDENCE, CLEARED):
        added += {"sqlite": _sqlite_repeated, "postgresql": _postgresql_repeated}[vendor]()
    for statement in [*lifted, *added]:
        editor.execute(statement, params=None)


def _has(editor: BaseDatabaseSchemaEditor, table: str, column: str) -> bool:
    with editor.connection.cursor() as cursor:
        described = editor.connection.introspection.get_table_description(cursor, table)
    return column in {one.name for one in described}
