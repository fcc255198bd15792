"""The logistic models of repair, from what ``repair_bounds.py`` collected to ``resources/repair_bounds.json``."""

from __future__ import annotations

import argparse
import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import _repair_data as data
import numpy as np
from _gleu import corpus_gleu

from cowrite.engine.messages import EditScore
from cowrite.tasks.repair.bounds import MOST_GAIN, EditSignals, SentenceSignals, about_others
from cowrite.tasks.repair.edits import EditKind

ROOT = Path(__file__).resolve().parent.parent
PARTS = 5
KINDS = [kind.value for kind in EditKind]
BOUNDS = (
    0.1,
    0.15,
    0.2,
    0.25,
    0.3,
    0.35,
    0.4,
    0.45,
    0.5,
    0.55,
    0.6,
    0.65,
    0.7,
    0.75,
    0.8,
    0.85,
    0.9,
)
# Before anything is known: a constant, what a nat of gain counts, and how strongly that is believed.
USUAL_CONSTANT, USUAL_GAIN = -2.7, 0.4
# What is left alone wrongly costs a careful writer less than a right sentence that is touched.
WEIGHT_OF_BOOKS = 2.0
# Where commas go is a matter of taste more than anything else: chosen by hand.
STRICTER = {EditKind.COMMA.value: 1.0}
BELIEF_CONSTANT, BELIEF_GAIN, BELIEF_FOLLOWING, BELIEF_SHARED = 1.0, 30.0, 20.0, 0.5


class Rows:
    """All changes as numbers: ``x`` the signals, ``y`` whether a correction comes nearer, ``of`` their sentence."""

    def __init__(self, sentences: Sequence[dict[str, Any]]) -> None:
        self.sentences = sentences
        found = [
            (number, edit, *_signals(edit, sentence))
            for number, sentence in enumerate(sentences)
            for edit in sentence["edits"]
        ]
        self.of = np.array([number for number, *_ in found])
        self.y = np.array([edit["nearer"] / data.PEOPLE for _, edit, *_ in found])
        self.right = np.array([float(edit["nearer"] > 0) for _, edit, *_ in found])
        self.weight = np.array(
            [
                1.0 if sentences[number]["set"] == "learner" else WEIGHT_OF_BOOKS
                for number, *_ in found
            ]
        )
        self.x = np.array([_numbers(signals, about) for _, _, signals, about in found])
        self.edits = [edit for _, edit, *_ in found]
        self.about = [about for *_, about in found]

    def with_others(self, alone: Any) -> Any:
        """The signals with what is ``alone`` expected of the other changes in the sentence."""
        sums = np.bincount(self.of, alone, len(self.sentences))
        others = [
            about_others(sums[number] - own, about)
            for number, own, about in zip(self.of, alone, self.about, strict=True)
        ]
        return np.hstack([self.x, np.array(others)])


def fit(arguments: argparse.Namespace) -> None:
    """Print what the bounds do to sentences the models were not fitted on, and write the models for all of them."""
    found: dict[tuple[str, int], dict[str, Any]] = {}
    for path in arguments.scores:
        for line in path.read_text("utf-8").splitlines():
            row = json.loads(line)
            found.setdefault((row["set"], row["n"]), row)
    rows = Rows(list(found.values()))
    part = np.random.default_rng(data.SEED).integers(0, PARTS, len(rows.sentences))[rows.of]
    unseen = np.zeros(len(rows.y))
    for number in range(PARTS):
        rest = part != number
        x = rows.with_others(_said(rows, part, rest))
        unseen[~rest] = _probability(x[~rest] @ _fitted(x[rest], rows.y[rest], rows.weight[rest]))
    everywhere = np.ones(len(rows.y), dtype=bool)
    x = rows.with_others(_said(rows, part, everywhere))
    shift, scale = _as_any(unseen, rows.right)
    unseen = _probability(shift + scale * _log_odds(unseen))
    alone, together = _fitted(rows.x, rows.y, rows.weight), scale * _fitted(x, rows.y, rows.weight)
    together[: len(KINDS)] += shift
    weights = alone, together
    _print(rows, unseen, data.learner_sentences(arguments.jfleg, "even"))
    for name, (constant, gain, following) in _by_kind(weights[1]).items():
        here = [edit["kind"] == name for edit in rows.edits]
        print(
            f"{name:<18}{constant:7.2f}{gain:7.2f}{following:7.2f} {sum(here):6d} {rows.right[here].sum():6.0f}"
        )
    values = {
        "careful": arguments.careful,
        "thorough": arguments.thorough,
        "stricter": STRICTER,
        **{
            name: {
                "kinds": _by_kind(each),
                "shared": [round(float(one), 4) for one in each[3 * len(KINDS) :]],
            }
            for name, each in zip(("alone", "together"), weights, strict=True)
        },
    }
    target = ROOT / "resources" / "repair_bounds.json"
    target.write_text(json.dumps(values, indent=1, sort_keys=True) + "\n", "utf-8")


def _signals(edit: dict[str, Any], sentence: dict[str, Any]) -> tuple[EditSignals, SentenceSignals]:
    own, following, first, replaced = edit["score"]
    return (
        EditSignals(
            kind=EditKind(edit["kind"]),
            score=EditScore(own=own, following=following, first=first, replaced=replaced),
            lead=edit["lead"],
            is_name=edit["name"],
        ),
        SentenceSignals(
            words=sentence["words"], unknown=sentence["unknown"], surprise=sentence["surprise"]
        ),
    )


