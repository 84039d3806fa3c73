"""The invented people of the demo company: 21,000 strangers and, before them, the few characters of the stories."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta
from random import Random

from umbs_privacy.demo.names import EMPLOYERS, GIVEN, JOB_TITLES, SURNAMES
from umbs_privacy.demo.places import PLACES, STREETS

SEED = 20260131
POPULATION = 21_000
LINES_PER_AREA_CODE = 96  # 555-0100 to 555-0195; 555-0196 to 555-0199 stay free for the characters
FIRST_STRANGER = 101
CARDS = ("4111 1111 1111 1111", "5555 5555 5555 4444", "4242 4242 4242 4242", "6011 1111 1111 1117")
MEMBERSHIPS = (
    frozenset({"billing"}),
    frozenset({"billing", "contact"}),
    frozenset({"contact", "lead"}),
    frozenset({"lead"}),
    frozenset({"visitor"}),
)


@dataclass(frozen=True)
class Acquaintance:
    """Somebody else whom the notes about a person mention: what a release must never carry."""

    name: str
    relation: str
    phone: str
    email: str


@dataclass(frozen=True)
class Person:
    number: int
    given_name: str
    surname: str
    email: str
    phone: str
    date_of_birth: date
    street: str
    city: str
    state: str
    postal_code: str
    employer: str
    job_title: str
    memberships: frozenset[str]
    weight: int = 1
    other_email: str = ""
    circle: tuple[Acquaintance, ...] = field(default=())

    @property
    def name(self) -> str:
        return f"{self.given_name} {self.surname}"

    @property
    def account_number(self) -> str:
        return f"UM-{100_000 + self.number}"

    @property
    def contact_id(self) -> str:
        return f"CT-{100_000 + self.number}"

    @property
    def visitor_id(self) -> str:
        """The value of the analytics cookie."""
        return f"{self.number * 2_654_435_761 % 2**32:08x}{self.number:08x}"

    @property
    def ip_address(self) -> str:
        """From the blocks kept for documentation (RFC 5737)."""
        return f"{('192.0.2', '198.51.100', '203.0.113')[self.number % 3]}.{self.number % 254 + 1}"

    @property
    def ssn(self) -> str:
        """Nobody's: areas from 900 are never issued (SSA), and a taxpayer number has a group of 50 or more (IRS)."""
        return f"9{self.number % 100:02d}-{self.number % 49 + 1:02d}-{1000 + self.number % 9000}"

    @property
    def drivers_license(self) -> str:
        return f"{self.state[0]}{7_000_000 + self.number}"

    @property
    def member_id(self) -> str:
        return f"XEH{900_000_000 + self.number}"

    @property
    def bank_account(self) -> str:
        return f"{4_400_000_000 + self.number}"

    @property
    def card_number(self) -> str:
        """One of the card networks' published test numbers."""
        return CARDS[self.number % len(CARDS)]

    @property
    def portal_password(self) -> str:
        return f"Bluebird!{2000 + self.number}"

    @property
    def security_answer(self) -> str:
        return f"Biscuit{self.number}"


def seeded(name: str) -> Random:
    return Random(f"{SEED} {name}")  # noqa: S311 - the same every time is the point


def phone_number(slot: int) -> str:
    place = PLACES[slot // LINES_PER_AREA_CODE]
    return f"({place.area_code}) 555-{100 + slot % LINES_PER_AREA_CODE:04d}"


def stranger(slot: int, random: Random) -> Person:
    place = PLACES[slot // LINES_PER_AREA_CODE]
    given, surname = random.choice(GIVEN), random.choice(SURNAMES)
    number = FIRST_STRANGER + slot
    domain = random.choice(("example.org", "example.com", "example.net"))
    return Person(
        number=number,
        given_name=given,
        surname=surname,
        email=f"{given}.{surname}.{number}@{domain}".lower(),
        phone=phone_number(slot),
        date_of_birth=date(1935, 1, 1) + timedelta(days=random.randrange(26_000)),
        street=f"{random.randrange(100, 9900)} {random.choice(STREETS)}",
        city=place.city,
        state=place.state,
        postal_code=f"{place.postal_prefix}{random.randrange(1, 99):02d}",
        employer=random.choice(EMPLOYERS),
        job_title=random.choice(JOB_TITLES),
        memberships=MEMBERSHIPS[number % len(MEMBERSHIPS)],
    )


def strangers(size: int = POPULATION) -> Iterator[Person]:
    """Each stranger depends on the slot alone, so a smaller company is the beginning of the larger one."""
    random = seeded("people")
    return (stranger(slot, random) for slot in range(size))


def acquaintance(random: Random, relation: str) -> Acquaintance:
    given, surname = random.choice(GIVEN), random.choice(SURNAMES)
    slot = random.randrange(len(PLACES) * LINES_PER_AREA_CODE)
    email = f"{given}.{surname}.{random.randrange(100, 999)}@mail.example"
    return Acquaintance(f"{given} {surname}", relation, phone_number(slot), email.lower())
