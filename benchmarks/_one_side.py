"""Measurements of one checkout for ``before_and_after.py``, made with that checkout's own benchmarks.

Run as ``python -P _one_side.py answers|memory --models-dir DIR --json FILE``, with the checkout and its folder
``benchmarks`` on PYTHONPATH; ``-P`` keeps the folder of this file, which is another checkout's, out of the way.
"""

from __future__ import annotations

import argparse
import json
import statistics
import sys
import tempfile
import time
from pathlib import Path

import first_word
import memory
from _common import home_with_model
from _program import Program, running, write_story

TURNS = 20
SUGGESTIONS = 5
# The program takes over faster kernels soon after the model is loaded, and needs more memory in that moment.
CHECK_EVERY_S = 0.5
STEADY_LOOKS = 6
MOST_LOOKS = 60
STEADY_MB = 2.0


class Stopwatch(first_word.Stopwatch):
    """Notes when the whole answer is there, too: milliseconds since the request, in ``whole_ms``."""

    whole_ms: list[float]

    def ask(self, before: str):
        """See the class it is made from."""
        asked = time.perf_counter()
        answer = super().ask(before)
        self.whole_ms.append((time.perf_counter() - asked) * 1000)
        return answer


def answers(models_dir: Path) -> dict[str, float]:
    """Medians in ms from the request to the first word of the suggestion, and to the whole answer."""
    Stopwatch.whole_ms = []
    first_word.Stopwatch = Stopwatch
    with tempfile.TemporaryDirectory(prefix="cowrite-bench-") as folder:
        found = Path(folder) / "first_word.json"
        sys.argv = [
            "first_word.py",
            *("--models-dir", str(models_dir)),
            *("--turns", str(TURNS), "--json", str(found)),
        ]
        first_word.main()
        figures = json.loads(found.read_text("utf-8"))["figures"]
    # The first request of each passage reads all of it; that is no turn.
    per_passage = first_word.WORDS_PER_PASSAGE + 1
    turns = [ms for number, ms in enumerate(Stopwatch.whole_ms) if number % per_passage]
    return {
        "turn, ms": statistics.median(turns),
        "first word, ms": figures["after a space, ms, p50"],
    }


def resident(models_dir: Path) -> dict[str, float]:
    """Resident size in MB (10^6 bytes) of the program and its children, after some suggestions."""
    with home_with_model(models_dir) as home, running(home, write_story(home)) as program:
        program.wait_for("painted")
        program.wait_until_ready()
        program.send("press", "Ctrl+End")
        for _ in range(SUGGESTIONS):
            program.show_ghost()
            program.send("press", "Esc")
            program.type("the ")
        found = settled(program)
        program.end()
    return {"memory, MB": found}


def settled(program: Program) -> float:
    """The resident size in MB once it has stayed the same for some time."""
    looks: list[float] = []
    for _ in range(MOST_LOOKS):
        looks.append(memory.megabytes(program)["rss"])
        last = looks[-STEADY_LOOKS:]
        if len(last) == STEADY_LOOKS and max(last) - min(last) <= STEADY_MB:
            break
        time.sleep(CHECK_EVERY_S)
    return looks[-1]


def main() -> None:
    """Measure, and write the figures to the file."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("what", choices=["answers", "memory"])
    parser.add_argument("--models-dir", type=Path, required=True)
    parser.add_argument("--json", type=Path, required=True)
    arguments = parser.parse_args()
    measure = answers if arguments.what == "answers" else resident
    figures = measure(arguments.models_dir)
    arguments.json.write_text(json.dumps({"figures": figures}), "utf-8")


if __name__ == "__main__":
    main()
