"""What earlier versions of a book cost: taking one, reading one, comparing and merging, and the room on the disk.

    python benchmarks/versions.py [--text FILE] [--words N] [--json FILE]

Without a text, one of as many words is made up; its words are random, which compresses worse than prose.
"""

from __future__ import annotations

import random
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from _common import ROOT, Report, Row, existing_file, make_parser

sys.path.insert(0, str(ROOT))

VERSIONS = 50
RUNS = 7


def main() -> None:
    """Measure and report."""
    parser = make_parser("What earlier versions of a book cost.", uses_model=False)
    parser.add_argument("--text", type=existing_file, help="a text to keep versions of")
    parser.add_argument("--words", type=int, default=150_000, help="of the text that is made up")
    options = parser.parse_args()
    text = options.text.read_text("utf-8") if options.text else made_up(options.words)
    report(text, options.json)


def made_up(words: int) -> str:
    """Paragraphs of random words."""
    chance = random.Random(1)
    known = ["".join(chance.choices("etaoinshrdlu", k=chance.randint(2, 9))) for _ in range(8_000)]
    paragraphs, left = [], words
    while left > 0:
        size = chance.randint(20, 120)
        paragraphs.append(" ".join(chance.choices(known, k=min(size, left))))
        left -= size
    return "\n\n".join(paragraphs) + "\n"


def milliseconds(work: Callable[[], object]) -> float:
    """The median time of a few runs."""
    times = []
    for _ in range(RUNS):
        start = time.perf_counter()
        work()
        times.append(1000 * (time.perf_counter() - start))
    return statistics.median(times)


def edited(text: str, number: int) -> str:
    """``text`` with one of its paragraphs written anew."""
    paragraphs = text.split("\n\n")
    paragraphs[number * 37 % len(paragraphs)] = f"Written anew for the {number}th time. " * 8
    return "\n\n".join(paragraphs)


def report(text: str, json_target: str | None) -> None:
    """Measure with ``text``."""
    from PySide6.QtGui import QGuiApplication

    from cowrite.documents.versions.merge import merge
    from cowrite.documents.versions.passages import passages
    from cowrite.documents.versions.snapshots import Reason, SnapshotStore
    from cowrite.editor.page.tracked_text import TrackedText

    application = QGuiApplication(["versions", "-platform", "offscreen"])
    content = TrackedText()
    content.load(text)
    drafts = [edited(text, number) for number in range(VERSIONS)]
    with tempfile.TemporaryDirectory() as folder:
        store, taken = SnapshotStore(Path(folder)), []
        for number, draft in enumerate(drafts):
            start = time.perf_counter()
            store.take("d", draft, at_ms=1_000 + number, reason=Reason.WRITING)
            taken.append(1000 * (time.perf_counter() - start))
            if not number:
                first_kb = (Path(folder) / "d.versions").stat().st_size / 1000
        all_kb = (Path(folder) / "d.versions").stat().st_size / 1000
        newest = store.all("d")[0].id
        rows: list[Row] = [
            ("words", len(text.split()), ""),
            ("the text is taken, on the GUI thread, ms", milliseconds(content.text), ""),
            ("the first is written, on a thread, ms", taken[0], ""),
            ("each further one, median, ms", statistics.median(taken[1:]), ""),
            ("one is read, ms", milliseconds(lambda: store.text("d", newest)), ""),
            ("compared with now, ms", milliseconds(lambda: passages(drafts[0], text)), ""),
            ("three versions merged, ms", milliseconds(lambda: merge(text, *drafts[:2])), ""),
            ("room for one, kB", first_kb, ""),
            (f"room for {VERSIONS}, kB", all_kb, ""),
        ]
    application.quit()
    Report(title="Earlier versions of a book", rows=rows, samples={"taken, ms": taken}).show(
        json_target
    )


if __name__ == "__main__":
    main()
