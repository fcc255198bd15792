"""How near to the memory's speed does decoding come on a graphics card, for models of 1.7 to 8 billion weights?

Builds random weights of Qwen3's shapes, so nothing is downloaded, holds them in NF4, and reports the bandwidth measured
on the card, tokens per second and their share of the ceiling, a writer's turn at 1,000 tokens with its first token,
reading 1,024 new tokens, and memory. ``--shape tiny --device cpu`` shows that it runs; its figures mean nothing.
"""

from __future__ import annotations

import statistics
import sys
from types import SimpleNamespace
from typing import Any, cast

import torch
from _common import Report, Row, make_parser

from cowrite.engine.bench import (
    CONTEXT_TOKENS,
    NEW_TOKENS,
    BenchSamples,
    measure_cold,
    measure_turns,
    memory_of,
)
from cowrite.engine.cards import SHAPES, Shape
from cowrite.engine.decoder import Decoder, Layer
from cowrite.engine.devices import measured_bandwidth
from cowrite.engine.layer_plan import LayerPlan, Sight
from cowrite.engine.load import LoadedModel, compute_dtype
from cowrite.engine.prefix_cache import PrefixCache
from cowrite.engine.quantize import Quantization, quantized_linear

TINY = Shape(
    name="tiny", layers=2, hidden=128, heads=4, kv_heads=2, head_dim=32, mlp=256,
    vocabulary=1_000, tied=True,
)  # fmt: skip
TURNS = 20


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
        embedding=embedding,
        layers=layers,
        norm=ones(shape.hidden),
        head=quantized_linear(embedding, None, Quantization.BF16, device),
        dtype=compute_dtype(device),
    )
    network.eval()
    network.requires_grad_(False)
    return cast(LoadedModel, SimpleNamespace(network=network, device=device))


def measure(shape: Shape, device: torch.device, kind: Quantization, bandwidth: float) -> list[Row]:
    """The rows for one model."""
    if device.type == "cuda":
        torch.cuda.reset_peak_memory_stats(device)
    model = random_model(shape, device, kind)
    generator = torch.Generator().manual_seed(1)
    text: list[int] = torch.randint(
        shape.vocabulary, (CONTEXT_TOKENS + TURNS + 1,), generator=generator
    ).tolist()
    samples = BenchSamples(load_ms=0.0, memory_bytes=0)
    measure_turns(
        PrefixCache(model), [text[: CONTEXT_TOKENS + i] for i in range(TURNS + 1)], samples
    )
    measure_cold(model, text, samples)
    turn, first = statistics.median(samples.turn_ms), statistics.median(samples.first_token_ms)
    speed = 1000 * (NEW_TOKENS - 1) / (turn - first)
    share = speed * shape.bytes_per_token / bandwidth
    return [
        (f"{shape.name}, tokens per second", speed, ""),
        (f"{shape.name}, share of the ceiling, %", 100 * share, "goal >= 60 for 4B"),
        (f"{shape.name}, a turn, ms", turn, ""),
        (f"{shape.name}, first token at 1,000 tokens, ms", first, "goal <= 30"),
        (f"{shape.name}, reading 1,024 tokens, ms", statistics.median(samples.cold_ms), ""),
        (f"{shape.name}, memory at most, MB", memory_of(device) / 1e6, ""),
    ]


def main() -> None:
    """Measure and print."""
    shapes = {shape.name: shape for shape in (*SHAPES, TINY)}
    parser = make_parser(__doc__ or "")
    parser.add_argument("--shape", choices=list(shapes), action="append", help="all if left out")
    parser.add_argument("--device", choices=["cuda", "cpu"], default="cuda")
    arguments = parser.parse_args()
    if arguments.device == "cuda" and not torch.cuda.is_available():
        sys.exit("There is no usable NVIDIA card here; nothing was measured.")
    device = torch.device(arguments.device)
    kind = Quantization.NF4 if device.type == "cuda" else Quantization.INT8
    bandwidth = measured_bandwidth(device)
    rows: list[Row] = [("bandwidth of a copy, GB/s", bandwidth / 1e9, "")]
    for name in arguments.shape or [shape.name for shape in SHAPES]:
        rows += measure(shapes[name], device, kind, bandwidth)
    about: Any = torch.cuda.get_device_name(device) if device.type == "cuda" else "cpu"
    Report(title=f"Decoding on {about}, {kind.value}", rows=rows).show(arguments.json)


if __name__ == "__main__":
    main()
