"""``cowrite models exam``: which tasks on a passage a model does well."""

from __future__ import annotations

import argparse
import json
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict, replace

from cowrite import __version__
from cowrite.base.errors import UserError
from cowrite.base.printable import lines
from cowrite.base.process_priority import give_way
from cowrite.base.system_reasons import reason_of
from cowrite.cli.chosen import chosen_preferences
from cowrite.cli.installing.progress_line import print_json
from cowrite.cli.passage.engine import passage_engine
from cowrite.cli.passage.known_words import KnownWords, known_words
from cowrite.console import show_progress
from cowrite.localization import tr
from cowrite.localization.columns import columns_of, to_left
from cowrite.models.progress import done, examining, failed
from cowrite.models.store import InstalledModel, ModelStore
from cowrite.settings.paths import Paths
from cowrite.tasks.exam.results import ExamResult, TaskMark, keep_result, sentence_of
from cowrite.tasks.exam.sitting import Exam
from cowrite.tasks.passage.registry import PASSAGE_TASKS


def add_exam_arguments(parser: argparse.ArgumentParser) -> None:
    """Describe the command line."""
    parser.add_argument(
        "id", metavar="ID", nargs="?", help=tr("model to examine (default: the one in use)")
    )
    parser.add_argument(
        "--adapter",
        metavar="ID",
        default="active",
        help=tr(
            "adapter to use: its ID or folder, active (default: the one in use) or base (none)"
        ),
    )
    parser.add_argument(
        "--device", choices=["auto", "cpu", "cuda"], help=tr("where to run the model")
    )
    parser.add_argument("--json", action="store_true", help=tr("print as JSON"))
    parser.add_argument(
        "--lines", action="store_true", help=tr("print progress as one JSON object per line")
    )


def run_exam(arguments: argparse.Namespace, paths: Paths) -> int:
    """Examine the model, keep what comes of it, and print it. Takes two minutes at most."""
    preferences = chosen_preferences(paths)
    installed = ModelStore.of(paths).quick_check(arguments.id or preferences.model)
    if arguments.lines:  # for a window in which somebody writes meanwhile
        give_way()
        return _by_lines(installed, arguments, paths)
    with said_on_terminal() as said:
        result = examine(installed, arguments, paths, said)
    if arguments.json:
        print(json.dumps(asdict(result), ensure_ascii=False))
        return 0
    for line in exam_lines(result.tasks):
        print(lines(line) if sys.stdout.isatty() else line)
    return 0


def _by_lines(model: InstalledModel, arguments: argparse.Namespace, paths: Paths) -> int:
    """As an installation tells how far it is, of which this is the whole."""

    def said(task: str, part: float) -> None:
        print_json(replace(examining(model.id, task), fraction=round(part, 4)))

    try:
        examine(model, arguments, paths, said)
    except UserError as error:
        print_json(failed(error))
        raise
    print_json(done(model.id))
    return 0


def examine(
    model: InstalledModel,
    arguments: argparse.Namespace,
    paths: Paths,
    said: Callable[[str, float], None],
) -> ExamResult:
    """Examine ``model`` with the adapter and on the device that ``arguments`` name, and keep what comes of it.

    ``said`` is told which task is tried and how much is done. Raises UserError.
    """
    said("", 0.0)

    def words_of(text: str) -> KnownWords | None:
        return known_words(text, None, paths)[0]

    with passage_engine(model, arguments, chosen_preferences(paths), paths) as engine:
        started = time.monotonic()
        exam = Exam(engine.ask, words_of, has_template=engine.has_template, said=said)
        marks = exam.marks()
        result = ExamResult(
            model=model.id,
            weights_sha256=model.weights_sha256,
            adapter=engine.adapter,
            version=__version__,
            seconds=round(time.monotonic() - started, 1),
            tasks=marks,
        )
    try:
        keep_result(paths.models_dir, result)
    except OSError as error:
        raise UserError(
            tr(
                "The result of the exam could not be kept ({reason}).",
                reason=reason_of(error),
            ),
            tr("Check that you may write to {models_dir}.", models_dir=paths.models_dir),
        ) from error
    return result


@contextmanager
def said_on_terminal() -> Iterator[Callable[[str, float], None]]:
    """Tells which task is tried and how far the exam is, where somebody watches."""
    shown = sys.stderr.isatty()

    def said(task: str, part: float) -> None:
        if shown:
            show_progress(f"\r{part:4.0%} {to_left(tr(task), 20)}", "")

    yield said
    if shown:
        show_progress(f"\r{'':<30}\r", "")


def exam_lines(tasks: Mapping[str, TaskMark]) -> list[str]:
    """The sentence, and a row for each task."""
    titles = {name: tr(PASSAGE_TASKS[name].title) for name in tasks}
    width = max(map(columns_of, titles.values()))
    found = [sentence_of(tasks), ""]
    for name, mark in tasks.items():
        word = tr("passed") if mark.passed else tr("not passed")
        figures = (
            tr("{score:.2f} (nothing done: {nothing:.2f})", score=mark.score, nothing=mark.nothing)
            if mark.examples
            else ""
        )
        row = (to_left(titles[name], width), to_left(word, 10), to_left(figures, 27), tr(mark.why))
        found.append("  ".join(row).rstrip())
    return found
