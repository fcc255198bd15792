"""Models of real shapes with random weights, for the engine and for its LoRA step."""

from __future__ import annotations

from collections.abc import Sequence
from types import SimpleNamespace
from typing import cast

import torch

from cowrite.engine.cards import Shape
from cowrite.engine.loading.load import LoadedModel, compute_dtype
from cowrite.engine.networks.decoder import Decoder
from cowrite.engine.networks.embedding import Embedding
from cowrite.engine.networks.layer import Layer
from cowrite.engine.networks.layer_plan import LayerPlan, Sight
from cowrite.engine.networks.quantize import Quantization, quantized_linear
from cowrite.personalize.networks.dequantized_weights import as_served
from cowrite.personalize.networks.trainable import training_dtype

ROPE_BASE = 1_000_000.0
NORM_EPS = 1e-6


def random_model(shape: Shape, device: torch.device, kind: Quantization) -> LoadedModel:
    """Random weights of ``shape``, made and quantized one product at a time."""
    drawn = Drawn(device)

    def linear(rows: int, columns: int) -> torch.nn.Module:
        return quantized_linear(drawn.weight(rows, columns), None, kind, device)

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
    embedding = drawn.weight(shape.vocabulary, shape.hidden)
    network = Decoder(
        plan_of(shape),
        embedding=Embedding(embedding),
        layers=layers,
        norm=ones(shape.hidden),
        head=quantized_linear(embedding, None, Quantization.BF16, device),
        dtype=compute_dtype(device),
    )
    network.eval()
    network.requires_grad_(False)
    return cast(LoadedModel, SimpleNamespace(network=network, device=device))


def plan_of(shape: Shape) -> LayerPlan:
    """The plan of a Qwen 3 of that shape."""
    return LayerPlan(
        layers=shape.layers,
        hidden=shape.hidden,
        intermediate=shape.mlp,
        heads=shape.heads,
        kv_heads=shape.kv_heads,
        head_dim=shape.head_dim,
        norm_eps=NORM_EPS,
        sights=(Sight(ROPE_BASE),) * shape.layers,
        attention_scale=shape.head_dim**-0.5,
        normalizes_heads=True,
    )


class Drawn:
    """Weights drawn so that what goes through them keeps its size."""

    def __init__(self, device: torch.device) -> None:
        self._device = device
        self._generator = torch.Generator(device).manual_seed(0)

    def weight(self, rows: int, columns: int) -> torch.Tensor:
        """A matrix in bf16."""
        made = torch.randn(rows, columns, generator=self._generator, device=self._device)
        return made.mul_(columns**-0.5).to(torch.bfloat16)


class RandomWeights:
    """Stands for :class:`DequantizedWeights` of a file that nobody has."""

    def __init__(self, shape: Shape, device: torch.device) -> None:
        self._shape, self._device, self._dtype = shape, device, training_dtype(device)
        self._drawn = Drawn(device)
        self._embedding = self._drawn.weight(shape.vocabulary, shape.hidden).to(self._dtype)

    def plain(self, name: str) -> torch.Tensor:
        """The embedding, or a norm."""
        if name.endswith("embed_tokens.weight"):
            return self._embedding
        size = self._shape.head_dim if name.endswith(("q_norm.weight", "k_norm.weight")) else 0
        return torch.ones(size or self._shape.hidden, dtype=self._dtype, device=self._device)

    def linear(self, names: Sequence[str]) -> tuple[torch.Tensor, None]:
        """Several products as one, as NF4 leaves them."""
        shape = self._shape
        attention = shape.heads * shape.head_dim
        sizes = {
            "q_proj": (attention, shape.hidden),
            "k_proj": (shape.kv_heads * shape.head_dim, shape.hidden),
            "v_proj": (shape.kv_heads * shape.head_dim, shape.hidden),
            "o_proj": (shape.hidden, attention),
            "gate_proj": (shape.mlp, shape.hidden),
            "up_proj": (shape.mlp, shape.hidden),
            "down_proj": (shape.hidden, shape.mlp),
        }
        wanted = [sizes[name.rpartition(".")[2]] for name in names]
        weight = self._drawn.weight(sum(rows for rows, _ in wanted), wanted[0][1])
        return as_served(weight, Quantization.NF4, self._device).to(self._dtype), None

    def head(self) -> torch.Tensor:
        """Tied, in bf16."""
        return self._embedding
