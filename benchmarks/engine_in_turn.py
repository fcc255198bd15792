"""Two checkouts' engines, asked in turn: a writer's turn, cold prefill, and steps of one, three and nine tokens.

Both have the model loaded in a process of its own and are asked the same, one right after the other, so that a busy
machine is busy for both. What counts is the ratio within each pair; above 1 the later version is slower.
``before_and_after.py`` compares whole programs, with a process for each figure.
"""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from _common import STARTER_MODEL, Report, Row, home_with_model, make_parser
from before_and_after import SIDES, checkout, interval

SIDE = Path(__file__).with_name("_engine_side.py").resolve()
# Threads that have just computed look for more work before they sleep; LLVM's OpenMP does for 200 ms.
REST_S = 0.25
STEPS = (1, 3, 9)


@contextmanager
def engine(path: Path, model: Path, threads: int) -> Iterator[subprocess.Popen[str]]:
    """The engine of a checkout, ready to be asked."""
    environ = {**os.environ, "PYTHONPATH": str(path)}
    command = [sys.executable, "-P", str(SIDE), str(model), str(threads)]
    child = subprocess.Popen(
        command, cwd=path, env=environ, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    try:
        yield child
    finally:
        child.kill()
        child.wait()
        for stream in (child.stdin, child.stdout):
            assert stream is not None
            stream.close()


def answer(child: subprocess.Popen[str]) -> str:
    """The next line. Ends this process with a sentence if there is none."""
    assert child.stdout is not None
    line = child.stdout.readline().strip()
    return line or sys.exit("A side ended before it had answered.")


def ask(child: subprocess.Popen[str], question: str) -> float:
    """Milliseconds that ``question`` took."""
    assert child.stdin is not None
    child.stdin.write(question + "\n")
    child.stdin.flush()
    return float(answer(child))


def main() -> None:
    """Measure and print."""
    parser = make_parser((__doc__ or "").split("\n")[0])
    for side in SIDES:
        parser.add_argument(
            f"--{side}", type=checkout, metavar="DIR", required=True, help="a checkout of Cowrite"
        )
    parser.add_argument("--pairs", type=int, default=40, metavar="N", help="how many (40)")
    parser.add_argument("--threads", type=int, default=2, metavar="N", help="of the engine (2)")
    options = parser.parse_args()
    if options.pairs < 1 or options.threads < 1:
        parser.error("--pairs and --threads take numbers from 1 on.")
    samples: dict[str, list[float]] = {}
    with home_with_model(options.models_dir) as home:
        model = home / "data" / "models" / STARTER_MODEL
        paths = [getattr(options, side) for side in SIDES]
        with (
            engine(paths[0], model, options.threads) as before,
            engine(paths[1], model, options.threads) as after,
        ):
            sides = dict(zip(SIDES, (before, after), strict=True))
            taken_over = {side: float(answer(child).split()[1]) for side, child in sides.items()}
            for number in range(options.pairs):
                questions = [f"turn {number}", *(f"step {size}" for size in STEPS)]
                if number % 4 == 0:
                    questions.append("cold")
                order = SIDES if number % 2 == 0 else SIDES[::-1]
                for question in questions:
                    name = "turn" if question.startswith("turn") else question
                    for side in order:
                        time.sleep(REST_S)
                        samples.setdefault(f"{name}, {side}", []).append(ask(sides[side], question))
    rows: list[Row] = [
        (f"faster kernels taken over, {side}, s", seconds, "")
        for side, seconds in taken_over.items()
    ]
    for name in ("turn", *(f"step {size}" for size in STEPS), "cold"):
        values = {side: samples[f"{name}, {side}"] for side in SIDES}
        rows += [(f"{name}, {side}, ms", statistics.median(values[side]), "") for side in SIDES]
        ratios = [b / a for a, b in zip(*(values[side] for side in SIDES), strict=True)]
        low, high = interval(ratios)
        figure = f"{statistics.median(ratios):.3f} ({low:.3f} to {high:.3f})"
        rows.append((f"{name}, ratio (95 %)", figure, "<= 1"))
    Report(title="Engines in turn", rows=rows, samples=samples).show(options.json)


if __name__ == "__main__":
    main()
