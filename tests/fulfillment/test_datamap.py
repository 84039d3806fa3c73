from __future__ import annotations

import re
from pathlib import Path

import pytest

from fulfillment.datamap.graph import SEED_KINDS, Collection, Recipient, Reference, SourceMap
from fulfillment.datamap.load import load
from fulfillment.datamap.located import MapError
from tests.fulfillment.maps import BILLING, LEADS, write


def billing(tmp_path: Path) -> SourceMap:
    return load([write(tmp_path, "billing", BILLING)])[0].map


def problems(tmp_path: Path, *texts: str) -> list[str]:
    """The problems of the maps as `line: message`."""
    with pytest.raises(MapError) as caught:
        load([write(tmp_path, f"map{number}", text) for number, text in enumerate(texts)])
    return [f"{one.line}: {one.message}" for one in caught.value.problems]


def line_of(text: str, words: str) -> int:
    return text[: text.index(words)].count("\n") + 1


def test_it_reads_a_source_and_its_collections(tmp_path: Path) -> None:
    found = billing(tmp_path)
    assert (found.source.key, found.source.role, found.source.origin) == ("billing", "controller", ("direct",))
    assert not found.source.located_only
    assert found.source.recipients == (
        Recipient("ads", "Ads", "third_party", None, "email", ("user.contact.email",), sold_or_shared=True),
    )
    patients = found.collection("billing.patients")
    assert isinstance(patients, Collection)
    assert patients.primary_key == ("id",)
    assert (patients.retention, dict(patients.suppress)) == ("TEC-02", {"marketing_ok": False})
    email, note = patients.field("email"), patients.field("secret_note")
    assert email is not None
    assert (email.seed, email.compared_as, email.data_categories) == ("email", "email", ("user.contact.email",))
    assert note is not None
    assert (note.never_disclose, note.free_text, note.person_of) == (True, True, "other")


def test_it_takes_a_bare_null_for_the_word_null(tmp_path: Path) -> None:
    patients = billing(tmp_path).collection("billing.patients")
    assert patients is not None
    assert patients.on_delete == "null"


def test_it_follows_references_into_another_source(tmp_path: Path) -> None:
    loaded = load([write(tmp_path, "leads", LEADS), write(tmp_path, "billing", BILLING)])
    leads = loaded[0].map
    assert leads.source.located_only
    assert leads.source.covered_entity == ("Elm Clinic", "privacy@elm.example")
    field = leads.collections[0].field("account")
    assert field is not None
    assert field.references == (Reference("billing", "patients", "account", "from"),)


def test_it_knows_the_datasets_of_sources_applied_earlier(tmp_path: Path) -> None:
    known = [billing(tmp_path)]
    assert load([write(tmp_path, "leads", LEADS)], known=known)[0].map.source.key == "leads"


def test_it_keeps_the_connection_out_of_the_document(tmp_path: Path) -> None:
    loaded = load([write(tmp_path, "billing", BILLING)])[0]
    assert "hunter2" not in str(loaded.document)
    assert loaded.connection["url"].endswith("/billing")


