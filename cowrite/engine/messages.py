"""What is asked of the engine and what it answers: picklable values, free of torch and Qt.

Offsets and lengths of text are in Python characters (code points) unless a name says otherwise.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum, IntEnum


class EngineState(Enum):
    """The life of the engine, as shown by one word and one dot in the status line."""

    OFF = "off"
    MISSING = "no model"
    INSTALLING = "installing"
    LOADING = "loading"
    READY = "ready"
    THINKING = "thinking"
    RESTING = "paused"
    PROBLEM = "problem"


@dataclass(frozen=True, slots=True, kw_only=True)
class EngineStatus:
    """A state, what to tell the person about it, and how far along it is (0 to 1, or None where that is unknown).

    ``model`` and ``adapter`` are the ids of what answers. ``announcement`` is a sentence that the window says once.
    ``passages`` is the state of what works on passages, if that is something else. ``server`` is the machine to which
    what stands around the caret is sent; empty while nothing leaves this one. ``scores``: texts can be scored, which
    takes a model on this machine. ``unused_card`` is the name of a graphics card on which nothing is computed, for a
    reason that ``message`` says; it ``needs_pack`` if the GPU pack is missing.
    """

    state: EngineState
    message: str = ""
    progress: float | None = None
    model: str = ""
    adapter: str = ""
    announcement: str = ""
    passages: EngineStatus | None = None
    server: str = ""
    scores: bool = True
    unused_card: str = ""
    needs_pack: bool = False

    @property
    def of_passages(self) -> EngineStatus:
        """The state of what works on passages."""
        return self.passages or self

    @property
    def servers(self) -> tuple[str, ...]:
        """The machines to which text goes now, each once."""
        return tuple(dict.fromkeys(filter(None, (self.server, self.of_passages.server))))


@dataclass(frozen=True, slots=True, kw_only=True)
class CompletionRequest:
    """The task “continue”: continuations of ``before``.

    ``before`` and ``after`` are the text around the caret. The engine continues ``before``; it never repeats it.
    ``max_words`` and ``max_tokens`` bound each candidate, and it ends with the first word whose natural-log probability
    is below ``min_word_logprob``: nobody would see what follows it; with ``one_sentence`` also where its first sentence
    ends. With a ``temperature`` above 0 tokens are drawn, at 1 just as probable as they are; the same ``seed`` draws
    the same ones on the same device. If it ``is_private``, the writer's other texts have no part in the answer.
    """

    before: str
    after: str = ""
    max_words: int = 3
    max_tokens: int = 24
    candidates: int = 1
    multiline: bool = False
    min_word_logprob: float = -math.inf
    one_sentence: bool = False
    temperature: float = 0.0
    seed: int = 0
    is_private: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class FillInRequest:
    """The task “fill in”: what belongs between ``before`` and ``after``, both of which it is chosen by.

    The answer is a :class:`CompletionResult`, best candidate first. Bounds and draws are as in
    :class:`CompletionRequest`; a model that can only go on from a text makes as many ``candidates``, and they are put
    in order by how probable they make what comes after.
    """

    before: str
    after: str
    max_words: int = 12
    max_tokens: int = 32
    candidates: int = 4
    temperature: float = 0.0
    seed: int = 0
    is_private: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class InstructRequest:
    """The task “instruct”: what a model that was taught to follow instructions answers to ``user`` under ``system``.

    The answer ends at a control token, before the first of the ``stop`` texts, or after ``max_tokens``. It holds none
    of the ``banned`` phrases; with ``allowed`` ones it is exactly one of them. Draws as in :class:`CompletionRequest`.
    ``copied`` is a text that it probably repeats in most parts: it is faster then, and the same.
    """

    user: str
    system: str = ""
    max_tokens: int = 256
    stop: tuple[str, ...] = ()
    temperature: float = 0.0
    seed: int = 0
    allowed: tuple[str, ...] = ()
    banned: tuple[str, ...] = ()
    copied: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ScoreRequest:
    """The task “score”: how probable each of ``variants`` is between ``before`` and ``after``.

    What the variants have in common with ``before`` is read once.
    """

    before: str
    variants: tuple[str, ...]
    after: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class TextEdit:
    """Put ``after`` in the place of what stands from ``start`` to ``end`` of a text."""

    start: int
    end: int
    after: str


@dataclass(frozen=True, slots=True, kw_only=True)
class EditsRequest:
    """The task “score edits”: how much more probable each of ``edits`` makes ``text`` between ``before`` and ``after``.

    Each edit is judged alone. The text is read once; after an edit, only the next ``window`` tokens are read again.
    What an edit can gain at best shows after the first reading, if all tokens but its first were certain up to
    ``foreseen`` tokens after it: those that are below ``least_gain`` (nats), and all but the ``most`` that can gain
    most, are not looked at further.
    """

    before: str
    text: str
    edits: tuple[TextEdit, ...]
    after: str = ""
    window: int = 6
    foreseen: int = 1
    least_gain: float = -math.inf
    most: int = 1_000_000


Task = CompletionRequest | FillInRequest | InstructRequest | ScoreRequest | EditsRequest


class Lane(IntEnum):
    """Which work comes first: the worker takes each step from the first lane that has any."""

    # What the caret waits for. The newest job replaces the one before, which answers nothing.
    INLINE = 0
    # Long work on a passage. Typing does not cancel it; it stands still while an inline job works, and then goes on.
    PASSAGE = 1
    # Nobody waits for it.
    BACKGROUND = 2


# More characters than this are never worth looking at one by one.
MOST_LIKELY_NEXT = 8

# No two jobs of a program have the same one.
JobId = int


@dataclass(frozen=True, slots=True, kw_only=True)
class Job:
    """A ``task`` for the engine, asked for from a document. Jobs of one lane are done one after the other.

    Only one that ``may_leave`` this machine is ever given to another, however the engine is set up.
    """

    id: JobId
    task: Task
    lane: Lane = Lane.INLINE
    document_id: str = ""
    may_leave: bool = False

    def asks_the_same_as(self, other: Job) -> bool:
        """Whether one answer serves both."""
        return self.task == other.task and self.document_id == other.document_id


@dataclass(frozen=True, slots=True, kw_only=True)
class Token:
    """One generated token: the text it added and its natural-log probability under the model."""

    text: str
    logprob: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Join:
    """How well the rest of the caret's line follows the first ``characters`` of a candidate, which end with a word.

    ``logprob`` is the natural-log probability of the rest after them, and ``without`` that of the rest right after the
    caret, as if nothing was missing there.
    """

    characters: int
    logprob: float
    without: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate:
    """One continuation. ``text`` is the concatenation of the tokens' texts; ``logprob`` the sum of theirs (nats).

    ``is_cut`` says that its last word may go on: the generation ended for another reason than its end. ``joins`` tell
    how well the rest of the caret's line follows it; there are none where nothing stands there.
    """

    text: str
    logprob: float
    tokens: tuple[Token, ...] = ()
    is_cut: bool = False
    joins: tuple[Join, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Timings:
    """Milliseconds; ``first_token`` and ``total`` count from the start of the work, also while it stood still."""

    load: float = 0.0
    prefill: float = 0.0
    first_token: float = 0.0
    total: float = 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class JobUpdate:
    """The first candidate so far, while it is still being generated.

    Its text only ever grows, unless memory ran out on the way and the job began again elsewhere.
    """

    job_id: JobId
    candidate: Candidate


@dataclass(frozen=True, slots=True, kw_only=True)
class TaskResult:
    """What every answer tells. ``job_id`` is 0 if the task was no job of a worker.

    ``prompt_tokens`` stood before what was asked for; ``cached_tokens`` of them had been read before.
    """

    job_id: JobId = 0
    model: str
    adapter: str
    device: str
    quantization: str
    timings: Timings
    prompt_tokens: int = 0
    cached_tokens: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class CompletionResult(TaskResult):
    """The answer to a :class:`CompletionRequest` or a :class:`FillInRequest`, best candidate first.

    ``likely_next`` are the characters that may come next at the caret, the most probable first, each with its
    probability (0 to 1) under the model and the writer's own words; at most MOST_LIKELY_NEXT, none where unknown.
    ``adapter_scale`` is what the adapter's product was multiplied by, if there was an adapter.
    """

    candidates: tuple[Candidate, ...]
    likely_next: tuple[tuple[str, float], ...] = ()
    adapter_scale: float = 1.0


@dataclass(frozen=True, slots=True, kw_only=True)
class InstructResult(TaskResult):
    """The answer to an :class:`InstructRequest`."""

    candidate: Candidate


@dataclass(frozen=True, slots=True, kw_only=True)
class VariantScore:
    """The natural-log probability of a variant and what follows it, and how many tokens that is the sum of."""

    logprob: float
    tokens: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ScoreResult(TaskResult):
    """The answer to a :class:`ScoreRequest`: a score for each variant, in their order.

    ``read_tokens`` were read for all of them together.
    """

    scores: tuple[VariantScore, ...]
    read_tokens: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class EditScore:
    """How much more probable an edit makes a text, in nats: what it changes itself, and the tokens after that.

    ``first`` is the log-probability of the first token that is not the same, less that of the one in its place;
    ``replaced`` is that of all tokens in whose place others come.
    """

    own: float
    following: float
    first: float
    replaced: float

    @property
    def gain(self) -> float:
        """Of both together."""
        return self.own + self.following


@dataclass(frozen=True, slots=True, kw_only=True)
class EditsResult(TaskResult):
    """The answer to an :class:`EditsRequest`: a score for each edit, in their order; None if it was left out.

    ``logprob`` is the natural-log probability of the text as it stands, the sum of ``tokens`` tokens.
    """

    scores: tuple[EditScore | None, ...]
    logprob: float
    tokens: int
    read_tokens: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class JobFailure:
    """The job ended without an answer; ``message`` is fit for the status line."""

    job_id: JobId
    message: str


AnyResult = CompletionResult | InstructResult | ScoreResult | EditsResult
# What the listener of one job receives: updates, and then one result or failure.
JobMessage = JobUpdate | AnyResult | JobFailure
JobListener = Callable[[JobMessage], None]
EngineMessage = EngineStatus | JobMessage
Listener = Callable[[EngineMessage], None]
