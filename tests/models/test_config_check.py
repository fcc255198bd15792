"""What config.json may say: compared with transformers' classes, and refused by name where it is not computed."""

from __future__ import annotations

import dataclasses
from typing import Any

import pytest
from made_up_model import CONFIG
from published_configs import PUBLISHED

from cowrite.base.errors import UserError
from cowrite.engine.networks.layer_plan import FAMILIES, LayerPlan
from cowrite.engine.offline import forbid_downloads
from cowrite.models.config_check import (
    CARRIED,
    CARRIED_BY_TYPE,
    IRRELEVANT,
    MUST_EQUAL,
    ROPE_KEYS,
    require_computable,
)
from cowrite.models.kinds import SUPPORTED_KINDS, kinds_advice, unsupported

forbid_downloads()

from transformers import AutoConfig  # noqa: E402
from transformers.modeling_rope_utils import ROPE_INIT_FUNCTIONS, RopeParameters  # noqa: E402

TYPES = list(SUPPORTED_KINDS.values())


def fields(model_type: str) -> set[str]:
    return {each.name for each in dataclasses.fields(AutoConfig.for_model(model_type))}


@pytest.mark.parametrize("model_type", TYPES)
def test_every_key_of_transformers_class_is_in_a_table(model_type: str):
    known = CARRIED | CARRIED_BY_TYPE[model_type] | IRRELEVANT | set(MUST_EQUAL)
    assert fields(model_type) <= known


def test_what_is_carried_is_carried_by_some_class_or_read_by_it_under_an_older_name():
    older = {"rope_scaling", "rope_theta", "partial_rotary_factor", "sliding_window_pattern",
             "_sliding_window_pattern", "rope_local_base_freq", "architectures", "model_type",
             "original_max_position_embeddings", "head_dim", "attention_bias", "max_window_layers"}  # fmt: skip
    for model_type, carried in CARRIED_BY_TYPE.items():
        assert carried - older <= fields(model_type), model_type
    assert CARRIED - older <= fields("llama")


def test_no_key_is_in_two_tables():
    everywhere = [CARRIED | frozenset().union(*CARRIED_BY_TYPE.values()), IRRELEVANT]
    assert not everywhere[0] & everywhere[1]
    assert not IRRELEVANT & set(MUST_EQUAL)


def test_every_way_to_stretch_positions_is_one_that_transformers_has():
    assert set(ROPE_KEYS) - {"default"} <= set(ROPE_INIT_FUNCTIONS)
    assert frozenset().union(*ROPE_KEYS.values()) <= set(RopeParameters.__annotations__)


@pytest.mark.parametrize("model_type", list(FAMILIES))
def test_what_is_not_written_is_what_transformers_takes(model_type: str):
    """A config of sizes only: the engine's own plan must then see what transformers sees."""
    sizes = {"hidden_size": 96, "num_attention_heads": 4, "num_hidden_layers": 2}
    theirs = AutoConfig.for_model(model_type, **sizes)
    layers = {"layer_types": theirs.layer_types} if model_type == "gemma3_text" else {}
    positions = {"rope_parameters": theirs.rope_parameters} if layers else {}
    plan = LayerPlan.from_config({"model_type": model_type} | sizes | layers | positions)
    assert plan is not None
    assert plan.kv_heads == theirs.num_key_value_heads
    assert plan.head_dim == (getattr(theirs, "head_dim", None) or 24)
    assert plan.norm_eps == theirs.rms_norm_eps
    assert plan.tied == theirs.tie_word_embeddings
    assert plan.activation == getattr(theirs, "hidden_activation", None) or theirs.hidden_act
    assert {each.window for each in plan.sights} == {getattr(theirs, "sliding_window", None) or 0}
    if not layers:
        assert {each.rope_theta for each in plan.sights} == {theirs.rope_parameters["rope_theta"]}
    scalar = getattr(theirs, "query_pre_attn_scalar", plan.head_dim)
    assert plan.attention_scale == pytest.approx(scalar**-0.5)


@pytest.mark.parametrize("name", PUBLISHED)
def test_published_models_are_taken(name: str):
    require_computable(PUBLISHED[name])


