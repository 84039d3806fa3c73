"""What may be withheld, how it is named to a reader, and who it protects.

The labels are the contract's. Role NEVER is the list of 11 CCR 7024(d): not disclosed to anyone, the requester
included. Role OTHER is the personal data of someone else and gives way to the requester's own data.
"""

from __future__ import annotations

import re
from enum import StrEnum
from typing import Final


class Role(StrEnum):
    """Why something is withheld."""

    NEVER = "NEVER"
    OTHER = "OTHER"


class Label(StrEnum):
    """The kinds of data the desk knows."""

    PERSON = "PERSON"
    EMAIL = "EMAIL"
    PHONE = "PHONE"
    ADDRESS = "ADDRESS"
    DATE_OF_BIRTH = "DATE_OF_BIRTH"
    SSN = "SSN"
    DRIVER_LICENSE = "DRIVER_LICENSE"
    GOV_ID = "GOV_ID"
    FINANCIAL_ACCOUNT = "FINANCIAL_ACCOUNT"
    CARD = "CARD"
    HEALTH_PLAN_ID = "HEALTH_PLAN_ID"
    MRN = "MRN"
    PASSWORD = "PASSWORD"  # noqa: S105 - the name of a kind of data
    SECURITY_ANSWER = "SECURITY_ANSWER"
    BIOMETRIC = "BIOMETRIC"
    IP = "IP"
    URL = "URL"
    OTHER = "OTHER"


NEVER: Final = frozenset(
    {
        Label.SSN,
        Label.DRIVER_LICENSE,
        Label.GOV_ID,
        Label.FINANCIAL_ACCOUNT,
        Label.CARD,
        Label.HEALTH_PLAN_ID,
        Label.MRN,
        Label.PASSWORD,
        Label.SECURITY_ANSWER,
        Label.BIOMETRIC,
    }
)

# The kind is told with "sufficient particularity" (7024(d)), the value and its length are not.
_TEXT: Final[dict[str, dict[Label, str]]] = {
    "en": {
        Label.PERSON: "another person's name",
        Label.EMAIL: "another person's e-mail address",
        Label.PHONE: "another person's phone number",
        Label.ADDRESS: "another person's postal address",
        Label.DATE_OF_BIRTH: "another person's date of birth",
        Label.SSN: "Social Security number",
        Label.DRIVER_LICENSE: "driver's license number",
        Label.GOV_ID: "government-issued identification number",
        Label.FINANCIAL_ACCOUNT: "financial account number",
        Label.CARD: "payment card number",
        Label.HEALTH_PLAN_ID: "health insurance identification number",
        Label.MRN: "medical identification number",
        Label.PASSWORD: "account password",
        Label.SECURITY_ANSWER: "security question and answer",
        Label.BIOMETRIC: "unique biometric data",
        Label.IP: "another person's IP address",
        Label.URL: "web address that identifies another person",
        Label.OTHER: "information that may not be disclosed",
    },
    "es": {
        Label.PERSON: "nombre de otra persona",
        Label.EMAIL: "correo electrónico de otra persona",
        Label.PHONE: "teléfono de otra persona",
        Label.ADDRESS: "dirección postal de otra persona",
        Label.DATE_OF_BIRTH: "fecha de nacimiento de otra persona",
        Label.SSN: "número de Seguro Social",
        Label.DRIVER_LICENSE: "número de licencia de conducir",
        Label.GOV_ID: "número de identificación oficial",
        Label.FINANCIAL_ACCOUNT: "número de cuenta financiera",
        Label.CARD: "número de tarjeta de pago",
        Label.HEALTH_PLAN_ID: "número de identificación del seguro médico",
        Label.MRN: "número de identificación médica",
        Label.PASSWORD: "contraseña de cuenta",
        Label.SECURITY_ANSWER: "pregunta y respuesta de seguridad",
        Label.BIOMETRIC: "datos biométricos únicos",
        Label.IP: "dirección IP de otra persona",
        Label.URL: "dirección web que identifica a otra persona",
        Label.OTHER: "información que no puede divulgarse",
    },
}
_FRAME: Final = {"en": "[withheld: {}]", "es": "[retenido: {}]"}

PLACEHOLDER: Final = re.compile(
    "|".join(re.escape(_FRAME[lang].format(text)) for lang, texts in _TEXT.items() for text in texts.values())
)


def role_of(label: Label) -> Role:
    """NEVER for the 7024(d) kinds, OTHER for the rest."""
    return Role.NEVER if label in NEVER else Role.OTHER


def describe(label: Label, language: str = "en") -> str:
    """The kind in words, for letters and pages."""
    return _TEXT[language][label]


def withheld(label: Label, language: str = "en") -> str:
    """The text that stands in for a withheld value; the same for every value of the kind."""
    return _FRAME[language].format(_TEXT[language][label])