def _numbers(signals: EditSignals, about: SentenceSignals) -> list[float]:
    """In the order of the weights: constants, gains and parts after the change by kind, and what counts for all."""
    found = [0.0] * (3 * len(KINDS))
    at = KINDS.index(signals.kind.value)
    found[at] = 1.0
    found[len(KINDS) + at] = max(-2.0, min(MOST_GAIN, signals.score.gain))
    found[2 * len(KINDS) + at] = max(-4.0, min(4.0, signals.score.following))
    return [*found, *signals.values(about)]


def _by_kind(weights: Any) -> dict[str, list[float]]:
    count = len(KINDS)
    return {
        name: [round(float(weights[at + step * count]), 4) for step in range(3)]
        for at, name in enumerate(KINDS)
    }


def _said(rows: Rows, part: Any, chosen: Any) -> Any:
    """What a model says of each of the ``chosen`` rows that was fitted on the other parts of them, and of the rest."""

    def fitted_on(those: Any) -> Any:
        return _fitted(rows.x[those], rows.y[those], rows.weight[those])

    found = _probability(rows.x @ fitted_on(chosen))
    for number in range(PARTS):
        here = chosen & (part == number)
        if here.any():
            found[here] = _probability(rows.x[here] @ fitted_on(chosen & (part != number)))
    return found


def _fitted(x: Any, y: Any, weight: Any) -> Any:
    """Logistic regression with a normal prior, by Newton's method with shorter steps where it overshoots."""
    count = len(KINDS)
    usual, belief = np.zeros(x.shape[1]), np.full(x.shape[1], BELIEF_SHARED)
    usual[:count], belief[:count] = USUAL_CONSTANT, BELIEF_CONSTANT
    usual[count : 2 * count], belief[count : 2 * count] = USUAL_GAIN, BELIEF_GAIN
    belief[2 * count : 3 * count] = BELIEF_FOLLOWING

    def loss(weights: Any) -> float:
        z = x @ weights
        return float(
            (weight * (np.logaddexp(0, z) - y * z)).sum()
            + (belief * (weights - usual) ** 2).sum() / 2
        )

    weights, before = usual.copy(), loss(usual)
    for _ in range(100):
        p = _probability(x @ weights)
        slope = x.T @ (weight * (p - y)) + belief * (weights - usual)
        step = np.linalg.solve((x * (weight * p * (1 - p))[:, None]).T @ x + np.diag(belief), slope)
        share = 1.0
        while share > 1e-4 and loss(weights - share * step) > before:
            share /= 2
        weights = weights - share * step
        after = loss(weights)
        if before - after < 1e-7:
            break
        before = after
    return weights


def _probability(z: Any) -> Any:
    return 1 / (1 + np.exp(-np.clip(z, -50, 50)))


def _log_odds(p: Any) -> Any:
    return np.log(p / (1 - p))


def _as_any(p: Any, right: Any) -> tuple[float, float]:
    """The line that makes of the log-odds that one person corrects so those that any of the four does (Platt 1999)."""
    x = np.stack([np.ones(len(p)), _log_odds(p)], axis=1)
    line = np.array([0.0, 1.0])
    for _ in range(50):
        q = _probability(x @ line)
        line -= np.linalg.solve((x * (q * (1 - q))[:, None]).T @ x, x.T @ (q - right))
    return float(line[0]), float(line[1])


def _print(rows: Rows, sure: Any, learners: Sequence[data.LearnerSentence]) -> None:
    by_sentence: list[list[tuple[float, dict[str, Any]]]] = [[] for _ in rows.sentences]
    for one, number, edit in zip(sure, rows.of, rows.edits, strict=True):
        by_sentence[number].append((float(one), edit))
    chosen = [learners[each["n"]] for each in rows.sentences if each["set"] == "learner"]
    sources, people = [each.source for each in chosen], [each.corrections for each in chosen]
    base = corpus_gleu(sources, sources, people)
    print(
        f"{len(chosen)} sentences, source {base:.1f}, spell-checked "
        f"{corpus_gleu(sources, [each.spell_checked for each in chosen], people):.1f}"
    )
    for bound in BOUNDS:
        answers, kept, right, left = list[list[str]](), 0, 0, dict[int, list[bool]]()
        for sentence, edits in zip(rows.sentences, by_sentence, strict=True):
            taken = _apart(
                [edit for one, edit in sorted(edits, key=lambda e: -e[0]) if one >= bound]
            )
            if sentence["set"] == "learner":
                answers.append(data.tokens_of(_made(learners[sentence["n"]].text, taken)))
                kept += len(taken)
                right += sum(edit["nearer"] > 0 for edit in taken)
            else:
                left.setdefault(sentence["alone"], []).append(not taken)
        gleu = corpus_gleu(sources, answers, people)
        shares = " ".join(
            f"{100 * sum(each) / len(each):.1f}% of {len(each)}" for _, each in sorted(left.items())
        )
        print(
            f"{bound:.2f}  +{gleu - base:.1f}  precision {right / max(1, kept):.2f} of {kept}  left alone {shares}"
        )


def _apart(edits: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    taken: list[dict[str, Any]] = []
    for each in edits:
        (start, end, _), touches = each["edit"], False
        touches = any(start <= other["edit"][1] and other["edit"][0] <= end for other in taken)
        if not touches:
            taken.append(each)
    return sorted(taken, key=lambda each: each["edit"][0])


def _made(text: str, edits: Sequence[dict[str, Any]]) -> str:
    for start, end, after in (each["edit"] for each in reversed(edits)):
        text = text[:start] + after + text[end:]
    return text
