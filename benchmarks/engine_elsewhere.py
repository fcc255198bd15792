"""A model on a server against the same model here: are the ghosts the same, and how long does the way there take?

Start a server with the file the starter model was made from, for instance llama-cpp-python's:
``python -m llama_cpp.server --model SmolLM2-135M-Instruct.Q4_1.gguf --logits_all true --n_ctx 2048``, and give its
address with ``--server``. The model here is loaded as bf16, so that nothing is rounded twice. Both are asked for the
same ghosts after the same texts, in turn. Where they differ, the margin is how much less probable (nats) the model
here finds the first other word than its own.
"""

from __future__ import annotations

import queue
import statistics
import time
from dataclasses import dataclass
from pathlib import Path

from _common import (
    ROOT,
    STARTER_MODEL,
    Report,
    existing_file,
    home_with_model,
    make_parser,
    spread,
)

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


def main() -> None:
    parser = make_parser(__doc__ or "")
    parser.add_argument("--server", required=True, metavar="URL")
    parser.add_argument("--prompts", type=int, default=60, help="how many ghosts are compared (60)")
    parser.add_argument(
        "--text", type=existing_file, default=ROOT / "resources" / "calibration.txt", metavar="FILE"
    )
    arguments = parser.parse_args()
    text = Path(arguments.text).read_text("utf-8")
    server = Server(arguments.server)
    ours_ms, theirs_ms, margins = list[float](), list[float](), list[float]()
    same, first_word_same, differing = 0, 0, list[str]()
    with home_with_model(arguments.models_dir) as home:
        model = ModelStore(home / "data" / "models").get(STARTER_MODEL)
        runtime = Runtime.open(
            model.path, model_id=model.id, device="cpu", quantizations={"cpu": "bf16"}
        )
        try:
            for number, before in enumerate(places(text, arguments.prompts), 1):
                request = CompletionRequest(before=before, max_words=MAX_WORDS, max_tokens=16)
                started = time.perf_counter()
                result = runtime.complete(request)
                ours_ms.append((time.perf_counter() - started) * 1000)
                ours = result.candidates[0] if result and result.candidates else None
                answer = server.ask(number, request)
                theirs_ms.append(answer.milliseconds)
                a, b = (each.text.strip() if each else "" for each in (ours, answer.candidate))
                same += a == b
                first_word_same += a.split()[:1] == b.split()[:1]
                if a != b:
                    differing.append(f"{before[-24:]!r}: here {a!r}, there {b!r}")
                    if ours and answer.candidate:
                        margins.append(margin(ours, answer.candidate, runtime, request))
        finally:
            runtime.close()
            server.engine.stop()
    count = len(ours_ms)
    known = [each for each in margins if each == each]
    rows = [
        ("ghosts compared", count, ""),
        ("the same text", same, f"goal {count}"),
        ("the same first word", first_word_same, ""),
        ("margin where they differ, median, nats", statistics.median(known) if known else 0.0, ""),
        ("of which there is one", len(known), ""),
        *spread("here, ms", ours_ms, {}),
        *spread("there, ms", theirs_ms, {}),
        (
            "added time per turn, median, ms",
            statistics.median(b - a for a, b in zip(ours_ms, theirs_ms, strict=True)),
            "",
        ),
    ]
    Report(
        title="A model on a server against the same model here",
        rows=rows,
        samples={"here": ours_ms, "there": theirs_ms},
        notes=differing,
    ).show(arguments.json)


if __name__ == "__main__":
    main()
