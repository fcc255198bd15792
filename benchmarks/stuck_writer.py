"""How soon is help there for a writer who is stuck, and does looking for it slow the next key?

The real engine and its worker, and the page's own controller. At each place a sentence has just ended; the writer
pauses for a phrase, then asks for sentences by key. The clock runs from the request to the ghost, the first sentence,
and the last of three; beside it stands the processor time of the process, which says more where other programs are at
work. Then the same ordinary question as after a key is asked on an engine at rest, and while a sentence is being looked
for, which it cancels.
"""

from __future__ import annotations

import itertools
import queue
import random
import re
import statistics
import sys
import time
from collections.abc import Callable
from pathlib import Path

from _common import STARTER_MODEL, Report, Row, existing_file, home_with_model, make_parser

from cowrite.base.sentences import ends_sentence
from cowrite.base.text_changes import ChangeKind, TextChange
from cowrite.decisions.events import Event
from cowrite.engine.jobs.worker import EngineWorker
from cowrite.engine.messages import (
    CompletionRequest,
    EngineMessage,
    EngineState,
    EngineStatus,
    Job,
    JobId,
    JobListener,
    JobUpdate,
)
from cowrite.models.store import ModelStore
from cowrite.suggest.live.controller import SuggestionController
from cowrite.suggest.live.stuck_help import SENTENCES
from cowrite.suggest.ports import CaretContext
from cowrite.suggest.settings import SuggestSettings, WhenPaused

CONTEXT_CHARACTERS = 3_500
# What is still being looked for is cancelled at a random moment up to this long after it was begun.
CANCELLED_WITHIN_S = 0.5
COUNT = "sentences"
PATIENCE_S = 60.0


class Engine:
    """The worker with a listener for each job; messages are heard on the thread that waits for them."""

    def __init__(self, worker: EngineWorker) -> None:
        self._worker = worker
        self._messages: queue.Queue[EngineMessage] = queue.Queue()
        self._ids = itertools.count(1)
        self._listeners: dict[JobId, JobListener] = {}

    def start(self) -> None:
        """Load the model."""
        self._worker.start(self._messages.put)
        while True:
            message = self._messages.get()
            if isinstance(message, EngineStatus) and message.state is EngineState.PROBLEM:
                sys.exit(message.message)
            if isinstance(message, EngineStatus) and message.state is EngineState.READY:
                return

    def next_job_id(self) -> JobId:
        """A number no other job has."""
        return next(self._ids)

    def submit(self, job: Job, listener: JobListener) -> None:
        """Have it done; the newest job takes the place of those before."""
        self._listeners = {job.id: listener}
        self._worker.submit(job)

    def prefetch(self, jobs: object) -> None:
        """Nothing is worked out ahead: each figure is of one job."""

    def cancel(self, job_id: JobId) -> None:
        """Drop the job."""
        self._listeners.pop(job_id, None)
        self._worker.cancel(job_id)

    def hear_until(self, done: Callable[[], bool]) -> bool:
        """Deliver messages until ``done``, or until no job is waited for."""
        while not done():
            if not self._listeners:
                return False
            message = self._messages.get(timeout=PATIENCE_S)
            if isinstance(message, EngineStatus):
                continue
            listener = self._listeners.get(message.job_id)
            if listener is not None:
                if not isinstance(message, JobUpdate):
                    del self._listeners[message.job_id]
                listener(message)
        return True

    def ask(self, before: str) -> None:
        """The question after a key; returns when it is answered."""
        answered: list[EngineMessage] = []

        def hear(message: EngineMessage) -> None:
            if not isinstance(message, JobUpdate):
                answered.append(message)

        task = CompletionRequest(before=before, max_tokens=16)
        self.submit(Job(id=self.next_job_id(), task=task), hear)
        self.hear_until(lambda: bool(answered))


class Moment:
    """A point of time by the clock and by what the process has computed."""

    def __init__(self) -> None:
        self._clock, self._processor = time.perf_counter(), time.process_time()

    def passed_ms(self) -> tuple[float, float]:
        """Milliseconds since then."""
        now = Moment()
        return (now._clock - self._clock) * 1000, (now._processor - self._processor) * 1000


class Timer:
    """Fires when it is told that its time is over."""

    def __init__(self) -> None:
        self._callback: Callable[[], None] | None = None

    def start(self, delay_ms: int, callback: Callable[[], None]) -> None:  # noqa: ARG002 - the port's
        """Wait for :meth:`fire`."""
        self._callback = callback

    def stop(self) -> None:
        """Wait no more."""
        self._callback = None

    def fire(self) -> None:
        """The time is over."""
        callback, self._callback = self._callback, None
        if callback is not None:
            callback()


