from __future__ import annotations

import hashlib
import re
import shutil
from collections.abc import Iterator
from dataclasses import FrozenInstanceError
from datetime import date
from pathlib import Path

import pytest

from requests_app import checks, regimes, tomlfile
from requests_app.lifecycle import OPT_OUTS
from requests_app.lifecycle import Right as RightOfCase
from requests_app.models.clock import Clock
from requests_app.regimes.loader import load
from requests_app.regimes.reader import read
from requests_app.regimes.schema import Kind, Regime

WORDED = re.compile(r'^(?:name|citation) = (?:\{ en = )?"([^"]+)"', re.MULTILINE)

# A law file that changes must get a new version, so that a case can say under which text its dates were computed.
SEALED = {
    ("strict.toml", "2026-11-25.1"): "4b9424d2099d2b37",
    ("us-ca.toml", "2026-11-25.1"): "712e4688e8bfc232",
    ("us-tx.toml", "2026-11-25.1"): "bb67044b0c4f8a26",
}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return Path(shutil.copytree(regimes.DATA, tmp_path / "data"))


def change(folder: Path, file: str, old: str, new: str) -> int:
    """Replace the first occurrence and say on which line it stands."""
    path = folder / file
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")
    return text[: text.index(old)].count("\n") + 1


def faults(folder: Path) -> tuple[str, ...]:
    with pytest.raises(regimes.LawFileError) as caught:
        load(folder)
    return caught.value.faults


# --- what there is -----------------------------------------------------------------------------------------------


def test_it_says_in_spanish_what_is_no_name_of_a_law() -> None:
    """Three small words on end are a sentence, which only a reader of English can read."""
    prose = re.compile(r"\b[a-z]+,? [a-z]+ [a-z]+\b")
    said = [text for file in regimes.DATA.glob("*.toml") for text in WORDED.findall(file.read_text(encoding="utf-8"))]
    english = [text for text in said if prose.search(text) and tomlfile.in_language(text, "es") == text]
    assert len(said) > 100
    assert english == []
    both = "Cal. Civ. Code 1798.130(a)(2)(A); Company policy: an appeal is offered to everyone"
    assert tomlfile.in_language(both, "es").endswith("; Norma de la empresa: cualquier persona puede apelar")
    assert tomlfile.in_language(both, "en") == both


def test_it_has_california_texas_and_the_strict_default() -> None:
    assert {regime.code for regime in regimes.all()} == {"US-CA", "US-TX", "STRICT"}


def test_it_knows_the_rights_and_clocks_of_the_case_file() -> None:
    assert set(regimes.RIGHTS) == set(RightOfCase.values)
    assert set(Kind) == set(Clock.Kind.values)


@pytest.mark.parametrize("regime", regimes.all(), ids=lambda regime: regime.code)
def test_it_has_every_right_complete(regime: Regime) -> None:
    assert set(regime.rights) == set(regimes.RIGHTS)
    for name, right in regime.rights.items():
        assert right.name == name
        assert right.citation
        assert right.identity.citation
        assert right.deadlines
        assert right.grounds or name == "opt_in_sale_sharing"
        for ground in right.grounds:
            assert ground.title.es != ground.title.en
            assert ground.text.en.endswith(".")
            assert ground.citation
    assert regime.appeal.offered
    assert regime.appeal_deadlines
    assert len(regime.never_disclose.classes) == 9
    assert regime.records.retention_months == 24


@pytest.mark.parametrize("regime", regimes.all(), ids=lambda regime: regime.code)
def test_it_asks_no_proof_of_identity_for_a_choice(regime: Regime) -> None:
    for name in [*OPT_OUTS, RightOfCase.OPT_IN_SALE_SHARING]:
        assert regime.rights[name].identity.level == "none"
        assert regime.rights[name].identity.points == 0
    assert regime.rights["opt_in_sale_sharing"].two_step


@pytest.mark.parametrize("regime", regimes.all(), ids=lambda regime: regime.code)
@pytest.mark.parametrize("name", ["access", "portability"])
def test_it_asks_three_points_and_a_declaration_for_specific_pieces(regime: Regime, name: str) -> None:
    identity = regime.rights[name].identity
    assert (identity.level, identity.points, identity.declaration) == ("high", 3, True)
    assert identity.unproven_becomes == "know_categories"
    assert "7062(c)" in identity.citation


@pytest.mark.parametrize("regime", regimes.all(), ids=lambda regime: regime.code)
@pytest.mark.parametrize("name", ["know_categories", "delete", "correct", "third_party_list"])
def test_it_asks_two_points_where_reasonable_certainty_will_do(regime: Regime, name: str) -> None:
    identity = regime.rights[name].identity
    assert (identity.level, identity.points, identity.declaration) == ("reasonable", 2, False)


