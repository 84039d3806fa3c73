"""Sealed under the case's own key, bound to its place, gone with the key (T13, T14)."""

from __future__ import annotations

import random
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pytest_django import Settings

from requests_app.exceptions import KeyDestroyed
from requests_app.models import Case, Person
from requests_app.services import person as people
from requests_app.vault import CaseVault, blind_index, blobs, cipher, destroy_key, suppression_token
from requests_app.vault.normal import normal
from tests import factories
from tests.characters import ADA, OTTO

KEY = bytes(range(32))


@given(st.binary(max_size=2000), st.text(max_size=40))
def test_it_opens_what_it_sealed(plain: bytes, place: str) -> None:
    assert cipher.unseal(KEY, cipher.seal(KEY, plain, place=place), place=place) == plain


@given(st.binary(min_size=1, max_size=200), st.data())
def test_it_notices_every_flipped_bit(plain: bytes, data: st.DataObject) -> None:
    sealed = bytearray(cipher.seal(KEY, plain, place="here"))
    bit = data.draw(st.integers(0, len(sealed) * 8 - 1))
    sealed[bit // 8] ^= 1 << bit % 8
    with pytest.raises(cipher.CannotOpen):
        cipher.unseal(KEY, bytes(sealed), place="here")


@pytest.mark.parametrize("sealed", [b"", b"\x01", b"\x02" + bytes(40), bytes(28)])
def test_it_refuses_what_was_never_sealed(sealed: bytes) -> None:
    with pytest.raises(cipher.CannotOpen):
        cipher.unseal(KEY, sealed, place="here")


@pytest.mark.django_db
def test_it_does_not_open_a_value_moved_to_another_case() -> None:
    one, two = factories.opened(person=ADA), factories.opened(person=OTTO)
    first, second = Person.objects.get(case=one), Person.objects.get(case=two)
    first.sealed, second.sealed = second.sealed, first.sealed
    first.save()
    second.save()
    with pytest.raises(cipher.CannotOpen):
        people.read(one)


@pytest.mark.django_db
def test_it_keeps_nothing_readable_once_the_key_is_destroyed() -> None:
    case = factories.opened()
    assert people.read(case) == ADA
    assert bytes(case.key.wrapped) != b""
    destroy_key(case.id)
    with pytest.raises(KeyDestroyed):
        people.read(Case.objects.get(pk=case.pk))
    assert people.cases_by("email", ADA.emails[0]) == []
    case.key.refresh_from_db()
    assert bytes(case.key.wrapped) == b""


@pytest.mark.parametrize(
    ("kind", "one", "other"),
    [
        ("email", "Ada@Example.ORG ", "ada@example.org"),
        ("phone", "(214) 555-0107", "+1 214 555 0107"),
        ("account", "pa-104482", "PA 104482"),
        ("name", "José  Núñez-Álvarez", "jose nunez alvarez"),
    ],
)
def test_it_finds_the_same_fact_typed_another_way(kind: str, one: str, other: str) -> None:
    assert normal(kind, one) == normal(kind, other)
    assert blind_index(kind, one) == blind_index(kind, other)
    assert suppression_token(kind, one) == suppression_token(kind, other)
    assert len(suppression_token(kind, one)) == 64


def test_it_uses_another_key_for_every_purpose() -> None:
    tokens = {blind_index("email", "a@example.org"), blind_index("account", "a@example.org")}
    tokens |= {suppression_token("email", "a@example.org", version=v)[:8] for v in (1, 2)}
    assert len(tokens) == 4


@pytest.fixture
def vault(settings: Settings, tmp_path: Path, db: None) -> CaseVault:
    settings.UMBS_MEDIA_URL = f"file://{tmp_path}"
    return CaseVault.of(factories.opened().id)


@pytest.mark.parametrize("size", [0, 1, blobs.CHUNK - 1, blobs.CHUNK, blobs.CHUNK + 1, 3 * blobs.CHUNK + 7])
def test_it_gives_a_file_back_as_it_was(vault: CaseVault, tmp_path: Path, size: int) -> None:
    plain = random.Random(size).randbytes(size)
    parts = [plain[start : start + 300_000] for start in range(0, size, 300_000)]
    blob = blobs.write(vault, parts)
    assert (blob.size, b"".join(blobs.read(vault, blob.name))) == (size, plain)
    on_disk = next(path for path in tmp_path.rglob(blob.name)).read_bytes()
    assert size < 100 or plain[:64] not in on_disk


def test_it_notices_a_file_that_was_cut_changed_or_reordered(vault: CaseVault, tmp_path: Path) -> None:
    blob = blobs.write(vault, [bytes(3 * blobs.CHUNK)])
    path = next(tmp_path.rglob(blob.name))
    whole = path.read_bytes()
    chunk = (len(whole) - 0) // 3
    hurt = {
        "cut at a chunk": whole[:chunk],
        "cut inside": whole[: len(whole) - 5],
        "flipped": whole[:900] + bytes([whole[900] ^ 1]) + whole[901:],
        "swapped": whole[chunk : 2 * chunk] + whole[:chunk] + whole[2 * chunk :],
        "longer": whole + whole[:chunk],
        "empty": b"",
    }
    for how, content in hurt.items():
        path.write_bytes(content)
        with pytest.raises(cipher.CannotOpen):
            list(blobs.read(vault, blob.name))
        assert how


def test_it_leaves_nothing_half_written_when_the_store_is_full(vault: CaseVault, tmp_path: Path) -> None:
    def parts() -> object:
        yield b"x" * 10
        raise OSError(28, "No space left on device")

    with pytest.raises(blobs.StorageFull, match="free space"):
        blobs.write(vault, parts())  # type: ignore[arg-type]
    assert [path for path in tmp_path.rglob("*") if path.is_file()] == []
