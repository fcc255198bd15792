"""How long is the GUI thread away at the longest while files are opened, written in, saved and closed?

The real window, offscreen, without a model. An absence is a gap between the rings of a timer of 1 ms on that
thread. The start counts from the first paint on; quitting, from the key until the event loop ends.
"""

from __future__ import annotations

import statistics
import tempfile
import time
from pathlib import Path

from _common import Report, Row, make_parser
from _program import Program, running, write_story
from large_file import write_large

GOAL = "goal <= 50"
SIZES_MB = (1.0, 20.0)
WORD = "lighthouse"
SETTLES_S = 1.0
"""What a step leaves to be done afterwards, such as a journal or the log, counts for it."""


def absence_ms(program: Program) -> float:
    """The longest absence since this was asked last."""
    program.send("absence")
    return float(program.wait_for("absence")["longest_ms"])


def use(home: Path, story: Path, large: Path) -> dict[str, float]:
    """What a writer does with a file, each step with its longest absence in milliseconds."""
    characters = len(large.read_text("utf-8"))
    found: dict[str, float] = {}
    with running(home, story) as program:
        program.wait_for("painted")
        absence_ms(program)

        def step(name: str) -> None:
            time.sleep(SETTLES_S)
            found[name] = absence_ms(program)

        step("started")
        program.send("open", large)
        program.wait_until(lambda state: state["characters"] >= characters)
        step("opened")
        program.type(WORD)
        step("a word typed")
        program.send("press", "Ctrl+S")
        program.wait_until(lambda state: not state["modified"])
        step("saved")
        program.send("press", "Ctrl+W")
        program.send("back")
        program.wait_until(lambda state: state["windows"] == 1)
        step("closed")
        program.send("quit")
        found["quit"] = float(program.wait_for("absence")["longest_ms"])
        program.wait_until_gone()
    return found


def main() -> None:
    """Measure and print."""
    parser = make_parser("The longest absence of the GUI thread.", uses_model=False)
    parser.add_argument("--runs", type=int, default=3)
    arguments = parser.parse_args()
    rows: list[Row] = []
    for megabytes in SIZES_MB:
        runs = []
        for _ in range(arguments.runs):
            with tempfile.TemporaryDirectory(prefix="cowrite-bench-") as folder:
                home = Path(folder)
                story = write_story(home)
                runs.append(use(home, story, write_large(home, megabytes, lines=False)))
        rows += [
            (
                f"{megabytes:g} MB, {name}, ms",
                round(statistics.median(run[name] for run in runs), 1),
                GOAL,
            )
            for name in runs[0]
        ]
    Report(title="Longest absence of the GUI thread, median of the runs", rows=rows).show(
        arguments.json
    )


if __name__ == "__main__":
    main()
