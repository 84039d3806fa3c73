"""T1, T2: what an impostor can know, hold and sign, in every combination; and the genuine people beside them.

Pavur and Knerr (2019) got other people's files from one company in four with public facts and a new address. Here each
trick is a combination: which facts agree with the sources, whether the address is one that a source held, whether a
code sent to it was entered, whether the declaration was signed.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import chain, combinations, product

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from requests_app.casefile import write
from requests_app.lifecycle import Right, State
from requests_app.models import Case, Deliverable, Level, Notice, OneTimeCode, Release
from requests_app.permissions import consumer
from requests_app.services import codes, identity
from tests.characters import ADA
from tests.factories import code_for, opened

pytestmark = [pytest.mark.django_db, pytest.mark.slow]
FACTS = ("phone", "date_of_birth", "account", "postal_address", "name")
RELIABLE = {"phone", "date_of_birth", "account", "postal_address"}
RESIDENCES = ("US-CA", "US-TX")
STATES = "AL AK AZ AR CA CO CT DE FL GA HI NY TX WA".split()


@dataclass(frozen=True)
class Trick:
    facts: tuple[str, ...]
    on_file: bool
    code: bool
    signed: bool

    @property
    def is_enough(self) -> bool:
        """11 CCR 7062(c): three reliable points, the address among them, its control proven, and the declaration."""
        return self.on_file and self.code and self.signed and len(RELIABLE & set(self.facts)) >= 2

    def play(self, residence: str) -> Case:
        case = opened(Right.ACCESS, residence=residence)
        if self.signed:
            identity.sign_later(case_id=case.id, by=consumer(case.id), signed_name=ADA.full_name, signed_from="")
        if self.code:
            codes.enter(case.reference, code_for(case), [OneTimeCode.Purpose.STATUS])
        kinds = [*self.facts, *(["email"] if self.on_file else [])]
        write.record_match(case.id, kinds=kinds, on_file=["email:0"] if self.on_file else [])
        case.refresh_from_db()
        return case


def tricks() -> Iterator[Trick]:
    subsets = chain.from_iterable(combinations(FACTS, size) for size in range(len(FACTS) + 1))
    for facts, on_file, code, signed in product(subsets, (False, True), (False, True), (False, True)):
        yield Trick(facts, on_file, code, signed)


def insists(case: Case) -> bool:
    """Whether the database itself lets a package out that somebody puts past every service."""
    package = Deliverable.objects.create(
        case=case,
        kind=Deliverable.Kind.PACKAGE,
        name="a.zip",
        content_type="application/zip",
        size=1,
        sha256="0" * 64,
        blob=f"{case.id}",
        scan_passed=True,
        key=f"{case.id}:package",
        made_at=timezone.now(),
    )
    try:
        with transaction.atomic():
            Release.objects.create(deliverable=package, case=case, content_digest="", at=timezone.now())
    except IntegrityError:
        return False
    return True


def test_t1_it_gives_no_impostor_anything() -> None:
    corpus = [(trick, residence) for trick in tricks() if not trick.is_enough for residence in RESIDENCES]
    assert len(corpus) >= 300
    got_in = []
    for trick, residence in corpus:
        case = trick.play(residence)
        if case.state != State.VERIFYING or case.identity_level == Level.HIGH or insists(case):
            got_in.append((trick, residence))
        assert not case.notices.filter(kind=Notice.Kind.READY).exists()
    print(f"{len(corpus)} impostors, {len(got_in)} got in")
    assert got_in == []


def test_t1_it_refuses_nobody_who_is_genuine() -> None:
    genuine = [trick for trick in tricks() if trick.is_enough]
    twins = [(trick, f"US-{state}") for trick in genuine for state in STATES]
    assert len(twins) >= 300
    refused = [twin for twin in twins if twin[0].play(twin[1]).state != State.GATHERING]
    print(f"{len(twins)} genuine people, {len(refused)} refused")
    assert refused == []


def test_t5_a_thousand_requests_in_her_name_do_not_keep_her_out() -> None:
    for _ in range(1000):
        opened(Right.ACCESS)
    hers = Trick(("phone", "account"), on_file=True, code=True, signed=True).play("US-CA")
    assert hers.state == State.GATHERING
