"""How long from a key in the find bar until the hits in sight are marked, and those in a book counted?

The real window, offscreen, without a model, with a text of 150,000 words (a file of one's own, or one that is made up).
The clock runs from sending the key until the window has painted and flushed after the search. Then: what an
expression that explodes does to the window, keys on the page while every “e” is a hit, and replacing all.
"""

from __future__ import annotations

import re
import tempfile
import time
from pathlib import Path

from _common import Report, Row, existing_file, make_parser, spread
from _program import Message, Program, running
from large_file import write_large

WORDS = ("the lighthouse", "don't", "e", "and she", "zebra")
EXPRESSION = "\\w+ing\\b"
EXPLODES = "(a|aa)+$"
GOAL = "goal <= 100"
BOOK_MB = 0.85
KEY_PAUSE_S = 0.15


def press_in_bar(program: Program, character: str) -> None:
    """One key in the find bar."""
    program.send("find", "space" if character == " " else character)


def search_ms(program: Program, text: str) -> tuple[list[float], Message]:
    """Type ``text`` into the empty field; for each key the milliseconds until its hits are on screen."""
    program.send("press", "Ctrl+F")  # selects what stands there
    program.wait_for("found")
    times, counted = [], []
    last: Message = {}
    for character in text:
        time.sleep(KEY_PAUSE_S)
        began = time.monotonic_ns()
        press_in_bar(program, character)
        seen = len(program.messages)
        last = program.wait_for("found")
        # Of an expression those in sight are marked before the rest is found.
        shown = next((m for m in program.messages[seen:] if m["event"] == "seen"), last)
        times.append((shown["at_ns"] - began) / 1e6)
        counted.append((last["at_ns"] - began) / 1e6)
    last["counted_ms"] = max(counted)
    return times, last


def absence_ms(program: Program) -> float:
    """The longest absence of the GUI thread since this was asked last."""
    program.send("absence")
    return float(program.wait_for("absence")["longest_ms"])


def explode(program: Program) -> list[Row]:
    """Type an expression that never ends by itself, and see whether the window goes on."""
    program.send("find_option", "regex")
    program.wait_for("found")
    program.send("press", "Ctrl+F")
    program.wait_for("found")
    absence_ms(program)
    began = time.monotonic()
    for character in EXPLODES:
        press_in_bar(program, character)
    while "too long" not in program.wait_for("found")["problem"]:
        pass
    seconds = time.monotonic() - began
    rows: list[Row] = [
        ("an expression that explodes: said after, s", round(seconds, 2), ""),
        ("meanwhile, longest absence of the GUI thread, ms", round(absence_ms(program), 1), ""),
    ]
    program.send("find_option", "regex")
    program.wait_for("found")
    return rows


def write_on(program: Program, keys: int) -> list[float]:
    """Milliseconds from a key on the page until it is painted, while every “e” is marked."""
    times = []
    for number in range(keys):
        time.sleep(0.03)
        began = time.monotonic_ns()
        program.key("eat "[number % 4])
        times.append((program.wait_for("typed")["at_ns"] - began) / 1e6)
    return times


def replace_all(program: Program) -> list[Row]:
    """Replace a frequent word everywhere, and take it back."""
    _, found = search_ms(program, "and")
    absence_ms(program)
    began = time.monotonic()
    program.send("replace_all", "und")
    modified = program.wait_until(lambda state: state["modified"])
    seconds = time.monotonic() - began
    away = absence_ms(program)
    count = re.sub(r"^.* of | ·.*$", "", str(found["says"]))
    return [
        (f"replacing all {count} hits, s", round(seconds, 2), ""),
        ("meanwhile, longest absence of the GUI thread, ms", round(away, 1), ""),
        ("characters afterwards", modified["characters"], ""),
    ]


def main() -> None:
    """Measure and print."""
    parser = make_parser("From a key in the find bar to its hits on screen.", uses_model=False)
    parser.add_argument(
        "--text", type=existing_file, help="a book to search, instead of a made-up one"
    )
    parser.add_argument("--keys", type=int, default=200, help="on the page, with hits marked (200)")
    arguments = parser.parse_args()
    rows: list[Row] = []
    samples: dict[str, list[float]] = {}
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder)
        book = home / "book.txt"
        source = arguments.text or write_large(home, BOOK_MB, lines=False)
        lines = source.read_text("utf-8").split("\n")
        # A paragraph for the expression that explodes, and an end for the keys on the page.
        book.write_text("\n".join([*lines, "a" * 60 + "!", ""]), "utf-8")
        words = len(book.read_text("utf-8").split())
        with running(home, book) as program:
            program.wait_for("painted")
            program.wait_until(lambda state: state["characters"] > len(lines))
            time.sleep(1.0)
            program.send("press", "Ctrl+H")
            press_in_bar(program, "x")
            program.wait_for("found")
            for text in WORDS:
                samples[text], last = search_ms(program, text)
                rows += spread(f"“{text}” ({last['says']}), ms", samples[text], {"max": GOAL})
            program.send("find_option", "regex")
            program.wait_for("found")
            samples[EXPRESSION], last = search_ms(program, EXPRESSION)
            rows += spread(
                f"“{EXPRESSION}” ({last['says']}), ms", samples[EXPRESSION], {"max": GOAL}
            )
            rows.append(("until all of them are counted, ms, max", last["counted_ms"], ""))
            program.send("find_option", "regex")
            program.wait_for("found")
            rows += explode(program)
            search_ms(program, "e")
            program.send("press", "Ctrl+End")
            samples["page"] = write_on(program, arguments.keys)
            rows += spread(
                "key on the page to paint, every “e” marked, ms",
                samples["page"],
                {"p99": "goal <= 16"},
            )
            program.send("press", "Ctrl+S")
            program.wait_until(lambda state: not state["modified"])
            rows += replace_all(program)
            program.kill()
    notes = [f"{words:,} words, offscreen"]
    Report(title="Find and replace in a book", rows=rows, samples=samples, notes=notes).show(
        arguments.json
    )


if __name__ == "__main__":
    main()
