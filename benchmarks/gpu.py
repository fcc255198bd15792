"""How near to the memory's speed does decoding come on a graphics card, for models of 1.7 to 8 billion weights?

Builds random weights of Qwen3's shapes, so nothing is downloaded, holds them in NF4, and reports the bandwidth measured
on the card; tokens per second with steps computed one by one, with captured steps, and with captured steps that follow
each other unseen, in turns; their share of the ceiling; a writer's turn at 1,000 tokens with its first token; reading
1,024 new tokens; memory; and the gaps between the frames of a window that is written in while the model generates.

Without a card it ends with status 2. ``--device cpu --shape tiny`` shows that it runs: nothing is captured there, and
its figures mean nothing.
"""

from __future__ import annotations

import statistics
import sys
import threading
import time
from collections.abc import Sequence
from types import SimpleNamespace
from typing import Any, cast

import torch
from _common import Report, Row, make_parser, spread
from _frames import FRAME_MS, frame_gaps

from cowrite.engine.cards import SHAPES, Shape
from cowrite.engine.decoding.prefix_cache import PrefixCache
from cowrite.engine.devices import measured_bandwidth, wait_for
from cowrite.engine.loading.load import LoadedModel, compute_dtype
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
from cowrite.engine.networks.embedding import Embedding
from cowrite.engine.networks.layer import Layer
from cowrite.engine.networks.layer_plan import LayerPlan, Sight
from cowrite.engine.networks.quantize import Quantization, quantized_linear
from cowrite.engine.networks.sampling import Sampling
from cowrite.engine.networks.static_step import MOST_AHEAD

TINY = Shape(
    name="tiny", layers=2, hidden=128, heads=4, kv_heads=2, head_dim=32, mlp=256,
    vocabulary=1_000, tied=True,
)  # fmt: skip
TURNS = 20
AHEAD_RUNS = 8
NO_CARD = 2
NO_CARD_MESSAGE = (
    "There is no CUDA card here; nothing was measured. "
    "“--device cpu --shape tiny” shows that the benchmark runs."
)


def random_model(shape: Shape, device: torch.device, kind: Quantization) -> LoadedModel:
    """Random weights of ``shape``, made and quantized one product at a time."""
    generator = torch.Generator(device).manual_seed(0)

    def weight(rows: int, columns: int) -> torch.Tensor:
        made = torch.randn(rows, columns, generator=generator, device=device)
        return made.mul_(columns**-0.5).to(torch.bfloat16)

    def linear(rows: int, columns: int) -> torch.nn.Module:
        return quantized_linear(weight(rows, columns), None, kind, device)

    def ones(size: int) -> torch.Tensor:
        return torch.ones(size, dtype=compute_dtype(device), device=device)

    attention = shape.heads * shape.head_dim
    layers = [
        Layer(
            qkv=linear(attention + 2 * shape.kv_heads * shape.head_dim, shape.hidden),
            output=linear(shape.hidden, attention),
            gate_up=linear(2 * shape.mlp, shape.hidden),
            down=linear(shape.hidden, shape.mlp),
            attention_norm=ones(shape.hidden),
            mlp_norm=ones(shape.hidden),
            query_norm=ones(shape.head_dim),
            key_norm=ones(shape.head_dim),
        )
        for _ in range(shape.layers)
    ]
    plan = LayerPlan(
        layers=shape.layers,
        hidden=shape.hidden,
        intermediate=shape.mlp,
        heads=shape.heads,
        kv_heads=shape.kv_heads,
        head_dim=shape.head_dim,
        norm_eps=1e-6,
        sights=(Sight(1_000_000.0),) * shape.layers,
        attention_scale=shape.head_dim**-0.5,
        normalizes_heads=True,
    )
    embedding = weight(shape.vocabulary, shape.hidden)
    network = Decoder(
        plan,
        embedding=Embedding(embedding),
        layers=layers,
        norm=ones(shape.hidden),
        head=quantized_linear(embedding, None, Quantization.BF16, device),
        dtype=compute_dtype(device),
    )
    network.eval()
    network.requires_grad_(False)
    return cast(LoadedModel, SimpleNamespace(network=network, device=device))


