"""A GGUF file's metadata as the ``config.json`` of the same model in Hugging Face's layout."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from cowrite.base.errors import UserError
from cowrite.engine.gguf.keys import ARCHITECTURES, damaged, refused, require_known
from cowrite.engine.gguf.parts import Gguf
from cowrite.engine.gguf.rope import positions, rotary_share
from cowrite.engine.gguf.values import MOST_LAYERS, Metadata
from cowrite.localization import join_names, tr

# What people call the kinds that are read, by the letters that a kind of the family has in its name.
_READ = {
    "llama": ("Llama",),
    "smollm": ("SmolLM", "SmolLM3"),
    "qwen": ("Qwen2", "Qwen3"),
    "mistral": ("Mistral",),
    "granite": ("Granite",),
    "gemma": ("Gemma", "Gemma 3"),
    "phi": ("Phi-3",),
}
GEMMA3_PATTERN = 6  # every sixth layer sees everything, unless the file says otherwise
GEMMA3_27B_LAYERS = 62  # whose attention is scaled by another size than that of its heads
SMOLLM3_STEP = 4  # every fourth layer knows no positions


def gguf_advice(refused: str) -> str:
    """Which models to choose from: never those of the family that was refused, of which this may be a newer kind."""
    names = [name for part, names in _READ.items() if part not in refused for name in names]
    return tr(
        "From GGUF files, Cowrite reads {names} models. Choose one of them.",
        names=join_names(names),
    )


@dataclass(frozen=True, slots=True)
class Family:
    """How an architecture of GGUF is written in Hugging Face's layout.

    ``permuted``: the rows of queries and keys stand in Meta's order. ``norm_offset`` was added to the weights of norms.
    Biases are None where there can be none, True where there must be, False where there may be.
    """

    model_type: str
    class_name: str
    permuted: bool = False
    norm_offset: float = 0.0
    attention_bias: bool | None = None
    output_bias: bool = False
    mlp_bias: bool | None = None
    normalizes_heads: bool = False
    normalizes_outputs: bool = False
    fused: bool = False
    has_rope_tensors: bool = False
    act: str = "silu"


_GELU = "gelu_pytorch_tanh"
FAMILIES = {
    "llama": Family(
        "llama",
        "LlamaForCausalLM",
        permuted=True,
        attention_bias=False,
        output_bias=True,
        mlp_bias=False,
        has_rope_tensors=True,
    ),
    "mistral3": Family("mistral", "MistralForCausalLM", permuted=True, has_rope_tensors=True),
    "qwen2": Family("qwen2", "Qwen2ForCausalLM", attention_bias=True),
    "qwen3": Family(
        "qwen3",
        "Qwen3ForCausalLM",
        normalizes_heads=True,
        attention_bias=False,
        output_bias=True,
    ),
    "phi3": Family("phi3", "Phi3ForCausalLM", fused=True, has_rope_tensors=True),
    "gemma": Family("gemma", "GemmaForCausalLM", norm_offset=1.0, act=_GELU),
    "gemma3": Family(
        "gemma3_text",
        "Gemma3ForCausalLM",
        norm_offset=1.0,
        act=_GELU,
        normalizes_heads=True,
        normalizes_outputs=True,
    ),
    "granite": Family(
        "granite",
        "GraniteForCausalLM",
        permuted=True,
        attention_bias=False,
        output_bias=True,
        mlp_bias=False,
        has_rope_tensors=True,
    ),
    "smollm3": Family(
        "smollm3",
        "SmolLM3ForCausalLM",
        permuted=True,
        attention_bias=False,
        output_bias=True,
        mlp_bias=False,
    ),
}


@dataclass(frozen=True, slots=True)
class GgufPlan:
    """What a GGUF model becomes: the ``config`` of its folder and the ``family`` it is of."""

    family: Family
    config: dict[str, Any]


def plan_of(gguf: Gguf) -> GgufPlan:
    """Everything that ``gguf`` says of the arithmetic. Raises UserError if anything of it cannot be carried over."""
    architecture = gguf.text("general.architecture") or "unknown"
    if architecture not in ARCHITECTURES:
        raise UserError(
            tr(
                "The model is of the kind {architecture}, which Cowrite cannot read from a GGUF file.",
                architecture=architecture[:60],
            ),
            gguf_advice(architecture),
        )
    require_known(architecture, gguf.values)
    metadata, family = Metadata(architecture, gguf.values), FAMILIES[architecture]
    config = _sizes(metadata, gguf, family)
    config |= _biases(gguf, family)
    config |= _tokens(gguf, rows=config["vocab_size"])
    config |= _own(metadata, config)
    config["rope_parameters"] = positions(metadata, gguf, config)
    _require_usual_scale(metadata, config)
    if family.model_type == "phi3":
        original = config["rope_parameters"].get("original_max_position_embeddings")
        config["original_max_position_embeddings"] = original or config["max_position_embeddings"]
    return GgufPlan(family, config)


def _sizes(metadata: Metadata, gguf: Gguf, family: Family) -> dict[str, Any]:
    layers, hidden = metadata.count("block_count"), metadata.count("embedding_length")
    if layers > MOST_LAYERS:
        raise damaged(metadata.key("block_count"))
    heads = metadata.same_in_all_layers("attention.head_count", layers)
    kv_heads = metadata.same_in_all_layers("attention.head_count_kv", layers, heads)
    head_dim = metadata.count("attention.key_length", hidden // heads or 1)
    if metadata.count("attention.value_length", head_dim) != head_dim:
        raise refused(metadata.key("attention.value_length"))
    if heads % kv_heads or head_dim % 2:
        raise damaged(metadata.key("attention.head_count"))
    if not metadata.has("attention.key_length") and hidden % heads:
        raise damaged(metadata.key("attention.head_count"))
    rows = _rows(metadata, gguf)
    return {
        "architectures": [family.class_name],
        "model_type": family.model_type,
        "dtype": "bfloat16",
        "vocab_size": rows,
        "hidden_size": hidden,
        "intermediate_size": metadata.same_in_all_layers("feed_forward_length", layers),
        "num_hidden_layers": layers,
        "num_attention_heads": heads,
        "num_key_value_heads": kv_heads,
        "head_dim": head_dim,
        "max_position_embeddings": metadata.count("context_length"),
        "rms_norm_eps": metadata.number("attention.layer_norm_rms_epsilon"),
        # llama.cpp's GELU is the approximation by tanh.
        "hidden_activation" if family.act == _GELU else "hidden_act": family.act,
        "tie_word_embeddings": "output.weight" not in gguf.tensors,
        "use_cache": True,
    }


def _rows(metadata: Metadata, gguf: Gguf) -> int:
    """How many tokens the embedding has a row for: as many as there are tokens, or more."""
    embedding = gguf.tensors.get("token_embd.weight")
    if embedding is None or len(embedding.shape) != 2:
        raise UserError(
            tr("The GGUF file is a part of a model; missing: token_embd.weight."),
            tr("Download the model again, with all its parts."),
        )
    rows = embedding.shape[0]
    tokens = gguf.values.get("tokenizer.ggml.tokens")
    if not isinstance(tokens, list) or not 0 < len(tokens) <= rows:
        raise damaged("tokenizer.ggml.tokens")
    if not len(tokens) <= metadata.count("vocab_size", rows) <= rows:
        raise damaged(metadata.key("vocab_size"))
    return rows


def _biases(gguf: Gguf, family: Family) -> dict[str, Any]:
    """Whether there are biases; in Hugging Face's layout all layers of a kind have one or none of them."""
    found: dict[str, Any] = {}
    if family.attention_bias is False:
        found["attention_bias"] = _any_bias(gguf, "attn_q", "attn_k", "attn_v", "attn_output")
    if family.mlp_bias is False:
        found["mlp_bias"] = _any_bias(gguf, "ffn_gate", "ffn_up", "ffn_down")
    return found


