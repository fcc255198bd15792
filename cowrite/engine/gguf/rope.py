"""How a GGUF model turns queries and keys for their positions, in the words of Hugging Face's ``rope_parameters``."""

from __future__ import annotations

import math
import struct
from collections.abc import Mapping
from typing import Any

from cowrite.engine.gguf.header import GgufTensor
from cowrite.engine.gguf.keys import damaged, refused
from cowrite.engine.gguf.parts import Gguf
from cowrite.engine.gguf.values import Metadata

FREQUENCIES = "rope_freqs.weight"
LONG, SHORT = "rope_factors_long.weight", "rope_factors_short.weight"
# (factor, low_freq_factor, high_freq_factor, original_max_position_embeddings) of the Llama 3 models that there are.
LLAMA3 = ((8.0, 1.0, 4.0, 8192), (32.0, 1.0, 4.0, 8192))
LLAMA3_TOLERANCE = 1e-5
DEFAULT_BASE = 10_000.0


def positions(metadata: Metadata, gguf: Gguf, config: Mapping[str, Any]) -> dict[str, Any]:
    """``rope_parameters`` for config.json. Raises UserError if the positions cannot be carried over."""
    base = metadata.number("rope.freq_base", DEFAULT_BASE)
    if base <= 0:
        raise damaged(metadata.key("rope.freq_base"))
    rope = {"rope_theta": base} | _stretched(metadata, gguf, config, base)
    share = rotary_share(metadata, config)
    if share != 1.0:
        rope["partial_rotary_factor"] = share
    if metadata.architecture != "gemma3":
        return rope
    if rope["rope_type"] not in ("default", "linear"):
        raise refused(metadata.key("rope.scaling.type"), str(rope["rope_type"]))
    # Layers that see only what is near are never stretched.
    near = metadata.number("rope.freq_base_swa", DEFAULT_BASE)
    return {
        "full_attention": rope,
        "sliding_attention": {"rope_type": "default", "rope_theta": near},
    }


def rotary_share(metadata: Metadata, config: Mapping[str, Any]) -> float:
    """Which part of each head is turned."""
    turned = metadata.count("rope.dimension_count", config["head_dim"])
    if turned > config["head_dim"] or turned % 2:
        raise damaged(metadata.key("rope.dimension_count"))
    return turned / float(config["head_dim"])


