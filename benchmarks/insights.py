"""How soon do the statistics and the insights window stand, with a log of a million events?

The log is made up for this run, in the mix that the editor leaves: four in five events are edits. “Stands” is the
window on screen with “Reading …”; “figures” and “plots” are when these have been painted in it, for the last 7 days and
for all of the log. The first plots of a process import numpy and pyqtgraph. Nothing is drawn on a display: Qt's
offscreen platform is used.
"""

from __future__ import annotations

import os
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from datetime import datetime
from itertools import islice
from pathlib import Path

from _common import Report, Row, existing_folder, make_parser
from _writing_months import WritingMonths

from cowrite.decisions.database.log_file import open_for_writing
from cowrite.decisions.events import Event
from cowrite.decisions.statistics.statistics import read_statistics

DAYS, SUGGESTIONS_A_DAY = 300, 200
BATCH = 20_000
RANGES = {"7 days": (0, 7), "all": (2, None)}


def main() -> int:
    """Measure and print."""
    parser = make_parser((__doc__ or "").split("\n")[0], uses_model=False)
    parser.add_argument(
        "--events", metavar="N", type=int, default=1_000_000, help="how many (1000000)"
    )
    parser.add_argument("--rounds", metavar="N", type=int, default=5, help="of each (5)")
    parser.add_argument(
        "--folder", metavar="DIR", type=existing_folder, help="where to make the log"
    )
    options = parser.parse_args()
    if options.events < 1 or options.rounds < 1:
        parser.error("--events and --rounds take a number from 1 on")
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    with tempfile.TemporaryDirectory(prefix="cowrite-bench-", dir=options.folder) as folder:
        path = Path(folder) / "data" / "decisions.sqlite3"
        made, seconds = make_log(path, options.events)
        report = measure(path, made, seconds, options.rounds)
    report.show(options.json)
    return 0


def make_log(path: Path, count: int) -> tuple[int, float]:
    """Write the newest ``count`` events of enough days; how many, and how many seconds it took."""
    days = max(1, DAYS * count // 1_000_000)
    now = datetime.now()

    def written() -> Iterator[Event]:
        return WritingMonths(days + 20, SUGGESTIONS_A_DAY, now).events()

    events = islice(written(), max(0, sum(1 for _ in written()) - count), None)
    file = open_for_writing(path, lambda: time.time_ns() // 1_000_000, print)
    made, started = 0, time.perf_counter()
    while batch := list(islice(events, BATCH)):
        if file.append(batch):
            raise SystemExit("the log did not take everything")
        made += len(batch)
        print(f"\r{made:,} events", end="", file=sys.stderr, flush=True)
    print(file=sys.stderr)
    file.close()
    return made, time.perf_counter() - started


def measure(path: Path, made: int, making_s: float, rounds: int) -> Report:
    """All figures, of the log at ``path``."""
    size = path.stat().st_size
    samples: dict[str, list[float]] = {}
    for name, (_, days) in RANGES.items():
        samples[f"statistics, {name}"] = [time_statistics(path, days) for _ in range(rounds)]
    for name, (button, _) in RANGES.items():
        for _ in range(rounds):
            for what, seconds in time_window(path, button).items():
                samples.setdefault(f"window, {name}: {what}", []).append(seconds)
    goals = {"statistics": "<= 2", "window, 7 days: stands": "<= 1"}
    rows: list[Row] = [
        ("events", made, ""),
        ("MB of the log", size / 1e6, ""),
        ("bytes per event", size / made, ""),
        ("events per second, written", made / making_s, ""),
    ]
    for name, values in samples.items():
        goal = next((each for start, each in goals.items() if name.startswith(start)), "")
        rows.append((f"s, {name}, median", statistics.median(values), goal))
        rows.append((f"s, {name}, first", values[0], ""))
    return Report(title="Insights", rows=[_two_digits(row) for row in rows], samples=samples)


def _two_digits(row: Row) -> Row:
    name, figure, goal = row
    return (name, f"{figure:.2f}" if name.startswith("s,") else figure, goal)


def time_statistics(path: Path, days: int | None) -> float:
    """Seconds to read them."""
    before = time.perf_counter()
    found = read_statistics(path, time.time_ns() // 1_000_000, days)
    if found.is_empty:
        raise SystemExit("the statistics found nothing")
    return time.perf_counter() - before


def time_window(path: Path, button: int) -> dict[str, float]:
    """Seconds from opening it until it stands, has figures, has plots."""
    from PySide6.QtCore import QEvent

    from cowrite.app.start import make_application
    from cowrite.editor.appearance.appearance import Appearance
    from cowrite.editor.appearance.fonts import Fonts
    from cowrite.editor.appearance.theme import load_themes
    from cowrite.editor.dialogs.dialogs import QtDialogs
    from cowrite.editor.panels.insights.insights_window import InsightsWindow
    from cowrite.settings.preferences import Preferences

    application = make_application()
    appearance = Appearance(application, load_themes(), Fonts(), Preferences())

    def until(condition: Callable[[], bool]) -> float:
        while not condition():
            application.processEvents()
            time.sleep(0.001)
        application.processEvents()
        return time.perf_counter() - before

    before = time.perf_counter()
    window = InsightsWindow(path, lambda: time.time_ns() // 1_000_000, appearance, QtDialogs())
    if button:
        window.ranges.button(button).click()
    window.show()
    found = {
        "stands": until(window.isVisible),
        "figures": until(lambda: window.content is not None),
        "plots": until(window.to_image.isEnabled),
    }
    window.close()
    window.deleteLater()
    application.sendPostedEvents(None, QEvent.Type.DeferredDelete.value)
    return found


if __name__ == "__main__":
    sys.exit(main())
