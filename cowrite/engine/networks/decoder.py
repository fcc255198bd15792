"""The forward pass of a Llama-like model, written for one writer: batch 1, few tokens, a cache that goes back.

Queries, keys and values are one product, gate and up another; keys and values lie in one block per layer that is
written in place. Thirty layers of Python modules with a dozen calls each cost as much as the arithmetic at this size.
Logits are compared with transformers' in the tests, family by family.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Generator, Iterator, Sequence
from functools import partial
from typing import Protocol

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from cowrite.engine.networks.adapter import AdaptedLinear, Adapter, fused_sizes, require_fitting
from cowrite.engine.networks.attention import (
    FEW_TOKENS,
    CachePosition,
    Mask,
    NextInCache,
    Rotations,
    mask_of,
    turned,
    wide_mask,
)
from cowrite.engine.networks.compiled_step import (
    LEAST_COSINE,
    MOST_TOKENS,
    CompiledStep,
    Int8Stack,
    can_follow,
)
from cowrite.engine.networks.embedding import Embedding
from cowrite.engine.networks.key_value_cache import KeyValueCache
from cowrite.engine.networks.layer import Layer, LayerComputing
from cowrite.engine.networks.layer_plan import LayerPlan
from cowrite.engine.networks.native.library import NoLibraryError
from cowrite.engine.networks.network import Ahead, Cache, Network
from cowrite.engine.networks.quantize import Int8Linear
from cowrite.engine.networks.sampling import Sampling
from cowrite.engine.networks.steps import Cancelled, finish

logger = logging.getLogger(__name__)

# What of the model's files is one product here, by the names of :class:`Layer`.
PRODUCTS = {
    "qkv": ("q_proj", "k_proj", "v_proj"),
    "output": ("o_proj",),
    "gate_up": ("gate_proj", "up_proj"),
    "down": ("down_proj",),
}


class SmallSteps(Protocol):
    """Another way to compute few new tokens, with the same results; see :mod:`cowrite.engine.networks.cuda_graph`."""

    def step(self, ids: Tensor, cache: KeyValueCache, last: int) -> Tensor | None:
        """As :meth:`Decoder.forward`; None if that is to do it, with the cache as it was."""
        ...

    def ahead(self, token: int, cache: KeyValueCache, most: int, choice: Sampling) -> Ahead | None:
        """See :meth:`Network.ahead`."""
        ...

    def optimizations(self) -> Iterator[None]:
        """See :meth:`Network.optimizations`."""
        ...

    def release(self, reason: str) -> None:
        """See :meth:`Network.release`."""
        ...


class Decoder(Network):
    """See the module's docstring. ``dtype`` is what is multiplied in; norms are in fp32, and the cache always in bf16.

    ``small_steps``, where given, computes steps of few tokens. Linear layers are modules and may be replaced by others;
    then :meth:`release` must be called. Writing into their tensors needs nothing.
    """

    def __init__(
        self,
        plan: LayerPlan,
        *,
        embedding: Embedding,
        layers: Sequence[Layer],
        norm: Tensor,
        head: nn.Module,
        dtype: torch.dtype,
    ) -> None:
        super().__init__()
        self.plan = plan
        self.dtype = dtype
        self.device = embedding.device
        self.small_steps: SmallSteps | None = None
        self._compiled: CompiledStep | None = None
        self._embedding = embedding
        self._layers = list(layers)
        self._computing = LayerComputing(plan, dtype)
        self._norm = norm
        self._head = head
        # Layers that see alike share their tables and masks.
        self._windows = {sight.window for sight in plan.sights}
        thetas = {sight.rope_theta for sight in plan.sights}
        self._rotations = {theta: Rotations(plan, theta) for theta in thetas}

    @property
    def vocabulary(self) -> int:
        """How many tokens there are logits for."""
        return self._embedding.tokens

    @property
    def windows(self) -> set[int]:
        """How many tokens back layers see; 0 is all."""
        return self._windows

    def rotary_tables(self, positions: int) -> dict[float, tuple[Tensor, Tensor]]:
        """Cosines and sines ``(at least positions, head_dim)`` for each base."""
        return {
            theta: each.tables(positions, self.device, self.dtype)
            for theta, each in self._rotations.items()
        }

    def optimizations(self) -> Iterator[None]:
        """Take over faster kernels, layer by layer, and a compiled step for few tokens where the processor computes."""
        kinds: list[list[nn.Module]] = [
            *([_bare(getattr(layer, name)) for layer in self._layers] for name in PRODUCTS),
            [self._head],
        ]
        stacks = self._stacks(kinds)
        for at, kind in enumerate(kinds):
            for number, linear in enumerate(kind):
                if isinstance(linear, Int8Linear):
                    if stacks:
                        linear.weight = stacks[at].put(
                            number, linear.weight, linear.scale, linear.bias
                        )
                    yield from linear.optimizations()
        if stacks:
            self._take_over(stacks)
            yield
        if self.small_steps is not None:
            yield from self.small_steps.optimizations()

    def _stacks(self, kinds: Sequence[Sequence[nn.Module]]) -> list[Int8Stack]:
        """Room for the weights as the compiled step wants them; none if it cannot compute this model."""
        held = all(isinstance(each, Int8Linear) for kind in kinds for each in kind)
        if self.device.type != "cpu" or not held or not can_follow(self.plan):
            return []
        return [Int8Stack(len(kind)) for kind in kinds]

    def _take_over(self, stacks: Sequence[Int8Stack]) -> None:
        """Use the compiled step from now on, if there is one here and it computes the same."""
        try:
            step = CompiledStep(
                self.plan,
                stacks=stacks,
                attention_norms=[layer.attention_norm for layer in self._layers],
                mlp_norms=[layer.mlp_norm for layer in self._layers],
                query_norms=[layer.query_norm for layer in self._layers],
                key_norms=[layer.key_norm for layer in self._layers],
                norm=self._norm,
            )
        except NoLibraryError as error:
            logger.info("torch computes the decoding step: %s", error)
            return
        self._adapt(step)
        self._compiled = step if self._agrees(step) else None

    @torch.inference_mode()
    def _agrees(self, step: CompiledStep) -> bool:
        """Whether ``step`` computes what the layers compute, on a few tokens after a few others."""
        ids = torch.arange(12)[None] * (self._embedding.tokens // 12)
        cache, other = self.new_cache(), self.new_cache()
        self(ids[:, :9], cache)
        self(ids[:, :9], other)
        expected = self(ids[:, 9:], cache)
        cosine = F.cosine_similarity(
            expected.float(), self._read_compiled(step, ids[:, 9:], other, 3), dim=-1
        ).min()
        if not cosine >= LEAST_COSINE:
            logger.warning("the compiled step computes something else: cosine %.5f", cosine)
        return bool(cosine >= LEAST_COSINE)

    def release(self, reason: str) -> None:
        """See :meth:`Network.release`."""
        if self.small_steps is not None:
            self.small_steps.release(reason)

    def ahead(self, token: int, cache: Cache, most: int, choice: Sampling) -> Ahead | None:
        """See :meth:`Network.ahead`."""
        if self.small_steps is None or not isinstance(cache, KeyValueCache):
            return None
        return self.small_steps.ahead(token, cache, most, choice)

    @torch.inference_mode()
    def use_adapter(self, adapter: Adapter | None) -> None:
        """See :meth:`Network.use_adapter`. One of the same shape as the last is written where that one was."""
        if adapter is not None:
            require_fitting(adapter, self.plan)
        replaced = False
        for index, layer in enumerate(self._layers):
            for product, names in PRODUCTS.items():
                sizes = fused_sizes(self.plan, names)
                pair = adapter.fused(index, sizes, self.device) if adapter else None
                old = getattr(layer, product)
                new = _adapted(old, pair)
                setattr(layer, product, new)
                replaced = replaced or new is not old
        if replaced:
            self.release("another adapter, of another shape")
        if self._compiled is not None:
            self._adapt(self._compiled)

    def _adapt(self, step: CompiledStep) -> None:
        """Let ``step`` compute with what stands beside the layers now."""
        for product in PRODUCTS:
            linears = [getattr(layer, product) for layer in self._layers]
            step.adapt(
                product,
                [
                    (each.down, each.up) if isinstance(each, AdaptedLinear) else None
                    for each in linears
                ],
            )

    def new_cache(self) -> KeyValueCache:
        """A cache that holds nothing."""
        return KeyValueCache(self.plan, torch.bfloat16, self.device)

    def forward(
        self,
        ids: Tensor,
        cache: Cache | None = None,
        *,
        last: int = 0,
        cancelled: Callable[[], bool] = lambda: False,
    ) -> Tensor:
        """``ids (B, T) -> logits (B, T, V)``, or ``(B, last, V)``; see :class:`Network`. Cancelled between layers."""
        kept = cache if isinstance(cache, KeyValueCache) else self.new_cache()
        if self._compiled is not None and self._suits_compiled(ids, kept.length):
            return self._read_compiled(self._compiled, ids, kept, last)
        if self.small_steps is not None:
            logits = self.small_steps.step(ids, kept, last)
            if logits is not None:
                return logits
        return self.read(ids, kept, last, cancelled)

    def reading(
        self,
        ids: Tensor,
        cache: Cache,
        *,
        last: int = 0,
        cancelled: Callable[[], bool] = lambda: False,
    ) -> Generator[None, None, Tensor]:
        """See :meth:`Network.reading`: pauses between layers, but where steps share memory."""
        if self.small_steps is not None or not isinstance(cache, KeyValueCache):
            return (yield from super().reading(ids, cache, last=last, cancelled=cancelled))
        if self._compiled is not None and self._suits_compiled(ids, cache.length):
            return (yield from self._reading_compiled(self._compiled, ids, cache, last))
        return (yield from self._read_by_layers(ids, cache, last, cancelled))

    def read(
        self,
        ids: Tensor,
        cache: KeyValueCache,
        last: int = 0,
        cancelled: Callable[[], bool] = lambda: False,
        positions: Tensor | None = None,
    ) -> Tensor:
        """As :meth:`forward`, whatever the size; ``positions (T,)``: as if the tokens stood there."""
        return finish(self._read_by_layers(ids, cache, last, cancelled, positions))

    def _read_by_layers(
        self,
        ids: Tensor,
        cache: KeyValueCache,
        last: int,
        cancelled: Callable[[], bool],
        positions: Tensor | None = None,
    ) -> Generator[None, None, Tensor]:
        rows, new = ids.shape
        past = cache.length
        cache.make_room(rows, past + new)
        at: slice | Tensor
        if positions is None:
            at, tables = slice(past, past + new), self.rotary_tables(past + new)
        else:
            at, tables = positions, self.rotary_tables(int(positions.max()) + 1)
        position = NextInCache(
            cache,
            new,
            rotations={
                theta: partial(turned, cosines[at][:, None], sines[at][:, None])
                for theta, (cosines, sines) in tables.items()
            },
            masks={window: self._mask(past, new, window) for window in self._windows},
        )
        logits = yield from self.compute_by_layers(ids, position, last, cancelled)
        cache.written(new)
        return logits

    def compute(self, ids: Tensor, position: CachePosition) -> Tensor:
        """``ids (B, T)`` that stand at ``position`` to logits, as :meth:`forward`; only that knows what is past."""
        return finish(self.compute_by_layers(ids, position))

    def compute_by_layers(
        self,
        ids: Tensor,
        position: CachePosition,
        last: int = 0,
        cancelled: Callable[[], bool] = lambda: False,
    ) -> Generator[None, None, Tensor]:
        """As :meth:`compute`, with a pause after each layer; may raise Cancelled before each."""
        # In fp32 all the way: rounding what the layers add up is most of what bf16 would lose.
        x = self._embedding(ids).float()
        if self.plan.embedding_scale != 1.0:
            x = x * self.plan.embedding_scale
        for index, layer in enumerate(self._layers):
            if cancelled():
                raise Cancelled
            x = self._computing.through(layer, index, x, position)
            yield
        if last:
            x = x[:, -last:]
        logits: Tensor = self._head(self._computing.normalized(x, self._norm))
        return logits

    def _suits_compiled(self, ids: Tensor, past: int) -> bool:
        rows, new = ids.shape
        window = self.plan.sights[0].window
        return rows == 1 and new <= MOST_TOKENS and (not window or past + new <= window)

    def _read_compiled(
        self, step: CompiledStep, ids: Tensor, cache: KeyValueCache, last: int
    ) -> Tensor:
        logits = step.read(*self._for_compiled(ids, cache), last or ids.shape[1])
        cache.written(ids.shape[1])
        return logits

    def _reading_compiled(
        self, step: CompiledStep, ids: Tensor, cache: KeyValueCache, last: int
    ) -> Generator[None, None, Tensor]:
        logits = yield from step.reading(*self._for_compiled(ids, cache), last or ids.shape[1])
        cache.written(ids.shape[1])
        return logits

    def _for_compiled(
        self, ids: Tensor, cache: KeyValueCache
    ) -> tuple[Tensor, Tensor, int, Tensor, Tensor]:
        """What the compiled step is given: embeddings, the cache's block, what is past, cosines and sines."""
        past = cache.length
        end = past + ids.shape[1]
        cache.make_room(1, end)
        ((cosines, sines),) = self.rotary_tables(end).values()
        return self._embedding(ids), cache.block, past, cosines[past:end], sines[past:end]

    def _mask(self, past: int, new: int, window: int) -> Mask:
        seen = mask_of(past, new, window, self.device)
        if seen.mask is None or new > FEW_TOKENS:
            return seen
        return Mask(seen.first, wide_mask(seen.mask, self.plan))


def _adapted(linear: nn.Module, pair: tuple[Tensor, Tensor] | None) -> nn.Module:
    """``linear`` with another pair beside it, or without any."""
    if pair is None:
        return _bare(linear)
    if isinstance(linear, AdaptedLinear) and linear.fits(*pair):
        linear.write(*pair)
        return linear
    return AdaptedLinear(_bare(linear), *pair)


def _bare(linear: nn.Module) -> nn.Module:
    """The layer itself, without what stands beside it."""
    return linear.base if isinstance(linear, AdaptedLinear) else linear
