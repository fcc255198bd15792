"""Tiny GGUF models of random weights, written from models of transformers as llama.cpp's converters would write them.

The way back, from GGUF to Hugging Face's layout, is what is tested; so this way is written by itself, from llama.cpp's
``conversion`` folder, and shares no code with the program.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
from gguf import GGMLQuantizationType, GGUFWriter, TokenType, quantize
from tokenizers import pre_tokenizers

from cowrite.engine.offline import forbid_downloads

forbid_downloads()

import torch  # noqa: E402
from transformers import AutoConfig, AutoModelForCausalLM  # noqa: E402

CONTEXT = 512
LAYERS, WIDTH, HIDDEN, HEADS, KV_HEADS = 4, 64, 96, 4, 2
HEAD = WIDTH // HEADS
# Their spread: wide enough that heads look at single tokens, or else no error in positions would be seen.
WEIGHTS = 0.15

# GGUF's name of an architecture -> transformers' type.
ARCHITECTURES = {
    "llama": "llama",
    "mistral3": "mistral",
    "qwen2": "qwen2",
    "qwen3": "qwen3",
    "phi3": "phi3",
    "gemma": "gemma",
    "gemma3": "gemma3_text",
    "granite": "granite",
    "smollm3": "smollm3",
}
PERMUTED = frozenset({"llama", "mistral3", "granite", "smollm3"})
GEMMAS = frozenset({"gemma", "gemma3"})
YARN = {
    "rope_type": "yarn",
    "factor": 4.0,
    "original_max_position_embeddings": 128,
    "beta_fast": 32.0,
    "beta_slow": 1.0,
}
LLAMA3 = {
    "rope_type": "llama3",
    "factor": 8.0,
    "low_freq_factor": 1.0,
    "high_freq_factor": 4.0,
    "original_max_position_embeddings": 8192,
}
LINEAR = {"rope_type": "linear", "factor": 4.0}
LONG = {
    "rope_type": "longrope",
    "short_factor": [1.0 + 0.25 * i for i in range(HEAD // 2)],
    "long_factor": [2.0 + 0.5 * i for i in range(HEAD // 2)],
    "original_max_position_embeddings": 256,
    "attention_factor": 1.2,
}


@dataclass(frozen=True, kw_only=True)
class MadeUp:
    """A model and what its file is to say. ``config`` goes to transformers, ``keys`` into the file as they are."""

    architecture: str
    config: Mapping[str, Any] = field(default_factory=dict)
    keys: Mapping[str, Any] = field(default_factory=dict)
    rope: Mapping[str, Any] = field(default_factory=lambda: {"rope_type": "default"})
    padding: int = 0  # rows of the embedding beyond the tokens
    extra_tokens: Sequence[tuple[str, TokenType]] = ()
    quantization: GGMLQuantizationType | None = None
    parts: int = 1


def alphabet() -> list[str]:
    """The 256 stand-ins for bytes, in an order that never changes."""
    return sorted(pre_tokenizers.ByteLevel.alphabet())


def byte_tokens(extra: Sequence[tuple[str, TokenType]] = ()) -> list[tuple[str, TokenType]]:
    """A byte-level vocabulary with two control tokens and a few merges."""
    control = [("<|endoftext|>", TokenType.CONTROL), ("<|im_start|>", TokenType.CONTROL)]
    words = [*alphabet(), "Ġt", "ĊĊ", "ĠĠ", "he"]
    return [*control, *((each, TokenType.NORMAL) for each in words), *extra]


def piece_tokens(extra: Sequence[tuple[str, TokenType]] = ()) -> list[tuple[str, TokenType]]:
    """A SentencePiece vocabulary as Llama 2 has it: three control tokens, bytes, letters and a few words."""
    control = [
        ("<unk>", TokenType.UNKNOWN),
        ("<s>", TokenType.CONTROL),
        ("</s>", TokenType.CONTROL),
    ]
    bytes_ = [(f"<0x{each:02X}>", TokenType.BYTE) for each in range(256)]
    words = ["▁", *"abcdefghijklmnopqrstuvwxyz.,T", "▁t", "he", "▁the", "in", "▁▁"]
    return [*control, *bytes_, *((each, TokenType.NORMAL) for each in words), *extra]


def reference(made: MadeUp, seed: int = 0) -> Any:
    """The model by transformers, with random weights that bf16 holds exactly, in fp32."""
    rows = len(_tokens(made)) + made.padding
    config: dict[str, Any] = {
        "vocab_size": rows,
        "hidden_size": WIDTH,
        "intermediate_size": HIDDEN,
        "num_hidden_layers": LAYERS,
        "num_attention_heads": HEADS,
        "num_key_value_heads": KV_HEADS,
        "head_dim": HEAD,
        "max_position_embeddings": CONTEXT,
        "rms_norm_eps": 1e-5,
        "bos_token_id": 1,
        "eos_token_id": 0,
        "pad_token_id": None,
        "tie_word_embeddings": True,
        "rope_parameters": {"rope_theta": 10_000.0} | dict(made.rope),
    }
    if made.architecture == "gemma3":
        far = {"rope_theta": 1_000_000.0} | dict(made.rope)
        near = {"rope_theta": 10_000.0, "rope_type": "default"}
        config["rope_parameters"] = {"full_attention": far, "sliding_attention": near}
        config |= {"sliding_window": 16, "query_pre_attn_scalar": HEAD}
        config["layer_types"] = ["sliding_attention", "full_attention"] * (LAYERS // 2)
    if made.architecture == "phi3":
        config |= {"sliding_window": None, "original_max_position_embeddings": CONTEXT}
        if made.rope.get("rope_type") == "longrope":
            config["original_max_position_embeddings"] = made.rope[
                "original_max_position_embeddings"
            ]
    if made.architecture in ("qwen2", "qwen3", "smollm3"):
        config |= {"use_sliding_window": False, "sliding_window": None}
    if made.architecture == "mistral3":
        config["sliding_window"] = None
    if made.architecture == "granite":
        config |= {"attention_multiplier": 0.2, "embedding_multiplier": 3.0}
        config |= {"residual_multiplier": 0.6, "logits_scaling": 4.0}
    config |= made.config
    torch.manual_seed(seed)
    model = AutoModelForCausalLM.from_config(
        AutoConfig.for_model(ARCHITECTURES[made.architecture], **config), dtype=torch.float32
    ).eval()
    with torch.no_grad():
        for name, weight in model.named_parameters():
            is_norm = name.endswith("norm.weight")
            drawn = torch.randn_like(weight) * (0.1 if is_norm else WEIGHTS)
            drawn += 1.0 if is_norm and made.architecture not in GEMMAS else 0.0
            weight.copy_(drawn.to(torch.bfloat16).float())
    return model


def write_gguf(path: Path, made: MadeUp, model: Any) -> Path:
    """Write ``model`` to ``path`` and return it; in several parts, the first of them."""
    tokens = _tokens(made)
    tensors = _tensors(made, model)
    writer = GGUFWriter(path, made.architecture)
    _write_sizes(writer, made, model.config)
    _write_positions(writer, made, model.config, tensors)
    _write_tokens(writer, made, tokens)
    for key, value in made.keys.items():
        _write(writer, key.replace("{arch}", made.architecture), value)
    if made.parts > 1:
        return _write_parts(path, made, writer, tensors)
    _write_tensors(writer, made, tensors)
    return path


# --- parts of it -----------------------------------------------------------------------------------------------------


def _tokens(made: MadeUp) -> list[tuple[str, TokenType]]:
    is_pieces = made.architecture in (*GEMMAS, "phi3")
    return (piece_tokens if is_pieces else byte_tokens)(made.extra_tokens)


def _write_sizes(writer: GGUFWriter, made: MadeUp, config: Any) -> None:
    arch = made.architecture
    writer.add_name("Made up")
    writer.add_block_count(config.num_hidden_layers)
    writer.add_context_length(config.max_position_embeddings)
    writer.add_embedding_length(config.hidden_size)
    writer.add_feed_forward_length(config.intermediate_size)
    writer.add_head_count(config.num_attention_heads)
    writer.add_head_count_kv(config.num_key_value_heads)
    writer.add_layer_norm_rms_eps(config.rms_norm_eps)
    if config.head_dim != config.hidden_size // config.num_attention_heads or arch in GEMMAS:
        writer.add_key_length(config.head_dim)
        writer.add_value_length(config.head_dim)
    if arch == "granite":
        writer.add_attention_scale(config.attention_multiplier)
        writer.add_embedding_scale(config.embedding_multiplier)
        writer.add_residual_scale(config.residual_multiplier)
        writer.add_logit_scale(config.logits_scaling)
    if arch == "phi3":
        writer.add_sliding_window(config.sliding_window or 0)
    if arch == "gemma3":
        writer.add_sliding_window(config.sliding_window)
        slides = [each == "sliding_attention" for each in config.layer_types]
        writer.add_array("gemma3.attention.sliding_window_pattern", slides)
        if config.final_logit_softcapping:
            writer.add_final_logit_softcapping(config.final_logit_softcapping)


def _write_positions(
    writer: GGUFWriter, made: MadeUp, config: Any, tensors: dict[str, np.ndarray]
) -> None:
    rope = config.rope_parameters
    rope = rope.get("full_attention", rope)
    share = rope.get("partial_rotary_factor", 1.0)
    writer.add_rope_dimension_count(int(config.head_dim * share))
    writer.add_rope_freq_base(rope["rope_theta"])
    match rope["rope_type"]:
        case "linear":
            _write(writer, f"{made.architecture}.rope.scaling.type", "linear")
            writer.add_rope_scaling_factor(rope["factor"])
        case "yarn":
            _write(writer, f"{made.architecture}.rope.scaling.type", "yarn")
            writer.add_rope_scaling_factor(rope["factor"])
            writer.add_rope_scaling_orig_ctx_len(rope["original_max_position_embeddings"])
            writer.add_rope_scaling_yarn_beta_fast(rope["beta_fast"])
            writer.add_rope_scaling_yarn_beta_slow(rope["beta_slow"])
        case "longrope":
            _write(writer, f"{made.architecture}.rope.scaling.type", "longrope")
            writer.add_rope_scaling_orig_ctx_len(rope["original_max_position_embeddings"])
            writer.add_rope_scaling_attn_factors(rope["attention_factor"])
            tensors["rope_factors_long.weight"] = np.array(rope["long_factor"], np.float32)
            tensors["rope_factors_short.weight"] = np.array(rope["short_factor"], np.float32)
        case "llama3":
            tensors["rope_freqs.weight"] = llama3_factors(rope, config.head_dim)


def llama3_factors(rope: Mapping[str, Any], head_dim: int) -> np.ndarray:
    """Llama 3's rule as one factor for each frequency."""
    low, high = rope["low_freq_factor"], rope["high_freq_factor"]
    factor, original = rope["factor"], rope["original_max_position_embeddings"]
    factors = []
    for i in range(0, head_dim, 2):
        length = 2 * math.pi * rope["rope_theta"] ** (i / head_dim)
        smooth = (original / length - low) / (high - low)
        smooth = min(1.0, max(0.0, smooth))
        factors.append(1 / ((1 - smooth) / factor + smooth))
    return np.array(factors, np.float32)


