"""Plain words for what the case file names by code: each right, each state, each clock."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from requests_app.lifecycle import Outcome, Right, State

# The rights that this portal offers, in the order of the form: (label, what it means).
OFFERED = {
    Right.ACCESS: (
        _("See and get a copy of the information you hold about me"),
        _("We search our systems and give you a copy. Because it is personal, we first make sure that it is you."),
    ),
    Right.DELETE: (
        _("Delete the information you hold about me"),
        _(
            "We delete what we may and tell you what we must keep, why and for how long. "
            "We first make sure that it is you."
        ),
    ),
    Right.CORRECT: (
        _("Correct the information you hold about me"),
        _("You say what is wrong and what it should be. We first make sure that it is you."),
    ),
    Right.KNOW_CATEGORIES: (
        _("Know which kinds of information you hold about me"),
        _("The kinds, where they come from, what for, and which kinds of companies got them; not the records."),
    ),
    Right.THIRD_PARTY_LIST: (
        _("Know who received information about me"),
        _("The companies by name, what each received, and whether it was sold or shared."),
    ),
    Right.PORTABILITY: (
        _("Take my information elsewhere"),
        _("The same copy, made for other programs: as JSON and CSV files."),
    ),
    Right.OPT_OUT_SALE_SHARING: (
        _("Do not sell or share my personal information"),
        _("This also stops giving your e-mail address to social media services for audience matching."),
    ),
    Right.OPT_OUT_TARGETED_ADS: (
        _("Do not use my information for targeted advertising"),
        _("No ads chosen by what you did on our sites or elsewhere."),
    ),
    Right.OPT_OUT_PROFILING: (
        _("Do not profile me"),
        _("No automated picture of you that is used to decide about you."),
    ),
    Right.LIMIT_SENSITIVE: (
        _("Limit the use of my sensitive information"),
        _("Use it only for what you asked us for, for safety and where the law requires it."),
    ),
    Right.OPT_IN_SALE_SHARING: (
        _("Allow again the sale and sharing that I stopped"),
        _("Only if you told us to stop before. It counts once you have confirmed it in a second step."),
    ),
}
STOPS = (Right.OPT_OUT_SALE_SHARING, Right.OPT_OUT_TARGETED_ADS, Right.OPT_OUT_PROFILING, Right.LIMIT_SENSITIVE)
NEEDS_IDENTITY = frozenset(Right) - {*STOPS, Right.OPT_IN_SALE_SHARING}
COPIES = frozenset(
    {Right.ACCESS, Right.PORTABILITY}
)  # personal data go out, so the person signs a declaration (11 CCR 7062(c))

STATES = {
    State.RECEIVED: _("We have your request and are about to start on it."),
    State.VERIFYING: _(
        "We are making sure that the request comes from you, so that nobody else gets your information."
    ),
    State.GATHERING: _("We are searching each of our systems for information about you."),
    State.REDACTING: _("We are taking out what belongs to other people and what the law never lets us send."),
    State.PLANNING: _("We are working out what can be changed, and where."),
    State.IN_REVIEW: _("Members of our privacy office are reading the answer before it goes out."),
    State.FULFILLING: _("We are carrying out your request now."),
    State.RECORDING: _("We are filing the record of what was done."),
    State.CLOSED: _("This request is finished."),
}
SECOND_STEP = _("You asked us to allow something again. It does not count yet: confirm it below.")
STILL_TO_BEGIN = _(
    "Your deletion is approved. We begin on %(day)s, so that you can think it over: until then you can take it back."
)
WAITS_FOR_THE_COPY = _(
    "Your deletion is approved. We begin as soon as your copy is ready, so that nothing is missing from it."
)
READY = _("Your copy is ready. We are only writing the record of it.")
REACHED = {
    State.RECEIVED: _("Your request reached us."),
    State.VERIFYING: _("We began to make sure that it is you."),
    State.GATHERING: _("It is clear that it is you. We began to search our systems."),
    State.REDACTING: _("Every system was searched. We began to take out what may not be sent."),
    State.PLANNING: _("Every system was searched. We began to plan the changes."),
    State.IN_REVIEW: _("The answer went to members of our privacy office."),
    State.FULFILLING: _("We began to carry out your request."),
    State.RECORDING: _("We began to write the record of what was done."),
    State.CLOSED: _("The request was finished and the record filed."),
}
OUTCOMES = {
    Outcome.FULFILLED: _("We did what you asked."),
    Outcome.PARTLY: _("We did part of what you asked. The record says which part we could not do, and why."),
    Outcome.REFUSED: _("We could not do what you asked."),
    Outcome.REFERRED: _(
        "The information belongs to a health care provider that we work for. The letter says whom to ask."
    ),
    Outcome.UNVERIFIED: _("We could not make sure that the request came from you. You may ask again at any time."),
    Outcome.WITHDRAWN: _("You took the request back. You may ask again at any time."),
    Outcome.MERGED: _("You asked the same thing twice; the answer comes under the other reference."),
}
CLOCKS = {
    "acknowledge": _("Latest day for us to confirm that we received it"),
    "answer": _("Latest day for our answer"),
    "opt_out": _("Latest day for us to carry it out"),
    "appeal": _("Latest day for us to decide your appeal"),
    "referral": _("Latest day for us to tell the provider"),
}
CLOCK_ENDED = {
    "met": _("Done in time"),
    "met_late": _("Done late"),
    "stopped": _("No longer needed"),
}
# What whoever asks for the person is told; of the person and of what we hold it says nothing.
PERMISSION_WANTED = _("We wait for the proof that you may ask for this person.")
PERMISSION_SHOWN = _("We have what you sent us. An officer looks at it and decides whether you may act.")
MAY_NOT_ACT = _("This request has ended. The person can ask us at any time.")
ACTED = {
    State.RECEIVED: _("You may act. We are about to start on the request."),
    State.VERIFYING: _("You may act. We are making sure who the person is; we ask the person, not you."),
    State.GATHERING: _("You may act. We are working on the request."),
    State.REDACTING: _("You may act. We are working on the request."),
    State.PLANNING: _("You may act. We are working on the request."),
    State.IN_REVIEW: _("You may act. Members of our privacy office are reading the answer before it goes out."),
    State.FULFILLING: _("You may act. We are carrying out the request now."),
    State.RECORDING: _("You may act. We are filing the record of what was done."),
    State.CLOSED: _("This request is finished."),
}
ACTED_OUTCOMES = {
    Outcome.FULFILLED: _("We did what was asked. What there was to send went to the person."),
    Outcome.PARTLY: _(
        "We did part of what was asked. The letter to the person says which part we could not do, and why."
    ),
    Outcome.REFUSED: _("We could not do what was asked. The letter to the person says why."),
    Outcome.REFERRED: _("A health care provider that we work for decides about this. We told the person whom to ask."),
    Outcome.UNVERIFIED: _("We could not make sure who the person is. You may ask again at any time."),
    Outcome.WITHDRAWN: _("The request was taken back."),
    Outcome.MERGED: _("The same was asked twice; the answer comes under the other reference."),
}
