"""A ghost from what a server says: cut as the engine here cuts, and chosen again where a word is begun."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cowrite.engine.messages import CompletionRequest
from cowrite.remote.dialects import Piece
from cowrite.remote.row import GhostRow, _share_ended, divided


def row_of(before: str = "It was", **wishes: object) -> GhostRow:
    return GhostRow(CompletionRequest(before=before, **wishes))  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("before", "read", "pending"),
    [
        ("The old light", "The old", " light"),
        ("The old ", "The old", " "),
        ("Wait, she said,", "Wait, she said", ","),
        ("Hello", "Hello", ""),
        ("One.\n", "One.\n", ""),
        ("今天天气", "今天天", "气"),
        ("It is  ", "It is ", " "),
    ],
)
def test_what_is_chosen_again(before: str, read: str, pending: str) -> None:
    assert divided(before) == (read, pending)


@given(st.text(max_size=40))
def test_what_is_read_and_chosen_again_is_all_of_it(before: str) -> None:
    assert "".join(divided(before)) == before


def test_it_ends_with_the_words_that_were_asked_for_and_takes_the_space_along() -> None:
    row = row_of(max_words=2)
    for text in (" the", " best", " of"):
        assert not row.done
        row.take(Piece(text, -0.1, {text: -0.1}))
    assert row.done
    assert row.candidate().text == " the best "
    assert not row.candidate().is_cut


def test_a_hopeless_word_ends_it() -> None:
    row = row_of(max_words=9, min_word_logprob=math.log(0.2))
    row.take(Piece(" the", -0.1))
    row.take(Piece(" zyx", -3.0))
    assert row.done
    assert row.is_cut


def test_a_line_ends_it() -> None:
    row = row_of(max_words=9)
    row.take(Piece(" the", -0.1))
    row.take(Piece(".\n\nNext", -0.1))
    assert row.candidate().text == " the."


def test_of_what_agrees_with_what_is_typed_the_most_promising_comes_first() -> None:
    row = GhostRow(CompletionRequest(before="a deci"), " deci")
    chosen = row.choose(Piece(" house", -0.2, {" house": -0.2, " decision": -3.0, " de": -3.1}))
    assert chosen is not None
    assert chosen.text == " decision"
    assert chosen.logprob is not None
    assert math.exp(chosen.logprob) > 0.5, "of what agrees, not of all"
    row.take(chosen)
    assert row.text == "sion"
    assert row.written == " decision"


def test_nothing_that_agrees_is_no_ghost() -> None:
    row = GhostRow(CompletionRequest(before="a qx"), " qx")
    assert row.choose(Piece(" house", -0.2, {" house": -0.2})) is None


def test_a_word_that_has_most_probably_ended_does_not_go_on() -> None:
    row = row_of(max_words=3)
    row.take(Piece(" light", -0.1))
    others = {"house": -1.6, " of": -1.7, " in": -1.7, ",": -1.8}
    chosen = row.choose(Piece("house", -1.6, others))
    assert chosen is not None
    assert chosen.text == " of"


def test_what_a_server_made_less_probable_because_it_was_used_is_chosen_all_the_same() -> None:
    row = row_of(max_words=3)
    chosen = row.choose(Piece(" they", -1.8, {" the": -1.5, " they": -1.8}))
    assert chosen is not None
    assert chosen.text == " the"


@pytest.mark.parametrize("control", ["", "</s>", "<|im_end|>", "\ufffd"])
def test_no_sign_of_an_end_is_written(control: str) -> None:
    piece = Piece(" they", -1.8, {control: -1.5, " they": -1.8})
    assert row_of().choose(piece) == piece


def test_of_two_beginnings_the_one_with_the_more_probable_word_wins() -> None:
    """“ ” may go on with anything, and hardly ever with “fo”."""
    told = {" ": -0.4, " for": -1.9}
    row = GhostRow(CompletionRequest(before="a fo"), " fo")
    first = row.choose(Piece(" ", -0.4, told))
    assert first is not None
    assert first.text == " "
    row.take(first)
    (rival,) = row.rivals
    assert not row.is_certain
    assert row.choose(Piece("1", -0.1, {"1": -0.1})) is None
    assert row.may_lose_to(rival)
    other = GhostRow(row.request, " fo").instead_of(row, rival)
    other.take(Piece(" the", -0.2, {" the": -0.2, "tress": -3.0}))
    assert other.first_word is not None
    assert other.beats(row)
    assert other.text == "r the"


def test_a_beginning_that_keeps_what_it_promises_is_kept() -> None:
    row = GhostRow(CompletionRequest(before="now a"), " a")
    first = row.choose(Piece(" a", -1.0, {" a": -1.0, " about": -3.0}))
    assert first is not None
    row.take(first)
    assert not row.is_certain
    row.take(Piece(" little", -0.5, {" little": -0.5, " few": -2.0}))
    assert row.is_certain
    assert not row.may_lose_to(row.rivals[0])


def test_of_what_is_not_told_as_much_ends_the_word_as_of_what_is() -> None:
    few = {" little": -3.1, " few": -3.2, " mere": -3.8}
    assert 0.6 < _share_ended(few) < 1.0
    assert _share_ended({"bout": -0.2, " few": -4.0}) < 0.1


def test_half_characters_wait_for_the_rest() -> None:
    row = row_of(max_words=3)
    row.take(Piece("", -0.5))
    row.take(Piece(" é", -0.25))
    assert row.candidate().logprob == -0.75


_TEXTS = st.sampled_from([" a", "b", " the", ".", "\n", "é", "气"])


@given(st.lists(st.tuples(_TEXTS, st.floats(-9, 0)), max_size=12))
def test_its_text_only_grows_and_its_tokens_write_it(pieces: list[tuple[str, float]]) -> None:
    row, before = row_of(max_words=4), ""
    for text, logprob in pieces:
        if row.done:
            break
        piece = row.choose(Piece(text, logprob, {text: logprob}))
        if piece is None:
            break
        row.take(piece)
        candidate = row.candidate()
        assert candidate.text.startswith(before)
        assert all(token.logprob <= 1e-9 for token in candidate.tokens)
        before = candidate.text
