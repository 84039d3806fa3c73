"""Keys per case, sealed fields, keyed indexes, sealed files. Destroy a case's key, and its contents are gone."""

from __future__ import annotations

from requests_app.vault.case_key import CaseVault, create_key, destroy_key
from requests_app.vault.index import blind_index, keyed_hash, suppression_token

__all__ = ["CaseVault", "blind_index", "create_key", "destroy_key", "keyed_hash", "suppression_token"]