def measure(
    shape: Shape, device: torch.device, kind: Quantization, bandwidth: float, frames: int
) -> list[Row]:
    """The rows for one model."""
    if device.type == "cuda":
        torch.cuda.reset_peak_memory_stats(device)
    model = random_model(shape, device, kind)
    decoder = cast(Decoder, model.network)
    steps = GraphSteps(decoder, CardCapture() if device.type == "cuda" else lambda run, _: run)
    generator = torch.Generator().manual_seed(1)
    text: list[int] = torch.randint(
        shape.vocabulary, (CONTEXT_TOKENS + TURNS + 1,), generator=generator
    ).tolist()
    eager, graph, ahead = measure_ways(model, steps, text)
    cold = BenchSamples(load_ms=0.0, memory_bytes=0)
    decoder.small_steps = steps
    measure_cold(model, text, cold)
    gaps = frame_gaps(lambda stop: generate(model, text, stop), frames)
    speeds = [speed_of(eager), speed_of(graph), statistics.median(ahead)]
    share = max(speeds) * shape.bytes_per_token / bandwidth
    turn, first = statistics.median(graph.turn_ms), statistics.median(graph.first_token_ms)
    return [
        (f"{shape.name}, tokens per second, step by step", speeds[0], ""),
        (f"{shape.name}, tokens per second, captured", speeds[1], ""),
        (f"{shape.name}, tokens per second, captured and {MOST_AHEAD} ahead", speeds[2], ""),
        (f"{shape.name}, captured over step by step", speeds[1] / speeds[0], ""),
        (f"{shape.name}, share of the ceiling, %", 100 * share, "goal >= 60 for 4B"),
        (f"{shape.name}, a turn, step by step, ms", statistics.median(eager.turn_ms), ""),
        (f"{shape.name}, a turn, captured, ms", turn, ""),
        (f"{shape.name}, first token at 1,000 tokens, ms", first, "goal <= 30"),
        (f"{shape.name}, reading 1,024 tokens, ms", statistics.median(cold.cold_ms), ""),
        (f"{shape.name}, memory at most, MB", memory_of(device) / 1e6, ""),
        (f"{shape.name}, why nothing is captured", steps.given_up or "-", "goal -"),
        *spread(
            f"{shape.name}, between frames while generating, ms",
            gaps,
            {"p99": f"goal <= {2 * FRAME_MS}, {FRAME_MS} is none late"},
        ),
    ]


@torch.inference_mode()
def measure_ways(
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
        speeds += [speed_ahead(cache, tokens[-1], model.device)] if number else []
    return samples[0], samples[1], speeds


def speed_ahead(cache: PrefixCache, token: int, device: torch.device) -> float:
    """Tokens per second if nobody looks but after every few of them."""
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


def speed_of(samples: BenchSamples) -> float:
    """Tokens per second after the first of a turn."""
    turn, first = statistics.median(samples.turn_ms), statistics.median(samples.first_token_ms)
    return 1000 * (NEW_TOKENS - 1) / (turn - first)


@torch.inference_mode()
def generate(model: LoadedModel, text: Sequence[int], stop: threading.Event) -> None:
    """One turn after another, as the engine's thread does it."""
    cache = PrefixCache(model)
    while not stop.is_set():
        one_turn(cache, [*text[:CONTEXT_TOKENS]])


def main() -> None:
    """Measure and print."""
    shapes = {shape.name: shape for shape in (*SHAPES, TINY)}
    parser = make_parser(__doc__ or "")
    parser.add_argument("--shape", choices=list(shapes), action="append", help="all if left out")
    parser.add_argument("--device", choices=["cuda", "cpu"], default="cuda")
    parser.add_argument("--frames", type=int, default=600, help="of the window (600)")
    arguments = parser.parse_args()
    if arguments.device == "cuda" and not torch.cuda.is_available():
        print(NO_CARD_MESSAGE, file=sys.stderr)
        sys.exit(NO_CARD)
    if arguments.device == "cpu" and arguments.shape != [TINY.name]:
        parser.error("on the processor only --shape tiny can be run")
    device = torch.device(arguments.device)
    kind = Quantization.NF4 if device.type == "cuda" else Quantization.INT8
    bandwidth = measured_bandwidth(device)
    rows: list[Row] = [("bandwidth of a copy, GB/s", bandwidth / 1e9, "")]
    for name in arguments.shape or [shape.name for shape in SHAPES]:
        rows += measure(shapes[name], device, kind, bandwidth, arguments.frames)
    about: Any = torch.cuda.get_device_name(device) if device.type == "cuda" else "cpu"
    Report(title=f"Decoding on {about}, {kind.value}", rows=rows).show(arguments.json)


if __name__ == "__main__":
    main()
