"""The house rules hold in this tree, and each can be broken."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from tests.rules import faults, machine_paths

ROOT = Path(__file__).resolve().parent.parent


def project_files(*suffixes: str) -> list[Path]:
    listed = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    names = [ROOT / name for name in listed.stdout.splitlines() if name.endswith(suffixes) or name.startswith(suffixes)]
    return [file for file in names if file.exists() and "vendor" not in file.parts]


def test_it_keeps_the_house_rules() -> None:
    assert faults(ROOT, project_files(".py")) == []


def test_it_names_no_machine_in_any_text() -> None:
    texts = project_files(
        ".md", ".yml", ".yaml", ".toml", ".html", ".txt", "Dockerfile", "run", "test", "check", "bootstrap"
    )
    named = [str(file.relative_to(ROOT)) for file in texts if [*machine_paths(file.read_text(encoding="utf-8"))]]
    assert named == []


OFFENCES = {
    "requests_app/a.py": ("import fulfillment.jobs", "requests_app.a may not import fulfillment.jobs"),
    "requests_app/portal/b.py": ("from requests_app.staff import views", "may not import requests_app.staff.views"),
    "requests_app/models/c.py": (
        "from requests_app.services import intake",
        "may not import requests_app.services.intake",
    ),
    "requests_app/deadlines.py": ("from django.db import models", "knows no Django models"),
    "fulfillment/d.py": ("from requests_app.models import Case", "may not import requests_app.models.Case"),
    "fulfillment/e.py": ("from requests_app.lifecycle import move", "may not import requests_app.lifecycle.move"),
    "fulfillment/connectors/f.py": (
        "from requests_app.casefile import types",
        "may not import requests_app.casefile.types",
    ),
    "fulfillment/pdf/g.py": ("import weasyprint", "may not import weasyprint"),
    "umbs_privacy/h.py": ("from requests_app.models import Case", "may not import requests_app.models.Case"),
    "fulfillment/i.py": ("def late() -> None:\n    import json", "imports stand at the top"),
    "requests_app/j.py": ("rows.filter(id=1).update(state=1)", "only services/transition.move"),
    "fulfillment/k.py": ("rows.bulk_update([], [])", "bulk_update() is written nowhere"),
    "fulfillment/l.py": ("import pickle", "may not import pickle"),
    "fulfillment/m.py": ("x = yaml.load('')", "yaml.load() is written nowhere"),
    "fulfillment/n.py": ("x = 1\n" * 401, "split it by topic"),
    "fulfillment/o.py": ("x = '/ho" + "me/ada/cases'", "names a path of one machine"),
    "tests/test_p.py": ("def test_it() -> None:\n    print()", "asserts nothing"),
    "tests/test_q.py": ("@pytest.mark.skip\ndef test_it() -> None:\n    assert True", "no test is skipped"),
}


@pytest.mark.parametrize("name", OFFENCES)
def test_it_finds_an_offence(tmp_path: Path, name: str) -> None:
    file = tmp_path / name
    file.parent.mkdir(parents=True)
    offence, complaint = OFFENCES[name]
    file.write_text(f"from __future__ import annotations\n\n{offence}\n", encoding="utf-8")
    found = faults(tmp_path, [file])
    assert len(found) == 1
    assert complaint in found[0]


def test_it_finds_a_file_without_the_future(tmp_path: Path) -> None:
    file = tmp_path / "fulfillment" / "a.py"
    file.parent.mkdir()
    file.write_text('"""Why."""\n\nimport json\n', encoding="utf-8")
    assert faults(tmp_path, [file]) == ["fulfillment/a.py:3: `from __future__ import annotations` comes first"]


def test_it_lets_good_files_pass(tmp_path: Path) -> None:
    file = tmp_path / "fulfillment" / "dispatch.py"
    file.parent.mkdir()
    good = [
        "from __future__ import annotations",
        "from requests_app.casefile import write",
        "from fulfillment import jobs",
    ]
    file.write_text("\n".join([*good, "from requests_app.lifecycle import State"]), encoding="utf-8")
    assert faults(tmp_path, [file]) == []
