from __future__ import annotations

import itertools
import random

import pytest

from requests_app import reference
from requests_app.reference import ALPHABET, EXAMPLE


def characters(text: str) -> str:
    return text.replace("-", "")


@pytest.fixture(scope="module")
def references() -> list[str]:
    return [EXAMPLE, *(reference.new() for _ in range(30))]


def is_accepted(text: str) -> bool:
    try:
        reference.parse(text)
    except ValueError:
        return False
    return True


def test_it_has_the_spoken_form() -> None:
    new = reference.new()
    assert [len(part) for part in new.split("-")] == [4, 4, 1]
    assert set(characters(new)) <= set(ALPHABET)
    assert not set("ILOU") & set(ALPHABET)


def test_it_accepts_what_it_makes() -> None:
    assert all(reference.parse(new) == new for new in (reference.new() for _ in range(2_000)))


def test_it_does_not_repeat_itself() -> None:
    assert len({reference.new() for _ in range(5_000)}) == 5_000


def test_it_catches_every_single_wrong_character(references: list[str]) -> None:
    for text in references:
        typed = characters(text)
        for place, right in enumerate(typed):
            for wrong in set(ALPHABET) - {right}:
                assert not is_accepted(typed[:place] + wrong + typed[place + 1 :])


def test_it_catches_every_swap_of_two_positions(references: list[str]) -> None:
    for text in references:
        typed = characters(text)
        for first, second in itertools.combinations(range(9), 2):
            if typed[first] != typed[second]:
                swapped = list(typed)
                swapped[first], swapped[second] = swapped[second], swapped[first]
                assert not is_accepted("".join(swapped))


def test_it_catches_every_swap_whatever_the_two_characters() -> None:
    """All 36 pairs of positions x all 31 differences of the two: the check is linear, nothing else can matter."""
    for first, second in itertools.combinations(range(9), 2):
        free = next(place for place in range(9) if place not in {first, second})
        for other in ALPHABET[1:]:
            body = ["0"] * 9
            body[first] = other
            valid = next(
                text for each in ALPHABET if is_accepted(text := "".join([*body[:free], each, *body[free + 1 :]]))
            )
            swapped = list(valid)
            swapped[first], swapped[second] = swapped[second], swapped[first]
            assert not is_accepted("".join(swapped))


def test_it_agrees_with_a_check_computed_by_table() -> None:
    """A second implementation: discrete logarithms instead of Horner's rule."""
    powers = [1]
    for _ in range(30):
        powers.append(powers[-1] << 1 if powers[-1] < 16 else (powers[-1] << 1) ^ 37)
    assert sorted(powers) == list(range(1, 32))
    logarithm = {power: exponent for exponent, power in enumerate(powers)}
    chosen = random.Random(7)
    for _ in range(500):
        values = [chosen.randrange(32) for _ in range(8)]
        total = 0
        for exponent, value in zip(range(15, 7, -1), values, strict=True):
            total ^= powers[(logarithm[value] + exponent) % 31] if value else 0
        assert is_accepted("".join(ALPHABET[value] for value in [*values, total]))


@pytest.mark.parametrize(
    "typed",
    [
        "7k4m29qfx",
        " 7K4M 29QF X ",
        "7k4m-29qf-x",
        "7K4M29QF-X",
        "7K4M\u201329QF\u2013X",
        "7K4M.29QF.X",
        "7 K 4 M 2 9 Q F X",
    ],
)
def test_it_reads_what_people_type(typed: str) -> None:
    assert reference.parse(typed) == EXAMPLE


def test_it_hears_o_as_zero_and_i_and_l_as_one() -> None:
    heard = next(text for text in (reference.new() for _ in range(10_000)) if "0" in text and "1" in text)
    for one in "ILil":
        for zero in "Oo":
            assert reference.parse(heard.replace("1", one).replace("0", zero)) == heard


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("", "this one has 0"),
        ("7K4M-29QF", "this one has 8"),
        ("7K4M-29QF-XX", "this one has 10"),
        ("7K4M-29QF-U", "“U” is never part of a reference"),
        ("7K4M-29Ñ-X", "“Ñ” is never part of a reference"),
        ("7K4M-29QF-Y", "does not add up"),
        ("K74M-29QF-X", "does not add up"),
        ("7K4M/29QF/X", "“/” is never part"),
        ("\uff17K4M-29QF-X", "is never part"),
    ],
)
def test_it_says_what_is_wrong(typed: str, said: str) -> None:
    with pytest.raises(ValueError, match=said):
        reference.parse(typed)


def test_it_spells_each_character_for_the_read_back() -> None:
    assert reference.spell(EXAMPLE) == (
        "seven", "Kilo", "four", "Mike", "two", "nine", "Quebec", "Foxtrot", "X-ray",
    )  # fmt: skip


def test_it_has_a_different_word_for_every_character() -> None:
    words: dict[str, str] = {}
    while len(words) < len(ALPHABET):
        new = reference.new()
        words |= zip(characters(new), reference.spell(new), strict=True)
    assert len(set(words.values())) == 32
    assert all(word[0] == character for character, word in words.items() if character.isalpha())
