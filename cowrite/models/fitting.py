"""Whether a model fits this machine, how much memory it takes there and how fast it answers: before it is loaded.

Memory is counted part by part, as the engine holds it; ``benchmarks/model_memory.py`` compares that with what a
process really takes. Time follows from the bytes that are read for each token and from the bandwidth that was measured:
a token cannot be made faster than its weights are read once. Importing this module imports no torch.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Any

from cowrite.engine.cards import BF16_BYTES, NF4_BYTES, OVERHEAD_BYTES, Shape
from cowrite.localization import tr

CONTEXT_TOKENS = 2_048

# --- what the engine holds on the processor ---
LIBRARIES_BYTES = 160_000_000
"""Python, torch and what it brings, before any weight is read."""
NF4_LIBRARIES_BYTES = 125_000_000
"""What bitsandbytes brings."""
TOKEN_BYTES = 1_050
"""A token of the vocabulary, with what is prepared to look it up."""
KEPT_TEXTS_BYTES = 96 * 2**20
ROOM_TOKENS = 512
WIDE_KERNEL_WEIGHTS = 32_000_000
"""Above so many weights in one matrix there is no second copy for faster products."""
WIDE_KERNEL_BLOCK = 512
BETWEEN_TIDYING_BYTES = 40_000_000
"""What layers that were taken over leave behind until it is given back to the system."""
BF16_AT_WORK_BYTES, FP32_AT_WORK_BYTES = 2, 4
"""For each weight of the largest matrix that is unpacked to be multiplied."""

# --- how fast ---
CPU_SHARE = {"int8": 0.55, "bf16": 0.5, "nf4": 0.2}
"""Which share of the bandwidth of a long copy the products reach on the processor."""
CARD_SHARE = 0.6
LAYER_S = {"cpu": 25e-6, "cuda": 8e-6}
"""What a layer costs beside its bytes."""
TOKENS_A_WORD = 1.35
ANSWER_TOKENS = 1 + 2 * TOKENS_A_WORD
"""One pass over what was typed, and two words."""

# --- what is good enough ---
SLOWEST_SUGGESTION_S = 0.5
"""A suggestion that takes longer comes after the next word was typed."""
SLOWEST_WORD_S = 1.0
"""At one word a second a paragraph takes one and a half minutes; nobody waits longer."""
MEMORY_SHARE = 0.8
"""What of the main memory Cowrite may have: the system and other programs have the rest."""
CARD_MEMORY_SHARE = 0.92
PREPARING_BYTES_PER_WEIGHT = 2.3
"""While a model is installed all weights are in memory in bf16, and one layer of them a second time."""
SEVERAL = ("int8", "nf4")


class Use(StrEnum):
    """What a model is good for on a machine."""

    SUGGESTIONS = "suggestions"
    PASSAGES = "passages"
    NOTHING = "nothing"


@dataclass(frozen=True, slots=True, kw_only=True)
class Machine:
    """Bytes, and bytes per second as measured. ``card_memory`` is 0 where no card computes.

    Without ``multiplies_bf16`` the processor keeps a second copy of int8 weights for faster products.
    """

    memory: int
    bandwidth: float
    multiplies_bf16: bool = False
    card: str = ""
    card_memory: int = 0
    card_bandwidth: float = 0.0

    @property
    def usable_memory(self) -> float:
        """What of the main memory a model may have."""
        return MEMORY_SHARE * self.memory

    @property
    def usable_card_memory(self) -> float:
        """What of the card's memory a model may have; 0 without a card."""
        return CARD_MEMORY_SHARE * self.card_memory


@dataclass(frozen=True, slots=True, kw_only=True)
class Fit:
    """One model on one machine: where it would run, as what, with how much memory, and how fast.

    ``reason`` is a sentence where it is not good for suggestions; empty where it is.
    """

    use: Use
    device: str
    kind: str
    memory_bytes: int
    answer_s: float
    word_s: float
    reason: str = ""

    @property
    def fits(self) -> bool:
        """Whether it can be used at all."""
        return self.use is not Use.NOTHING


