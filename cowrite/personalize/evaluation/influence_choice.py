"""Which position of the slider for the writer's influence was best on text that was kept back. Offered, never set.

The adapter was judged as it was trained. Half of it may predict as well and forget less, half as much again may be
nearer to the writer (Wortsman et al. 2022, arXiv 2109.01903). Importing this module imports numpy.
"""

from __future__ import annotations

from collections.abc import Mapping

from cowrite.engine.influence import Influence
from cowrite.personalize.evaluation.promotion_gate import (
    Limits,
    loss_difference,
    perplexity_change_pct,
)
from cowrite.personalize.evaluation.scoring import Score

OTHERS = (Influence.GENTLE, Influence.STRONG)


def score_name(influence: Influence, *, general: bool = False) -> str:
    """Under which name a report has the score of an adapter at this position, on the writer's text or general text."""
    beginning = "general, candidate" if general else "candidate"
    return beginning if influence is Influence.AS_TESTED else f"{beginning}, {influence.value}"


def best_influence(scores: Mapping[str, Score], limits: Limits | None = None) -> Influence:
    """The position with the lowest loss among those that are surely better than what was tested, else that itself.

    Of one that makes general text harder than the promotion gate allows nothing is said. What was not scored is not
    considered.
    """
    limits = limits or Limits()
    tested = scores[score_name(Influence.AS_TESTED)]
    best, least = Influence.AS_TESTED, tested.loss
    for influence in OTHERS:
        score = scores.get(score_name(influence))
        general = scores.get(score_name(influence, general=True))
        if score is None or general is None or not score.loss < least:
            continue
        harm = perplexity_change_pct(scores["general, base"], general)
        if harm <= limits.general_loss_pct and _is_surely_better(tested, score):
            best, least = influence, score.loss
    return best


def _is_surely_better(tested: Score, score: Score) -> bool:
    try:
        return loss_difference(tested, score).upper < 0
    except ValueError:  # too little text, or numbers that are none
        return False
