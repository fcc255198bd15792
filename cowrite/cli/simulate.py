"""``cowrite simulate``: a typist who writes a given text with suggestions, and what that would have saved.

The controller, the engine and the model are those of the window; the keyboard and the time are simulated.
"""

from __future__ import annotations

import argparse
import json
import re
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from cowrite.base.errors import UserError
from cowrite.cli.adapter_choice import chosen_adapter
from cowrite.cli.chosen import chosen_preferences
from cowrite.cli.texts import read_text
from cowrite.console import show_progress
from cowrite.engine.messages import CompletionRequest, CompletionResult
from cowrite.engine.offline import forbid_downloads
from cowrite.models.store import ModelStore
from cowrite.settings.paths import Paths
from cowrite.suggest.settings import SuggestSettings
from cowrite.suggest.simulation.simulated_writer import SimulatedWriter, SimulationReport

if TYPE_CHECKING:
    from cowrite.engine.jobs.runtime import Runtime

HELP = (
    "Write a text with the real suggestions and measure how many keystrokes they would have saved. The simulated "
    "typist accepts a suggestion word by word where it is exactly right, and types otherwise."
)


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Describe the command line."""
    parser.add_argument("--text", metavar="FILE", type=Path, required=True, help="text to write")
    parser.add_argument(
        "--start", metavar="N", type=int, default=0, help="words already written (default: 0)"
    )
    parser.add_argument(
        "--words", metavar="N", type=int, default=1000, help="words to write (default: 1000)"
    )
    parser.add_argument(
        "--adapter",
        metavar="ID",
        default="active",
        help="adapter to use: its ID or folder, active (the one in use) or base (none)",
    )
    parser.add_argument(
        "--eagerness",
        metavar="X",
        type=float,
        help="from 0 (most time) to 1 (most keys) (default: as in the settings)",
    )
    parser.add_argument("--device", choices=["auto", "cpu", "cuda"], help="where to run the model")
    parser.add_argument("--json", action="store_true", help="print the figures as JSON")


def run(arguments: argparse.Namespace, paths: Paths) -> int:
    """Simulate and print."""
    preferences = chosen_preferences(paths)
    eagerness = preferences.eagerness if arguments.eagerness is None else arguments.eagerness
    _check(arguments, eagerness)
    text = read_text(arguments.text, paths)
    before, target = _part_of(text, arguments.start, arguments.words)
    installed = ModelStore(paths.models_dir).quick_check(preferences.model)
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
        runtime.use_adapter(folder)
        adapter = runtime.adapter_id
        while runtime.optimize():
            pass
        report = _write(
            runtime,
            before,
            target,
            SuggestSettings(eagerness=eagerness, max_words=preferences.max_words),
        )
    finally:
        runtime.close()
    figures = as_json(report) | {"eagerness": eagerness, "model": installed.id, "adapter": adapter}
    print(json.dumps(figures) if arguments.json else _as_table(figures))
    return 0


def _check(arguments: argparse.Namespace, eagerness: float) -> None:
    if arguments.start < 0 or arguments.words < 1:
        raise UserError("--start takes 0 or more words, --words 1 or more.")
    if not 0.0 <= eagerness <= 1.0:
        raise UserError("--eagerness takes a number from 0 (most time) to 1 (most keys).")


def _part_of(text: str, start: int, words: int) -> tuple[str, str]:
    """What is written already, and what is to be written: ``words`` words after the first ``start``."""
    ends = [match.end() for match in re.finditer(r"\S+\s*", text)]
    if start >= len(ends):
        raise UserError(
            f"The text has {len(ends)} words, so nothing is left after {start}.",
            "Choose a smaller --start.",
        )
    begin = ends[start - 1] if start else 0
    end = ends[min(start + words, len(ends)) - 1]
    return text[:begin], text[begin:end].rstrip()


def _write(
    runtime: Runtime, before: str, target: str, settings: SuggestSettings
) -> SimulationReport:
    def answer(request: CompletionRequest) -> CompletionResult:
        result = runtime.complete(request)
        assert result is not None  # noqa: S101 - nothing cancels here
        return result

    def progress(share: float) -> None:
        if sys.stderr.isatty():
            show_progress(f"\r{share:.0%}", "\r")

    writer = SimulatedWriter(
        before, target, settings=settings, answer=answer, learn=runtime.ngrams.learn
    )
    return writer.write(progress)


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
    width = max(map(len, figures))
    return "\n".join(f"{name:<{width}}  {value}" for name, value in figures.items())
