"""Which kinds of model can be used, and what is said of one that cannot: never an advice to take that very kind."""

from __future__ import annotations

from cowrite.base.errors import UserError
from cowrite.localization import join_choices, sentences, tr, tr_noop

# Decoder-only kinds that transformers has itself and that the engine computes like transformers does (tested):
# the class that config.json names, and the type that goes with it.
SUPPORTED_KINDS = {
    "LlamaForCausalLM": "llama",
    "MistralForCausalLM": "mistral",
    "Qwen2ForCausalLM": "qwen2",
    "Qwen3ForCausalLM": "qwen3",
    "SmolLM3ForCausalLM": "smollm3",
    "Phi3ForCausalLM": "phi3",
    "GraniteForCausalLM": "granite",
    "GemmaForCausalLM": "gemma",
    "Gemma3ForCausalLM": "gemma3_text",
}

# What a family is called, and the letters by which a kind of it is known.
_FAMILIES = {
    "Llama": ("llama",),
    "SmolLM": ("smollm",),
    "Qwen": ("qwen", "qwq"),
    "Mistral": ("mistral", "mixtral", "ministral", "pixtral"),
    "Gemma": ("gemma",),
    "Granite": ("granite",),
    "Phi-3": ("phi",),
}
# Kinds that are taken for a supported one: what they do beside it, by what their name contains.
_VARIANTS = (
    (("forconditionalgeneration", "vision", "vl", "multimodal", "phi3v", "phi4mm", "mllama"),
     tr_noop("It takes in pictures or sound as well as text.")),
    (("moe", "mixtral", "llama4", "granitemoe"), tr_noop("It chooses among several experts for every token.")),
    (("gemma2",), tr_noop("It limits its attention scores in a way of its own.")),
    (("gemma3n", "gemma4"), tr_noop("Its layers have parts that Cowrite does not compute.")),
    (("phi3small", "phimoe"), tr_noop("Its attention is of a kind of its own.")),
    (("mamba", "jamba", "rwkv", "recurrent", "hybrid", "next"), tr_noop("Not all of its layers are attention.")),
    (("classification", "tokenclass", "rewardmodel"), tr_noop("It classifies text instead of continuing it.")),
)  # fmt: skip


def kinds_advice(refused: str = "") -> str:
    """Which families to choose from, without the one that the ``refused`` kind belongs to."""
    plain = _plain(refused)
    names = [
        name for name, letters in _FAMILIES.items() if not any(each in plain for each in letters)
    ]
    return tr("Choose a {kinds} model.", kinds=join_choices(names))


def unsupported(kind: str) -> UserError:
    """What to raise for a model of a ``kind`` that Cowrite cannot compute."""
    plain = _plain(kind)
    reasons = [reason for parts, reason in _VARIANTS if any(part in plain for part in parts)]
    said = tr("The model is of the kind {kind}, which Cowrite does not support.", kind=kind[:60])
    return UserError(sentences(said, *map(tr, reasons[:1])), kinds_advice(kind))


def _plain(kind: str) -> str:
    return kind.lower().replace("-", "").replace("_", "").replace(".", "")