def _write_tokens(
    writer: GGUFWriter, made: MadeUp, tokens: Sequence[tuple[str, TokenType]]
) -> None:
    texts, kinds = [text for text, _ in tokens], [kind for _, kind in tokens]
    writer.add_token_list(texts)
    writer.add_token_types(kinds)
    if texts[0] == "<unk>":
        writer.add_tokenizer_model("llama")
        writer.add_tokenizer_pre("default")
        writer.add_token_scores([-float(number) for number in range(len(texts))])
        ids = {"unknown": 0, "bos": 1, "eos": 2}
        if made.architecture in GEMMAS:
            writer.add_add_space_prefix(False)
    else:
        pre = "qwen2" if made.architecture.startswith("qwen") else "llama-bpe"
        writer.add_tokenizer_model("gpt2")
        writer.add_tokenizer_pre(str(made.keys.get("tokenizer.ggml.pre", pre)))
        writer.add_token_merges(["Ġ t", "Ċ Ċ", "Ġ Ġ", "h e"])
        ids = {"bos": 1, "eos": 0}
    for name, number in ids.items():
        key = f"tokenizer.ggml.{name}_token_id"
        if key not in made.keys:
            writer.add_uint32(key, number)


def _write(writer: GGUFWriter, key: str, value: Any) -> None:
    if key == "tokenizer.ggml.pre":
        return
    match value:
        case bool():
            writer.add_bool(key, value)
        case int():
            writer.add_uint32(key, value)
        case float():
            writer.add_float32(key, value)
        case str():
            writer.add_string(key, value)
        case _:
            writer.add_array(key, list(value))


