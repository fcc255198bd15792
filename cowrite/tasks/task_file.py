"""Tasks as files: a JSON object that says all of it, or a plain text for the most usual form of each."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from cowrite.base.errors import UserError
from cowrite.base.records import Record, SchemaError, read_json
from cowrite.engine.messages import (
    CompletionRequest,
    FillInRequest,
    InstructRequest,
    ScoreRequest,
    Task,
)

LARGEST_FILE = 16 << 20
"""Bytes."""
MOST_WORDS = 1_000
MOST_TOKENS = 4_096
MOST_CANDIDATES = 20
MOST_PHRASES = 1_000
MOST_VARIANTS = 5_000
LONGEST_PHRASE = 1_000
"""Characters of a stop text, or of a banned or allowed phrase."""
HIGHEST_TEMPERATURE = 5.0
GAP = "[...]"
"""What stands in a plain text for the words that are missing."""
_BOUNDS = ("max_words", "max_tokens", "candidates", "temperature", "seed")


@dataclass(frozen=True, slots=True, kw_only=True)
class TaskKind:
    """A task that a file may ask for. ``help`` says what it does, and ``plain`` what a file without JSON is."""

    help: str
    plain: str
    from_record: Callable[[Record], Task]
    from_text: Callable[[str], Task]


def is_json(data: bytes) -> bool:
    """Whether ``data`` is meant as JSON, which here always is an object."""
    return data.removeprefix(b"\xef\xbb\xbf").lstrip()[:1] == b"{"


def task_from_json(name: str, data: bytes) -> Task:
    """The task ``name`` as JSON describes it. Raises UserError that says what is wrong with it."""
    try:
        return TASKS[name].from_record(Record.of(read_json(data)))
    except SchemaError as error:
        raise UserError(
            f"The task file cannot be used: {error}.",
            "Correct it; the user guide lists what each task takes.",
        ) from error


def task_from_text(name: str, text: str) -> Task:
    """The task ``name`` on a plain text. Raises UserError if the text does not do for it."""
    return TASKS[name].from_text(text)


# --- each task ---


def _continue(record: Record) -> CompletionRequest:
    record.require_only(["before", "after", "multiline", *_BOUNDS])
    return CompletionRequest(
        before=record.prose("before"),
        after=record.prose("after", ""),
        multiline=record.flag("multiline", False),
        **_draws(record),
        **_lengths(record, words=3, tokens=24, candidates=1),
    )


def _fill_in(record: Record) -> FillInRequest:
    record.require_only(["before", "after", *_BOUNDS])
    return FillInRequest(
        before=record.prose("before"),
        after=record.prose("after"),
        **_draws(record),
        **_lengths(record, words=12, tokens=32, candidates=4),
    )


def _instruct(record: Record) -> InstructRequest:
    record.require_only(
        ["system", "user", "max_tokens", "stop", "allowed", "banned", "temperature", "seed"]
    )
    return InstructRequest(
        system=record.prose("system", ""),
        user=record.prose("user"),
        max_tokens=record.integer("max_tokens", 1, MOST_TOKENS, 256),
        stop=_phrases(record, "stop"),
        allowed=_phrases(record, "allowed"),
        banned=_phrases(record, "banned"),
        **_draws(record),
    )


def _score(record: Record) -> ScoreRequest:
    record.require_only(["before", "variants", "after"])
    variants = record.items("variants")
    if not 1 <= len(variants) <= MOST_VARIANTS:
        record.refuse("variants", f"should have 1 to {MOST_VARIANTS} entries")
    return ScoreRequest(
        before=record.prose("before", ""),
        variants=tuple(_text(record, "variants", each) for each in variants),
        after=record.prose("after", ""),
    )


def _fill_in_text(text: str) -> FillInRequest:
    before, gap, after = text.partition(GAP)
    if not gap:
        raise UserError(
            f"The text has no gap to fill in; “{GAP}” stands for one.",
            f"Put {GAP} where words are missing.",
        )
    return FillInRequest(before=before, after=after)


def _score_text(text: str) -> ScoreRequest:
    lines = tuple(line for line in text.splitlines() if line.strip())
    if not 1 <= len(lines) <= MOST_VARIANTS:
        raise UserError(
            f"The text should have 1 to {MOST_VARIANTS} lines, one for each variant.",
            "Write one variant on each line.",
        )
    return ScoreRequest(before="", variants=lines)


def _draws(record: Record) -> dict[str, Any]:
    return {
        "temperature": record.number("temperature", 0.0, HIGHEST_TEMPERATURE, 0.0),
        "seed": record.integer("seed", default=0),
    }


def _lengths(record: Record, *, words: int, tokens: int, candidates: int) -> dict[str, Any]:
    return {
        "max_words": record.integer("max_words", 1, MOST_WORDS, words),
        "max_tokens": record.integer("max_tokens", 1, MOST_TOKENS, tokens),
        "candidates": record.integer("candidates", 1, MOST_CANDIDATES, candidates),
    }


def _phrases(record: Record, name: str) -> tuple[str, ...]:
    values = record.items(name, ())
    if len(values) > MOST_PHRASES:
        record.refuse(name, f"should have at most {MOST_PHRASES} entries")
    found = tuple(_text(record, name, each) for each in values)
    if any(not 1 <= len(each) <= LONGEST_PHRASE for each in found):
        record.refuse(name, f"should have entries of 1 to {LONGEST_PHRASE} characters")
    return found


def _text(record: Record, name: str, value: object) -> str:
    if not isinstance(value, str):
        record.refuse(name, "should be a list of texts")
    return value


TASKS: Mapping[str, TaskKind] = {
    "continue": TaskKind(
        help="go on from a text",
        plain="the text to go on from",
        from_record=_continue,
        from_text=lambda text: CompletionRequest(before=text),
    ),
    "fill-in": TaskKind(
        help="find the words that are missing between two texts",
        plain=f"the text, with {GAP} where words are missing",
        from_record=_fill_in,
        from_text=_fill_in_text,
    ),
    "instruct": TaskKind(
        help="follow an instruction",
        plain="the instruction",
        from_record=_instruct,
        from_text=lambda text: InstructRequest(user=text),
    ),
    "score": TaskKind(
        help="measure how probable each variant of a passage is",
        plain="one variant on each line",
        from_record=_score,
        from_text=_score_text,
    ),
}
"""Every task by its name; what more there is to say of one stands in its functions above."""
