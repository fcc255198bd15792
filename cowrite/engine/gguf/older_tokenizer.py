"""Vocabularies in the forms before ``tokenizer.json``, of which many models of 2023 and 2024 have nothing else.

``tokenizer.model`` is SentencePiece's file, a message in protobuf's wire format (sentencepiece_model.proto of
google/sentencepiece); ``vocab.json`` with ``merges.txt`` is byte-level BPE as GPT-2 was published. Both say what a GGUF
file says of its tokens, in other words, so they are read as one is.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from cowrite.base.errors import UserError
from cowrite.base.json_values import SchemaError, read_json_file
from cowrite.engine.gguf.header import Values
from cowrite.engine.gguf.tokenizer import tokenizer_of
from cowrite.engine.gguf.vocabulary import (
    BYTE_PAIRS,
    PIECES,
    PREFIX,
    GgufVocabulary,
    Kind,
    vocabulary_of,
)
from cowrite.localization import tr, tr_noop

PIECES_FILE, TOKENS_FILE, MERGES_FILE = "tokenizer.model", "vocab.json", "merges.txt"
ADDED_FILE = "added_tokens.json"
OLDER_FILES = (PIECES_FILE, TOKENS_FILE, MERGES_FILE, ADDED_FILE)
LARGEST_BYTES = 100_000_000  # the largest have some 5 MB
ADVICE = tr_noop("Download tokenizer.json from the publisher too, or a GGUF file of the model.")
# How texts are split is in no file of the older form; only where a family has one way it is known.
_SPLITTINGS = {"qwen2": "qwen2", "qwen3": "qwen2"}
_BPE = 2
# Numbers of fields in the .proto: of ModelProto, of one piece, of TrainerSpec, of NormalizerSpec.
_PIECE, _TRAINER, _NORMALIZER = 1, 2, 3
_TEXT, _SCORE, _KIND = 1, 2, 3
_MODEL_TYPE, _SUFFIX = 3, 24
_ROLES = {40: "unknown", 41: "bos", 42: "eos", 43: "padding"}
_USUAL_ROLES = {"unknown": 0, "bos": 1, "eos": 2}
_CHARACTERS_MAP, _DUMMY_PREFIX, _FEWER_SPACES = 2, 3, 4
_VARINT, _LONG, _BYTES, _SHORT = 0, 1, 2, 5

Field = tuple[int, int | bytes]


def older_form_in(folder: Path) -> str | None:
    """The file that holds the vocabulary of the model in ``folder``, if it is one of the older form."""
    if (folder / PIECES_FILE).is_file():
        return PIECES_FILE
    both = (folder / TOKENS_FILE).is_file() and (folder / MERGES_FILE).is_file()
    return TOKENS_FILE if both else None


def convert_older_tokenizer(folder: Path, model_type: str) -> None:
    """Write ``tokenizer.json`` for the model in ``folder`` and remove the older files.

    Raises UserError if their vocabulary cannot be carried over exactly, OSError if the disk fails.
    """
    text = tokenizer_of(read_older_vocabulary(folder, model_type)).to_str(pretty=False)
    (folder / "tokenizer.json").write_text(text, "utf-8")
    for name in OLDER_FILES:
        (folder / name).unlink(missing_ok=True)


def read_older_vocabulary(folder: Path, model_type: str) -> GgufVocabulary:
    """The vocabulary of a model of this ``model_type``. Raises UserError if it cannot be carried over, OSError."""
    name = older_form_in(folder)
    if name is None:
        raise UserError(tr("The model has no tokenizer.json."), tr(ADVICE))
    if any((folder / each).stat().st_size > LARGEST_BYTES for each in _files_of(folder)):
        raise _damaged(name)
    try:
        is_pieces = name == PIECES_FILE
        values = _from_pieces(folder) if is_pieces else _from_merges(folder, model_type)
        return vocabulary_of(values)
    except (SchemaError, ValueError, TypeError, KeyError, AttributeError, struct.error) as error:
        raise _damaged(name) from error
    except UserError as error:
        # What is wrong with a vocabulary is said of a GGUF file there; here it came out of another.
        raise error if error.advice == tr(ADVICE) else _damaged(name) from error


def _files_of(folder: Path) -> Iterator[str]:
    return (name for name in OLDER_FILES if (folder / name).is_file())


def _damaged(name: str) -> UserError:
    return UserError(tr("The model's {name} is damaged.", name=name), tr(ADVICE))


def _refused(name: str, why: str) -> UserError:
    return UserError(
        tr("The model's {name} cannot be converted: {why}.", name=name, why=why), tr(ADVICE)
    )


# --- SentencePiece ---------------------------------------------------------------------------------------------------


def _from_pieces(folder: Path) -> Values:
    tokens: list[str] = []
    scores: list[float] = []
    kinds: list[int] = []
    roles: dict[str, int] = dict(_USUAL_ROLES)
    trainer: dict[int, int | bytes] = {}
    normalizer: dict[int, int | bytes] = {}
    for number, value in _fields((folder / PIECES_FILE).read_bytes()):
        if number == _PIECE:
            piece = dict(_fields(_as_bytes(value)))
            tokens.append(_as_bytes(piece.get(_TEXT, b"")).decode("utf-8"))
            scores.append(struct.unpack("<f", _as_bytes(piece.get(_SCORE, bytes(4))))[0])
            kinds.append(_as_int(piece.get(_KIND, int(Kind.NORMAL))))
        elif number == _TRAINER:
            trainer = dict(_fields(_as_bytes(value)))
        elif number == _NORMALIZER:
            normalizer = dict(_fields(_as_bytes(value)))
    _require_carried(trainer, normalizer)
    for field, role in _ROLES.items():
        if field in trainer:
            roles[role] = _as_int(trainer[field])
    own = len(tokens)
    for text, number, is_special in _added(folder):
        _put(tokens, kinds, number, text, Kind.CONTROL if is_special else Kind.USER_DEFINED)
    scores += [0.0] * (len(tokens) - own)
    return {
        **_common(folder, PIECES, tokens, kinds, begins=True),
        **{f"{PREFIX}{role}_token_id": id_ for role, id_ in roles.items() if 0 <= id_ < own},
        PREFIX + "scores": list(scores),
        PREFIX + "add_space_prefix": bool(normalizer.get(_DUMMY_PREFIX, 1)),
    }


def _require_carried(
    trainer: Mapping[int, int | bytes], normalizer: Mapping[int, int | bytes]
) -> None:
    """Raise UserError for what a list of merges would do otherwise."""
    if trainer.get(_MODEL_TYPE, 1) != _BPE:
        raise _refused(
            PIECES_FILE, tr("it chooses tokens by their probability, not by pairs (Unigram)")
        )
    if normalizer.get(_CHARACTERS_MAP) or normalizer.get(_FEWER_SPACES, 1):
        raise _refused(PIECES_FILE, tr("it changes a text before it is split"))
    if trainer.get(_SUFFIX):
        raise _refused(PIECES_FILE, tr("it writes spaces at the end of words"))


def _fields(message: bytes) -> Iterator[Field]:
    """The fields of a message in protobuf's wire format. Raises ValueError where it ends too early."""
    at = 0
    while at < len(message):
        key, at = _varint(message, at)
        number, form = key >> 3, key & 7
        if form == _VARINT:
            value, at = _varint(message, at)
            # Negative numbers, such as the id of a token that there is none of, are written in ten bytes.
            yield number, value - (1 << 64) if value >> 63 else value
            continue
        if form == _BYTES:
            size, at = _varint(message, at)
        elif form in (_SHORT, _LONG):
            size = 4 if form == _SHORT else 8
        else:
            raise ValueError("an unknown form of a field")
        if at + size > len(message):
            raise ValueError("a field that ends after the message")
        yield number, message[at : at + size]
        at += size


