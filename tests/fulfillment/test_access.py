"""The access package, from an approved case to the bytes that leave (and those that must not)."""

from __future__ import annotations

import csv
import hashlib
import io
import itertools
import json
import os
import re
import time
import zipfile
from collections.abc import Sequence
from datetime import timedelta
from pathlib import Path

import pytest
from django.utils import timezone
from playwright.sync_api import Page

from fulfillment import jobs, models
from fulfillment.fulfil import handle
from fulfillment.fulfil.archive import Names
from fulfillment.fulfil.package import ROWS_ON_A_PAGE, build
from fulfillment.fulfil.tables import cell
from fulfillment.models import DataSource
from fulfillment.redact.engine import handle as redact
from fulfillment.scan.report import Kind
from fulfillment.scan.scan import safe_name, scan
from requests_app.casefile import read, write
from requests_app.casefile.types import FoundRecord
from requests_app.lifecycle import State
from requests_app.models import Attention, Case, EventKind, Redaction
from requests_app.permissions import Role, staff
from requests_app.services import collect, review
from tests.characters import user
from tests.factories import approved, batch, holder, opened, prove, ruled
from tests.fulfillment.payloads import all_payloads
from tests.services.full_disk import full_disk
from umbs_privacy.bench import meter

pytestmark = pytest.mark.django_db

NOTES = (
    FoundRecord("billing.account_notes", "1", {"id": 1, "note": "Spoke with Osvaldo Ibarra. SSN 521-44-9382"}),
    FoundRecord("billing.account_notes", "2", {"id": 2, "note": "Ada Quillfeather asks", "tags": ["a", {"b": None}]}),
)
SIGNS = ("=", "+", "-", "@", "\t", "\r")


def job_of(case: Case, kind: str) -> jobs.Job:
    """A claimed job of the case's present state."""
    case.refresh_from_db()
    row = models.Job.objects.create(
        kind=kind,
        key=f"{case.id}:{kind}:{case.entry}:{models.Job.objects.count()}",
        case_id=case.id,
        payload={"entry": case.entry},
        state=models.JobState.RUNNING,
        lease_until=timezone.now() + timedelta(hours=1),
        fence=10_000 + models.Job.objects.count(),
    )
    return jobs.Job(row.pk, kind, row.key, case.id, row.payload, row.fence, 1)


def found(rows: Sequence[FoundRecord], *, size: int = 1000) -> Case:
    """A case in which these rows were found, in batches; a second source was not searched."""
    case = prove(opened())
    by = holder(case)
    write.open_search(by, source_key="billing", source_name="Billing", state="pending")
    write.open_search(by, source_key="old", source_name="Old ledger", state="not_searched", reason="disabled")
    write.start_search(by, source_key="billing")
    for collection, group in itertools.groupby(rows, key=lambda row: row.collection):
        held = list(group)
        for number, start in enumerate(range(0, len(held), size)):
            part = held[start : start + size]
            write.add_batches(by, source_key="billing", batches=[batch(collection, part, number)])
    write.search_answered(by, source_key="billing", identifiers_used={"email": 1, "phone": 1}, collections=[])
    write.stage_finished(by)
    case.refresh_from_db()
    return case


def to_fulfil(rows: Sequence[FoundRecord]) -> Case:
    """Examined by the real detectors, everything proposed accepted, approved by two people."""
    case = found(rows)
    redact(job_of(case, "redact"))
    case.refresh_from_db()
    return approved(ruled(case))


def packed(case: Case) -> zipfile.ZipFile:
    """The package of a case, built but not released."""
    file = io.BytesIO()
    build(read.snapshot(case.id), file)
    return zipfile.ZipFile(file)


def stored(case: Case) -> bytes:
    deliverable = case.deliverables.get(kind="package")
    served = collect.fetch(deliverable_id=deliverable.id, by=staff(user(Role.OFFICER, "cleo")))
    return b"".join(served.parts)


def test_it_releases_a_package_and_goes_on_to_the_record() -> None:
    case = to_fulfil(NOTES)

    handle(job_of(case, "fulfil"))

    case.refresh_from_db()
    assert State(case.state) is State.RECORDING
    assert case.outcome == "fulfilled"
    assert case.deliverables.get().scan_passed
    assert case.events.filter(kind=EventKind.DELIVERABLE_RELEASED).count() == 1
    assert case.notices.filter(kind="ready").count() == 1
    assert case.searches.get(source_key="billing").rows_released == 2
    archive = zipfile.ZipFile(io.BytesIO(stored(case)))
    (first, second) = json.loads(archive.read("data/billing/account-notes.json"))
    assert first["note"] == "Spoke with [withheld: another person's name]. SSN [withheld: Social Security number]"
    assert second == {"id": 2, "note": "Ada Quillfeather asks", "tags": ["a", {"b": None}]}


