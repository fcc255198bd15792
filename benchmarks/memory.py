"""How much memory does the whole program take with the starter model loaded and after some suggestions?"""

from __future__ import annotations

import time
from contextlib import suppress

import psutil
from _common import Report, home_with_model, make_parser
from _program import Program, running, write_story

# After this long without a child process nothing will become faster any more.
REST_S = 15.0
LONGEST_REST_S = 180.0
CHECK_EVERY_S = 0.2


def megabytes(program: Program) -> dict[str, float]:
    """Resident and proportional set size of the program and its children, in MB (10^6 bytes)."""
    parent = psutil.Process(program.pid)
    sizes = []
    for process in (parent, *parent.children(recursive=True)):
        with suppress(psutil.NoSuchProcess):  # it ended meanwhile
            sizes.append(process.memory_full_info())
    return {
        "rss": sum(size.rss for size in sizes) / 1e6,
        "pss": sum(getattr(size, "pss", size.uss) for size in sizes) / 1e6,
    }


def greatest_while_it_rests(program: Program) -> float:
    """The greatest resident size in MB until the engine has taken over its faster kernels."""
    greatest, began = 0.0, time.monotonic()
    alone_since = began
    while time.monotonic() - alone_since < REST_S and time.monotonic() - began < LONGEST_REST_S:
        greatest = max(greatest, megabytes(program)["rss"])
        if psutil.Process(program.pid).children():
            alone_since = time.monotonic()
        time.sleep(CHECK_EVERY_S)
    return greatest


def main() -> None:
    """Measure and print."""
    arguments = make_parser("Memory of the whole program.").parse_args()
    with home_with_model(arguments.models_dir) as home:
        story = write_story(home)
        with running(home, story) as program:
            program.wait_for("painted")
            window = megabytes(program)
            program.wait_until_ready()
            loaded = megabytes(program)
            program.send("press", "Ctrl+End")
            for _ in range(5):
                program.show_ghost()
                program.send("press", "Esc")
                program.type("the ")
            used = megabytes(program)
            greatest = greatest_while_it_rests(program)
            rested = megabytes(program)
            program.end()
    rows = [
        ("window alone, resident, MB", window["rss"], ""),
        ("model loaded, resident, MB", loaded["rss"], "goal <= 1,200"),
        ("after five suggestions, resident, MB", used["rss"], "goal <= 1,200"),
        ("after five suggestions, proportional, MB", used["pss"], ""),
        ("greatest while faster kernels are taken over, resident, MB", greatest, ""),
        ("after a rest, resident, MB", rested["rss"], "goal <= 1,200"),
    ]
    Report(title="Memory of the whole program", rows=rows).show(arguments.json)


if __name__ == "__main__":
    main()
