"""The vocabulary in a GGUF file, read and checked."""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from enum import IntEnum

from cowrite.base.errors import UserError
from cowrite.engine.gguf.header import Value, Values, without_controls
from cowrite.engine.gguf.keys import damaged
from cowrite.engine.gguf.parts import ADVICE_ANOTHER_FILE
from cowrite.engine.gguf.splitting import SPLITTINGS, Splitting
from cowrite.localization import tr

PREFIX = "tokenizer.ggml."
BYTE_PAIRS, PIECES = "gpt2", "llama"
SPACE = "▁"  # how SentencePiece writes a space


class Kind(IntEnum):
    """``tokenizer.ggml.token_type``."""

    NORMAL = 1
    UNKNOWN = 2
    CONTROL = 3
    USER_DEFINED = 4
    UNUSED = 5
    BYTE = 6


@dataclass(frozen=True, slots=True, kw_only=True)
class GgufVocabulary:
    """The vocabulary as the file has it, checked. ``special`` are ids of tokens that are never text."""

    model: str
    splitting: Splitting
    tokens: list[str]
    kinds: list[Kind]
    merges: list[tuple[str, str]]
    ids: dict[str, int | None]
    adds_beginning: bool
    adds_end: bool
    adds_space: bool
    special: frozenset[int] = field(default_factory=frozenset)

    def text_of(self, name: str) -> str | None:
        """How the token with the role ``name`` (“bos”, “eos”, “unknown”, “padding”) is written."""
        number = self.ids[name]
        return None if number is None else self.tokens[number]


def vocabulary_of(values: Values) -> GgufVocabulary:
    """What a file says of its tokens. Raises UserError if it cannot be carried over."""
    model = values.get(PREFIX + "model")
    if model not in (BYTE_PAIRS, PIECES):
        raise _refused_kind(tr("a vocabulary of the kind {shown}", shown=_shown(model)))
    splitting = _splitting(values) if model == BYTE_PAIRS else Splitting((), begins=True)
    tokens = _texts(values, "tokens")
    # llama.cpp gives names to tokens without a text.
    tokens = [text or f"[EMPTY_{number}]" for number, text in enumerate(tokens)]
    if len(set(tokens)) != len(tokens):
        raise damaged(PREFIX + "tokens")
    kinds = _kinds(values, len(tokens))
    ids = _ids(values, len(tokens), model)
    adds_beginning = _flag(values, "add_bos_token", default=splitting.begins)
    adds_end = _flag(values, "add_eos_token", default=False)
    if (adds_beginning and ids["bos"] is None) or (adds_end and ids["eos"] is None):
        raise damaged(PREFIX + ("bos_token_id" if ids["bos"] is None else "eos_token_id"))
    never_text = (Kind.CONTROL, Kind.UNKNOWN, Kind.UNUSED)
    special = {number for number, kind in enumerate(kinds) if kind in never_text}
    special |= {ids[name] for name in ("bos", "eos", "eot", "eom")} - {None}  # type: ignore[arg-type]
    return GgufVocabulary(
        model=model,
        splitting=splitting,
        tokens=tokens,
        kinds=kinds,
        merges=_merges(values, model, tokens, kinds),
        ids=ids,
        adds_beginning=adds_beginning,
        adds_end=adds_end,
        adds_space=_flag(values, "add_space_prefix", default=model == PIECES),
        special=frozenset(special),
    )


def _splitting(values: Values) -> Splitting:
    name = values.get(PREFIX + "pre")
    if name is None:
        raise _refused_kind(
            tr("a vocabulary without a word on how texts are split (tokenizer.ggml.pre)")
        )
    splitting = SPLITTINGS.get(name) if isinstance(name, str) else None
    if splitting is None:
        raise _refused_kind(
            tr("a way to split texts that Cowrite does not know, {shown}", shown=_shown(name))
        )
    return splitting


def _texts(values: Values, name: str) -> list[str]:
    found = values.get(PREFIX + name)
    if not isinstance(found, list):
        raise damaged(PREFIX + name)
    texts = [each for each in found if isinstance(each, str)]
    if len(texts) != len(found):
        raise damaged(PREFIX + name)
    return texts


def _kinds(values: Values, count: int) -> list[Kind]:
    found = values.get(PREFIX + "token_type")
    if not isinstance(found, list) or len(found) != count:
        raise damaged(PREFIX + "token_type")
    try:
        return [Kind(each) for each in found]  # type: ignore[arg-type]
    except ValueError as error:
        raise damaged(PREFIX + "token_type") from error


def _ids(values: Values, count: int, model: str) -> dict[str, int | None]:
    """The tokens with a role; where nothing is said, as llama.cpp has it for SentencePiece."""
    usual = {"unknown": 0, "bos": 1, "eos": 2} if model == PIECES else {}
    ids: dict[str, int | None] = {}
    for name in ("bos", "eos", "eot", "eom", "unknown", "padding"):
        key = f"{PREFIX}{name}_token_id"
        value = values.get(key, usual.get(name))
        if value is not None and (type(value) is not int or not 0 <= value < count):
            raise damaged(key)
        ids[name] = value
    return ids


def _flag(values: Values, name: str, *, default: bool) -> bool:
    value = values.get(PREFIX + name, default)
    if not isinstance(value, bool):
        raise damaged(PREFIX + name)
    return value


def _merges(
    values: Values, model: str, tokens: list[str], kinds: list[Kind]
) -> list[tuple[str, str]]:
    if model == BYTE_PAIRS or PREFIX + "merges" in values:
        pairs = [_pair(each) for each in _texts(values, "merges")]
        if len(set(pairs)) != len(pairs):
            raise damaged(PREFIX + "merges")
        return pairs
    scores = values.get(PREFIX + "scores")
    if not isinstance(scores, list) or len(scores) != len(tokens):
        raise damaged(PREFIX + "scores")
    return _merges_by_score(tokens, kinds, scores)


def _pair(merge: str) -> tuple[str, str]:
    """The two parts of a merge, whose space may be the first letter of the first (as llama.cpp reads it)."""
    at = merge.find(" ", 1)
    if at < 0 or at == len(merge) - 1:
        raise damaged(PREFIX + "merges")
    return merge[:at], merge[at + 1 :]


def _merges_by_score(
    tokens: list[str], kinds: list[Kind], scores: list[Value]
) -> list[tuple[str, str]]:
    """SentencePiece's order as a list of merges: of two that are possible, what has the higher score comes first."""
    normal = {
        text: scores[number]
        for number, text in enumerate(tokens)
        if kinds[number] is Kind.NORMAL and text
    }
    if not all(isinstance(each, int | float) and math.isfinite(each) for each in normal.values()):
        raise damaged(PREFIX + "scores")
    longer = [text for text in normal if len(text) > 1]
    if len({normal[text] for text in longer}) == 1 and len(longer) > 1:
        # As converters write that did not find the scores; llama.cpp would then merge from the left.
        raise damaged(PREFIX + "scores")
    merges = []
    for text in sorted(longer, key=lambda each: -float(normal[each])):
        for at in range(1, len(text)):
            if text[:at] in normal and text[at:] in normal:
                merges.append((text[:at], text[at:]))
    return merges


def _refused_kind(what: str) -> UserError:
    return UserError(tr("The GGUF file has {what}.", what=what), tr(ADVICE_ANOTHER_FILE))


def _shown(value: object) -> str:
    return without_controls(str(value))[:60] if isinstance(value, str) and value else "unknown"
