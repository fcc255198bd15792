"""Which files does a key pass on its way to a painted ghost, and how often does one hand on to another?

The real program with the real model, offscreen: a word is typed, and the call stacks are looked at wherever a request,
an answer or a ghost is handed on (see ``_handoffs.py``). A count, not a time.
"""

from __future__ import annotations

import itertools
import time

from _common import Report, Row, home_with_model, make_parser
from _program import STORY, Program, running, write_story


def write_until_ghost(program: Program) -> str:
    """Type, with the pauses that a writer makes, until a suggestion comes by itself. Raises TimeoutError."""
    for word in STORY.split():  # what stands there already, so that the model is sure of it
        program.type(f"{word} ")
        deadline = time.monotonic() + 2
        while time.monotonic() < deadline:
            if ghost := program.state()["ghost"]:
                return str(ghost)
            time.sleep(0.05)
    raise TimeoutError("no suggestion appeared")


def main() -> None:
    """Count and print."""
    parser = make_parser("The files a key passes on its way to a painted ghost.")
    arguments = parser.parse_args()
    with (
        home_with_model(arguments.models_dir) as home,
        running(home, write_story(home), COWRITE_BENCH_HANDOFFS="1") as program,
    ):
        program.wait_until_ready()
        program.show_ghost()
        program.send("press", "Esc")
        program.send("press", "Ctrl+End")
        program.send("handoffs", "on")
        ghost = write_until_ghost(program)
        program.send("handoffs", "off")
        told = program.wait_for("handoffs")
    stacks = [tuple(stack) for stack in told["stacks"]]
    entered = [name for name in told["entered"] if name]
    files = list(dict.fromkeys(name for stack in stacks for name in stack))
    crossings = {pair for stack in stacks for pair in itertools.pairwise(stack)}
    rows: list[Row] = [
        ("files", len(files), "goal <= 9"),
        ("hand-overs from one file to another", len(crossings), ""),
        ("files in which any code runs meanwhile", len(entered), ""),
        ("ghost, characters", len(ghost), ""),
    ]
    Report(
        title="Files that a key passes on its way to a painted ghost",
        rows=rows,
        notes=[
            *(f"{number}. {name}" for number, name in enumerate(files, 1)),
            f"any code in: {', '.join(entered)}",
        ],
    ).show(arguments.json)


if __name__ == "__main__":
    main()
