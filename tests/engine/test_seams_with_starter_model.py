"""Where what is typed and what the real model writes meet: no character in halves, no blank where none belongs."""

from __future__ import annotations

from pathlib import Path

import pytest
import torch

from cowrite.engine.choice import Choice
from cowrite.engine.decode import Completer, _Row
from cowrite.engine.load import load_model
from cowrite.engine.messages import Candidate, CompletionRequest
from cowrite.engine.quantize import Quantization
from cowrite.words import count_words

pytestmark = pytest.mark.starter_model


@pytest.fixture(scope="module")
def completer(starter_model_dir: Path) -> Completer:
    model = load_model(starter_model_dir, torch.device("cpu"), Quantization.INT8)
    return Completer(model, model_id="starter")


def candidates(completer: Completer, before: str) -> tuple[Candidate, ...]:
    request = CompletionRequest(
        request_id=1, document_id="d", revision=1, before=before, candidates=3, max_tokens=16
    )
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
def test_words_without_blanks_are_counted_by_dictionary(completer: Completer, before: str) -> None:
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
def test_a_word_goes_on_without_a_blank(completer: Completer, before: str, rest: str) -> None:
    assert candidates(completer, before)[0].text.startswith(rest)


def test_a_character_that_is_begun_and_not_ended_ends_the_text(completer: Completer) -> None:
    vocabulary = completer.model.vocabulary
    request = CompletionRequest(request_id=1, document_id="d", revision=1, before="", max_words=9)
    row = _Row(pending=b"")
    for written in (b" a", b"\xe4", b" b"):
        token = next(each for each in range(49_000) if vocabulary.bytes_of(each) == written)
        row.take(Choice(token, -1.0), completer.model, request)
    assert (row.text, row.done, row.is_cut) == (" a", True, True)
