"""What each kind of quantization costs and gains for one model on this machine."""

from __future__ import annotations

import gc
import logging
import math
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import torch

from cowrite.engine.load import LoadedModel, load_model
from cowrite.engine.prefix_cache import PrefixCache
from cowrite.engine.quantize import Quantization
from cowrite.errors import UserError

logger = logging.getLogger(__name__)

WINDOW_TOKENS = 512
TIMED_TOKENS = 24


@dataclass(frozen=True, slots=True, kw_only=True)
class QuantizationMeasurement:
    """One kind on one device: perplexity against the unquantized weights (percent more), and decoding speed."""

    kind: str
    loss_increase_pct: float
    tokens_per_s: float


def measure_quantizations(
    model_dir: Path,
    device: str,
    text: str,
    kinds: Sequence[str] = (Quantization.INT8, Quantization.NF4),
) -> list[QuantizationMeasurement]:
    """Measure ``kinds`` for the model in ``model_dir`` on ``text``; a kind that does not run here is left out.

    Raises UserError if the model cannot be loaded at all.
    """
    target = torch.device(device)
    reference = load_model(model_dir, target, Quantization.BF16)
    reference_loss = mean_loss(reference, text)
    del reference
    measurements = []
    for kind in kinds:
        gc.collect()
        try:
            model = load_model(model_dir, target, Quantization(kind))
            increase = 100 * (math.exp(mean_loss(model, text) - reference_loss) - 1)
            speed = tokens_per_second(model, text)
        except (RuntimeError, NotImplementedError, ImportError, UserError):
            logger.exception("quantization %s does not run on %s", kind, device)
            continue
        measurements.append(
            QuantizationMeasurement(
                kind=str(kind), loss_increase_pct=round(increase, 3), tokens_per_s=round(speed, 1)
            )
        )
    return measurements


@torch.inference_mode()
def mean_loss(model: LoadedModel, text: str) -> float:
    """Mean negative log-likelihood of ``text`` in nats per token, in windows of WINDOW_TOKENS."""
    tokens = model.vocabulary.encode(text)
    total, count = 0.0, 0
    for start in range(0, len(tokens) - 1, WINDOW_TOKENS):
        window = torch.tensor([tokens[start : start + WINDOW_TOKENS + 1]], device=model.device)
        logits = model.module(input_ids=window[:, :-1], use_cache=False).logits[0].float()
        total += torch.nn.functional.cross_entropy(logits, window[0, 1:], reduction="sum").item()
        count += window.shape[1] - 1
    if not count:
        raise ValueError("the text is too short to measure on")
    return total / count


@torch.inference_mode()
def tokens_per_second(model: LoadedModel, text: str) -> float:
    """Greedy decoding speed after 128 tokens of ``text``, batch 1, median step."""
    cache = PrefixCache(model)
    logits, _ = cache.read(model.vocabulary.encode(text)[:128], lambda: False)
    steps = []
    for _ in range(TIMED_TOKENS):
        started = time.perf_counter()
        logits = cache.append([int(logits.argmax())])
        steps.append(time.perf_counter() - started)
    return 1 / sorted(steps)[len(steps) // 2]
