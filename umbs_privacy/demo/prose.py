"""What clerks type: notes that name other people and hold numbers that nobody may ever be shown."""

from __future__ import annotations

from random import Random

from umbs_privacy.demo.people import Acquaintance, Person, acquaintance

STAFF_NAMES = ("Petra Lindholm", "Marco Feld", "Junia Abara", "Wes Tillery", "Dana Prosk")

ACCOUNT_NOTES = (
    "Called {person} on {phone} about the open balance. Promised a payment by the end of the month.",
    "{other}, the {relation} of {given}, called from {other_phone} and asked for a statement. Not authorized.",
    "Sent the payment plan to {email}. Copy requested by {relation} {other} at {other_email}.",
    "Patient {person} verified by date of birth {born}. SSN {ssn} is on the old paper form.",
    "Card on file {card} was declined. {given} will call back.",
    "Guarantor changed to {other} ({relation}), phone {other_phone}, e-mail {other_email}.",
    "Portal locked. {given} said the password is {password} and the security answer is {answer}. Told to change it.",
    "Member ID {member} rejected by the payer, resubmitted with the corrected date of service.",
    "Left a voicemail for {other} at {other_phone}; {given} had listed the {relation} as emergency contact.",
    "Refund by ACH to account number {bank}. Confirmed with {given} by e-mail at {email}.",
    "{given} asked why the balance moved to collections. Explained, sent letter to {street}, {city}.",
    "Spoke with {relation} {other}: wants all calls about {given} to go to {other_phone} until Friday.",
    "Driver license {license} shown at the front desk on the first visit, copy filed.",
    "No answer. Next attempt in ten days.",
)
TICKET_SUBJECTS = (
    *(
        "Statement looks wrong",
        "Cannot sign in to the portal",
        "Please change my address",
        "Question about a payment plan",
    ),
    *("Stop calling me", "Copy of an invoice", "Add a second e-mail", "Newsletter keeps coming"),
)
TICKET_COMMENTS = (
    "Hello, this is {person}. My statement shows a visit I never had. Please call me at {phone}.",
    "Hi {given}, we looked into it. Your {relation} {other} is listed as payer; we wrote to {other_email}.",
    "{other} here ({relation}). I pay for {given}, my number is {other_phone}. What is still open?",
    "I cannot sign in. I tried {password} and it is refused. My security answer was {answer}.",
    "Please use {email} from now on, and take {other_email} off the account.",
    "I read my SSN {ssn} to your colleague on the phone. Please delete it from the ticket.",
    "Thank you, that solved it.",
    "Ticket merged with the one from {other} <{other_email}>.",
)
APPLICATION_NOTES = (
    "{person} applied for the opening in Dallas. Reference: {other} ({relation}), {other_phone}.",
    "Phone screen with {given}, good. {other} wrote a warm letter from {other_email}.",
    "Background check form received, SSN {ssn}. Filed with HR only.",
    "Salary expectations discussed. {given} can start in four weeks.",
)


def note(template: str, person: Person, other: Acquaintance) -> str:
    return template.format(
        person=person.name,
        given=person.given_name,
        phone=person.phone,
        email=person.email,
        born=person.date_of_birth.strftime("%m/%d/%Y"),
        street=person.street,
        city=person.city,
        ssn=person.ssn,
        card=person.card_number,
        member=person.member_id,
        bank=person.bank_account,
        license=person.drivers_license,
        password=person.portal_password,
        answer=person.security_answer,
        other=other.name,
        relation=other.relation,
        other_phone=other.phone,
        other_email=other.email,
    )


def someone_near(person: Person, random: Random) -> Acquaintance:
    """One of the character's own circle, so that tests know it; for a stranger, another stranger."""
    if person.circle:
        return random.choice(person.circle)
    return acquaintance(random, random.choice(("spouse", "guarantor", "mother", "brother", "agent", "neighbor")))


def notes(templates: tuple[str, ...], person: Person, random: Random, count: int) -> list[str]:
    """`count` texts about one person; from `len(templates)` on each template has been used at least once."""
    start = random.randrange(len(templates))
    return [
        note(templates[(start + step) % len(templates)], person, someone_near(person, random)) for step in range(count)
    ]
