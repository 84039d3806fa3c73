"""The table: who gets in at each route, by which method. What is not written is closed; a route without a row fails."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

STRANGER = "stranger"
CONSUMER = "consumer"
ACTING = "acting"  # whoever asks for the person, with a code from their own address
STAFF = ("intake", "analyst", "officer", "auditor", "admin")
CASE_READERS = ("intake token", "analyst token", "officer token", "auditor token")
TOKENS = (*CASE_READERS, "admin token")  # the last is that of another system, which asks and sees no case
SUPERUSER = "superuser"
VISITORS = (STRANGER, CONSUMER, ACTING, *STAFF, SUPERUSER, *TOKENS)

ANYONE = frozenset(VISITORS)
NOBODY: frozenset[str] = frozenset()
SIGNED_IN = frozenset({*STAFF, SUPERUSER})
CASE_WORKERS = frozenset({"intake", "analyst", "officer", "auditor"})
POSTERS = frozenset({"intake", "analyst", "officer"})
REVIEWERS = frozenset({"analyst", "officer"})
LEDGER_READERS = frozenset({"analyst", "officer", "auditor"})
ADMINISTRATORS = frozenset({"admin", SUPERUSER})
THE_OFFICER = frozenset({"officer"})
THE_CONSUMER = frozenset({CONSUMER})
THE_AGENT = frozenset({ACTING})
CASE_TOKENS = frozenset(CASE_READERS)
WRITING_TOKENS = frozenset({"intake token", "analyst token", "officer token"})
REVIEWING_TOKENS = frozenset({"analyst token", "officer token"})
LEDGER_TOKENS = frozenset({"analyst token", "officer token", "auditor token"})


@dataclass(frozen=True)
class Row:
    """`reach`: who gets in at an object that is theirs to see. Nobody gets in where there is no such object.

    `parameter`: what stands in the route for a verb. `shared`: whether the object of another person is theirs as well
    (staff work on every case, a consumer on one); or to whom of them it is.
    """

    route: str
    reach: frozenset[str]
    method: str = "GET"
    shared: bool | frozenset[str] = True
    body: dict[str, Any] | None = None
    parameter: str = ""


def rows(prefix: str, names: str, reach: frozenset[str], *, method: str = "GET") -> Iterable[Row]:
    """Several routes under one prefix with the same row; `-` is the prefix itself."""
    return (Row(prefix + ("" if name == "-" else name), reach, method) for name in names.split())


PORTAL = [
    *rows("", "- requests/new/ requests/new/about/ requests/new/check/ requests/new/done/", ANYONE),
    *rows("", "privacy-choices/ .well-known/gpc.json", ANYONE),
    Row("privacy-choices/", ANYONE, "POST"),
    *rows("requests/", "new/ new/about/ new/check/ new/who/", ANYONE, method="POST"),
    Row("requests/new/who/", ANYONE),
    Row("requests/new/done/permission/", ANYONE, "POST"),  # leads home in a browser that has asked nothing
    Row("requests/acting/", ANYONE),
    Row("requests/acting/", ANYONE, "POST"),
    Row("requests/acting/code/", NOBODY),  # only with a reference asked for in this browser
    *rows("requests/acting/", "code/ leave/", NOBODY, method="POST"),  # which ends where one begins
    Row("requests/acting/case/", THE_AGENT),
    *rows("requests/acting/case/", "permission/ withdraw/", THE_AGENT, method="POST"),
    Row("language/", ANYONE, "POST", body={"language": "es"}),
    Row("requests/status/", ANYONE),
    Row("requests/status/", ANYONE, "POST"),
    *rows("requests/status/", "code/", NOBODY),  # only with a reference asked for in this browser
    *rows("requests/status/", "code/ leave/", NOBODY, method="POST"),  # which ends where one begins
    Row("requests/new/corrections/", ANYONE),
    Row("requests/new/corrections/", ANYONE, "POST"),
    *rows("requests/status/case/corrections/<int:number>/", "file/ statement/", NOBODY, method="POST"),  # has none
    *rows("requests/status/case/", "- withdraw/ collect/ permission/", THE_CONSUMER),
    *rows(
        "requests/status/case/",
        "message/ file/ facts/ declaration/ confirm/ withdraw/ collect/ appeal/ permission/",
        THE_CONSUMER,
        method="POST",
    ),
    Row("requests/status/case/documents/<uuid:document>/", THE_CONSUMER, "POST", shared=False),
]
RESTRICTED = {"purpose": "marketing", "identifiers": [{"kind": "email", "value": "ada@example.org"}]}
API = [
    Row("api/v1/schema/", ANYONE),
    Row("api/v1/requests/", ANYONE, "POST"),
    Row("api/v1/cases/", CASE_TOKENS),
    Row("api/v1/cases/<str:reference>/", CASE_TOKENS),
    Row("api/v1/cases/<str:reference>/sources/", CASE_TOKENS),
    Row("api/v1/cases/<str:reference>/events/", LEDGER_TOKENS),
    Row("api/v1/restrictions/check/", frozenset({"admin token"}), "POST", body=RESTRICTED),
    Row("api/v1/cases/<str:reference>/corrections/", REVIEWING_TOKENS),
    Row("api/v1/cases/<str:reference>/corrections/<int:number>/file/", NOBODY, "POST"),  # has none
    Row("api/v1/<path:anything>", NOBODY),
    Row("api/v1/cases/<str:reference>/<str:verb>/", WRITING_TOKENS, "POST", body={"note": "Called back."}),
]
ACCOUNTS = [
    *rows("accounts/", "login/ logout/ inactive/ signup/ confirm-email/", ANYONE),
    *rows("accounts/password/reset/", "- key/done/ done/", ANYONE),
    Row("accounts/^confirm-email/(?P<key>[-:\\w]+)/$", ANYONE),
    Row("accounts/^password/reset/key/(?P<uidb36>[0-9A-Za-z]+)-(?P<key>.+)/$", ANYONE),
    *rows("accounts/", "email/ password/change/ password/set/ sessions/ login/code/confirm/", SIGNED_IN),
    *rows("accounts/2fa/", "- authenticate/ reauthenticate/", SIGNED_IN),
    *rows("accounts/2fa/", "totp/activate/ totp/deactivate/", NOBODY),  # without a fresh proof
    *rows("accounts/2fa/recovery-codes/", "- generate/ download/", NOBODY),  # the same
    Row("accounts/reauthenticate/", NOBODY),  # sends on to the second factor
]
STAFF_PAGES = [
    Row("staff/", SIGNED_IN),  # administrators are sent on to the accounts
    *rows("staff/", "queue.csv sources/", CASE_WORKERS),
    *rows("staff/people/", "- <str:username>/", ADMINISTRATORS),
    *rows("staff/people/", "- <str:username>/role/ <str:username>/act/<str:verb>/", NOBODY, method="POST"),
    Row("staff/search/", CASE_WORKERS, "POST"),
    Row("staff/post/", POSTERS),
    Row("staff/post/chosen/", POSTERS, "POST"),
    Row("staff/post/<uuid:notice>/undo/", POSTERS, "POST"),
    Row("staff/returned/", POSTERS),
    Row("staff/returned/<uuid:notice>/", NOBODY, "POST"),  # nothing came back here
    Row("staff/documents/<uuid:document>/", NOBODY),  # a package: without a fresh proof
    Row("staff/openings/", frozenset({"officer", "auditor", "admin", SUPERUSER})),
    Row("staff/holds/", CASE_WORKERS),
    *rows("staff/holds/", "case/ source/", NOBODY, method="POST"),  # without a fresh proof
    Row("staff/owed/", CASE_WORKERS),
    *rows("staff/owed/<uuid:obligation>/", "try/ hand-over/", REVIEWERS, method="POST"),
    Row("staff/owed/<uuid:obligation>/settle/", NOBODY, "POST"),  # without a fresh proof
    Row("staff/holds/<uuid:hold>/lift/", NOBODY, "POST"),  # without a fresh proof
    *rows("staff/cases/<str:reference>/", "- messages/ plan/ plan.csv", CASE_WORKERS),
    Row("staff/cases/<str:reference>/history/", LEDGER_READERS),
    Row("staff/cases/<str:reference>/review/", REVIEWERS, shared=False),
    Row("staff/cases/<str:reference>/open/", REVIEWERS),
    Row("staff/cases/<str:reference>/open/", REVIEWERS, "POST", body={"reason": "The colleague is ill today."}),
    *rows("staff/cases/<str:reference>/review/", "rule/ add/", REVIEWERS, method="POST"),
    Row("staff/cases/<str:reference>/answer/", REVIEWERS),
    Row("staff/cases/<str:reference>/corrections/", REVIEWERS),
    Row("staff/cases/<str:reference>/corrections/handed-in/", POSTERS),
    Row("staff/cases/<str:reference>/corrections/<int:number>/", NOBODY, "POST"),  # this case asks for no correction
    *rows(
        "staff/cases/<str:reference>/corrections/<int:number>/", "file/ statement/", NOBODY, method="POST"
    ),  # the same
    Row("staff/cases/<str:reference>/files/<uuid:file>/", REVIEWERS, shared=False),
    Row("staff/cases/<str:reference>/authority/", POSTERS, "POST"),
    Row("staff/cases/<str:reference>/referrals/<uuid:referral_id>/", POSTERS, "POST"),
    Row("staff/cases/<str:reference>/act/<str:verb>/", POSTERS, "POST", body={"note-text": "Rang."}, parameter="note"),
    Row("staff/cases/<str:reference>/decide/<str:verb>/", NOBODY, "POST", parameter="deny"),  # without a fresh proof
    Row("staff/sources/<str:key>/check/", REVIEWERS, "POST"),
]
# A call that is no case yet is its operator's, iris of intake here, and the officer's.
CALL_TAKERS = frozenset({"intake", "officer"})
PHONE_DESK = [
    Row("staff/phone/", POSTERS),
    Row("staff/phone/verify/<str:reference>/", POSTERS),
    Row("staff/phone/verify/<str:reference>/", POSTERS, "POST", body={"code": "000000"}),
    Row("staff/phone/", POSTERS, "POST", body={"channel": "phone"}),
    *(Row(f"staff/phone/<uuid:draft>/{part}", CALL_TAKERS, "GET", THE_OFFICER) for part in ("", "done/", "letter/")),
    *(
        Row(f"staff/phone/<uuid:draft>/{part}", CALL_TAKERS, "POST", THE_OFFICER)
        for part in ("", "save/", "look-up/", "resume/")
    ),
]
# A task of a source's owner: the page is anybody's and shows nothing without the key from the mail.
OWNERS = [Row("tasks/<uuid:task>/", ANYONE), Row("tasks/<uuid:task>/", ANYONE, "POST", body={"key": "AAAA-BBBB"})]
OPERATOR = [*rows("", "healthz readyz metrics", ANYONE)]  # /metrics: from the private network, which a test client is
MATRIX = [*PORTAL, *STAFF_PAGES, *PHONE_DESK, *API, *ACCOUNTS, *OWNERS, *OPERATOR]
ADMIN = "staff/admin/"  # a table of its own in the test: superusers and nobody else
