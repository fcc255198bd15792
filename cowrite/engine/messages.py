"""What is asked of the engine and what it answers: picklable values, free of torch and Qt.

Offsets and lengths of text are in Python characters (code points) unless a name says otherwise.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass, replace
from enum import Enum
from pathlib import Path
from typing import Protocol


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

    ``model`` and ``adapter`` are the ids of what answers. ``news`` is a sentence that is said once, in the window.
    """

    state: EngineState
    message: str = ""
    progress: float | None = None
    model: str = ""
    adapter: str = ""
    news: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class CompletionRequest:
    """One wish for continuations of ``before``; everything about one inference is here.

    ``before`` and ``after`` are the text around the caret. The engine continues ``before``; it never repeats it.
    ``max_words`` and ``max_tokens`` bound each candidate, and it ends with the first word whose natural-log probability
    is below ``min_word_logprob``: nobody would see what follows it. Results for an older ``revision`` are dropped by
    the asker. With a ``temperature`` above 0 tokens are drawn, at 1 just as probable as they are; the same ``seed``
    draws the same ones on the same device. If it ``is_private``, the writer's other texts have no part in the answer.
    """

    request_id: int
    document_id: str
    revision: int
    before: str
    after: str = ""
    max_words: int = 3
    max_tokens: int = 24
    candidates: int = 1
    multiline: bool = False
    min_word_logprob: float = -math.inf
    temperature: float = 0.0
    seed: int = 0
    is_private: bool = False

    def asks_the_same_as(self, other: CompletionRequest) -> bool:
        """Whether one answer serves both: they differ at most in number and revision."""
        return replace(self, request_id=0, revision=0) == replace(other, request_id=0, revision=0)


@dataclass(frozen=True, slots=True, kw_only=True)
class Token:
    """One generated token: the text it added and its natural-log probability under the model."""

    text: str
    logprob: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate:
    """One continuation. ``text`` is the concatenation of the tokens' texts; ``logprob`` the sum of theirs (nats).

    ``is_cut`` says that its last word may go on: the generation ended for another reason than its end.
    """

    text: str
    logprob: float
    tokens: tuple[Token, ...] = ()
    is_cut: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Timings:
    """Milliseconds spent; ``first_token`` and ``total`` count from the start of the work on the request."""

    load: float = 0.0
    prefill: float = 0.0
    first_token: float = 0.0
    total: float = 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class CompletionUpdate:
    """The first candidate so far, while it is still being generated. Its text only ever grows."""

    request_id: int
    revision: int
    candidate: Candidate


@dataclass(frozen=True, slots=True, kw_only=True)
class CompletionResult:
    """The answer to a request, best candidate first."""

    request_id: int
    revision: int
    candidates: tuple[Candidate, ...]
    model: str
    adapter: str
    device: str
    quantization: str
    timings: Timings
    prompt_tokens: int = 0
    cached_tokens: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class CompletionFailure:
    """The request ended without an answer; ``message`` is fit for the status line."""

    request_id: int
    revision: int
    message: str


EngineMessage = EngineStatus | CompletionUpdate | CompletionResult | CompletionFailure
Listener = Callable[[EngineMessage], None]
# Says which adapter to use: a folder that was looked at, or None. Raises UserError if it must not be used.
AdapterSource = Callable[[], Path | None]


class Engine(Protocol):
    """What the rest of the program may ask of an engine, from any thread.

    All methods but ``stop`` return at once. Messages reach the listener on the engine's own thread.
    The newest request wins: an older one that has not finished is cancelled and answers nothing.
    """

    def start(self, listener: Listener) -> None:
        """Begin loading the model."""
        ...

    def submit(self, request: CompletionRequest) -> None:
        """Ask for continuations."""
        ...

    def prefetch(self, request: CompletionRequest) -> None:
        """Work out the answer to what may be asked next, while nothing else is to be done.

        Nobody hears of it; if just that is asked then, the answer is there. Any other request ends it.
        """
        ...

    def cancel(self) -> None:
        """Drop what was asked."""
        ...

    def learn(self, document_id: str, text: str) -> None:
        """Know ``text`` as the whole of this document of the writer's; “” forgets it."""
        ...

    def use_adapter(self, source: AdapterSource) -> None:
        """Answer with another adapter, or with none, from the next request on; the model is not loaded again.

        ``source`` is asked on the engine's own thread. If it refuses, or the engine does, the model answers as it is,
        and a status with ``news`` says why.
        """
        ...

    def stop(self) -> None:
        """End, and free the model. Waits for the thread."""
        ...
