"""Is it a fast editor with everything on: a novel of 150,000 words, a text of 20 MB, the start, rest and memory?

The real window, offscreen, without a model. Markdown, spelling, outline, word count, journal, marks of origin, autosave
and earlier versions are on. Keys come from another process with the gaps of recorded typists, whatever the program is
doing, so that a stalled window cannot hide its stall; the clock runs until the window has painted and flushed.
"""

from __future__ import annotations

import random
import statistics
import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path

import psutil
from _common import Report, Row, existing_file, make_parser, spread
from _program import NOUNS_AND_VERBS, Program, running, write_story
from large_file import Steps, write_large

from cowrite.cli.simulation.recorded_typist import recorded_sessions
from cowrite.settings.paths import Paths
from cowrite.settings.preferences import Preferences
from cowrite.settings.store import PreferencesStore
from cowrite.suggest.simulation.recorded_gaps import GapReplay, scale_to_wpm

WORDS = 150_000
TYPED = "and when the boat came in she stood up and walked to the edge of the water where he was. "
OTHER_PANELS = ("view.authorship", "outline.show", "history.show")
"""Commands that show more beside the page; one that is not there is left out, and said."""
SPLIT_PLACES = ("the beginning", "the end")
SPLIT = "view.split_above_and_below"
SETTLE_S = 4.0
TAB_SWITCHES = 20
TAB_PAUSE_S = 0.3
LONGEST_GAP_S = 1.0
"""A hesitation is cut to this: nothing is measured in it."""


def write_book(folder: Path, words: int) -> Path:
    """A novel in Markdown that does not repeat itself: chapters, scenes, dialogue, emphasis, notes to oneself."""
    chance, parts, written = random.Random(21), [], 0
    vocabulary = NOUNS_AND_VERBS.split()
    while written < words:
        if len(parts) % 60 == 0:
            parts.append(f"# Chapter {len(parts) // 60 + 1}")
        elif len(parts) % 20 == 0:
            parts.append("***")
        count = chance.randint(15, 90)
        chosen = chance.choices(vocabulary, k=count)
        if count % 3 == 0:
            chosen[4], chosen[9] = f"*{chosen[4]}*", f"**{chosen[9]}**"
        text = " ".join(chosen).capitalize() + "."
        if count % 5 == 0:
            text = f"“{text}” she said."
        if count % 17 == 0:
            text += " %% look this up %%"
        parts.append(text)
        written += count
    path = folder / "book.md"
    path.write_text("\n\n".join(parts) + "\n\nAt last ", "utf-8")
    return path


def type_like_a_person(program: Program, keys: int) -> list[float]:
    """Latencies in milliseconds from each key to its paint."""
    sessions = recorded_sessions()
    replay = GapReplay(sessions, scale_to_wpm(sessions, 60))
    program.messages.clear()
    sent_ns: list[int] = []
    due, written = time.monotonic(), ""
    for number in range(keys):
        character = TYPED[number % len(TYPED)]
        due += min(LONGEST_GAP_S, replay.gap_ms(written, character) / 1000)
        while (left := due - time.monotonic()) > 0:
            program.read(left)
        sent_ns.append(time.monotonic_ns())
        program.key(character)
        written = (written + character)[-200:]
    painted = _painted(program, keys)
    return [(at - sent) / 1e6 for at, sent in zip(painted, sent_ns, strict=True)]


def _painted(program: Program, keys: int) -> list[int]:
    deadline = time.monotonic() + 20
    while True:
        painted = [
            int(message["at_ns"])
            for message in program.messages
            if message["event"] == "typed"
            for _ in range(message["count"])
        ]
        if len(painted) >= keys:
            return painted[:keys]
        if time.monotonic() > deadline:
            raise TimeoutError(f"{keys} keys were sent and {len(painted)} characters painted")
        program.read(0.1)


def opened(program: Program, file: Path) -> float:
    """Seconds from the command until the text is there and its beginning in sight."""
    characters = len(file.read_text("utf-8"))
    began = time.monotonic()
    program.send("open", file)
    program.wait_until(
        lambda state: state["characters"] >= characters and state["caret_in_sight"], every_s=0.01
    )
    return time.monotonic() - began


