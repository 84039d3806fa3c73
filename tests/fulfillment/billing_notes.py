"""Invented billing notes with every secret marked: call logs, mail, faxes and transcripts of a billing desk.

`notes(n, seed)` gives the same notes for the same seed. Each mark says who is protected: NEVER (11 CCR 7024(d)), OTHER
(someone else's data), SELF (the requester's own, which must stay readable). All people and numbers are made up.
"""

from __future__ import annotations

import random
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

FIRST = """
    Maribel Tomasz Yolanda Derrick Nkechi Hiroshi Latoya Brenda Osvaldo Phuong Siobhan Anand Gretchen Wendell
    Xiomara Farid Ingrid Jamal Keiko Luisa Moira Nadia Orlando Priya Quentin Rosalind Stefan Tamika Ulises Vera
    Wyatt Ximena Yusuf Zelda Adele Bashir Corinne Dmitri Elena Grace Will Mark Rose Dawn
""".split()
LAST = """
    Abernathy Banuelos Castellanos Dombrowski Eastwick Fairweather Gutierrez Halvorsen Ibarra Jankowski
    Kowalczyk Lindqvist Mbeki Nakagawa Okonkwo Pemberton Quintanilla Ravindran Szymanski Tran Underhill
    Villanueva Wachowski Xiong Yamamoto Zuniga O'Malley García-Ruiz McAllister Price Church Banks Fields
    De_La_Cruz
""".split()
STREETS = (
    "Maple Ave",
    "Via Capri",
    "Calle del Sol",
    "W Orchard St",
    "Old Mill Road",
    "N. Sepulveda Blvd",
    "Pine Ridge Dr",
    "Elm Court",
    "County Line Rd",
    "Lakeview Terrace",
    "5th Street",
)
TOWNS = (
    ("Fresno", "CA", "93721"),
    ("Loma Linda", "CA", "92354"),
    ("Plano", "TX", "75074"),
    ("El Paso", "TX", "79901"),
    ("San Bernardino", "CA", "92401"),
    ("Round Rock", "TX", "78664"),
)
HOSTS = ("postbox.test", "example.org", "mail.example.com", "quickmail.test")
KIN = (
    "wife",
    "husband",
    "mother",
    "daughter",
    "son",
    "sister",
    "brother",
    "roommate",
    "aunt",
    "stepdad",
    "caregiver",
    "ex-husband",
    "neighbor",
)
SECRETS = {
    "ssn": ("SSN", "%##-##-####", "%## ## ####", "%########", "xxx-xx-####", "***-**-####", "####"),
    "dl": ("DRIVER_LICENSE", "@#######", "########", "@###-####"),
    "passport": ("GOV_ID", "#########", "@########"),
    "bank": ("FINANCIAL_ACCOUNT", "#########", "############", "#### #### ##", "****####"),
    "routing": ("FINANCIAL_ACCOUNT", "#########"),
    "card": ("CARD", "4### #### #### ####", "5###############", "3782-######-#####", "xxxx-xxxx-xxxx-####", "####"),
    "cvv": ("CARD", "###"),
    "mbi": ("HEALTH_PLAN_ID", "%@@#-@@#-@@##", "%@##@@#@@##"),
    "member": ("HEALTH_PLAN_ID", "@@@#########", "#########@", "@########-01", "### ### ###"),
    "mrn": ("MRN", "#######", "@@-######", "00######", "#####"),
    "password": ("PASSWORD", "Sun##!flower", "bluehorse##", "Tr0ub4dor&#", "Fluffy####!", "letmein#"),
    "pin": ("PASSWORD", "####"),
    "answer": ("SECURITY_ANSWER", "Bartholomew", "Mr. Whiskers", "Thornapple", "Lincoln Elementary", "Szabo"),
    "print": ("BIOMETRIC", "vp_####a###f##", "FPT:###AF####C", "voiceprint-########"),
    "said_ssn": ("SSN", "#########"),
    "said_card": ("CARD", "################"),
}
SAID = dict(zip("0123456789", "zero one two three four five six seven eight nine".split(), strict=True))


