"""``cowrite evaluate``: how well the model, as it is served, predicts a text."""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path

from cowrite.base.errors import UserError
from cowrite.base.printable import one_line
from cowrite.cli.adapter_choice import add_influence, chosen_adapter, chosen_influence
from cowrite.cli.chosen import chosen_preferences
from cowrite.cli.simulation.figure_names import figure_name, figure_text
from cowrite.cli.texts import read_text
from cowrite.console import show_progress
from cowrite.engine.offline import forbid_downloads
from cowrite.localization import tr, tr_noop
from cowrite.localization.columns import columns_of, to_left
from cowrite.models.store import ModelStore
from cowrite.settings.paths import Paths

LEAST_WINDOW = 64
HELP = tr_noop(
    "Measure how well the model predicts a text, in the form in which it is used on this computer: "
    "bits per byte and perplexity, lower is better. Each token is predicted from up to 1,024 tokens "
    "before it in the same file, and from at least a quarter of that number where the file has that "
    "many."
)


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Describe the command line."""
    parser.add_argument(
        "--text", metavar="F", type=Path, nargs="+", required=True, help=tr("files to predict")
    )
    parser.add_argument(
        "--adapter",
        metavar="ID",
        default="active",
        help=tr("adapter to use: its ID or folder, active (the one in use) or base (none)"),
    )
    add_influence(parser)
    parser.add_argument(
        "--window", metavar="N", type=int, help=tr("predict from up to N tokens (default: 1,024)")
    )
    parser.add_argument(
        "--device", choices=["auto", "cpu", "cuda"], help=tr("where to run the model")
    )
    parser.add_argument("--json", action="store_true", help=tr("print the figures as JSON"))


def run(arguments: argparse.Namespace, paths: Paths) -> int:
    """Score and print. Raises UserError for a window that is too short."""
    if arguments.window is not None and arguments.window < LEAST_WINDOW:
        raise UserError(
            tr("A window of {window} tokens is too short.", window=arguments.window),
            tr("Give at least {least_window}.", least_window=LEAST_WINDOW),
        )
    texts = {str(path): read_text(path, paths) for path in arguments.text}
    preferences = chosen_preferences(paths)
    installed = ModelStore.of(paths).quick_check(preferences.model)
    folder = chosen_adapter(arguments.adapter, paths, installed)
    forbid_downloads()
    from cowrite.engine.jobs.runtime import Runtime
    from cowrite.personalize.evaluation.scoring import WINDOW_TOKENS, score_texts

    window = arguments.window or WINDOW_TOKENS
    runtime = Runtime.open(
        installed.path,
        model_id=installed.id,
        device=arguments.device or preferences.device,
        quantizations=installed.quantizations(preferences.quantization),
    )
    try:
        runtime.set_influence(chosen_influence(arguments, preferences))
        runtime.use_adapter(folder)
        while runtime.optimize():
            pass
        score = score_texts(runtime.model, texts, progress=_show_progress, window=window)
        figures = {
            "bits_per_byte": round(score.bits_per_byte, 4),
            "perplexity": round(score.perplexity, 3),
            "tokens": score.tokens,
            "bytes": score.bytes,
            "files": len(texts),
            "window": window,
            "model": installed.id,
            "adapter": runtime.adapter_id or None,
            "influence": runtime.influence.value,
            "quantization": runtime.model.quantization.value,
            "device": runtime.device,
        }
    finally:
        runtime.close()
    if arguments.json:
        print(json.dumps(figures))
    else:
        names = {name: figure_name(name) for name in figures}
        width = max(map(columns_of, names.values()))
        for name, value in figures.items():
            shown = tr("none") if value is None else one_line(figure_text(name, value))
            print(f"{to_left(names[name], width)}  {shown}")
    return 0


def _show_progress(share: float) -> None:
    if sys.stderr.isatty():
        show_progress(f"\r{share:.0%}", "\r")
