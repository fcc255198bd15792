"""How much longer does a suggestion take if it is asked for while the engine works on a passage?

The same inline jobs, in turn on an idle engine and during a passage job that reads its text, writes its answer,
rewrites a passage with drafts from it, or scores small edits. The clock runs from the request to the first message with
text, and beside it stands what one token takes. Where other programs are at work the clock says little; the processor
time of the engine's thread tells what it did in between.
"""

from __future__ import annotations

import itertools
import queue
import random
import re
import statistics
import sys
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial

from _common import (
    ROOT,
    STARTER_MODEL,
    Report,
    Row,
    existing_file,
    home_with_model,
    make_parser,
    percentile,
    spread,
)
from tokenizers import Tokenizer

from cowrite.engine.jobs.worker import EngineWorker, open_runtime
from cowrite.engine.messages import (
    CompletionRequest,
    CompletionResult,
    EditsRequest,
    EngineMessage,
    EngineState,
    EngineStatus,
    InstructRequest,
    Job,
    JobFailure,
    JobId,
    JobUpdate,
    Lane,
    Task,
    TextEdit,
)
from cowrite.models.store import ModelStore
from cowrite.tasks.prompts import ModelPrompts

CONTEXT_TOKENS = 500
PASSAGE_TOKENS = 800
WRITTEN_TOKENS = 120
# The passage is interrupted at a random moment up to this long after it was begun, or after its first word.
READING_S, WRITING_S = 0.6, 0.6
IDLE, AGAIN = "idle", "idle, again"
READING, WRITING = "while a passage is read", "while a passage is written"
REWRITING, SCORING = "while a passage is rewritten", "while edits of a passage are scored"
REWRITTEN_TOKENS = 150
SCORED_TOKENS = 100


@dataclass(frozen=True, slots=True)
class Moment:
    """A point of time, in milliseconds: by the clock, and by what the engine's thread has computed."""

    clock: float
    processor: float

    @classmethod
    def here(cls) -> Moment:
        """Now, on the engine's thread."""
        return cls(time.perf_counter() * 1000, time.thread_time() * 1000)

    @classmethod
    def now(cls) -> Moment:
        """Now, on any thread; without the engine's processor time where the system does not tell it."""
        engine = next(each for each in threading.enumerate() if each.name == "cowrite-engine")
        spent = 0.0
        if hasattr(time, "pthread_getcpuclockid") and engine.ident is not None:
            spent = time.clock_gettime(time.pthread_getcpuclockid(engine.ident)) * 1000
        return cls(time.perf_counter() * 1000, spent)

    def since(self, earlier: Moment) -> Moment:
        """What has passed."""
        return Moment(self.clock - earlier.clock, self.processor - earlier.processor)


