from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


def test_it_answers_each_line_before_the_next_is_written() -> None:
    command = [sys.executable, "manage.py", "redact"]
    pipe = subprocess.PIPE
    subject = {"names": ["Ada Quillfeather"], "date_of_birth": "1966-03-23"}
    with subprocess.Popen(command, cwd=ROOT, stdin=pipe, stdout=pipe, text=True, bufsize=1) as running:
        assert running.stdin is not None
        assert running.stdout is not None
        answers = []
        for line in (
            json.dumps({"id": "a", "text": "SSN 123-45-6789 of Ada", "subject": subject}),
            '{"id": "secret-broken',
            json.dumps({"text": 5}),
            json.dumps([1]),
            json.dumps({"id": 7, "text": "x", "subject": {"emails": "secret@example.org"}}),
            json.dumps({}),
            json.dumps({"id": "z", "text": "Maribel Banuelos called"}),
        ):
            running.stdin.write(line + "\n")
            running.stdin.flush()
            answers.append(json.loads(running.stdout.readline()))
        running.stdin.close()
        assert running.wait(timeout=30) == 0

    assert answers[0] == {
        "id": "a",
        "spans": [[4, 15, "SSN"]],
        "roles": ["NEVER"],
        "text": "SSN [withheld: Social Security number] of Ada",
    }
    assert answers[1] == {"error": "line 2: not JSON", "line": 2}
    assert [a["line"] for a in answers[2:5]] == [3, 4, 5]
    assert "secret" not in json.dumps(answers[1:5])
    assert answers[5] == {"id": None, "spans": [], "roles": [], "text": ""}
    assert answers[6]["spans"] == [[0, 16, "PERSON"]]
    assert answers[6]["text"] == "[withheld: another person's name] called"