def _tensors(made: MadeUp, model: Any) -> dict[str, np.ndarray]:
    """The weights under GGUF's names."""
    found: dict[str, np.ndarray] = {}
    for name, weight in model.state_dict().items():
        if name == "lm_head.weight" and model.config.tie_word_embeddings:
            continue
        values = weight.float().numpy()
        parts = name.split(".")
        if made.architecture in PERMUTED and parts[-2] in ("q_proj", "k_proj"):
            heads = HEADS if parts[-2] == "q_proj" else KV_HEADS
            values = _permuted(values, heads)
        if made.architecture in GEMMAS and name.endswith("norm.weight"):
            values = values + 1
        found[_gguf_name(parts, is_gemma3=made.architecture == "gemma3")] = values
    return found


def _gguf_name(parts: list[str], *, is_gemma3: bool) -> str:
    whole = {"embed_tokens": "token_embd", "norm": "output_norm", "lm_head": "output"}
    layer = {
        "q_proj": "attn_q", "k_proj": "attn_k", "v_proj": "attn_v", "o_proj": "attn_output",
        "qkv_proj": "attn_qkv", "gate_up_proj": "ffn_up", "gate_proj": "ffn_gate", "up_proj": "ffn_up",
        "down_proj": "ffn_down", "q_norm": "attn_q_norm", "k_norm": "attn_k_norm",
        "input_layernorm": "attn_norm", "pre_feedforward_layernorm": "ffn_norm",
        "post_feedforward_layernorm": "post_ffw_norm",
        "post_attention_layernorm": "post_attention_norm" if is_gemma3 else "ffn_norm",
    }  # fmt: skip
    name, leaf = parts[-2:]
    if "layers" in parts:
        return f"blk.{parts[parts.index('layers') + 1]}.{layer[name]}.{leaf}"
    return f"{whole[name]}.{leaf}"


