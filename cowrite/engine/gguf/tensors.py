"""Which tensors of a GGUF file become which of Hugging Face's, and what is done to them on the way.

All that the architecture needs must be there, in the right shape, and nothing else: what is missing is never made up,
and what nobody would read is a sign that the model is another one.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from enum import Enum
from typing import Any

from cowrite.base.errors import UserError
from cowrite.engine.gguf.config import Family, GgufPlan
from cowrite.engine.gguf.header import GgufTensor, without_controls
from cowrite.engine.gguf.keys import damaged
from cowrite.engine.gguf.parts import ADVICE_ANOTHER_FILE, Gguf
from cowrite.engine.gguf.rope import FREQUENCIES, LONG, SHORT
from cowrite.localization import tr

# What gguf's dequantize() reads (gguf.quants), by ggml's names.
READABLE_KINDS = frozenset(
    {"F32", "F16", "BF16", "Q4_0", "Q4_1", "Q5_0", "Q5_1", "Q8_0", "Q2_K", "Q3_K", "Q4_K", "Q5_K", "Q6_K",
     "TQ1_0", "TQ2_0", "MXFP4", "NVFP4", "IQ2_XXS", "IQ2_XS", "IQ2_S", "IQ3_XXS", "IQ3_S", "IQ1_S", "IQ1_M",
     "IQ4_NL", "IQ4_XS"}
)  # fmt: skip


class Change(Enum):
    """What is done to a tensor's weights."""

    NONE = "none"
    UNPERMUTED = "rows in the order of Hugging Face"
    LESS_ONE = "one less"


@dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    """A tensor of Hugging Face's layout: ``sources`` one after the other, or zeros if there are none."""

    name: str
    shape: tuple[int, ...]
    sources: tuple[GgufTensor, ...]
    change: Change = Change.NONE
    heads: int = 0


def targets_of(gguf: Gguf, plan: GgufPlan) -> list[Target]:
    """Every tensor of the model. Raises UserError if one is missing, of another shape, unreadable, or left over."""
    unread = dict(gguf.tensors)
    targets = list(_Finder(gguf, plan, unread).targets())
    left = sorted(set(unread) - _in_positions(gguf, plan))
    if left:
        more = tr(" and {count} more", count=len(left) - 1) if len(left) > 1 else ""
        raise UserError(
            tr(
                "The GGUF file has a tensor that Cowrite has no place for: {shown}{more}.",
                shown=_shown(left[0]),
                more=more,
            ),
            tr(ADVICE_ANOTHER_FILE),
        )
    return targets


def _in_positions(gguf: Gguf, plan: GgufPlan) -> set[str]:
    """The tensors that went into ``rope_parameters``."""
    if not plan.family.has_rope_tensors:
        return set()
    if plan.family.model_type != "phi3" and FREQUENCIES in gguf.tensors:
        return {FREQUENCIES}
    is_long = plan.config["rope_parameters"]["rope_type"] == "longrope"
    return {LONG, SHORT} if is_long else set()


