"""The words that say what a number near them is.

One pass over the folded text finds every such word; a number then asks for the nearest one. Spanish words stand beside
the English ones, since Californian and Texan notes hold both.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from fulfillment.redact.labels import Label
from fulfillment.redact.words import alternatives

SAFE: Final = "SAFE"  # claim, invoice, procedure: numbers of the trade that name nobody
PAYER: Final = "PAYER"  # an insurer's name: weaker than "member ID"
SOFT_ACCOUNT: Final = "SOFT_ACCOUNT"  # "account" without a bank word: may be the requester's account with us

# The first alternative that fits wins, so the narrow kinds stand before the wide ones.
_WORDS: Final[dict[str, str]] = {
    Label.BIOMETRIC: r"""
        finger_?prints? voice_?prints? face_?prints? face_?id retina(?:l)? iris_(?:scan|code|template)
        palm_?(?:print|vein) biometrics? huellas?(?:_dactilar(?:es)?)?
    """,
    Label.DATE_OF_BIRTH: r"""
        d[.]?o[.]?b[.]? date_of_birth birth_?dates? birth_?day born(?:_on)? fecha_de_nacimiento fdn
        nacid[oa](?:_el)?
    """,
    SAFE: r"""
        npi claim(?:s)?(?:_control)? clm icn dcn inv(?:oice)? ticket check chk cheque auth(?:orization)?
        pre-?auth prior_auth(?:orization)? referral cpt hcpcs dx icd(?:-?10)? rev(?:enue)?_code drg pos ndc
        taxonomy modifiers? grp group payer_id eft(?:_trace)? era trace batch order tracking conf(?:irmation)?
        dos page line room suite ste apt unit zip(?:_code)? amount amt total balance charges? paid copay
        deductible call_id fax_id job task version form reclamo factura toll[-_]free bin pcn clia
        medicare_part_[abcd]
    """,
    Label.SSN: r"""
        s[.]?s[.]?n[.]?s? ss_?(?:#|no[.]?|num(?:ber)?) soc(?:ial)?[._]?sec(?:urity)?
        social(?!_(?:work|media|service|hist|determ|dist)) itin seguro_social soc_#
    """,
    Label.DRIVER_LICENSE: r"""
        cdl d/?l d[.]l[.] driver['_]?s?'?_?lic(?:en[sc]es?)? driving_licen[cs]e
        licen[sc]e_(?:no[.]?|num(?:ber)?|#) lic_?# licencia(?:_de_(?:conducir|manejo))?
    """,
    Label.GOV_ID: r"""
        passport pasaporte gov(?:ernmen)?t?['_.-]*(?:issued_)?id(?:entification)?
        alien_(?:reg(?:istration)?|number) a-?number uscis visa_(?:no|number|control) green_?card
        permanent_resident state_id(?:entification)? fed(?:eral)?_id fein ein
        tax_?(?:payer_)?id(?:entification)? tin voter(?:_reg(?:istration)?)?(?:_id)? military_id dod_id edipi
        matricula(?:_consular)? consular_id national_id real_id aadhaa?r tribal_id work_permit ead
        medical_licen[cs]e nursing_licen[cs]e state_licen[cs]e curp vehicle_reg(?:istration)? license_plate
    """,
    Label.HEALTH_PLAN_ID: r"""
        memb(?:er)?(?:ship)?[.]?(?=_?(?:id|#|no|num|:|is|\d|[a-z]{0,4}\d)) member(?:_id|_number)?
        subs?(?:criber)?[.]?(?=_?(?:id|#|no|num|:|\d)) subscriber polic(?:y|ies) poliza mbi hic_?n?(?:_?#)?
        medicare(?:_id|_number|_#)? medicaid medi-?cal chip_id ins(?:urance)?(?=_?(?:id|#|no|num|policy|card))
        insurance beneficiar(?:y|ies) plan(?=_?(?:id|#|no|num)) health_?plan enrollee recipient_id cin
        cert(?:ificate)?(?=_?(?:id|#|no|num)) rx_?id hmo(?=_?(?:id|#|no)) coverage_id benef(?:iciario)?
        (?:id|numero)_de_(?:miembro|afiliado) afiliad[oa]
    """,
    Label.MRN: r"""
        m[.]?r[.]?n[.]? mr_?(?:#|no[.]?|num(?:ber)?) med(?:ical)?[._]*rec(?:ord)?s? chart
        (?:patient|pt|pat)[._]*(?:id|#|no[.]?|num(?:ber)?|ident\w*) record_(?:id|#|no[.]?|num(?:ber)?)
        hosp(?:ital)?_(?:no|num(?:ber)?|id|#) encounter visit_(?:id|#|no|num(?:ber)?) expediente hcn
        health_(?:id|record|number) medical_(?:id|number|#)
    """,
    Label.CARD: r"""
        (?:credit_|debit_|bank_|payment_|gift_)?cards? cc visa master_?card amex american_express discover(?!_)
        cvv2? cvc2? cid_code security_code exp(?:iry|iration|ires|[.])?(?:_date)?
        tarjeta(?:_de_(?:credito|debito))?
    """,
    Label.FINANCIAL_ACCOUNT: r"""
        routing rtn aba checking savings iban swift bic sort_code bank(?:ing)?(?:_acc(?:oun)?t)? direct_deposit
        ach wire micr hsa fsa debit_acct cuenta_(?:bancaria|de_(?:cheques|ahorros)) chequera transit_no
        brokerage loan
    """,
    SOFT_ACCOUNT: r"""
        acc(?:oun)?ts?[.]? a/c acct cuenta
    """,
    PAYER: r"""
        aetna cigna humana kaiser anthem molina united_?health_?care uhc blue_(?:shield|cross) bcbs bsc tricare
        champva ambetter oscar wellcare centene health_?net l[.]?a[.]?_care iehp caloptima superior amerigroup
        wellpoint scan alignment hmo ppo epo
    """,
    Label.PHONE: r"""
        phones? ph tel(?:ephone|efono)? cell?(?:ular|phone)? mob(?:ile)? fax call(?:ed|ing|back|er)? cb dial txt
        text(?:ed)? reach(?:ed|able)? contact voicemail vm home(?=_?(?:#|no|num|ph|:))
        work(?=_?(?:#|no|num|ph|:)) ext extension celular
    """,
}
_GROUP: Final = {f"k{i}": kind for i, kind in enumerate(_WORDS)}
# (?!\w) would refuse "acct123"; a keyword may touch a digit but no letter.
_KEYWORD: Final = re.compile(
    r"(?<![a-z0-9])(?:"
    + "|".join(f"(?P<k{i}>{alternatives(words)})" for i, words in enumerate(_WORDS.values()))
    + r"|(?P<alien>a ?#))(?![a-z])"
)
_JOINERS: Final = r"""
    ids? is was are no num numbers? nbr code card acct account plan policy the of for on file end(?:s|ing|ed)?
    in with last four 4 five digits? his her hers my our your their its it as to reads? says? starts? starting
    given gave provided verified new old updated changed from uh um and or full primary secondary pt patient
    member bank gov reg over phone line listed shows? de es el la numero termina en used were being has have
    that s e y i holder type ssn sub value field
"""
_JOIN: Final = re.compile(rf"(?:[\s#:.=,;\-()\"'\[\]<>_/*?]|\b(?:{alternatives(_JOINERS)})\b){{0,60}}+$")


@dataclass(frozen=True, slots=True)
class Keyword:
    """A word that names a kind of number, and where it stands."""

    start: int
    end: int
    kind: str


class Keywords:
    """All keywords of a text, asked by position."""

    def __init__(self, folded: str) -> None:
        self._text = folded
        self._all = list(_find(folded))
        self._starts = [k.start for k in self._all]
        self._ends = [k.end for k in self._all]

    def before(self, at: int, reach: int = 60) -> Keyword | None:
        """The nearest keyword that ends at or before the position."""
        i = bisect_right(self._ends, at) - 1
        if i < 0 or at - self._ends[i] > reach:
            return None
        return self._all[i]

    def after(self, at: int, reach: int = 24) -> Keyword | None:
        """The first keyword that starts at or after the position, if only joining words lie between."""
        i = bisect_left(self._starts, at)
        if i == len(self._all) or self._starts[i] - at > reach:
            return None
        return self._all[i] if self.joins(at, self._starts[i]) else None

    def joins(self, start: int, end: int) -> bool:
        """Only joining words and signs lie between."""
        return _JOIN.match(self._text, start, end) is not None


def _find(folded: str) -> Iterator[Keyword]:
    for m in _KEYWORD.finditer(folded):
        group = m.lastgroup or ""
        yield Keyword(m.start(), m.end(), Label.GOV_ID if group == "alien" else _GROUP[group])
