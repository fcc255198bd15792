"""How much longer does a suggestion take if it is asked for while the engine works on a passage?

The same inline jobs, in turn on an idle engine and during a passage job that reads its text or writes its answer. The
clock runs from the request to the first message with text. Beside it, what one token of the model takes.
"""

from __future__ import annotations

import itertools
import queue
import random
import re
import statistics
import sys
import time
from collections.abc import Iterator

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

from cowrite.engine.jobs.worker import EngineWorker
from cowrite.engine.messages import (
    CompletionRequest,
    CompletionResult,
    EngineMessage,
    EngineState,
    EngineStatus,
    Job,
    JobFailure,
    JobId,
    JobUpdate,
    Lane,
)
from cowrite.models.store import ModelStore

CONTEXT_TOKENS = 500
PASSAGE_TOKENS = 800
WRITTEN_TOKENS = 120
# The passage is interrupted at a random moment up to this long after it was begun, or after its first word.
READING_S, WRITING_S = 0.6, 0.6
IDLE, AGAIN = "idle", "idle, again"
READING, WRITING = "while a passage is read", "while a passage is written"


class Asker:
    """Gives jobs to an engine and hears what comes of them."""

    def __init__(self, engine: EngineWorker) -> None:
        self._engine = engine
        self._messages: queue.Queue[tuple[float, EngineMessage]] = queue.Queue()
        self._ids = itertools.count(1)

    def start(self) -> None:
        """Load the model."""
        self._engine.start(lambda message: self._messages.put((time.perf_counter(), message)))
        while True:
            message = self._messages.get()[1]
            if isinstance(message, EngineStatus) and message.state is EngineState.PROBLEM:
                sys.exit(message.message)
            if isinstance(message, EngineStatus) and message.state is EngineState.READY:
                return

    def ask(self, before: str) -> float:
        """Milliseconds until the first text of a suggestion; returns when all of it is there."""
        job = Job(id=next(self._ids), task=CompletionRequest(before=before, max_tokens=16))
        asked = time.perf_counter()
        self._engine.submit(job)
        heard = self._heard_of(job.id)
        first, message = next(heard)
        while not isinstance(message, CompletionResult):
            message = next(heard)[1]
        return (first - asked) * 1000

    def begin_passage(self, before: str, *, seed: int) -> JobId:
        """Begin to read and then to write; its id."""
        task = CompletionRequest(
            before=before,
            max_words=10_000,
            max_tokens=WRITTEN_TOKENS,
            multiline=True,
            temperature=1.0,
            seed=seed,
        )
        job = Job(id=next(self._ids), lane=Lane.PASSAGE, task=task)
        self._engine.submit(job)
        return job.id

    def wait_for_text(self, job_id: JobId) -> None:
        """Until some of the passage is written."""
        next(self._heard_of(job_id))

    def token_ms(self, job_id: JobId) -> list[float]:
        """What each step of an undisturbed passage took, and its result."""
        times: list[float] = []
        for at, message in self._heard_of(job_id):
            if isinstance(message, CompletionResult):
                break
            times.append(at)
        return [(later - earlier) * 1000 for earlier, later in itertools.pairwise(times)]

    def cancel(self, job_id: JobId) -> None:
        """Drop a passage, and wait for its last step."""
        self._engine.cancel(job_id)
        self.ask("It was ")
        while not self._messages.empty():
            self._messages.get()

    def _heard_of(self, job_id: JobId) -> Iterator[tuple[float, JobUpdate | CompletionResult]]:
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
        self.samples: dict[str, list[float]] = {
            each: [] for each in (IDLE, AGAIN, READING, WRITING)
        }
        self.steps: list[float] = []

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
                passage = self._disturb(condition, 4 * turn + number)
                self.samples[condition].append(self._asker.ask(after))
                if passage is not None:
                    self._asker.cancel(passage)
            if turn % 5 == 0:
                job_id = self._asker.begin_passage(self._passage(4 * turns + turn), seed=turn)
                self.steps += self._asker.token_ms(job_id)

    def extra_ms(self, condition: str) -> list[float]:
        """How much longer than on the idle engine, turn by turn."""
        pairs = zip(self.samples[condition], self.samples[IDLE], strict=True)
        return [there - idle for there, idle in pairs]

    def _disturb(self, condition: str, number: int) -> JobId | None:
        if condition in (IDLE, AGAIN):
            return None
        job_id = self._asker.begin_passage(self._passage(number), seed=number)
        if condition == WRITING:
            self._asker.wait_for_text(job_id)
        longest_s = READING_S if condition == READING else WRITING_S
        time.sleep(self._random.uniform(0.05, longest_s))
        return job_id

    def _contexts(self, turn: int) -> tuple[str, str]:
        """A text, and the same with one word more."""
        span = len(self._offsets) - CONTEXT_TOKENS - 10
        first = turn * 37 % span
        start, end = self._offsets[first][0], self._offsets[first + CONTEXT_TOKENS][0]
        ends = [match.end() for match in re.finditer(r"\S+\s", self._text[end : end + 100])]
        return self._text[start : end + ends[0]], self._text[start : end + ends[1]]

    def _passage(self, number: int) -> str:
        """Another text each time, so that it has to be read."""
        span = len(self._offsets) - PASSAGE_TOKENS - 1
        first = number * 101 % span
        start, end = self._offsets[first][0], self._offsets[first + PASSAGE_TOKENS][0]
        return f"{number}. {self._text[start:end]}"


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
        )
        bench = Bench(Asker(engine), text, tokenizer)
        bench.start(arguments.rest_s)
        try:
            bench.run(arguments.turns)
        finally:
            engine.stop()
    token_ms = statistics.median(bench.steps)
    rows: list[Row] = [("one token of the model, p50, ms", token_ms, "")]
    rows += spread("idle, ms", bench.samples[IDLE], {})
    for condition in (AGAIN, READING, WRITING):
        extra = bench.extra_ms(condition)
        goal = "" if condition == AGAIN else f"goal <= {token_ms:.1f}"
        rows.append((f"extra {condition}, p50, ms", statistics.median(extra), ""))
        rows.append((f"extra {condition}, p95, ms", percentile(extra, 95), goal))
    Report(
        title="Time to the first text of a suggestion during a passage job",
        rows=rows,
        samples=bench.samples | {"steps": bench.steps},
        notes=[
            f"{arguments.turns} turns, context {CONTEXT_TOKENS} tokens, passages {PASSAGE_TOKENS} tokens",
            "“idle, again” is the same against itself: what the machine's noise alone makes of it",
        ],
    ).show(arguments.json)


if __name__ == "__main__":
    main()