class _Finder:
    """Takes tensors out of ``unread``."""

    def __init__(self, gguf: Gguf, plan: GgufPlan, unread: dict[str, GgufTensor]) -> None:
        self._gguf, self._unread = gguf, unread
        self._family: Family = plan.family
        self._config: dict[str, Any] = plan.config

    def targets(self) -> Iterator[Target]:
        config = self._config
        hidden, rows = config["hidden_size"], config["vocab_size"]
        yield self._one("model.embed_tokens.weight", (rows, hidden), "token_embd.weight")
        for number in range(config["num_hidden_layers"]):
            yield from self._layer(f"model.layers.{number}", f"blk.{number}")
        yield self._norm("model.norm.weight", "output_norm.weight", hidden)
        if not config["tie_word_embeddings"]:
            yield self._one("lm_head.weight", (rows, hidden), "output.weight")

    def _layer(self, theirs: str, ours: str) -> Iterator[Target]:
        hidden, head_dim = self._config["hidden_size"], self._config["head_dim"]
        family = self._family
        yield self._norm(f"{theirs}.input_layernorm.weight", f"{ours}.attn_norm.weight", hidden)
        yield from self._attention(f"{theirs}.self_attn", ours)
        if family.normalizes_heads:
            for each in ("q", "k"):
                name = f"{theirs}.self_attn.{each}_norm.weight"
                yield self._norm(name, f"{ours}.attn_{each}_norm.weight", head_dim)
        after = f"{theirs}.post_attention_layernorm.weight"
        if family.normalizes_outputs:
            yield self._norm(after, f"{ours}.post_attention_norm.weight", hidden)
            before_mlp = f"{theirs}.pre_feedforward_layernorm.weight"
            yield self._norm(before_mlp, f"{ours}.ffn_norm.weight", hidden)
            after_mlp = f"{theirs}.post_feedforward_layernorm.weight"
            yield self._norm(after_mlp, f"{ours}.post_ffw_norm.weight", hidden)
        else:
            yield self._norm(after, f"{ours}.ffn_norm.weight", hidden)
        yield from self._mlp(f"{theirs}.mlp", ours)

    def _attention(self, theirs: str, ours: str) -> Iterator[Target]:
        config = self._config
        hidden, head_dim = config["hidden_size"], config["head_dim"]
        heads, kv_heads = config["num_attention_heads"], config["num_key_value_heads"]
        rows = {"q": heads * head_dim, "k": kv_heads * head_dim, "v": kv_heads * head_dim}
        if self._family.fused:
            yield self._fused(theirs, ours, rows)
        else:
            for each, count in rows.items():
                turned = self._family.permuted and each != "v"
                change = Change.UNPERMUTED if turned else Change.NONE
                own_heads = heads if each == "q" else kv_heads
                for leaf, shape in (("weight", (count, hidden)), ("bias", (count,))):
                    if leaf == "weight" or self._has_attention_bias():
                        name, source = f"{theirs}.{each}_proj.{leaf}", f"{ours}.attn_{each}.{leaf}"
                        optional = leaf == "bias" and self._family.attention_bias is not True
                        yield self._one(name, shape, source, change, own_heads, optional=optional)
        output = f"{ours}.attn_output"
        yield self._one(f"{theirs}.o_proj.weight", (hidden, heads * head_dim), f"{output}.weight")
        if self._family.output_bias and self._has_attention_bias():
            yield self._one(f"{theirs}.o_proj.bias", (hidden,), f"{output}.bias", optional=True)

    def _fused(self, theirs: str, ours: str, rows: dict[str, int]) -> Target:
        """Phi-3's queries, keys and values in one; GGUF may have them in one or in three."""
        hidden, name = self._config["hidden_size"], f"{theirs}.qkv_proj.weight"
        if f"{ours}.attn_q.weight" not in self._unread:
            return self._one(name, (sum(rows.values()), hidden), f"{ours}.attn_qkv.weight")
        sources = [
            self._take(f"{ours}.attn_{each}.weight", (count, hidden))
            for each, count in rows.items()
        ]
        return Target(name=name, shape=(sum(rows.values()), hidden), sources=tuple(sources))

    def _mlp(self, theirs: str, ours: str) -> Iterator[Target]:
        hidden, wide = self._config["hidden_size"], self._config["intermediate_size"]
        if self._family.fused:
            name = f"{theirs}.gate_up_proj.weight"
            yield self._one(name, (2 * wide, hidden), f"{ours}.ffn_up.weight")
            yield self._one(f"{theirs}.down_proj.weight", (hidden, wide), f"{ours}.ffn_down.weight")
            return
        for each, shape in (
            ("gate", (wide, hidden)),
            ("up", (wide, hidden)),
            ("down", (hidden, wide)),
        ):
            yield self._one(f"{theirs}.{each}_proj.weight", shape, f"{ours}.ffn_{each}.weight")
            if self._config.get("mlp_bias"):
                name, source = f"{theirs}.{each}_proj.bias", f"{ours}.ffn_{each}.bias"
                yield self._one(name, shape[:1], source, optional=True)

    def _has_attention_bias(self) -> bool:
        return self._family.attention_bias is True or bool(self._config.get("attention_bias"))

    def _norm(self, name: str, source: str, size: int) -> Target:
        change = Change.LESS_ONE if self._family.norm_offset else Change.NONE
        return self._one(name, (size,), source, change)

    def _one(
        self,
        name: str,
        shape: tuple[int, ...],
        source: str,
        change: Change = Change.NONE,
        heads: int = 0,
        *,
        optional: bool = False,
    ) -> Target:
        sources: tuple[GgufTensor, ...] = ()
        if not optional or self._in_first_layer(source):
            sources = (self._take(source, shape),)
        return Target(name=name, shape=shape, sources=sources, change=change, heads=heads)

    def _in_first_layer(self, source: str) -> bool:
        """A bias that may be missing is missing in all layers, or else a part of the file is."""
        _, _, rest = source.removeprefix("blk.").partition(".")
        return f"blk.0.{rest}" in self._gguf.tensors

    def _take(self, source: str, shape: tuple[int, ...]) -> GgufTensor:
        tensor = self._unread.pop(source, None)
        if tensor is None:
            raise UserError(
                tr(
                    "The GGUF file is only a part of a model; missing: {shown}.",
                    shown=_shown(source),
                ),
                tr("Download the model again, with all its parts."),
            )
        if tensor.shape != shape:
            raise damaged(tr("the shape of {source}", source=source))
        if tensor.kind_name not in READABLE_KINDS:
            raise UserError(
                tr(
                    "{shown} is stored as {kind_name}, which Cowrite cannot read.",
                    shown=_shown(source),
                    kind_name=tensor.kind_name,
                ),
                tr(ADVICE_ANOTHER_FILE),
            )
        return tensor


def _shown(name: str) -> str:
    return without_controls(name)[:80]
