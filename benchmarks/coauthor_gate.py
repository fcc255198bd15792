"""How well does a gate fitted on the first half of a writer's decisions tell what they take in the second half?

Reads the decisions of CoAuthor (Lee et al. 2022, CC BY-SA 4.0), which are not part of this repository, and fits with
the program's own code. The figure is the area under the ROC curve (0.5: guessing, 1: always right), per writer and as
the mean over writers. Only what is known when suggestions appear is used: of the same row neither the decision nor the
index, the latency or anything after it.

`--cache` keeps the model's log-probabilities. Without a model, or for rows that were not scored yet, they are unknown.
`--score-minutes N` scores more rows first, whole sessions spread evenly over each writer's time, and keeps them there.
The line “boosted” needs scikit-learn, which the program does not: without it that line says 0.5.
"""

from __future__ import annotations

import argparse
import ast
import json
import math
import statistics
import sys
import time
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from importlib.util import find_spec
from pathlib import Path

from _coauthor_scores import Scores, key_of, read_scores, score_into
from _common import STARTER_MODEL, Report, Row, existing_file, file_to_write, make_parser, roc_area

from cowrite.suggest.filter.features import (
    FEATURE_NAMES,
    FilterFeatures,
    WriterHistory,
    text_features,
)
from cowrite.suggest.filter.fit import FilterExample, fit_filter
from cowrite.suggest.filter.writer_filter import WriterFilter

GOAL = ">= 0.70"
OWN = "text and history, logistic"
LEAST_SCORED = 60
# What the program takes for long enough to have been read, and what a reaction and a decision take.
FASTEST_REFUSALS_MS = (450, 700)
LOGPROBS = ("base_probability", "rest_logprob")
HISTORY = (
    *("taken_lately", "taken_rate", "unwanted_in_a_row", "ms_since_taken", "ms_since_last"),
    *("characters_since_last", "same_place", "decision_ms", "seen_before"),
)
# How much a decision of the writer's own weighs against one of the seven others', each of whom counts alike.
OWN_WEIGHT, OTHER_WRITER = 3.0, 300.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """One request of one writer: what was known then, whether the model scored it, and what became of it."""

    session: str
    context: str
    suggestions: tuple[str, ...]
    features: FilterFeatures
    is_scored: bool
    accepted: bool
    latency_ms: int


Writers = Mapping[str, Sequence[Decision]]
Predict = Callable[[Sequence[Decision]], list[float]]


def main() -> int:
    """Print the table. 2 if the data is not there."""
    parser = make_parser(__doc__ or "")
    parser.add_argument("--decisions", type=existing_file, required=True, metavar="FILE")
    parser.add_argument(
        "--cache", type=file_to_write, metavar="FILE", help="log-probabilities, kept"
    )
    parser.add_argument("--score-minutes", type=float, default=0.0, metavar="N")
    options = parser.parse_args()
    if not options.decisions.is_file():
        print(
            f"There is no file {options.decisions}; CoAuthor's decisions are not part of Cowrite.",
            file=sys.stderr,
        )
        return 2
    rows = read_rows(options.decisions)
    if options.score_minutes:
        add_scores(rows, options)
    writers = {name: decisions_of(mine, read_scores(options.cache)) for name, mine in rows.items()}
    report(writers).show(options.json)
    return 0


def read_rows(path: Path) -> dict[str, list[dict[str, object]]]:
    """Each writer's rows, oldest first. Values may be JSON's own or strings of them."""
    rows: dict[str, list[dict[str, object]]] = defaultdict(list)
    for line in path.read_text("utf-8").splitlines():
        row = json.loads(line)
        if isinstance(row["suggestions"], str):
            row["suggestions"] = ast.literal_eval(row["suggestions"])
        for name in ("t_ms", "cursor", "latency_ms"):
            row[name] = int(row[name])
        rows[str(row["writer"])].append(row)
    for mine in rows.values():
        mine.sort(key=lambda row: row["t_ms"])
    return dict(sorted(rows.items()))


def add_scores(rows: Mapping[str, list[dict[str, object]]], options: argparse.Namespace) -> None:
    """Score for some minutes; Raises SystemExit without a model or a file to keep the scores in."""
    if options.cache is None or options.models_dir is None:
        sys.exit("Scoring needs --cache FILE and --models-dir DIR.")
    todo = [(str(row["context"]), row["suggestions"]) for row in spread_sessions(rows)]
    count = score_into(
        options.cache, options.models_dir / STARTER_MODEL, todo, options.score_minutes
    )
    print(f"{count} more requests scored.", file=sys.stderr)


