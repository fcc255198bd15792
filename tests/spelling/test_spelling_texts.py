"""Suggestions, languages, lists of words, and which dictionaries there are."""

from __future__ import annotations

import stat
import sys
from pathlib import Path

import pytest

from cowrite.base.errors import UserError
from cowrite.spelling.cast import Cast
from cowrite.spelling.checker import Checker
from cowrite.spelling.dictionary import Dictionary
from cowrite.spelling.installed import (
    SHIPPED,
    dictionaries,
    find_language,
    normal_language,
    system_folders,
)
from cowrite.spelling.languages import detected
from cowrite.spelling.rare_words import Rarity, rare_words
from cowrite.spelling.regions import variants
from cowrite.spelling.suggestions import MOST, suggestions
from cowrite.spelling.word_lists import as_own, own_words, read_words, write_words
from cowrite.spelling.words import words_of

GERMAN = "Straße/N\nHaus/N\nder\ndie\nund\nist\nein\nalt\nschön\nKatze\ngroß\n"


@pytest.fixture(scope="module")
def american() -> Checker:
    return Checker(Dictionary(SHIPPED["en_US"]))


@pytest.fixture
def german(tmp_path: Path) -> Path:
    (tmp_path / "de_DE.aff").write_bytes(b"SET ISO8859-1\nTRY esianrtolcdugmphbyfvkwz\n")
    (tmp_path / "de_DE.dic").write_bytes(f"{GERMAN.count(chr(10))}\n{GERMAN}".encode("latin-1"))
    return tmp_path


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("wrold", "world"),
        ("Wrold", "World"),
        ("WROLD", "WORLD"),
        ("dosen't", "doesn't"),
        ("dosen’t", "doesn’t"),
        ("gril’s", "girl’s"),
        ("inthe", "in the"),
        ("neccesary", "necessary"),
        ("hy\u00adphe\u00adna\u00adshun", "hyphenation"),
    ],
)
def test_what_was_meant_is_suggested(american: Checker, text: str, meant: str) -> None:
    offered = suggestions(text, american)
    assert meant in offered
    assert text not in offered
    assert len(offered) <= MOST


def test_a_name_of_the_text_comes_first(american: Checker) -> None:
    cast = Cast()
    cast.add(words_of("old Kvothe, and Kvothe, then Kvothe with Kvothe " * 2))
    assert suggestions("Kvohte’s", american, cast)[0] == "Kvothe’s"


def test_the_language_is_found_out(german: Path) -> None:
    available = {"en_US": SHIPPED["en_US"], "de_DE": german / "de_DE.dic"}
    assert (
        detected(words_of("die Katze ist alt und das Haus ist schön"), available, "en_US")
        == "de_DE"
    )
    assert detected(words_of("the cat is old and the house is fine"), available, "de_DE") == "en_US"
    assert detected(words_of("qwzx vbrt plkm nhgt zzxc"), available, "en_US") is None
    assert detected(words_of("two words"), available, "en_US") is None


def test_english_regions_are_told_apart() -> None:
    available = SHIPPED
    british = "The colour of the harbour was grey, and my favourite neighbour honoured it."
    assert detected(words_of(british), available, "en_US") == "en_GB"
    assert detected(words_of(british.replace("ou", "o")), available, "en_GB") == "en_US"


def test_one_word_written_as_in_another_region_is_enough_for_a_short_text() -> None:
    letter = "She had lived in the harbour for thirty years and never gone to sea."
    assert detected(words_of(letter), SHIPPED, "en_US") == "en_GB"
    assert detected(words_of(letter.replace("harbour", "gray house")), SHIPPED, "en_GB") == "en_US"
    both = letter + " The center of it was her own."
    assert detected(words_of(both), SHIPPED, "en_US") == "en_US"
    assert detected(words_of(both), SHIPPED, "en_GB") == "en_GB"


@pytest.mark.parametrize(
    ("one", "other"),
    [("harbour", "harbor"), ("theatre", "theater"), ("analysed", "analyzed"), ("plough", "plow")],
)
def test_a_word_has_its_other_way_among_its_variants(one: str, other: str) -> None:
    assert other in set(variants(one))
    assert one in set(variants(other))


def test_a_folder_of_the_writers_comes_first(german: Path) -> None:
    found = dictionaries(german, [])
    assert list(found) == ["de_DE", "en_GB", "en_US"]
    assert Dictionary(found["de_DE"]).spells("Straße")
    assert find_language("de", found) == "de_DE"
    assert find_language("fr_FR", found) is None
    assert normal_language("en-gb.UTF-8") == "en_GB"


@pytest.mark.parametrize("platform", ["linux", "darwin", "win32"])
def test_every_system_has_places_for_dictionaries(platform: str) -> None:
    environ = {"APPDATA": "/a", "PROGRAMFILES": "/p", "DICPATH": "/d"}
    folders = system_folders(environ, platform)
    assert folders[0] == Path("/d")
    assert len(folders) > 2


def test_a_broken_dictionary_is_said(tmp_path: Path) -> None:
    with pytest.raises(UserError, match="cannot be read"):
        Dictionary(tmp_path / "xx.dic")


def test_rare_words_know_regions() -> None:
    british, american = rare_words("en_GB"), rare_words("en_US")
    assert british is not None
    assert american is not None
    assert british.rarity("waggon") is Rarity.RARE
    assert american.rarity("hippogriffs") is not Rarity.UNKNOWN
    assert american.rarity("colour") is Rarity.UNKNOWN
    assert british.rarity("") is Rarity.UNKNOWN
    assert rare_words("de_DE") is None


def test_own_words_are_a_private_file_that_can_be_edited(tmp_path: Path) -> None:
    path = tmp_path / "words.txt"
    assert read_words(path) == []
    write_words(path, ["Kvothe", "gnarp"])
    assert read_words(path) == ["Kvothe", "gnarp"]
    if sys.platform != "win32":
        assert stat.S_IMODE(path.stat().st_mode) == 0o600
    path.write_text("# mine\r\nKvothe’s # a name\r\n\r\nKvothe’s\r\n", "utf-8")
    assert read_words(path) == ["Kvothe's"]
    assert own_words(path) == as_own(["kvothe"])
    path.write_bytes(b"\xff\xfe\x00")
    assert own_words(path) == frozenset()