@pytest.mark.parametrize("code", ["US-CA", "us-ca", "Us-Ca"])
def test_it_finds_a_law_in_any_case(code: str) -> None:
    assert regimes.get(code).code == "US-CA"


def test_it_names_the_laws_when_asked_for_another() -> None:
    with pytest.raises(KeyError, match="no law file for US-ZZ; there are STRICT, US-CA, US-TX"):
        regimes.get("US-ZZ")


@pytest.mark.parametrize(
    ("residence", "code"),
    [
        ("US-CA", "US-CA"),
        ("us-tx", "US-TX"),
        (" US-TX ", "US-TX"),
        ("US-NY", "STRICT"),
        ("", "STRICT"),
        ("FR", "STRICT"),
    ],
)
def test_it_gives_the_strict_default_where_no_law_is_known(residence: str, code: str) -> None:
    assert regimes.for_residence(residence).code == code


def test_it_applies_no_law_before_its_day() -> None:
    assert regimes.for_residence("US-TX", on=date(2024, 6, 30)).code == "STRICT"
    assert regimes.for_residence("US-TX", on=date(2024, 7, 1)).code == "US-TX"


def test_it_grants_by_the_baseline_what_the_law_does_not_know() -> None:
    texas, strict = regimes.get("US-TX"), regimes.get("STRICT")
    assert texas.rights["delete"].granted_by == "US-TX"
    assert texas.rights["limit_sensitive"] is strict.rights["limit_sensitive"]
    assert texas.never_disclose is strict.never_disclose


def test_it_sets_the_strict_default_beside_the_laws_own_deadlines() -> None:
    shown = [
        (each.kind, each.length, each.unit) for each in regimes.get("US-TX").rights["opt_out_sale_sharing"].deadlines
    ]
    assert shown == [("opt_out", 45, "calendar_days"), ("opt_out", 15, "business_days")]
    assert [each.length for each in regimes.get("US-TX").appeal_deadlines] == [60, 45]


def test_it_denies_a_right_on_the_grounds_of_the_law_that_gives_it() -> None:
    texas = regimes.get("US-TX")
    profiling = {ground.code for ground in texas.rights["opt_out_profiling"].grounds}
    assert profiling == {"agent_unproven", "unfounded_or_excessive"}
    assert {ground.code for ground in texas.rights["limit_sensitive"].grounds} == {"agent_unproven", "fraud"}
    assert all("541." in ground.citation for ground in texas.rights["delete"].grounds)


def test_it_hears_agents_as_far_as_the_law_does() -> None:
    texas, california = regimes.get("US-TX"), regimes.get("US-CA")
    heard = {name for name, right in texas.rights.items() if right.agent_may and right.granted_by == "US-TX"}
    assert heard == {"opt_out_targeted_ads", "opt_out_sale_sharing"}
    assert all(right.agent_may for name, right in california.rights.items() if name != "opt_in_sale_sharing")


@pytest.mark.parametrize("law", regimes.all(), ids=lambda law: law.code)
def test_it_can_refuse_whoever_does_not_show_that_they_may_ask(law: Regime) -> None:
    for name, right in law.rights.items():
        assert [ground.code for ground in right.grounds].count("agent_unproven") == 1, name


def test_it_names_whom_to_complain_to() -> None:
    assert regimes.get("US-TX").regulator.contact == "texasattorneygeneral.gov"
    assert "cppa.ca.gov" in regimes.get("US-CA").regulator.contact


def test_it_cannot_be_changed_at_run_time() -> None:
    texas = regimes.get("US-TX")
    with pytest.raises(FrozenInstanceError):
        texas.version = "later"  # type: ignore[misc]
    with pytest.raises(TypeError):
        texas.rights["delete"] = texas.rights["correct"]  # type: ignore[index]
    with pytest.raises(FrozenInstanceError):
        texas.rights["delete"].deadlines[0].length = 1  # type: ignore[misc]


@pytest.mark.parametrize("path", sorted(regimes.DATA.glob("*.toml")), ids=lambda path: path.name)
def test_it_gets_a_new_version_when_its_text_changes(path: Path) -> None:
    rules = "\n".join(
        line for line in path.read_text(encoding="utf-8").splitlines() if line and not line.startswith("#")
    )
    assert SEALED[path.name, read(path).version] == hashlib.sha256(rules.encode()).hexdigest()[:16]


def test_it_takes_the_later_of_its_own_version_and_the_baselines(folder: Path) -> None:
    change(folder, "strict.toml", 'version = "2026-11-25.1"', 'version = "2027-01-01"')
    laws = load(folder).by_code
    assert {laws["STRICT"].version, laws["US-TX"].version} == {"2027-01-01"}


