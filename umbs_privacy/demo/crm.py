"""The CRM and marketing-leads database: contacts, bought leads, campaigns, support, uploads to ad platforms."""

from __future__ import annotations

from collections.abc import Iterable
from random import Random

from sqlalchemy import Boolean, Column, Date, DateTime, MetaData, Table, Text

from umbs_privacy.demo.names import EMPLOYERS
from umbs_privacy.demo.people import Person
from umbs_privacy.demo.places import PLACES
from umbs_privacy.demo.prose import STAFF_NAMES, TICKET_COMMENTS, TICKET_SUBJECTS, notes, someone_near
from umbs_privacy.demo.rows import (
    Rows,
    chance,
    key,
    optional_text,
    parent,
    parent_text,
    some_day,
    some_moment,
    text,
    text_key,
)

METADATA = MetaData()
CAMPAIGNS = 40
VENDORS = ("LeadHarbor", "Prospect Foundry", "MedList Direct")
CAMPAIGN_KINDS = ("Webinar", "Newsletter", "Trade show", "Practice growth guide", "Payment plans explained")
NETWORKS = ("Bright Audience", "Meadow Social Ads")

companies = Table("companies", METADATA, key(), text("name"), text("industry"), text("city"), text("state", 2))
contacts = Table(
    "contacts",
    METADATA,
    text_key("contact_id"),
    parent("company_id", "companies.id"),
    optional_text("account_number", 20, indexed=True),
    text("given_name"),
    text("surname"),
    text("email", 120, indexed=True),
    optional_text("other_email", 120, indexed=True),
    text("phone", 20, indexed=True),
    text("job_title"),
    text("city"),
    text("state", 2),
    text("owner_name"),
    Column("created_on", Date, nullable=False),
)
leads = Table(
    "leads",
    METADATA,
    key(),
    text("vendor"),
    text("full_name"),
    text("email", 120, indexed=True),
    text("phone", 20, indexed=True),
    text("interest"),
    text("referred_by"),
    Column("do_not_market", Boolean, nullable=False),
    Column("received_on", Date, nullable=False),
)
campaigns = Table(
    "campaigns", METADATA, key(), text("name"), text("channel", 20), Column("started_on", Date, nullable=False)
)
campaign_members = Table(
    "campaign_members",
    METADATA,
    key(),
    parent("campaign_id", "campaigns.id"),
    parent_text("contact_id", "contacts.contact_id"),
    text("status", 20),
    Column("added_on", Date, nullable=False),
)
support_tickets = Table(
    "support_tickets",
    METADATA,
    key(),
    parent_text("contact_id", "contacts.contact_id"),
    text("subject"),
    text("status", 20),
    Column("opened_at", DateTime, nullable=False),
)
ticket_comments = Table(
    "ticket_comments",
    METADATA,
    key(),
    parent("ticket_id", "support_tickets.id"),
    text("author"),
    Column("written_at", DateTime, nullable=False),
    Column("body", Text, nullable=False),
)
marketing_preferences = Table(
    "marketing_preferences",
    METADATA,
    key(),
    parent_text("contact_id", "contacts.contact_id"),
    text("email", 120, indexed=True),
    Column("opted_out", Boolean, nullable=False),
    Column("share_with_partners", Boolean, nullable=False),
    Column("updated_at", DateTime, nullable=False),
)
audience_uploads = Table(
    "audience_uploads",
    METADATA,
    key(),
    text("network"),
    text("email", 120, indexed=True),
    text("audience"),
    Column("excluded", Boolean, nullable=False),
    Column("uploaded_on", Date, nullable=False),
)


def rows(people: Iterable[Person], random: Random) -> Rows:
    book = Rows()
    for name in EMPLOYERS:
        place = random.choice(PLACES)
        book.add(
            companies,
            name=name,
            industry=random.choice(("Health", "Retail", "Services")),
            city=place.city,
            state=place.state,
        )
    for number in range(1, CAMPAIGNS + 1):
        kind, channel = random.choice(CAMPAIGN_KINDS), random.choice(("e-mail", "phone", "web"))
        book.add(
            campaigns, name=f"{kind} {2022 + number % 5}-{number:02d}", channel=channel, started_on=some_day(random)
        )
    for person in people:
        if "contact" in person.memberships:
            _contact(book, person, random)
        if "lead" in person.memberships:
            _lead(book, person, random)
    return book


def _contact(book: Rows, person: Person, random: Random) -> None:
    book.add(
        contacts,
        contact_id=person.contact_id,
        company_id=EMPLOYERS.index(person.employer) + 1 if person.employer in EMPLOYERS else 1,
        account_number=person.account_number if "billing" in person.memberships else None,
        given_name=person.given_name,
        surname=person.surname,
        email=person.email,
        other_email=person.other_email or None,
        phone=person.phone,
        job_title=person.job_title,
        city=person.city,
        state=person.state,
        owner_name=random.choice(STAFF_NAMES),
        created_on=some_day(random),
    )
    book.add(
        marketing_preferences,
        contact_id=person.contact_id,
        email=person.email,
        opted_out=person.weight == 1 and chance(random, 0.1),
        share_with_partners=person.weight > 1 or chance(random, 0.6),
        updated_at=some_moment(random),
    )
    for _ in range(person.weight):
        book.add(
            campaign_members,
            campaign_id=random.randrange(1, CAMPAIGNS + 1),
            contact_id=person.contact_id,
            status=random.choice(("sent", "opened", "clicked", "registered")),
            added_on=some_day(random),
        )
    for _ in range(person.weight // 3 if person.weight > 1 else random.randrange(2)):
        _ticket(book, person, random)


def _ticket(book: Rows, person: Person, random: Random) -> None:
    ticket = book.add(
        support_tickets,
        contact_id=person.contact_id,
        subject=random.choice(TICKET_SUBJECTS),
        status=random.choice(("open", "solved", "closed")),
        opened_at=some_moment(random),
    )
    for body in notes(TICKET_COMMENTS, person, random, random.randrange(1, 4)):
        book.add(
            ticket_comments,
            ticket_id=ticket,
            author=random.choice((person.name, random.choice(STAFF_NAMES))),
            written_at=some_moment(random),
            body=body,
        )


def _lead(book: Rows, person: Person, random: Random) -> None:
    for _ in range(max(1, person.weight // 6)):
        book.add(
            leads,
            vendor=random.choice(VENDORS),
            full_name=person.name,
            email=person.other_email or person.email,
            phone=person.phone,
            interest=random.choice(CAMPAIGN_KINDS),
            referred_by=someone_near(person, random).name,
            do_not_market=False,
            received_on=some_day(random),
        )
    for _ in range(max(1, person.weight // 2) if chance(random, 0.4) or person.weight > 1 else 0):
        book.add(
            audience_uploads,
            network=random.choice(NETWORKS),
            email=person.email,
            audience=random.choice(("Look-alike practices", "Site visitors 30 days", "Webinar no-shows")),
            excluded=False,
            uploaded_on=some_day(random),
        )
