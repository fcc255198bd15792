"""What the tokens of a tokenizer are: text, marks that steer the model, or nothing.

Only what a tokenizer calls special, and what ends a text by the model's own configuration, is a control token. A token
that was added to a vocabulary without being special is text like any other: an empty line, a run of spaces, an HTML
tag. Some authors forget to call their marks special; those are text by name, but nobody means them by typing them, so
they are neither read nor written.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any, TypeGuard

from tokenizers import Tokenizer

from cowrite.base.json_values import SchemaError, read_json_file
from cowrite.base.records import decode

NO_BYTE = 0xFFFF
# What stands for a space in the vocabularies of SentencePiece.
SPACE_MARK = "▁"

_BYTE_TOKEN = re.compile(r"<0x([0-9A-Fa-f]{2})>")
# Tokens that look like marks; llama.cpp also corrects those that authors did not call special. HTML tags are none.
_LOOKS_LIKE_CONTROL = re.compile(
    r"<[|｜].+[|｜]>"
    r"|<\|?/?[a-z]+(?:_[a-z0-9]+)+\|?>"  # <start_of_turn>, <fim_prefix>, </tool_call>
    r"|</?(?:s|unk|pad|mask|bos|eos|sep|cls|think)>"
    r"|<(?:unused|reserved)\d+>"
    r"|\[/?[A-Z@][A-Z@_]*\]"  # [INST], [/INST], [@BOS@]
)
_NAMES_IN_SENTENCEPIECE = frozenset({"<s>", "</s>", "<unk>", "<pad>"})


@dataclass(frozen=True, slots=True)
class TokenText:
    """``tokens[i]`` is what token ``i`` writes, or None; ids may have gaps and exceed the rows of the embedding.

    ``control``: they steer the model and end what it says. ``withheld``: text by name, neither read nor written.
    ``added``: found in a text as they are, before it is divided.
    """

    tokens: list[bytes | None]
    control: frozenset[int]
    withheld: frozenset[int]
    added: frozenset[int]


@dataclass(frozen=True, slots=True)
class ModelNumbers:
    """What the model's configuration says of tokens: ``rows`` of the embedding, and which ``ends`` a text.

    ``special``: the texts of added tokens that the tokenizer's own configuration calls special.
    """

    rows: int | None = None
    ends: frozenset[int] = frozenset()
    special: frozenset[str] = frozenset()

    @classmethod
    def of(cls, model_dir: Path) -> ModelNumbers:
        """Read the three configurations beside the weights; what is missing or makes no sense is not known."""
        config, generation = (
            _json(model_dir / f"{name}config.json") for name in ("", "generation_")
        )
        inner = config.get("text_config")
        rows = config.get(
            "vocab_size", inner.get("vocab_size") if isinstance(inner, dict) else None
        )
        ends = {*_ids(config.get("eos_token_id")), *_ids(generation.get("eos_token_id"))}
        special = frozenset(_special_in(_json(model_dir / "tokenizer_config.json")))
        return cls(rows if _is_id(rows) and rows else None, frozenset(ends), special)


def texts_of(tokenizer: Tokenizer, numbers: ModelNumbers) -> TokenText:
    """What each token of ``tokenizer`` is in a model of these ``numbers``."""
    is_bytes = is_byte_level(tokenizer)
    has_byte_tokens = not is_bytes and _has_byte_tokens(tokenizer)
    vocabulary = tokenizer.get_vocab(with_added_tokens=True)
    tokens: list[bytes | None] = [None] * (max(vocabulary.values(), default=-1) + 1)
    for text, i in vocabulary.items():
        tokens[i] = (
            from_byte_alphabet(text) if is_bytes else from_sentencepiece(text, has_byte_tokens)
        )
    control, withheld = set[int](), set[int]()
    added = tokenizer.get_added_tokens_decoder()
    for i, each in added.items():
        looks = bool(_LOOKS_LIKE_CONTROL.fullmatch(each.content))
        if each.special or i in numbers.ends or each.content in numbers.special:
            control.add(i)
            tokens[i] = None
        elif is_bytes and tokenizer.model.token_to_id(each.content) is None:
            tokens[i] = each.content.encode()
        if looks and i not in control:
            withheld.add(i)
    if not is_bytes:
        names = {*_NAMES_IN_SENTENCEPIECE, getattr(tokenizer.model, "unk_token", None)}
        for i in {vocabulary[name] for name in names if name in vocabulary} - added.keys():
            control.add(i)
            tokens[i] = None
    rows = len(tokens) if numbers.rows is None else numbers.rows
    for i in range(rows, len(tokens)):
        tokens[i] = None
    return TokenText(
        tokens,
        frozenset(i for i in control if i < rows),
        frozenset(withheld),
        frozenset(added),
    )


def is_byte_level(tokenizer: Tokenizer) -> bool:
    """Asks the parts, whose state is JSON: parsing the whole file would take longer than all the rest."""
    parts = (tokenizer.decoder, tokenizer.pre_tokenizer, tokenizer.normalizer)
    return any(part is not None and b'"ByteLevel"' in part.__getstate__() for part in parts)


def from_byte_alphabet(token: str) -> bytes | None:
    """What a token of a byte-level vocabulary writes; None if it holds what stands for no byte."""
    try:
        return token.translate(_byte_alphabet()).encode("latin-1")
    except UnicodeEncodeError:
        return None


def from_sentencepiece(token: str, has_byte_tokens: bool = True) -> bytes:
    """What a token of a vocabulary in the manner of SentencePiece writes."""
    byte = _BYTE_TOKEN.fullmatch(token) if has_byte_tokens else None
    return bytes([int(byte[1], 16)]) if byte else token.replace(SPACE_MARK, " ").encode()


def _has_byte_tokens(tokenizer: Tokenizer) -> bool:
    decoder = tokenizer.decoder
    falls_back = getattr(tokenizer.model, "byte_fallback", False)
    return bool(falls_back) or (decoder is not None and b'"ByteFallback"' in decoder.__getstate__())


@lru_cache(maxsize=1)
def _byte_alphabet() -> dict[int, int]:
    """The printable stand-ins for bytes used by byte-level BPE (Radford et al. 2019, GPT-2's ``bytes_to_unicode``).

    From a stand-in to its byte; what is no stand-in stays or becomes a character that is no byte.
    """
    printable = [*range(0x21, 0x7F), *range(0xA1, 0xAD), *range(0xAE, 0x100)]
    others = [byte for byte in range(256) if byte not in set(printable)]
    alphabet = dict.fromkeys(others, NO_BYTE)
    alphabet.update({256 + position: byte for position, byte in enumerate(others)})
    return alphabet


def _special_in(config: Mapping[str, Any]) -> Iterator[str]:
    """Some authors say only here, and not in the tokenizer's file, that a token is special."""
    added = config.get("added_tokens_decoder")
    named = [config.get(f"{name}_token") for name in ("bos", "eos", "pad", "unk", "sep", "cls")]
    more = config.get("additional_special_tokens")
    for each in [
        *named,
        *(more if isinstance(more, list) else ()),
        *(
            each
            for each in (added.values() if isinstance(added, dict) else ())
            if isinstance(each, dict) and each.get("special") is True
        ),
    ]:
        content = each.get("content") if isinstance(each, dict) else each
        if isinstance(content, str):
            yield content


def _json(file: Path) -> Mapping[str, Any]:
    try:
        return decode(read_json_file(file, tolerant=True), dict[str, Any])
    except (OSError, SchemaError):
        return {}


def _ids(value: object) -> list[int]:
    values = value if isinstance(value, list) else [value]
    return [each for each in values if _is_id(each)]


def _is_id(value: object) -> TypeGuard[int]:
    return isinstance(value, int) and not isinstance(value, bool) and value >= 0