def test_it_takes_a_new_law_as_one_new_file(folder: Path) -> None:
    text = (folder / "us-tx.toml").read_text(encoding="utf-8")
    (folder / "us-zz.toml").write_text(text.replace("US-TX", "US-ZZ"), encoding="utf-8")
    assert load(folder).by_code["US-ZZ"].residences == ("US-ZZ",)


def test_it_has_no_laws_name_in_the_code() -> None:
    """Law is data: a state's or a statute's name belongs into a file of `data/`, never into a condition."""
    package = Path(regimes.__file__).parent.parent
    named = re.compile(r"""["'](US-[A-Z]{2}|us-[a-z]{2}|STRICT|ccpa|CCPA|tdpsa)["']""")
    guilty = [
        f"{path.relative_to(package)}: {line.strip()}"
        for path in package.rglob("*.py")
        for line in path.read_text(encoding="utf-8").splitlines()
        if named.search(line) and re.search(r"\b(if|elif|match|case|==|!=|in)\b", line)
    ]
    assert guilty == []


# --- what is wrong with a file -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("old", "new", "key", "said"),
    [
        ("length = 45", 'length = "45"', "deadlines.answer.length", "Input should be a valid integer"),
        ("length = 45", "length = 0", "deadlines.answer.length", "greater than or equal to 1"),
        ('unit = "calendar_days"', 'unit = "weeks"', "deadlines.answer.unit", "'calendar_days', 'business_days'"),
        ('kind = "answer"', 'kind = "reply"', "deadlines.answer.kind", "'acknowledge', 'answer'"),
        (
            "reason_required = true",
            'reason_required = "yes"',
            "deadlines.answer.extension.reason_required",
            "valid boolean",
        ),
        ("in_force_on = 2024-07-01", 'in_force_on = "soon"', "in_force_on", "valid date"),
        ("points = 3", "points = -1", "rights.access.identity.points", "greater than or equal to 0"),
        ('level = "high"', 'level = "extreme"', "rights.access.identity.level", "'none', 'reasonable' or 'high'"),
        ('version = "2026-11-25.1"', 'version = "new"', "version", "should match pattern"),
        ('name = "Texas', 'nmae = "Texas', "nmae", "unknown key"),
        ("declaration = true", "declaration = true\nselfie = true", "rights.access.identity.selfie", "unknown key"),
        (
            'deadlines = ["answer"]',
            'deadlines = ["reply"]',
            "rights.access.deadlines",
            "no [deadlines.reply] in this file",
        ),
        ('code = "US-TX"', 'code = "US-OK"', "code", "US-OK belongs into us-ok.toml"),
    ],
)
def test_it_names_file_line_and_key_of_a_fault(folder: Path, old: str, new: str, key: str, said: str) -> None:
    line = change(folder, "us-tx.toml", old, new)
    line += new.count("\n")
    found = faults(folder)
    assert any(fault.startswith(f"us-tx.toml:{line}: {key}: ") and said in fault for fault in found), found


def test_it_says_what_is_missing_and_in_which_table(folder: Path) -> None:
    change(folder, "us-tx.toml", "points = 3\n", "")
    header = 1 + (folder / "us-tx.toml").read_text(encoding="utf-8").splitlines().index("[rights.access.identity]")
    assert faults(folder) == (f"us-tx.toml:{header}: rights.access.identity.points: is missing",)


def test_it_names_a_right_that_is_none(folder: Path) -> None:
    line = change(folder, "us-tx.toml", "[rights.access]", "[rights.acess]")
    found = faults(folder)
    assert any(fault.startswith(f"us-tx.toml:{line}: rights.acess: Input should be 'access'") for fault in found), found


def test_it_names_the_ground_that_is_wrong(folder: Path) -> None:
    line = change(
        folder, "us-tx.toml", 'text.en = "We could not confirm by reasonable means that the person', 'text.fr = "Non'
    )
    assert faults(folder) == (
        f"us-tx.toml:{line - 4}: denial_grounds.1.text.en: is missing",
        f"us-tx.toml:{line}: denial_grounds.1.text.fr: unknown key",
    )


def test_it_refuses_a_ground_for_a_right_that_the_law_does_not_give(folder: Path) -> None:
    line = change(
        folder, "us-tx.toml", 'rights = ["access", "portability", "delete", "correct"]', 'rights = ["limit_sensitive"]'
    )
    assert faults(folder) == (f"us-tx.toml:{line}: denial_grounds.0.rights: no [rights.limit_sensitive] in this file",)


def test_it_refuses_two_grounds_of_one_code_for_a_right(folder: Path) -> None:
    line = change(folder, "us-tx.toml", 'code = "cannot_be_linked"', 'code = "exempt_information"')
    assert set(faults(folder)) == {
        f"us-tx.toml:{line}: denial_grounds.4.code: exempt_information is there twice for {right}"
        for right in ("access", "portability", "delete", "correct")
    }


