"""Draws the line between a writer's samples and a model's: Fisher's discriminant, made steady for many traits.

Fisher (1936), with the covariance of both kinds of samples and a ridge (Friedman 1989): traits that vary in the
writer's own texts anyway count for little. There are more traits than samples, so it is solved by samples.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from cowrite.base.errors import UserError
from cowrite.localization import tr
from cowrite.voice.line import HIGH, LEAST_OWN_WORDS, LOW, VoiceLine
from cowrite.voice.model_prose import ModelProse, ProseGroup
from cowrite.voice.traits import Counted, Trait

MOST_TRAITS = 3_000
LEAST_SHARE = 0.03
"""In so many of the samples of either kind a trait has to be; what is rarer belongs to what a text is about."""
RIDGE = 1.0
"""In units of the variance of a trait."""
MOST_SAMPLES = 1_000
"""Of each kind; of more, so many are taken evenly."""
OWN_PLACE = 0.04
"""Where the writer's own chapters are on average: everybody writes a little like a model now and then."""
FOLDS = 4

_Matrix = NDArray[np.float64]


def fit(own: Sequence[Counted], prose: ModelProse) -> VoiceLine:
    """The line from the samples ``own`` to ``prose``.

    Raises UserError if there is not enough of the writer's own.
    """
    words = sum(each.words for each in own)
    if words < LEAST_OWN_WORDS:
        raise UserError(
            tr(
                "There is not enough text to say: {words:,} of {least:,} words of your own texts.",
                words=words,
                least=LEAST_OWN_WORDS,
            ),
            tr("Add files that you wrote without a model."),
        )
    own = _evenly(own)
    traits = _common_traits(own, prose.samples)
    ours = _roots(own, traits)
    groups = [_Group.of(each, traits) for each in prose.groups]
    weights = _weights(ours, groups)
    at_own = ours.mean(0)
    return VoiceLine(
        weights=_by_trait(traits, weights),
        roots=_by_trait(traits, at_own),
        own=_overall(own, traits),
        model=_overall(prose.samples, traits),
        own_words=words,
        at_nothing=-float(weights @ at_own),
        low=_low(_unseen_scores(ours, groups)),
    )


@dataclass(frozen=True, slots=True)
class _Group:
    """The roots of a group's samples, and the mean of those of the texts beside them, if there are any."""

    roots: _Matrix
    beside: _Matrix | None

    @classmethod
    def of(cls, group: ProseGroup, traits: Sequence[Trait]) -> _Group:
        beside = _roots(group.beside, traits).mean(0) if group.beside else None
        return cls(_roots(group.samples, traits), beside)

    def as_theirs(self, own: _Matrix) -> _Matrix:
        """What the model would make of this writer's texts, if it does the same with them as with those of others.

        The difference counts, so that a line knows a model from a writer and not letters from essays.
        """
        return self.roots if self.beside is None else self.roots + (own - self.beside)


def _weights(ours: _Matrix, groups: Sequence[_Group]) -> _Matrix:
    """The discriminant, so scaled that own and model are 1 apart."""
    at_own = ours.mean(0)
    theirs = [each.as_theirs(at_own) for each in groups]
    difference = np.vstack(theirs).mean(0) - at_own
    within = np.vstack([each - each.mean(0) for each in theirs])
    scale = np.sqrt((ours.var(0) + within.var(0)) / 2 + 1e-12)
    spread = np.vstack(
        [
            (ours - at_own) / scale / np.sqrt(2 * len(ours)),
            within / scale / np.sqrt(2 * len(within)),
        ]
    )
    # (spread' spread + RIDGE)^-1, by Woodbury's identity in as many unknowns as there are samples.
    among = spread @ spread.T + RIDGE * np.eye(len(spread))
    towards = difference / scale
    weights: _Matrix = (towards - spread.T @ np.linalg.solve(among, spread @ towards)) / scale
    weights /= weights @ difference
    return weights


def _unseen_scores(ours: _Matrix, groups: Sequence[_Group]) -> _Matrix:
    """The scores of the writer's own samples by lines that were drawn without them: the fewer there are, the higher."""
    scores = []
    for part in np.array_split(np.arange(len(ours)), FOLDS):
        others = np.delete(ours, part, axis=0)
        weights = _weights(others, groups)
        scores.append((ours[part] - others.mean(0)) @ weights)
    return np.concatenate(scores)


def _low(scores: _Matrix) -> float:
    """From which score on a sample has a place, so that the writer's own are at OWN_PLACE on average, or below."""
    for low in np.arange(LOW, 1.0, 0.02):
        if np.clip((scores - low) / (HIGH - LOW), 0, 1).mean() <= OWN_PLACE:
            break
    return float(low)


def _evenly(samples: Sequence[Counted]) -> Sequence[Counted]:
    if len(samples) <= MOST_SAMPLES:
        return samples
    return [samples[number * len(samples) // MOST_SAMPLES] for number in range(MOST_SAMPLES)]


def _common_traits(own: Sequence[Counted], model: Sequence[Counted]) -> list[Trait]:
    """What is in enough samples of either kind, the most common first."""
    share = dict[Trait, float]()
    wanted = set[Trait]()
    for kind in (own, model):
        times = Counter(trait for each in kind for trait in each.traits)
        for trait, found in times.items():
            share[trait] = share.get(trait, 0.0) + found / len(kind)
            if found >= LEAST_SHARE * len(kind):
                wanted.add(trait)
    wanted = {trait for trait in wanted if _is_no_name(trait, share)}
    return sorted(wanted, key=lambda trait: (-share[trait], trait))[:MOST_TRAITS]


def _is_no_name(trait: Trait, share: Mapping[Trait, float]) -> bool:
    """Not a sentence's first word that is found nowhere else in small letters, which tells a name there."""
    kind, _, word = trait.partition(" ")
    return kind != "first" or f"word {word}" in share or word == "i"


def _roots(samples: Sequence[Counted], traits: Sequence[Trait]) -> _Matrix:
    places = {trait: number for number, trait in enumerate(traits)}
    roots = np.zeros((len(samples), len(traits)))
    for number, each in enumerate(samples):
        for trait in each.traits:
            if trait in places:
                roots[number, places[trait]] = each.root(trait)
    return roots


def _overall(samples: Sequence[Counted], traits: Sequence[Trait]) -> dict[Trait, float]:
    """The rates in all of them together."""
    words = sum(each.words for each in samples)
    times = Counter[Trait]()
    for each in samples:
        times.update(each.traits)
    return {trait: times[trait] / words for trait in traits}


def _by_trait(traits: Sequence[Trait], values: _Matrix) -> dict[Trait, float]:
    return dict(zip(traits, values.tolist(), strict=True))
