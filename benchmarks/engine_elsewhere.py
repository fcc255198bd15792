"""A model on a server against the same model here: are the ghosts the same, and how long does the way there take?

Starts llama-cpp-python's server with the file the starter model was made from; ``--python`` is an interpreter that has
it (``pip install 'llama-cpp-python[server]'``, which compiles for half an hour on two cores). It is no part of the
program: without it this says that it was skipped, and ends with status 0. The server gets the weights unpacked, in
fp32, and the model here is loaded as bf16, so that nothing is rounded twice. ``--server`` is the address of one that
runs with such a file (llama-cpp-python's needs ``--logits_all true``). Both are asked for the same ghosts after the
same texts, in turn. Where they differ, the margin is how much less probable (nats) the model here finds the first other
word than its own; more than MOST_MARGIN is a fault, and the status is 1.
"""

from __future__ import annotations

import argparse
import queue
import socket
import statistics
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory

from _common import (
    ROOT,
    STARTER_MODEL,
    Report,
    existing_file,
    home_with_model,
    make_parser,
    spread,
)
from _plain_gguf import write_plain
from turn_vs_llama_cpp import starter_gguf

from cowrite.engine.jobs.runtime import Runtime
from cowrite.engine.messages import (
    Candidate,
    CompletionRequest,
    CompletionResult,
    EngineMessage,
    EngineState,
    EngineStatus,
    Job,
    JobFailure,
)
from cowrite.models.store import ModelStore
from cowrite.remote.choice import ServerChoice, Use
from cowrite.remote.engine import RemoteEngine

CONTEXT_CHARACTERS = 600
MAX_WORDS = 3
PATIENCE_S = 60.0
STARTS_WITHIN_S = 120.0
MOST_MARGIN = 0.1
"""Nats: by so much two computations of a rounded model may judge two words the other way round."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What one of them answered, and how long that took, in milliseconds."""

    candidate: Candidate | None
    milliseconds: float


class Server:
    """The engine elsewhere, asked one question after the other."""

    def __init__(self, address: str) -> None:
        self._heard: queue.Queue[EngineMessage] = queue.Queue()
        choice = ServerChoice(address=address, use=Use.ALL)
        self.engine = RemoteEngine(choice, ghost_patience_s=PATIENCE_S)
        self.engine.start(self._heard.put)
        while True:
            match self._heard.get(timeout=PATIENCE_S):
                case EngineStatus(state=EngineState.READY):
                    return
                case EngineStatus(state=EngineState.PROBLEM, message=message):
                    raise SystemExit(message)

    def ask(self, number: int, request: CompletionRequest) -> Answer:
        started = time.perf_counter()
        self.engine.submit(Job(id=number, task=request, may_leave=True))
        while True:
            match self._heard.get(timeout=PATIENCE_S):
                case CompletionResult(candidates=found):
                    took = (time.perf_counter() - started) * 1000
                    return Answer(next(iter(found), None), took)
                case JobFailure(message=message):
                    raise SystemExit(message)


@contextmanager
def running_server(python: str, gguf: Path) -> Iterator[str]:
    """The address of llama-cpp-python's server with ``gguf``, once it answers."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    options = {
        "model": gguf,
        "logits_all": "true",
        "n_ctx": 2048,
        "host": "127.0.0.1",
        "port": port,
    }
    words = [f"{word}" for name, value in options.items() for word in (f"--{name}", value)]
    process = subprocess.Popen(
        [python, "-m", "llama_cpp.server", *words],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        ends_at = time.monotonic() + STARTS_WITHIN_S
        while True:
            try:
                socket.create_connection(("127.0.0.1", port), 1).close()
                break
            except OSError:
                if process.poll() is not None or time.monotonic() > ends_at:
                    raise SystemExit("llama-cpp-python's server did not start.") from None
                time.sleep(0.2)
        yield f"http://127.0.0.1:{port}"
    finally:
        process.terminate()
        process.wait(10)


def has_server(python: str) -> bool:
    """Whether ``python`` can start llama-cpp-python's server."""
    return not subprocess.run(
        [python, "-c", "import llama_cpp.server.app"], capture_output=True, check=False
    ).returncode