@dataclass
class Mark:
    """One marked value."""

    start: int
    end: int
    label: str
    role: str
    value: str


@dataclass
class Note:
    """One note with its marks and its requester."""

    id: str
    text: str
    subject: dict[str, object]
    entities: list[Mark] = field(default_factory=list)


class Person:
    """A made-up person."""

    def __init__(self, rng: random.Random) -> None:
        self.first, self.last = rng.choice(FIRST), rng.choice(LAST).replace("_", " ")
        self.name = f"{self.first} {self.last}"
        plain = re.sub(r"[^a-z]", "", self.last.lower().translate(str.maketrans("áéíóú", "aeiou")))
        self.email = (
            rng.choice(
                (
                    f"{self.first.lower()}.{plain}",
                    f"{self.first[0].lower()}{plain}{rng.randint(1, 99)}",
                    f"{self.first.lower()}_{plain}",
                )
            )
            + "@"
            + rng.choice(HOSTS)
        )
        area = rng.choice((214, 310, 415, 469, 512, 626, 714, 909, 915, 972))
        self.phone = f"{area}{rng.randint(200, 999)}{rng.randint(0, 9999):04}"
        town, state, code = rng.choice(TOWNS)
        self.street = f"{rng.randint(10, 9999)} {rng.choice(STREETS)}" + rng.choice(
            ("", "", f" Apt {rng.randint(1, 40)}", f", Unit {rng.randint(1, 9)}B")
        )
        self.address = f"{self.street}, {town}, {state} {code}"
        self.born = f"{rng.randint(1938, 2003)}-{rng.randint(1, 12):02}-{rng.randint(1, 28):02}"