@pytest.mark.parametrize(
    ("good", "bad", "message"),
    [
        ("purposes: [billing]", "prupose: [billing]", "unknown key 'prupose'; did you mean 'purposes'?"),
        ("role: controller", "role: owner", "'role' must be 'controller' or 'business_associate'"),
        ("role: controller", "role: business_associate", "a business_associate source needs covered_entity"),
        ("connector: sql", "connector: sqk", "unknown connector 'sqk'; did you mean 'sql'?"),
        ("[user.contact.email], sold", "[user.contact.emial], sold", "unknown data category 'user.contact.emial'"),
        ("[user.contact.phone_number]", "[user.phone]", "unknown data category 'user.phone'"),
        ("identity: email", "identty: email", "unknown key 'identty'; did you mean 'identity'?"),
        ("never_disclose: true", "never_disclos: true", "unknown key 'never_disclos'; did you mean 'never_disclose'?"),
        ("person_of: other", "person_of: nobody", "'person_of' must be 'subject', 'other' or 'staff'"),
        ("on_delete: null", "on_delete: shred", "'on_delete' must be"),
        ("retention: TEC-02", "retention: TEC-99", "unknown reason code 'TEC-99'"),
        ("on_delete: null, retention: TEC-02", "on_delete: keep", "`on_delete: keep` needs `retention`"),
        ("retention: TEC-02", "keep_for: {years: 7, after: email}", "it needs `on_delete: keep`"),
        ("on_delete: null", "on_delete: keep, keep_for: {years: 7, after: emial}", "unknown field 'emial'"),
        ("on_delete: null", "on_delete: keep, keep_for: {years: 7, after: visit.id}", "unknown collection 'visit'"),
        ("on_delete: null", "on_delete: keep, keep_for: {years: 0, after: email}", "'years'"),
        ("marketing_ok: false}", "marketing: false}", "unknown field 'marketing'; did you mean 'marketing_ok'?"),
        ("field: patients.id", "field: patient.id", "unknown collection 'patient'; did you mean 'patients'?"),
        ("field: patients.id", "field: patients.ident", "unknown field 'ident'"),
        ("dataset: billing, field", "dataset: biling, field", "unknown dataset 'biling'; did you mean 'billing'?"),
        ("direction: from", "direction: both", "'direction'"),
        ("data_type: boolean", "data_type: truth", "data type"),
        ("primary_key: true, data_type: integer", "primary_key: true, umbs: {kept: false}", "rows are named by this"),
        ("{data_type: boolean}", "{umbs: {kept: false}}", "an opt-out is written there"),
        ("phone_number, data_type: string", "phone_number, read_only: true, umbs: {kept: false}", "not be changed"),
        ("origin: [direct]", "key: again", "'key' is given twice; keep one"),
        ("{primary_key: true, data_type: integer}", "{primary_key: true, data_type: integer", "not valid YAML"),
    ],
)
def test_it_refuses_a_mistake_at_its_line(tmp_path: Path, good: str, bad: str, message: str) -> None:
    assert good in BILLING
    text = BILLING.replace(good, bad, 1)
    found = problems(tmp_path, text)
    assert len(found) == 1
    assert message in found[0]
    if "YAML" not in message:
        assert int(found[0].partition(":")[0]) == line_of(text, bad)


UNNEEDED = "{identity: account, data_type: string, umbs: {kept: false}}"


def test_it_lets_a_field_go_that_no_law_needs_unless_others_lean_on_it(tmp_path: Path) -> None:
    text = BILLING.replace("{identity: account, data_type: string}", UNNEEDED)
    (loaded,) = load([write(tmp_path, "billing", text)])
    assert [item.unneeded for item in loaded.map.collections] == [("account",), ()]
    cannot = f"{line_of(text, UNNEEDED)}: `kept: false` cannot be: "
    assert [one[: len(cannot)] for one in problems(tmp_path, text, LEADS)] == [cannot], "a lead refers to the account"
    unnamed = text.replace("{primary_key: true, data_type: integer}", "{data_type: integer}")
    assert "has no primary_key" in problems(tmp_path, unnamed)[0]
    fixed = text.replace("on_delete: null, retention: TEC-02, ", "append_only: true, ")
    assert "may not be changed there" in problems(tmp_path, fixed)[0]


def test_it_reports_several_mistakes_at_once(tmp_path: Path) -> None:
    text = BILLING.replace("owner: rcm", "ownr: rcm").replace("[user.content.private]", "[user.secret]")
    found = problems(tmp_path, text.replace("field: patients.id", "field: patient.id"))
    assert [re.sub(r"\d+: ", "", one).partition("'")[0] for one in found] == [
        "",
        "unknown key ",
        "unknown data category ",
        "unknown collection ",
    ]


@pytest.mark.parametrize(
    ("connection", "message"),
    [
        ("{url: a, url_file: b}", "exactly one of url, url_file, url_env"),
        ("{}", "exactly one of url, url_file, url_env"),
        ("{url: a, timeout: 0}", "'timeout'"),
        ("{url: hunter3, pasword: hunter2}", "unknown key 'pasword'"),
    ],
)
def test_it_never_repeats_a_connection_in_a_complaint(tmp_path: Path, connection: str, message: str) -> None:
    found = problems(tmp_path, re.sub(r"connection: \{.*\}", f"connection: {connection}", BILLING))
    assert message in found[0]
    assert "hunter" not in str(found)


