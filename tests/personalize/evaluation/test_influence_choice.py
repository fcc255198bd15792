"""Which position of the slider is offered: only one that is surely better and forgets no more than is allowed."""

from __future__ import annotations

import math

import pytest

from cowrite.engine.influence import Influence
from cowrite.personalize.evaluation.influence_choice import OTHERS, best_influence, score_name
from cowrite.personalize.evaluation.scoring import Block, Score

GENTLE, TESTED, STRONG = Influence.GENTLE, Influence.AS_TESTED, Influence.STRONG


def score(loss: float, *, wobble: float = 0.01, blocks: int = 20) -> Score:
    """Blocks whose losses per token are around ``loss``."""
    return Score(
        tuple(Block("d", 100 * (loss + wobble * math.sin(n)), 100, 400) for n in range(blocks))
    )


def scores(general: float = 3.0, **losses: float) -> dict[str, Score]:
    """Of the writer's text by ``losses`` in nats; of general text everything is at ``general``, and the base at 3."""
    found = {"base": score(3.2), "general, base": score(3.0)}
    for influence in (TESTED, *OTHERS):
        found[score_name(influence)] = score(losses.get(influence.name, 3.0))
        found[score_name(influence, general=True)] = score(general)
    return found


@pytest.mark.parametrize(
    ("losses", "best"),
    [
        ({"AS_TESTED": 2.9}, TESTED),
        ({"GENTLE": 2.9}, GENTLE),
        ({"STRONG": 2.9}, STRONG),
        ({"GENTLE": 2.9, "STRONG": 2.8}, STRONG),
        ({"GENTLE": 2.8, "STRONG": 2.9}, GENTLE),
        ({}, TESTED),
    ],
)
def test_the_lowest_loss_is_best(losses: dict[str, float], best: Influence) -> None:
    assert best_influence(scores(**losses)) is best


def test_what_may_be_chance_is_not_offered() -> None:
    found = scores()
    # A little better on the whole, worse in nearly half of the blocks.
    noisy = [Block("d", 300 + (-9 if n % 2 else 8), 100, 400) for n in range(20)]
    assert Score(tuple(noisy)).loss < found["candidate"].loss
    assert best_influence(found | {"candidate, strong": Score(tuple(noisy))}) is TESTED


def test_what_forgets_too_much_is_not_offered() -> None:
    assert best_influence(scores(general=3.2, STRONG=2.0)) is TESTED


def test_too_little_text_and_what_was_not_measured_leave_it_as_it_was_tested() -> None:
    few = {name: Score(each.blocks[:3]) for name, each in scores(STRONG=2.0).items()}
    assert best_influence(few) is TESTED
    earlier = {name: each for name, each in scores(STRONG=2.0).items() if "strong" not in name}
    assert best_influence(earlier) is TESTED
    broken = scores() | {"candidate, strong": score(math.nan)}
    assert best_influence(broken) is TESTED
