"""Every key of the format has a place in the table, and what changes the arithmetic is carried over or refused."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from gguf import Keys
from made_up_gguf import MadeUp, reference, write_gguf

from cowrite.base.errors import UserError
from cowrite.engine.gguf.config import FAMILIES
from cowrite.engine.gguf.keys import ARCHITECTURES, rule_for
from cowrite.engine.gguf.model import GgufModel, read_gguf_model

# Keys of llama.cpp's list that no architecture here computes with: a file that has one is of another kind of model.
OTHERS = re.compile(
    r"(ssm|kda|wkv|posnet|convnext|classifier|shortconv|altup|attention\.indexer)\.|"
    r"embedding_length_(out|per_layer_input)|features_length|expert_(chunk_feed_forward_length|weights_|gating|group_scale)|"
    r"experts_per_group|moe_latent_size|decoder_|time_|token_shift_count|full_attention_interval|"
    r"activation_sparsity_scale|swiglu_clamp|\{dense\}|attention\.(layer_norm_epsilon|group_norm|q_lora|kv_lora|decay_lora|"
    r"iclr_lora|value_residual|gate_lora|relative_buckets|key_length_|value_length_|sliding_window_pattern)|"
    r"rope\.(dimension_count_swa|dimension_sections|freq_base_swa)"
)  # fmt: skip


def keys_of(group: type) -> Iterator[str]:
    for name, value in vars(group).items():
        if isinstance(value, type):
            yield from keys_of(value)
        elif isinstance(value, str) and not name.startswith("_"):
            yield value


def test_the_families_are_the_architectures_of_the_table():
    assert set(FAMILIES) == ARCHITECTURES


@pytest.mark.parametrize("architecture", sorted(ARCHITECTURES))
def test_every_key_of_the_format_is_in_the_table_or_of_another_kind_of_model(architecture: str):
    own = [key for key in keys_of(Keys) if key.startswith("{arch}.")]
    assert len(own) > 80
    for key in own:
        named = key.replace("{arch}", architecture)
        known = rule_for(architecture, named) is not None
        other = OTHERS.match(key.removeprefix("{arch}."))
        assert known or other, key


def test_every_key_of_the_tokenizer_is_in_the_table():
    unused = {"tokenizer.ggml.precompiled_charsmap", "tokenizer.rwkv.world"}
    for key in keys_of(Keys.Tokenizer):
        assert (rule_for("llama", key.format(name="x")) is None) == (key in unused), key


def read(tmp_path: Path, architecture: str, keys: dict[str, Any], **more: Any) -> GgufModel:
    made = MadeUp(architecture=architecture, keys=keys, **more)
    return read_gguf_model(write_gguf(tmp_path / "m.gguf", made, reference(made)))


@pytest.mark.parametrize(
    ("architecture", "key", "value"),
    [
        ("llama", "attention.causal", False),
        ("llama", "expert_count", 8),
        ("llama", "expert_used_count", 2),
        ("llama", "logit_scale", 2.0),
        ("llama", "residual_scale", 0.5),
        ("llama", "embedding_scale", 12.0),
        ("llama", "attention.scale", 0.5),
        ("llama", "attention.clamp_kqv", 8.0),
        ("llama", "attention.max_alibi_bias", 8.0),
        ("llama", "attention.sliding_window", 64),
        ("qwen2", "attention.sliding_window", 64),
        ("qwen3", "attention.sliding_window", 64),
        ("mistral3", "attention.sliding_window", 64),
        ("gemma", "attention.sliding_window", 64),
        ("smollm3", "attention.sliding_window", 64),
        ("llama", "attn_logit_softcapping", 50.0),
        ("llama", "final_logit_softcapping", 30.0),
        ("gemma3", "attn_logit_softcapping", 50.0),
        ("gemma3", "attention.scale", 0.5),
        ("mistral3", "attention.temperature_scale", 0.1),
        ("granite", "rope.scaling.finetuned", False),
        ("llama", "rope.scaling.yarn_ext_factor", 0.5),
        ("llama", "rope.scaling.yarn_log_multiplier", 0.1),
        ("llama", "rope.scaling.attn_factor", 1.3),
        ("llama", "rope.scaling.alpha", 1000.0),
        ("llama", "rope.dimension_sections", [4, 4, 4, 4]),
        ("llama", "rope.something_new", 1.0),
        ("llama", "attention.something_new", 1),
        ("llama", "swiglu_clamp_exp", [7.0]),
        ("llama", "use_parallel_residual", True),
        ("llama", "attention.value_length", 8),
        ("llama", "nextn_predict_layers", 1),
        ("qwen3", "pooling_type", 3),
    ],
)  # fmt: skip
def test_what_changes_the_arithmetic_is_refused_by_name(
    tmp_path: Path, architecture: str, key: str, value: Any
):
    with pytest.raises(UserError) as caught:
        read(tmp_path, architecture, {f"{{arch}}.{key}": value})
    assert f"{architecture}.{key}" in caught.value.message
    # A folder in safetensors format may say it so that it is computed; experts are computed in no format.
    assert ("safetensors" in caught.value.advice) == key.startswith(("rope", "attention.s"))
    # The advice does not send the person to what was just refused.
    assert architecture not in caught.value.advice.lower()


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("tokenizer.ggml.something_new", True),
        ("tokenizer.ggml.remove_extra_whitespaces", True),
        ("tokenizer.ggml.add_sep_token", True),
        ("tokenizer.ggml.suppress_tokens", [1]),
        ("tokenizer.ggml.precompiled_charsmap", [1]),
        ("general.type", "adapter"),
        ("general.quantization_version", 1),
        ("diffusion.shift_logits", False),
        ("clip.has_vision_encoder", True),
    ],
)
def test_other_keys_that_matter_are_refused_by_name(tmp_path: Path, key: str, value: Any):
    with pytest.raises(UserError, match=re.escape(key)):
        read(tmp_path, "llama", {key: value})


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("{arch}.attention.causal", True),
        ("{arch}.expert_count", 0),
        ("{arch}.logit_scale", 1.0),
        ("{arch}.attention.scale", 0.25),  # what follows from heads of 16
        ("{arch}.attention.sliding_window", 512),  # as far as the model reads
        ("{arch}.attention.sliding_window", 0),
        ("{arch}.tensor_data_layout", "Meta AI original pth"),
        ("{arch}.rope.scaling.type", "none"),
        ("{arch}.rope.scaling.factor", 1.0),
        ("{arch}.rope.scaling.finetuned", False),
        ("tokenizer.chat_template", "{{ messages }}"),
        ("tokenizer.ggml.fim_pre_token_id", 7),
        ("general.quantization_version", 2),
        ("quantize.imatrix.file", "x.dat"),
        ("somebody.quantize_version", 2),
    ],
)
def test_what_changes_nothing_is_no_reason_to_refuse(tmp_path: Path, key: str, value: Any):
    config = read(tmp_path, "llama", {key: value}).plan.config
    assert config["rope_parameters"] == {"rope_theta": 10_000.0, "rope_type": "default"}
    assert config["model_type"] == "llama"


@pytest.mark.parametrize(
    ("keys", "wanted"),
    [
        ({"rope.scale_linear": 2.0}, {"rope_type": "linear", "factor": 2.0}),
        ({"rope.scaling.factor": 2.0}, {"rope_type": "linear", "factor": 2.0}),
        ({"rope.scaling.type": "none", "rope.scaling.factor": 2.0}, {"rope_type": "default"}),
        (
            {"rope.scaling.type": "yarn", "rope.scaling.factor": 2.0, "rope.scaling.yarn_attn_factor": 1.5},
            {"rope_type": "yarn", "factor": 2.0, "attention_factor": 1.5,
             "original_max_position_embeddings": 512, "beta_fast": 32.0, "beta_slow": 1.0},
        ),
        (
            {"rope.scaling.type": "yarn", "rope.scaling.factor": 2.0, "rope.scaling.yarn_beta_fast": 16.0,
             "rope.scaling.original_context_length": 100},
            {"rope_type": "yarn", "factor": 2.0, "attention_factor": pytest.approx(1.0693147),
             "original_max_position_embeddings": 100, "beta_fast": 16.0, "beta_slow": 1.0},
        ),
    ],
)  # fmt: skip
def test_positions_are_carried_over(tmp_path: Path, keys: dict[str, Any], wanted: dict[str, Any]):
    named = {f"{{arch}}.{key}": value for key, value in keys.items()}
    rope = read(tmp_path, "llama", named).plan.config["rope_parameters"]
    assert rope == {"rope_theta": 10_000.0} | wanted


@pytest.mark.parametrize(
    ("keys", "word"),
    [
        ({"rope.scaling.type": "dynamic"}, "rope.scaling.type .dynamic."),
        ({"rope.scaling.type": "su"}, "rope.scaling.type .su."),
        ({"rope.scaling.type": "longrope"}, "rope_factors_long.weight is missing"),
        ({"rope.scaling.factor": 0.5}, "rope.scaling.factor .0.5."),
        ({"rope.scaling.factor": float("nan")}, "rope.scaling.factor is missing or makes no sense"),
        ({"rope.scaling.factor": float("inf")}, "rope.scaling.factor is missing or makes no sense"),
        ({"rope.scaling.factor": -4.0}, "rope.scaling.factor is missing or makes no sense"),
        ({"rope.scaling.factor": "4"}, "rope.scaling.factor is missing or makes no sense"),
        ({"vocab_size": 20}, "vocab_size"),
        ({"vocab_size": 10_000}, "vocab_size"),
        ({"attention.key_length": 15}, "attention.head_count"),
    ],
)
def test_values_that_make_no_sense_are_named(tmp_path: Path, keys: dict[str, Any], word: str):
    with pytest.raises(UserError, match=word):
        read(tmp_path, "llama", {f"{{arch}}.{key}": value for key, value in keys.items()})


def test_a_name_with_escape_codes_is_refused_without_them(tmp_path: Path):
    with pytest.raises(UserError) as caught:
        read(tmp_path, "llama", {"llama.x\x1b[31m": "a\x07b"})
    assert "llama.x[31m (ab)" in caught.value.message


def test_the_beginning_and_the_end_are_carried_over(tmp_path: Path):
    config = read(tmp_path, "llama", {"tokenizer.ggml.padding_token_id": 3}).plan.config
    assert (config["bos_token_id"], config["eos_token_id"], config["pad_token_id"]) == (1, 0, 3)
    with pytest.raises(UserError, match="padding_token_id"):
        read(tmp_path, "llama", {"tokenizer.ggml.padding_token_id": 10_000})
