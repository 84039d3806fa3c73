"""The folder of documents: statements, letters, mail, call notes and an export, and one file that nothing can read."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from pathlib import Path
from random import Random

from umbs_privacy.demo import paper
from umbs_privacy.demo.characters import ADA, CHARACTERS, NORA
from umbs_privacy.demo.databases import people
from umbs_privacy.demo.people import POPULATION, Person, seeded
from umbs_privacy.demo.prose import ACCOUNT_NOTES, TICKET_COMMENTS, notes
from umbs_privacy.demo.rows import some_day, some_moment

STRANGERS_WITH_PAPERS = 60
UNREADABLE = "scans/intake-form-0042.pdf"
OFFICE_MAILBOX = "billing-desk@umbs.example"


def write(folder: Path, size: int = POPULATION) -> int:
    """Write every document below `folder` and return how many there are."""
    count = 0
    for name, content in documents(size):
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
        count += 1
    return count


def documents(size: int = POPULATION) -> Iterator[tuple[str, bytes]]:
    random = seeded("documents")
    known = [person for person in CHARACTERS if person.circle]
    others = [person for person in people(size) if person.weight == 1][:STRANGERS_WITH_PAPERS]
    for person in (*known, *others):
        yield from _papers(person, random)
    yield "exports/call-list.csv", _call_list([ADA, NORA, *others], random)
    yield UNREADABLE, b"%PDF-1.4\n" + random.randbytes(4_000)


def _papers(person: Person, random: Random) -> Iterator[tuple[str, bytes]]:
    """A stranger has one paper of each second kind; a character has several of each."""
    count = max(1, person.weight // 5)
    for number in range(1, count + 1):
        name = f"{person.account_number}-{number}"
        day = some_day(random)
        salutation = f"{person.name}, {person.street}, {person.city}, {person.state} {person.postal_code}"
        if person.weight > 1 or person.number % 2:
            lines = [salutation, f"Statement of {day:%B %d, %Y}", *notes(ACCOUNT_NOTES, person, random, 3)]
            yield f"statements/{name}.pdf", paper.pdf(f"Account {person.account_number}", lines)
            yield f"calls/{name}.txt", "\n".join(notes(ACCOUNT_NOTES, person, random, 2)).encode() + b"\n"
        if person.weight > 1 or not person.number % 2:
            lines = [salutation, f"Dear {person.name},", *notes(TICKET_COMMENTS, person, random, 2)]
            yield f"letters/{name}.docx", paper.word(f"Letter of {day:%B %d, %Y}", lines)
            yield f"mail/{name}.eml", _mail(person, random)


def _mail(person: Person, random: Random) -> bytes:
    lines = notes(TICKET_COMMENTS, person, random, 2)
    number = random.randrange(10**9)
    sender = f"{person.name} <{person.email}>"
    return paper.mail(number, sender, OFFICE_MAILBOX, "My account", some_moment(random), lines)


def _call_list(called: list[Person], random: Random) -> bytes:
    out = io.StringIO(newline="")
    table = csv.writer(out)
    table.writerow(["called_on", "name", "phone", "email", "remark"])
    for person in called:
        remark = notes(ACCOUNT_NOTES, person, random, 1)[0]
        table.writerow([some_day(random).isoformat(), person.name, person.phone, person.email, remark])
    return out.getvalue().encode()
