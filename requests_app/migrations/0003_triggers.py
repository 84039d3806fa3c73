"""What the database itself enforces, whatever the code says: an append-only ledger and the release gate.

SQLite needs `recursive_triggers=ON` (set on every connection) so that REPLACE cannot get past the delete trigger.
"""

from __future__ import annotations

from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.state import StateApps

APPEND_ONLY = ("requests_app_caseevent", "requests_app_approval", "requests_app_release")

# Each condition that forbids a release, over NEW (a row of requests_app_release); both databases read this SQL alike.
GATE = {
    "identity": """EXISTS (SELECT 1 FROM requests_app_case c WHERE c.id = NEW.case_id
        AND c.identity_level < c.required_level)""",
    "merged": "EXISTS (SELECT 1 FROM requests_app_case c WHERE c.id = NEW.case_id AND c.merged_into_id IS NOT NULL)",
    "hold": "EXISTS (SELECT 1 FROM requests_app_hold h WHERE h.case_id = NEW.case_id AND h.lifted_at IS NULL)",
    "digest": """NOT EXISTS (SELECT 1 FROM requests_app_case c WHERE c.id = NEW.case_id
        AND c.content_digest = NEW.content_digest AND (c.content_digest <> '' OR c.required_approvals = 0))""",
    "approvals": """(SELECT count(DISTINCT a.by_id) FROM requests_app_approval a WHERE a.case_id = NEW.case_id
        AND a.digest = NEW.content_digest)
        < (SELECT c.required_approvals FROM requests_app_case c WHERE c.id = NEW.case_id)""",
    "independent_approval": """(SELECT c.required_approvals FROM requests_app_case c WHERE c.id = NEW.case_id) > 0
        AND NOT EXISTS (SELECT 1 FROM requests_app_approval a WHERE a.case_id = NEW.case_id
        AND a.digest = NEW.content_digest AND a.by_id NOT IN
        (SELECT p.user_id FROM requests_app_preparer p WHERE p.case_id = NEW.case_id))""",
    "scan": """NOT EXISTS (SELECT 1 FROM requests_app_deliverable d WHERE d.id = NEW.deliverable_id
        AND d.case_id = NEW.case_id AND d.scan_passed)""",
}
# A level is never higher than the best accepted evidence of this very case.
LEVEL = """NEW.identity_level > (SELECT COALESCE(MAX(i.level), 0) FROM requests_app_identitycheck i
    WHERE i.case_id = NEW.id AND i.result = 'accepted')"""


def sqlite() -> list[str]:
    statements = []
    for table in APPEND_ONLY:
        statements += [
            f"CREATE TRIGGER {table}_no_{verb} BEFORE {verb.upper()} ON {table} BEGIN "
            f"SELECT RAISE(ABORT, '{table} is append-only'); END"
            for verb in ("update", "delete")
        ]
    statements += [
        f"CREATE TRIGGER release_gate_{name} BEFORE INSERT ON requests_app_release WHEN {condition} BEGIN "
        f"SELECT RAISE(ABORT, 'release gate: {name}'); END"
        for name, condition in GATE.items()
    ]
    statements += [
        f"CREATE TRIGGER case_level_{verb} BEFORE {event} ON requests_app_case WHEN {LEVEL} BEGIN "
        "SELECT RAISE(ABORT, 'identity level without evidence'); END"
        for verb, event in (("insert", "INSERT"), ("update", "UPDATE OF identity_level"))
    ]
    return statements


def postgresql() -> list[str]:
    statements = [
        """CREATE FUNCTION umbs_append_only() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
        RAISE EXCEPTION '% is append-only', TG_TABLE_NAME USING ERRCODE = 'integrity_constraint_violation'; END $$""",
        "CREATE FUNCTION umbs_release_gate() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
        + " ".join(
            f"IF {condition} THEN RAISE EXCEPTION 'release gate: {name}' "
            "USING ERRCODE = 'integrity_constraint_violation'; END IF;"
            for name, condition in GATE.items()
        )
        + " RETURN NEW; END $$",
        (
            f"CREATE FUNCTION umbs_case_level() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN IF {LEVEL} THEN "
            "RAISE EXCEPTION 'identity level without evidence' USING ERRCODE = 'integrity_constraint_violation'; "
            "END IF; RETURN NEW; END $$"
        ),
        (
            "CREATE TRIGGER release_gate BEFORE INSERT ON requests_app_release "
            "FOR EACH ROW EXECUTE FUNCTION umbs_release_gate()"
        ),
        (
            "CREATE TRIGGER case_level BEFORE INSERT OR UPDATE OF identity_level ON requests_app_case "
            "FOR EACH ROW EXECUTE FUNCTION umbs_case_level()"
        ),
    ]
    for table in APPEND_ONLY:
        statements += [
            (
                f"CREATE TRIGGER {table}_append_only BEFORE UPDATE OR DELETE ON {table} "
                "FOR EACH ROW EXECUTE FUNCTION umbs_append_only()"
            ),
            (
                f"CREATE TRIGGER {table}_no_truncate BEFORE TRUNCATE ON {table} "
                "FOR EACH STATEMENT EXECUTE FUNCTION umbs_append_only()"
            ),
        ]
    return statements


def create(_apps: StateApps, editor: BaseDatabaseSchemaEditor) -> None:
    for statement in {"sqlite": sqlite, "postgresql": postgresql}[editor.connection.vendor]():
        editor.execute(statement, params=None)


class Migration(migrations.Migration):
    dependencies = [("requests_app", "0002_case_file")]
    operations = [migrations.RunPython(create, elidable=False)]
