"""Models of real shapes with random weights: how fast they decode, read and learn, beside the memory's speed.

Nothing is downloaded: speed depends on shapes, not on what the weights know. The engine's own network, its LoRA step,
and transformers' ``generate`` on the same shape with bitsandbytes' NF4 layers.
"""

from __future__ import annotations

import gc
import statistics
import time
import warnings
from collections.abc import Callable, Iterator
from typing import Any, cast

import torch
from _common import Row
from _random_models import NORM_EPS, ROPE_BASE, Drawn, RandomWeights, plan_of, random_model

from cowrite.engine.cards import SHAPES, Shape
from cowrite.engine.decoding.prefix_cache import PrefixCache
from cowrite.engine.devices import wait_for
from cowrite.engine.loading.load import LoadedModel
from cowrite.engine.measurement.bench import (
    CONTEXT_TOKENS,
    NEW_TOKENS,
    BenchSamples,
    measure_cold,
    memory_of,
    one_turn,
)
from cowrite.engine.networks.cuda_graph import CardCapture, GraphSteps
from cowrite.engine.networks.decoder import Decoder
from cowrite.engine.networks.quantize import Quantization
from cowrite.engine.networks.sampling import Sampling
from cowrite.engine.networks.static_step import MOST_AHEAD
from cowrite.personalize.networks.dequantized_weights import DequantizedWeights
from cowrite.personalize.networks.model import TrainableDecoder
from cowrite.personalize.networks.trainable import LoraShape
from cowrite.personalize.settings import TARGETS

TINY = Shape(
    name="tiny", layers=2, hidden=128, heads=4, kv_heads=2, head_dim=32, mlp=256,
    vocabulary=1_000, tied=True,
)  # fmt: skip
BY_NAME = {shape.name: shape for shape in (*SHAPES, TINY)}
TURNS = 15
AHEAD_RUNS = 8
GENERATED = 32
PEER_RUNS = 3
LORA = LoraShape(rank=16, alpha=32, dropout=0.05, targets=TARGETS)
LEARNED_TOKENS, TEXT_TOKENS, LEARNING_STEPS = 1024, 512, 5

WrittenDown = Callable[[Row], None]


def measure_shape(name: str, device: torch.device, bandwidth: float, note: WrittenDown) -> None:
    """Write down every figure of one shape as it comes; ``bandwidth`` in bytes per second.

    What fails does not keep the rest from being measured; it is raised at the end.
    """
    failures: list[Exception] = []
    for part in (_decoding, _generating, _learning):
        try:
            part(BY_NAME[name], device, bandwidth, note)
        except torch.OutOfMemoryError:
            note((f"{name}, {part.__name__.strip('_')}", "out of memory", ""))
        except Exception as error:
            note((f"{name}, {part.__name__.strip('_')}", f"failed: {error}", ""))
            failures.append(error)
        gc.collect()
        if device.type == "cuda":
            torch.cuda.empty_cache()
            torch.cuda.reset_peak_memory_stats(device)
    if failures:
        raise ExceptionGroup(f"{name} was not measured whole", failures)


def _decoding(shape: Shape, device: torch.device, bandwidth: float, note: WrittenDown) -> None:
    model = random_model(shape, device, Quantization.NF4)
    decoder = cast(Decoder, model.network)
    steps = GraphSteps(decoder, CardCapture() if device.type == "cuda" else lambda run, _: run)
    text = _random_tokens(shape, CONTEXT_TOKENS + TURNS + 1)
    eager, captured, ahead = _turns(model, steps, text)
    speeds = [_speed_of(eager), _speed_of(captured), statistics.median(ahead)]
    best = max(speeds)
    name = shape.name
    note((f"{name}, tokens per second, step by step", speeds[0], ""))
    note((f"{name}, tokens per second, captured", speeds[1], ""))
    note((f"{name}, tokens per second, captured and {MOST_AHEAD} ahead", speeds[2], ""))
    share = 100 * best * shape.bytes_per_token / bandwidth
    note((f"{name}, share of the ceiling, %", share, ">= 60"))
    first = statistics.median(captured.first_token_ms)
    note((f"{name}, first token at 1,000 tokens, ms", first, "<= 30"))
    note((f"{name}, a turn of {NEW_TOKENS}, ms", statistics.median(captured.turn_ms), ""))
    note((f"{name}, why nothing is captured", steps.given_up or "-", "-"))
    waits = _waits_per_token(model, text[:CONTEXT_TOKENS]) if device.type == "cuda" else "no card"
    note((f"{name}, waits for the card per token within a captured run", waits, "0"))
    cold = BenchSamples(load_ms=0.0, memory_bytes=0)
    measure_cold(model, text, cold)
    note((f"{name}, reading 1,024 tokens, ms", statistics.median(cold.cold_ms), ""))
    note((f"{name}, memory at most, MB", memory_of(device) / 1e6, ""))


