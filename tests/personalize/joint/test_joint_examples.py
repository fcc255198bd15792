"""Both forms of a sentence are read up to the same place, so that their difference is that of the two texts."""

from __future__ import annotations

from pathlib import Path

import pytest
import torch
from peft_oracle import CPU, load, stir

from cowrite.engine.tokens.vocabulary import Vocabulary
from cowrite.personalize.data.packing import Batch, Piece
from cowrite.personalize.joint.examples import Examples, RepairExample
from cowrite.personalize.joint.losses import (
    beginning_likeliest,
    gains_of,
    hardest,
    repair_loss,
    told_apart,
)
from cowrite.personalize.joint.noise import Noise
from cowrite.personalize.joint.sentences import Sentence
from cowrite.personalize.joint.settings import JointSettings
from cowrite.personalize.networks.model import TrainableDecoder

SENTENCES = [
    Sentence("", "The old lighthouse stood on the hill above the town for many years."),
    Sentence("It rained. ", "They went to the market with a friend, and she bought some apples."),
    Sentence("", "He said that the light had gone out in the night because of the storm."),
]


@pytest.fixture
def vocabulary(tiny_model_dir: Path) -> Vocabulary:
    return Vocabulary.load(tiny_model_dir)


@pytest.fixture
def model(tiny_model_dir: Path, in_fp32: None) -> TrainableDecoder:
    model = load(tiny_model_dir)
    stir(model)
    return model


def examples(vocabulary: Vocabulary, damaged: int = 12) -> list[RepairExample]:
    made = Examples(vocabulary, [0], Noise(lambda _: ["went", "goes"]), seed=0)
    found = [made.repair(each, number, damaged) for number, each in enumerate(SENTENCES)]
    assert all(each is not None for each in found)
    return [each for each in found if each is not None]


def whole_loss(model: TrainableDecoder, ids: tuple[int, ...]) -> float:
    piece = Piece(ids, tuple(range(1, len(ids))))
    batch = Batch.of([piece], CPU)
    return float(model.token_losses(batch.ids, batch.lengths, batch.at).sum().detach())


def test_a_gain_is_the_difference_of_two_whole_texts(
    model: TrainableDecoder, vocabulary: Vocabulary
) -> None:
    made = examples(vocabulary)
    gains = iter(gains_of(model, made, CPU).tolist())
    for example in made:
        for damaged in example.damaged:
            right = example.right.ids[: damaged.right.stop]
            text = b"".join(map(vocabulary.bytes_of, right[1:])).decode()
            wrong = b"".join(map(vocabulary.bytes_of, damaged.piece.ids[1:])).decode()
            assert text != wrong
            assert text[-4:] == wrong[-4:] or damaged.kind == "punctuation"
            wanted = whole_loss(model, damaged.piece.ids) - whole_loss(model, right)
            assert next(gains) == pytest.approx(wanted, abs=1e-3)


def test_what_is_read_begins_alike(vocabulary: Vocabulary) -> None:
    for example in examples(vocabulary):
        for damaged in example.damaged:
            first = damaged.right.start
            assert damaged.piece.ids[:first] == example.right.ids[:first]
            assert damaged.piece.ids[first] != example.right.ids[first]
            assert damaged.piece.learned[0] == first


def test_those_that_begin_likeliest_are_at_different_places(
    model: TrainableDecoder, vocabulary: Vocabulary
) -> None:
    made = examples(vocabulary)
    likely = beginning_likeliest(model, made, CPU, 2)
    for example, few in zip(made, likely, strict=True):
        assert len({each.right.start for each in few.damaged}) == len(few.damaged) == 2
        first = [
            first_gap(model, example, each.right.start, each.piece.ids) for each in few.damaged
        ]
        every = [first_gap(model, example, e.right.start, e.piece.ids) for e in example.damaged]
        assert min(first) == pytest.approx(min(every), abs=1e-4)


def first_gap(
    model: TrainableDecoder, example: RepairExample, at: int, ids: tuple[int, ...]
) -> float:
    right, wrong = example.right.ids[: at + 1], ids[: at + 1]
    return whole_loss(model, wrong) - whole_loss(model, right)


def test_only_what_is_neither_too_easy_nor_as_right_is_learned_from(
    model: TrainableDecoder, vocabulary: Vocabulary
) -> None:
    made = examples(vocabulary)
    wide = JointSettings(too_good=1000, too_easy=1000)
    assert [len(each.damaged) for each in hardest(model, made, CPU, wide)] == [1, 1, 1]
    chosen = hardest(model, made, CPU, wide)
    for few, only in zip(
        beginning_likeliest(model, made, CPU, wide.negatives), chosen, strict=True
    ):
        gains = gains_of(model, [few], CPU)
        assert only.damaged[0] == few.damaged[int(gains.argmin())]
    none = JointSettings(too_good=0, too_easy=0)
    assert hardest(model, made, CPU, none) == []


def test_the_loss_is_less_the_farther_the_right_one_is_ahead() -> None:
    losses = [float(repair_loss(torch.tensor([gain]), 2.0)) for gain in (-3.0, 0.0, 2.0, 10.0)]
    assert losses == sorted(losses, reverse=True)
    assert losses[2] == pytest.approx(0.6931, abs=1e-3)
    assert losses[3] < 0.001


def test_a_look_tells_the_kind_of_each(model: TrainableDecoder, vocabulary: Vocabulary) -> None:
    made = examples(vocabulary)
    told = told_apart(model, [made[:2], made[2:]], CPU)
    assert [each.kind for each in told] == [e.kind for each in made for e in each.damaged]


def test_texts_are_continued_in_pieces(vocabulary: Vocabulary) -> None:
    made = Examples(vocabulary, [0], Noise(lambda _: []), seed=0)
    text = " ".join(each.text for each in SENTENCES * 8)
    pieces = made.texts(text)
    ids = [token for piece in pieces for token in piece.ids[1:]]
    assert ids == vocabulary.encode(text)[: len(ids)]
    assert all(piece.ids[0] == 0 and piece.learned[0] == 1 for piece in pieces)


def test_a_gap_learns_the_words_that_are_missing(vocabulary: Vocabulary) -> None:
    made = Examples(vocabulary, [0], Noise(lambda _: []), seed=0)
    asked: list[tuple[str, str]] = []

    def prompt(before: str, after: str) -> list[int]:
        asked.append((before, after))
        return [1, 2]

    piece = made.gap(SENTENCES[1], 4, prompt, end=7)
    assert piece is not None
    before, after = asked[0]
    answer = b"".join(map(vocabulary.bytes_of, piece.ids[2:-1])).decode()
    assert before + answer + after == SENTENCES[1].before + SENTENCES[1].text
    assert piece.ids[-1] == 7
    assert piece.learned == tuple(range(2, len(piece.ids)))
    assert made.gap(Sentence("", "He went away."), 4, prompt, end=7) is None


def test_the_same_seed_makes_the_same_examples(vocabulary: Vocabulary) -> None:
    assert examples(vocabulary) == examples(vocabulary)
