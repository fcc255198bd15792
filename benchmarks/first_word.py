"""How long after one more typed word does the first word of a suggestion stand ready, at 500 tokens of context?

Asks the engine as the editor does: the prefix is kept, one word is new. The clock runs from the request to the first
message in which the suggestion's first word is complete.
"""

from __future__ import annotations

import queue
import re
import sys
import time

from _common import ROOT, STARTER_MODEL, Report, existing_file, home_with_model, make_parser, spread
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
    JobUpdate,
)
from cowrite.models.store import ModelStore

CONTEXT_TOKENS = 500
WORDS_PER_PASSAGE = 10


class Stopwatch:
    """Asks an engine, one request at a time, and notes when the first word is there."""

    def __init__(self, engine: EngineWorker) -> None:
        self._engine = engine
        self._messages: queue.Queue[tuple[float, EngineMessage]] = queue.Queue()
        self._next_id = 0

    def start(self) -> None:
        """Load the model."""
        self._engine.start(lambda message: self._messages.put((time.perf_counter(), message)))
        while True:
            _, message = self._messages.get()
            if isinstance(message, EngineStatus) and message.state is EngineState.PROBLEM:
                sys.exit(message.message)
            if isinstance(message, EngineStatus) and message.state is EngineState.READY:
                return

    def ask(self, before: str) -> tuple[float, CompletionResult]:
        """Milliseconds until the first word, and the whole answer."""
        self._next_id += 1
        job = Job(id=self._next_id, task=CompletionRequest(before=before, max_tokens=16))
        asked = time.perf_counter()
        self._engine.submit(job)
        first: float | None = None
        while True:
            at, message = self._messages.get()
            match message:
                case JobUpdate(candidate=candidate):
                    if first is None and re.search(r"\S\s", candidate.text):
                        first = at
                case CompletionResult():
                    return ((first or at) - asked) * 1000, message
                case JobFailure():
                    sys.exit(message.message)


def passages(text: str, tokenizer: Tokenizer, turns: int) -> list[list[str]]:
    """Growing contexts: each inner list begins with CONTEXT_TOKENS tokens and then gets one word more at a time."""
    ends = [match.end() for match in re.finditer(r"\S+\s", text)]
    count = -(-turns // WORDS_PER_PASSAGE)
    offsets = tokenizer.encode(text, add_special_tokens=False).offsets
    last_start = len(offsets) - CONTEXT_TOKENS - 3 * WORDS_PER_PASSAGE
    if last_start <= count:
        sys.exit("the text is too short; give a longer one with --text")
    found = []
    for i in range(count):
        first_token = i * last_start // count
        start = offsets[first_token][0]
        full = offsets[first_token + CONTEXT_TOKENS][0]
        following = [end for end in ends if end >= full][: WORDS_PER_PASSAGE + 1]
        found.append([text[start:end] for end in following])
    return found


def main() -> None:
    """Measure and print."""
    parser = make_parser("Time to the first suggested word after one more typed word.")
    parser.add_argument(
        "--text", type=existing_file, default=ROOT / "resources" / "calibration.txt", metavar="FILE"
    )
    parser.add_argument("--turns", type=int, default=100, help="how many words are typed (100)")
    parser.add_argument("--device", default="auto", choices=["auto", "cpu", "cuda"])
    arguments = parser.parse_args()
    text = arguments.text.read_text("utf-8")
    samples: dict[str, list[float]] = {"after a space": [], "at the end of a word": []}
    cached: list[float] = []
    with home_with_model(arguments.models_dir) as home:
        model = ModelStore(home / "data" / "models").get(STARTER_MODEL)
        tokenizer = Tokenizer.from_file(str(model.path / "tokenizer.json"))
        engine = EngineWorker(
            model_dir=model.path,
            model_id=model.id,
            device=arguments.device,
            quantizations=model.quantizations(),
        )
        watch = Stopwatch(engine)
        watch.start()
        try:
            result = None
            for contexts in passages(text, tokenizer, arguments.turns):
                for kind, figures in samples.items():
                    asked = contexts if kind == "after a space" else [c.rstrip() for c in contexts]
                    watch.ask(asked[0])  # the passage is read once, as when a file is opened
                    for context in asked[1:]:
                        milliseconds, result = watch.ask(context)
                        figures.append(milliseconds)
                        cached.append(result.cached_tokens / max(1, result.prompt_tokens) * 100)
        finally:
            engine.stop()
    rows = []
    for kind, figures in samples.items():
        rows += spread(f"{kind}, ms", figures, {"p50": "goal <= 200", "p95": "goal <= 400"})
    rows.append(("prompt taken from the cache, %", sum(cached) / len(cached), ""))
    notes = [f"{result.model} as {result.quantization} on {result.device}"] if result else []
    notes.append(
        f"{arguments.turns} words of {arguments.text.name}, context {CONTEXT_TOKENS} tokens"
    )
    Report(
        title="First suggested word after one more typed word",
        rows=rows,
        samples=samples,
        notes=notes,
    ).show(arguments.json)


if __name__ == "__main__":
    main()
