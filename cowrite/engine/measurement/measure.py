"""What each kind of quantization costs and gains for one model on this machine."""

from __future__ import annotations

import gc
import logging
import math
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from statistics import mean

import torch

from cowrite.base.errors import UserError
from cowrite.engine.decoding.prefix_cache import PrefixCache
from cowrite.engine.loading.load import LoadedModel, load_model
from cowrite.engine.networks.quantize import Quantization

logger = logging.getLogger(__name__)

WINDOW_TOKENS = 512
TIMED_TOKENS = 24
# A kind that is far too slow here, such as NF4 on a processor without its kernels, is soon known to be.
TIMED_S = 5.0


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
    expected = list(window_losses(reference, text))
    del reference
    measurements: list[QuantizationMeasurement] = []
    for kind in kinds:
        gc.collect()
        try:
            model = load_model(model_dir, target, Quantization(kind))
            speed = tokens_per_second(model, text)
            fastest = max((m.tokens_per_s for m in measurements), default=0.0)
            # A kind that is no rival is measured on one window: on a slow machine all of them take minutes.
            windows = 1 if speed < fastest / 2 else len(expected)
            loss = mean(islice(window_losses(model, text), windows))
            increase = 100 * (math.exp(loss - mean(expected[:windows])) - 1)
        except (RuntimeError, NotImplementedError, ImportError, UserError):
            logger.exception("quantization %s does not run on %s", kind, device)
            continue
        measurements.append(
            QuantizationMeasurement(
                kind=str(kind), loss_increase_pct=round(increase, 3), tokens_per_s=round(speed, 1)
            )
        )
    return measurements


def window_losses(model: LoadedModel, text: str) -> Iterator[float]:
    """Mean negative log-likelihood in nats per token of each window of WINDOW_TOKENS of ``text``, one after the other.

    A last window of fewer tokens is left out, unless it is the only one. Raises ValueError if there is nothing to
    measure on.
    """
    tokens = model.vocabulary.encode(text)
    if len(tokens) < 2:
        raise ValueError("the text is too short to measure on")
    for start in range(0, max(1, len(tokens) - WINDOW_TOKENS), WINDOW_TOKENS):
        with torch.inference_mode():
            text_part = tokens[start : start + WINDOW_TOKENS + 1]
            beginning = list(model.vocabulary.beginning)
            window = torch.tensor([beginning + text_part], device=model.device)
            logits = model.network(window[:, :-1], last=len(text_part) - 1)[0].float()
            yield torch.nn.functional.cross_entropy(logits, window[0, len(beginning) + 1 :]).item()


@torch.inference_mode()
def tokens_per_second(model: LoadedModel, text: str) -> float:
    """Greedy decoding speed after 128 tokens of ``text``, batch 1, median step. Takes about TIMED_S at most."""
    cache = PrefixCache(model)
    logits, _ = cache.read(model.vocabulary.encode(text)[:128], lambda: False)
    steps: list[float] = []
    ends_at = time.perf_counter() + TIMED_S
    while len(steps) < TIMED_TOKENS and (started := time.perf_counter()) < ends_at:
        logits = cache.append([int(logits.argmax())])
        steps.append(time.perf_counter() - started)
    return 1 / sorted(steps)[len(steps) // 2]
