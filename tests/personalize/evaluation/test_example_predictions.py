"""Words that one model predicts and another does not."""

from __future__ import annotations

import re

from hypothesis import given
from hypothesis import strategies as st

from cowrite.personalize.adapters.outcome import ExamplePrediction
from cowrite.personalize.evaluation.example_predictions import changed_predictions
from cowrite.personalize.evaluation.scoring import Block, Score, Text, TokenPrediction, whole

PIECES = [
    b" the",
    b" light",
    b"house",
    b" sea",
    b" gull",
    b"s",
    b".",
    b"\n",
    b" ",
    b" caf",
    b"\xc3",
    b"\xa9",
]


def score(text: list[int], guesses: list[int], losses: list[float]) -> Score:
    tokens = tuple(
        map(TokenPrediction, text, [len(PIECES[each]) for each in text], guesses, losses)
    )
    return Score((Block("d", 1.0, 1, 1),), {"d": tokens})


def found(
    text: list[int], old: list[int], new: list[int], shown: Text | None = None, count: int = 5
) -> tuple[ExamplePrediction, ...]:
    written = b"".join(PIECES[each] for each in text).decode("utf-8", "replace")
    before = score(text, old, [2.0] * len(text))
    after = score(text, new, [1.0] * len(text))
    return changed_predictions(before, after, {"d": shown or written}, PIECES.__getitem__, count)


def test_a_word_of_two_tokens_is_an_example_if_all_of_it_is_predicted() -> None:
    text = [0, 1, 2, 6]
    assert found(text, [0, 3, 2, 6], text) == (ExamplePrediction("the", "lighthouse", "sea"),)
    assert found(text, [0, 3, 2, 6], [0, 1, 5, 6]) == ()
    assert found(text, text, text) == ()


def test_the_beginning_of_the_word_itself_would_look_right_and_is_no_place() -> None:
    text = [0, 1, 2, 6]
    assert found(text, [0, 1, 5, 6], text) == ()


def test_no_word_twice_and_no_more_than_asked_for() -> None:
    text = [1, 2, 4, 5, 1, 2, 6]
    old = [3] * len(text)
    assert [each.word for each in found(text, old, text)] == ["lighthouse", "gulls"]
    assert len(found(text, old, text, count=1)) == 1


def test_what_does_not_count_is_no_place() -> None:
    text = [0, 1, 2, 4, 5, 6]
    shown = [(" the lighthouse", False), (" gulls.", True)]
    assert [each.word for each in found(text, [3] * 6, text, shown)] == ["gulls"]


@given(st.lists(st.integers(0, len(PIECES) - 1), max_size=30), st.data())
def test_every_place_stands_in_the_text_as_a_whole_word(
    text: list[int], data: st.DataObject
) -> None:
    some = st.lists(st.integers(0, len(PIECES) - 1), min_size=len(text), max_size=len(text))
    old = data.draw(some)
    written = b"".join(PIECES[each] for each in text).decode("utf-8", "ignore")
    for place in found(text, old, text):
        assert re.search(rf"(?<!\w){place.word}(?!\w)", whole(written))
        assert place.before in " ".join(written.split())
        assert place.instead != place.word