def test_it_leaves_quietly_when_the_case_has_gone_on() -> None:
    case = to_fulfil(NOTES)
    job = job_of(case, "fulfil")
    handle(job)

    handle(job)

    assert case.deliverables.count() == 1
    assert case.notices.filter(kind="ready").count() == 1


def test_it_lists_every_file_with_its_fingerprint() -> None:
    archive = packed(to_fulfil(NOTES))
    manifest = json.loads(archive.read("manifest.json"))

    assert {f["name"] for f in manifest["files"]} == set(archive.namelist()) - {"manifest.json"}
    for listed in manifest["files"]:
        content = archive.read(listed["name"])
        assert (len(content), hashlib.sha256(content).hexdigest()) == (listed["size"], listed["sha256"])
    assert all(safe_name(name) and re.fullmatch(r"[A-Za-z0-9._/-]+", name) for name in archive.namelist())


def test_it_makes_the_same_bytes_for_the_same_case() -> None:
    snapshot = read.snapshot(to_fulfil(NOTES).id)
    files = [io.BytesIO(), io.BytesIO()]
    for file in files:
        build(snapshot, file)

    assert files[0].getvalue() == files[1].getvalue()


def test_it_states_where_we_looked_and_why_not_elsewhere() -> None:
    archive = packed(to_fulfil(NOTES))
    billing, old = json.loads(archive.read("coverage.json"))["sources"]

    assert billing == {
        "source": "Billing",
        "searched": True,
        "why_not": "",
        "identifiers_used": ["e-mail address", "phone number"],
        "rows_found": 2,
        "rows_withheld": 0,
        "rows_released": 2,
        "warnings": [],
    }
    assert (old["searched"], old["why_not"]) == (False, "The system is out of use.")
    index = archive.read("index.html").decode()
    assert "Old ledger" in index
    assert "Social Security number" in index
    assert "1 time" in index


def test_it_withholds_a_record_of_which_nothing_is_left() -> None:
    rows = (FoundRecord("billing.contacts", "1", {"SSN": "521-44-9382"}), *NOTES)
    archive = packed(to_fulfil(sorted(rows, key=lambda row: row.collection)))

    assert json.loads(archive.read("data/billing/contacts.json")) == []
    assert json.loads(archive.read("coverage.json"))["sources"][0]["rows_withheld"] == 1


def test_it_stops_a_package_in_which_something_withheld_still_stands() -> None:
    case = found(NOTES)
    redact(job_of(case, "redact"))
    ssn = case.redactions.get(label="SSN")
    review.rule(case_id=case.id, by=staff(user(Role.OFFICER, "cora")), redactions=[ssn.id], withhold=False)
    approved(ruled(case))
    assert Redaction.objects.get(pk=ssn.pk).status == "rejected"

    handle(job_of(case, "fulfil"))

    case.refresh_from_db()
    assert State(case.state) is State.FULFILLING
    assert case.attention == Attention.SCAN_HIT
    assert not case.deliverables.exists()
    said = case.events.get(kind=EventKind.STAGE_FAILED).payload
    assert said["code"] == "artefact_scan"
    assert "never-disclose:SSN:data-billing-account-notes.json" in said["places"]
    assert "521" not in str(said["places"])

    review.reconsider(case_id=case.id, by=staff(user(Role.OFFICER, "cora")), note="Withhold the number after all.")
    review.rule(case_id=case.id, by=staff(user(Role.OFFICER, "cora")), redactions=[ssn.id], withhold=True)
    approved(case)
    handle(job_of(case, "fulfil"))

    case.refresh_from_db()
    assert (State(case.state), case.attention) == (State.RECORDING, Attention.NONE)
    assert case.releases.count() == 1


def test_it_tells_staff_when_the_store_is_full_and_loses_nothing(
    settings: pytest.FixtureRequest, tmp_path: Path
) -> None:
    settings.UMBS_MEDIA_URL = f"file://{tmp_path}"  # type: ignore[attr-defined]
    case = to_fulfil(NOTES)
    with full_disk():
        handle(job_of(case, "fulfil"))

    case.refresh_from_db()
    assert case.attention == Attention.STORAGE
    assert State(case.state) is State.FULFILLING
    assert [path for path in tmp_path.rglob("*") if path.is_file()] == []


# --- payloads ----------------------------------------------------------------------------------------------------


@pytest.fixture
def hostile() -> zipfile.ZipFile:
    """Every payload in every column: as a value, as a nested value and as the name of a column."""
    payloads = all_payloads()
    rows = [
        FoundRecord("evil.<b>notes</b>/../x", str(n), {"note": one, "nested": {"deep": [one]}, one: "as a heading"})
        for n, one in enumerate(payloads)
    ]
    return packed(to_fulfil(rows))


def test_it_makes_safe_names_from_hostile_ones(hostile: zipfile.ZipFile) -> None:
    names = Names()
    made = [names.make("data", one) for one in all_payloads()]

    assert all(safe_name(name) for name in [*hostile.namelist(), *made])
    assert len({name.casefold() for name in made}) == len(made)


