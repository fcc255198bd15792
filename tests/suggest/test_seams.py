"""Words, seams and overlaps at the caret."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cowrite.suggest.live.context import STEP_CHARACTERS, WINDOW_CHARACTERS, window_before
from cowrite.suggest.seams import (
    fit_seam,
    has_unwanted_characters,
    is_only_punctuation,
    repeats_what_follows,
    without_overlap,
)


@pytest.mark.parametrize(
    ("text", "before", "fitted"),
    [
        (" house", "the light ", "house"),
        (" house", "the light", " house"),
        (" House", "", "House"),
        (" House", "end.\n", "House"),
        ("house", "the light", "house"),
    ],
)
def test_no_double_space_at_the_seam(text: str, before: str, fitted: str) -> None:
    assert fit_seam(text, before) == fitted


@pytest.mark.parametrize(
    ("text", "after", "kept"),
    [
        (" house on the", " on the hill", " house"),
        (" house", "", " house"),
        (" house", " on the hill", " house"),
        (" house.", ".", " house"),
        (" a", "apple", " a"),
        ("on the", "\nnext line", "on the"),
    ],
)
def test_never_repeats_what_follows(text: str, after: str, kept: str) -> None:
    assert without_overlap(text, after) == kept


def test_what_already_stands_there_is_recognised() -> None:
    assert repeats_what_follows(" on the", " on the hill")
    assert repeats_what_follows(" on the.", " on the hill")
    assert repeats_what_follows(" on the hill and slept.", " on the hill.")
    assert repeats_what_follows("放黄油和面粉", "放黄油。")
    assert not repeats_what_follows(" in the", " on the hill")
    assert not repeats_what_follows(" on the.", " on these")
    assert not repeats_what_follows(" on these", " on the.")
    assert not repeats_what_follows("s and so on", "s.")
    assert not repeats_what_follows(", and so on.", ".")
    assert not repeats_what_follows("  ", " on the hill")


def test_unwanted_characters_and_mere_punctuation() -> None:
    assert has_unwanted_characters("a\x07")
    assert has_unwanted_characters("a\ufffd")
    assert not has_unwanted_characters("naïve 你好 😀\n")
    assert is_only_punctuation(" .....")
    assert not is_only_punctuation(".”")
    assert not is_only_punctuation("1.")


PARAGRAPHS = st.lists(
    st.text(alphabet="abc .", min_size=1, max_size=300), min_size=1, max_size=60
).map("\n".join)


@given(PARAGRAPHS, st.integers(0, 50))
def test_the_window_keeps_its_start_while_typing_within_a_step(text: str, more: int) -> None:
    window = window_before(text, 0)
    assert text.endswith(window)
    assert len(window) <= WINDOW_CHARACTERS
    assert len(window) >= min(len(text), WINDOW_CHARACTERS - 2 * STEP_CHARACTERS)
    typed = text + "x" * more
    same_step = (len(text) - 1) // STEP_CHARACTERS == (len(typed) - 1) // STEP_CHARACTERS
    if same_step and len(typed) > WINDOW_CHARACTERS < len(text):
        assert window_before(typed, 0) == window + "x" * more


def test_the_window_begins_with_a_paragraph() -> None:
    text = "".join(f"Paragraph {i} has some words in it.\n" for i in range(300))
    window = window_before(text, 0)
    assert window.startswith("Paragraph ")


def test_a_cut_beginning_gives_the_same_window_as_the_whole_text() -> None:
    text = "".join(f"Paragraph {i} has some words in it.\n" for i in range(300))
    assert window_before(text[2000:], 2000) == window_before(text, 0)