def spread_sessions(rows: Mapping[str, list[dict[str, object]]]) -> list[dict[str, object]]:
    """All rows in an order whose every beginning holds about as many of each writer, from sessions spread over time."""
    turns: list[tuple[int, str, list[dict[str, object]]]] = []
    for name, mine in rows.items():
        sessions: dict[object, list[dict[str, object]]] = defaultdict(list)
        for row in mine:
            sessions[row["session"]].append(row)
        so_far = 0
        for at in halving_order(len(sessions)):
            session = list(sessions.values())[at]
            turns.append((so_far, name, session))
            so_far += len(session)
    turns.sort(key=lambda turn: turn[:2])
    return [row for _, _, session in turns for row in session]


def halving_order(count: int) -> list[int]:
    """0 to ``count`` - 1 so that every beginning is spread over all of them (van der Corput)."""
    bits = max(1, (count - 1).bit_length())
    reversed_bits = (int(f"{number:0{bits}b}"[::-1], 2) for number in range(1 << bits))
    return [number for number in reversed_bits if number < count]


def decisions_of(
    rows: Sequence[Mapping[str, object]], scores: Mapping[str, Scores]
) -> list[Decision]:
    """One writer's rows (oldest first) with what was known at each. ``t_ms`` is when the suggestions appeared."""
    history = WriterHistory()
    decisions = []
    for row in rows:
        context, offered = str(row["context"]), tuple(row["suggestions"])  # type: ignore[arg-type]
        now, cursor, session = int(row["t_ms"]), int(row["cursor"]), str(row["session"])  # type: ignore[call-overload]
        scored = scores.get(key_of(context, offered))
        known = FilterFeatures(**asdict(text_features(context, "", offered)))
        features = history.known(with_scores(known, scored), now, (session, cursor), offered)
        accepted = row["decision"] == "accept"
        decisions.append(
            Decision(
                session=session,
                context=context,
                suggestions=offered,
                features=features,
                is_scored=scored is not None,
                accepted=accepted,
                latency_ms=int(row["latency_ms"]),  # type: ignore[call-overload]
            )
        )
        history.shown(now, offered)
        end = cursor + (len(str(row.get("inserted") or "")) if accepted else 0)
        history.ended(now + int(row["latency_ms"]), (session, end), wanted=accepted)  # type: ignore[call-overload]
    return decisions


def with_scores(features: FilterFeatures, scored: Scores | None) -> FilterFeatures:
    """The most probable beginning (its first token), and the mean of all candidates after their first tokens."""
    if scored is None:
        return features

    rest = [value for each in scored for value in each[1:]]
    return replace(
        features,
        base_probability=math.exp(max(each[0] for each in scored)),
        rest_logprob=statistics.fmean(rest) if rest else None,
    )


def only(features: FilterFeatures, names: Sequence[str]) -> FilterFeatures:
    """``features`` with everything but ``names`` unknown."""
    return FilterFeatures(**{name: getattr(features, name) for name in names})


# --- the gates ---


def examples(
    decisions: Sequence[Decision], names: Sequence[str], weight: float = 1.0
) -> list[FilterExample]:
    """The program's examples; every decision counts alike."""
    return [(only(each.features, names), each.accepted, weight) for each in decisions]


def running_rate(asked: Sequence[Decision]) -> list[float]:
    """How often the writer took something lately, and nothing else."""
    return [each.features.taken_rate or 0.0 for each in asked]


def logistic(decisions: Sequence[Decision], names: Sequence[str]) -> Predict:
    """The program's own fit."""
    return asking(fit_filter(examples(decisions, names)), names)


def asking(gate: WriterFilter | None, names: Sequence[str]) -> Predict:
    """``gate``'s answers, or without one always the same."""
    if gate is None:
        return lambda asked: [0.5] * len(asked)
    return lambda asked: [gate.probability(only(each.features, names)) for each in asked]


def boosted(decisions: Sequence[Decision], names: Sequence[str]) -> Predict:
    """Small trees instead, on the features of which anything is known; without scikit-learn always the same."""
    if find_spec("sklearn") is None:
        return lambda asked: [0.5] * len(asked)
    from sklearn.ensemble import HistGradientBoostingClassifier

    columns = [
        at
        for at, name in enumerate(FEATURE_NAMES)
        if name in names and len({getattr(each.features, name) for each in decisions} - {None}) > 1
    ]

    def table(asked: Sequence[Decision]) -> list[list[float]]:
        vectors = [each.features.vector() for each in asked]
        return [[vector[at] for at in columns] for vector in vectors]

    model = HistGradientBoostingClassifier(
        max_iter=60, learning_rate=0.05, max_leaf_nodes=6, l2_regularization=5, random_state=0
    )
    model.fit(table(decisions), [each.accepted for each in decisions])
    return lambda asked: [float(p) for p in model.predict_proba(table(asked))[:, 1]]


def with_others(
    own: Sequence[Decision], others: Sequence[Sequence[Decision]], names: Sequence[str]
) -> Predict:
    """All that the other writers decided, and OWN_WEIGHT times one's own first half."""
    pool = examples(own, names, OWN_WEIGHT)
    for each in others:
        pool += examples(each, names, OTHER_WRITER / len(each))
    return asking(fit_filter(pool), names)


