"""Only prose is checked, at its own places."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from cowrite.markdown.spans import prose
from cowrite.spelling.prose import masked
from cowrite.spelling.words import words_of


def words(text: str) -> list[str]:
    ranges = [(each.start, each.end) for each in prose(text, markdown=True)]
    return [text[word.start : word.end] for word in words_of(masked(text, ranges))]


def test_machinery_gives_no_words() -> None:
    text = "---\ntitle: wrngg\n---\n# Title\n\nRun `prnt(wrngg)` [here](http://wrngg.org) <b>now</b> <!-- wrngg -->\n"
    assert words(text) == ["Title", "Run", "here", "now"]


def test_marks_within_a_word_do_not_part_it() -> None:
    assert words("Un*believ*able **bold** words") == ["Un*believ*able", "bold", "words"]


def test_code_and_letters_that_touch_are_no_word() -> None:
    assert words("the `foo`s and `bar`ing") == ["the", "and"]


@given(st.text(alphabet=st.sampled_from("ab *_`<>&;[]()#\n🦊"), max_size=60))
def test_the_mask_is_as_long_as_the_text(text: str) -> None:
    ranges = [(each.start, each.end) for each in prose(text, markdown=True)]
    mask = masked(text, ranges)
    assert len(mask) == len(text)
    assert all(mask[start:end] == text[start:end] for start, end in ranges)
