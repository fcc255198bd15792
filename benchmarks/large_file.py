"""Can a file of 20 MB be used: opened, gone to the end of, written in, saved and closed, with its memory given back?

The real window, offscreen, without a model. Each step is timed from the command until the page shows its result; the
longest absence of the GUI thread in it is how long its event loop did nothing else.
"""

from __future__ import annotations

import argparse
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import psutil
from _common import Parser, Report, Row, make_parser
from _program import STORY, Message, Program, running, write_story

WORD = "lighthouse"
LETTERS = f"{len(WORD)} letters"
SHORT_LINE = "A line of a list or of a log, no longer than this."
GOAL_ABSENCE = "goal <= 50"
GIVEN_BACK_S = 10.0
"""How long to wait for memory: it may be given back in a pause."""


def size_mb(text: str) -> float:
    """The type of ``--size-mb``."""
    try:
        value = float(text)
    except ValueError:
        value = 0.0
    if not 0.1 <= value <= 200:
        raise argparse.ArgumentTypeError(f"a size is a number from 0.1 to 200, not {text}.")
    return value


def write_large(folder: Path, megabytes: float, *, lines: bool) -> Path:
    """A text of ``megabytes`` (10^6 bytes): paragraphs of about 100 characters as in a novel's dialogue, or lines."""
    sentences = [f"{sentence.strip()}." for sentence in STORY.split(".") if sentence.strip()]
    paragraphs = [SHORT_LINE] if lines else [f"{sentences[0]} {each}" for each in sentences]
    whole = "\n".join(paragraphs) + "\n"
    path = folder / "large.txt"
    path.write_text(whole * max(1, round(megabytes * 1e6 / len(whole))), "utf-8")
    return path


class Steps:
    """Does one thing after the other and notes what it took."""

    def __init__(self, program: Program) -> None:
        self._program = program
        self._process = psutil.Process(program.pid)
        self.rows: list[Row] = []
        self.longest_ms = 0.0
        self._absence()

    def _absence(self) -> float:
        self._program.send("absence")
        return float(self._program.wait_for("absence")["longest_ms"])

    def begin(self) -> None:
        """A step begins now."""
        self._absence()
        self._began = time.monotonic()

    def end(self, name: str, until: Callable[[Message], bool]) -> None:
        """It ends when ``until`` holds of the program's state, or never."""
        try:
            self._program.wait_until(until)
            seconds: float | str = round(time.monotonic() - self._began, 2)
        except TimeoutError:
            seconds = "never"
        absence_ms = self._absence()
        self.longest_ms = max(self.longest_ms, absence_ms)
        self.rows += [
            (f"{name}, s", seconds, ""),
            (f"{name}, longest absence of the GUI thread, ms", round(absence_ms, 1), GOAL_ABSENCE),
        ]

    def memory_mb(self) -> float:
        """Resident size in MB (10^6 bytes)."""
        return float(self._process.memory_info().rss) / 1e6


def use(program: Program, large: Path) -> list[Row]:
    """Everything a writer would do with it."""
    program.wait_for("painted")
    characters = len(large.read_text("utf-8"))
    steps = Steps(program)
    before_mb = steps.memory_mb()
    steps.begin()
    program.send("open", large)
    steps.end("opened", lambda state: state["characters"] >= characters)
    steps.begin()
    program.send("press", "Ctrl+End")
    steps.end("Ctrl+End", lambda state: state["caret_in_sight"] and state["caret"] >= characters)
    steps.begin()
    program.type(WORD)
    steps.end(f"{LETTERS} at the end typed and seen", lambda state: state["caret_in_sight"])
    open_mb = steps.memory_mb()
    steps.begin()
    program.send("press", "Ctrl+Home")
    program.type(WORD)
    steps.end(f"{LETTERS} at the beginning typed and seen", lambda state: state["caret_in_sight"])
    steps.begin()
    program.send("press", "Ctrl+S")
    steps.end("saved", lambda state: not state["modified"])
    steps.begin()
    program.send("press", "Ctrl+W")
    program.send("back")
    steps.end("closed", lambda state: state["windows"] == 1)
    closed_mb, deadline = steps.memory_mb(), time.monotonic() + GIVEN_BACK_S
    while time.monotonic() < deadline:
        time.sleep(0.5)
        closed_mb = min(closed_mb, steps.memory_mb())
    program.end()
    return [
        *steps.rows,
        ("longest absence of all, ms", round(steps.longest_ms, 1), GOAL_ABSENCE),
        ("memory before, MB", before_mb, ""),
        ("memory while it is open, MB", open_mb, ""),
        ("memory after it was closed, MB", closed_mb, ""),
        ("memory that stays, MB", closed_mb - before_mb, ""),
    ]


def parser() -> Parser:
    """The options."""
    options = make_parser("A large file in the real window.", uses_model=False)
    options.add_argument(
        "--size-mb", type=size_mb, default=20.0, metavar="N", help="size of the file (20)"
    )
    options.add_argument(
        "--lines", action="store_true", help="short lines instead of paragraphs of prose"
    )
    return options


def main() -> None:
    """Measure and print."""
    arguments = parser().parse_args()
    with tempfile.TemporaryDirectory(prefix="cowrite-bench-") as folder:
        home = Path(folder)
        story = write_story(home)
        large = write_large(home, arguments.size_mb, lines=arguments.lines)
        with running(home, story) as program:
            rows = use(program, large)
    kind = "lines" if arguments.lines else "paragraphs"
    Report(title=f"A file of {arguments.size_mb:g} MB of {kind}", rows=rows).show(arguments.json)


if __name__ == "__main__":
    main()