def use_book(
    home: Path, book: Path, keys: int
) -> tuple[list[Row], dict[str, Sequence[float]], str]:
    """The novel is opened, everything is switched on, and it is written at its end."""
    with running(home, write_story(home)) as program:
        program.wait_for("painted")
        opening_s = opened(program, book)
        shown, missing = [], []
        for command in OTHER_PANELS:
            program.send("run", command)
            (shown if program.wait_for("ran")["found"] else missing).append(command)
        program.send("press", "Ctrl+End")
        time.sleep(SETTLE_S)
        steps = Steps(program)
        latencies, whole_cpu_ms = type_and_count(program, keys)
        memory_mb = steps.memory_mb()
        split_ms, split_cpu_ms = {}, {}
        for place in SPLIT_PLACES:
            split_page(program, place)
            split_ms[place], split_cpu_ms[place] = type_and_count(program, keys)
            program.send("run", SPLIT)
        program.end()
    rows = [
        (f"opening {WORDS:,} words, s", round(opening_s, 2), "goal <= 1"),
        *spread("key to paint at its end, ms", latencies, {"p99": "goal <= 16"}),
        ("keys painted later than 16 ms, %", 100 * _share_above(latencies, 16), ""),
        ("processor time for each key, ms", whole_cpu_ms, ""),
        ("memory with it, MB", memory_mb, ""),
    ]
    for place, values in split_ms.items():
        rows += spread(f"key to paint, page split, {place} in the other half, ms", values, {})
        rows.append(("processor time for each key, ms", split_cpu_ms[place], ""))
    note = f"shown beside the page: {', '.join(shown) or 'nothing'}"
    if missing:
        note += f"; not there: {', '.join(missing)}"
    samples: dict[str, Sequence[float]] = {"book_ms": latencies}
    samples.update({f"split_{place}_ms": values for place, values in split_ms.items()})
    return rows, samples, note


def type_and_count(program: Program, keys: int) -> tuple[list[float], float]:
    """Latencies, and what each key cost of all threads' processor time, in ms: that hardly depends on other work."""
    process = psutil.Process(program.pid)
    before = process.cpu_times()
    latencies = type_like_a_person(program, keys)
    after = process.cpu_times()
    used_s = after.user + after.system - before.user - before.system
    return latencies, 1000 * used_s / keys


def split_page(program: Program, place: str) -> None:
    """The page is split, and it is written at the end; the other half shows a ``place``."""
    program.send("run", SPLIT)
    program.wait_for("ran")
    if place != "the end":
        program.send("run", "view.other_half")
        program.send("press", "Ctrl+Home")
        program.send("run", "view.other_half")
    program.send("press", "Ctrl+End")
    program.wait_until(lambda state: state["caret_in_sight"])
    time.sleep(SETTLE_S)


def use_large(
    home: Path, megabytes: float, keys: int
) -> tuple[list[Row], dict[str, Sequence[float]]]:
    """A text of so many megabytes is opened and written in at its end."""
    large = write_large(home, megabytes, lines=False)
    with running(home, write_story(home)) as program:
        program.wait_for("painted")
        opening_s = opened(program, large)
        program.send("press", "Ctrl+End")
        program.wait_until(lambda state: state["caret_in_sight"])
        time.sleep(SETTLE_S)
        latencies = type_like_a_person(program, keys)
        program.end()
    rows = [
        (f"opening {megabytes:g} MB, s", round(opening_s, 2), "goal <= 3"),
        *spread("key to paint at its end, ms", latencies, {}),
    ]
    return [
        (f"{megabytes:g} MB: {what}" if "key" in what else what, figure, goal)
        for what, figure, goal in rows
    ], {"large_ms": latencies}


def switch_tabs(home: Path, book: Path, times: int) -> tuple[list[Row], dict[str, Sequence[float]]]:
    """The novel in a tab that is not in front, and back and forth between it and a short text."""
    samples: dict[str, list[float]] = {"to the novel": [], "to the short text": []}
    with running(home, write_story(home)) as program:
        program.wait_for("painted")
        time.sleep(SETTLE_S)
        steps = Steps(program)
        before_mb = steps.memory_mb()
        opened(program, book)
        time.sleep(SETTLE_S)
        in_front_mb = steps.memory_mb()
        names = ["to the short text", "to the novel"]
        for number in range(2 * times):
            began = time.monotonic_ns()
            program.send("show", "tabs.next")
            shown = program.wait_for("shown")
            samples[names[number % 2]].append((shown["at_ns"] - began) / 1e6)
            time.sleep(TAB_PAUSE_S)
        program.send("show", "tabs.next")
        time.sleep(SETTLE_S)
        hidden_mb = steps.memory_mb()
        program.end()
    rows = [
        *spread("tab switch to the novel, ms", samples["to the novel"], {}),
        *spread("tab switch to a short text, ms", samples["to the short text"], {}),
        ("memory of the novel in front, MB", in_front_mb - before_mb, ""),
        ("memory of the novel in a hidden tab, MB", hidden_mb - before_mb, ""),
    ]
    return rows, dict(samples)


