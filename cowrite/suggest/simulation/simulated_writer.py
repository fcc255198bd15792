"""A writer who types a given text through the real controller, and takes a suggestion exactly where it is right.

Time is simulated: after every key the writer looks up for as long as an answer takes to appear and be read. So a run is
deterministic, and what is saved says what the suggestions are worth, not how fast this machine is; how long the answers
really took is reported beside it. Knows nothing of torch: it is given a function that answers requests.
"""

from __future__ import annotations

import itertools
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace

from cowrite.base.words import next_word
from cowrite.decisions.events import Event, EventKind
from cowrite.engine.messages import (
    CompletionRequest,
    CompletionResult,
    Job,
    JobId,
    JobListener,
    Timings,
)
from cowrite.suggest.live.controller import SuggestionController
from cowrite.suggest.settings import UNTAKEN_KEYS, SuggestSettings
from cowrite.suggest.simulation.agreement import is_right
from cowrite.suggest.simulation.plain_page import SENTENCE_ENDS, PlainPage
from cowrite.suggest.simulation.simulated_clock import SimulatedClock

KEY_MS = 200.0

Answer = Callable[[CompletionRequest], CompletionResult]
Learn = Callable[[str, str], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class SimulationReport:
    """What a run came to; ``saved`` in percent of the keys that the text has, latencies in real milliseconds."""

    words: int
    characters: int
    keystrokes: int
    shown: int
    right: int
    latencies_ms: tuple[float, ...]
    silences: dict[str, int]

    @property
    def keystrokes_saved_pct(self) -> float:
        """Keys not pressed, in percent of the characters written."""
        return 100 * (self.characters - self.keystrokes) / max(1, self.characters)

    @property
    def net_saved_pct(self) -> float:
        """The same less what wrong suggestions cost to look at."""
        glances = UNTAKEN_KEYS * (self.shown - self.right)
        return self.keystrokes_saved_pct - 100 * glances / max(1, self.characters)

    @property
    def precision(self) -> float:
        """Of the suggestions shown, the share of which something was taken."""
        return self.right / max(1, self.shown)


@dataclass(slots=True)
class _Tally:
    """Counts the log's events as they happen."""

    shown: set[str] = field(default_factory=set)
    taken: set[str] = field(default_factory=set)
    silences: Counter[str] = field(default_factory=Counter)

    def record(self, event: Event) -> None:
        match event.kind:
            case EventKind.SHOWN:
                self.shown.add(event.suggestion_id)
            case EventKind.ACCEPTED | EventKind.ACCEPTED_PARTIAL:
                self.taken.add(event.suggestion_id)
            case EventKind.NOT_SHOWN:
                self.silences[str(event.details.get("reason"))] += 1
            case _:
                pass


class SimulatedWriter:
    """Writes ``target`` after ``before``."""

    def __init__(
        self, before: str, target: str, *, settings: SuggestSettings, answer: Answer, learn: Learn
    ) -> None:
        self._start = len(before)
        self._whole = before + target
        self._answer, self._learn = answer, learn
        self._time = SimulatedClock()
        self._tally = _Tally()
        self._page = PlainPage(before)
        self._asked: Job | None = None
        self._latencies: list[float] = []
        self._keystrokes = 0
        self._job_ids = itertools.count(1)
        self._controller = SuggestionController(
            page=self._page,
            jobs=self,
            timer=self._time.timer(),
            sink=self._tally,
            clock=self._time,
            session_id="simulation",
            settings=settings,
            known_texts=lambda: {"simulated": self._page.text},
        )
        self._page.connect(self._controller.text_changed)
        self._controller.engine_available(True)

    def write(self, on_progress: Callable[[float], None] = lambda _: None) -> SimulationReport:
        """Type it to its end."""
        self._learn("simulated", self._page.text)
        while (at := self._page.written_of(self._whole)) < len(self._whole):
            if not self._take_what_is_right():
                self._press(self._page.next_key(self._whole))
            on_progress((at - self._start) / (len(self._whole) - self._start))
        self._controller.close()
        target = self._whole[self._start :]
        return SimulationReport(
            words=len(target.split()),
            characters=len(target),
            keystrokes=self._keystrokes,
            shown=len(self._tally.shown),
            right=len(self._tally.taken & self._tally.shown),
            latencies_ms=tuple(self._latencies),
            silences=dict(self._tally.silences),
        )

    def next_job_id(self) -> JobId:
        """See :class:`~cowrite.suggest.ports.EngineJobs`, as the next three."""
        return next(self._job_ids)

    def submit(self, job: Job, _listener: JobListener) -> None:
        """It is answered when time has passed."""
        self._asked = job

    def prefetch(self, jobs: Sequence[Job]) -> None:
        """Simulated time does not wait for the engine, so nothing would be gained."""

    def cancel(self, job_id: JobId) -> None:
        """Nothing is asked any more."""
        if self._asked is not None and self._asked.id == job_id:
            self._asked = None

    def _take_what_is_right(self) -> bool:
        """Press Tab if the next word of the ghost is exactly how the text goes on."""
        word = next_word(self._page.ghost)
        if not word.strip() or not is_right(
            word, self._whole[self._page.written_of(self._whole) :]
        ):
            return False
        self._keystrokes += 1
        taken = self._controller.accept_word()
        self._wait_for_answer()
        return taken

    def _press(self, character: str) -> None:
        self._keystrokes += 1
        self._page.type(character)
        if character in SENTENCE_ENDS:
            self._learn("simulated", self._page.text)
        self._wait_for_answer()

    def _wait_for_answer(self) -> None:
        """The time until the next key: what was asked is answered, and what is due is shown and read."""
        until = self._time.now_ms + KEY_MS
        while True:
            self._time.advance_to(until)
            if self._asked is None:
                return
            job, self._asked = self._asked, None
            if not isinstance(job.task, CompletionRequest):
                raise TypeError("a page asks for nothing but completions")
            result = self._answer(job.task)
            self._latencies.append(result.timings.total)
            # Told of the real time, the controller would show things earlier on a faster machine.
            self._controller.received(replace(result, job_id=job.id, timings=Timings()))
            until += KEY_MS
