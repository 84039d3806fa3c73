"""The sentences behind the codes, in the reader's language. A code without a sentence is printed as it is."""

from __future__ import annotations

from typing import Final

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

Words = dict[str, Promise]

# What follows "You asked us to".
ASKED: Final[Words] = {
    "access": _("give you a copy of the personal information we hold about you"),
    "know_categories": _("tell you which categories of personal information we hold about you"),
    "portability": _("give you your personal information in a form that you can take elsewhere"),
    "delete": _("delete the personal information we hold about you"),
    "correct": _("correct the personal information we hold about you"),
    "opt_out_sale_sharing": _("stop selling and sharing your personal information"),
    "opt_out_targeted_ads": _("stop using your personal information for targeted advertising"),
    "opt_out_profiling": _("stop using your personal information for profiling"),
    "limit_sensitive": _("limit how we use your sensitive personal information"),
    "opt_in_sale_sharing": _("allow the sale and sharing of your personal information again"),
    "third_party_list": _("tell you which third parties received your personal information"),
}
RIGHT: Final[Words] = {
    "access": _("Access"),
    "know_categories": _("Categories of information"),
    "portability": _("Portable copy"),
    "delete": _("Deletion"),
    "correct": _("Correction"),
    "opt_out_sale_sharing": _("Opt-out of sale and sharing"),
    "opt_out_targeted_ads": _("Opt-out of targeted advertising"),
    "opt_out_profiling": _("Opt-out of profiling"),
    "limit_sensitive": _("Limit on sensitive information"),
    "opt_in_sale_sharing": _("Opt-in to sale and sharing"),
    "third_party_list": _("List of third parties"),
}
CHANNEL: Final[Words] = {
    "web": _("our web form"),
    "api": _("our programming interface"),
    "phone": _("phone"),
    "mail": _("mail"),
    "walk_in": _("a visit to our office"),
}
CLOCK: Final[Words] = {
    "acknowledge": _("Confirm that we received the request"),
    "answer": _("Answer the request"),
    "opt_out": _("Carry out the opt-out"),
    "appeal": _("Decide the appeal"),
    "referral": _("Tell the health care provider"),
}
OUTCOME: Final[Words] = {
    "fulfilled": _("Fulfilled"),
    "partly": _("Fulfilled in part"),
    "refused": _("Refused"),
    "referred": _("Referred to the health care provider"),
    "unverified": _("Not fulfilled: identity could not be proven"),
    "withdrawn": _("Withdrawn by you"),
    "merged": _("Joined with another request of yours"),
}
LEVEL: Final[Words] = {
    "none": _("none"),
    "channel": _("control of the address given"),
    "reasonable": _("reasonable degree of certainty"),
    "high": _("reasonably high degree of certainty"),
}
PROOF: Final[Words] = {
    "code": _("one-time code"),
    "match": _("facts that match our records"),
    "declaration": _("declaration signed under penalty of perjury"),
    "officer": _("decision of the privacy officer"),
}
IDENTIFIER: Final[Words] = {
    "email": _("e-mail address"),
    "phone": _("phone number"),
    "account": _("account number"),
    "name": _("name"),
    "date_of_birth": _("date of birth"),
    "postal_address": _("postal address"),
    "practice_id": _("practice ID"),
}
WHY_NOT: Final[Words] = {
    "failed": _("The system could not be searched."),
    "pending": _("The request ended before this system was searched."),
    "not_searched": _("The system was not searched."),
    "disabled": _("The system is out of use."),
    "no_identifier": _("You gave us nothing that this system can be searched by."),
    "not_searchable": _("Not in a searchable form, kept only for legal reasons and neither sold nor used."),
    "referred": _("The records belong to a health care provider."),
    "waiting_for_owner": _("Somebody was asked to look there and had not answered when the request ended."),
    "owner_answered": _("The request ended before the answer of the one who looked there was read."),
    "OPS-02": _(
        "Some old paper files are stored only to meet legal duties and cannot be searched by name. They are locked and"
        " will be destroyed on schedule."
    ),
}
STAFF: Final[Words] = {
    "intake": _("Intake clerk"),
    "analyst": _("Privacy analyst"),
    "officer": _("Privacy officer"),
    "admin": _("Administrator"),
}
RESULT: Final[Words] = {
    "written": _("Done in the system"),
    "not_found": _("Nobody found there"),
    "not_capable": _("Kept on the suppression list, which is asked before each use"),
    "failed": _("Not done yet: we keep trying"),
}
NOTICE: Final[Words] = {
    "acknowledgement": _("Confirmation that we received your request"),
    "extension": _("Notice that we need more time"),
    "denial": _("Our decision and its reason"),
    "unverified": _("Notice that identity could not be proven"),
    "ready": _("Your copy"),
    "opt_out_done": _("Confirmation that the opt-out was carried out"),
    "withdrawn": _("Confirmation that you withdrew the request"),
    "message": _("Notice that a message is waiting"),
    "code": _("Letter with a one-time code"),
    "authority": _("Question whether somebody may act for you"),
    "appeal_upheld": _("Our decision on your appeal"),
    "correction_done": _("What came of the correction"),
    "deletion_done": _("What was deleted, and what not"),
    "follow_up": _("What was still open"),
    "opt_in_done": _("Confirmation of your choice"),
    "referral": _("Who answers for health information"),
}
ERASED: Final[Words] = {
    "deleted": _("Deleted"),
    "pseudonymised": _("Your details replaced by values that identify nobody"),
    "nulled": _("Your details taken out, the rest of the entry stays"),
    "trimmed": _("Taken out; the rest of the entry is kept"),
    "kept": _("Kept"),
    "referred": _("Not ours: a health care provider decides"),
    "deferred": _("Not done yet"),
    "not_found": _("No longer there when we came to it"),
}
# The heading of the letter that answers a deletion.
DELETION: Final[Words] = {
    "all": _("Your information was deleted"),
    "some": _("What we deleted, and what we did not"),
    "none": _("What we did not delete, and why"),
    "late": _("We could not delete your information yet"),
    "nothing": _("We found nothing to delete"),
}
# What comes before another try where no day is known.
EVENT: Final[Words] = {
    "": _("It is not tried again."),
    "retention_ends": _("When the time is over for which it has to be kept."),
    "hold_released": _("When the legal hold ends."),
    "account_closed": _("When the account or contract ends."),
    "owner_done": _("When the team named here has done its part."),
    "source_date": _("When the company that holds it says that it is done."),
    "provider_answers": _("The provider answers you; we do not try again."),
    "new_evidence": _("When you send us more."),
}
CORRECTED: Final[Words] = {
    "corrected": _("Corrected"),
    "partly": _("Corrected in part"),
    "deferred": _("Not corrected yet"),
    "not_found": _("No longer there, so nothing to correct"),
    "refused": _("Stays as it is"),
    "": _("Not carried out"),
}
ORIGIN: Final[Words] = {
    "direct": _("from you"),
    "automatic": _("recorded automatically when you used our website"),
    "lead_generation": _("from a company that sells contact lists"),
    "social_network": _("from a social network"),
    "partner": _("from a business partner"),
    "public": _("from public sources"),
}
ENDED: Final[Words] = {
    "met": _("in time"),
    "met_late": _("late"),
    "stopped": _("no longer due"),
}
LISTS: Final[dict[str, Words]] = {
    "asked": ASKED,
    "right": RIGHT,
    "channel": CHANNEL,
    "clock": CLOCK,
    "ended": ENDED,
    "outcome": OUTCOME,
    "level": LEVEL,
    "proof": PROOF,
    "identifier": IDENTIFIER,
    "why_not": WHY_NOT,
    "staff": STAFF,
    "result": RESULT,
    "notice": NOTICE,
    "erased": ERASED,
    "deletion": DELETION,
    "event": EVENT,
    "corrected": CORRECTED,
    "origin": ORIGIN,
}
