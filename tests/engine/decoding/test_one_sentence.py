"""A request for one sentence ends where the sentence does."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest

from cowrite.engine.decoding.candidate_row import CandidateRow
from cowrite.engine.decoding.choice import ChosenToken
from cowrite.engine.messages import CompletionRequest


def grown(*pieces: str | bytes, before: str = "It was late. ", one_sentence: bool = True) -> str:
    """What becomes of a row to which these tokens are offered one after the other."""
    written = [piece.encode() if isinstance(piece, str) else piece for piece in pieces]
    model: Any = SimpleNamespace(
        vocabulary=SimpleNamespace(bytes_of=lambda token: written[token]), stop_tokens=frozenset()
    )
    request = CompletionRequest(
        before=before, max_words=25, max_tokens=60, one_sentence=one_sentence
    )
    row = CandidateRow(pending=b"")
    for token in range(len(written)):
        if not row.done:
            row.take(ChosenToken(token, -0.5), model, request)
    return row.candidate().text


def test_the_next_sentence_is_left_out_but_not_its_space() -> None:
    assert grown("He", " slept", ".", " She", " did", " not", ".") == "He slept. "


def test_without_the_wish_it_goes_on() -> None:
    assert grown("He", " slept", ".", " She", one_sentence=False) == "He slept. She"


@pytest.mark.parametrize(
    ("pieces", "whole"),
    [
        (("“", "Sleep", ".", "”", " he", " said"), "“Sleep.” "),
        (("Mr", ".", " Knight", "ley", " slept", ".", " And"), "Mr. Knightley slept. "),
        (("It", " cost", " 3", ".", "5", " pounds", "!", " So"), "It cost 3.5 pounds! "),
        (("He", " slept", ".", "\n", "She"), "He slept."),
        (("下雨", "了", "。", "他", "走"), "下雨了。"),
        (("他说", "：“", "走", "。", "”", "她"), "他说：“走。”"),
        (("下雨", "了", "。", "他".encode()[:1], "他".encode()[1:]), "下雨了。"),
    ],
)
def test_what_belongs_to_a_sentence_stays(pieces: tuple[str | bytes, ...], whole: str) -> None:
    assert grown(*pieces) == whole


def test_a_mark_after_what_was_typed_may_abbreviate_it() -> None:
    assert grown(".", " Weston", " slept", ".", " So", before="and Mr") == ". Weston slept. "
    assert grown(".", " Weston", before="and a man") == ". "


def test_a_sentence_that_ended_before_ends_nothing() -> None:
    assert grown(" ", "He", " slept", before="It was late.") == " He slept"
