"""Every architecture of GGUF, plain, with every way to stretch positions and with its oddities: computed or refused.

The reference is a model that transformers makes from the hyperparameters; what is compared with it has gone through a
GGUF file and the conversion. ``benchmarks/gguf_vs_llama_cpp.py`` compares the same files with llama.cpp.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from gguf import GGMLQuantizationType, TokenType
from made_up_gguf import (
    ARCHITECTURES,
    LAYERS,
    LINEAR,
    LLAMA3,
    LONG,
    YARN,
    MadeUp,
    part_path,
    reference,
    write_gguf,
)

from cowrite.base.errors import UserError
from cowrite.engine.gguf.config import gguf_advice
from cowrite.engine.gguf.convert import gguf_to_safetensors

import torch  # isort: skip
from transformers import AutoModelForCausalLM  # isort: skip

from cowrite.engine.loading.load import load_model
from cowrite.engine.networks.quantize import Quantization

PLAIN = {"rope_type": "default"}
ROPES: dict[str, dict[str, Any]] = {
    "plain": PLAIN,
    "linear": LINEAR,
    "yarn": YARN,
    "llama3": LLAMA3,
    "longrope": LONG,
}
# What llama.cpp has no code for in an architecture, by the words of the refusal.
REFUSED = {
    **{(each, "llama3"): "no place for: rope_freqs.weight" for each in
       ("qwen2", "qwen3", "gemma", "gemma3", "smollm3")},
    **{(each, "longrope"): "no place for: rope_factors_long|rope.scaling.type" for each in
       ("qwen2", "qwen3", "gemma", "gemma3", "smollm3")},
    ("gemma3", "yarn"): "rope.scaling.type .yarn.",
}  # fmt: skip
# Ways that Phi-3's configuration in transformers does not have.
IMPOSSIBLE = {("phi3", "linear"), ("phi3", "yarn"), ("phi3", "llama3")}
ADDED = [("~~", TokenType.USER_DEFINED), ("<|user|>", TokenType.CONTROL), ("[PAD]", TokenType.UNUSED)]  # fmt: skip
ODD = {
    "llama, untied": MadeUp(architecture="llama", config={"tie_word_embeddings": False}),
    "gemma, untied": MadeUp(architecture="gemma", config={"tie_word_embeddings": False}),
    "qwen3, untied": MadeUp(architecture="qwen3", config={"tie_word_embeddings": False}),
    "llama, biases": MadeUp(
        architecture="llama", config={"attention_bias": True, "mlp_bias": True}
    ),
    "qwen3, biases": MadeUp(architecture="qwen3", config={"attention_bias": True}),
    "granite, biases": MadeUp(architecture="granite", config={"attention_bias": True}),
    "smollm3, biases": MadeUp(architecture="smollm3", config={"mlp_bias": True}),
    "llama, heads of another size": MadeUp(architecture="llama", config={"head_dim": 24}),
    "qwen3, heads of another size": MadeUp(architecture="qwen3", config={"head_dim": 32}),
    "llama, Llama 3 by other numbers": MadeUp(
        architecture="llama", rope=LLAMA3 | {"factor": 3.0, "original_max_position_embeddings": 64}
    ),
    "llama, more rows than tokens": MadeUp(architecture="llama", padding=7),
    "llama, added tokens": MadeUp(architecture="llama", extra_tokens=ADDED),
    "llama, in two parts": MadeUp(architecture="llama", parts=2),
    "gemma3, in three parts": MadeUp(architecture="gemma3", parts=3),
    "gemma3, everything seen": MadeUp(
        architecture="gemma3",
        config={"layer_types": ["full_attention"] * LAYERS},
    ),
    "gemma3, a layer of another kind": MadeUp(
        architecture="gemma3",
        config={"layer_types": ["full_attention", *["sliding_attention"] * (LAYERS - 1)]},
    ),
    "gemma3, soft cap": MadeUp(architecture="gemma3", config={"final_logit_softcapping": 5.0}),
    "phi3, sliding window": MadeUp(architecture="phi3", config={"sliding_window": 20}),
    "phi3, part of each head turned": MadeUp(
        architecture="phi3", rope=PLAIN | {"partial_rotary_factor": 0.5}
    ),
    "granite, other scales": MadeUp(
        architecture="granite",
        config={"logits_scaling": 7.0, "residual_multiplier": 0.3, "embedding_multiplier": 9.0},
    ),
    "llama, BF16": MadeUp(architecture="llama", quantization=GGMLQuantizationType.BF16),
}


def computed() -> dict[str, MadeUp]:
    found = {
        f"{architecture}, {name}": MadeUp(architecture=architecture, rope=rope)
        for architecture in ARCHITECTURES
        for name, rope in ROPES.items()
        if (architecture, name) not in REFUSED.keys() | IMPOSSIBLE
    }
    return found | ODD


@pytest.fixture(scope="module")
def tokens() -> torch.Tensor:
    return torch.randint(3, 250, (1, 300), generator=torch.Generator().manual_seed(1))


def converted(tmp_path: Path, made: MadeUp) -> tuple[Any, Path]:
    model = reference(made)
    gguf = write_gguf(tmp_path / "m.gguf", made, model)
    folder = tmp_path / "model"
    folder.mkdir()
    gguf_to_safetensors(gguf, folder)
    return model, folder


def cosine(a: torch.Tensor, b: torch.Tensor) -> float:
    return float(torch.nn.functional.cosine_similarity(a.float(), b.float(), dim=-1).mean())


@pytest.mark.parametrize("name", computed())
def test_what_is_installed_computes_what_was_meant(tmp_path: Path, tokens: torch.Tensor, name: str):
    model, folder = converted(tmp_path, computed()[name])
    theirs = AutoModelForCausalLM.from_pretrained(folder, dtype=torch.float32).eval()
    with torch.inference_mode():
        wanted = model(input_ids=tokens, use_cache=False).logits
        got = theirs(input_ids=tokens, use_cache=False).logits
        assert wanted.shape == got.shape
        assert cosine(wanted, got) >= 0.99999
        network = load_model(folder, torch.device("cpu"), Quantization.BF16).network
        assert cosine(wanted, network(tokens)) >= 0.999


@pytest.mark.parametrize(("architecture", "name"), REFUSED)
def test_what_llama_cpp_has_no_code_for_is_refused_by_name(
    tmp_path: Path, architecture: str, name: str
):
    made = MadeUp(architecture=architecture, rope=ROPES[name])
    with pytest.raises(UserError, match=REFUSED[architecture, name]):
        converted(tmp_path, made)


@pytest.mark.parametrize("name", [name for name in ROPES if name != "plain"])
def test_the_comparison_would_see_positions_that_are_not_stretched(
    tmp_path: Path, tokens: torch.Tensor, name: str
):
    made = MadeUp(architecture="llama", rope=ROPES[name])
    with torch.inference_mode():
        stretched = reference(made)(input_ids=tokens).logits
        plain = reference(MadeUp(architecture="llama"))(input_ids=tokens).logits
    assert cosine(stretched, plain) < 0.999


@pytest.mark.parametrize("part", [0, 1, 2])
def test_any_part_of_a_model_stands_for_all(tmp_path: Path, part: int):
    made = MadeUp(architecture="qwen2", parts=3)
    write_gguf(tmp_path / "m.gguf", made, reference(made))
    (tmp_path / "model").mkdir()
    gguf_to_safetensors(part_path(tmp_path / "m.gguf", part, 3), tmp_path / "model")
    assert json.loads((tmp_path / "model" / "config.json").read_text())["model_type"] == "qwen2"


@pytest.mark.parametrize(
    "kind",
    [
        GGMLQuantizationType.F16,
        GGMLQuantizationType.Q4_0,
        GGMLQuantizationType.Q4_1,
        GGMLQuantizationType.Q5_0,
        GGMLQuantizationType.Q5_1,
        GGMLQuantizationType.Q8_0,
        GGMLQuantizationType.MXFP4,
    ],
    ids=lambda kind: kind.name,
)
def test_quantized_weights_are_near_the_ones_they_were_made_of(
    tmp_path: Path, tokens: torch.Tensor, kind: GGMLQuantizationType
):
    model, folder = converted(tmp_path, MadeUp(architecture="llama", quantization=kind))
    theirs = AutoModelForCausalLM.from_pretrained(folder, dtype=torch.float32).eval()
    wanted = model.state_dict()["model.layers.1.self_attn.q_proj.weight"]
    got = theirs.state_dict()["model.layers.1.self_attn.q_proj.weight"]
    assert cosine(wanted.flatten(), got.flatten()) > 0.98


@pytest.mark.parametrize(
    "kind", ["mistral", "llama4", "gemma2", "gemma3n", "qwen2moe", "phimoe", "bert"]
)
def test_the_advice_never_names_the_family_that_was_refused(kind: str):
    advice = gguf_advice(kind).lower()
    families = ("llama", "smollm", "qwen", "mistral", "granite", "gemma", "phi")
    assert not any(family in advice for family in families if family in kind)
    assert sum(family in advice for family in families) >= 6