def test_it_refuses_a_deadline_that_no_right_uses(folder: Path) -> None:
    with (folder / "us-tx.toml").open("a", encoding="utf-8") as file:
        file.write('[deadlines.spare]\nkind = "answer"\nlength = 1\nunit = "calendar_days"\n')
        file.write('counts_from = "receipt"\ncitation = "none"\n')
    (found,) = faults(folder)
    assert found.endswith("deadlines.spare: every deadline but an appeal's is used by a right, an appeal's by none")


def test_it_refuses_identity_that_contradicts_itself(folder: Path) -> None:
    line = change(folder, "us-tx.toml", "points = 0", "points = 1")
    header = "rights.opt_out_targeted_ads.identity"
    (found,) = faults(folder)
    assert found == f"us-tx.toml:{line - 2}: {header}: level none asks 0 points, every other level at least 1"


def test_it_refuses_a_holiday_list_that_is_none(folder: Path) -> None:
    line = change(folder, "us-ca.toml", '"us-california"', '"us-oregon"')
    (found,) = faults(folder)
    assert found.startswith(
        f"us-ca.toml:{line - 2}: business_days: no such holiday list: us-oregon; there are us-federal"
    )


def test_it_says_where_the_toml_breaks(folder: Path) -> None:
    line = change(folder, "us-tx.toml", 'baseline = "STRICT"', "baseline STRICT")
    assert faults(folder) == (f"us-tx.toml:{line}: Expected '=' after a key in a key/value pair",)


def test_it_tells_the_faults_of_all_files_at_once(folder: Path) -> None:
    change(folder, "us-tx.toml", "points = 3", "points = 'three'")
    change(folder, "us-ca.toml", "length = 10", "length = 'ten'")
    change(folder, "us-ca.toml", "length = 45", "length = 'many'")
    assert [fault.split(":")[0] for fault in faults(folder)] == ["us-ca.toml", "us-ca.toml", "us-tx.toml"]


def test_it_refuses_a_default_that_leaves_something_out(folder: Path) -> None:
    change(folder, "strict.toml", 'deadlines = ["opt_out"]', "deadlines = []")
    change(folder, "strict.toml", "[records]\nretention_months = 24\ncitation = ", "[regulator2]\ncitation = ")
    assert faults(folder)[0].endswith("regulator2: unknown key")


def test_it_refuses_a_default_without_a_section_or_a_deadline(folder: Path) -> None:
    change(folder, "strict.toml", 'deadlines = ["opt_out"]', "deadlines = []")
    text = (folder / "strict.toml").read_text(encoding="utf-8")
    (folder / "strict.toml").write_text(text[: text.index("[records]")], encoding="utf-8")
    assert [fault.split(": ", 2)[1] for fault in faults(folder)] == ["rights.opt_out_sale_sharing.deadlines", "records"]


def test_it_refuses_no_default_and_two_defaults(folder: Path) -> None:
    change(folder, "strict.toml", "default = true\n", "")
    assert faults(folder) == ("default: exactly one law file must be the default, not none",)
    change(folder, "strict.toml", "\n[business_days]", "default = true\n\n[business_days]")
    change(folder, "us-tx.toml", "baseline =", "default = true\nbaseline =")
    assert faults(folder) == ("default: exactly one law file must be the default, not STRICT, US-TX",)


def test_it_refuses_a_baseline_that_leans_on_another(folder: Path) -> None:
    change(folder, "us-tx.toml", 'baseline = "STRICT"', 'baseline = "US-CA"')
    assert faults(folder) == ("us-tx.toml:1: baseline: US-CA is not a law that stands by itself",)


def test_it_refuses_two_laws_for_one_place(folder: Path) -> None:
    change(folder, "us-tx.toml", 'residences = ["US-TX"]', 'residences = ["US-TX", "US-CA"]')
    assert faults(folder) == ("residences: US-CA is in more than one law file",)


# --- the system check --------------------------------------------------------------------------------------------


@pytest.fixture
def other_laws(folder: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    monkeypatch.setattr(regimes, "DATA", folder)
    regimes._laws.cache_clear()
    yield folder
    regimes._laws.cache_clear()


def test_it_stops_the_system_check_with_an_id(other_laws: Path) -> None:
    line = change(other_laws, "us-tx.toml", "points = 3", "points = 'three'")
    (found,) = checks.regimes_load()
    assert found.id == "umbs.E001"
    assert str(found.msg).startswith(f"us-tx.toml:{line}: rights.access.identity.points:")


def test_it_passes_the_system_check_as_it_stands() -> None:
    assert checks.regimes_load() == []
