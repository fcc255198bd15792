"""What a model's ``config.json`` may say: every key is carried, or bears on nothing, or must have one value.

A key that is in none of the tables is refused by its name, unless its value says that it is not used: another program
may compute something with it, and the text would be worse without anybody knowing why. ``tests/models`` compares the
tables with transformers' own classes.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Set
from typing import Any

from cowrite.base.errors import UserError
from cowrite.localization import tr, tr_noop
from cowrite.models.kinds import kinds_advice

# Carried for every kind, by the engine's own forward pass or by transformers.
CARRIED = frozenset(
    {"architectures", "model_type", "vocab_size", "hidden_size", "intermediate_size", "num_hidden_layers",
     "num_attention_heads", "num_key_value_heads", "head_dim", "hidden_act", "max_position_embeddings", "rms_norm_eps",
     "tie_word_embeddings", "rope_theta", "rope_scaling", "rope_parameters", "original_max_position_embeddings",
     "bos_token_id", "eos_token_id"}
)  # fmt: skip
_WINDOWS = frozenset({"use_sliding_window", "sliding_window", "max_window_layers", "layer_types"})
_BIASES = frozenset({"attention_bias", "mlp_bias"})
CARRIED_BY_TYPE: dict[str, frozenset[str]] = {
    "llama": _BIASES,
    "mistral": frozenset({"sliding_window"}),
    "qwen2": _WINDOWS | {"attention_bias"},  # it always has biases; the tensors themselves are compared
    "qwen3": _WINDOWS | {"attention_bias"},
    "smollm3": _WINDOWS | _BIASES | {"no_rope_layers", "no_rope_layer_interval"},
    "phi3": frozenset({"sliding_window", "partial_rotary_factor"}),
    "granite": _BIASES
    | {"embedding_multiplier", "logits_scaling", "residual_multiplier", "attention_multiplier"},
    "gemma": frozenset({"attention_bias"}),
    "gemma3_text": frozenset(
        {"attention_bias", "hidden_activation", "query_pre_attn_scalar", "sliding_window", "layer_types",
         "sliding_window_pattern", "_sliding_window_pattern", "rope_local_base_freq", "final_logit_softcapping"}
    ),
}  # fmt: skip

# Bears on nothing that is computed here: training, names, storage, ways to generate.
IRRELEVANT = frozenset(
    {"_name_or_path", "name_or_path", "transformers_version", "torch_dtype", "dtype", "auto_map", "use_cache",
     "initializer_range", "attention_dropout", "hidden_dropout", "hidden_dropout_prob", "attention_probs_dropout_prob",
     "resid_pdrop", "embd_pdrop", "attn_pdrop", "resid_dropout", "embd_dropout", "mlp_dropout", "classifier_dropout",
     "pad_token_id", "sep_token_id", "decoder_start_token_id", "pretraining_tp", "cache_implementation",
     "_attn_implementation", "attn_implementation", "_attn_implementation_autoset", "_flash_attn_2_enabled",
     "use_flash_attn", "_commit_hash", "chunk_size_feed_forward", "gradient_checkpointing", "is_decoder", "id2label",
     "label2id", "num_labels", "problem_type", "output_attentions", "output_hidden_states", "return_dict",
     "return_dict_in_generate", "finetuning_task", "task_specific_params", "prefix", "tokenizer_class", "torchscript",
     "use_bfloat16", "pruned_heads", "cross_attention_hidden_size", "tie_encoder_decoder", "tie_last_hidden_states",
     "tf_legacy_loss", "transformers.js_config", "unsloth_version", "unsloth_fixed",
     "model_name", "license", "is_llama_config", "neftune_noise_alpha", "bos_token",
     "eos_token", "model_max_length", "max_sequence_length", "seq_length", "base_model_name_or_path",
     "output_router_logits", "router_aux_loss_coef", "temperature", "top_k", "top_p", "typical_p", "min_p", "do_sample",
     "num_beams", "num_beam_groups", "diversity_penalty", "num_return_sequences", "repetition_penalty",
     "encoder_no_repeat_ngram_size", "no_repeat_ngram_size", "length_penalty", "max_length", "min_length",
     "max_new_tokens", "early_stopping", "bad_words_ids", "suppress_tokens", "begin_suppress_tokens",
     "forced_bos_token_id", "forced_eos_token_id", "exponential_decay_length_penalty", "remove_invalid_values",
     "output_scores"}
)  # fmt: skip

# Of what a publisher or a program adds by itself, these names say that it bears on nothing either.
_NAMES = re.compile(
    r"(name|path|version|licen[cs]e|author|description|commit|revision|dropout|pdrop|_token|_token_ids?|dtype)$"
    r"|^(_?model_name|unsloth_|transformers|quantized_by)"
)

# Where transformers' class of the kind computes one thing whatever is written, only that may be written.
MUST_EQUAL: dict[str, tuple[Any, ...]] = {
    "is_encoder_decoder": (False, None),
    "add_cross_attention": (False, None),
    "partial_rotary_factor": (1.0, None),
    "rope_interleaved": (False, None),
    "use_bidirectional_attention": (False, None),
    "attn_logit_softcapping": (None,),
    "per_layer_config": (None, {}),
    "use_rope": (True, None),
    "is_causal": (True, None),
    "causal": (True, None),
    "scale_attn_weights": (True, None),
    "full_attn_mod": (1, None),  # these two are in the published Phi-4
    "interpolate_factor": (1, None),
    "hidden_activation": (None, "gelu_pytorch_tanh"),  # Gemma 1, which says both that and “gelu”
}
_NOT_USED: tuple[Any, ...] = (None, False, 0, "", [], {})

# The keys of each kind of positions, beside the base and the kind itself.
ROPE_KEYS: dict[str, frozenset[str]] = {
    "default": frozenset(),
    "linear": frozenset({"factor"}),
    "dynamic": frozenset({"factor"}),
    "yarn": frozenset(
        {"factor", "original_max_position_embeddings", "attention_factor", "beta_fast", "beta_slow", "mscale",
         "mscale_all_dim", "truncate"}
    ),
    "longrope": frozenset(
        {"factor", "original_max_position_embeddings", "attention_factor", "short_factor", "long_factor"}
    ),
    "llama3": frozenset(
        {"factor", "original_max_position_embeddings", "low_freq_factor", "high_freq_factor"}
    ),
}  # fmt: skip
_ROPES_OF_PHI3 = frozenset({"default", "longrope"})  # transformers knows no other for this kind
_ROPE_ALWAYS = frozenset({"rope_type", "type", "rope_theta", "partial_rotary_factor"})
_ROPE_NEEDS = {
    "linear": ("factor",),
    "dynamic": ("factor",),
    "yarn": ("factor",),
    "longrope": ("short_factor", "long_factor"),
    "llama3": ("factor", "low_freq_factor", "high_freq_factor"),
}

# Sizes that must be written, and the largest that makes sense: what stands beyond would only exhaust the memory.
_SIZES = {
    "vocab_size": 4_000_000,
    "hidden_size": 100_000,
    "intermediate_size": 1_000_000,
    "num_hidden_layers": 1_000,
    "num_attention_heads": 10_000,
    "max_position_embeddings": 100_000_000,
}
_NUMBERS = frozenset(
    {"rms_norm_eps", "embedding_multiplier", "logits_scaling", "residual_multiplier", "attention_multiplier"}
)  # fmt: skip
# What transformers knows of what stands between the products of an MLP.
_ACTIVATIONS = frozenset(
    {"silu", "swish", "gelu", "gelu_new", "gelu_fast", "gelu_pytorch_tanh", "gelu_python", "gelu_python_tanh",
     "gelu_accurate", "quick_gelu", "gelu_10", "relu", "relu2", "relu6", "leaky_relu", "sigmoid", "tanh", "linear",
     "mish", "laplace"}
)  # fmt: skip
_ADVICE = tr_noop("Choose another model, or another form of this one.")


def require_computable(config: Mapping[str, Any]) -> None:
    """Raise UserError, naming the key, if ``config`` asks for anything that would not be computed.

    ``config`` is of a supported kind.
    """
    _require_sizes(config)
    model_type = str(config["model_type"])
    carried = CARRIED | CARRIED_BY_TYPE[model_type]
    for key, value in config.items():
        if key in carried or key in IRRELEVANT or _NAMES.search(key):
            continue
        if key in MUST_EQUAL:
            if not any(value == each and type(value) is type(each) for each in MUST_EQUAL[key]):
                raise _refused(key, value)
        elif value not in _NOT_USED:
            raise _refused(key, value)
    _require_values(config, carried)
    for rope in _ropes(config):
        _require_known_positions(rope, model_type)


def _refused(key: str, value: object) -> UserError:
    is_plain = isinstance(value, bool | int | float | str)
    shown = tr(" ({value})", value=str(value)[:37]) if is_plain else ""
    return UserError(
        tr(
            "The model's config.json asks for “{key}”{shown}, which Cowrite does not compute for a model of "
            "this kind.",
            key=key[:60],
            shown=shown,
        ),
        tr(_ADVICE),
    )


def _require_sizes(config: Mapping[str, Any]) -> None:
    for key, largest in _SIZES.items():
        value = config.get(key)
        if type(value) is not int or not 0 < value <= largest:
            raise UserError(
                tr("The model's config.json says nothing sensible about “{key}”.", key=key),
                tr("Download the model again."),
            )
    for key in ("num_key_value_heads", "head_dim"):
        value = config.get(key)
        if value is not None and (type(value) is not int or not 0 < value <= _SIZES["hidden_size"]):
            raise UserError(
                tr("The model's config.json says nothing sensible about “{key}”.", key=key),
                tr("Download the model again."),
            )


def _require_values(config: Mapping[str, Any], carried: Set[str]) -> None:
    """That the numbers of the arithmetic are numbers, and that the activation has a name that is known."""
    for key in carried & config.keys() & _NUMBERS:
        if config[key] != 0 and not _are_positive(config[key]):
            raise _refused(key, config[key])
    key = "hidden_activation" if "hidden_activation" in carried else "hidden_act"
    if str(config.get(key, "silu")) not in _ACTIVATIONS:
        raise _refused(key, config[key])


def _ropes(config: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    """Every description of positions there is, also where layers of different kinds have their own."""
    written = [config.get(key) for key in ("rope_scaling", "rope_parameters")]
    if all(written) and written[0] != written[1]:
        raise UserError(
            tr(
                "The model's config.json describes its positions twice, and differently (“rope_scaling” and "
                "“rope_parameters”)."
            ),
            tr(_ADVICE),
        )
    for rope in written:
        if rope is None:
            continue
        if not isinstance(rope, dict):
            raise _refused("rope_scaling", rope)
        nested = [each for each in rope.values() if isinstance(each, dict)]
        if nested and len(nested) != sum(each is not None for each in rope.values()):
            raise _refused("rope_parameters", tr("layers of several kinds"))
        yield from nested or [rope]


def _require_known_positions(rope: Mapping[str, Any], model_type: str) -> None:
    kind = rope.get("rope_type") or rope.get("type") or "default"
    if model_type == "phi3" and kind in ("su", "yarn"):
        kind = "longrope"  # as transformers reads them for this kind of model
    known = _ROPES_OF_PHI3 if model_type == "phi3" else ROPE_KEYS.keys()
    if not isinstance(kind, str) or kind not in known:
        raise UserError(
            tr(
                "The model stretches its positions in a way that Cowrite does not know (“{kind}”).",
                kind=str(kind)[:40],
            ),
            kinds_advice("phi3" if model_type == "phi3" else ""),
        )
    for key, value in rope.items():
        if value is None or (key == "partial_rotary_factor" and value == 1.0):
            continue
        if key == "original_max_position_embeddings" and kind in ("default", "dynamic"):
            continue  # not read for these; what is stretched begins at max_position_embeddings
        if key not in _ROPE_ALWAYS | ROPE_KEYS[kind] or (
            key == "partial_rotary_factor" and model_type != "phi3"
        ):
            raise _refused(key, value)
        if key not in ("rope_type", "type", "truncate") and not _are_positive(value):
            raise _refused(key, value)
    for key in _ROPE_NEEDS.get(kind, ()):
        if rope.get(key) is None:
            raise UserError(
                tr(
                    "The model's config.json stretches positions (“{kind}”) without saying “{key}”.",
                    kind=kind,
                    key=key,
                ),
                tr("Download the model again."),
            )


_LARGEST = 1e300


def _are_positive(value: object) -> bool:
    values: list[Any] = value if isinstance(value, list) else [value]
    # Compared, not converted: a whole number of JSON may be larger than any of floating point.
    return all(type(each) in (int, float) and 0 < each < _LARGEST for each in values)
