"""The forward pass for training, on the same :class:`~cowrite.engine.networks.layer_plan.LayerPlan` as the
engine's decoder.

A batch is one row of tokens, text after text, without padding: products take all of them together, and each text
attends to itself alone. Only adapters get gradients. Why not PEFT on transformers: docs/adr/0010-training-forward.md.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch
from torch import Tensor, nn
from torch.autograd import Function
from torch.nn import functional as F
from torch.utils.checkpoint import checkpoint

from cowrite.engine.loading.model_config import read_model_config
from cowrite.engine.networks.layer_plan import LayerPlan
from cowrite.engine.networks.quantize import Quantization
from cowrite.personalize.networks.adapted_linear import AdaptedLinear, Part
from cowrite.personalize.networks.dequantized_weights import DequantizedWeights
from cowrite.personalize.networks.kernels import Gated, RmsNorm, Rotate, TokenLoss
from cowrite.personalize.networks.trainable import LoraShape, Trainable, training_dtype

BetweenLayers = Callable[[], None]
QKV = ("self_attn.q_proj", "self_attn.k_proj", "self_attn.v_proj")
OUTPUT, GATE_UP, DOWN = (
    ("self_attn.o_proj",),
    ("mlp.gate_proj", "mlp.up_proj"),
    ("mlp.down_proj",),
)


class _Layer(nn.Module):
    """One layer's products with their adapters, and its norms."""

    def __init__(
        self, plan: LayerPlan, index: int, weights: DequantizedWeights, lora: LoraShape
    ) -> None:
        super().__init__()
        at = f"model.layers.{index}"

        def linear(names: Sequence[str]) -> AdaptedLinear:
            full = [f"{at}.{name}" for name in names]
            weight, bias = weights.linear(full)
            return AdaptedLinear(
                weight,
                bias,
                [part for part in _parts(plan, full, weight) if lora.adapts(index, part.name)],
                rank=lora.rank,
                alpha=lora.alpha,
                dropout=lora.dropout,
            )

        def norm(name: str, wanted: bool = True) -> Tensor | None:
            return weights.plain(f"{at}.{name}.weight") + plan.norm_offset if wanted else None

        more = plan.normalizes_outputs
        self.qkv, self.output = linear(QKV), linear(OUTPUT)
        self.gate_up, self.down = linear(GATE_UP), linear(DOWN)
        self.attention_norm = norm("input_layernorm")
        self.mlp_norm = norm("pre_feedforward_layernorm" if more else "post_attention_layernorm")
        self.attended_norm = norm("post_attention_layernorm", more)
        self.thought_norm = norm("post_feedforward_layernorm", more)
        self.query_norm = norm("self_attn.q_norm", plan.normalizes_heads)
        self.key_norm = norm("self_attn.k_norm", plan.normalizes_heads)

    @property
    def adapted(self) -> tuple[AdaptedLinear, ...]:
        """Its products."""
        return self.qkv, self.output, self.gate_up, self.down


@dataclass(frozen=True, slots=True)
class _Rows:
    """What a pass knows of its tokens: how long each text is, and the tables for their positions by rotary base."""

    lengths: Sequence[int]
    tables: dict[float, tuple[Tensor, Tensor]]