class Asker:
    """Gives jobs to an engine and hears what comes of them."""

    def __init__(self, engine: EngineWorker) -> None:
        self._engine = engine
        self._messages: queue.Queue[tuple[Moment, EngineMessage]] = queue.Queue()
        self._ids = itertools.count(1)

    def start(self) -> None:
        """Load the model."""
        self._engine.start(lambda message: self._messages.put((Moment.here(), message)))
        while True:
            message = self._messages.get()[1]
            if isinstance(message, EngineStatus) and message.state is EngineState.PROBLEM:
                sys.exit(message.message)
            if isinstance(message, EngineStatus) and message.state is EngineState.READY:
                return

    def ask(self, before: str) -> Moment:
        """The time until the first text of a suggestion; returns when all of it is there."""
        job = Job(id=next(self._ids), task=CompletionRequest(before=before, max_tokens=16))
        asked = Moment.now()
        self._engine.submit(job)
        heard = self._heard_of(job.id)
        first, message = next(heard)
        while not isinstance(message, CompletionResult):
            message = next(heard)[1]
        return first.since(asked)

    def begin_passage(self, before: str, *, seed: int) -> JobId:
        """Begin to read and then to write; its id."""
        return self.begin(
            CompletionRequest(
                before=before,
                max_words=10_000,
                max_tokens=WRITTEN_TOKENS,
                multiline=True,
                temperature=1.0,
                seed=seed,
            )
        )

    def begin(self, task: Task) -> JobId:
        """Begin a task in the passage lane; its id."""
        job = Job(id=next(self._ids), lane=Lane.PASSAGE, task=task)
        self._engine.submit(job)
        return job.id

    def wait_for_text(self, job_id: JobId) -> None:
        """Until some of the passage is written."""
        next(self._heard_of(job_id))

    def steps_of(self, job_id: JobId) -> list[Moment]:
        """What each step of an undisturbed passage took, and its result."""
        times: list[Moment] = []
        for at, message in self._heard_of(job_id):
            if isinstance(message, CompletionResult):
                break
            times.append(at)
        return [later.since(earlier) for earlier, later in itertools.pairwise(times)]

    def cancel(self, job_id: JobId) -> None:
        """Drop a passage, and wait for its last step."""
        self._engine.cancel(job_id)
        self.ask("It was ")
        while not self._messages.empty():
            self._messages.get()

    def _heard_of(self, job_id: JobId) -> Iterator[tuple[Moment, JobUpdate | CompletionResult]]:
        while True:
            at, message = self._messages.get()
            if isinstance(message, JobFailure):
                sys.exit(message.message)
            if isinstance(message, JobUpdate | CompletionResult) and message.job_id == job_id:
                yield at, message


class Bench:
    """The same job under each of the conditions, in an order that changes from turn to turn."""

    def __init__(self, asker: Asker, text: str, tokenizer: Tokenizer) -> None:
        self._asker = asker
        self._text = text
        self._offsets = tokenizer.encode(text, add_special_tokens=False).offsets
        self._random = random.Random(1)
        self.samples: dict[str, list[Moment]] = {
            each: [] for each in (IDLE, AGAIN, READING, WRITING, REWRITING, SCORING)
        }
        self.steps: list[Moment] = []

    def start(self, rest_s: float) -> None:
        """Load the model and let it become as fast as it gets."""
        self._asker.start()
        time.sleep(rest_s)

    def run(self, turns: int) -> None:
        """Measure."""
        conditions = list(self.samples)
        for turn in range(turns):
            before, after = self._contexts(turn)
            self._random.shuffle(conditions)
            for number, condition in enumerate(conditions):
                self._asker.ask(before)
                passage = self._disturb(condition, len(conditions) * turn + number)
                self.samples[condition].append(self._asker.ask(after))
                if passage is not None:
                    self._asker.cancel(passage)
            if turn % 5 == 0:
                job_id = self._asker.begin_passage(
                    self._passage(len(conditions) * turns + turn), seed=turn
                )
                self.steps += self._asker.steps_of(job_id)

    def extra(self, condition: str) -> list[Moment]:
        """How much longer than on the idle engine, turn by turn."""
        pairs = zip(self.samples[condition], self.samples[IDLE], strict=True)
        return [there.since(idle) for there, idle in pairs]

    def _disturb(self, condition: str, number: int) -> JobId | None:
        if condition in (IDLE, AGAIN):
            return None
        job_id = self._begin(condition, number)
        if condition in (WRITING, REWRITING):
            self._asker.wait_for_text(job_id)
        longest_s = READING_S if condition == READING else WRITING_S
        time.sleep(self._random.uniform(0.05, longest_s))
        return job_id

    def _begin(self, condition: str, number: int) -> JobId:
        if condition == REWRITING:
            passage = self._passage(number, REWRITTEN_TOKENS)
            return self._asker.begin(
                InstructRequest(
                    user=passage,
                    system="Repeat the input text. Change nothing.",
                    max_tokens=2 * REWRITTEN_TOKENS,
                    copied=passage,
                )
            )
        if condition == SCORING:
            passage = self._passage(number, SCORED_TOKENS)
            places = [match.start() for match in re.finditer(r"\b\w", passage)]
            return self._asker.begin(
                EditsRequest(
                    before="",
                    text=passage,
                    edits=tuple(
                        TextEdit(start=at, end=at, after=word)
                        for at in places
                        for word in ("the ", "a ", "of ", "to ", "in ")
                    ),
                )
            )
        return self._asker.begin_passage(self._passage(number), seed=number)

    def _contexts(self, turn: int) -> tuple[str, str]:
        """A text, and the same with one word more."""
        span = len(self._offsets) - CONTEXT_TOKENS - 10
        first = turn * 37 % span
        start, end = self._offsets[first][0], self._offsets[first + CONTEXT_TOKENS][0]
        ends = [match.end() for match in re.finditer(r"\S+\s", self._text[end : end + 100])]
        return self._text[start : end + ends[0]], self._text[start : end + ends[1]]

    def _passage(self, number: int, tokens: int = PASSAGE_TOKENS) -> str:
        """Another text each time, so that it has to be read."""
        span = len(self._offsets) - tokens - 1
        first = number * 101 % span
        start, end = self._offsets[first][0], self._offsets[first + tokens][0]
        return f"{number}. {self._text[start:end]}"


