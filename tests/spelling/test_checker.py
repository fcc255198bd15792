"""Which words are right, and which are flagged in a text."""

from __future__ import annotations

import pytest

from cowrite.spelling.checker import Checker
from cowrite.spelling.dictionary import Dictionary
from cowrite.spelling.installed import SHIPPED
from cowrite.spelling.texts import misspellings


@pytest.fixture(scope="module")
def american() -> Checker:
    return Checker(Dictionary(SHIPPED["en_US"]))


@pytest.fixture(scope="module")
def british() -> Checker:
    return Checker(Dictionary(SHIPPED["en_GB"]))


def flagged(text: str, checker: Checker, own: frozenset[str] = frozenset()) -> list[str]:
    found, _ = misspellings(text, [(0, len(text))], checker, own)
    return [each.text for each in found]


def test_regions_differ(american: Checker, british: Checker) -> None:
    assert flagged("The grey colour of the centre.", american) == ["colour", "centre"]
    assert flagged("The gray color of the center.", british) == ["gray", "color", "center"]


@pytest.mark.parametrize(
    "text",
    [
        "I’ve said it isn’t mine, they’d’ve known, who’ll see.",
        "He was goin’ home, and be’old, it was destin’d.",
        "The naïve café owner’s résumé, the façade.",
        "An unfraternal steamboatman in a pothouse.",
        "NATO and the BBC, chapter XXVIII, Łódź, żółw, Привет",
        "mediæval, fiancée’s, topsy-turvy, neo-gothic, ex-wife",
        "the ABCs, iPhone, McDonald, eBay",
    ],
)
def test_what_is_right(american: Checker, text: str) -> None:
    assert flagged(text, american) == []


@pytest.mark.parametrize(
    ("text", "wrong"),
    [
        ("He is’nt hapy, the gril’s dog dosen’t bark.", ["is’nt", "hapy", "gril’s", "dosen’t"]),
        ("the caféé closed", ["caféé"]),
        ("a wel-known coat", ["wel"]),
        ("Teh end of it. THe end.", ["Teh", "THe"]),
        ("recieve recieve recieve recieve recieve", ["recieve"] * 5),
        ("vivvd and civivl", ["vivvd", "civivl"]),
    ],
)
def test_what_is_wrong(american: Checker, text: str, wrong: list[str]) -> None:
    assert flagged(text, american) == wrong


STORY = "Then Kvothe met Denna. " * 4 + "And old Kvothe laughed. The house of Kvothe’s mother. "


def test_names_are_learned_with_their_possessives_and_plurals(american: Checker) -> None:
    assert flagged(STORY + "All the Kvothes and Kvothe’s lute.", american) == []


def test_a_slip_in_a_name_is_flagged(american: Checker) -> None:
    assert flagged(STORY + "She saw Kvohte, and Kvoth’s lute.", american) == ["Kvohte", "Kvoth’s"]


def test_a_name_that_looks_like_a_word_is_flagged_until_it_is_used_three_times(
    american: Checker,
) -> None:
    once = "They met young Roop at the door. "
    assert flagged(once, american) == ["Roop"]
    assert flagged(once * 3, american) == []


def test_own_words_are_right(american: Checker) -> None:
    text = "The gnarp and the gnarp’s Gnarp."
    assert flagged(text, american, frozenset({"gnarp"})) == []


def test_nothing_that_the_encoding_cannot_say_reaches_the_dictionary(american: Checker) -> None:
    for form in ("isn’t", "Łódź", "日", "e\u0301", "a\0b", "\ud800"):
        assert american.dictionary.spells(form) is False
        assert american.dictionary.guesses(form) == []
