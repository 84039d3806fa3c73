"""The table: who gets in at each route, by which method. What is not written is closed; a route without a row fails."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

STRANGER = "stranger"
CONSUMER = "consumer"
STAFF = ("intake", "analyst", "officer", "auditor", "admin")
TOKENS = ("intake token", "analyst token", "officer token", "auditor token")
VISITORS = (STRANGER, CONSUMER, *STAFF, *TOKENS)

ANYONE = frozenset(VISITORS)
NOBODY: frozenset[str] = frozenset()
SIGNED_IN = frozenset(STAFF)
THE_CONSUMER = frozenset({CONSUMER})
CASE_TOKENS = frozenset(TOKENS)
WRITING_TOKENS = frozenset({"intake token", "analyst token", "officer token"})
LEDGER_TOKENS = frozenset({"analyst token", "officer token", "auditor token"})


@dataclass(frozen=True)
class Row:
    """`reach`: who gets in at an object that is theirs to see. Nobody gets in where there is no such object.

    `shared`: whether the object of another person is theirs as well (staff work on every case, a consumer on one).
    """

    route: str
    reach: frozenset[str]
    method: str = "GET"
    shared: bool = True
    body: dict[str, Any] | None = None


def rows(prefix: str, names: str, reach: frozenset[str], *, method: str = "GET") -> Iterable[Row]:
    """Several routes under one prefix with the same row; `-` is the prefix itself."""
    return (Row(prefix + ("" if name == "-" else name), reach, method) for name in names.split())


PORTAL = [
    *rows("", "- requests/new/ requests/new/about/ requests/new/check/ requests/new/done/", ANYONE),
    *rows("requests/", "new/ new/about/ new/check/", ANYONE, method="POST"),
    Row("requests/status/", ANYONE),
    Row("requests/status/", ANYONE, "POST"),
    *rows("requests/status/", "code/", NOBODY),  # only with a reference asked for in this browser
    *rows("requests/status/", "code/ leave/", NOBODY, method="POST"),  # which ends where one begins
    *rows("requests/status/case/", "- withdraw/ collect/", THE_CONSUMER),
    *rows(
        "requests/status/case/", "message/ file/ facts/ declaration/ withdraw/ collect/", THE_CONSUMER, method="POST"
    ),
    Row("requests/status/case/documents/<uuid:document>/", THE_CONSUMER, "POST", shared=False),
]
API = [
    Row("api/v1/schema/", ANYONE),
    Row("api/v1/requests/", ANYONE, "POST"),
    Row("api/v1/cases/", CASE_TOKENS),
    Row("api/v1/cases/<str:reference>/", CASE_TOKENS),
    Row("api/v1/cases/<str:reference>/sources/", CASE_TOKENS),
    Row("api/v1/cases/<str:reference>/events/", LEDGER_TOKENS),
    Row("api/v1/cases/<str:reference>/<str:verb>/", WRITING_TOKENS, "POST", body={"note": "Called back."}),
]
ACCOUNTS = [
    *rows("accounts/", "login/ logout/ inactive/ signup/ confirm-email/", ANYONE),
    *rows("accounts/password/reset/", "- key/done/ done/", ANYONE),
    Row("accounts/^confirm-email/(?P<key>[-:\\w]+)/$", ANYONE),
    Row("accounts/^password/reset/key/(?P<uidb36>[0-9A-Za-z]+)-(?P<key>.+)/$", ANYONE),
    *rows(
        "accounts/", "email/ reauthenticate/ password/change/ password/set/ sessions/ login/code/confirm/", SIGNED_IN
    ),
    *rows("accounts/2fa/", "- authenticate/ reauthenticate/ totp/activate/ totp/deactivate/", SIGNED_IN),
    *rows("accounts/2fa/recovery-codes/", "- generate/ download/", SIGNED_IN),
]
MATRIX = [*PORTAL, *API, *ACCOUNTS]