def _stretched(
    metadata: Metadata, gguf: Gguf, config: Mapping[str, Any], base: float
) -> dict[str, Any]:
    kind, factor = _kind_and_factor(metadata)
    attention = metadata.number("rope.scaling.attn_factor", 1.0) or 1.0
    turned = int(config["head_dim"] * rotary_share(metadata, config))
    if kind == "longrope" or (LONG in gguf.tensors and metadata.architecture == "phi3"):
        if factor != 1.0:
            raise refused(metadata.key("rope.scaling.factor"), factor)
        return _longrope(metadata, gguf, config, turned)
    if kind == "yarn" and factor != 1.0:
        if FREQUENCIES in gguf.tensors:
            raise refused(metadata.key("rope.scaling.type"), "yarn, and rope_freqs.weight")
        return _yarn(metadata, config, factor, attention)
    if attention != 1.0:
        raise refused(metadata.key("rope.scaling.attn_factor"), attention)
    if FREQUENCIES in gguf.tensors and metadata.architecture in ("llama", "mistral3", "granite"):
        factors = [each * factor for each in _numbers(gguf.tensors[FREQUENCIES], turned // 2)]
        return _by_frequency(factors, config, base, turned)
    if factor == 1.0:
        return {"rope_type": "default"}
    return {"rope_type": "linear", "factor": factor}


def _kind_and_factor(metadata: Metadata) -> tuple[str, float]:
    """How positions are stretched, and how far; llama.cpp takes “linear” where nothing is said."""
    kind = metadata.text("rope.scaling.type", "linear")
    old = metadata.number("rope.scale_linear", 0.0)
    # 0 is llama.cpp's “none”.
    factor = metadata.number("rope.scaling.factor", old) or 1.0
    match kind:
        case "none" | "":
            return "none", 1.0
        case "linear" | "yarn" if factor >= 1.0:
            return kind, factor
        case "longrope":
            return kind, factor
        case "linear" | "yarn":
            raise refused(metadata.key("rope.scaling.factor"), factor)
        case _:
            raise refused(metadata.key("rope.scaling.type"), kind)


def _yarn(
    metadata: Metadata, config: Mapping[str, Any], factor: float, attention: float
) -> dict[str, Any]:
    """YaRN (Peng et al. 2023, arXiv 2309.00071) as llama.cpp's ``llama_context`` prepares it."""
    log = metadata.number("rope.scaling.yarn_log_multiplier", 0.0)
    usual = _magnitude(factor, 1.0) / (_magnitude(factor, log) if log else 1.0)
    own = metadata.number("rope.scaling.yarn_attn_factor", 0.0) or usual
    original = metadata.count(
        "rope.scaling.original_context_length", config["max_position_embeddings"]
    )
    return {
        "rope_type": "yarn",
        "factor": factor,
        "original_max_position_embeddings": original,
        "attention_factor": own * attention,
        "beta_fast": metadata.number("rope.scaling.yarn_beta_fast", 32.0),
        "beta_slow": metadata.number("rope.scaling.yarn_beta_slow", 1.0),
    }


def _magnitude(factor: float, multiplier: float) -> float:
    return 0.1 * multiplier * math.log(factor) + 1.0


def _longrope(
    metadata: Metadata, gguf: Gguf, config: Mapping[str, Any], turned: int
) -> dict[str, Any]:
    """LongRoPE (Ding et al. 2024, arXiv 2402.13753): one factor for each frequency, others beyond the first context."""
    if LONG not in gguf.tensors or SHORT not in gguf.tensors:
        raise damaged(LONG if LONG not in gguf.tensors else SHORT)
    context = config["max_position_embeddings"]
    original = metadata.count("rope.scaling.original_context_length", context)
    attention = metadata.number("rope.scaling.attn_factor", 1.0 if original >= context else None)
    return {
        "rope_type": "longrope",
        "long_factor": _numbers(gguf.tensors[LONG], turned // 2),
        "short_factor": _numbers(gguf.tensors[SHORT], turned // 2),
        "original_max_position_embeddings": original,
        "attention_factor": attention,
    }


def _by_frequency(
    factors: list[float], config: Mapping[str, Any], base: float, turned: int
) -> dict[str, Any]:
    """One factor for each frequency: Llama 3's rule where it gives just these, or else written out one by one."""
    if all(each == 1.0 for each in factors):
        return {"rope_type": "default"}
    for factor, low, high, original in LLAMA3:
        rule = _llama3_factors(base, turned, factor, low, high, original)
        if all(abs(a - b) <= LLAMA3_TOLERANCE * b for a, b in zip(factors, rule, strict=True)):
            return {
                "rope_type": "llama3",
                "factor": factor,
                "low_freq_factor": low,
                "high_freq_factor": high,
                "original_max_position_embeddings": original,
            }
    return {
        "rope_type": "longrope",
        "long_factor": factors,
        "short_factor": factors,
        "original_max_position_embeddings": config["max_position_embeddings"],
        "attention_factor": 1.0,
    }


def _llama3_factors(
    base: float, turned: int, factor: float, low: float, high: float, original: int
) -> list[float]:
    """As llama.cpp's converter computes ``rope_freqs.weight`` from the rule in config.json."""
    factors = []
    for i in range(0, turned, 2):
        length = 2 * math.pi * base ** (i / turned)
        if length < original / high:
            factors.append(1.0)
        elif length > original / low:
            factors.append(factor)
        else:
            smooth = (original / length - low) / (high - low) if high != low else 0.0
            factors.append(1 / ((1 - smooth) / factor + smooth))
    return factors


def _numbers(tensor: GgufTensor, length: int) -> list[float]:
    """The ``length`` factors in ``tensor``. Raises UserError, or OSError if the file cannot be read."""
    if tensor.kind_name != "F32" or tensor.shape != (length,):
        raise damaged(tensor.name)
    with tensor.path.open("rb") as file:
        file.seek(tensor.start)
        numbers = list(struct.unpack(f"<{length}f", file.read(tensor.size)))
    if not all(math.isfinite(each) and each > 0 for each in numbers):
        raise damaged(tensor.name)
    return numbers