@torch.inference_mode()
def _turns(
    model: LoadedModel, steps: GraphSteps, text: list[int]
) -> tuple[BenchSamples, BenchSamples, list[float]]:
    """Turns step by step and captured, one of each at a time; tokens per second when steps follow each other unseen."""
    decoder = cast(Decoder, model.network)
    ways = [(None, PrefixCache(model)), (steps, PrefixCache(model))]
    samples = [BenchSamples(load_ms=0.0, memory_bytes=0) for _ in ways]
    speeds: list[float] = []
    for number in range(TURNS + 1):
        tokens = text[: CONTEXT_TOKENS + number]
        for (way, cache), sample in zip(ways, samples, strict=True):
            decoder.small_steps = way
            first, whole = one_turn(cache, tokens)
            # The first reads the text, as when a file is opened, and captures.
            if number:
                sample.first_token_ms.append(first)
                sample.turn_ms.append(whole)
        speeds += [_speed_ahead(cache, tokens[-1], model.device)] if number else []
    return samples[0], samples[1], speeds


def _speed_ahead(cache: PrefixCache, token: int, device: torch.device) -> float:
    """Tokens per second if nobody looks but after every few of them; 0 where nothing is computed ahead."""
    made = 0
    started = time.perf_counter()
    for _ in range(AHEAD_RUNS):
        ahead = cache.append_ahead(token, MOST_AHEAD, Sampling())
        if ahead is None:
            return 0.0
        made += ahead[1].shape[0]
        token = int(ahead[1][-1].argmax())
    wait_for(device)
    return made / (time.perf_counter() - started)


def _speed_of(samples: BenchSamples) -> float:
    """Tokens per second after the first of a turn."""
    turn, first = statistics.median(samples.turn_ms), statistics.median(samples.first_token_ms)
    return 1000 * (NEW_TOKENS - 1) / (turn - first)


@torch.inference_mode()
def _waits_per_token(model: LoadedModel, tokens: list[int]) -> float:
    """How often the host waits for the card, as torch sees it, for each token of runs made ahead.

    The one look at the end of a run, which brings its tokens to the host, is not counted: it is one for MOST_AHEAD.
    """
    cache = PrefixCache(model)
    cache.read(tokens, lambda: False)
    cache.append_ahead(tokens[-1], MOST_AHEAD, Sampling())
    made, seen = 0, 0
    for _ in range(AHEAD_RUNS):
        with counted_waits() as waits:
            ahead = cache.append_ahead(tokens[-1], MOST_AHEAD, Sampling())
        if ahead is None:
            return float("nan")
        made += ahead[1].shape[0]
        seen += max(0, len(waits) - 1)
    return seen / made


class counted_waits:
    """Inside, every call that makes the host wait for the card is put into the list."""

    def __enter__(self) -> list[Any]:
        self._mode = torch.cuda.get_sync_debug_mode()
        self._caught = warnings.catch_warnings(record=True)
        seen = self._caught.__enter__()
        warnings.simplefilter("always")
        torch.cuda.set_sync_debug_mode("warn")
        # Switching it on warns that it is experimental.
        seen.clear()
        return cast(list[Any], seen)

    def __exit__(self, *_: object) -> None:
        torch.cuda.set_sync_debug_mode(self._mode)
        self._caught.__exit__(None, None, None)


