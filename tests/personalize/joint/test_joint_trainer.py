"""All tasks are learned at once, each as much as it weighs; the best adapter is kept, and made again by its seed."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
import torch
from peft_oracle import CPU, load

from cowrite.base.errors import UserError
from cowrite.engine.tokens.vocabulary import Vocabulary
from cowrite.personalize.joint.examples import Examples
from cowrite.personalize.joint.joint_trainer import JointData, JointRun, JointTrainer
from cowrite.personalize.joint.noise import Noise
from cowrite.personalize.joint.sentences import Sentence
from cowrite.personalize.joint.settings import JointSettings

SETTINGS = JointSettings(
    learning_rate=1e-2, rank=4, alpha=8, frozen_layers=0, rounds=6, batch_pairs=4, damaged=8,
    negatives=2, checks=4, too_good=1000, too_easy=1000, patience=4, max_minutes=1000,
)  # fmt: skip
SENTENCES = [
    Sentence("", f"The {thing} stood on the hill above the town and the light went out.")
    for thing in ("lighthouse", "house", "tower", "church", "mill", "old tree", "inn", "school")
]
FORMS = {"stood": ["stand", "stands"], "went": ["go", "goes"], "light": ["lights"]}


def data(folder: Path) -> JointData:
    vocabulary = Vocabulary.load(folder)
    examples = Examples(vocabulary, [0], Noise(lambda word: FORMS.get(word, [])), seed=0)
    gaps = [examples.gap(each, n, lambda b, a: [1, 2, 3], 7) for n, each in enumerate(SENTENCES)]
    made = [examples.repair(each, n, 8) for n, each in enumerate(SENTENCES)]
    texts = examples.texts(" ".join(each.text for each in SENTENCES * 4))
    return JointData(
        sentences=len(SENTENCES),
        repair=lambda number: made[number],
        texts=texts[1:],
        gap=lambda number: gaps[number],
        held_repair=[each for each in made[:2] if each],
        held_texts=texts[:1],
        held_gaps=[each for each in gaps[:2] if each],
    )


def run(folder: Path, settings: JointSettings = SETTINGS, **wishes: object) -> JointRun:
    model = load(folder)
    return JointTrainer(model, data(folder), settings, device=CPU, **wishes).run()  # type: ignore[arg-type]


def test_all_tasks_are_learned_at_once(tiny_model_dir: Path, in_fp32: None) -> None:
    told: list[str] = []
    found = run(tiny_model_dir, tell=told.append)
    first, last = found.looks[0], found.looks[-1]
    assert last.repair < first.repair
    assert last.texts < first.texts - 0.5
    assert last.gaps < first.gaps - 0.5
    assert len(told) == len(found.looks)
    assert found.examples == {"repair": 48, "continue": 12, "fill in": 12}
    assert found.to_json()["best_step"] == found.best_step > 0


@pytest.mark.parametrize("optimizer", ["adamw", "sgd"])
def test_one_task_alone_is_learned_alone(
    tiny_model_dir: Path, in_fp32: None, optimizer: str
) -> None:
    rate = 1.0 if optimizer == "sgd" else 1e-2
    alone = replace(
        SETTINGS, optimizer=optimizer, learning_rate=rate, continue_weight=0, fill_in_weight=0
    )
    found = run(tiny_model_dir, alone)
    assert found.looks[-1].repair < found.looks[0].repair
    assert found.examples == {"repair": 48, "continue": 0, "fill in": 0}


def test_the_same_seed_makes_the_same_adapter(tiny_model_dir: Path, in_fp32: None) -> None:
    some, others = (run(tiny_model_dir, replace(SETTINGS, dropout=0.2)) for _ in range(2))
    assert some.factors.keys() == others.factors.keys()
    assert all(torch.equal(some.factors[name], others.factors[name]) for name in some.factors)
    other = run(tiny_model_dir, replace(SETTINGS, dropout=0.2, seed=1))
    assert any(not torch.equal(some.factors[name], other.factors[name]) for name in some.factors)


def test_it_ends_when_the_time_is_over(tiny_model_dir: Path, in_fp32: None) -> None:
    ticks = iter(range(0, 100_000, 60))
    found = run(tiny_model_dir, replace(SETTINGS, max_minutes=3), clock=lambda: float(next(ticks)))
    assert found.looks[-1].step == 3


def test_it_ends_when_it_gets_no_better(tiny_model_dir: Path, in_fp32: None) -> None:
    # Only repair is learned, in strides under which the texts suffer, and these are what counts.
    lame = replace(SETTINGS, learning_rate=0.2, repair_weight=1e-3, batch_texts=0, batch_gaps=0)
    found = run(tiny_model_dir, replace(lame, checks=12, patience=1, warmup=0.0))
    assert found.best_step == 0
    assert len(found.looks) < 13


def test_numbers_that_run_away_end_it_in_a_sentence(tiny_model_dir: Path, in_fp32: None) -> None:
    with pytest.raises(UserError, match="failed to converge"):
        run(tiny_model_dir, replace(SETTINGS, optimizer="sgd", learning_rate=0.1, weight_decay=1e4))