def rest(home: Path, runs: int, seconds: float) -> tuple[list[Row], dict[str, Sequence[float]]]:
    """Starts, and the last one left alone: its memory and what it computes."""
    story = write_story(home)
    painted_ms: list[float] = []
    for _ in range(runs + 1):
        with running(home, story) as program:
            painted = program.wait_for("painted")
            painted_ms.append((painted["at_ns"] - program.started_ns) / 1e6)
            program.state()
            program.end()
    with running(home, story) as program:
        program.wait_for("painted")
        program.type("Still here. ")
        time.sleep(SETTLE_S)
        process = psutil.Process(program.pid)
        memory_mb = process.memory_info().rss / 1e6
        before, began = process.cpu_times(), time.monotonic()
        time.sleep(seconds)
        after, lasted = process.cpu_times(), time.monotonic() - began
        program.end()
    used = after.user + after.system - before.user - before.system
    samples = painted_ms[1:]  # the first start fills the disk's cache
    rows: list[Row] = [
        ("start to window, ms", statistics.median(samples), "goal <= 700"),
        ("idle, % of a core", 100 * used / lasted, "goal < 1"),
        ("memory of the window, MB", memory_mb, "goal <= 130"),
    ]
    return rows, {"start_ms": samples}


def _share_above(values: Sequence[float], limit: float) -> float:
    return sum(value > limit for value in values) / max(1, len(values))


def fresh_home(folder: Path, name: str) -> Path:
    """A home whose writer was welcomed and uses everything."""
    home = folder / name
    home.mkdir()
    paths = Paths.find(home)
    paths.create()
    PreferencesStore(paths.settings_file).save(Preferences(welcomed=True))
    return home


def main() -> None:
    """Measure and print."""
    parser = make_parser("An editor with everything on.", uses_model=False)
    parser.add_argument("--keys", type=int, default=600, help="typed into each text (600)")
    parser.add_argument("--runs", type=int, default=7, help="starts (7)")
    parser.add_argument("--idle-s", type=float, default=30, help="seconds of rest (30)")
    parser.add_argument(
        "--book", type=existing_file, metavar="FILE", help="instead of made-up text"
    )
    parser.add_argument("--only", choices=("book", "large", "tabs", "rest"), help="one part alone")
    arguments = parser.parse_args()
    rows: list[Row] = []
    samples: dict[str, Sequence[float]] = {}
    notes = ["offscreen, no model; keys with the gaps of recorded typists at 60 words per minute"]
    with tempfile.TemporaryDirectory(prefix="cowrite-bench-") as name:
        folder = Path(name)
        book = arguments.book or write_book(folder, WORDS)
        parts: dict[str, Callable[[], None]] = {}

        def measure_book() -> None:
            found, values, note = use_book(fresh_home(folder, "book"), book, arguments.keys)
            rows.extend(found)
            samples.update(values)
            notes.append(note)

        def measure_large() -> None:
            found, values = use_large(fresh_home(folder, "large"), 20.0, arguments.keys)
            rows.extend(found)
            samples.update(values)

        def measure_tabs() -> None:
            found, values = switch_tabs(fresh_home(folder, "tabs"), book, TAB_SWITCHES)
            rows.extend(found)
            samples.update(values)

        def measure_rest() -> None:
            found, values = rest(fresh_home(folder, "rest"), arguments.runs, arguments.idle_s)
            rows.extend(found)
            samples.update(values)

        parts = {
            "book": measure_book,
            "large": measure_large,
            "tabs": measure_tabs,
            "rest": measure_rest,
        }
        for part, measure in parts.items():
            if arguments.only in (None, part):
                measure()
    Report(title="The desk", rows=rows, samples=samples, notes=notes).show(arguments.json)


if __name__ == "__main__":
    main()
