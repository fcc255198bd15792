"""One description of a layer for the Llama family: what ``config.json`` says, as far as the decoder can follow it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any


@dataclass(frozen=True, slots=True, kw_only=True)
class Family:
    """What transformers takes where a family's ``config.json`` says nothing, and whether heads are normalized.

    Tests compare these values with transformers' own.
    """

    normalizes_heads: bool = False
    kv_heads: int | None = None  # None: as many as heads
    head_dim: int | None = None  # None: the hidden size divided among the heads
    window: int = 0
    tied: bool = False
    activation: str = "silu"
    rope_theta: float = 10_000.0


# By the model_type in config.json.
FAMILIES = {
    "llama": Family(),
    "mistral": Family(kv_heads=8, window=4096),
    "qwen2": Family(kv_heads=32, window=4096),
    "qwen3": Family(kv_heads=32, window=4096, head_dim=128, normalizes_heads=True),
    "gemma": Family(kv_heads=16, head_dim=256, tied=True, activation="gelu_pytorch_tanh"),
    "gemma3_text": Family(
        kv_heads=4,
        head_dim=256,
        window=4096,
        tied=True,
        activation="gelu_pytorch_tanh",
        rope_theta=1_000_000.0,
        normalizes_heads=True,
    ),
}
GEMMAS = frozenset({"gemma", "gemma3_text"})
ACTIVATIONS = frozenset({"silu", "gelu_pytorch_tanh"})
GEMMA3_SCALAR = 256
GEMMA3_LOCAL_THETA = 10_000.0


@dataclass(frozen=True, slots=True)
class Sight:
    """How one layer sees what came before: the base of its rotary positions, and how many tokens back (0: all)."""

    rope_theta: float
    window: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class LayerPlan:
    """Sizes of a model whose layers are: RMSNorm, rotary grouped attention, RMSNorm, gated MLP; all with residuals.

    Gemma adds ``norm_offset`` to its norms' weights, multiplies embeddings by ``embedding_scale``, and from version 3
    on also normalizes what attention and MLP add (``normalizes_outputs``).
    """

    layers: int
    hidden: int
    intermediate: int
    heads: int
    kv_heads: int
    head_dim: int
    norm_eps: float
    sights: tuple[Sight, ...]
    attention_scale: float
    activation: str = "silu"
    normalizes_heads: bool = False
    normalizes_outputs: bool = False
    norm_offset: float = 0.0
    embedding_scale: float = 1.0

    tied: bool = False

    @classmethod
    def from_config(cls, config: Mapping[str, Any]) -> LayerPlan | None:
        """The plan for a model's ``config.json``; None if it does anything that the plan has no word for."""
        name = config.get("model_type")
        if name not in FAMILIES:
            return None
        family, sights, activation = FAMILIES[name], _sights(config), _activation(config)
        if sights is None or activation not in ACTIVATIONS or _has_more(config):
            return None
        heads, hidden = int(config["num_attention_heads"]), int(config["hidden_size"])
        # A written null is not nothing: it asks for what follows from the other sizes.
        head_dim = int(config.get("head_dim", family.head_dim) or hidden // heads)
        kv_heads = int(config.get("num_key_value_heads", family.kv_heads) or heads)
        scalar = config.get("query_pre_attn_scalar", GEMMA3_SCALAR)
        is_gemma = name in GEMMAS
        return cls(
            layers=int(config["num_hidden_layers"]),
            hidden=hidden,
            intermediate=int(config.get("intermediate_size") or 4 * hidden),
            heads=heads,
            kv_heads=kv_heads,
            head_dim=head_dim,
            norm_eps=float(config.get("rms_norm_eps", 1e-6)),
            sights=sights,
            attention_scale=float(scalar if name == "gemma3_text" else head_dim) ** -0.5,
            activation=activation,
            normalizes_heads=family.normalizes_heads,
            normalizes_outputs=name == "gemma3_text",
            norm_offset=1.0 if is_gemma else 0.0,
            embedding_scale=hidden**0.5 if is_gemma else 1.0,
            tied=bool(config.get("tie_word_embeddings", family.tied)),
        )

    def looking_back(self, tokens: int) -> LayerPlan:
        """The same with every window narrowed to ``tokens``, so that a short text shows which layers have one."""
        sights = tuple(
            replace(each, window=min(each.window, tokens) if each.window else 0)
            for each in self.sights
        )
        return replace(self, sights=sights)


def _activation(config: Mapping[str, Any]) -> str:
    """What stands between the products of the MLP; the first Gemma wrote “gelu” where it meant its approximation."""
    name = str(config["model_type"])
    key = "hidden_activation" if name == "gemma3_text" else "hidden_act"
    written = str(config.get(key, FAMILIES[name].activation))
    return "gelu_pytorch_tanh" if name == "gemma" and written == "gelu" else written


def _sights(config: Mapping[str, Any]) -> tuple[Sight, ...] | None:
    """How each layer sees; None if positions are stretched or a layer is of an unknown kind."""
    count = int(config.get("num_hidden_layers", 0))
    name, kinds = str(config["model_type"]), config.get("layer_types")
    window = int(config.get("sliding_window", FAMILIES[name].window) or 0)
    if name in ("qwen2", "qwen3"):
        window = window if config.get("use_sliding_window") else 0
        if window and kinds is None:
            return None  # from some layer on
    if name == "gemma3_text" and not (kinds and "full_attention" in _rope(config)):
        return None  # written by an older transformers, with other words for the same
    if name in ("llama", "gemma", "mistral"):  # all layers alike, whatever else is written
        alike = "sliding_attention" if window and name == "mistral" else "full_attention"
        if kinds is not None and list(kinds) != [alike] * count:
            return None
        kinds = [alike] * count
    sights = []
    for each in kinds or ["full_attention"] * count:
        if each not in ("full_attention", "sliding_attention"):
            return None
        theta = _theta(config, each)
        if theta is None:
            return None
        sights.append(Sight(theta, window if each == "sliding_attention" else 0))
    return tuple(sights) if len(sights) == count else None


def _rope(config: Mapping[str, Any]) -> Mapping[str, Any]:
    """What is said of positions; of both words for it, transformers prefers the older one."""
    return config.get("rope_scaling") or config.get("rope_parameters") or {}


def _theta(config: Mapping[str, Any], kind: str) -> float | None:
    rope, name = _rope(config), str(config["model_type"])
    rope = rope.get(kind, rope) or {}
    stretched = (rope.get("rope_type") or rope.get("type") or "default") != "default"
    partial = rope.get("partial_rotary_factor", config.get("partial_rotary_factor"))
    if stretched or float(1.0 if partial is None else partial) != 1.0:
        return None
    if name == "gemma3_text" and kind == "sliding_attention":
        written = config.get("rope_local_base_freq", GEMMA3_LOCAL_THETA)
    else:
        written = config.get("rope_theta", FAMILIES[name].rope_theta)
    return float(rope.get("rope_theta", written))


def _has_more(config: Mapping[str, Any]) -> bool:
    """Whether the model has biases, caps or directions of another kind."""
    caps = ("attn_logit_softcapping", "final_logit_softcapping")
    return (
        bool(config.get("mlp_bias"))
        or any(config.get(cap) for cap in caps)
        or bool(config.get("use_bidirectional_attention"))
    )
