"""A page, a timer and a clock that tests drive."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Sequence
from dataclasses import replace

from cowrite.base.text_changes import ChangeKind, TextChange
from cowrite.base.utf16 import utf16_length
from cowrite.decisions.events import Event
from cowrite.engine.messages import (
    Candidate,
    CompletionRequest,
    CompletionResult,
    Job,
    JobFailure,
    JobId,
    JobListener,
    JobUpdate,
    Timings,
    Token,
)
from cowrite.suggest.filter.show_filter import SilenceReason
from cowrite.suggest.live.controller import SuggestionController
from cowrite.suggest.ports import CaretContext
from cowrite.suggest.settings import SuggestSettings


class ManualClock:
    """Time that passes when told."""

    def __init__(self) -> None:
        self.now_ms = 1_000.0

    def monotonic_ms(self) -> float:
        return self.now_ms

    def unix_ms(self) -> int:
        return 1_700_000_000_000 + int(self.now_ms)


class ManualTimer:
    """A single-shot timer on a ManualClock."""

    def __init__(self, clock: ManualClock) -> None:
        self._clock = clock
        self._due_ms: float | None = None
        self._callback: Callable[[], None] = lambda: None

    @property
    def is_running(self) -> bool:
        return self._due_ms is not None

    @property
    def due_ms(self) -> float | None:
        """When it fires, if it does."""
        return self._due_ms

    def start(self, delay_ms: int, callback: Callable[[], None]) -> None:
        self._due_ms = self._clock.now_ms + delay_ms
        self._callback = callback

    def stop(self) -> None:
        self._due_ms = None

    def advance(self, milliseconds: float) -> None:
        """Let time pass and fire what becomes due, at its own moment."""
        end = self._clock.now_ms + milliseconds
        while self._due_ms is not None and self._due_ms <= end:
            self._clock.now_ms = max(self._clock.now_ms, self._due_ms)
            self._due_ms = None
            self._callback()
        self._clock.now_ms = end


class PlainPage:
    """A text with a caret, an undo stack and a place for a ghost: the simplest correct page."""

    def __init__(self) -> None:
        self.text = ""
        self.caret = 0
        self.revision = 0
        self.ghost = ""
        self.shows = 0
        self.count = 0
        self.index = 0
        self.has_selection = False
        self.has_focus = True
        self.read_only = False
        self._undo: list[tuple[int, str, str]] = []
        self.controller: SuggestionController | None = None

    def caret_context(self) -> CaretContext:
        return CaretContext(
            document_id="document",
            revision=self.revision,
            offset=utf16_length(self.text[: self.caret]),
            before=self.text[: self.caret],
            after=self.text[self.caret :],
            length=utf16_length(self.text),
            has_selection=self.has_selection,
            has_focus=self.has_focus,
            read_only=self.read_only,
        )

    def insert_accepted(self, text: str) -> None:
        self._change(ChangeKind.ACCEPTED, self.caret, 0, text)

    def show_ghost(self, text: str, *, index: int, count: int) -> None:
        assert text
        self.ghost, self.index, self.count = text, index, count
        self.shows += 1

    def hide_ghost(self) -> None:
        self.ghost = ""

    def type(self, text: str) -> None:
        for character in text:
            self._change(ChangeKind.TYPED, self.caret, 0, character)

    def commit(self, text: str) -> None:
        """All of it with one key."""
        self._change(ChangeKind.TYPED, self.caret, 0, text)

    def paste(self, text: str) -> None:
        self._change(ChangeKind.PASTED, self.caret, 0, text)

    def backspace(self) -> None:
        if self.caret:
            self._change(ChangeKind.DELETED, self.caret - 1, 1, "")

    def undo(self) -> None:
        if self._undo:
            start, removed, inserted = self._undo.pop()
            self._apply(ChangeKind.UNDO, start, len(inserted), removed)

    def move(self, caret: int) -> None:
        self.caret = max(0, min(caret, len(self.text)))
        if self.controller:
            self.controller.caret_moved()

    def _change(self, kind: ChangeKind, start: int, removed: int, inserted: str) -> None:
        self._undo.append((start, self.text[start : start + removed], inserted))
        self._apply(kind, start, removed, inserted)

    def _apply(self, kind: ChangeKind, start: int, removed: int, inserted: str) -> None:
        offset = utf16_length(self.text[:start])
        gone = utf16_length(self.text[start : start + removed])
        self.text = self.text[:start] + inserted + self.text[start + removed :]
        self.caret = start + len(inserted)
        self.revision += 1
        if self.controller:
            self.controller.text_changed(
                TextChange(kind=kind, offset=offset, removed=gone, inserted=inserted)
            )


class RecordedJobs:
    """Takes jobs for an engine that there is not, and keeps them."""

    def __init__(self) -> None:
        self.submitted: list[Job] = []
        self.prefetched: list[Job] = []
        # What is to be worked out ahead now.
        self.ahead: tuple[Job, ...] = ()
        self.cancelled: list[JobId] = []
        self._ids = itertools.count(1)

    def next_job_id(self) -> JobId:
        return next(self._ids)

    def submit(self, job: Job, _listener: JobListener) -> None:
        self.submitted.append(job)

    def prefetch(self, jobs: Sequence[Job]) -> None:
        self.prefetched += jobs
        self.ahead = tuple(jobs)

    def cancel(self, job_id: JobId) -> None:
        self.cancelled.append(job_id)


def completion_of(job: Job) -> CompletionRequest:
    """What a page asks for."""
    assert isinstance(job.task, CompletionRequest)
    return job.task


class SuggestionHarness:
    """A controller with everything around it, and short words for what happens."""

    def __init__(self, settings: SuggestSettings | None = None) -> None:
        self.clock = ManualClock()
        self.timer = ManualTimer(self.clock)
        self.stuck_timer = ManualTimer(self.clock)
        self.page = PlainPage()
        self.jobs = RecordedJobs()
        self.events: list[Event] = []
        self.states: list[str] = []
        self.in_vain: list[SilenceReason] = []
        self.known_texts: dict[str, str] = {}
        self.controller = SuggestionController(
            page=self.page,
            jobs=self.jobs,
            timer=self.timer,
            stuck_timer=self.stuck_timer,
            sink=self,
            clock=self.clock,
            session_id="session",
            settings=settings or SuggestSettings(),
            on_state=lambda state: self.states.append(state.value),
            on_asked_in_vain=self.in_vain.append,
            known_texts=lambda: self.known_texts,
        )
        self.page.controller = self.controller
        self.controller.engine_available(True)

    def record(self, event: Event) -> None:
        self.events.append(event)

    @property
    def requests(self) -> list[CompletionRequest]:
        """What was asked."""
        return [completion_of(job) for job in self.jobs.submitted]

    @property
    def prefetched(self) -> list[CompletionRequest]:
        """What was to be worked out ahead."""
        return [completion_of(job) for job in self.jobs.prefetched]

    @property
    def cancels(self) -> int:
        """How many jobs were cancelled."""
        return len(self.jobs.cancelled)

    @property
    def kinds(self) -> list[str]:
        return [event.kind.value for event in self.events]

    def wait(self, milliseconds: float) -> None:
        """Let time pass for both timers."""
        end = self.clock.now_ms + milliseconds
        timers = (self.timer, self.stuck_timer)
        while due := [each for each in timers if each.due_ms is not None and each.due_ms <= end]:
            first = min(due, key=lambda each: each.due_ms or 0.0)
            first.advance((first.due_ms or 0.0) - self.clock.now_ms)
        self.clock.now_ms = end

    def write(self, text: str) -> None:
        """Type it in one go, as an input method does; the question is asked at once."""
        self.page.commit(text)
        self.timer.advance(50)

    def answer(
        self,
        *texts: str,
        probability: float = 0.9,
        request: int = -1,
        likely_next: tuple[tuple[str, float], ...] = (),
    ) -> None:
        """The engine answers the latest request with these candidates."""
        result = result_of(self.jobs.submitted[request], texts, probability)
        self.controller.received(replace(result, likely_next=likely_next))

    def fail(self, request: int = -1) -> None:
        """The engine fails at a request."""
        self.controller.received(JobFailure(job_id=self.jobs.submitted[request].id, message="oh"))

    def grow(self, text: str) -> None:
        """The engine has got this far."""
        self.controller.received(
            JobUpdate(job_id=self.jobs.submitted[-1].id, candidate=candidate(text))
        )

    def suggest(self, before: str, *texts: str) -> None:
        """Type, be answered, wait: the ghost stands and can be read."""
        self.write(before)
        self.answer(*texts)
        self.timer.advance(1_000)


def result_of(asked: Job, texts: Sequence[str], probability: float) -> CompletionResult:
    """What an engine answers that is as sure of each of ``texts``."""
    return CompletionResult(
        job_id=asked.id,
        candidates=tuple(candidate(text, probability) for text in texts),
        model="scripted",
        adapter="",
        device="cpu",
        quantization="int8",
        timings=Timings(total=50.0),
    )


def candidate(text: str, probability: float = 0.9) -> Candidate:
    """A candidate whose words each have ``probability``."""
    import math
    import re

    words = re.findall(r"\s*\S+|\s+", text)
    tokens = tuple(Token(text=word, logprob=math.log(probability)) for word in words)
    return Candidate(text=text, logprob=sum(t.logprob for t in tokens), tokens=tokens)
