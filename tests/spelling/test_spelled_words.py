"""What is a word of a text, and what form of it a dictionary is asked for."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cowrite.spelling.words import form_of, words_of


def forms(text: str) -> list[str]:
    return [word.form for word in words_of(text)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("I’ve said it isn't", ["I've", "said", "it", "isn't"]),
        ("‘Apple’ is one; so is ‘it’s’.", ["Apple", "is", "one", "so", "is", "it's"]),
        ("the girls’ dogs", ["the", "girls", "dogs"]),
        ("’Tis late, go get ’em", ["late", "go", "get"]),
        ("a well-known coat", ["well", "known", "coat"]),
        ("non\u2011breaking", ["non", "breaking"]),
        ("hy\u00adphen\u00ada\u00adtion", ["hyphenation"]),
        ("cafe\u0301", ["café"]),
        ("zero\u200bwidth", ["zero", "width"]),
        ("3rd, 1990s, HTML5, x2", []),
        ("e.g. and i.e. at 5 p.m., U.S. law", ["and", "at", "law"]),
        ("https://exmple.org/wrngg and nobdy@exmple.org", ["and"]),
        ("see notes.txt, #wrngg, @nobdy, snake_cse or /usr/lcal/bin", ["see", "or"]),
        ("Привет, 日本語 and ὄνομα", ["Привет", "and", "ὄνομα"]),
        ("Run—stop—og", ["Run", "stop", "og"]),
        ("and/or", ["and", "or"]),
    ],
)
def test_words_are_what_a_reader_takes_for_words(text: str, expected: list[str]) -> None:
    assert forms(text) == expected


def test_the_first_word_of_a_sentence_is_told() -> None:
    text = "“Come,” said Mr. Darcy. He came! Then Lizzy: Yes — and (At last) the end"
    opens = {word.form for word in words_of(text) if word.opens}
    assert opens == {"Come", "said", "He", "Then", "Yes"} - {"said"}


@given(st.text(alphabet=st.sampled_from("abé'’- .\u00ad\u0301\n_*1日я@/:"), max_size=40))
def test_words_are_in_order_and_at_their_places(text: str) -> None:
    at = 0
    for word in words_of(text):
        assert at <= word.start < word.end <= len(text)
        assert word.form == form_of(text[word.start : word.end])
        at = word.end