def places(text: str, count: int) -> list[str]:
    """Texts that end after a blank, at the end of a word and within one, in turn, from all over ``text``."""
    words = [at for at in range(CONTEXT_CHARACTERS, len(text)) if text[at - 1] == " "]
    chosen = words[:: max(1, len(words) // count)][:count]
    ends = [
        at if number % 3 == 0 else at - 1 if number % 3 == 1 else at + 2
        for number, at in enumerate(chosen)
    ]
    return [text[max(0, end - CONTEXT_CHARACTERS) : end] for end in ends]


def margin(
    ours: Candidate, theirs: Candidate, runtime: Runtime, request: CompletionRequest
) -> float:
    """How much less probable the first other word of ``theirs`` is, by the model here."""
    same = 0
    while same < min(len(ours.text), len(theirs.text)) and ours.text[same] == theirs.text[same]:
        same += 1
    at = theirs.text.rfind(" ", 0, same + 1)
    shared = theirs.text[: max(0, at)]
    result = runtime.complete(
        CompletionRequest(before=request.before + shared, max_words=1, candidates=5)
    )
    if result is None or not result.candidates:
        return float("nan")
    wanted = theirs.text[max(0, at) :].split()
    word = wanted[0] if wanted else ""
    best = result.candidates[0].logprob
    found = [each.logprob for each in result.candidates if word and each.text.strip() == word]
    return best - found[0] if found else float("nan")


@dataclass
class Comparison:
    """What both answered so far; times in milliseconds, ``margins`` in nats and NaN where they are not known."""

    ours_ms: list[float] = field(default_factory=list)
    theirs_ms: list[float] = field(default_factory=list)
    margins: list[float] = field(default_factory=list)
    differing: list[str] = field(default_factory=list)
    first_word_same: int = 0

    def ask_both(
        self, number: int, request: CompletionRequest, runtime: Runtime, server: Server
    ) -> None:
        """First the model here, then the one there."""
        began = time.perf_counter()
        result = runtime.complete(request)
        self.ours_ms.append((time.perf_counter() - began) * 1000)
        ours = result.candidates[0] if result and result.candidates else None
        answer = server.ask(number, request)
        self.theirs_ms.append(answer.milliseconds)
        a, b = (each.text.strip() if each else "" for each in (ours, answer.candidate))
        self.first_word_same += a.split()[:1] == b.split()[:1]
        if a == b:
            return
        self.differing.append(f"{request.before[-24:]!r}: here {a!r}, there {b!r}")
        if ours is None or answer.candidate is None:
            self.margins.append(float("nan"))
        else:
            self.margins.append(margin(ours, answer.candidate, runtime, request))

    @property
    def has_fault(self) -> bool:
        """Whether one differs by more than rounding, or nobody can tell."""
        return not all(each <= MOST_MARGIN for each in self.margins)

    def show(self, target: str | None) -> None:
        """Print it."""
        count = len(self.ours_ms)
        known = [each for each in self.margins if each == each]
        added = [b - a for a, b in zip(self.ours_ms, self.theirs_ms, strict=True)]
        rows = [
            ("ghosts compared", count, ""),
            ("the same text", count - len(self.differing), f"goal {count}"),
            ("the same first word", self.first_word_same, ""),
            ("margin where they differ, most, nats", max(known, default=0.0), f"{MOST_MARGIN}"),
            ("of which it is known", len(known), f"goal {len(self.margins)}"),
            *spread("here, ms", self.ours_ms, {}),
            *spread("there, ms", self.theirs_ms, {}),
            ("added time per turn, median, ms", statistics.median(added), ""),
        ]
        Report(
            title="A model on a server against the same model here",
            rows=rows,
            samples={"here": self.ours_ms, "there": self.theirs_ms},
            notes=self.differing,
        ).show(target)


def main() -> int:
    """Compare and print; the status is 1 if a ghost differs by more than rounding."""
    parser = make_parser(__doc__ or "")
    parser.add_argument("--server", metavar="URL", help="one that runs, with the same file")
    parser.add_argument("--python", default=sys.executable, help="that has llama-cpp-python")
    parser.add_argument("--gguf", type=existing_file, metavar="FILE", help="the starter's file")
    parser.add_argument("--prompts", type=int, default=30, help="how many ghosts are compared (30)")
    parser.add_argument(
        "--text", type=existing_file, default=ROOT / "resources" / "calibration.txt", metavar="FILE"
    )
    arguments = parser.parse_args()
    if arguments.server:
        return compare(arguments.server, arguments)
    if not has_server(arguments.python):
        print(f"Skipped: {arguments.python} has no llama-cpp-python with its server.")
        return 0
    with (
        starter_gguf(arguments.gguf) as gguf,
        TemporaryDirectory(prefix="cowrite-bench-") as folder,
    ):
        plain = Path(folder) / "plain.gguf"
        write_plain(gguf, plain)
        with running_server(arguments.python, plain) as url:
            return compare(url, arguments)


def compare(url: str, arguments: argparse.Namespace) -> int:
    """Ask both for the same ghosts, and print what came of it."""
    text = Path(arguments.text).read_text("utf-8")
    found = Comparison()
    server = Server(url)
    with home_with_model(arguments.models_dir) as home:
        model = ModelStore(home / "data" / "models").get(STARTER_MODEL)
        runtime = Runtime.open(
            model.path, model_id=model.id, device="cpu", quantizations={"cpu": "bf16"}
        )
        try:
            for number, before in enumerate(places(text, arguments.prompts), 1):
                request = CompletionRequest(before=before, max_words=MAX_WORDS, max_tokens=16)
                found.ask_both(number, request, runtime, server)
        finally:
            runtime.close()
            server.engine.stop()
    found.show(arguments.json)
    return 1 if found.has_fault else 0


if __name__ == "__main__":
    sys.exit(main())