def _any_bias(gguf: Gguf, *names: str) -> bool:
    return any(f"blk.0.{name}.bias" in gguf.tensors for name in names)


def _tokens(gguf: Gguf, rows: int) -> dict[str, Any]:
    """The control tokens that config.json names."""
    config: dict[str, Any] = {}
    for field, key in (
        ("bos_token_id", "tokenizer.ggml.bos_token_id"),
        ("eos_token_id", "tokenizer.ggml.eos_token_id"),
        ("pad_token_id", "tokenizer.ggml.padding_token_id"),
    ):
        value = gguf.values.get(key)
        if value is not None and (type(value) is not int or not 0 <= value < rows):
            raise damaged(key)
        config[field] = value
    if gguf.values.get("tokenizer.ggml.model") == "llama":  # llama.cpp's defaults for SentencePiece
        for field, default in (("bos_token_id", 1), ("eos_token_id", 2)):
            if config[field] is None:
                config[field] = default
    return config


def _own(metadata: Metadata, config: dict[str, Any]) -> dict[str, Any]:
    """What only this architecture has."""
    match metadata.architecture:
        case "gemma3":
            return _gemma3(metadata, config)
        case "granite":
            # 0 is llama.cpp's “none”.
            scale = metadata.number("attention.scale", 0.0) or float(config["head_dim"]) ** -0.5
            return {
                "attention_multiplier": scale,
                "embedding_multiplier": metadata.number("embedding_scale", 0.0) or 1.0,
                "residual_multiplier": metadata.number("residual_scale", 0.0) or 1.0,
                "logits_scaling": metadata.number("logit_scale") or 1.0,
            }
        case "smollm3":
            layers = config["num_hidden_layers"]
            known = [int((number + 1) % SMOLLM3_STEP != 0) for number in range(layers)]
            own = {"no_rope_layers": known, "no_rope_layer_interval": SMOLLM3_STEP}
            return own | _window(metadata, config)
        case "phi3":
            window = _number_or_none(metadata, "attention.sliding_window")
            return {"sliding_window": window}
        case _:
            return _window(metadata, config)


