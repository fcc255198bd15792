"""What the model reads: the end of the text, from a beginning that stays where it is while one types."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cowrite.suggest.live.context import STEP_CHARACTERS, WINDOW_CHARACTERS, window_before

LIMIT = WINDOW_CHARACTERS
# Long enough to be cut, made of few parts so that it is quick to make up; with and without places to begin.
PARTS = st.sampled_from(["word ", "A sentence. ", "\n", "x" * 70, "naïve 你好", " ", "." * 40])
LONG_TEXTS = st.builds(
    lambda parts, times: "".join(parts) * times,
    st.lists(PARTS, min_size=1, max_size=12),
    st.integers(1, 400),
).map(lambda text: text[: 3 * LIMIT])


@given(LONG_TEXTS, st.integers(0, 10 * LIMIT))
def test_the_window_is_an_end_of_the_text_and_not_too_short(text: str, first_offset: int) -> None:
    window = window_before(text, first_offset)
    assert text.endswith(window)
    assert min(len(text), LIMIT - 2 * STEP_CHARACTERS) <= len(window) <= LIMIT


@given(LONG_TEXTS, st.integers(0, 10 * LIMIT))
def test_a_text_that_fits_is_read_whole(text: str, first_offset: int) -> None:
    assert window_before(text[:LIMIT], first_offset) == text[:LIMIT]


@given(LONG_TEXTS, st.data())
def test_typing_within_a_step_keeps_the_start(text: str, data: st.DataObject) -> None:
    steps = data.draw(st.integers(1, 6))
    first = LIMIT + (steps - 1) * STEP_CHARACTERS + 1
    last = LIMIT + steps * STEP_CHARACTERS
    text = (text * (last // len(text) + 1))[:last]
    ends = sorted(data.draw(st.lists(st.integers(first, last), min_size=2, max_size=2)))
    shorter, longer = (text[:end] for end in ends)
    assert window_before(longer, 0) == window_before(shorter, 0) + longer[len(shorter) :]


@given(LONG_TEXTS, st.integers(0, 2 * LIMIT))
def test_a_page_that_gives_only_what_is_near_gives_the_same_window(text: str, cut: int) -> None:
    """As long as it gives more than the window."""
    cut = min(cut, max(0, len(text) - LIMIT - 1))
    assert window_before(text[cut:], cut) == window_before(text, 0)


@pytest.mark.parametrize(
    ("mark", "begins_with"), [("\n", "Paragraph"), (". ", "Sentence"), (" ", "word")]
)
def test_it_begins_at_the_best_place_there_is(mark: str, begins_with: str) -> None:
    """A paragraph before a sentence before a word, wherever in the step it is."""
    start = STEP_CHARACTERS  # of the first step in which something is left out
    worse = {"\n": " . . ", ". ": " ", " ": ""}[mark]
    head = ("x" * start + worse).ljust(start + STEP_CHARACTERS // 2, "x")
    text = (head + mark + begins_with).ljust(LIMIT + STEP_CHARACTERS, "y")
    assert window_before(text, 0).startswith(begins_with)


def test_without_any_place_to_begin_it_is_cut_anyway() -> None:
    text = "x" * (LIMIT + STEP_CHARACTERS)
    assert window_before(text, 0) == "x" * LIMIT


@given(st.integers(1, STEP_CHARACTERS))
def test_emoji_do_not_move_the_start_while_typing(typed: int) -> None:
    """An emoji is two of the document's units and one of Python's characters."""
    story = "\n".join(["😀 smile " * 12] * 90)
    first_offset = 100 * STEP_CHARACTERS - len(story.encode("utf-16-le")) // 2

    def start(text: str) -> int:
        return len(text) - len(window_before(text, first_offset))

    assert start(story + "a" * typed) == start(story + "a")
