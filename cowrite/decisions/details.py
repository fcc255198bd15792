"""What each named detail of an event may be, so that whoever reads one can rely on its kind.

What is read from the log without sense is left out; a file with it is refused. Names that are not listed are kept as
they are: nothing here reads them.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping

from cowrite.decisions.events import JsonValue

MOST = 10**15
"""No number of a detail is larger: a length, a duration in milliseconds, a logarithm."""

Check = Callable[[JsonValue], bool]


def _is_whole(value: JsonValue) -> bool:
    return type(value) is int and -1 <= value <= MOST


def _is_count(value: JsonValue) -> bool:
    return type(value) is int and 0 <= value <= MOST


def _is_number(value: JsonValue) -> bool:
    if value is None:
        return True
    if isinstance(value, bool) or not isinstance(value, int | float):
        return False
    return -MOST <= value <= MOST and math.isfinite(value)


def _is_word(value: JsonValue) -> bool:
    return value is None or isinstance(value, str)


def _is_text(value: JsonValue) -> bool:
    """A text, or its length where the text was left out."""
    return _is_word(value) or _is_count(value)


def _is_keys(value: JsonValue) -> bool:
    """Pairs: milliseconds after the first key, and UTF-16 units."""
    return isinstance(value, list) and all(
        isinstance(pair, list) and len(pair) == 2 and all(map(_is_count, pair)) for pair in value
    )


def _is_token(value: JsonValue) -> bool:
    return (
        isinstance(value, list) and len(value) == 2 and _is_word(value[0]) and _is_number(value[1])
    )


_CANDIDATE: Mapping[str, Check] = {
    "text": _is_text,
    "original": _is_text,
    "logprob": _is_number,
    "probability": lambda value: _is_word(value) or _is_number(value),
    "index": _is_whole,
    "tokens": lambda value: isinstance(value, list) and all(map(_is_token, value)),
}


def _is_candidates(value: JsonValue) -> bool:
    """How many there were, or all of them."""
    if isinstance(value, list):
        return all(isinstance(each, dict) and not _senseless(each, _CANDIDATE) for each in value)
    return _is_count(value)


_STUB: Mapping[str, Check] = {
    "n": _is_count,
    "more": _is_count,
    "event": lambda value: isinstance(value, str),
    "source": lambda value: isinstance(value, str),
    "t": lambda value: type(value) is int and abs(value) <= MOST,
    "cursor": _is_whole,
    "index": _is_whole,
    "hover": _is_whole,
}
_STUB_SETTINGS = 6


def _is_stub(value: JsonValue) -> bool:
    """What is kept of a line of a CoAuthor file, or that a row is one more of the same line."""
    if not isinstance(value, dict) or _senseless(value, _STUB) or "n" not in value:
        return False
    settings = value.get("settings")
    whole = "more" in value or _STUB.keys() - {"more"} <= value.keys()
    return whole and (
        settings is None
        or (
            isinstance(settings, list)
            and len(settings) == _STUB_SETTINGS
            and all(map(_is_word, settings))
        )
    )


_DETAILS: Mapping[str, Check] = {
    **dict.fromkeys(
        ("text", "inserted", "typed", "taken", "now", "original", "context", "after"), _is_text
    ),
    **dict.fromkeys(
        (
            "origin",
            "when",
            "state",
            "trigger",
            "reason",
            "hash",
            "was",
            "device",
            "quantization",
            "genre",
            "writer",
            "hunk_kind",
            "proposal",
        ),
        _is_word,
    ),
    **dict.fromkeys(
        (
            "adapter_scale",
            "confidence",
            "distance",
            "first_token_ms",
            "kept",
            "kept_characters",
            "logprob",
            "ms_since_key",
            "on_screen_ms",
            "prefill_ms",
            "probability",
            "total_ms",
            "typing_interval_ms",
        ),
        _is_number,
    ),
    **dict.fromkeys(
        ("removed", "length", "characters", "prompt_tokens", "cached_tokens", "version"), _is_count
    ),
    "candidate": _is_whole,
    "candidates": _is_candidates,
    "keys": _is_keys,
    **dict.fromkeys(
        ("gate", "worth"),
        lambda value: isinstance(value, dict) and all(map(_is_number, value.values())),
    ),
    "coauthor": lambda value: isinstance(value, list) and all(map(_is_stub, value)),
}


NAMED = frozenset(_DETAILS)
"""The names of the details that are looked at here."""


def senseless(details: Mapping[str, JsonValue]) -> list[str]:
    """The names of those ``details`` that are not what their names say."""
    return _senseless(details, _DETAILS)


def sensible(details: JsonValue) -> dict[str, JsonValue]:
    """``details`` without those; none if they are no object."""
    if not isinstance(details, dict):
        return {}
    left_out = senseless(details)
    return {k: v for k, v in details.items() if k not in left_out} if left_out else details


def _senseless(values: Mapping[str, JsonValue], checks: Mapping[str, Check]) -> list[str]:
    return [name for name, value in values.items() if name in checks and not checks[name](value)]
