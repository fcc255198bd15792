"""``cowrite simulate``: a typist who writes a given text with suggestions, and what that would have saved.

The controller, the engine and the model are those of the window; the keyboard and the time are simulated. What the
living typist and recorded sessions need is in :mod:`cowrite.cli.simulation`.
"""

from __future__ import annotations

import argparse
import json
import os
import re
import sys
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from cowrite.base.errors import UserError
from cowrite.cli.adapter_choice import add_influence, chosen_adapter, chosen_influence
from cowrite.cli.chosen import chosen_preferences
from cowrite.cli.simulation import options
from cowrite.cli.simulation.figure_names import figure_name, figure_text
from cowrite.cli.simulation.live import as_table, write_live
from cowrite.cli.simulation.sessions import play_all, read_all
from cowrite.cli.texts import read_text
from cowrite.console import show_progress
from cowrite.documents.export import write_export
from cowrite.engine.messages import CompletionRequest, CompletionResult
from cowrite.engine.offline import forbid_downloads
from cowrite.localization import tr, tr_noop, trn
from cowrite.localization.columns import columns_of, to_left
from cowrite.models.store import ModelStore
from cowrite.settings.paths import Paths, with_home
from cowrite.suggest.settings import SuggestSettings
from cowrite.suggest.simulation.remembered_answers import RememberedAnswers
from cowrite.suggest.simulation.simulated_engine import Answer
from cowrite.suggest.simulation.simulated_writer import SimulatedWriter, SimulationReport

if TYPE_CHECKING:
    from cowrite.engine.jobs.runtime import Runtime

HELP = tr_noop(
    "Write a text with the real suggestions and measure what they would have saved. The simulated "
    "typist accepts a suggestion where it is exactly right, and types otherwise. The patient one "
    "waits after every key, which nobody does: that figure is the ceiling. The living one (--typist "
    "live) types at the speed of recorded writers and needs time to notice. With --sessions, "
    "recorded sessions are played back with their own keys and times."
)

