"""Tasks as files: a JSON object that says all of it, or a plain text for the most usual form of each."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass
from typing import Annotated, Protocol

from msgspec import Meta

from cowrite.base.errors import UserError
from cowrite.base.json_values import SchemaError, read_json
from cowrite.base.records import Integer, Prose, decode, matching
from cowrite.engine.messages import (
    CompletionRequest,
    FillInRequest,
    InstructRequest,
    ScoreRequest,
    Task,
)
from cowrite.localization import tr, tr_noop

LARGEST_FILE = 16 << 20
"""Bytes."""
MOST_VARIANTS = 5_000
MOST_PHRASES = 1_000
GAP = "[...]"
"""What stands in a plain text for the words that are missing."""

Words = Annotated[int, Meta(ge=1, le=1_000)]
Tokens = Annotated[int, Meta(ge=1, le=4_096)]
Candidates = Annotated[int, Meta(ge=1, le=20)]
Temperature = Annotated[float, Meta(ge=0, le=5)]
Phrase = Annotated[str, matching(r"[\s\S]+", tr_noop("should not be empty"), longest=1_000)]


class TaskRecord(Protocol):
    """The fields that a file may have for one task."""

    def task(self) -> Task:
        """The task that they describe."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class TaskKind:
    """A task that a file may ask for. ``help`` says what it does, and ``plain`` what a file without JSON is."""

    help: str
    plain: str
    record: type[TaskRecord]
    from_text: Callable[[str], Task]


def is_json(data: bytes) -> bool:
    """Whether ``data`` is meant as JSON, which here always is an object."""
    return data.removeprefix(b"\xef\xbb\xbf").lstrip()[:1] == b"{"


def task_from_json(name: str, data: bytes) -> Task:
    """The task ``name`` as JSON describes it. Raises UserError that says what is wrong with it."""
    try:
        return decode(read_json(data), TASKS[name].record, only_known=True).task()
    except SchemaError as error:
        raise UserError(
            tr("The task file cannot be used: {error}.", error=error),
            tr("Correct it; the user guide lists what each task takes."),
        ) from error


def task_from_text(name: str, text: str) -> Task:
    """The task ``name`` on a plain text. Raises UserError if the text does not do for it."""
    return TASKS[name].from_text(text)


# --- each task ---


@dataclass(frozen=True, slots=True, kw_only=True)
class _Continue:
    before: Prose
    after: Prose = ""
    max_words: Words = 3
    max_tokens: Tokens = 24
    candidates: Candidates = 1
    multiline: bool = False
    temperature: Temperature = 0.0
    seed: Integer = 0

    def task(self) -> CompletionRequest:
        return CompletionRequest(**asdict(self))


@dataclass(frozen=True, slots=True, kw_only=True)
class _FillIn:
    before: Prose
    after: Prose
    max_words: Words = 12
    max_tokens: Tokens = 32
    candidates: Candidates = 4
    temperature: Temperature = 0.0
    seed: Integer = 0

    def task(self) -> FillInRequest:
        return FillInRequest(**asdict(self))


@dataclass(frozen=True, slots=True, kw_only=True)
class _Instruct:
    user: Prose
    system: Prose = ""
    max_tokens: Tokens = 256
    stop: tuple[Phrase, ...] = ()
    allowed: tuple[Phrase, ...] = ()
    banned: tuple[Phrase, ...] = ()
    temperature: Temperature = 0.0
    seed: Integer = 0

    def task(self) -> InstructRequest:
        for name in ("stop", "allowed", "banned"):
            if len(getattr(self, name)) > MOST_PHRASES:
                raise SchemaError(name, tr("should have at most {most} entries", most=MOST_PHRASES))
        return InstructRequest(**asdict(self))


@dataclass(frozen=True, slots=True, kw_only=True)
class _Score:
    variants: tuple[Prose, ...]
    before: Prose = ""
    after: Prose = ""

    def task(self) -> ScoreRequest:
        if not 1 <= len(self.variants) <= MOST_VARIANTS:
            raise SchemaError("variants", tr("should have 1 to {most} entries", most=MOST_VARIANTS))
        return ScoreRequest(**asdict(self))


def _fill_in_text(text: str) -> FillInRequest:
    before, gap, after = text.partition(GAP)
    if not gap:
        raise UserError(
            tr("The text has no gap to fill in; “{gap}” stands for one.", gap=GAP),
            tr("Put {gap} where words are missing.", gap=GAP),
        )
    return FillInRequest(before=before, after=after)


def _score_text(text: str) -> ScoreRequest:
    lines = tuple(line for line in text.splitlines() if line.strip())
    if not 1 <= len(lines) <= MOST_VARIANTS:
        raise UserError(
            tr(
                "The text should have 1 to {most} lines, one for each variant.",
                most=MOST_VARIANTS,
            ),
            tr("Write one variant on each line."),
        )
    return ScoreRequest(before="", variants=lines)


TASKS: Mapping[str, TaskKind] = {
    "continue": TaskKind(
        help=tr_noop("go on from a text"),
        plain=tr_noop("the text to go on from"),
        record=_Continue,
        from_text=lambda text: CompletionRequest(before=text),
    ),
    "fill-in": TaskKind(
        help=tr_noop("find the words that are missing between two texts"),
        plain=tr_noop("the text, with [...] where words are missing"),
        record=_FillIn,
        from_text=_fill_in_text,
    ),
    "instruct": TaskKind(
        help=tr_noop("follow an instruction"),
        plain=tr_noop("the instruction"),
        record=_Instruct,
        from_text=lambda text: InstructRequest(user=text),
    ),
    "score": TaskKind(
        help=tr_noop("measure how probable each variant of a passage is"),
        plain=tr_noop("one variant on each line"),
        record=_Score,
        from_text=_score_text,
    ),
}
"""Every task by its name; what more there is to say of one stands in its functions above."""
