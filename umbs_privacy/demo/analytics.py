"""The web analytics database: what the company's own sites record by cookie, pixel and script."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta
from random import Random

from sqlalchemy import Column, DateTime, Integer, MetaData, Table

from umbs_privacy.demo.people import Person
from umbs_privacy.demo.rows import Rows, key, optional_text, parent, parent_text, some_moment, text, text_key

METADATA = MetaData()
BROWSERS = (
    ("Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:128.0) Gecko/20100101 Firefox/128.0", "desktop"),
    ("Mozilla/5.0 (Macintosh; Intel Mac OS X 14_5) AppleWebKit/605.1.15 Version/17.5 Safari/605.1.15", "desktop"),
    ("Mozilla/5.0 (Linux; Android 14; Pixel 8) AppleWebKit/537.36 Chrome/126.0 Mobile Safari/537.36", "phone"),
)
PATHS = (
    "/",
    "/about",
    "/services/revenue-cycle",
    "/pricing",
    "/blog/denials",
    "/contact",
    "/pay",
    "/webinars",
    "/careers",
)
SOURCES = ("search", "newsletter", "Bright Audience ad", "Meadow Social ad", "direct")
EVENTS = ("click", "scroll", "form_start", "form_submit", "video_play", "download")

visitors = Table(
    "visitors",
    METADATA,
    text_key("visitor_id"),
    optional_text("contact_id", 20, indexed=True),
    optional_text("email", 120, indexed=True),
    text("city"),
    text("state", 2),
    Column("first_seen_at", DateTime, nullable=False),
)
sessions = Table(
    "sessions",
    METADATA,
    key(),
    parent_text("visitor_id", "visitors.visitor_id"),
    text("ip_address", 40),
    text("user_agent", 200),
    text("device_type", 20),
    text("latitude", 12),
    text("longitude", 12),
    text("source", 40),
    Column("started_at", DateTime, nullable=False),
)
page_views = Table(
    "page_views",
    METADATA,
    key(),
    parent("session_id", "sessions.id"),
    text("path", 200),
    Column("seconds", Integer, nullable=False),
    Column("viewed_at", DateTime, nullable=False),
)
events = Table(
    "events",
    METADATA,
    key(),
    parent("session_id", "sessions.id"),
    text("name", 40),
    text("target", 200),
    Column("happened_at", DateTime, nullable=False),
)


def rows(people: Iterable[Person], random: Random) -> Rows:
    book = Rows()
    for person in people:
        if "visitor" in person.memberships:
            _visitor(book, person, random)
    return book


def _visitor(book: Rows, person: Person, random: Random) -> None:
    """A visitor is known by e-mail after a newsletter sign-up, or by the CRM contact whose link was clicked."""
    known = "contact" in person.memberships
    book.add(
        visitors,
        visitor_id=person.visitor_id,
        contact_id=person.contact_id if known else None,
        email=None if known else person.email,
        city=person.city,
        state=person.state,
        first_seen_at=some_moment(random),
    )
    for _ in range(person.weight + random.randrange(2)):
        agent, device = random.choice(BROWSERS)
        started = some_moment(random)
        session = book.add(
            sessions,
            visitor_id=person.visitor_id,
            ip_address=person.ip_address,
            user_agent=agent,
            device_type=device,
            latitude=f"{random.randrange(26_000, 48_000) / 1000:.3f}",
            longitude=f"-{random.randrange(70_000, 123_000) / 1000:.3f}",
            source=random.choice(SOURCES),
            started_at=started,
        )
        for step in range(random.randrange(2, 6)):
            moment = started + timedelta(seconds=40 * step)
            book.add(
                page_views,
                session_id=session,
                path=random.choice(PATHS),
                seconds=random.randrange(3, 40),
                viewed_at=moment,
            )
        for step in range(random.randrange(1, 4)):
            moment = started + timedelta(seconds=15 * step)
            book.add(
                events, session_id=session, name=random.choice(EVENTS), target=random.choice(PATHS), happened_at=moment
            )
