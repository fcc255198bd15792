"""Sessions without a single character that was written, suggested or used as a name: lengths, times and outcomes only.

Names of details that are not known here go, and with them what they hold. Of a text its length is left, in characters.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from cowrite.base.utf16 import utf16_length
from cowrite.decisions.database.rows import DocumentRow, SessionRow
from cowrite.decisions.events import CONTINUE, Event, JsonValue
from cowrite.decisions.exchange.bundle import Bundle

# What says something about a text and not of it: words of the program's own.
WORDS: dict[str, frozenset[str]] = {
    "origin": frozenset(
        {
            "typed",
            "pasted",
            "deleted",
            "undo",
            "redo",
            "accepted",
            "replaced",
            "rewritten",
            "dictated",
            "version",
            "loaded",
        }
    ),
    "when": frozenset({"30 s", "2 min", "10 min", "save", "close", "open"}),
    "state": frozenset({"exact", "edited", "gone"}),
    "trigger": frozenset({"typed", "accepted", "key", "undo", "pause", "pause_key"}),
}
TASKS = frozenset(
    {
        CONTINUE,
        "fill_in",
        "instruct",
        "score",
        "repair",
        "rewrite",
        "shorten",
        "expand",
        "simplify",
        "tone",
        "describe",
        "tense",
        "person",
        "translate",
        "summarize",
        "reply",
        "ask",
        "questions",
        "continue-passage",
    }
)
_TEXTS = frozenset({"text", "inserted", "typed", "taken", "now", "original", "context", "after"})
_NUMBERS = frozenset(
    [
        "removed",
        "length",
        "distance",
        "kept",
        "characters",
        "candidate",
        "confidence",
        "on_screen_ms",
        "ms_since_key",
        "typing_interval_ms",
        "prefill_ms",
        "first_token_ms",
        "total_ms",
        "prompt_tokens",
        "cached_tokens",
        "logprob",
        "probability",
        "index",
        "version",
    ]
)

Fill = Callable[[str], JsonValue]


def without_text(bundle: Bundle) -> Bundle:
    """The bundle with lengths instead of texts, for JSON lines and tables."""
    return _stripped(bundle, len)


def with_masked_text(bundle: Bundle) -> Bundle:
    """The bundle with an “x” for each UTF-16 unit of a text, for formats that cannot do without one."""
    return _stripped(bundle, lambda text: "x" * utf16_length(text))


def _stripped(bundle: Bundle, fill: Fill) -> Bundle:
    sessions, documents, suggestions = _Numbers("session"), _Numbers("document"), _Numbers("s")
    return Bundle(
        [
            SessionRow(
                id=sessions.of(each.id),
                started_ms=each.started_ms,
                program_version="-",
                platform="-",
            )
            for each in bundle.sessions
        ],
        [
            DocumentRow(id=documents.of(each.id), path="", first_seen_ms=each.first_seen_ms)
            for each in bundle.documents
        ],
        [
            replace(
                each,
                session_id=sessions.of(each.session_id),
                document_id=documents.of(each.document_id),
                suggestion_id=suggestions.of(each.suggestion_id) if each.suggestion_id else "",
                model="model" if each.model else "",
                adapter="adapter" if each.adapter else "",
                task=each.task if each.task in TASKS else "task",
                details=_details(each, fill),
            )
            for each in bundle.events
        ],
    )


class _Numbers:
    """Names in the order of appearance: an id may be made of the name of a file."""

    def __init__(self, word: str) -> None:
        self._word = word
        self._known: dict[str, str] = {}

    def of(self, name: str) -> str:
        return self._known.setdefault(name, f"{self._word}-{len(self._known) + 1}")


def _details(event: Event, fill: Fill) -> dict[str, JsonValue]:
    left: dict[str, JsonValue] = {}
    for name, value in event.details.items():
        if name in _TEXTS and isinstance(value, str):
            left[name] = fill(value)
        elif (name in WORDS and isinstance(value, str) and value in WORDS[name]) or (
            name in _NUMBERS and isinstance(value, int | float)
        ):
            left[name] = value
        elif name == "keys":
            left[name] = _numbers(value)
        elif name == "candidates":
            left[name] = _candidates(value, fill)
    return left


def _numbers(value: JsonValue) -> JsonValue:
    if isinstance(value, list):
        return [_numbers(each) for each in value]
    return value if isinstance(value, int | float) else None


def _candidates(value: JsonValue, fill: Fill) -> JsonValue:
    if isinstance(value, int):
        return value
    left: list[JsonValue] = []
    for each in value if isinstance(value, list) else []:
        if isinstance(each, dict):
            text, tokens = each.get("text"), each.get("tokens")
            left.append(
                {
                    "text": fill(text if isinstance(text, str) else ""),
                    "logprob": _numbers(each.get("logprob")),
                    "tokens": [
                        [None, _numbers(token[1])]
                        for token in (tokens if isinstance(tokens, list) else [])
                        if isinstance(token, list) and len(token) == 2
                    ],
                }
            )
    return left
