"""How many of the ghosts shown were ready with the key, and what working ahead costs, with the real engine.

Recorded keys are replayed in real time through the real controller and the real worker thread, once with work ahead
and once without, in turn. The typist takes nothing, so both write the same keys at the same times. Processor time is
that of the whole process, the engine's threads included, less what it takes to type without an engine. A passage takes
as long as a writer takes for it: 100 words some two minutes, each time.
"""

from __future__ import annotations

import itertools
import queue
import re
import statistics
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

from _common import STARTER_MODEL, Report, existing_file, home_with_model, make_parser

from cowrite.base.clock import SystemClock
from cowrite.cli.simulation.recorded_typist import recorded_sessions
from cowrite.decisions.events import Event, EventKind
from cowrite.engine.jobs.worker import EngineWorker
from cowrite.engine.messages import (
    EngineMessage,
    EngineState,
    EngineStatus,
    Job,
    JobId,
    JobListener,
)
from cowrite.models.store import ModelStore
from cowrite.suggest.live.controller import SuggestionController
from cowrite.suggest.settings import SuggestSettings
from cowrite.suggest.simulation.living_typist import Hands
from cowrite.suggest.simulation.plain_page import SENTENCE_ENDS, PlainPage

# As the window: the document is learned after a pause of so many seconds.
LEARNS_AFTER_S = 2.0
DOCUMENT = "simulated"


@dataclass(slots=True)
class Loop:
    """One thread, as the window's: a timer, what the engine says, and waiting for either."""

    inbox: queue.Queue[Callable[[], None]] = field(default_factory=queue.Queue)
    due_s: float | None = None
    callback: Callable[[], None] = lambda: None

    def start(self, delay_ms: int, callback: Callable[[], None]) -> None:
        """See :class:`~cowrite.suggest.ports.Timer`."""
        self.due_s, self.callback = time.monotonic() + delay_ms / 1000, callback

    def stop(self) -> None:
        """See :class:`~cowrite.suggest.ports.Timer`."""
        self.due_s = None

    def run_until(self, end_s: float) -> None:
        """Do what is due and what arrives until then."""
        while (now := time.monotonic()) < end_s:
            if self.due_s is not None and self.due_s <= now:
                self.due_s = None
                self.callback()
                continue
            wait_s = min(end_s, self.due_s or end_s) - now
            try:
                self.inbox.get(timeout=max(0.0, wait_s))()
            except queue.Empty:
                continue


class Jobs:
    """Passes jobs to ``worker``, and answers to the loop's thread; without ``ahead`` nothing is worked out ahead."""

    def __init__(self, worker: EngineWorker, loop: Loop, *, ahead: bool) -> None:
        self._worker = worker
        self._loop = loop
        self._ahead = ahead
        self._ids = itertools.count(1)
        self._listeners: dict[JobId, JobListener] = {}
        self.states: queue.Queue[EngineState] = queue.Queue()

    def next_job_id(self) -> JobId:
        """See :class:`~cowrite.suggest.ports.EngineJobs`, as the next three."""
        return next(self._ids)

    def submit(self, job: Job, listener: JobListener) -> None:
        self._listeners = {job.id: listener}
        self._worker.submit(job)

    def prefetch(self, jobs: Sequence[Job]) -> None:
        if self._ahead:
            self._worker.prefetch(jobs)

    def cancel(self, job_id: JobId) -> None:
        self._worker.cancel(job_id)

    def received(self, message: EngineMessage) -> None:
        """On the engine's thread."""
        if isinstance(message, EngineStatus):
            self.states.put(message.state)
            return
        listener = self._listeners.get(message.job_id)
        if listener is not None:
            self._loop.inbox.put(partial(listener, message))


@dataclass(slots=True)
class Count:
    """Of the ghosts that were shown, those whose answer took no time."""

    at_once: dict[str, bool] = field(default_factory=dict)
    shown: set[str] = field(default_factory=set)
    answers: int = 0
    ready_answers: int = 0

    def record(self, event: Event) -> None:
        """See :class:`~cowrite.decisions.events.EventSink`."""
        if event.kind is EventKind.GENERATED:
            took_no_time = event.details.get("total_ms") == 0
            self.at_once[event.suggestion_id] = took_no_time
            self.answers += 1
            self.ready_answers += took_no_time
        elif event.kind is EventKind.SHOWN:
            self.shown.add(event.suggestion_id)

    @property
    def ready(self) -> int:
        """How many of those shown were ready with the key."""
        return sum(self.at_once.get(each, False) for each in self.shown)


@dataclass(frozen=True, slots=True, kw_only=True)
class Figures:
    """What one passage came to; ``cpu_ms`` for each 100 keys."""

    shown: int
    ready: int
    answers: int
    ready_answers: int
    cpu_ms: float
    rest_cpu_ms: float