def area(predict: Predict, decisions: Sequence[Decision]) -> float | None:
    """The area under the ROC curve; None if all were decided alike."""
    if len({each.accepted for each in decisions}) < 2:
        return None
    return roc_area([each.accepted for each in decisions], predict(decisions))


def area_within(score: Predict, groups: Sequence[Sequence[Decision]]) -> float | None:
    """The same for one number that needs no fit, over the pairs of decisions of one writer, all writers' together."""
    right = pairs = 0.0
    for decisions in groups:
        accepted = sum(each.accepted for each in decisions)
        found = area(score, decisions)
        if found is not None:
            weight = accepted * (len(decisions) - accepted)
            right, pairs = right + weight * found, pairs + weight
    return right / pairs if pairs else None


# --- the table ---


def report(writers: Writers) -> Report:
    """Every gate for every writer."""
    lines: dict[str, dict[str, float | None]] = defaultdict(dict)
    fit_ms: list[float] = []
    for name, decisions in writers.items():
        half = len(decisions) // 2
        others = [each for other, each in writers.items() if other != name]
        for what, value in areas_of(decisions[:half], decisions[half:], others, fit_ms).items():
            lines[what][name] = value
    rows: list[Row] = []
    for what, by_writer in lines.items():
        known = {name: value for name, value in by_writer.items() if value is not None}
        rows += [(f"{what}, {name}", f"{value:.3f}", "") for name, value in known.items()]
        if known:
            mean = f"{statistics.fmean(known.values()):.3f}"
            rows.append((f"{what}, MEAN of {len(known)}", mean, GOAL if what == OWN else ""))
    scored = [[each for each in mine if each.is_scored] for mine in writers.values()]
    for name in LOGPROBS:
        within = area_within(lambda asked, name=name: column(asked, name), scored)
        if within is not None:
            rows.append((f"{name} alone, within writers", f"{within:.3f}", ""))
    # The first fit also imports the library.
    rows.append(
        (
            "fitting half of a writer, ms, median",
            f"{statistics.median(fit_ms[1:] or fit_ms):.0f}",
            "",
        )
    )
    total = sum(map(len, writers.values()))
    return Report(
        title="A gate fitted on the first half of a writer's decisions, asked about the second",
        rows=rows,
        notes=[
            f"log-probabilities are known for {sum(map(len, scored))} of {total} requests",
            f"refusals within {' and '.join(map(str, FASTEST_REFUSALS_MS))} ms: "
            f"{' and '.join(str(fast(writers, ms)) for ms in FASTEST_REFUSALS_MS)} of {refusals(writers)}",
            f"gates with them are compared for writers with {LEAST_SCORED} such requests in the second half",
            "predicted is the taking; the program itself learns from what was taken and kept",
        ],
    )


def areas_of(
    first: Sequence[Decision],
    second: Sequence[Decision],
    others: Sequence[Sequence[Decision]],
    fit_ms: list[float],
) -> dict[str, float | None]:
    """Every gate for one writer, fitted on ``first`` and asked about ``second``; adds to ``fit_ms``."""
    text = [n for n in FEATURE_NAMES if n not in (*LOGPROBS, *HISTORY)]
    causal = [*text, *HISTORY]
    started = time.perf_counter()
    own = logistic(first, causal)
    fit_ms.append((time.perf_counter() - started) * 1000)
    found = {
        "running rate alone": area(running_rate, second),
        "text only, logistic": area(logistic(first, text), second),
        OWN: area(own, second),
        "text and history, boosted": area(boosted(first, causal), second),
        "text and history, logistic, with the other writers": area(
            with_others(first, others, causal), second
        ),
    }
    for least_ms in FASTEST_REFUSALS_MS:
        slow = [each for each in first if each.accepted or each.latency_ms >= least_ms]
        name = f"{OWN}, refusals under {least_ms} ms left out"
        found[name] = area(logistic(slow, causal), second)
    scored = [each for each in second if each.is_scored]
    if len(scored) >= LEAST_SCORED:
        found["scored requests, without log-probabilities"] = area(own, scored)
        found["scored requests, with log-probabilities"] = area(
            logistic(first, [*causal, *LOGPROBS]), scored
        )
    return found


def refusals(writers: Writers) -> int:
    """How many there are."""
    return sum(not each.accepted for mine in writers.values() for each in mine)


def fast(writers: Writers, within_ms: int) -> int:
    """How many refusals came within so many milliseconds."""
    return sum(
        not each.accepted and each.latency_ms < within_ms
        for mine in writers.values()
        for each in mine
    )


def column(decisions: Sequence[Decision], name: str) -> list[float]:
    """One feature of each, 0 where it is unknown."""
    return [getattr(each.features, name) or 0.0 for each in decisions]


if __name__ == "__main__":
    sys.exit(main())
