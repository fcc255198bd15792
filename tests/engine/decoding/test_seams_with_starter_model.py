"""Where what is typed and what the real model writes meet: no character in halves, no space where none belongs."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
import torch

from cowrite.base.words import count_words
from cowrite.engine.decoding.candidate_row import CandidateRow
from cowrite.engine.decoding.choice import ChosenToken, Seam
from cowrite.engine.decoding.completer import Completer
from cowrite.engine.loading.load import load_model
from cowrite.engine.messages import Candidate, CompletionRequest
from cowrite.engine.networks.quantize import Quantization
from cowrite.settings.resources import resource_path

pytestmark = pytest.mark.starter_model


@pytest.fixture(scope="module")
def completer(starter_model_dir: Path) -> Completer:
    model = load_model(starter_model_dir, torch.device("cpu"), Quantization.INT8)
    return Completer(model, model_id="starter")


def candidates(completer: Completer, before: str) -> tuple[Candidate, ...]:
    request = CompletionRequest(before=before, candidates=3, max_tokens=16)
    return completer.complete(request).candidates


@pytest.mark.parametrize(
    "before",
    [
        "今天天气很",
        "昨日は東京",
        "Die schöne Stra",
        "Elle est fatigu",
        "so good 😀",
        "a naïv",
        "cafe\u0301",
    ],
)
def test_no_character_is_written_in_halves(completer: Completer, before: str) -> None:
    found = candidates(completer, before)
    assert found
    assert not any("\ufffd" in candidate.text for candidate in found)


@pytest.mark.parametrize("before", ["今天天气很", "这是一个非常", "昨日は東京"])
def test_words_without_spaces_are_counted_by_dictionary(completer: Completer, before: str) -> None:
    best = candidates(completer, before)[0]
    assert " " not in best.text.strip()
    assert 1 <= count_words(best.text) <= 4  # the fourth is there to tell that the third has ended


@pytest.mark.parametrize(
    ("before", "rest"),
    [
        ("He opened the windo", "w"),
        ("Once upon a time, there was a little girl who lived in a small vill", "age"),
    ],
)
def test_a_word_goes_on_without_a_space(completer: Completer, before: str, rest: str) -> None:
    assert candidates(completer, before)[0].text.startswith(rest)


def test_a_character_that_is_begun_and_not_ended_ends_the_text(completer: Completer) -> None:
    vocabulary = completer.model.vocabulary
    request = CompletionRequest(before="", max_words=9)
    row = CandidateRow(pending=b"")
    for written in (b" a", b"\xe4", b" b"):
        token = next(each for each in range(49_000) if vocabulary.bytes_of(each) == written)
        row.take(ChosenToken(token, -1.0), completer.model, request)
    assert (row.text, row.done, row.is_cut) == (" a", True, True)


WHOLE = [
    "Marguerite poured the", "The old man walked to the", "She opened the door and",
    "He had never seen such a", "It was a", "They went to", "The rain fell on",
    "In the morning the children", "I do not want to", "We were sitting in the kitchen when",
    "The captain looked at his", "Nobody had seen the old", "The book was about",
    "After dinner they went for", "She smiled and said that she", "The train was late because",
    "There was something strange about", "He put the letter into his",
    "My grandmother used to tell us", "They had some",
]  # fmt: skip
PARTS = {
    "She opened the win": "dow", "He walked slowly tow": "ard", "The children were play": "ing",
    "It was a beaut": "iful", "They could not underst": "and",
    "The captain looked at his wat": "ch", "Nobody had seen the old light": "house",
    "The teacher wrote on the black": "board", "I have alw": "ays", "The man stood be": "",
}  # fmt: skip


@pytest.mark.parametrize("before", WHOLE)
def test_after_a_whole_word_comes_another_and_no_rest_of_it(
    completer: Completer, before: str
) -> None:
    """“ the” and “m” are no division of “ them”; the model knows that one as a token of its own."""
    best = completer.complete(CompletionRequest(before=before)).candidates[0]
    assert not best.text[0].isalnum()


@pytest.mark.parametrize(("before", "rest"), PARTS.items())
def test_after_a_part_of_a_word_comes_its_rest(
    completer: Completer, before: str, rest: str
) -> None:
    best = completer.complete(CompletionRequest(before=before)).candidates[0]
    assert best.text[0].isalpha()
    assert best.text.startswith(rest)


def test_how_words_are_really_divided_is_hardly_ever_left_out(completer: Completer) -> None:
    """Every token of every word of a text, wherever in the word the caret may stand."""
    vocabulary = completer.model.vocabulary
    text = resource_path("calibration.txt").read_text("utf-8")
    seen, left_out = 0, []
    for word in re.finditer(r" [A-Za-z]+", text):
        for cut in range(2, len(word[0]) + 1):
            typed, spelled = word[0][:cut], ()
            for token in vocabulary.encode(word[0]):
                seen += 1
                seam = Seam(typed.encode(), spelled)
                if not seam.fits(vocabulary, text[: word.start() + cut], token):
                    left_out.append((word[0], cut))
                spelled += (token,)
                if sum(len(vocabulary.bytes_of(each)) for each in spelled) >= cut:
                    break
    assert seen > 2_000
    assert len(left_out) <= seen / 1_000, left_out