class TrainableDecoder(Trainable):
    """See the module's docstring. ``between`` is called between layers, on the way forward and back."""

    def __init__(
        self, plan: LayerPlan, weights: DequantizedWeights, lora: LoraShape, *, checkpointing: bool
    ) -> None:
        super().__init__()
        self.plan, self._checkpointing = plan, checkpointing
        self.embedding = weights.plain("model.embed_tokens.weight")
        self.layers = nn.ModuleList(_Layer(plan, i, weights, lora) for i in range(plan.layers))
        self.norm = weights.plain("model.norm.weight") + plan.norm_offset
        self.head = weights.head()
        self._tables: dict[float, tuple[Tensor, Tensor]] = {}

    @classmethod
    def load(
        cls,
        folder: Path,
        kind: Quantization,
        device: torch.device,
        lora: LoraShape,
        *,
        checkpointing: bool = False,
    ) -> TrainableDecoder | None:
        """The model in ``folder`` as it is served, or None if it is of a family that the plan has no word for."""
        config = read_model_config(folder)
        plan = LayerPlan.from_config(config)
        if plan is None:
            return None
        weights = DequantizedWeights(folder, kind, device, training_dtype(device))
        return cls(plan, weights, lora, checkpointing=checkpointing)

    def begin(self, seed: int) -> None:
        """Fresh adapters, the same for the same ``seed``; the model computes what it computes without them."""
        generator = torch.Generator().manual_seed(seed)
        for linear in self._adapted():
            linear.begin(generator)

    def factors(self) -> Iterator[tuple[str, Tensor]]:
        """Every factor by its name in PEFT's files; A is a view of rows of a parameter."""
        for linear in self._adapted():
            for i, part in enumerate(linear.parts):
                rows = slice(i * linear.rank, (i + 1) * linear.rank)
                yield f"base_model.model.{part.name}.lora_A.weight", linear.a.data[rows]
                yield f"base_model.model.{part.name}.lora_B.weight", linear.b[i].data

    @contextmanager
    def without_adapter(self) -> Iterator[None]:
        """The model as it was before it learned anything."""
        linears = list(self._adapted())
        try:
            for linear in linears:
                linear.enabled = False
            yield
        finally:
            for linear in linears:
                linear.enabled = True

    def token_losses(
        self,
        ids: Tensor,
        lengths: Sequence[int],
        at: Tensor,
        *,
        wanted: Tensor | None = None,
        seed: int | None = None,
        between: BetweenLayers = lambda: None,
    ) -> Tensor:
        """See :class:`Trainable`."""
        rows = _Rows(lengths, self._tables_for(lengths))
        x = F.embedding(ids, self.embedding)
        if self.plan.embedding_scale != 1.0:
            x = x * self.plan.embedding_scale
        for index, layer in enumerate(self.layers):
            x = _Between.apply(x, between)  # type: ignore[no-untyped-call]
            drawn = None if seed is None else (seed * len(self.layers) + index) % 2**63
            if self._checkpointing and torch.is_grad_enabled():
                x = checkpoint(self._through, layer, index, x, rows, drawn, use_reentrant=False)
            else:
                x = self._through(layer, index, x, rows, drawn)
        hidden = self._normalized(x.index_select(0, at - 1), self.norm)
        targets = ids[at] if wanted is None else wanted
        losses: Tensor = TokenLoss.apply(hidden, self.head, targets, between)  # type: ignore[no-untyped-call]
        return losses

    def _adapted(self) -> Iterator[AdaptedLinear]:
        for layer in self.layers:
            yield from layer.adapted  # type: ignore[misc]

    def _through(self, layer: Any, index: int, x: Tensor, rows: _Rows, drawn: int | None) -> Tensor:
        generator = None
        if drawn is not None:
            # Made here, so that a layer that is computed again draws the same dropout again.
            generator = torch.Generator(x.device).manual_seed(drawn)
        h = self._attend(layer, index, self._normalized(x, layer.attention_norm), rows, generator)
        x = x + self._settled(h, layer.attended_norm)
        both = layer.gate_up(self._normalized(x, layer.mlp_norm), generator)
        h = layer.down(self._gated(both), generator)
        return x + self._settled(h, layer.thought_norm)

    def _attend(
        self, layer: Any, index: int, x: Tensor, rows: _Rows, generator: torch.Generator | None
    ) -> Tensor:
        plan, sight = self.plan, self.plan.sights[index]
        turning = plan.heads + plan.kv_heads
        both = layer.qkv(x, generator).view(len(x), -1, plan.head_dim)
        # Split, not cut: the gradient of a cut is a tensor of zeros with the part in it.
        turned, values = both.split([turning, plan.kv_heads], dim=1)
        if layer.query_norm is not None:
            queries, keys = turned.split([plan.heads, plan.kv_heads], dim=1)
            queries = self._normalized(queries, layer.query_norm)
            keys = self._normalized(keys, layer.key_norm)
            turned = torch.cat([queries, keys], dim=1)
        cosines, sines = rows.tables[sight.rope_theta]
        turned = Rotate.apply(turned, cosines, sines)  # type: ignore[no-untyped-call]
        queries, keys = turned.split([plan.heads, plan.kv_heads], dim=1)
        mixed = [
            _attention(*each, sight.window, plan.attention_scale)
            for each in zip(
                queries.split(list(rows.lengths)),
                keys.split(list(rows.lengths)),
                values.split(list(rows.lengths)),
                strict=True,
            )
        ]
        joined = mixed[0] if len(mixed) == 1 else torch.cat(mixed)
        attended: Tensor = layer.output(joined.reshape(len(x), -1), generator)
        return attended

    def _normalized(self, x: Tensor, weight: Tensor) -> Tensor:
        normalized: Tensor = RmsNorm.apply(x, weight, self.plan.norm_eps)  # type: ignore[no-untyped-call]
        return normalized

    def _settled(self, x: Tensor, norm: Tensor | None) -> Tensor:
        return x if norm is None else self._normalized(x, norm)

    def _gated(self, both: Tensor) -> Tensor:
        if self.plan.activation == "silu":
            gated: Tensor = Gated.apply(both)  # type: ignore[no-untyped-call]
            return gated
        gate, up = both.chunk(2, dim=-1)
        return F.gelu(gate, approximate="tanh") * up

    def _tables_for(self, lengths: Sequence[int]) -> dict[float, tuple[Tensor, Tensor]]:
        """Cosines and sines ``(T, 1, head_dim)``; the positions of every text begin at 0."""
        device, longest = self.embedding.device, max(lengths)
        positions = torch.cat([torch.arange(length, device=device) for length in lengths])
        found = {}
        for theta in {sight.rope_theta for sight in self.plan.sights}:
            known = self._tables.get(theta)
            if known is None or len(known[0]) < longest:
                known = _tables(theta, self.plan.head_dim, longest, self.embedding)
                self._tables[theta] = known
            found[theta] = known[0][positions, None], known[1][positions, None]
        return found


