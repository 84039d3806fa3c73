"""The strict schema of what is ours in a data map: the source block and the extras under `fides_meta.umbs`.

Fideslang drops keys it does not know and accepts categories that do not exist; a typo there would silently hide a
table or disclose a column. Here an unknown word is an error.
"""

from __future__ import annotations

import re
from typing import Annotated, Literal

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    StringConstraints,
    ValidationInfo,
    field_validator,
    model_validator,
)

from fulfillment.connectors import BY_MAIL
from fulfillment.datamap.taxonomy import checked
from fulfillment.datamap.words import unknown
from requests_app.casefile import reasons

Key = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_-]{0,62}$")]
Text = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=200)]
Identity = Literal[
    "email", "phone", "phone_number", "account", "account_number", "name", "date_of_birth", "postal_address"
]
MAIL_ADDRESS = re.compile(r"^[^@\s]+@[^@\s]+\.[^@\s]+$")
Origin = Literal["direct", "automatic", "lead_generation", "social_network", "partner", "public"]
RecipientKind = Literal["service_provider", "third_party", "affiliate", "audience_matching", "public"]
OnDelete = Literal["delete", "null", "pseudonymise", "keep", "refer"]


def _null_is_a_word(value: object) -> object:
    """YAML reads the bare word `null` as nothing; in `on_delete: null` it is meant as the word."""
    return "null" if value is None else value


def reason_code(code: str) -> str:
    codes = [reason.code for reason in reasons.all()]
    if code not in codes:
        raise ValueError(unknown("reason code", code, codes))
    return code


class Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class CoveredEntity(Strict):
    """The provider whose records are held; `contact` is the address to which a referral is mailed."""

    name: Text
    contact: Annotated[Text, StringConstraints(pattern=MAIL_ADDRESS.pattern)]


class Recipient(Strict):
    key: Key
    name: Text
    kind: RecipientKind
    contact: Text | None = None
    channel: Literal["email", "opendsr", "task"] | None = None
    categories: list[Annotated[str, AfterValidator(checked)]] = []
    sold_or_shared: bool = False


class Connection(Strict):
    """Where the system is; exactly one of the three ways to give the URL. Options are the connector's time limits."""

    url: Text | None = None
    url_file: Text | None = None
    url_env: Annotated[str, StringConstraints(pattern=r"^[A-Z][A-Z0-9_]*$")] | None = None
    connect_timeout: Annotated[float, Field(gt=0, le=120)] | None = None
    timeout: Annotated[float, Field(gt=0, le=3600)] | None = None
    max_bytes: Annotated[int, Field(gt=0)] | None = None

    @model_validator(mode="after")
    def _one_url(self) -> Connection:
        if sum(item is not None for item in (self.url, self.url_file, self.url_env)) != 1:
            message = "give exactly one of url, url_file, url_env"
            raise ValueError(message)
        return self


class SourceBlock(Strict):
    key: Key
    name: Annotated[Text, StringConstraints(max_length=120)]
    owner: Text
    covered_entity: CoveredEntity | None = None
    role: Literal["controller", "business_associate"]
    connector: Text
    connection: Connection | None = None
    recheck_after_days: list[Annotated[int, Field(ge=0, le=3650)]] = [0]
    origin: list[Origin] = []
    purposes: list[Text] = []
    recipients: list[Recipient] = []

    @field_validator("role")
    @classmethod
    def _referral_is_named(cls, role: str, found: ValidationInfo) -> str:
        """45 CFR 164.504(e): a business associate answers through the provider, so the provider must be known."""
        if role == "business_associate" and not found.data.get("covered_entity"):
            message = "a business_associate source needs covered_entity: {name, contact}, to whom people are referred"
            raise ValueError(message)
        return role

    @field_validator("connector")
    @classmethod
    def _owner_is_asked(cls, connector: str, found: ValidationInfo) -> str:
        """Its owner looks and answers, so there is an address to ask and nothing to connect to."""
        if connector not in BY_MAIL:
            return connector
        if not MAIL_ADDRESS.fullmatch(str(found.data.get("owner", ""))):
            message = f"the owner of a {connector} source is asked by mail: give an e-mail address as `owner`"
            raise ValueError(message)
        if found.data.get("role") == "business_associate":
            message = f"a {connector} source held for a provider is the provider's to look into, not ours"
            raise ValueError(message)
        return connector

    @field_validator("connection")
    @classmethod
    def _nothing_to_connect_to(cls, connection: Connection | None, found: ValidationInfo) -> Connection | None:
        if connection is not None and found.data.get("connector") in BY_MAIL:
            message = "leave `connection` out: the owner of this source is asked by mail"
            raise ValueError(message)
        return connection


class Called(Strict):
    """What people call a collection, as its name in a sentence."""

    en: Text
    es: Text


class KeepFor(Strict):
    """How long a row is kept: so many years after the day in the column `after`.

    `collection.column` is the day of the row there that this one refers to: a claim's lines have none of their own.
    """

    years: Annotated[int, Field(ge=1, le=100)]
    after: Text


class CollectionExtras(Strict):
    """`called` is its name on papers; `suppress` the columns that an opt-out sets, `unsuppress` what takes it
    back (unneeded for yes and no); `glob` the documents of `files`.

    `retention` is a reason code: why rows are kept, and with `keep_for` how long. In an `append_only` collection no row
    can be deleted or, unless `on_delete` says null or pseudonymise, changed.
    """

    called: Called | None = None
    on_delete: Annotated[OnDelete | None, BeforeValidator(_null_is_a_word)] = None
    retention: Annotated[str, AfterValidator(reason_code)] | None = None
    keep_for: KeepFor | None = None
    append_only: bool = False
    suppress: dict[str, bool | int | str | None] = {}
    unsuppress: dict[str, bool | int | str | None] = {}
    glob: Text | None = None

    @model_validator(mode="after")
    def _kept_on_a_ground(self) -> CollectionExtras:
        if self.on_delete == "keep" and not self.retention:
            message = "`on_delete: keep` needs `retention`, the code of its ground"
            raise ValueError(message)
        if self.keep_for and self.on_delete != "keep":
            message = "`keep_for` says how long rows are kept; it needs `on_delete: keep`"
            raise ValueError(message)
        return self


class FieldExtras(Strict):
    """`mentions` lists the identifiers that are searched for inside a free text.

    `kept: false`: where a law keeps the row, it does not need this field, which is emptied (11 CCR 7022(f)(3): what is
    kept is kept for that purpose alone).
    """

    kept: bool = True
    never_disclose: bool = False
    free_text: bool = False
    person_of: Literal["subject", "other", "staff"] | None = None
    mentions: list[Identity] = []