def test_it_refuses_two_files_for_one_source(tmp_path: Path) -> None:
    found = problems(tmp_path, BILLING, BILLING)
    assert any("source 'billing' is described by two files" in one for one in found)
    assert any("dataset 'billing' already belongs to 'billing'" in one for one in found)


def test_it_refuses_a_file_that_is_not_a_map(tmp_path: Path) -> None:
    for text, message in (
        ("", "the file is empty"),
        ("- a\n- b\n", "starts with `source:`"),
        ("source: {key: x}\n", "`dataset:` or `dataset_file:`"),
        ("source: 3\ndataset: []\n", "at least one Fideslang dataset"),
        (BILLING.replace("dataset:\n", "dataset_file: gone.yml\nignored:\n", 1), "cannot be read"),
        ("a: &a [1]\n" * 2, "second occurrence"),
        ("? [a]\n: b\n", "a key must be plain text"),
    ):
        assert any(message in one for one in problems(tmp_path, text)), (text, problems(tmp_path, text))


def test_it_does_not_expand_anchors_without_end(tmp_path: Path) -> None:
    bomb = "a: &a [x, x, x, x, x, x, x, x, x, x]\n" + "".join(
        f"{name}: &{name} [{', '.join([f'*{before}'] * 10)}]\n"
        for before, name in zip("abcdefg", "bcdefgh", strict=True)
    )
    assert "anchors expand too far" in problems(tmp_path, bomb)[0]
    assert "anchors expand too far" in problems(tmp_path, "a: &a\n  b: *a\n")[0]


def test_it_loads_a_plain_file_written_for_fides(tmp_path: Path) -> None:
    """With retired keys, the older fidesops_meta, nested fields, arrays, `after` and a namespace."""
    (tmp_path / "fides.yml").write_text(
        """\
dataset:
  - fides_key: mongo_shop
    organization_fides_key: default_organization
    data_qualifier: aggregated.anonymized.unlinked_pseudonymized.pseudonymized.identified
    retention: 30 days
    fides_meta: {namespace: {schema: shop}}
    collections:
      - name: customers
        fides_meta: {after: [mongo_shop.orders], skip_processing: false}
        fields:
          - name: _id
            fidesops_meta: {primary_key: true, data_type: object_id}
          - name: profile
            fides_meta: {data_type: object}
            fields:
              - name: emails
                data_categories: [user.contact.email]
                fides_meta: {identity: email, data_type: "string[]", return_all_elements: true}
              - name: devices
                fields:
                  - name: ga
                    fides_meta: {identity: ga_client_id, length: 40, read_only: true}
      - name: orders
        fields:
          - name: customer
            fides_meta:
              references: [{dataset: mongo_shop, field: customers._id}]
""",
        encoding="utf-8",
    )
    block = BILLING.partition("dataset:")[0]
    found = load([write(tmp_path, "shop", f"{block}dataset_file: fides.yml\n")])[0].map
    customers = found.collection("mongo_shop.customers")
    assert customers is not None
    assert [field.path for field in customers.fields] == ["_id", "profile.emails", "profile.devices.ga"]
    assert (customers.schema, customers.after, customers.primary_key) == ("shop", ("mongo_shop.orders",), ("_id",))
    device = customers.field("profile.devices.ga")
    assert device is not None
    assert (device.seed, device.length, device.read_only) == ("ga_client_id", 40, True)
    assert "ga_client_id" not in SEED_KINDS


def test_it_points_into_the_other_file_for_its_mistakes(tmp_path: Path) -> None:
    fides = BILLING[BILLING.index("dataset:") :].replace("[user.contact.email]", "[user.nothing]")
    (tmp_path / "fides.yml").write_text(fides, encoding="utf-8")
    block = BILLING.partition("dataset:")[0]
    with pytest.raises(MapError, match=r"fides\.yml:12: unknown data category 'user\.nothing'"):
        load([write(tmp_path, "shop", f"{block}dataset_file: fides.yml\n")])
