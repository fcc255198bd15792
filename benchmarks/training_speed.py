#!/usr/bin/env python3
"""How fast an adapter is trained, against how fast the same model reads a prompt: alternately, in the same run.

The goal: a token trained on costs at most 1 / 0.35 of one that is read. Reading is the engine's own decoder on the
weights as they are served, for the logits of the last token only. ``--peft`` also times the plain way, PEFT on
transformers in fp32, on the same tokens.
"""

from __future__ import annotations

import statistics
import sys
import time
from collections.abc import Callable
from pathlib import Path

from _common import ROOT, STARTER_MODEL, Report, home_with_model, make_parser

sys.path.insert(0, str(ROOT))

from cowrite.engine.offline import forbid_downloads
from cowrite.personalize.networks.freed_memory import keep_freed_memory

forbid_downloads()

import torch  # noqa: E402

from cowrite.engine.loading.load import LoadedModel, load_model  # noqa: E402
from cowrite.engine.networks.quantize import Quantization  # noqa: E402
from cowrite.personalize.networks.model import TrainableDecoder  # noqa: E402
from cowrite.personalize.networks.trainable import LoraShape, Trainable  # noqa: E402
from cowrite.personalize.settings import TARGETS  # noqa: E402

CPU = torch.device("cpu")
SHAPE = LoraShape(rank=16, alpha=32, dropout=0.05, targets=TARGETS)
TEXT = ROOT / "resources" / "calibration.txt"


def main() -> int:
    """Measure and print."""
    parser = make_parser(__doc__ or "")
    parser.add_argument("--rounds", type=int, default=7, metavar="N")
    parser.add_argument("--tokens", type=int, default=1024, metavar="N", help="per pass")
    parser.add_argument("--sequence", type=int, default=512, metavar="N", help="tokens per text")
    parser.add_argument("--kind", default="int8", choices=["int8", "nf4", "bf16"])
    parser.add_argument("--threads", type=int, default=torch.get_num_threads(), metavar="N")
    parser.add_argument("--peft", action="store_true", help="also time PEFT on transformers")
    options = parser.parse_args()
    keep_freed_memory()
    torch.set_num_threads(options.threads)
    with home_with_model(options.models_dir) as home:
        folder = home / "data" / "models" / STARTER_MODEL
        rates = measure(folder, options)
    report(rates, options).show(options.json)
    return 0


def measure(folder: Path, options) -> dict[str, list[float]]:
    """Tokens per second of each way, one after the other in each round; the first round is left out."""
    kind = Quantization(options.kind)
    served = load_model(folder, CPU, kind)
    for _ in served.network.optimizations():
        pass
    model = TrainableDecoder.load(folder, kind, CPU, SHAPE)
    assert model is not None
    model.begin(0)
    words = served.vocabulary.encode(TEXT.read_text("utf-8"))
    ids = torch.tensor((words * (options.tokens // len(words) + 1))[: options.tokens])
    ways: dict[str, Callable[[], None]] = {
        "reading": lambda: read(served, ids[: options.sequence].repeat(1, 1), options),
        "training": lambda: train(model, ids, options),
    }
    if options.peft:
        from cowrite.personalize.networks.peft_model import PeftTrainable

        plain = PeftTrainable(folder, kind, CPU, SHAPE, checkpointing=False)
        plain.begin(0)
        ways["training, PEFT on transformers"] = lambda: train(plain, ids, options)
    rates: dict[str, list[float]] = {name: [] for name in ways}
    for number in range(options.rounds + 1):
        for name, way in ways.items():
            started = time.perf_counter()
            way()
            if number:
                rates[name].append(options.tokens / (time.perf_counter() - started))
        print(f"round {number} of {options.rounds}", file=sys.stderr)
    return rates


@torch.inference_mode()
def read(model: LoadedModel, ids: torch.Tensor, options) -> None:
    """As many tokens as are trained on, in prompts of the same length."""
    for _ in range(options.tokens // options.sequence):
        model.network(ids, last=1)


def train(model: Trainable, ids: torch.Tensor, options) -> None:
    """Forward and backward of one micro-batch; every token counts that has one before it."""
    lengths = [options.sequence] * (options.tokens // options.sequence)
    at = torch.tensor([i for i in range(len(ids)) if i % options.sequence])
    for parameter in model.parameters():
        parameter.grad = None
    model.token_losses(ids, lengths, at, seed=1).mean().backward()


def report(rates: dict[str, list[float]], options) -> Report:
    """Medians, and the ratio within each round."""
    rows = [(f"{name}, tokens/s", statistics.median(each), "") for name, each in rates.items()]
    samples = dict(rates)
    for name, each in rates.items():
        if name == "reading":
            continue
        ratios = [mine / read for mine, read in zip(each, rates["reading"], strict=True)]
        goal = ">= 0.35" if name == "training" else ""
        rows.append((f"{name} over reading, x 100", 100 * statistics.median(ratios), goal and "35"))
        samples[f"{name} over reading"] = ratios
    return Report(
        title=f"Training speed, {options.kind}",
        rows=rows,
        samples=samples,
        notes=[
            f"{options.tokens} tokens per pass in texts of {options.sequence}, {options.threads} threads, "
            f"{options.rounds} rounds"
        ],
    )


if __name__ == "__main__":
    sys.exit(main())
