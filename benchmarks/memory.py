"""How much memory does the whole program take with the starter model loaded and after some suggestions?"""

from __future__ import annotations

import time

import psutil
from _common import Report, home_with_model, make_parser
from _program import Program, running, write_story

REST_S = 20.0


def megabytes(program: Program) -> dict[str, float]:
    """Resident and proportional set size of the program and its children, in MB (10^6 bytes)."""
    parent = psutil.Process(program.pid)
    sizes = [process.memory_full_info() for process in (parent, *parent.children(recursive=True))]
    return {
        "rss": sum(size.rss for size in sizes) / 1e6,
        "pss": sum(getattr(size, "pss", size.uss) for size in sizes) / 1e6,
    }


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
            time.sleep(REST_S)  # the engine takes over its faster kernel meanwhile
            rested = megabytes(program)
            program.end()
    rows = [
        ("window alone, resident, MB", window["rss"], ""),
        ("model loaded, resident, MB", loaded["rss"], "goal <= 1,200"),
        ("after five suggestions, resident, MB", used["rss"], "goal <= 1,200"),
        ("after five suggestions, proportional, MB", used["pss"], ""),
        ("after a rest, resident, MB", rested["rss"], "goal <= 1,200"),
    ]
    Report(title="Memory of the whole program", rows=rows).show(arguments.json)


if __name__ == "__main__":
    main()