def _learning(shape: Shape, device: torch.device, _bandwidth: float, note: WrittenDown) -> None:
    """A LoRA step: forward and backward of 1,024 tokens in texts of 512, and the optimizer's."""
    weights = cast(DequantizedWeights, RandomWeights(shape, device))
    model = TrainableDecoder(plan_of(shape), weights, LORA, checkpointing=False)
    model.begin(0)
    model.to(device)
    parameters = list(model.parameters())
    optimizer = torch.optim.AdamW(parameters, lr=1e-3)
    ids = torch.tensor(_random_tokens(shape, LEARNED_TOKENS), device=device)
    lengths = [TEXT_TOKENS] * (LEARNED_TOKENS // TEXT_TOKENS)
    places = [i for i in range(LEARNED_TOKENS) if i % TEXT_TOKENS]
    at = torch.tensor(places, device=device)
    taken = []
    for number in range(LEARNING_STEPS + 1):
        wait_for(device)
        started = time.perf_counter()
        optimizer.zero_grad(set_to_none=True)
        model.token_losses(ids, lengths, at, seed=number).mean().backward()
        optimizer.step()
        wait_for(device)
        taken += [time.perf_counter() - started] if number else []
    step = statistics.median(taken)
    note((f"{shape.name}, a LoRA step of 1,024 tokens, ms", 1000 * step, ""))
    note((f"{shape.name}, tokens learned from per second", LEARNED_TOKENS / step, ""))
    note((f"{shape.name}, memory at most while learning, MB", memory_of(device) / 1e6, ""))


def _generating(shape: Shape, device: torch.device, _bandwidth: float, note: WrittenDown) -> None:
    """Transformers' own ``generate``, greedy, with bitsandbytes' NF4 layers, at the same 1,000 tokens."""
    model = _transformers_model(shape, device)
    ids = torch.tensor([_random_tokens(shape, CONTEXT_TOKENS)], device=device)

    def taken(tokens: int) -> float:
        wait_for(device)
        started = time.perf_counter()
        model.generate(
            ids,
            attention_mask=torch.ones_like(ids),
            do_sample=False,
            min_new_tokens=tokens,
            max_new_tokens=tokens,
            pad_token_id=0,
        )
        wait_for(device)
        return time.perf_counter() - started

    taken(2)
    pairs = [(taken(1), taken(GENERATED + 1)) for _ in range(PEER_RUNS)]
    speed = statistics.median(GENERATED / (long - short) for short, long in pairs)
    note((f"{shape.name}, tokens per second of transformers' generate", speed, ""))


def _transformers_model(shape: Shape, device: torch.device) -> Any:
    """Made layer by layer on the device, so that no more than one product lies there unpacked."""
    from transformers import Qwen3Config, Qwen3ForCausalLM

    config = Qwen3Config(
        vocab_size=shape.vocabulary,
        hidden_size=shape.hidden,
        intermediate_size=shape.mlp,
        num_hidden_layers=shape.layers,
        num_attention_heads=shape.heads,
        num_key_value_heads=shape.kv_heads,
        head_dim=shape.head_dim,
        rms_norm_eps=NORM_EPS,
        tie_word_embeddings=shape.tied,
        rope_parameters={"rope_type": "default", "rope_theta": ROPE_BASE},
        max_position_embeddings=4 * CONTEXT_TOKENS,
    )
    with torch.device("meta"):
        model = Qwen3ForCausalLM(config).to(torch.bfloat16)
    drawn = Drawn(device)
    for parent, name, linear in list(_linears(model.model)):
        setattr(parent, name, _four_bits(drawn.weight(linear.out_features, linear.in_features)))
    embedding = torch.nn.Parameter(drawn.weight(shape.vocabulary, shape.hidden), False)
    model.model.embed_tokens.weight = embedding
    # Untied, it is read once for each token all the same: one matrix does for both.
    model.lm_head.weight = embedding
    for module in model.modules():
        if type(module).__name__.endswith("RMSNorm"):
            ones = torch.ones(module.weight.shape, dtype=torch.bfloat16, device=device)
            module.weight = torch.nn.Parameter(ones, False)
    rotary = type(model.model.rotary_emb)
    model.model.rotary_emb = rotary(config=config).to(device)
    return model.eval()


def _linears(model: torch.nn.Module) -> Iterator[tuple[torch.nn.Module, str, torch.nn.Linear]]:
    for parent in model.modules():
        for name, child in parent.named_children():
            if isinstance(child, torch.nn.Linear):
                yield parent, name, child


def _four_bits(weight: torch.Tensor) -> torch.nn.Module:
    import bitsandbytes as bnb

    rows, columns = weight.shape
    layer = bnb.nn.Linear4bit(
        columns, rows, bias=False, compute_dtype=torch.bfloat16, quant_type="nf4", device="meta"
    )
    layer.weight = bnb.nn.Params4bit(
        weight.cpu() if weight.device.type == "cuda" else weight,
        requires_grad=False,
        quant_type="nf4",
        compress_statistics=True,
    ).to(weight.device)
    return cast(torch.nn.Module, layer)


def _random_tokens(shape: Shape, count: int) -> list[int]:
    generator = torch.Generator().manual_seed(1)
    return cast(list[int], torch.randint(shape.vocabulary, (count,), generator=generator).tolist())
