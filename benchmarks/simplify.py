"""SARI of *Simplify* on sentences with ten simplifications by people each (ASSET), beside copying and people.

The data is for evaluation only and is no part of the program; where it is not there, that is said. An answer that the
program refuses leaves the sentence as it was. People: each simplification against the other nine.
"""

from __future__ import annotations

import argparse
import statistics
import sys
import time
from dataclasses import dataclass
from pathlib import Path

from _common import STARTER_MODEL, Report, existing_folder, home_with_model, make_parser

from cowrite.engine.jobs.runtime import Runtime
from cowrite.engine.networks.steps import finish
from cowrite.models.store import ModelStore
from cowrite.tasks.exam.sari import sari
from cowrite.tasks.passage.registry import PASSAGE_TASKS
from cowrite.tasks.passage.running import run_work
from cowrite.tasks.passage.work import PassageRequest
from cowrite.tasks.prompts import ModelPrompts

REFERENCES = 10


@dataclass(frozen=True, slots=True)
class Sentence:
    """A sentence and what people made of it."""

    source: str
    references: tuple[str, ...]


def sentences(folder: Path, most: int) -> list[Sentence]:
    """Every n-th sentence of the data, ``most`` of them. Ends the program if the data is not there."""
    names = ["orig", *(f"simp.{number}" for number in range(REFERENCES))]
    files = [folder / f"valid500.{name}" for name in names]
    missing = [each.name for each in files if not each.is_file()]
    if missing:
        sys.exit(f"{folder} has no {missing[0]}; give the folder of ASSET's files with --asset.")
    rows = zip(*(each.read_text("utf-8").splitlines() for each in files), strict=True)
    found = [Sentence(source, references) for source, *references in map(tuple, rows)]  # type: ignore[misc]
    return found[:: max(1, len(found) // most)][:most]


def people(sentence: Sentence) -> float:
    """The mean SARI of each person's simplification against the others'."""
    texts = sentence.references
    return statistics.mean(
        sari(sentence.source, text, [other for other in texts if other is not text])
        for text in texts
    )


def main() -> None:
    """Measure and print."""
    parser: argparse.ArgumentParser = make_parser("SARI of the task “simplify”.")
    parser.add_argument(
        "--asset", type=existing_folder, required=True, metavar="FOLDER", help="ASSET's files"
    )
    parser.add_argument("--sentences", type=int, default=100, help="how many (100)")
    parser.add_argument("--device", default="cpu", choices=["auto", "cpu", "cuda"])
    arguments = parser.parse_args()
    tried = sentences(arguments.asset, arguments.sentences)
    answers, refused, started = list[float](), 0, time.perf_counter()
    with home_with_model(arguments.models_dir) as home:
        model = ModelStore(home / "data" / "models").get(STARTER_MODEL)
        runtime = Runtime.open(
            model.path,
            model_id=model.id,
            device=arguments.device,
            quantizations=model.quantizations(),
            prompts_of=ModelPrompts.of,
        )
        while runtime.optimize():
            pass
        for each in tried:
            work = PASSAGE_TASKS["simplify"].work(PassageRequest(passage=each.source))
            proposal = run_work(work, lambda task: finish(runtime.steps(task)))
            refused += not proposal.versions
            text = proposal.versions[0].text if proposal.versions else each.source
            answers.append(sari(each.source, text, each.references))
        runtime.close()
    copied = [sari(each.source, each.source, each.references) for each in tried]
    Report(
        title="Simplify: SARI",
        rows=[
            ("copied", statistics.mean(copied), ""),
            ("simplified by the model", statistics.mean(answers), "goal: above copying"),
            ("people", statistics.mean(map(people, tried)), ""),
            ("answers refused", refused, f"of {len(tried)}"),
            ("s per sentence", (time.perf_counter() - started) / len(tried), ""),
        ],
        samples={"copied": copied, "simplified": answers},
        notes=[f"{STARTER_MODEL}, first version, up to three tries"],
    ).show(arguments.json)


if __name__ == "__main__":
    main()
