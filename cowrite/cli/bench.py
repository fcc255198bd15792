"""``cowrite bench``: how fast an installed model answers on this machine."""

from __future__ import annotations

import argparse
import json
import statistics
import time
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from cowrite.base.errors import UserError
from cowrite.base.printable import lines
from cowrite.cli.chosen import chosen_preferences
from cowrite.cli.texts import read_text
from cowrite.engine.cards import KNOWN_CARDS, as_markdown, fits
from cowrite.engine.offline import forbid_downloads
from cowrite.localization import tr, tr_noop
from cowrite.localization.columns import columns_of, to_left
from cowrite.models.store import ModelStore
from cowrite.settings.paths import Paths
from cowrite.settings.resources import resource_path

if TYPE_CHECKING:
    from cowrite.engine.measurement.bench import BenchSamples

HELP = tr_noop(
    "Measure how fast a model answers on this computer. In each turn, one word is added to a text of "
    "1,000 tokens, its tokens are read and 8 more are generated. This takes a minute; close other "
    "programs first."
)


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Describe the command line."""
    parser.add_argument(
        "--model", metavar="ID", help=tr("an installed model (default: the one in the settings)")
    )
    parser.add_argument(
        "--device", choices=["auto", "cpu", "cuda"], help=tr("where to run the model")
    )
    parser.add_argument(
        "--threads",
        metavar="N",
        type=int,
        help=tr("number of processor threads (default: as in the editor)"),
    )
    parser.add_argument(
        "--text",
        metavar="FILE",
        type=Path,
        help=tr("text to read (default: a text that comes with Cowrite)"),
    )
    parser.add_argument(
        "--cards",
        action="store_true",
        help=tr(
            "instead, show which larger models fit which graphics card, including this computer's"
        ),
    )
    parser.add_argument("--json", action="store_true", help=tr("print the figures as JSON"))


def run(arguments: argparse.Namespace, paths: Paths) -> int:
    """Measure and print."""
    if arguments.cards:
        return _show_cards(as_json=arguments.json)
    if arguments.threads is not None and not 1 <= arguments.threads <= 256:
        raise UserError(tr("--threads takes a number from 1 to 256."))
    preferences = chosen_preferences(paths)
    text = read_text(arguments.text or resource_path("calibration.txt"), paths)
    installed = ModelStore.of(paths).quick_check(arguments.model or preferences.model)
    forbid_downloads()
    started = time.perf_counter()
    import torch

    from cowrite.engine.devices import choose_device, engine_threads, fallback_quantization
    from cowrite.engine.measurement.bench import bench
    from cowrite.engine.networks.quantize import Quantization

    import_ms = (time.perf_counter() - started) * 1000
    threads = arguments.threads or engine_threads()
    torch.set_num_threads(threads)
    device, notice = choose_device(arguments.device or preferences.device)
    if notice:
        raise UserError(notice, tr("Leave out --device to use what is available."))
    kinds = installed.quantizations(preferences.quantization)
    kind = Quantization(kinds.get(device.type) or fallback_quantization(device))
    samples = bench(installed.path, device, kind, text)
    about = {
        "model": installed.id,
        "device": torch.cuda.get_device_name(device) if device.type == "cuda" else "cpu",
        "quantization": kind.value,
        "threads": threads,
    }
    figures = {"import_ms": round(import_ms), **figures_of(samples)}
    print(json.dumps(about | figures) if arguments.json else _as_table(about, figures))
    return 0


def _show_cards(*, as_json: bool) -> int:
    """Print the table of models and cards; the card of this machine first, if there is one."""
    forbid_downloads()
    from cowrite.engine.devices import find_card

    here = find_card()
    found = list(fits((here, *KNOWN_CARDS) if here else KNOWN_CARDS))
    if not as_json:
        print(lines(as_markdown(found)))
        return 0
    rows = [
        {
            "card": fit.card.name,
            "bandwidth_gb_s": round(fit.card.bandwidth / 1e9),
            "bandwidth": "measured" if fit.card.measured else "data sheet",
            "model": fit.shape.name,
            "needs_gb": round(fit.shape.memory_bytes / 1e9, 1),
            "fits": fit.fits,
            "ceiling_tokens_per_s": round(fit.ceiling),
            "ceiling": "computed",
        }
        for fit in found
    ]
    print(json.dumps(rows))
    return 0


def figures_of(samples: BenchSamples) -> dict[str, float | None]:
    """Medians, and the 95th percentile where the worst case is what counts."""
    turn = statistics.median(samples.turn_ms)
    first = statistics.median(samples.first_token_ms)
    return {
        "load_ms": round(samples.load_ms),
        "memory_mb": round(samples.memory_bytes / 1e6),
        "turn_ms": round(turn, 1),
        "turn_p95_ms": round(_p95(samples.turn_ms), 1),
        "first_token_ms": round(first, 1),
        "tokens_per_s": round(1000 * (samples.new_tokens - 1) / (turn - first), 1),
        "cold_prefill_ms": round(statistics.median(samples.cold_ms)),
        "delta_ms": round(statistics.median(samples.delta_ms), 1),
        # On a fast card every answer may be there before it is cancelled.
        "cancel_p95_ms": round(_p95(samples.cancel_ms), 1) if samples.cancel_ms else None,
    }


def _p95(values: Sequence[float]) -> float:
    ranked = sorted(values)
    return ranked[min(len(ranked) - 1, int(0.95 * len(ranked)))]


_NAMES = {
    "import_ms": (tr_noop("importing torch"), "ms"),
    "load_ms": (tr_noop("then loading the model"), "ms"),
    "memory_mb": (tr_noop("memory"), "MB"),
    "turn_ms": (tr_noop("a turn, median"), "ms"),
    "turn_p95_ms": (tr_noop("a turn, 95th percentile"), "ms"),
    "first_token_ms": (tr_noop("its first token, median"), "ms"),
    "tokens_per_s": (tr_noop("tokens per second after that"), ""),
    "cold_prefill_ms": (tr_noop("reading 1,024 new tokens"), "ms"),
    "delta_ms": (tr_noop("reading 3 tokens after 1,000"), "ms"),
    "cancel_p95_ms": (tr_noop("from cancellation to idle, 95th percentile"), "ms"),
}


def _as_table(about: dict[str, str | int], figures: dict[str, float | None]) -> str:
    title = tr("{model} as {quantization} on {device}, {threads} thread(s)", **about)
    width = max(columns_of(tr(name)) for name, _ in _NAMES.values())
    lines = [
        f"{to_left(tr(name), width)}  {figure:>9,} {unit}".rstrip()
        for key, (name, unit) in _NAMES.items()
        if (figure := figures[key]) is not None
    ]
    return "\n".join([title, "", *lines])