class Desk:
    """Writes one note: slots in templates become values with marks."""

    def __init__(self, rng: random.Random, style: str) -> None:
        self.rng, self.style = rng, style
        self.me = Person(rng)
        self.account = f"{rng.randint(100000, 99999999)}"
        self.others = [Person(rng) for _ in range(3)]
        self.parts: list[str] = []
        self.marks: list[Mark] = []
        self.at = 0

    def write(self, template: str) -> None:
        """Append a template with its slots filled."""
        for piece in re.split(r"(\{\w+\})", template):
            if piece.startswith("{"):
                value, label, role = self.slot(piece[1:-1])
                if label:
                    self.marks.append(Mark(self.at, self.at + len(value), label, role, value))
                piece = value  # noqa: PLW2901 - the slot becomes its value
            elif self.style == "lower":
                piece = piece.lower()  # noqa: PLW2901
            elif self.style == "upper":
                piece = piece.upper()  # noqa: PLW2901
            self.parts.append(piece)
            self.at += len(piece)

    def slot(self, name: str) -> tuple[str, str, str]:
        """The value of a slot, its label and role ("" for plain filler)."""
        who = self.me if name.startswith("my") else self.others[int(name[-1])] if name[-1].isdigit() else self.others[0]
        role = "SELF" if name.startswith("my") else "OTHER"
        kind = name.removeprefix("my_").rstrip("012").rstrip("_")
        people: dict[str, Callable[[], tuple[str, str]]] = {
            "name": lambda: (self.cased(who.name), "PERSON"),
            "first": lambda: (self.cased(who.first), "PERSON"),
            "turned": lambda: (
                self.cased(
                    self.rng.choice(
                        (
                            f"{who.last}, {who.first}",
                            f"{who.last.upper()}, {who.first.upper()}",
                            f"{who.last.upper()}/{who.first.upper()}",
                        )
                    )
                ),
                "PERSON",
            ),
            "initial": lambda: (self.cased(f"{who.first} {who.last[0]}."), "PERSON"),
            "email": lambda: (self.mailed(who.email), "EMAIL"),
            "phone": lambda: (self.dialled(who.phone), "PHONE"),
            "address": lambda: (self.cased(who.address), "ADDRESS"),
            "street": lambda: (self.cased(who.street), "ADDRESS"),
            "born": lambda: (self.dated(who.born), "DATE_OF_BIRTH"),
        }
        if kind in people:
            return (*people[kind](), role)
        if kind == "kin":
            return self.cased(self.rng.choice(KIN)).lower(), "", ""
        if kind == "amount":
            return f"${self.rng.randint(1, 4000)}.{self.rng.randint(0, 99):02}", "", ""
        if kind == "day":
            return (
                f"{self.rng.randint(1, 12)}/{self.rng.randint(1, 28)}/{self.rng.choice(('2024', '24', '2025'))}",
                "",
                "",
            )
        if kind == "claim":
            return f"{self.rng.choice(('CLM', '', 'INV-'))}{self.rng.randint(10**6, 10**8)}", "", ""
        value, label = self.secret(kind)
        return value, label, "NEVER"

    def secret(self, kind: str) -> tuple[str, str]:
        """A never-disclose value in one of its written forms."""
        label, *forms = SECRETS[kind]
        value = re.sub(r"[#@%]", self.sign, self.rng.choice(forms))
        if kind.startswith("said"):
            value = " ".join(SAID[c] for c in value)
        if kind == "answer":
            value = self.cased(value)
        return (self.spoil(value) if kind in ("ssn", "card") else value), label

    def sign(self, place: re.Match[str]) -> str:
        """# is a digit, @ a capital that no digit looks like, % a digit from 1 to 8."""
        return self.rng.choice({"#": "0123456789", "@": "ABCDEFGHJKMNPRTUVWXY", "%": "12345678"}[place.group()])

    def cased(self, text: str) -> str:
        if self.style == "lower":
            return text.lower()
        if self.style == "upper":
            return text.upper()
        if self.style == "scan" and self.rng.random() < 0.4:
            return text.replace("o", "0").replace("l", "1")
        return text

    def spoil(self, number: str) -> str:
        """A scanner's reading of a number."""
        if self.style == "scan" and len(number) > 6 and "x" not in number and "*" not in number:
            return number.replace("0", "O", 1).replace("5", "S", 1)
        return number

    def mailed(self, email: str) -> str:
        if self.style == "lower":
            return self.rng.choice(
                (email, email.replace("@", " at ").replace(".", " dot ").replace("_", " underscore "))
            )
        return (
            email.upper()
            if self.style == "upper"
            else email.replace("@", "(a)")
            if self.style == "scan" and self.rng.random() < 0.3
            else email
        )

    def dialled(self, phone: str) -> str:
        a, b, c = phone[:3], phone[3:6], phone[6:]
        forms = [f"({a}) {b}-{c}", f"{a}-{b}-{c}", f"{a}.{b}.{c}", phone, f"+1 {a} {b} {c}"]
        if self.style == "lower":
            forms.append(" ".join(SAID[x] for x in phone))
        return self.rng.choice(forms)

    def dated(self, born: str) -> str:
        y, m, d = born.split("-")
        return self.rng.choice((f"{m}/{d}/{y}", f"{int(m)}/{int(d)}/{y[2:]}", born, f"{m}-{d}-{y}"))


def _templates(lines: str) -> tuple[str, ...]:
    """One template a line; a pilcrow stands for a line's end inside it."""
    texts = (line.replace("¶", "\n") for line in lines.strip("\n").split("\n"))
    return tuple(text if text.endswith("\n") else f"{text} " for text in texts)


