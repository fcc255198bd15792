"""What does it cost to show Markdown as it is meant: a key at the end of a novel, and what each paragraph is?

The real window, offscreen, without a model, with each of the ways to show marks, and the same text as plain text. Time
to structure: from the command to open until every paragraph was looked through; the window goes on meanwhile. Keys as
in ``desk.py``.
"""

from __future__ import annotations

import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

from _common import Report, Row, make_parser, spread
from _program import running, write_story
from desk import SETTLE_S, WORDS, opened, type_like_a_person, write_book

from cowrite.settings.paths import Paths
from cowrite.settings.preferences import Preferences
from cowrite.settings.store import PreferencesStore

MARKS = ("quiet", "hidden", "plain")
PLAIN = "a text file"
GOAL_KEY, GOAL_OPEN = {"p99": "goal <= 16"}, "goal <= 1"


def measure(folder: Path, marks: str, keys: int) -> tuple[list[Row], Sequence[float]]:
    """One way to show marks, in a window of its own."""
    home = folder / marks.replace(" ", "-")
    home.mkdir()
    paths = Paths.find(home)
    paths.create()
    chosen = Preferences(welcomed=True)
    if marks != PLAIN:
        chosen = Preferences(welcomed=True, markdown_marks=marks)
    PreferencesStore(paths.settings_file).save(chosen)
    book = write_book(home, WORDS)
    if marks == PLAIN:
        book = book.rename(book.with_suffix(".txt"))
    with running(home, write_story(home)) as program:
        program.wait_for("painted")
        began = time.monotonic()
        opening_s = opened(program, book)
        program.wait_until(lambda state: state["structured"], every_s=0.01)
        structured_s = time.monotonic() - began
        program.send("press", "Ctrl+End")
        program.wait_until(lambda state: state["caret_in_sight"])
        time.sleep(SETTLE_S)
        latencies = type_like_a_person(program, keys)
        program.end()
    rows: list[Row] = [
        (f"{marks}: opening {WORDS:,} words, s", round(opening_s, 2), GOAL_OPEN),
        (f"{marks}: until every paragraph is known, s", round(structured_s, 2), ""),
        *spread(f"{marks}: key to paint at its end, ms", latencies, GOAL_KEY),
    ]
    return rows, latencies


def main() -> None:
    """Measure and print."""
    parser = make_parser("What showing Markdown as it is meant costs.", uses_model=False)
    parser.add_argument("--keys", type=int, default=200, help="typed into each text (200)")
    arguments = parser.parse_args()
    rows: list[Row] = []
    samples: dict[str, Sequence[float]] = {}
    with tempfile.TemporaryDirectory(prefix="cowrite-bench-") as name:
        for marks in (*MARKS, PLAIN):
            found, samples[marks] = measure(Path(name), marks, arguments.keys)
            rows += found
    notes = ["offscreen, no model; keys with the gaps of recorded typists at 60 words per minute"]
    Report(title="Markdown on the page", rows=rows, samples=samples, notes=notes).show(
        arguments.json
    )


if __name__ == "__main__":
    main()
