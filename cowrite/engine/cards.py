"""Which model fits which card, and how fast it could be there: arithmetic, with what is measured marked as such.

A token cannot be made faster than the weights and the kept context are read once: ``bandwidth / bytes per token``. How
much of that ceiling is reached has to be measured on the card. Sizes are of the Qwen3 family (Qwen3 Technical Report
2025, arXiv 2505.09388). Importing this module imports no torch.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from cowrite.localization import tr

CONTEXT_TOKENS = 1_000
KEPT_TOKENS = 2_048
# NF4 in blocks of 64 with double quantization: half a byte and the scales (Dettmers et al. 2023, arXiv 2305.14314).
NF4_BYTES = 0.5 + 1 / 64 + 4 / (64 * 256)
BF16_BYTES = 2
# CUDA's context, workspaces and the activations of a chunk.
OVERHEAD_BYTES = 700_000_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Shape:
    """The sizes of a model of the Llama family."""

    name: str
    layers: int
    hidden: int
    heads: int
    kv_heads: int
    head_dim: int
    mlp: int
    vocabulary: int
    tied: bool

    @property
    def linear_weights(self) -> int:
        """Weights of all layers' products."""
        attention = self.hidden * self.head_dim * (2 * self.heads + 2 * self.kv_heads)
        return self.layers * (attention + 3 * self.hidden * self.mlp)

    @property
    def head_bytes(self) -> int:
        """The head in bf16, which is read for every token."""
        return BF16_BYTES * self.vocabulary * self.hidden

    def cache_bytes(self, tokens: int) -> int:
        """Keys and values of ``tokens`` in bf16."""
        return BF16_BYTES * 2 * self.layers * self.kv_heads * self.head_dim * tokens

    @property
    def bytes_per_token(self) -> float:
        """What is read to make one token after CONTEXT_TOKENS."""
        linear = NF4_BYTES * self.linear_weights
        return linear + self.head_bytes + self.cache_bytes(CONTEXT_TOKENS)

    @property
    def memory_bytes(self) -> float:
        """What a card must hold while the editor runs."""
        embeddings = self.head_bytes * (1 if self.tied else 2)
        linear = NF4_BYTES * self.linear_weights
        return linear + embeddings + self.cache_bytes(KEPT_TOKENS) + OVERHEAD_BYTES


SHAPES = (
    Shape(name="Qwen3-1.7B", layers=28, hidden=2048, heads=16, kv_heads=8, head_dim=128, mlp=6144,
          vocabulary=151_936, tied=True),
    Shape(name="Qwen3-4B", layers=36, hidden=2560, heads=32, kv_heads=8, head_dim=128, mlp=9728,
          vocabulary=151_936, tied=True),
    Shape(name="Qwen3-8B", layers=36, hidden=4096, heads=32, kv_heads=8, head_dim=128, mlp=12_288,
          vocabulary=151_936, tied=False),
)  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Card:
    """A graphics card: memory in bytes, bandwidth in bytes per second, and whether the latter was measured here."""

    name: str
    memory: float
    bandwidth: float
    measured: bool = False


# Memory and bandwidth as the maker's data sheets give them.
KNOWN_CARDS = (
    Card(name="RTX 3060, 12 GB", memory=12e9, bandwidth=360e9),
    Card(name="RTX 4060, 8 GB", memory=8e9, bandwidth=272e9),
    Card(name="RTX 4070, 12 GB", memory=12e9, bandwidth=504e9),
    Card(name="RTX 3090, 24 GB", memory=24e9, bandwidth=936e9),
    Card(name="RTX 4090, 24 GB", memory=24e9, bandwidth=1008e9),
    Card(name="H100 SXM, 80 GB", memory=80e9, bandwidth=3350e9),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Fit:
    """One model on one card."""

    card: Card
    shape: Shape

    @property
    def fits(self) -> bool:
        """Whether the card holds it."""
        return self.shape.memory_bytes <= self.card.memory

    @property
    def ceiling(self) -> float:
        """Tokens per second that the bandwidth allows."""
        return self.card.bandwidth / self.shape.bytes_per_token


def fits(cards: tuple[Card, ...] = KNOWN_CARDS) -> Iterator[Fit]:
    """Every model on every card."""
    for card in cards:
        for shape in SHAPES:
            yield Fit(card=card, shape=shape)


def as_markdown(found: list[Fit]) -> str:
    """A table for a buyer, one row per card."""
    names = [shape.name for shape in SHAPES]
    needs = [
        tr("{name} (needs {memory_bytes:.1f} GB)", name=name, memory_bytes=shape.memory_bytes / 1e9)
        for name, shape in zip(names, SHAPES, strict=True)
    ]
    card_word, bandwidth = tr("card"), tr("bandwidth")
    lines = [
        f"| {card_word} | {bandwidth} | {' | '.join(needs)} |",
        f"| --- {'| --- ' * (1 + len(names))}|",
    ]
    for card in dict.fromkeys(fit.card for fit in found):
        how = tr("measured here") if card.measured else tr("data sheet")
        speed = tr("{speed:.0f} GB/s, {how}", speed=card.bandwidth / 1e9, how=how)
        cells = [_cell(fit) for fit in found if fit.card == card]
        lines.append(f"| {card.name} | {speed} | {' | '.join(cells)} |")
    return "\n".join(lines)


def _cell(fit: Fit) -> str:
    if not fit.fits:
        return tr("does not fit")
    return tr("at most {ceiling:.0f} tokens/s, computed", ceiling=fit.ceiling)