def _permuted(values: np.ndarray, heads: int) -> np.ndarray:
    """As llama.cpp's ``LlamaModel.permute``."""
    half = len(values) // heads // 2
    split = values.reshape(heads, 2, half, *values.shape[1:])
    return np.ascontiguousarray(split.swapaxes(1, 2)).reshape(values.shape)


def _write_tensors(writer: GGUFWriter, made: MadeUp, tensors: Mapping[str, np.ndarray]) -> None:
    for name, values in tensors.items():
        if made.quantization is not None and values.ndim == 2:
            kind = made.quantization
            writer.add_tensor(name, quantize(values, kind), raw_dtype=kind)
        else:
            writer.add_tensor(name, values.astype(np.float32))
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()


def _write_parts(
    path: Path, made: MadeUp, first: GGUFWriter, tensors: dict[str, np.ndarray]
) -> Path:
    """As llama.cpp's gguf-split does: all metadata in the first part."""
    names = list(tensors)
    paths = [part_path(path, number, made.parts) for number in range(made.parts)]
    for number, each in enumerate(paths):
        writer = first
        if number:
            writer = GGUFWriter(each, made.architecture)
            del writer.kv_data[0]["general.architecture"]
        else:
            first.path = each
        writer.add_uint16("split.no", number)
        writer.add_uint16("split.count", made.parts)
        writer.add_int32("split.tensors.count", len(tensors))
        mine = {name: tensors[name] for name in names[number :: made.parts]}
        _write_tensors(writer, made, mine)
    return paths[0]


def part_path(path: Path, number: int, count: int) -> Path:
    """Where part ``number``, from 0 on, of ``path`` lies."""
    return path.with_name(f"{path.stem}-{number + 1:05}-of-{count:05}.gguf")