CALLS = _templates("""
Spoke with {name0}, pt's {kin}, re balance {amount}.
Pt {my_name} called about stmt dated {day}.
Caller is {name0} ({kin}), cb {phone0}.
Verified SSN {ssn} and DOB {my_born}.
SSN on file {ssn}.
last 4 of social {ssn}.
Took card {card} exp 04/27 cvv {cvv} for {amount}.
Member ID {member}, group 88120.
Medicare {mbi} verified.
MRN {mrn} at Sharp Valley.
Bank acct {bank} routing {routing} for ACH.
Portal password reset to {password} per pt.
Portal pin is {pin}.
DL {dl} CA copied.
Passport no. {passport} on file.
Security question: mother's maiden name? A: {answer}.
First pet's name: {answer}.
Guarantor {name1} lives at {address1}.
Emergency contact: {name1}, {phone1}.
Msg with {first0} to call back.
Claim {claim} denied, resubmitted {day}.
Mailed statement to {my_address}.
{my_first} said {amount} was paid on {day}.
Email pt at {my_email}.
Her {kin} {first0} emailed from {email0}.
Voiceprint {print} enrolled.
Called {my_phone}, left vm.
Adjuster {name2} at {phone2}.
Dr. {name2} signed order.
Per {first2} in billing, write off {amount}.
CPT 99213 billed {day}, dx E11.9.
Subscriber {name0} DOB {born0}.
Patient's {kin} {name0} moved to {street0}.
Acct on hold until {day}.
EOB for {name1} mis-filed here, removed.
Toll-free 800-555-0199 given.
""")
MAIL = _templates("""
From: {name0} <{email0}>¶To: {my_name} <{my_email}>¶Subject: invoice {claim}¶¶Hi {my_first},¶¶
Please find the statement for {day}.
My {kin} {first0} handles my bills, reach her at {phone0}.
The card ending in {card} was declined.
My member number is {member} and the policy is with Blue Shield.
Wire it to account {bank}, routing number {routing}.
Cc: {email1}¶
¶Thanks,¶{name0}¶Billing Team¶{phone0}¶
My password is {password}, please fix the login.
I live at {my_address} now.
Regards,¶{first1}¶
Her SSN is {ssn}, by the way.
Passport number {passport} attached.
{name2} from the clinic told me to write.
I paid {amount} on {day}.
Why was I billed twice?
""")
FAXES = _templates("""
PATIENT: {my_name}¶
DOB: {my_born}¶
SSN: {ssn}¶
SUBSCRIBER: {name0}¶
MEMBER ID: {member}¶
CHART #: {mrn}¶
ATTN: {name1}¶
FAX: {phone1}¶
ADDRESS: {my_address}¶
CLAIM NO: {claim}¶
TOTAL DUE: {amount}¶
GUARANTOR: {turned0}¶
MEDICARE ID: {mbi}¶
DATE OF SERVICE: {day}¶
DRIVER LICENSE: {dl}¶
ACCOUNT NUMBER: {bank}¶
CARD NUMBER: {card}¶
SPOUSE: {name0} DOB {born0}¶
""")
SPEECH = _templates("""
hi this is {my_name} calling about my bill.
my {kin} {first0} said you called.
the number is {phone0}.
my social is {said_ssn}.
the card number is {said_card}.
you can email {name0} at {email0}.
um my date of birth is {my_born}.
my name is {name1} i am the {kin}.
let me speak to {first2} please.
i already paid {amount} in march.
okay and the member id {member}.
the password is {password}.
sure your balance is {amount}.
can you hold for a minute.
""")
STYLES = (
    ("mixed", CALLS),
    ("mixed", CALLS),
    ("mixed", MAIL),
    ("scan", FAXES),
    ("upper", FAXES),
    ("upper", CALLS),
    ("lower", SPEECH),
    ("lower", CALLS),
)


def notes(count: int, seed: int = 2024) -> Iterator[Note]:
    """So many notes, always the same for a seed."""
    rng = random.Random(seed)
    for number in range(count):
        style, templates = STYLES[number % len(STYLES)]
        desk = Desk(rng, style)
        for template in rng.sample(templates, k=rng.randint(5, min(9, len(templates)))):
            desk.write(template)
        me = desk.me
        subject: dict[str, object] = {
            "names": [me.name],
            "emails": [me.email],
            "phones": [me.phone],
            "addresses": [me.address],
            "date_of_birth": me.born,
            "account_numbers": [desk.account],
        }
        yield Note(f"note-{number}", "".join(desk.parts), subject, desk.marks)
