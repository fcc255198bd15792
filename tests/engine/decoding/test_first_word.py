"""The first word is the more probable one of two beginnings, as the real model sees them."""

from __future__ import annotations

import itertools
import math
from pathlib import Path

import pytest
import torch

from cowrite.engine.decoding.completer import Completer
from cowrite.engine.decoding.first_word import FirstWord
from cowrite.engine.loading.load import LoadedModel, load_model
from cowrite.engine.messages import Candidate, CompletionRequest
from cowrite.engine.networks.quantize import Quantization
from cowrite.suggest.filter.show_filter import split_words

pytestmark = pytest.mark.starter_model

# What is typed, and the rest of the word: greedily, the model would write “imaginate”.
BEGUN = {
    "The pictures in this book are meant to capture people's attention and imagi": "nation",
    "After many years of service in the army he finally retu": "rned",
    "They built a new house near the old light": "house",
}


@pytest.fixture(scope="module")
def starter(starter_model_dir: Path) -> LoadedModel:
    return load_model(starter_model_dir, torch.device("cpu"), Quantization.INT8)


@pytest.fixture
def completer(starter: LoadedModel) -> Completer:
    return Completer(starter, model_id="starter")


def first_word(candidate: Candidate) -> tuple[str, float]:
    word = split_words(candidate.tokens)[0]
    return word.text, math.exp(word.logprob)


@pytest.mark.parametrize(("before", "rest"), BEGUN.items())
def test_the_rest_of_a_word_is_a_word(completer: Completer, before: str, rest: str) -> None:
    best = completer.complete(CompletionRequest(before=before)).candidates[0]
    assert first_word(best)[0] == rest


@pytest.mark.parametrize("before", [*BEGUN, "It was a", "She went to the", "He sat down and wro"])
def test_without_drafts_the_answer_is_the_same(starter: LoadedModel, before: str) -> None:
    answers = []
    for drafting in (True, False):
        completer = Completer(starter, model_id="starter")
        completer.drafting = drafting
        answers.append(completer.complete(CompletionRequest(before=before)).candidates[0])
    assert answers[0].text == answers[1].text
    assert answers[0].logprob == pytest.approx(answers[1].logprob, abs=0.2)


@pytest.mark.parametrize("before", BEGUN)
def test_updates_only_grow_though_the_search_looks_back(completer: Completer, before: str) -> None:
    texts: list[str] = []
    result = completer.complete(
        CompletionRequest(before=before), on_update=lambda each: texts.append(each.text)
    )
    assert texts
    assert texts[-1] == result.candidates[0].text
    assert all(later.startswith(earlier) for earlier, later in itertools.pairwise(texts))


def test_what_is_kept_after_looking_back_is_the_text_of_the_answer(completer: Completer) -> None:
    """The same question again has the same answer, from what the first one left in the cache."""
    for before in BEGUN:
        request = CompletionRequest(before=before)
        first, again = (completer.complete(request).candidates[0] for _ in range(2))
        assert first.text == again.text
        assert first.logprob == pytest.approx(again.logprob, abs=0.1)


def test_a_word_is_no_surer_than_all_that_agrees_with_what_is_typed(completer: Completer) -> None:
    """Among several candidates the first words are different words, so they share one probability."""
    for before in BEGUN:
        word, probability = first_word(
            completer.complete(CompletionRequest(before=before)).candidates[0]
        )
        assert word
        assert 0.0 < probability <= 1.0


def test_the_search_decides_for_the_second_beginning_only_if_its_word_is_better(
    completer: Completer, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Without the second look, a beginning that most words share is taken for the word."""
    before = next(iter(BEGUN))
    with_search = first_word(completer.complete(CompletionRequest(before=before)).candidates[0])
    monkeypatch.setattr(FirstWord, "best", lambda _self, choices, _pending: choices[0])
    without = first_word(completer.complete(CompletionRequest(before=before)).candidates[0])
    assert without[1] <= with_search[1] + 1e-6
