"""GLEU of the benchmark of repair: what the paper's definition gives for cases that can be worked out by hand."""

from __future__ import annotations

import importlib
from pathlib import Path
from types import ModuleType

import pytest

FOLDER = Path(__file__).resolve().parent.parent / "benchmarks"
SOURCE = ["He", "go", "to", "the", "school", "every", "day", "."]
RIGHT = ["He", "goes", "to", "school", "every", "day", "."]


@pytest.fixture
def gleu(monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    monkeypatch.syspath_prepend(str(FOLDER))
    return importlib.import_module("_gleu")


@pytest.fixture
def data(monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    monkeypatch.syspath_prepend(str(FOLDER))
    return importlib.import_module("_repair_data")


def test_a_correction_itself_has_100(gleu: ModuleType) -> None:
    assert gleu.corpus_gleu([SOURCE], [RIGHT], [[RIGHT]]) == pytest.approx(100)
    assert gleu.sentence_gleu(SOURCE, RIGHT, [RIGHT]) == pytest.approx(100)


def test_what_the_correction_took_away_counts_against_the_source(gleu: ModuleType) -> None:
    """Of the 8 words the correction has 6, and “go” and “the”, which it has not, take one away each."""
    assert gleu._statistics(SOURCE, SOURCE, RIGHT)[:4] == [8, 7, 4, 8]
    half = ["He", "goes", "to", "the", "school", "every", "day", "."]
    assert gleu.sentence_gleu(SOURCE, half, [RIGHT]) > gleu.sentence_gleu(SOURCE, SOURCE, [RIGHT])


def test_a_short_answer_is_penalised_and_an_empty_one_is_worth_nothing(gleu: ModuleType) -> None:
    short = RIGHT[:5]
    assert gleu.corpus_gleu([SOURCE], [short], [[RIGHT]]) == pytest.approx(
        100 * 2.718281828 ** (1 - 7 / 5), rel=1e-6
    )
    assert gleu.corpus_gleu([SOURCE], [[]], [[RIGHT]]) == 0


def test_of_several_correctors_the_mean_counts(gleu: ModuleType) -> None:
    other = ["He", "went", "to", "school", "every", "day", "."]
    alone = [gleu.corpus_gleu([SOURCE], [RIGHT], [[each]]) for each in (RIGHT, other)]
    assert gleu.corpus_gleu([SOURCE], [RIGHT], [[RIGHT, other]]) == pytest.approx(sum(alone) / 2)


@pytest.mark.parametrize(
    "tokens",
    [
        'He said , " it is n\'t here . "',
        "They do n't know ( or they 're tired ) ; 30 % of us .",
        "What 's well-known ... is it ?",
    ],
)
def test_sentences_are_put_together_and_taken_apart_again(data: ModuleType, tokens: str) -> None:
    text = data.with_spacing(tokens.split())
    assert " ," not in text
    assert " n't" not in text
    assert data.tokens_of(text) == tokens.split()


def test_halves_are_every_other_line(data: ModuleType, tmp_path: Path) -> None:
    for name in ("dev.src", "dev.spellchecked.src", *(f"dev.ref{n}" for n in range(4))):
        (tmp_path / name).write_text("one .\ntwo .\nthree .\n", "utf-8")
    halves = [data.learner_sentences(tmp_path, half) for half in data.HALVES]
    assert [[each.source[0] for each in half] for half in halves] == [
        ["one", "three"],
        ["two"],
        ["one", "two", "three"],
    ]