def test_it_makes_pages_without_an_active_node(hostile: zipfile.ZipFile, tmp_path: Path, page: Page) -> None:
    hostile.extractall(tmp_path)
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.on("dialog", lambda dialog: asked.append(dialog.message))
    pages = sorted(name for name in hostile.namelist() if name.endswith(".html"))

    assert len(pages) == 1 + -(-len(all_payloads()) // ROWS_ON_A_PAGE)
    for name in pages:
        page.goto(f"file://{tmp_path / name}")
        active = "script, iframe, object, embed, form, base, svg, math, img, video, link:not([rel=stylesheet])"
        assert page.locator(active).count() == 0
        handlers = "e => [...e].filter(n => [...n.attributes].some(a => a.name.startsWith('on'))).length"
        assert page.eval_on_selector_all("*", handlers) == 0
        links = page.eval_on_selector_all("a[href]", "e => e.map(n => n.href)")
        assert all(link.startswith(f"file://{tmp_path}/") for link in links)
        assert page.evaluate("getComputedStyle(document.body).maxWidth") == "960px"  # the style sheet is allowed
    assert all(url.startswith(f"file://{tmp_path}/") for url in asked)


def test_it_makes_tables_that_no_spreadsheet_calculates(hostile: zipfile.ZipFile) -> None:
    (name,) = (name for name in hostile.namelist() if name.endswith(".csv"))
    text = hostile.read(name).decode("utf-8-sig")
    rows = list(csv.reader(io.StringIO(text, newline=""), strict=True))

    assert len(rows) == 1 + len(all_payloads())
    assert not [one for row in rows for one in row if one.startswith(SIGNS)]
    assert text.count('"') >= 2 * sum(map(len, rows))  # every cell is quoted


def test_it_finds_nothing_active_in_the_whole_hostile_package(hostile: zipfile.ZipFile) -> None:
    file = hostile.fp
    assert file is not None
    acting = {Kind.ACTIVE, Kind.FORMULA, Kind.NAME, Kind.STRUCTURE, Kind.UNREADABLE, Kind.BOMB}

    assert [hit for hit in scan(file, "package.zip").hits if hit.kind in acting] == []


@pytest.mark.parametrize("sign", [*SIGNS, "\n", "\uff1d", "\uff0b"])
def test_it_puts_an_apostrophe_before_a_formula(sign: str) -> None:
    assert cell(f"{sign}1+1") == f"'{sign}1+1"
    assert cell(f" {sign}1+1").startswith("'")


@pytest.mark.parametrize(
    ("value", "text"), [(None, ""), (True, "true"), (12.5, "12.5"), ("a\x00b", "a\ufffdb"), ({"a": [1]}, '{"a": [1]}')]
)
def test_it_writes_plain_values_plainly(value: object, text: str) -> None:
    assert cell(value) == text


# --- size --------------------------------------------------------------------------------------------------------


@pytest.mark.slow
def test_it_packs_ten_thousand_rows_in_bounded_memory() -> None:
    rows = (
        FoundRecord(
            "billing.payments",
            str(n),
            {"id": n, "paid_on": "2025-03-14", "method": "ach", "amount": 120450, "note": f"payment {n % 97} posted"},
        )
        for n in range(10_000)
    )
    case = found(list(rows))
    began = time.process_time()
    redact(job_of(case, "redact"))
    examined = time.process_time() - began
    case.refresh_from_db()
    approved(ruled(case))
    began, before = time.process_time(), meter.from_now()

    handle(job_of(case, "fulfil"))

    took, peak = time.process_time() - began, meter.rss_mb([os.getpid()], peak=True) - before
    case.refresh_from_db()
    print(f"10,000 rows: redact {examined:.1f} s, package {took:.1f} s CPU, peak {peak:.0f} MB more")
    assert State(case.state) is State.RECORDING
    assert case.searches.get(source_key="billing").rows_released == 10_000
    assert peak < 64


def test_it_calls_collections_in_the_persons_language_and_their_files_the_same_in_each() -> None:
    case = to_fulfil(NOTES)
    called = {"en": "what clerks wrote about you", "es": "lo que se escribió sobre usted"}
    collection = {"name": "account_notes", "fields": [], "fides_meta": {"umbs": {"called": called}}}
    source = {
        "key": "billing",
        "name": "Billing",
        "owner": "o@example.org",
        "role": "controller",
        "connector": "sql",
        "covered_entity": None,
        "recheck_after_days": [0],
        "origin": [],
        "purposes": [],
        "recipients": [],
    }
    document = {"source": source, "datasets": [{"fides_key": "billing", "collections": [collection]}]}
    DataSource.objects.create(key="billing", name="Billing", role="controller", connector="sql", document=document)
    for language, words in called.items():
        case.language = language
        case.save(update_fields=["language"])
        archive = packed(case)
        assert f"Billing: {words.capitalize()}" in archive.read("index.html").decode()
        assert "data/billing/account-notes.json" in archive.namelist()
