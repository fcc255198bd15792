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


@pytest.mark.parametrize(
    "text",
    [
        "He was sneez’n, it was more’n enough and better’n his’n; t’other one prob’ly knows noth’n.",
        "The remarkablest tale, and they redisposed it.",
        "He cried with great eclat, and Capt. Thos. Smith said: er.",
        "It is pronounced Ka-may-ha-may-ah.",
    ],
)
def test_what_people_say_is_right(american: Checker, text: str) -> None:
    assert flagged(text, american) == []


def test_another_regions_way_is_right_once_it_is_a_habit(american: Checker) -> None:
    once = "The centre is here. "
    assert flagged(once, american) == ["centre"]
    assert flagged(once * 2 + "A meagre fibre of it, of calibre.", american) == []
    assert flagged(once * 3 + "Bettre and recieve.", american) == ["Bettre", "recieve"]
    chosen, _ = misspellings(once * 3, [(0, len(once * 3))], american, one_region=True)
    assert len(chosen) == 3


def test_what_is_written_by_ear_is_right_where_somebody_speaks_so(american: Checker) -> None:
    said = "“I warn’t goin’ to, an’ he ain’t jining no weepon.”"
    assert flagged(said, american) == []
    assert flagged("She was jining them with a weepon.", american) == ["jining", "weepon"]
    assert flagged("“I ain’t goin’ to teh huose”", american) == ["teh", "huose"]


def test_what_is_only_said_is_learned_from_the_third_time_on(american: Checker) -> None:
    said = "“He would ruther stay,” she said.\n"
    assert flagged(said, american) == ["ruther"]
    assert flagged(said * 3, american) == []
    assert flagged(said * 3 + "He would ruther go.", american) == ["ruther"] * 4
    assert flagged("“They recieve it,” she said.\n" * 5, american) == ["recieve"] * 5


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