def write(folder: Path, before: str, target: str, hands: Hands, *, ahead: bool) -> Figures:
    """Type ``target`` after ``before`` in real time."""
    loop, count, page = Loop(), Count(), PlainPage(before, document_id=DOCUMENT)
    worker = EngineWorker(
        model_dir=folder, model_id=STARTER_MODEL, device="cpu", quantizations={"cpu": "int8"}
    )
    jobs = Jobs(worker, loop, ahead=ahead)
    worker.start(jobs.received)
    while jobs.states.get() is not EngineState.READY:
        pass
    worker.learn(DOCUMENT, before)
    controller = SuggestionController(
        page=page,
        jobs=jobs,
        timer=loop,
        sink=count,
        clock=SystemClock(),
        session_id="benchmark",
        settings=SuggestSettings(),
    )
    page.connect(controller.text_changed)
    controller.engine_available(True)
    _rest_until_nothing_changes()
    gaps, due_s, began_s = hands.gaps(), time.monotonic(), time.process_time()
    for character in target:
        gap_s = gaps.gap_ms(page.text, character) / 1000
        due_s += gap_s
        if gap_s > LEARNS_AFTER_S:
            loop.run_until(due_s - gap_s + LEARNS_AFTER_S)
            worker.learn(DOCUMENT, page.text)
        loop.run_until(due_s)
        page.type(character)
    loop.run_until(time.monotonic() + 1.0)
    cpu_s = time.process_time() - began_s
    began_s = time.process_time()
    loop.run_until(time.monotonic() + 10.0)
    rest_s = time.process_time() - began_s
    controller.close()
    worker.stop()
    return Figures(
        shown=len(count.shown),
        ready=count.ready,
        answers=count.answers,
        ready_answers=count.ready_answers,
        cpu_ms=cpu_s * 1000 / len(target) * 100,
        rest_cpu_ms=rest_s * 1000,
    )


def _rest_until_nothing_changes(quiet_s: float = 3.0, most_s: float = 120.0) -> None:
    """The engine takes over its faster kernels in its leisure."""
    ended_s = time.monotonic() + most_s
    while time.monotonic() < ended_s:
        used_s = time.process_time()
        time.sleep(quiet_s)
        if time.process_time() - used_s < 0.02 * quiet_s:
            return


def part_of(text: str, start: int, words: int) -> tuple[str, str]:
    """What is written already, and the next ``words`` words, to the end of the last sentence in them."""
    ends = [match.end() for match in re.finditer(r"\S+\s*", text)]
    before = text[: ends[start - 1]] if start else ""
    target = text[len(before) : ends[min(start + words, len(ends)) - 1]].rstrip()
    last = max((at for at, each in enumerate(target) if each in SENTENCE_ENDS), default=-1)
    return before, target[: last + 1] or target


def main() -> None:
    """Measure and print."""
    parser = make_parser("Ghosts that are ready with the key, and what working ahead costs.")
    parser.add_argument("--text", type=existing_file, required=True, metavar="FILE")
    parser.add_argument("--start", type=int, default=20_000, help="words already written")
    parser.add_argument("--words", type=int, default=100)
    parser.add_argument("--wpm", type=float, default=49.0)
    parser.add_argument("--seeds", type=int, default=1, help="that many typists")
    arguments = parser.parse_args()
    before, target = part_of(arguments.text.read_text("utf-8"), arguments.start, arguments.words)
    found: dict[bool, list[Figures]] = {True: [], False: []}
    with home_with_model(arguments.models_dir) as home:
        folder = ModelStore(home / "data" / "models").get(STARTER_MODEL).path
        for seed in range(arguments.seeds):
            hands = Hands(sessions=recorded_sessions(), wpm=arguments.wpm, seed=seed)
            for ahead, figures in found.items():
                figures.append(write(folder, before, target, hands, ahead=ahead))
    rows = []
    for ahead, figures in found.items():
        name = "with work ahead" if ahead else "without"
        shown = sum(each.shown for each in figures)
        answers = sum(each.answers for each in figures)
        ready = sum(each.ready for each in figures) / max(1, shown)
        ready_answers = sum(each.ready_answers for each in figures) / max(1, answers)
        rows += [
            (f"{name}: ghosts shown", shown, ""),
            (f"{name}: of them ready with the key", round(ready, 3), "goal >= 0.6" * ahead),
            (f"{name}: answers ready with the key", round(ready_answers, 3), ""),
            (
                f"{name}: processor time for 100 keys, ms",
                statistics.mean(each.cpu_ms for each in figures),
                "",
            ),
            (
                f"{name}: in 10 s at rest after it, ms",
                statistics.mean(each.rest_cpu_ms for each in figures),
                "",
            ),
        ]
    Report(
        title="Ready before the pause",
        rows=rows,
        notes=[f"{len(target.split())} words, {arguments.seeds} typist(s), {arguments.wpm:g} wpm"],
    ).show(arguments.json)


if __name__ == "__main__":
    main()
