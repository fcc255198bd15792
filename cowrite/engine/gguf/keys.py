"""What every key in a GGUF file's metadata means for us: carried over, checked, of no matter, or a reason to refuse.

The table is written against llama.cpp's list of keys (``gguf.constants.Keys``) and the code of each architecture there
(``src/models``). A key of the architecture or the tokenizer that the table does not have is refused by its name: it may
change what is computed, and we would not know how. See docs/adr/0020-gguf-metadata.md.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from cowrite.base.errors import UserError
from cowrite.engine.gguf.header import Value, Values, without_controls
from cowrite.engine.gguf.parts import ADVICE_ANOTHER_FILE
from cowrite.localization import tr


@dataclass(frozen=True, slots=True)
class Carried:
    """Goes into ``field`` of config.json or of the tokenizer."""

    field: str


@dataclass(frozen=True, slots=True)
class Only:
    """Only these values do no more than the architecture does without the key."""

    values: Collection[Value]


@dataclass(frozen=True, slots=True)
class NoMatter:
    """Changes nothing in what is computed."""


Rule = Carried | Only | NoMatter
_OFF = Only((0, 0.0))
_SCALE_OFF = Only((0.0, 1.0))  # llama.cpp takes 0 for “none”

# Below the name of the architecture, such as “llama.”. What is not in here is refused.
_COMMON: dict[str, Rule] = {
    "context_length": Carried("max_position_embeddings"),
    "embedding_length": Carried("hidden_size"),
    "block_count": Carried("num_hidden_layers"),
    "feed_forward_length": Carried("intermediate_size"),
    "vocab_size": Carried("vocab_size"),  # the rows of the embedding are, and this is compared
    "attention.head_count": Carried("num_attention_heads"),
    "attention.head_count_kv": Carried("num_key_value_heads"),
    "attention.key_length": Carried("head_dim"),
    "attention.value_length": Carried("head_dim"),  # must be the same
    "attention.layer_norm_rms_epsilon": Carried("rms_norm_eps"),
    "attention.scale": Carried("head_dim"),  # but for Granite, must be what follows from that
    "attention.sliding_window": Carried("sliding_window"),
    "rope.dimension_count": Carried("partial_rotary_factor"),
    "rope.freq_base": Carried("rope_theta"),
    "rope.scaling.type": Carried("rope_type"),
    "rope.scaling.factor": Carried("factor"),
    "rope.scale_linear": Carried("factor"),  # what older files call it
    "rope.scaling.original_context_length": Carried("original_max_position_embeddings"),
    "rope.scaling.attn_factor": Carried("attention_factor"),
    "rope.scaling.yarn_attn_factor": Carried("attention_factor"),
    "rope.scaling.yarn_beta_fast": Carried("beta_fast"),
    "rope.scaling.yarn_beta_slow": Carried("beta_slow"),
    "rope.scaling.yarn_ext_factor": Only((1.0, -1.0)),  # -1: llama.cpp's “not set”
    "rope.scaling.yarn_log_multiplier": _OFF,
    "rope.scaling.alpha": _OFF,
    "rope.scaling.finetuned": NoMatter(),  # whether it was trained so, not how it is computed
    "tensor_data_layout": Only(("", "reference", "Meta AI original pth")),
    "attention.causal": Only((True,)),
    "attention.max_alibi_bias": _OFF,
    "attention.clamp_kqv": _OFF,
    "attention.shared_kv_layers": _OFF,
    "attention.temperature_scale": _OFF,
    "attention.temperature_length": _OFF,
    "attention.output_scale": _SCALE_OFF,
    "use_parallel_residual": Only((False,)),
    "swin_norm": Only((False,)),
    "attn_logit_softcapping": _OFF,
    "final_logit_softcapping": _OFF,
    "router_logit_softcapping": _OFF,
    "logit_scale": _SCALE_OFF,
    "residual_scale": _SCALE_OFF,
    "embedding_scale": _SCALE_OFF,
    "rescale_every_n_layers": _OFF,
    "pooling_type": _OFF,
    "nextn_predict_layers": _OFF,
    "n_deepstack_layers": _OFF,
    "leading_dense_block_count": _OFF,
    "expert_count": _OFF,
    "expert_used_count": _OFF,
    "expert_shared_count": _OFF,
    "expert_group_count": _OFF,
    "expert_group_used_count": _OFF,
    "expert_feed_forward_length": _OFF,
    "expert_shared_feed_forward_length": _OFF,
    "interleave_moe_layer_step": _OFF,
    "moe_every_n_layers": _OFF,
}  # fmt: skip

# What is otherwise for one architecture.
_OWN: dict[str, dict[str, Rule]] = {
    "llama": {},
    "qwen2": {},
    "qwen3": {},
    "phi3": {},
    "gemma": {},
    "smollm3": {},
    "mistral3": {"rope.scaling.yarn_log_multiplier": Carried("attention_factor")},
    "gemma3": {
        "attention.sliding_window_pattern": Carried("layer_types"),
        "rope.freq_base_swa": Carried("rope_theta"),
        "final_logit_softcapping": Carried("final_logit_softcapping"),
    },
    "granite": {
        "attention.scale": Carried("attention_multiplier"),
        "logit_scale": Carried("logits_scaling"),
        "residual_scale": Carried("residual_multiplier"),
        "embedding_scale": Carried("embedding_multiplier"),
        "rope.scaling.finetuned": Only((True,)),  # False: no positions at all
    },
}
ARCHITECTURES = frozenset(_OWN)

_TOKENIZER: dict[str, Rule] = {
    "ggml.model": Carried("model"),
    "ggml.pre": Carried("pre_tokenizer"),
    "ggml.tokens": Carried("vocab"),
    "ggml.token_type": Carried("added_tokens"),
    "ggml.token_type_count": Only((0, 1)),
    "ggml.scores": Carried("merges"),
    "ggml.merges": Carried("merges"),
    "ggml.bos_token_id": Carried("bos_token"),
    "ggml.eos_token_id": Carried("eos_token"),
    "ggml.eot_token_id": Carried("added_tokens"),
    "ggml.eom_token_id": Carried("added_tokens"),
    "ggml.unknown_token_id": Carried("unk_token"),
    "ggml.padding_token_id": Carried("pad_token"),
    "ggml.add_bos_token": Carried("post_processor"),
    "ggml.add_eos_token": Carried("post_processor"),
    "ggml.add_sep_token": Only((False,)),
    "ggml.add_space_prefix": Carried("normalizer"),
    "ggml.remove_extra_whitespaces": Only((False,)),
    "ggml.seperator_token_id": NoMatter(),  # as the format spells it
    "ggml.mask_token_id": NoMatter(),
    "ggml.fim_pre_token_id": NoMatter(),
    "ggml.fim_suf_token_id": NoMatter(),
    "ggml.fim_mid_token_id": NoMatter(),
    "ggml.fim_pad_token_id": NoMatter(),
    "ggml.fim_rep_token_id": NoMatter(),
    "ggml.fim_sep_token_id": NoMatter(),
    "ggml.prefix_token_id": NoMatter(),
    "ggml.suffix_token_id": NoMatter(),
    "ggml.middle_token_id": NoMatter(),
    "huggingface.json": NoMatter(),
    "chat_template": Carried("chat_template"),
    "chat_templates": NoMatter(),  # the names of others, of which none is used
}  # fmt: skip

_GENERAL: dict[str, Rule] = {
    "general.type": Only(("model",)),
    "general.quantization_version": Only((2,)),
}
# Of other kinds of files and of models that no architecture above is.
_FOREIGN_PREFIXES = ("adapter.", "clip.", "diffusion.", "xielu.", "imatrix.")


def rule_for(architecture: str, key: str) -> Rule | None:
    """What the table says of ``key`` in a model of ``architecture``; None if it is refused."""
    first, _, rest = key.partition(".")
    if first == architecture:
        return _OWN[architecture].get(rest) or _COMMON.get(rest)
    if first == "tokenizer":
        return NoMatter() if rest.startswith("chat_template.") else _TOKENIZER.get(rest)
    if key.startswith(_FOREIGN_PREFIXES):
        return None
    return _GENERAL.get(key, NoMatter())


def require_known(architecture: str, values: Values) -> None:
    """Raise UserError, naming the key, unless all of ``values`` can be carried over or change nothing."""
    for key, value in values.items():
        match rule_for(architecture, key):
            case None:
                raise refused(key, value)
            case Only(allowed):
                listed = value if isinstance(value, list) else [value]
                if any(each not in allowed for each in listed):
                    raise refused(key, value)
            case _:
                pass


def refused(key: str, value: Value | list[Value] | None = None) -> UserError:
    """The error for something in the metadata that we cannot compute as its author meant it."""
    shown = ""
    if value is not None and not isinstance(value, list):
        shown = tr(" ({value})", value=_short(str(value)))
    # What a file in another format may say in a way that can be computed; experts and the like stay what they are.
    elsewhere = key.partition(".")[2].startswith(("rope.", "attention.s", "ggml.", "quantization"))
    return UserError(
        tr(
            "The GGUF file sets {short}{shown}, which Cowrite cannot compute.",
            short=_short(key),
            shown=shown,
        ),
        tr(ADVICE_ANOTHER_FILE) if elsewhere else tr("Choose another model."),
    )


def damaged(key: str) -> UserError:
    """The error for a value in the metadata that is missing or makes no sense."""
    return UserError(
        tr("The GGUF file is damaged: {short} is missing or makes no sense.", short=_short(key)),
        tr("Download the file again, or take another GGUF file of the model."),
    )


def _short(text: str) -> str:
    return without_controls(text)[:80]