class _Between(Function):
    """Lets the caller interrupt or hold a pass between two layers, on the way there and on the way back."""

    @staticmethod
    def forward(ctx: Any, x: Tensor, between: BetweenLayers) -> Tensor:
        ctx.between = between
        between()
        return x.view_as(x)

    @staticmethod
    def backward(ctx: Any, g: Tensor) -> Any:
        ctx.between()
        return g, None


def _parts(plan: LayerPlan, names: Sequence[str], weight: Tensor) -> Iterator[Part]:
    """Where in a joined weight each layer of the file lies."""
    sizes = [len(weight) // len(names)] * len(names)
    if len(names) == len(QKV):
        sizes = [plan.heads * plan.head_dim] + [plan.kv_heads * plan.head_dim] * 2
    start = 0
    for name, size in zip(names, sizes, strict=True):
        yield Part(name, start, start + size)
        start += size


def _tables(theta: float, dim: int, positions: int, like: Tensor) -> tuple[Tensor, Tensor]:
    steps = torch.arange(0, dim, 2, dtype=torch.float32) / dim
    angles = torch.outer(torch.arange(positions, dtype=torch.float32), theta**-steps)
    cosines = torch.cat([angles.cos()] * 2, dim=-1)
    sines = torch.cat([-angles.sin(), angles.sin()], dim=-1)
    return cosines.to(like), sines.to(like)


def _attention(queries: Tensor, keys: Tensor, values: Tensor, window: int, scale: float) -> Tensor:
    """One text: ``queries (T, heads, d)``, ``keys, values (T, kv_heads, d)`` to ``(T, heads, d)``."""
    tokens, heads, _ = queries.shape
    groups = heads // keys.shape[1]
    keys, values = (each.repeat_interleave(groups, dim=1) for each in (keys, values))
    mask = None
    if window and tokens > window:
        mask = torch.ones(tokens, tokens, dtype=torch.bool, device=queries.device)
        mask = mask.tril().triu(1 - window)
    mixed = F.scaled_dot_product_attention(
        queries.transpose(0, 1)[None],
        keys.transpose(0, 1)[None],
        values.transpose(0, 1)[None],
        attn_mask=mask,
        is_causal=mask is None,
        scale=scale,
    )
    return mixed[0].transpose(0, 1)