def shape_of(config: Mapping[str, Any], name: str = "") -> Shape:
    """The sizes that a model's ``config.json`` gives. Raises KeyError, TypeError or ValueError if it gives none."""
    hidden, heads = int(config["hidden_size"]), int(config["num_attention_heads"])
    return Shape(
        name=name,
        layers=int(config["num_hidden_layers"]),
        hidden=hidden,
        heads=heads,
        kv_heads=int(config.get("num_key_value_heads") or heads),
        head_dim=int(config.get("head_dim") or hidden // heads),
        mlp=int(config.get("intermediate_size") or 4 * hidden),
        vocabulary=int(config["vocab_size"]),
        tied=bool(config.get("tie_word_embeddings", False)),
    )


def shape_like(parameters: int, name: str = "") -> Shape:
    """A shape of about so many ``parameters``, for a model of which only their number is known."""
    _, layers, hidden, heads, kv_heads, vocabulary = next(
        each for each in _USUAL if parameters <= each[0]
    )
    embeddings = vocabulary * hidden
    tied = parameters < 5e9
    attention = hidden * 64 * (2 * heads + 2 * kv_heads)
    linear = max(parameters - embeddings * (1 if tied else 2), parameters // 3)
    mlp = max(hidden, round((linear / layers - attention) / (3 * hidden)))
    return Shape(name=name, layers=layers, hidden=hidden, heads=heads, kv_heads=kv_heads, head_dim=64, mlp=mlp,
                 vocabulary=vocabulary, tied=tied)  # fmt: skip


# Up to so many parameters: layers, hidden size, heads of 64 numbers, heads that are kept, vocabulary.
_USUAL = (
    (250e6, 30, 576, 9, 3, 49_152),
    (450e6, 32, 960, 15, 5, 49_152),
    (1e9, 28, 1024, 32, 16, 151_936),
    (2.5e9, 28, 2048, 32, 16, 151_936),
    (5e9, 36, 2560, 64, 16, 151_936),
    (11e9, 36, 4096, 64, 16, 151_936),
    (float("inf"), 40, 5120, 80, 16, 151_936),
)


def fit(
    shape: Shape,
    machine: Machine,
    *,
    kind: str = "",
    device: str = "auto",
    parameters: int = 0,
    is_installed: bool = False,
    tokens_per_s: float = 0.0,
    more_bytes: int = 0,
) -> Fit:
    """How the model of ``shape`` does on ``machine``: the best of its kinds, or ``kind``.

    With ``parameters`` it is also looked whether it could be prepared here, unless it ``is_installed``. A speed that
    was measured here, ``tokens_per_s``, counts where it is greater: other programs may have been busy meanwhile.
    ``more_bytes`` is what it took more than was reckoned when it was loaded, or less where that is negative.
    """
    devices = [device] if device != "auto" else (["cuda"] if machine.card_memory else []) + ["cpu"]
    found = [
        _fit(shape, machine, place, each, tokens_per_s, more_bytes)
        for place in devices
        for each in ((kind,) if kind else SEVERAL)
    ]
    best = next((each for each in found if each.use is Use.SUGGESTIONS), None)
    best = best or next((each for each in found if each.fits), found[-1])
    preparing = 0 if is_installed else parameters * PREPARING_BYTES_PER_WEIGHT
    if best.fits and preparing > machine.usable_memory:
        return replace(best, use=Use.NOTHING, reason=_too_large(preparing, machine.usable_memory))
    return best


def both_fit(first: Shape, second: Shape, machine: Machine) -> bool:
    """Whether two models can be in memory together, each where it runs by itself."""
    fits = [fit(each, machine, is_installed=True) for each in (first, second)]
    if not all(each.fits for each in fits):
        return False
    both = together(fits[0], fits[1], machine)
    return both is None or both.needed <= both.room


@dataclass(frozen=True, slots=True, kw_only=True)
class Together:
    """What two models in one memory need of the ``room`` that it has for them, in bytes."""

    needed: float
    room: float


def together(first: Fit, second: Fit, machine: Machine) -> Together | None:
    """How two models do beside each other; None where each has a memory of its own, the card's and the computer's."""
    if first.device != second.device:
        return None
    is_card = first.device == "cuda"
    shared = OVERHEAD_BYTES if is_card else LIBRARIES_BYTES
    room = machine.usable_card_memory if is_card else machine.usable_memory
    return Together(needed=first.memory_bytes + second.memory_bytes - shared, room=room)


def memory_bytes(
    shape: Shape,
    kind: str,
    device: str,
    machine: Machine,
    *,
    tokens: int = CONTEXT_TOKENS,
    other_texts: bool = True,
) -> int:
    """The most that the model takes in use, with ``tokens`` of context: of the card's memory, or of a process's own.

    What is read of files and can be dropped at any time is not in it. Up to three ``other_texts`` stay known.
    """
    cache = shape.cache_bytes(tokens + ROOM_TOKENS) + (KEPT_TEXTS_BYTES if other_texts else 0)
    if device == "cuda":
        weights = _bytes_per_weight(kind) * shape.linear_weights
        # The table of embeddings is on the card too.
        table = shape.head_bytes
        return int(weights + table + _head_bytes(shape, kind) + cache + OVERHEAD_BYTES)
    return int(
        LIBRARIES_BYTES
        + TOKEN_BYTES * shape.vocabulary
        + _weights_on_processor(shape, kind, machine)
        + cache
        + _at_work(shape, kind, machine)
    )


def held_bytes(shape: Shape, kind: str, device: str, machine: Machine) -> int:
    """What of :func:`memory_bytes` is there as soon as a model is loaded, and as long as it is."""
    if device == "cuda":
        weights = _bytes_per_weight(kind) * shape.linear_weights
        return int(weights + shape.head_bytes + _head_bytes(shape, kind))
    return int(TOKEN_BYTES * shape.vocabulary + _weights_on_processor(shape, kind, machine))


def _fit(
    shape: Shape, machine: Machine, device: str, kind: str, tokens_per_s: float, more_bytes: int
) -> Fit:
    needed = max(0, memory_bytes(shape, kind, device, machine) + more_bytes)
    room = machine.usable_memory if device == "cpu" else machine.usable_card_memory
    token = seconds_per_token(shape, kind, device, machine)
    if tokens_per_s:
        token = min(token, 1 / tokens_per_s)
    answer, word = ANSWER_TOKENS * token, TOKENS_A_WORD * token
    use, reason = Use.SUGGESTIONS, ""
    if needed > room:
        use = Use.NOTHING
        reason = _too_large(needed, room) if device == "cpu" else _too_large_for_card(needed, room)
    elif word > SLOWEST_WORD_S:
        use = Use.NOTHING
        reason = tr("It would be too slow here: about {seconds:.0f} seconds a word.", seconds=word)
    elif answer > SLOWEST_SUGGESTION_S:
        use = Use.PASSAGES
        reason = tr("It is too slow here for suggestions while you write, and good for passages.")
    return Fit(
        use=use,
        device=device,
        kind=kind,
        memory_bytes=needed,
        answer_s=answer,
        word_s=word,
        reason=reason,
    )


def seconds_per_token(shape: Shape, kind: str, device: str, machine: Machine) -> float:
    """How long one token takes."""
    read = _bytes_per_weight(kind) * shape.linear_weights + _head_bytes(shape, kind)
    read += shape.cache_bytes(1_000)
    if device == "cuda":
        share, bandwidth = CARD_SHARE, machine.card_bandwidth
    else:
        share, bandwidth = CPU_SHARE[kind], machine.bandwidth
    return read / (share * max(bandwidth, 1.0)) + LAYER_S[device] * shape.layers


def _bytes_per_weight(kind: str) -> float:
    return {"int8": 1.0, "nf4": NF4_BYTES, "bf16": float(BF16_BYTES)}[kind]


def _head_bytes(shape: Shape, kind: str) -> float:
    """The output layer, which is never in four bits."""
    return shape.head_bytes / BF16_BYTES * (1.0 if kind == "int8" else BF16_BYTES)


def _weights_on_processor(shape: Shape, kind: str, machine: Machine) -> float:
    """An output layer in bf16 is read from the model's file, whose pages are not counted."""
    weights = _bytes_per_weight(kind) * shape.linear_weights
    if kind == "int8":
        weights += _head_bytes(shape, kind)
    if kind == "nf4":
        weights += NF4_LIBRARIES_BYTES
    if kind == "int8" and not machine.multiplies_bf16:
        weights += BETWEEN_TIDYING_BYTES
        weights += sum(
            each.count * each.wide_bytes
            for each in _matrices(shape)
            if each.weights <= WIDE_KERNEL_WEIGHTS
        )
    return weights


def _at_work(shape: Shape, kind: str, machine: Machine) -> float:
    """The largest matrix as it is unpacked while it is multiplied."""
    layer = max(each.weights for each in _matrices(shape)[:-1])
    if machine.multiplies_bf16:
        return 0.0 if kind == "bf16" else BF16_AT_WORK_BYTES * layer
    if kind == "int8":
        return FP32_AT_WORK_BYTES * layer if layer > WIDE_KERNEL_WEIGHTS else 0.0
    return FP32_AT_WORK_BYTES * max(each.weights for each in _matrices(shape))


@dataclass(frozen=True, slots=True)
class _Matrix:
    """One product, with several layers of the model's files side by side, and how many there are."""

    outputs: int
    inputs: int
    count: int

    @property
    def weights(self) -> int:
        return self.outputs * self.inputs

    @property
    def wide_bytes(self) -> int:
        """In fp16, as the faster kernel holds it: its inputs in whole blocks."""
        blocks = -(-self.inputs // WIDE_KERNEL_BLOCK)
        return BF16_BYTES * self.outputs * blocks * WIDE_KERNEL_BLOCK


def _matrices(shape: Shape) -> list[_Matrix]:
    """All of them; the last is the head."""
    queries, kept = shape.heads * shape.head_dim, shape.kv_heads * shape.head_dim
    return [
        _Matrix(queries + 2 * kept, shape.hidden, shape.layers),
        _Matrix(shape.hidden, queries, shape.layers),
        _Matrix(2 * shape.mlp, shape.hidden, shape.layers),
        _Matrix(shape.hidden, shape.mlp, shape.layers),
        _Matrix(shape.vocabulary, shape.hidden, 1),
    ]


def _too_large(needed: float, room: float) -> str:
    return tr(
        "It needs {needed:.1f} GB of memory, and this computer has {room:.1f} GB for it.",
        needed=needed / 1e9,
        room=room / 1e9,
    )


def _too_large_for_card(needed: float, room: float) -> str:
    return tr(
        "It needs {needed:.1f} GB of memory on the graphics card, which has {room:.1f} GB for it.",
        needed=needed / 1e9,
        room=room / 1e9,
    )
