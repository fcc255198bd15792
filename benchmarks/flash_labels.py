"""What should a ghost that was gone before anybody could notice it teach a writer's filter?

Ghosts are made up, right as often as their probability says; the model's own estimate is exact, too sure or too unsure.
The keys come at the recorded gaps of real writers: a wrong ghost is gone with the next key, a right one stays while it
is typed along, as on the page. So most wrong ones are flashes, and hardly any right one is. Each filter is
fitted by the program's own code on what one way of counting flashes makes of one writer's ghosts, and asked about
others of the same writer: log loss, and by how much it is too sure on average. No model is needed.
"""

from __future__ import annotations

import math
import random
import statistics
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from _common import Report, Row, make_parser

from cowrite.cli.simulation.recorded_typist import recorded_sessions
from cowrite.decisions.statistics.time_saved import REACTION_MS
from cowrite.suggest.filter.examples import FLASH_WEIGHT
from cowrite.suggest.filter.features import FilterFeatures
from cowrite.suggest.filter.fit import FilterExample, fit_filter

APPEARS_MS = 100.0
"""How long after a key a ghost appears."""
LETTERS = (3, 4, 5, 6, 8)
LEARNED, ASKED = 600, 2_000
MODELS = {"exact": 1.0, "too sure": 0.5, "too unsure": 2.0}
"""The exponent that makes the model's estimate of what is true."""


@dataclass(frozen=True, slots=True)
class Ghost:
    """What the filter sees of a ghost, whether it was right, and milliseconds on screen."""

    features: FilterFeatures
    right: bool
    on_screen_ms: float


# How much a wrong ghost of so many milliseconds counts.
Weigh = Callable[[float], float]
WAYS: dict[str, Weigh] = {
    "nothing under 100 ms, then a refusal": lambda ms: float(ms >= 100),
    "nothing under 300 ms": lambda ms: float(ms >= REACTION_MS),
    "a third": lambda ms: 1.0 if ms >= REACTION_MS else 0.3,
    "that it was wrong (the program)": lambda ms: 1.0 if ms >= REACTION_MS else FLASH_WEIGHT,
}


def main() -> int:
    """Measure and print."""
    parser = make_parser((__doc__ or "").split("\n")[0], uses_model=False)
    options = parser.parse_args()
    sessions = recorded_sessions()
    gaps = [
        [gap for word in each.words for gap in (word.first, *word.within, *word.marks)]
        for each in sessions
    ]
    rows: list[Row] = []
    for name, exponent in MODELS.items():
        rows += measure(name, exponent, gaps)
    Report(title="What flashes teach", rows=rows).show(options.json)
    return 0


def measure(name: str, exponent: float, gaps: Sequence[Sequence[float]]) -> list[Row]:
    """Log loss and bias of each way, as means over the recorded writers' sessions."""
    found: dict[str, list[tuple[float, float]]] = {}
    flashes: list[bool] = []
    for seed, mine in enumerate(gaps):
        learned = ghosts(seed, LEARNED, exponent, mine)
        asked = ghosts(seed + 1_000, ASKED, exponent, mine)
        flashes += [each.on_screen_ms < REACTION_MS for each in learned if not each.right]
        fixed = [each.features.base_probability or 0.0 for each in asked]
        found.setdefault("no filter", []).append(scores(fixed, asked))
        for way, weigh in WAYS.items():
            own = fit_filter(examples(learned, weigh))
            answers = fixed if own is None else [own.probability(each.features) for each in asked]
            found.setdefault(way, []).append(scores(answers, asked))
    rows: list[Row] = [
        (f"{name}: wrong ghosts that are flashes, %", round(100 * statistics.fmean(flashes)), "")
    ]
    for way, values in found.items():
        loss, bias = (statistics.fmean(column) for column in zip(*values, strict=True))
        rows.append((f"{name}: {way}: log loss", f"{loss:.3f}", ""))
        rows.append((f"{name}: {way}: too sure by", f"{bias:+.3f}", ""))
    return rows


def ghosts(seed: int, count: int, exponent: float, gaps: Sequence[float]) -> list[Ghost]:
    """Up to ``count`` ghosts between the keys of one session; none where the next key was faster."""
    chance = random.Random(seed)
    found = []
    for _ in range(count):
        true = min(0.98, max(0.05, chance.betavariate(2, 1.6)))
        right, letters = chance.random() < true, chance.choice(LETTERS)
        at = chance.randrange(len(gaps) - max(LETTERS))
        left_ms = gaps[at] - APPEARS_MS
        if left_ms <= 0:
            continue
        typed_along = sum(gaps[at + 1 : at + letters]) if right else 0.0
        features = FilterFeatures(
            base_probability=true**exponent,
            offered_characters=float(letters),
            ms_since_key=APPEARS_MS,
        )
        found.append(Ghost(features, right, left_ms + typed_along))
    return found


def examples(found: Sequence[Ghost], weigh: Weigh) -> list[FilterExample]:
    """What the log teaches: each right one counts, a wrong one as ``weigh`` says."""
    weighed = [
        (each.features, each.right, 1.0 if each.right else weigh(each.on_screen_ms))
        for each in found
    ]
    return [each for each in weighed if each[2] > 0]


def scores(answers: Sequence[float], asked: Sequence[Ghost]) -> tuple[float, float]:
    """Log loss, and the mean answer less the share that was right."""
    inside = [min(0.98, max(0.02, each)) for each in answers]
    loss = -statistics.fmean(
        math.log(p if each.right else 1 - p) for p, each in zip(inside, asked, strict=True)
    )
    return loss, statistics.fmean(inside) - statistics.fmean(each.right for each in asked)


if __name__ == "__main__":
    sys.exit(main())
