"""One description of a layer for the Llama family: what ``config.json`` says, as far as the decoder can follow it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

# model_type in config.json -> whether queries and keys are normalized per head.
FAMILIES = {
    "llama": False,
    "mistral": False,
    "qwen2": False,
    "qwen3": True,
    "gemma": False,
    "gemma3_text": True,
}
GEMMAS = frozenset({"gemma", "gemma3_text"})
ACTIVATIONS = frozenset({"silu", "gelu_pytorch_tanh"})


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

    @classmethod
    def from_config(cls, config: Mapping[str, Any]) -> LayerPlan | None:
        """The plan for a model's ``config.json``; None if it does anything that the plan has no word for."""
        family = config.get("model_type")
        sights = _sights(config)
        activation = config.get("hidden_activation") or config.get("hidden_act", "silu")
        if family not in FAMILIES or sights is None or activation not in ACTIVATIONS:
            return None
        if _has_more(config):
            return None
        heads, hidden = int(config["num_attention_heads"]), int(config["hidden_size"])
        head_dim = int(config.get("head_dim") or hidden // heads)
        is_gemma = family in GEMMAS
        return cls(
            layers=int(config["num_hidden_layers"]),
            hidden=hidden,
            intermediate=int(config.get("intermediate_size") or 4 * hidden),
            heads=heads,
            kv_heads=int(config.get("num_key_value_heads") or heads),
            head_dim=head_dim,
            norm_eps=float(config["rms_norm_eps"]),
            sights=sights,
            attention_scale=float(config.get("query_pre_attn_scalar") or head_dim) ** -0.5,
            activation=activation,
            normalizes_heads=FAMILIES[family],
            normalizes_outputs=family == "gemma3_text",
            norm_offset=1.0 if is_gemma else 0.0,
            embedding_scale=hidden**0.5 if is_gemma else 1.0,
        )


def _sights(config: Mapping[str, Any]) -> tuple[Sight, ...] | None:
    """How each layer sees; None if positions are stretched or a layer is of an unknown kind."""
    count = int(config.get("num_hidden_layers", 0))
    window = int(config.get("sliding_window") or 0)
    family, kinds = config.get("model_type"), config.get("layer_types")
    if family == "gemma3_text" and not (kinds and "full_attention" in _rope(config)):
        return None  # written by an older transformers, with other words for the same
    if kinds is None and family != "mistral" and window and config.get("use_sliding_window"):
        return None  # from some layer on
    kind = "sliding_attention" if window and family == "mistral" else "full_attention"
    kinds = kinds or [kind] * count
    sights = []
    for each in kinds:
        theta = _theta(config, each)
        if theta is None or each not in ("full_attention", "sliding_attention"):
            return None
        sights.append(Sight(theta, window if each == "sliding_attention" else 0))
    return tuple(sights) if len(sights) == count else None


def _rope(config: Mapping[str, Any]) -> Mapping[str, Any]:
    return config.get("rope_parameters") or config.get("rope_scaling") or {}


def _theta(config: Mapping[str, Any], kind: str) -> float | None:
    rope = _rope(config)
    rope = rope.get(kind, rope)
    stretched = rope.get("rope_type", rope.get("type", "default")) != "default"
    partial = rope.get("partial_rotary_factor", config.get("partial_rotary_factor", 1.0))
    if stretched or float(partial) != 1.0:
        return None
    return float(rope.get("rope_theta", config.get("rope_theta", 10_000.0)))


def _has_more(config: Mapping[str, Any]) -> bool:
    """Whether the model has biases, caps or directions of another kind."""
    caps = ("attn_logit_softcapping", "final_logit_softcapping")
    return (
        bool(config.get("mlp_bias"))
        or any(config.get(cap) for cap in caps)
        or bool(config.get("use_bidirectional_attention"))
    )