class Page:
    """A text that is written at its end."""

    def __init__(self) -> None:
        self.text, self.revision = "", 0
        self.ghost, self.count = "", 0

    def caret_context(self) -> CaretContext:
        """The caret at the end."""
        text = self.text
        return CaretContext(
            document_id="", revision=self.revision, offset=len(text), before=text, after=""
        )

    def insert_accepted(self, text: str) -> None:  # noqa: ARG002 - the port's
        """Nothing is taken here."""
        raise AssertionError("nothing is taken here")

    def show_ghost(self, text: str, *, index: int, count: int) -> None:  # noqa: ARG002 - the port's
        """Keep it."""
        self.ghost, self.count = text, count

    def hide_ghost(self) -> None:
        """Keep none."""
        self.ghost, self.count = "", 0


class Clock:
    """The machine's."""

    def monotonic_ms(self) -> float:
        """Milliseconds from some moment on."""
        return time.monotonic() * 1000

    def unix_ms(self) -> int:
        """Unix time."""
        return round(time.time() * 1000)


class NoLog:
    """Keeps nothing."""

    def record(self, event: Event) -> None:
        """Forget it."""


def measure(engine: Engine, places: list[str], rng: random.Random) -> dict[str, list[float]]:
    """The samples by name: milliseconds, but for how many sentences there were."""
    page, pause = Page(), Timer()
    controller = SuggestionController(
        page=page,
        jobs=engine,
        timer=Timer(),
        stuck_timer=pause,
        sink=NoLog(),
        clock=Clock(),
        session_id="",
        settings=SuggestSettings(when_paused=WhenPaused.SENTENCES, eagerness=0.0),
    )
    controller.engine_available(True)
    found: dict[str, list[float]] = {}

    def note(name: str, begun: Moment) -> None:
        for what, since in zip((name, f"{name}, processor"), begun.passed_ms(), strict=True):
            found.setdefault(what, []).append(since)

    for before in places:
        page.text, page.revision = before, page.revision + 1
        controller.text_changed(typed(before))
        engine.hear_until(lambda: False)  # the ordinary question, which reads the text
        begun = Moment()
        pause.fire()
        if engine.hear_until(lambda: bool(page.ghost)):
            note("phrase", begun)
        controller.caret_moved()
        begun = Moment()
        controller.ask_sentences()
        if engine.hear_until(lambda: bool(page.ghost)):
            note("first sentence", begun)
        if engine.hear_until(lambda: page.count == SENTENCES):
            note("third sentence", begun)
        engine.hear_until(lambda: False)
        found.setdefault(COUNT, []).append(float(page.count))
        controller.caret_moved()
        begun = Moment()
        engine.ask(before + "He")
        note("next key, engine at rest", begun)
        controller.ask_sentences()
        moment = time.perf_counter() + rng.uniform(0.0, CANCELLED_WITHIN_S)
        while time.perf_counter() < moment:
            time.sleep(0.005)
        controller.caret_moved()
        begun = Moment()
        engine.ask(before + "She")
        note("next key, while a sentence is looked for", begun)
    controller.close()
    return found


def typed(before: str) -> TextChange:
    """The key that ended the sentence."""
    return TextChange(
        kind=ChangeKind.TYPED, offset=len(before) - 1, removed=0, inserted=before[-1:]
    )


def places_in(text: str, count: int, rng: random.Random) -> list[str]:
    """Texts that end where a sentence does."""
    whole = re.sub(r"(?<!\n)\n(?!\n)", " ", text)
    ends = [found.end() for found in re.finditer(r"[.!?][\"”’]? ", whole)]
    good = [end for end in ends if end > CONTEXT_CHARACTERS and ends_sentence(whole[:end][-64:])]
    if len(good) < count:
        sys.exit(f"The text has only {len(good)} places.")
    return [whole[end - CONTEXT_CHARACTERS : end] for end in sorted(rng.sample(good, count))]


def main() -> None:
    """Measure and print."""
    parser = make_parser("Help for a writer who is stuck: how soon, and at what price.")
    parser.add_argument("--text", type=existing_file, required=True, help="a text in English")
    parser.add_argument("--places", type=int, default=20, help="how many places (default: 20)")
    arguments = parser.parse_args()
    rng = random.Random(1)
    places = places_in(Path(arguments.text).read_text("utf-8"), arguments.places, rng)
    with home_with_model(arguments.models_dir) as home:
        model = ModelStore(home / "data" / "models").get(STARTER_MODEL)
        worker = EngineWorker(
            model_dir=model.path,
            model_id=model.id,
            device="cpu",
            quantizations=model.quantizations(),
        )
        engine = Engine(worker)
        engine.start()
        try:
            found = measure(engine, places, rng)
        finally:
            worker.stop()
    sentences = found.pop(COUNT)
    rows: list[Row] = [
        ("places", len(places), ""),
        ("places with a phrase", len(found.get("phrase", [])), ""),
        ("sentences a place, mean", statistics.mean(sentences), ""),
        ("places with three", sum(each == SENTENCES for each in sentences), ""),
    ]
    for name, samples in found.items():
        rows += [(f"{name}, ms, median", statistics.median(samples), "")]
    Report(title="When the writer is stuck", rows=rows, samples=found).show(arguments.json)


if __name__ == "__main__":
    main()
