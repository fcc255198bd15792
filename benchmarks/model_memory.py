"""Is the memory that a model is said to need what a process really takes? Random weights in the shapes of real models.

Each model is loaded in a process of its own, reads some words, takes over its faster kernels and reads again. What
counts is memory of the process's own at its greatest: pages of the model's file can be dropped at any time.
"""

from __future__ import annotations

import json
import re
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path

from _common import Report, make_parser
from _real_shapes import SHAPES, make_folder

from cowrite.base.system_probes import memory_bytes as machine_memory
from cowrite.models.fitting import Machine, memory_bytes
from cowrite.models.machine import multiplies_bf16

READ = "It rained. "
CHECK_EVERY_S = 0.004
LONGEST_S = 1_500
GOAL = 0.10


def own_bytes() -> int:
    """Memory of this process that is in no file."""
    said = Path("/proc/self/status").read_text("utf-8")
    found = re.search(r"RssAnon:\s+(\d+)", said)
    return int(found[1]) * 1024 if found else 0


def measure_here(folder: Path, kind: str) -> dict[str, int]:
    """The greatest memory until all is done, and how many tokens were read."""
    greatest, ended = [0], threading.Event()

    def watch() -> None:
        while not ended.is_set():
            greatest[0] = max(greatest[0], own_bytes())
            time.sleep(CHECK_EVERY_S)

    watching = threading.Thread(target=watch)
    watching.start()
    try:
        from cowrite.engine.jobs.worker import open_runtime
        from cowrite.engine.messages import CompletionRequest

        runtime = open_runtime(folder, folder.name, "cpu", {"cpu": kind})
        request = CompletionRequest(before=READ, max_words=1, max_tokens=1)
        runtime.complete(request)
        while runtime.optimize():
            pass
        runtime.complete(CompletionRequest(before=READ * 2, max_words=1, max_tokens=1))
        tokens = len(runtime.model.vocabulary.encode(READ * 2))
    finally:
        ended.set()
        watching.join()
    return {"bytes": greatest[0], "tokens": tokens}


def measure(folder: Path, kind: str) -> dict[str, int]:
    """The same in a process of its own. Raises CalledProcessError."""
    command = [sys.executable, __file__, "--child", str(folder), kind]
    done = subprocess.run(command, check=True, capture_output=True, text=True, timeout=LONGEST_S)
    found: dict[str, int] = json.loads(done.stdout.splitlines()[-1])
    return found


def main() -> None:
    """Measure and print."""
    if sys.argv[1:2] == ["--child"]:
        print(json.dumps(measure_here(Path(sys.argv[2]), sys.argv[3])))
        return
    parser = make_parser("Memory of models, predicted and real.", uses_model=False)
    parser.add_argument("--shapes", nargs="+", choices=list(SHAPES), default=list(SHAPES))
    parser.add_argument("--kinds", nargs="+", choices=["int8", "nf4", "bf16"], default=["int8"])
    arguments = parser.parse_args()
    machine = Machine(memory=machine_memory(), bandwidth=1.0, multiplies_bf16=multiplies_bf16())
    rows = []
    for name in arguments.shapes:
        with tempfile.TemporaryDirectory(prefix="cowrite-bench-") as place:
            folder = make_folder(Path(place) / "model", SHAPES[name])
            for kind in arguments.kinds:
                real = measure(folder, kind)
                told = memory_bytes(
                    SHAPES[name], kind, "cpu", machine, tokens=real["tokens"], other_texts=False
                )
                off = told / real["bytes"] - 1
                print(
                    f"{name} {kind}: {told / 1e6:.0f} {real['bytes'] / 1e6:.0f} {off:+.1%}",
                    file=sys.stderr,
                )
                rows.append(
                    (
                        f"{name} as {kind}: predicted, MB (real {real['bytes'] / 1e6:,.0f})",
                        round(told / 1e6),
                        f"{off:+.1%}, goal within {GOAL:.0%}",
                    )
                )
    Report(title="Memory of models, predicted and real", rows=rows).show(arguments.json)


if __name__ == "__main__":
    main()
