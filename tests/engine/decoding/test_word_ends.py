"""That a word ends is a part of its probability, and what goes on with it is told by bytes."""

from __future__ import annotations

import math
from pathlib import Path

import pytest
import torch

from cowrite.engine.decoding.candidate_row import CandidateRow
from cowrite.engine.decoding.choice import Chooser, ChosenToken
from cowrite.engine.decoding.personal_ngrams import PersonalNgrams
from cowrite.engine.decoding.word_ends import WordEnds, ends_in_a_word, goes_on
from cowrite.engine.loading.load import LoadedModel, load_model
from cowrite.engine.messages import CompletionRequest
from cowrite.engine.networks.quantize import Quantization
from cowrite.engine.networks.sampling import Sampling

REQUEST = CompletionRequest(before="", max_words=9)


@pytest.fixture(scope="module")
def model(tiny_model_dir: Path) -> LoadedModel:
    return load_model(tiny_model_dir, torch.device("cpu"), Quantization.BF16)


@pytest.mark.parametrize("written", ["house", "s", "'t", "’s", "-in", "ß", "7", "天"])
def test_what_goes_on_with_a_word(written: str) -> None:
    assert goes_on(written.encode())


@pytest.mark.parametrize("written", ["", " ", " house", ",", ".\n", "\n", "”", "—", "…", ")", "' "])
def test_what_begins_something_else(written: str) -> None:
    assert not goes_on(written.encode())


def test_a_part_of_a_letter_goes_on_and_a_part_of_a_mark_does_not() -> None:
    assert goes_on("é".encode()[:1])
    assert not goes_on("”".encode()[:2])


@pytest.mark.parametrize(
    ("text", "is_word"),
    [("a wor", True), ("a ", False), ("end.", False), ("", False), ("天", False)],
)
def test_only_a_word_that_a_space_would_end_can_be_weighed(text: str, *, is_word: bool) -> None:
    assert ends_in_a_word(text) is is_word


def token_of(model: LoadedModel, written: bytes) -> int:
    return next(i for i, each in enumerate(model.vocabulary.tokens) if each == written)


def even(model: LoadedModel, better: dict[int, float]) -> torch.Tensor:
    """Logits of a distribution of which ``better`` tokens have these shares and all others the rest."""
    size = model.network.vocabulary
    rest = (1 - sum(better.values())) / (size - len(better))
    shares = torch.full((size,), rest)
    for token, share in better.items():
        shares[token] = share
    return shares.log()


def test_a_word_that_has_most_probably_ended_does_not_go_on(model: LoadedModel) -> None:
    """One letter is likelier than any space or mark alone, and less likely than all of them."""
    letter, space, stop = (token_of(model, each) for each in (b"s", b" ", b"."))
    logits = even(model, {letter: 0.3, space: 0.25, stop: 0.25})
    chooser = Chooser(model, PersonalNgrams())
    best = chooser.choices(logits, "The light", b"", 1, Sampling())[0]
    mask = WordEnds(model.vocabulary).going_on(logits)
    assert best.token != letter
    assert best.ended == pytest.approx(float(logits.log_softmax(-1)[~mask].logsumexp(-1)), abs=1e-4)
    assert chooser.choices(logits, "The light ", b"", 1, Sampling())[0].token == letter
    assert chooser.choices(logits, "The light", b"", 2, Sampling())[0].token == letter


def test_a_word_that_goes_on_goes_on(model: LoadedModel) -> None:
    letter, space = token_of(model, b"s"), token_of(model, b" ")
    logits = even(model, {letter: 0.6, space: 0.3})
    assert (
        Chooser(model, PersonalNgrams()).choices(logits, "A word", b"", 1, Sampling())[0].token
        == letter
    )


def test_where_no_space_ends_a_word_nothing_is_said_of_its_end(model: LoadedModel) -> None:
    logits = even(model, {})
    assert (
        Chooser(model, PersonalNgrams()).choices(logits, "天", b"", 1, Sampling())[0].ended == 0.0
    )


def test_the_end_of_a_word_moves_from_what_follows_to_the_word(model: LoadedModel) -> None:
    row = CandidateRow(pending=b"")
    row.take(ChosenToken(token_of(model, b"T"), math.log(0.5)), model, REQUEST)
    assert row.first_word is None
    row.take(ChosenToken(token_of(model, b" "), math.log(0.2), ended=math.log(0.8)), model, REQUEST)
    word, space = (math.exp(token.logprob) for token in row.tokens)
    assert (word, space) == (pytest.approx(0.4), pytest.approx(0.25))
    assert math.exp(row.first_word or 0.0) == pytest.approx(0.4)


def test_a_letter_more_takes_nothing_from_a_word(model: LoadedModel) -> None:
    row = CandidateRow(pending=b"")
    row.take(ChosenToken(token_of(model, b"T"), math.log(0.5)), model, REQUEST)
    row.take(ChosenToken(token_of(model, b"h"), math.log(0.2), ended=math.log(0.8)), model, REQUEST)
    assert [math.exp(token.logprob) for token in row.tokens] == [
        pytest.approx(0.5),
        pytest.approx(0.2),
    ]
    assert row.first_word is None


@pytest.mark.parametrize(("own", "kept"), [(0.0, 0.1), (1.0, 1.0), (0.5, 0.55)])
def test_a_beginning_counts_as_far_as_it_agrees_with_what_was_typed(
    model: LoadedModel, own: float, kept: float
) -> None:
    """0.6 of what may stand there begins with “T”, but only a tenth of that goes on with the “h” that was typed."""
    row = CandidateRow(pending=b"Th", typed=b"Th")
    row.take(ChosenToken(token_of(model, b"T"), math.log(0.6), own=own), model, REQUEST)
    row.take(
        ChosenToken(token_of(model, b"h"), math.log(0.9), agreed=math.log(0.1)), model, REQUEST
    )
    expected = 0.6 * kept / (0.6 * kept + 0.4) * 0.9
    assert math.exp(row.candidate().logprob) == pytest.approx(expected)
    assert math.exp(row.remaining) == pytest.approx(0.6 * kept + 0.4)