def _varint(message: bytes, at: int) -> tuple[int, int]:
    value = 0
    for shift in range(0, 70, 7):
        if at >= len(message):
            raise ValueError("a number without an end")
        byte, at = message[at], at + 1
        value |= (byte & 0x7F) << shift
        if not byte & 0x80:
            return value, at
    raise ValueError("a number that is too long")


def _as_bytes(value: int | bytes) -> bytes:
    if not isinstance(value, bytes):
        raise ValueError("a number where bytes should be")
    return value


def _as_int(value: int | bytes) -> int:
    if not isinstance(value, int):
        raise ValueError("bytes where a number should be")
    return value


# --- tokens and merges -----------------------------------------------------------------------------------------------


def _from_merges(folder: Path, model_type: str) -> Values:
    splitting = _SPLITTINGS.get(model_type)
    if splitting is None:
        raise _refused(TOKENS_FILE, tr("it does not say how a text is split into words"))
    numbered = _object(folder / TOKENS_FILE)
    tokens = [""] * len(numbered)
    for text, number in numbered.items():
        if type(number) is not int or not 0 <= number < len(tokens) or tokens[number]:
            raise _damaged(TOKENS_FILE)
        tokens[number] = text
    kinds = [int(Kind.NORMAL)] * len(tokens)
    for text, number, is_special in _added(folder):
        _put(tokens, kinds, number, text, Kind.CONTROL if is_special else Kind.USER_DEFINED)
    lines = (folder / MERGES_FILE).read_text("utf-8").split("\n")
    merges = [line.rstrip("\r") for line in lines if line and not line.startswith("#version")]
    settings = _settings(folder)
    named = {"bos": settings.get("bos_token"), "eos": settings.get("eos_token")}
    ids = {text: number for number, text in enumerate(tokens)}
    return {
        **_common(folder, BYTE_PAIRS, tokens, kinds, begins=False),
        **{
            f"{PREFIX}{role}_token_id": ids[text]
            for role, text in ((role, _content(each)) for role, each in named.items())
            if text in ids
        },
        PREFIX + "pre": splitting,
        PREFIX + "merges": list(merges),
    }