CEILING = tr_noop(
    "This typist waits after every key until the answer has been read, which nobody does: the "
    "figures are the ceiling. --typist live has what a writer can expect."
)


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Describe the command line."""
    what = parser.add_mutually_exclusive_group(required=True)
    what.add_argument("--text", metavar="FILE", type=Path, help=tr("text to write"))
    what.add_argument(
        "--sessions",
        metavar="FILE",
        type=Path,
        nargs="+",
        help=tr("sessions recorded by CoAuthor (.jsonl or .jsonl.gz) to play back instead"),
    )
    parser.add_argument(
        "--start", metavar="N", type=int, default=0, help=tr("words already written (default: 0)")
    )
    parser.add_argument(
        "--words", metavar="N", type=int, default=1000, help=tr("words to write (default: 1000)")
    )
    parser.add_argument(
        "--adapter",
        metavar="ID",
        default="active",
        help=tr("adapter to use: its ID or folder, active (the one in use) or base (none)"),
    )
    add_influence(parser)
    parser.add_argument(
        "--eagerness",
        metavar="X",
        type=float,
        help=tr("from 0 (most time) to 1 (most keys) (default: as in the settings)"),
    )
    parser.add_argument(
        "--device", choices=["auto", "cpu", "cuda"], help=tr("where to run the model")
    )
    parser.add_argument("--json", action="store_true", help=tr("print the figures as JSON"))
    options.add_arguments(parser)


def run(arguments: argparse.Namespace, paths: Paths) -> int:
    """Simulate and print."""
    preferences = chosen_preferences(paths)
    eagerness = preferences.eagerness if arguments.eagerness is None else arguments.eagerness
    _check(arguments, eagerness, paths)
    work = _work(arguments, paths)
    installed = ModelStore.of(paths).quick_check(preferences.model)
    folder = chosen_adapter(arguments.adapter, paths, installed)
    forbid_downloads()
    from cowrite.engine.jobs.runtime import Runtime

    runtime = Runtime.open(
        installed.path,
        model_id=installed.id,
        device=arguments.device or preferences.device,
        quantizations=installed.quantizations(preferences.quantization),
    )
    try:
        runtime.set_influence(chosen_influence(arguments, preferences))
        runtime.use_adapter(folder)
        adapter = runtime.adapter_id
        while runtime.optimize():
            pass
        figures, lines = work(
            runtime, SuggestSettings(eagerness=eagerness, max_words=preferences.max_words)
        )
    finally:
        runtime.close()
    figures |= {
        "eagerness": eagerness,
        "model": installed.id,
        "adapter": adapter,
        "influence": runtime.influence.value,
    }
    # First: it took minutes to find them, and the file may not be writable.
    print(json.dumps(figures) if arguments.json else _as_table(figures), flush=True)
    if arguments.events:
        data = "".join(f"{line}\n" for line in lines).encode()
        write_export(with_home(arguments.events), data, keep_in=paths.saves_dir, private=True)
    return 0


# What comes of it, by name, and the lines for ``--events``.
Work = Callable[["Runtime", SuggestSettings], tuple[dict[str, object], list[str]]]


def _work(arguments: argparse.Namespace, paths: Paths) -> Work:
    """What is to be done once the model is there; what is to be read is read now. Raises UserError."""
    if arguments.sessions:
        sessions = read_all(arguments.sessions)

        def play(
            runtime: Runtime, settings: SuggestSettings
        ) -> tuple[dict[str, object], list[str]]:
            return play_all(
                sessions,
                arguments=arguments,
                settings=settings,
                answers=_answers(runtime),
                on_progress=_progress,
            )

        return play
    before, target = _part_of(read_text(arguments.text, paths), arguments.start, arguments.words)

    def write(runtime: Runtime, settings: SuggestSettings) -> tuple[dict[str, object], list[str]]:
        if arguments.typist == "live":
            return write_live(
                before,
                target,
                arguments=arguments,
                settings=settings,
                answers=_answers(runtime),
                on_progress=_progress,
            )
        return as_json(_write(runtime, before, target, settings)), []

    return write


def _check(arguments: argparse.Namespace, eagerness: float, paths: Paths) -> None:
    """Raises UserError for what cannot be simulated."""
    if arguments.start < 0 or arguments.words < 1:
        raise UserError(tr("--start takes 0 or more words, --words 1 or more."))
    if not 0.0 <= eagerness <= 1.0:
        raise UserError(tr("--eagerness takes a number from 0 (most time) to 1 (most keys)."))
    options.check(arguments)
    if arguments.events:
        events = with_home(arguments.events)
        paths.require_not_own(events)
        # Unlike Path.is_dir, this raises for no path.
        if os.path.isdir(events) or not os.path.isdir(events.parent):  # noqa: PTH112
            raise UserError(
                tr("--events cannot write {events}.", events=events),
                tr("Choose a file in a folder that is there."),
            )


def _part_of(text: str, start: int, words: int) -> tuple[str, str]:
    """What is written already, and what is to be written: ``words`` words after the first ``start``."""
    ends = [match.end() for match in re.finditer(r"\S+\s*", text)]
    if start >= len(ends):
        raise UserError(
            trn(
                "The text has {count} word, so nothing is left after {start}.",
                "The text has {count} words, so nothing is left after {start}.",
                len(ends),
                start=start,
            ),
            tr("Choose a smaller --start."),
        )
    begin = ends[start - 1] if start else 0
    end = ends[min(start + words, len(ends)) - 1]
    return text[:begin], text[begin:end].rstrip()


def _answer_of(runtime: Runtime) -> Answer:
    def answer(request: CompletionRequest) -> CompletionResult:
        result = runtime.complete(request)
        assert result is not None  # noqa: S101 - nothing cancels here
        return result

    return answer


def _answers(runtime: Runtime) -> RememberedAnswers:
    return RememberedAnswers(_answer_of(runtime), runtime.ngrams.learn)


def _progress(share: float) -> None:
    if sys.stderr.isatty():
        show_progress(f"\r{share:.0%}", "\r")


def _write(
    runtime: Runtime, before: str, target: str, settings: SuggestSettings
) -> SimulationReport:
    writer = SimulatedWriter(
        before, target, settings=settings, answer=_answer_of(runtime), learn=runtime.ngrams.learn
    )
    return writer.write(_progress)


def as_json(report: SimulationReport) -> dict[str, object]:
    """The figures by the names they are known under; percent, milliseconds and counts."""
    return {
        "words": report.words,
        "keystrokes_saved_pct": round(report.keystrokes_saved_pct, 2),
        "net_saved_pct": round(report.net_saved_pct, 2),
        "shown_per_100_words": round(100 * report.shown / max(1, report.words), 1),
        "precision": round(report.precision, 4),
        "latency_ms": {
            f"p{share}": round(_percentile(report.latencies_ms, share), 1) for share in (50, 95, 99)
        },
        "seed": 0,  # nothing is drawn: the best continuation is the best one every time
    }


def _percentile(values: tuple[float, ...], percent: int) -> float:
    ranked = sorted(values) or [0.0]
    return ranked[min(len(ranked) - 1, len(ranked) * percent // 100)]


def _as_table(figures: dict[str, object]) -> str:
    if "other_notice" in figures:
        return as_table(figures)
    names = {name: figure_name(name) for name in figures}
    width = max(map(columns_of, names.values()))
    lines = [
        f"{to_left(names[name], width)}  {figure_text(name, value)}"
        for name, value in figures.items()
    ]
    return "\n".join([*lines, "", tr(CEILING)])
