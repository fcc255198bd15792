"""How fast a model answers on this machine, measured as a writer meets it.

A *turn*: with 1,000 tokens read, the writer adds a word; the new tokens are read and 8 more are made. Tokens per second
follow from it; they are not what anybody waits for. Importing this module imports torch.
"""

from __future__ import annotations

import re
import threading
import time
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from pathlib import Path

import psutil
import torch

from cowrite.base.errors import UserError
from cowrite.base.process_priority import return_free_memory
from cowrite.engine.decoding.completer import Completer
from cowrite.engine.decoding.prefix_cache import PrefixCache
from cowrite.engine.decoding.step_control import StepControl
from cowrite.engine.devices import wait_for
from cowrite.engine.loading.load import LoadedModel, load_model
from cowrite.engine.messages import CompletionRequest
from cowrite.engine.networks.quantize import Quantization
from cowrite.engine.networks.steps import Cancelled
from cowrite.localization import tr

CONTEXT_TOKENS = 1_000
NEW_TOKENS = 8
COLD_TOKENS = 1_024
DELTA_TOKENS = 3
TURNS = 30
COLD_READINGS = 5
CANCELLATIONS = 20
# Enough for the tokens above, however short they are.
MOST_CHARACTERS = 12_000


@dataclass(frozen=True, slots=True, kw_only=True)
class BenchSamples:
    """What was measured; times in milliseconds, memory in bytes. A turn makes ``new_tokens``."""

    load_ms: float
    memory_bytes: int
    new_tokens: int = NEW_TOKENS
    turn_ms: list[float] = field(default_factory=list)
    first_token_ms: list[float] = field(default_factory=list)
    cold_ms: list[float] = field(default_factory=list)
    delta_ms: list[float] = field(default_factory=list)
    cancel_ms: list[float] = field(default_factory=list)


def bench(model_dir: Path, device: torch.device, kind: Quantization, text: str) -> BenchSamples:
    """Load the model in ``model_dir`` and measure it on ``text``. Raises UserError if one of them does not do."""
    started = time.perf_counter()
    model = load_model(model_dir, device, kind)
    wait_for(device)
    samples = BenchSamples(load_ms=_ms_since(started), memory_bytes=0)
    for _ in model.network.optimizations():
        pass
    return_free_memory()
    turns = word_turns(model, text)
    measure_turns(PrefixCache(model), turns, samples)
    measure_cold(model, turns[-1], samples)
    measure_delta(PrefixCache(model), turns[-1], samples)
    measure_cancelling(model, text, samples)
    return replace(samples, memory_bytes=memory_of(device))


def word_turns(model: LoadedModel, text: str, count: int = TURNS) -> list[list[int]]:
    """The tokens before each turn: CONTEXT_TOKENS of ``text``, or what it has, and then a word more each time.

    Raises UserError for a text that is too short.
    """
    text = text[:MOST_CHARACTERS]
    ends = [match.end() for match in re.finditer(r"\S+(?=\s)", text)]
    encode = model.vocabulary.encode
    first = len(ends) - count - 1
    while first > 0 and len(encode(text[: ends[first]])) > CONTEXT_TOKENS:
        first -= 1
    if first < count:
        raise UserError(
            tr("The text is too short to measure on."),
            tr("Choose one with at least a thousand words."),
        )
    return [encode(text[:end]) for end in ends[first : first + count + 1]]


@torch.inference_mode()
def measure_turns(cache: PrefixCache, turns: Sequence[list[int]], samples: BenchSamples) -> None:
    """The first turn reads the text, as when a file is opened, and is not counted."""
    for number, tokens in enumerate(turns):
        first, whole = one_turn(cache, tokens)
        if number:
            samples.first_token_ms.append(first)
            samples.turn_ms.append(whole)


def one_turn(cache: PrefixCache, tokens: list[int]) -> tuple[float, float]:
    """Milliseconds to the first new token, and to the last of NEW_TOKENS."""
    started = time.perf_counter()
    logits, _ = cache.read(tokens, lambda: False)
    token = int(logits.argmax())
    first = _ms_since(started)
    for _ in range(NEW_TOKENS - 1):
        token = int(cache.append([token]).argmax())
    return first, _ms_since(started)


@torch.inference_mode()
def measure_cold(model: LoadedModel, tokens: list[int], samples: BenchSamples) -> None:
    """Reading COLD_TOKENS of which nothing is known."""
    tokens = repeated(tokens, COLD_TOKENS)
    for _ in range(COLD_READINGS):
        cache = PrefixCache(model)
        started = time.perf_counter()
        int(cache.read(tokens, lambda: False)[0].argmax())
        samples.cold_ms.append(_ms_since(started))


@torch.inference_mode()
def measure_delta(cache: PrefixCache, tokens: list[int], samples: BenchSamples) -> None:
    """Reading DELTA_TOKENS more after CONTEXT_TOKENS."""
    base = repeated(tokens, CONTEXT_TOKENS)
    cache.read(base, lambda: False)
    for number in range(TURNS):
        delta = [tokens[(number + i) % len(tokens)] for i in range(DELTA_TOKENS)]
        cache.keep(len(base))
        started = time.perf_counter()
        int(cache.append(delta).argmax())
        samples.delta_ms.append(_ms_since(started))


def measure_cancelling(model: LoadedModel, text: str, samples: BenchSamples) -> None:
    """From the moment a request is unwanted, at any point of reading and answering, to the thread being idle."""
    request = CompletionRequest(before=text, max_words=200, max_tokens=200)
    for number in range(CANCELLATIONS):
        unwanted = threading.Event()
        thread = threading.Thread(target=_complete_until, args=(model, request, unwanted))
        thread.start()
        time.sleep(0.02 + 0.04 * number)
        was_busy, asked = thread.is_alive(), time.perf_counter()
        unwanted.set()
        thread.join()
        if was_busy:
            samples.cancel_ms.append(_ms_since(asked))


def _complete_until(
    model: LoadedModel, request: CompletionRequest, unwanted: threading.Event
) -> None:
    with suppress(Cancelled):
        Completer(model, model_id="bench").complete(
            request, control=StepControl(cancelled=unwanted.is_set)
        )


def repeated(tokens: list[int], count: int) -> list[int]:
    """The first ``count`` of the tokens, again and again if there are fewer."""
    return (tokens * -(-count // len(tokens)))[:count]


def memory_of(device: torch.device) -> int:
    """Bytes that the process takes now, or took at most on a card."""
    if device.type == "cuda":
        return torch.cuda.max_memory_allocated(device)
    return int(psutil.Process().memory_info().rss)


def _ms_since(started: float) -> float:
    return (time.perf_counter() - started) * 1000