def _gemma3(metadata: Metadata, config: dict[str, Any]) -> dict[str, Any]:
    layers, heads = config["num_hidden_layers"], config["num_attention_heads"]
    window = _number_or_none(metadata, "attention.sliding_window")
    slides = metadata.pattern("attention.sliding_window_pattern", layers)
    if slides is None:
        step = GEMMA3_PATTERN
        if metadata.has("attention.sliding_window_pattern"):
            step = metadata.count("attention.sliding_window_pattern")
        slides = [number % step < step - 1 for number in range(layers)]
    slides = slides if window else [False] * layers
    is_27b = layers == GEMMA3_27B_LAYERS
    return {
        "sliding_window": window,
        "layer_types": ["sliding_attention" if each else "full_attention" for each in slides],
        "query_pre_attn_scalar": config["hidden_size"] // heads if is_27b else config["head_dim"],
        "final_logit_softcapping": metadata.number("final_logit_softcapping", 0.0) or None,
        "attn_logit_softcapping": None,
        "use_bidirectional_attention": False,
    }


def _window(metadata: Metadata, config: dict[str, Any]) -> dict[str, Any]:
    """No sliding window: one that is in the metadata must be wider than what the model reads at once."""
    window = _number_or_none(metadata, "attention.sliding_window")
    if window is not None and window < config["max_position_embeddings"]:
        raise refused(metadata.key("attention.sliding_window"), window)
    if config["model_type"] in ("llama", "gemma"):
        return {}
    return {"sliding_window": None} | (
        {} if config["model_type"] == "mistral" else {"use_sliding_window": False}
    )


def _number_or_none(metadata: Metadata, name: str) -> int | None:
    if metadata.values.get(metadata.key(name), 0) == 0:
        return None
    return metadata.count(name)


def _require_usual_scale(metadata: Metadata, config: dict[str, Any]) -> None:
    if metadata.architecture == "granite":
        return
    usual = float(config.get("query_pre_attn_scalar") or config["head_dim"]) ** -0.5
    scale = metadata.number("attention.scale", 0.0) or usual
    if abs(scale - usual) > 1e-6:
        raise refused(metadata.key("attention.scale"), scale)
    if rotary_share(metadata, config) != 1.0 and metadata.architecture != "phi3":
        raise refused(metadata.key("rope.dimension_count"))
