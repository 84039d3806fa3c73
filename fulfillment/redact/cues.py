"""The words that announce a person, and the ways in which names are written."""

from __future__ import annotations

import re
from typing import Final

from fulfillment.redact.words import alternatives

_KIN: Final = alternatives(
    r"""
        (?:ex[\-_]?)?(?:husband|wife|spouse) mother father mom mum dad son daughter sister brother roommate
        caregiver care_?giver abuel[ao] abuelit[ao] step(?:dad|mom|father|mother|son|daughter|sister|brother)
        (?:mother|father|sister|brother|son|daughter)[\-_]in[\-_]law grand(?:mother|father|ma|pa|son|daughter)
        neighbor neighbour aunt uncle cousin niece nephew fianc[e]{1,2} girlfriend boyfriend partner friend twin
        espos[ao] hij[ao] herman[ao] madre padre mama papa ti[ao] prim[ao] vecin[ao] suegr[ao] cunad[ao]
        nuer[ao] yerno marido mujer
    """
)
_OFFICE: Final = alternatives(
    r"""
        guarantor subscriber emergency_contact adjuster atty attorney lawyer agent supervisor supv manager mgr
        rep biller coder nurse interpreter translator witness policy_?holder insured employee coworker co-worker
        assignee assigned_to assigned requester requested_by approved_by reviewed_by entered_by posted_by
        noted_by created_by prepared_by signed_by verified_by verified_with handled_by completed_by taken_by
        seen_by treated_by ordered_by referred_by rendering(?:_md|_provider)? referring(?:_md|_provider)?
        attending pcp provider officer detective judge deputy contact responsible_party next_of_kin poa
        power_of_attorney care_of c/o attn attention account_holder cardholder card_holder beneficiary claimant
        landlord tenant guardian caseworker social_worker
    """
)
_SPEECH: Final = alternatives(
    r"""
        spoke(?:n)?(?:_with|_w/?|_to) speaking(?:_with|_to) talked_(?:to|with) talk_(?:to|with)
        speak_(?:to|with) msg_(?:with|for|from) message_(?:with|for|from)
        left_(?:a_)?(?:msg|message|vm|voicemail)_(?:for|with) vm_(?:from|for) voicemail_(?:from|for)
        call(?:ed)?_(?:from|by) callback_(?:from|for)
        (?:can|please|pls|to|should|will|may|must|you)_(?:e-?mail|call|text|contact|reach|phone|ask)
        my_name(?:_is|'s) name_is name_was (?<=s_)name_is named nombre_es me_llamo se_llama habl[eo]_con soy
        this_is i_am i'm asked_for ask_for chart_-_this_is payment_for eob_for bill_for statement_for account_of
        on_behalf_of met_with emailed texted contacted transferred_to escalated_to per_convo_with
        conversation_with introduced signed, per name nombre first_name last_name patient_name pt_name names
        caller employee_name member_name subscriber_name guarantor_name spouse_name
    """
)
_TITLE: Final = alternatives(
    r"""
        mr mrs ms miss mx dr doctor doctora prof professor rev father sister sgt capt lt officer sr sra srta
        senor senora don dona nurse judge atty
    """
)
_CLOSE: Final = alternatives(
    r"""
        thanks thank_you regards best sincerely cheers respectfully cordially gracias saludos atentamente warmly
        yours_truly best_wishes
    """
)
_WEAK: Final = alternatives(
    r"""
        patient pt to from by cc bcc for with w/ re hi hello hey dear hola and fwd subject member client agent
        user vm para de con via both called calling caller_is
    """
)
CUE: Final = re.compile(
    rf"(?<![a-z0-9])(?:(?P<title>(?:{_TITLE})\.?)|(?P<speech>{_SPEECH})|(?P<kin>{_KIN})"
    rf"|(?P<office>{_OFFICE})|(?P<close>{_CLOSE})"
    rf"|(?P<weak>{_WEAK}))(?![a-z0-9])(?P<gap>[\s:,.*\-(\"'’/#<]{{0,4}}(?:(?:is|was|name|names|are"
    rf"|also)[\s:]{{1,2}})?)"
)
TURNED: Final = re.compile(
    r"(?<![\w,])(?P<last>[A-ZÀ-Þ][^\W_]{1,25}(?:['’\- ][A-ZÀ-Þ][^\W_]{1,25}){0,2})(?:,[ ]?"
    r"|/)(?P<first>[A-ZÀ-Þ][^\W_]{1,25})(?:[ ](?:[A-ZÀ-Þ]\.?|[A-ZÀ-Þ]{3,20})(?![\w]))?(?![\w])"
)
INITIAL_LAST: Final = re.compile(
    r"(?<![\w.])[A-Z]\.[ ]?(?:[A-Z]\.[ "
    r"]?)?(?P<last>[A-ZÀ-Þ][^\W\d_]{1,25}(?:['’\-][A-ZÀ-Þ]?[^\W\d_]{1,25})?)(?!\w)"
)
FIRST_INITIAL: Final = re.compile(r"(?<![\w\-])(?P<first>[A-ZÀ-Þ][^\W\d_]{2,20}) [A-Z]\.?(?![\w'’]|-\w)")
OWNER_OF_KIN: Final = re.compile(
    (
        r"(?<![\w])(?P<name>[A-ZÀ-Þ][^\W\d_]{2,20})['’]s (?:husband|wife|mother|father|mom|dad|son"
        r"|daughter|sister|brother|account|bill|chart|claim|phone|email|card|ssn|dob)"
    ),
    re.IGNORECASE,
)
