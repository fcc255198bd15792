"""An adapter is promoted only if every condition holds; each one alone can keep it back."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
import pytest

from cowrite.personalize.evaluation.promotion_gate import (
    Decision,
    Evidence,
    Saved,
    Status,
    decide,
    loss_difference,
)
from cowrite.personalize.evaluation.scoring import Block, Score

BLOCKS, TOKENS = 30, 150


def score(loss: float, spread: float = 0.3, blocks: int = BLOCKS, documents: int = 3) -> Score:
    """Blocks whose losses per token spread in the same way, whatever their mean."""
    random = np.random.default_rng(4)
    return Score(
        tuple(
            Block(f"d{at % documents}", TOKENS * (loss + random.normal(0, spread)), TOKENS, 600)
            for at in range(blocks)
        )
    )


def uneven(loss: float, swing: float) -> Score:
    """The same texts, every other block better by ``swing``, the rest worse."""
    blocks = [
        replace(block, loss=block.loss + TOKENS * swing * (-1) ** at)
        for at, block in enumerate(score(loss).blocks)
    ]
    return Score(tuple(blocks))


GOOD = Evidence(
    base=score(3.5),
    active=score(3.4),
    candidate=score(3.3),
    general_base=score(3.0),
    general_candidate=score(3.01),
    replay=[Saved(20.0, 21.0 + at % 3, 300) for at in range(16)],
    copied=12,
)


def failing(decision: Decision) -> list[str]:
    return [each.name for each in decision.criteria if not each.holds]


def test_what_is_better_everywhere_is_promoted() -> None:
    decision = decide(GOOD)
    assert decision.status is Status.PROMOTED
    assert "9.5 % better" in decision.reason
    assert len(decision.criteria) == 7


def test_without_an_active_one_the_base_is_all_there_is_to_beat() -> None:
    decision = decide(replace(GOOD, active=None))
    assert decision.status is Status.PROMOTED
    assert len(decision.criteria) == 5


@pytest.mark.parametrize(
    ("change", "names"),
    [
        ({"candidate": score(3.45)}, ["loss against the version in use", "perplexity against the version in use"]),
        ({"candidate": score(3.395)}, ["perplexity against the version in use"]),
        ({"candidate": uneven(3.37, 0.6), "active": None}, ["loss against the original model"]),
        ({"replay": [Saved(20.0, 19.0, 300)] * 16}, ["keystrokes saved, living"]),
        ({"replay": [Saved(20.0, 20.0 + 9 * (-1) ** at, 300) for at in range(16)]}, ["keystrokes saved, living"]),
        ({"general_candidate": score(3.03)}, ["general text"]),
        ({"copied": 50}, ["memorisation"]),
    ],
)  # fmt: skip
def test_each_condition_alone_keeps_it_back(change: dict[str, object], names: list[str]) -> None:
    decision = decide(replace(GOOD, **change))  # type: ignore[arg-type]
    assert decision.status is Status.KEPT
    assert failing(decision) == names
    assert decision.reason.endswith("Suggestions stay as they are.")


def test_on_the_edge() -> None:
    one_percent = 3.4 + math.log(0.99)
    assert decide(replace(GOOD, candidate=score(one_percent - 1e-6))).status is Status.PROMOTED
    assert decide(replace(GOOD, candidate=score(one_percent + 1e-6))).status is Status.KEPT
    assert decide(replace(GOOD, copied=49)).status is Status.PROMOTED
    # Where nothing spreads the bound is the mean.
    lost = [Saved(20.0, 20.0 - 0.59, 300)] * 16
    assert decide(replace(GOOD, replay=lost)).status is Status.PROMOTED


@pytest.mark.parametrize(
    "change",
    [
        {name: score(3.3, blocks=5) for name in ("base", "active", "candidate")},
        {"replay": [Saved(1.0, 2.0, 10)] * 3},
        {"replay": []},
        {"candidate": score(math.nan)},
        {"candidate": score(math.inf)},
        {"candidate": score(3.3, blocks=BLOCKS - 1)},
    ],
)
def test_what_cannot_be_judged_fails_and_says_so(change: dict[str, object]) -> None:
    decision = decide(replace(GOOD, **change))  # type: ignore[arg-type]
    assert decision.status is Status.FAILED
    assert "nothing was changed" in decision.reason


def test_many_documents_are_drawn_whole() -> None:
    """Blocks of one document are alike, so taking them for independent would be too sure."""

    def alike(sign: float) -> Score:
        random = np.random.default_rng(6)
        shifts = random.normal(0, 0.2, 24)
        return Score(
            tuple(
                Block(f"d{at}", TOKENS * (3.4 + sign * shifts[at]), TOKENS, 600)
                for at in range(24)
                for _ in range(10)
            )
        )

    found = loss_difference(alike(0.0), alike(1.0))
    assert found.upper - found.lower > 0.12