def _clock(moment: Moment) -> float:
    return moment.clock


def _processor(moment: Moment) -> float:
    return moment.processor


def main() -> None:
    """Measure and print."""
    parser = make_parser("What a passage job costs the inline job that arrives meanwhile.")
    parser.add_argument(
        "--text", type=existing_file, default=ROOT / "resources" / "calibration.txt", metavar="FILE"
    )
    parser.add_argument("--turns", type=int, default=60, help="how many pairs (60)")
    parser.add_argument("--device", default="auto", choices=["auto", "cpu", "cuda"])
    parser.add_argument(
        "--rest-s", type=float, default=30, help="seconds to take over faster kernels first (30)"
    )
    arguments = parser.parse_args()
    text = arguments.text.read_text("utf-8")
    with home_with_model(arguments.models_dir) as home:
        model = ModelStore(home / "data" / "models").get(STARTER_MODEL)
        tokenizer = Tokenizer.from_file(str(model.path / "tokenizer.json"))
        engine = EngineWorker(
            model_dir=model.path,
            model_id=model.id,
            device=arguments.device,
            quantizations=model.quantizations(),
            open_runtime=partial(open_runtime, prompts_of=ModelPrompts.of),
        )
        bench = Bench(Asker(engine), text, tokenizer)
        bench.start(arguments.rest_s)
        try:
            bench.run(arguments.turns)
        finally:
            engine.stop()
    rows: list[Row] = []
    for name, of in (("ms", _clock), ("ms of the engine's processor time", _processor)):
        token = statistics.median(map(of, bench.steps))
        rows.append((f"one token of the model, p50, {name}", token, ""))
        rows += spread(f"idle, {name}", list(map(of, bench.samples[IDLE])), {})
        for condition in (AGAIN, READING, WRITING, REWRITING, SCORING):
            extra = list(map(of, bench.extra(condition)))
            goal = "" if condition == AGAIN else f"goal <= {token:.1f}"
            rows.append((f"extra {condition}, p50, {name}", statistics.median(extra), ""))
            rows.append((f"extra {condition}, p95, {name}", percentile(extra, 95), goal))
    Report(
        title="Time to the first text of a suggestion during a passage job",
        rows=rows,
        samples={
            f"{condition}, {name}": list(map(of, moments))
            for condition, moments in (bench.samples | {"steps": bench.steps}).items()
            for name, of in (("clock", _clock), ("processor", _processor))
        },
        notes=[
            f"{arguments.turns} turns, context {CONTEXT_TOKENS} tokens, passages {PASSAGE_TOKENS} tokens",
            "“idle, again” is the same against itself: what the machine's noise alone makes of it",
        ],
    ).show(arguments.json)


if __name__ == "__main__":
    main()
