"""How well the gate tells changes that people want from those they do not, on documents it was not fitted on.

    python benchmarks/hunk_gate.py --revisions EDITS.jsonl [--fit resources/hunk_gate.json] [--json FILE]

The file holds machine edits with each annotator's accept or reject (“accepted”), one JSON object a line, as made from
R3 (Du et al. 2022). The area under the ROC curve is measured twice: of weights fitted on one half of the documents and
tried on the other, mean of many random halves, and of the weights that the program comes with, which were fitted on
such a file themselves. ``--fit`` writes new ones, fitted on all of it.
"""

from __future__ import annotations

import json
import random
import statistics
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
from _common import (
    STARTER_MODEL,
    Report,
    existing_file,
    file_to_write,
    home_with_model,
    make_parser,
    roc_area,
)

from cowrite.engine.messages import EditsRequest, EditsResult, TextEdit
from cowrite.proposals.proposal import Hunk
from cowrite.tasks.passage.hunk_gate import WINDOW_TOKENS, HunkGate, HunkSignals, fitted_gate

GOAL = "goal >= 65"
RIDGE = 10.0
HALVES = 100
NAMES = ("first token", "words replaced", "odd signs", "marks only")


def main() -> None:
    """Score, fit, measure, print."""
    parser = make_parser(__doc__.splitlines()[0])
    parser.add_argument("--revisions", type=existing_file, required=True, help="the edits")
    parser.add_argument("--fit", type=file_to_write, metavar="FILE", help="write weights to FILE")
    arguments = parser.parse_args()
    edits = [json.loads(line) for line in arguments.revisions.read_text("utf-8").splitlines()]
    edits = [each for each in edits if each["source"] == "machine"]
    if len({_document(each) for each in edits}) < 4:
        parser.error(f"{arguments.revisions} has machine edits of fewer than four documents.")
    signals = signals_of(edits, arguments.models_dir)
    numbers = np.array([each.numbers() for each in signals])
    wanted = np.array([bool(each["accepted"]) for each in edits])
    ordinary = np.array([not each.has_odd_signs for each in signals])
    documents = np.array([_document(each) for each in edits])
    unseen, unseen_ordinary = zip(
        *tried_on_halves(numbers, wanted, documents, ordinary), strict=True
    )
    shipped = [fitted_gate().confidence(each) for each in signals]
    rows = [
        ("edits", len(edits), ""),
        ("documents", len(set(documents)), ""),
        ("accepted, %", _of_100(float(wanted.mean())), ""),
        ("AUC x 100, documents not seen, mean of halves", _of_100(statistics.mean(unseen)), GOAL),
        ("  standard deviation of a half", _of_100(statistics.stdev(unseen)), ""),
        ("  without edits that bring odd signs", _of_100(statistics.mean(unseen_ordinary)), ""),
        ("AUC x 100 of the program's own weights", _of_100(roc_area(list(wanted), shipped)), ""),
        *(
            (f"AUC x 100 of {name} alone", _of_100(roc_area(list(wanted), list(column))), "")
            for name, column in zip(NAMES, numbers.T, strict=True)
        ),
    ]
    if arguments.fit:
        write_weights(arguments.fit, fitted(numbers, wanted), len(edits))
    notes = [
        f"{HALVES} random halves of the documents, each tried on the other; model {STARTER_MODEL}"
    ]
    samples = {"AUC of a half": list(unseen)}
    Report(title="Gate per hunk", rows=rows, samples=samples, notes=notes).show(arguments.json)


def signals_of(edits: Sequence[dict[str, Any]], models_dir: Path | None) -> list[HunkSignals]:
    """What the gate sees of each edit, with the starter model's scores."""
    from cowrite.engine.jobs.runtime import Runtime
    from cowrite.engine.networks.steps import finish
    from cowrite.tasks.prompts import ModelPrompts

    found: dict[int, HunkSignals] = {}
    by_passage: dict[str, list[int]] = {}
    for number, each in enumerate(edits):
        by_passage.setdefault(each["passage"], []).append(number)
    with home_with_model(models_dir) as home:
        model = home / "data" / "models" / STARTER_MODEL
        runtime = Runtime.open(
            model,
            model_id=STARTER_MODEL,
            device="cpu",
            quantizations={},
            prompts_of=ModelPrompts.of,
        )
        for passage, numbers in by_passage.items():
            hunks = [_hunk(edits[number]) for number in numbers]
            request = EditsRequest(
                before="",
                text=passage,
                edits=tuple(TextEdit(start=h.start, end=h.end, after=h.after) for h in hunks),
                window=WINDOW_TOKENS,
            )
            result = finish(runtime.steps(request))
            assert isinstance(result, EditsResult)
            for number, hunk, score in zip(numbers, hunks, result.scores, strict=True):
                found[number] = HunkSignals.of(passage, hunk, score)
        runtime.close()
    return [found[number] for number in range(len(edits))]


def tried_on_halves(
    numbers: np.ndarray, wanted: np.ndarray, documents: np.ndarray, ordinary: np.ndarray
) -> list[tuple[float, float]]:
    """AUC on each half of the documents of weights fitted on the other one; of all edits, and of ordinary ones."""
    shuffled, areas = random.Random(1), list[tuple[float, float]]()
    names = sorted(set(documents))
    while len(areas) < 2 * HALVES:
        half = set(shuffled.sample(names, len(names) // 2))
        first = np.array([document in half for document in documents])
        for here, there in ((first, ~first), (~first, first)):
            both = (there, there & ordinary)
            if len(set(wanted[here])) < 2 or any(len(set(wanted[each])) < 2 for each in both):
                continue
            gate = fitted(numbers[here], wanted[here])
            values = numbers @ np.array(gate.weights)
            areas.append(tuple(roc_area(list(wanted[e]), list(values[e])) for e in both))  # type: ignore[arg-type]
    return areas


def fitted(numbers: np.ndarray, wanted: np.ndarray) -> HunkGate:
    """Logistic regression with a ridge on standardized numbers, by Newton's method."""
    mean, spread = numbers.mean(0), numbers.std(0) + 1e-9
    scaled = np.c_[np.ones(len(numbers)), (numbers - mean) / spread]
    ridge = RIDGE * np.eye(scaled.shape[1])
    ridge[0, 0] = 1e-6
    weights = np.zeros(scaled.shape[1])
    for _ in range(100):
        guess = 1 / (1 + np.exp(-scaled @ weights))
        slope = scaled.T @ (guess - wanted) + ridge @ weights
        step = np.linalg.solve((scaled.T * (guess * (1 - guess))) @ scaled + ridge, slope)
        weights -= step
        if np.abs(step).max() < 1e-9:
            break
    plain = weights[1:] / spread
    return HunkGate(float(weights[0] - plain @ mean), tuple(map(float, plain)))


def write_weights(path: Path, gate: HunkGate, edits: int) -> None:
    """The table that the program reads."""
    values = {
        "about": f"Fitted by benchmarks/hunk_gate.py on {edits} machine edits of R3 (Du et al. 2022).",
        "constant": round(gate.constant, 4),
        "weights": [round(each, 4) for each in gate.weights],
    }
    path.write_text(json.dumps(values, indent=2) + "\n", "utf-8")


def _of_100(share: float) -> float:
    return round(100 * share, 1)


def _hunk(edit: dict[str, Any]) -> Hunk:
    return Hunk(start=edit["start"], end=edit["end"], before=edit["before"], after=edit["after"])


def _document(edit: dict[str, Any]) -> str:
    """The same for all rounds of revision of one text."""
    return str(edit["doc"]).split("-depth-")[0]


if __name__ == "__main__":
    main()
