"""What servers answer, of llama-server, llama-cpp-python, vLLM, LM Studio and Ollama, as one kind of values.

They agree on the names of fields and little else: probabilities come as OpenAI's old lists, as its newer objects, as
llama.cpp's own, for several tokens at once, or not at all. Whatever is not as expected is left out, never guessed.
"""

from __future__ import annotations

import json
import math
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

_MOST_TOLD = 200
_MOST_MODELS = 1_000
# Marks that turn the order of what follows around, and signs that no text has but a terminal obeys.
_UNWANTED = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ufeff]")


@dataclass(frozen=True, slots=True)
class Piece:
    """Text that was added, and how probable: the sum of its tokens' natural-log probabilities; None where unknown.

    ``others`` are the most probable tokens in the place of its first one, which may be among them.
    """

    text: str
    logprob: float | None = None
    others: Mapping[str, float] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Chunk:
    """One event: pieces of text, and why the answer ended if it did (“stop”, “length”)."""

    pieces: tuple[Piece, ...] = ()
    finish: str = ""
    error: str = ""


def read_chunk(data: str) -> Chunk | None:
    """The event ``data``; None at “[DONE]”. Raises ValueError if it is no JSON object."""
    if data.strip() == "[DONE]":
        return None
    return chunk_of(json.loads(data))


def chunk_of(value: object) -> Chunk:
    """One answer, or a part of one. Raises ValueError if it is none."""
    if not isinstance(value, dict):
        raise ValueError("no object")
    if value.get("error"):
        return Chunk(error=error_text(value) or "error")
    choices = value.get("choices")
    if not isinstance(choices, list) or not choices:
        # The last event of some servers only counts tokens; llama.cpp's own form has no choices at all.
        return _chunk(value, value.get("content")) if "content" in value else Chunk()
    choice = choices[0]
    if not isinstance(choice, dict):
        raise ValueError("no choice")
    inner = choice.get("delta") or choice.get("message") or {}
    text = choice.get("text")
    if text is None and isinstance(inner, dict):
        text = inner.get("content")
    return _chunk(choice, text)


def _chunk(choice: Mapping[str, Any], text: object) -> Chunk:
    finish = choice.get("finish_reason")
    text = _plain(text) if isinstance(text, str) else ""
    return Chunk(
        pieces=_pieces(text, list(_tokens(choice))),
        finish=finish if isinstance(finish, str) else "",
    )


def _pieces(text: str, tokens: list[Piece]) -> tuple[Piece, ...]:
    """The tokens of ``text`` if they write it; else all of it as one piece: half characters, held-back text."""
    if tokens and "".join(each.text for each in tokens) == text:
        return tuple(tokens)
    known = [each.logprob for each in tokens if each.logprob is not None]
    together = sum(known) if known and len(known) == len(tokens) else None
    if not text and together is None:
        return ()
    others = tokens[0].others if len(tokens) == 1 else {}
    return (Piece(text, together, others),)


def _tokens(choice: Mapping[str, Any]) -> Iterator[Piece]:
    logprobs = choice.get("logprobs")
    own = choice.get("completion_probabilities") or choice.get("probs")
    if isinstance(logprobs, dict) and isinstance(logprobs.get("content"), list):
        yield from map(_newer, logprobs["content"])
    elif isinstance(logprobs, dict):
        yield from _older(logprobs)
    elif isinstance(own, list):
        yield from map(_newer, own)


def _newer(token: object) -> Piece:
    """OpenAI's objects, and llama.cpp's, which has had two names for most of it."""
    if not isinstance(token, dict):
        return Piece("")
    text = token.get("token", token.get("content"))
    tops = token.get("top_logprobs") or token.get("top_probs") or token.get("probs") or []
    others = dict[str, float]()
    own = _logprob(token)
    for each in tops if isinstance(tops, list) else []:
        name = each.get("token", each.get("tok_str")) if isinstance(each, dict) else None
        value = _logprob(each) if isinstance(each, dict) else None
        if isinstance(name, str) and value is not None:
            others[_plain(name)] = value
    text = _plain(text) if isinstance(text, str) else ""
    return Piece(text, others.get(text) if own is None and text else own, others)


def _older(logprobs: Mapping[str, Any]) -> Iterator[Piece]:
    """OpenAI's lists; the first value of vLLM's, and that of a token without any, is null."""
    tokens, values, tops = (
        found if isinstance(found := logprobs.get(name), list) else []
        for name in ("tokens", "token_logprobs", "top_logprobs")
    )
    for at, text in enumerate(tokens):
        value = _number(values[at]) if at < len(values) else None
        top = tops[at] if at < len(tops) and isinstance(tops[at], dict) else {}
        others = {
            _plain(str(name)): each
            for name, one in top.items()
            if (each := _number(one)) is not None
        }
        yield Piece(_plain(text) if isinstance(text, str) else "", value, others)


def _plain(text: str) -> str:
    """What a server writes, as it may stand in a text."""
    return _UNWANTED.sub("", text.replace("\r\n", "\n"))


def _logprob(token: Mapping[str, Any]) -> float | None:
    value = _number(token.get("logprob"))
    if value is not None:
        return value
    share = token.get("prob")
    if isinstance(share, bool) or not isinstance(share, int | float) or not 0 < share <= 1:
        return None
    return math.log(share)


def _number(value: object) -> float | None:
    """A log-probability; nothing is more probable than certain."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    try:
        number = float(value)
    except OverflowError:
        return None
    return min(0.0, number) if math.isfinite(number) else None


def model_names(value: object) -> tuple[str, ...]:
    """The models of an answer to “/models”. Raises ValueError if it is none."""
    data = value.get("data", value.get("models")) if isinstance(value, dict) else None
    if not isinstance(data, list):
        raise ValueError("no list of models")
    names = [each.get("id", each.get("name")) for each in data if isinstance(each, dict)]
    named = (each for each in names if isinstance(each, str) and 0 < len(each) <= _MOST_TOLD)
    return tuple(dict.fromkeys(named))[:_MOST_MODELS]


def error_text(value: object) -> str:
    """What a server says is wrong, shortened; empty if it says nothing that can be read."""
    if not isinstance(value, dict):
        return ""
    error = value.get("error", value.get("message", value.get("detail")))
    if isinstance(error, dict):
        error = error.get("message")
    return error[:_MOST_TOLD] if isinstance(error, str) else ""
