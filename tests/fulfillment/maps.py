"""Small data maps as text, for tests that change a word in them."""

from __future__ import annotations

from pathlib import Path

BILLING = """\
source:
  key: billing
  name: Billing database
  owner: rcm@example.org
  role: controller
  connector: sql
  connection: {url: "postgresql+psycopg://reader:hunter2@db.example.org/billing"}
  origin: [direct]
  purposes: [billing]
  recipients:
    - {key: ads, name: Ads, kind: third_party, channel: email, categories: [user.contact.email], sold_or_shared: true}
dataset:
  - fides_key: billing
    name: Billing
    collections:
      - name: patients
        fides_meta:
          umbs: {on_delete: null, retention: TEC-02, suppress: {marketing_ok: false}}
        fields:
          - name: id
            fides_meta: {primary_key: true, data_type: integer}
          - name: email
            data_categories: [user.contact.email]
            fides_meta: {identity: email, data_type: string}
          - name: phone
            data_categories: [user.contact.phone_number]
            fides_meta: {identity: phone_number, data_type: string}
          - name: account
            fides_meta: {identity: account, data_type: string}
          - name: marketing_ok
            fides_meta: {data_type: boolean}
          - name: secret_note
            data_categories: [user.content.private]
            fides_meta: {umbs: {never_disclose: true, free_text: true, person_of: other}}
      - name: visits
        fields:
          - name: id
            fides_meta: {primary_key: true}
          - name: patient_id
            fides_meta:
              references:
                - {dataset: billing, field: patients.id, direction: from}
"""
LEADS = """\
source:
  key: leads
  name: Leads
  owner: marketing@example.org
  role: business_associate
  covered_entity: {name: Elm Clinic, contact: privacy@elm.example}
  connector: sql
  connection: {url: "sqlite:///leads.sqlite3"}
dataset:
  - fides_key: leads
    collections:
      - name: leads
        fields:
          - name: lead_id
            fides_meta: {primary_key: true}
          - name: account
            fides_meta:
              references:
                - {dataset: billing, field: patients.account, direction: from}
"""


def write(folder: Path, name: str, text: str) -> Path:
    path = folder / f"{name}.yml"
    path.write_text(text, encoding="utf-8")
    return path