YARN = {"rope_type": "yarn", "factor": 4.0}


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"num_local_experts": 8}, "“num_local_experts” \\(8\\)"),
        ({"num_experts": 4}, "num_experts"),
        ({"sliding_window": 4096}, "sliding_window"),
        ({"layer_types": ["full_attention"]}, "layer_types"),
        ({"attn_logit_softcapping": 50.0}, "attn_logit_softcapping"),
        ({"final_logit_softcapping": 30.0}, "final_logit_softcapping"),
        ({"query_pre_attn_scalar": 256}, "query_pre_attn_scalar"),
        ({"embedding_multiplier": 12.0}, "embedding_multiplier"),
        ({"residual_multiplier": 0.2}, "residual_multiplier"),
        ({"attention_multiplier": 0.1}, "attention_multiplier"),
        ({"logits_scaling": 8.0}, "logits_scaling"),
        ({"no_rope_layers": [1]}, "no_rope_layers"),
        ({"partial_rotary_factor": 0.5}, "partial_rotary_factor"),
        ({"rope_interleaved": True}, "rope_interleaved"),
        ({"use_rope": False}, "use_rope"),
        ({"is_causal": False}, "is_causal"),
        ({"use_bidirectional_attention": True}, "use_bidirectional_attention"),
        ({"some_new_thing": "yes"}, "“some_new_thing” \\(yes\\)"),
        ({"some_new_thing": {"a": 1}}, "“some_new_thing”, which"),
        ({"hidden_size": "4096"}, "hidden_size"),
        ({"num_hidden_layers": 10**9}, "num_hidden_layers"),
        ({"num_hidden_layers": True}, "num_hidden_layers"),
        ({"vocab_size": None}, "vocab_size"),
        ({"num_key_value_heads": 0}, "num_key_value_heads"),
        ({"head_dim": -1}, "head_dim"),
        ({"rope_scaling": {"type": "mrope", "mrope_section": [16, 24, 24]}}, "“mrope”"),
        ({"rope_scaling": {"type": ["yarn"]}}, "stretches its positions"),
        ({"rope_scaling": "linear"}, "rope_scaling"),
        ({"rope_scaling": YARN | {"finetuned": True}}, "finetuned"),
        ({"rope_scaling": {"type": "linear", "factor": 2.0, "beta_fast": 1}}, "beta_fast"),
        ({"rope_scaling": {"type": "linear"}}, "without saying “factor”"),
        ({"rope_scaling": {"type": "linear", "factor": 0}}, "factor"),
        ({"rope_scaling": {"type": "linear", "factor": "2"}}, "factor"),
        ({"rope_scaling": {"type": "linear", "factor": float("nan")}}, "factor"),
        ({"rope_scaling": {"type": "longrope", "short_factor": [1.0]}}, "long_factor"),
        ({"rope_scaling": YARN | {"partial_rotary_factor": 0.5}}, "partial_rotary_factor"),
        ({"rope_scaling": YARN, "rope_parameters": {"rope_type": "linear"}}, "twice"),
        ({"hidden_act": "swiglu"}, "“hidden_act” \\(swiglu\\)"),
        ({"hidden_act": None}, "hidden_act"),
        ({"rms_norm_eps": "1e-5"}, "rms_norm_eps"),
        ({"rms_norm_eps": float("nan")}, "rms_norm_eps"),
        ({"rms_norm_eps": 10**400}, "rms_norm_eps"),
    ],
)
def test_what_would_not_be_computed_is_refused_by_its_name(changes: dict[str, Any], words: str):
    require_computable(CONFIG)
    with pytest.raises(UserError, match=words):
        require_computable(CONFIG | changes)


@pytest.mark.parametrize(
    "changes",
    [
        {"num_experts": 0},
        {"sliding_window": None},
        {"use_mrope": False},
        {"attention_bias": True},
        {"rope_scaling": None},
        {"rope_scaling": {}},
        {"rope_scaling": YARN | {"mscale": 0.7, "mscale_all_dim": 1.0, "truncate": False}},
        {"rope_scaling": YARN, "rope_parameters": YARN},
        {"partial_rotary_factor": 1.0},
        {"pretraining_tp": 4},
    ],
)
def test_what_is_not_used_or_is_computed_is_taken(changes: dict[str, Any]):
    require_computable(CONFIG | changes)


# --- advice ----------------------------------------------------------------------------------------------------------

REFUSED = {
    "Phi3SmallForCausalLM": "Phi",
    "Phi3VForCausalLM": "Phi",
    "PhiMoEForCausalLM": "Phi",
    "PhiForCausalLM": "Phi",
    "Gemma2ForCausalLM": "Gemma",
    "Gemma3ForConditionalGeneration": "Gemma",
    "Gemma3nForConditionalGeneration": "Gemma",
    "gemma3": "Gemma",
    "RecurrentGemmaForCausalLM": "Gemma",
    "Qwen2MoeForCausalLM": "Qwen",
    "Qwen3NextForCausalLM": "Qwen",
    "Qwen2_5_VLForConditionalGeneration": "Qwen",
    "Llama4ForConditionalGeneration": "Llama",
    "MllamaForConditionalGeneration": "Llama",
    "LlamaForSequenceClassification": "Llama",
    "MixtralForCausalLM": "Mistral",
    "Mistral3ForConditionalGeneration": "Mistral",
    "Ministral3ForCausalLM": "Mistral",
    "GraniteMoeForCausalLM": "Granite",
    "SmolVLMForConditionalGeneration": "SmolVLM",
}


def test_phi3_has_one_way_to_stretch_positions():
    config = PUBLISHED["microsoft/Phi-3-mini-4k-instruct"]
    require_computable(config)
    with pytest.raises(UserError, match="stretches its positions") as caught:
        require_computable(config | {"rope_scaling": {"type": "linear", "factor": 2.0}})
    assert "Phi-3" not in caught.value.advice


@pytest.mark.parametrize("kind", REFUSED)
def test_no_advice_recommends_what_was_refused(kind: str):
    error = unsupported(kind)
    assert kind in error.message
    assert REFUSED[kind] not in error.advice
    assert "Choose a" in error.advice


def test_a_kind_near_to_a_supported_one_is_told_why():
    for kind, words in {
        "Gemma3ForConditionalGeneration": "pictures",
        "Qwen2MoeForCausalLM": "experts",
        "MixtralForCausalLM": "experts",
        "Llama4ForCausalLM": "experts",
        "Gemma2ForCausalLM": "attention scores",
        "LlamaForSequenceClassification": "classifies",
    }.items():
        assert words in unsupported(kind).message
    assert unsupported("XForCausalLM").message.endswith("does not support.")
    assert kinds_advice().count(",") > 3