# --- both ------------------------------------------------------------------------------------------------------------


def _common(
    folder: Path, model: str, tokens: list[str], kinds: list[int], *, begins: bool
) -> Values:
    settings = _settings(folder)
    return {
        PREFIX + "model": model,
        PREFIX + "tokens": list(tokens),
        PREFIX + "token_type": list(kinds),
        PREFIX + "add_bos_token": bool(settings.get("add_bos_token", begins)),
        PREFIX + "add_eos_token": bool(settings.get("add_eos_token", False)),
    }


def _added(folder: Path) -> Iterator[tuple[str, int, bool]]:
    """Text, id and whether it is special, of the tokens that were added after the vocabulary was made; by id."""
    found: dict[int, tuple[str, bool]] = {}
    if (folder / ADDED_FILE).is_file():
        found = {number: (text, True) for text, number in _object(folder / ADDED_FILE).items()}
    for number, each in _settings(folder).get("added_tokens_decoder", {}).items():
        found[int(number)] = (_content(each), bool(each.get("special")))
    for number in sorted(found):
        text, is_special = found[number]
        yield text, number, is_special


def _put(tokens: list[str], kinds: list[int], number: int, text: str, kind: Kind) -> None:
    """Let the token ``number`` be ``text``; one more is added where it comes right after the last."""
    if number > len(tokens) or not text:
        raise ValueError("tokens with a gap between them")
    if number == len(tokens):
        tokens.append(text)
        kinds.append(int(kind))
    elif tokens[number] != text:
        raise ValueError("two texts for one token")
    elif kinds[number] == Kind.NORMAL:
        kinds[number] = int(kind)


def _settings(folder: Path) -> dict[str, Any]:
    path = folder / "tokenizer_config.json"
    return _object(path) if path.is_file() else {}


def _object(path: Path) -> dict[str, Any]:
    content = read_json_file(path)
    if not isinstance(content, dict):
        raise ValueError("not an object")
    return content


def _content(token: object) -> str:
    """The text of a token that is written as a text, or as an object with more about it."""
    if isinstance(token, dict):
        token = token.get("content")
    return token if isinstance(token, str) else ""
