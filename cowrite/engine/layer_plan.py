"""One description of a layer for the Llama family: what ``config.json`` says, as far as the decoder can follow it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

# model_type in config.json -> whether queries and keys are normalized per head.
FAMILIES = {"llama": False, "mistral": False, "qwen2": False, "qwen3": True}


@dataclass(frozen=True, slots=True, kw_only=True)
class LayerPlan:
    """Sizes of a model whose layers are: RMSNorm, rotary grouped attention, RMSNorm, SwiGLU; all with residuals."""

    layers: int
    hidden: int
    heads: int
    kv_heads: int
    head_dim: int
    norm_eps: float
    rope_theta: float
    normalizes_heads: bool

    @classmethod
    def from_config(cls, config: Mapping[str, Any]) -> LayerPlan | None:
        """The plan for a model's ``config.json``; None if it does anything that the plan has no word for."""
        family = config.get("model_type")
        if family not in FAMILIES or _has_more(config):
            return None
        rope = config.get("rope_parameters") or {}
        theta = rope.get("rope_theta", config.get("rope_theta", 10_000.0))
        heads = int(config["num_attention_heads"])
        return cls(
            layers=int(config["num_hidden_layers"]),
            hidden=int(config["hidden_size"]),
            heads=heads,
            kv_heads=int(config.get("num_key_value_heads") or heads),
            head_dim=int(config.get("head_dim") or config["hidden_size"] // heads),
            norm_eps=float(config["rms_norm_eps"]),
            rope_theta=float(theta),
            normalizes_heads=FAMILIES[family],
        )


def _has_more(config: Mapping[str, Any]) -> bool:
    """Whether the model stretches positions, looks through a window, or has biases or activations of another kind."""
    rope = config.get("rope_parameters") or config.get("rope_scaling") or {}
    window = config.get("sliding_window")
    sees_window = bool(window) and config.get("use_sliding_window", True)
    kinds = set(config.get("layer_types") or ["full_attention"])
    return (
        rope.get("rope_type", rope.get("type", "default")) != "default"
        or float(rope.get("partial_rotary_factor", config.get("partial_rotary_factor", 1.0))) != 1.0
        or (sees_window and window < config.get("max_position_embeddings", 0))
        or kinds != {"full_attention"}
        or bool(config.get("mlp_bias"))
        or config.get("hidden_act", "silu") != "silu"
    )
