"""The gaps of plain typing in CoAuthor's recorded sessions: how long real writers wait before each key.

``--coauthor`` is a folder with ``raw/*.jsonl.gz`` and ``decisions.jsonl``, which says whose each session is. A gap
counts between two typed characters, the second right after the first, with nothing between them: no deletion, move of
the caret or list of suggestions. ``--out`` gets every gap with its place; ``--typist`` gets the table that Cowrite
bundles, of half of the writers. The other half is for whoever fits a model of pauses, so that nothing judges itself.
"""

from __future__ import annotations

import json
import statistics
import sys
from collections.abc import Iterator
from pathlib import Path

from _common import Report, Row, existing_folder, file_to_write, make_parser

from cowrite.decisions.events import Event, EventKind
from cowrite.decisions.exchange.files import read_sessions
from cowrite.suggest.filter.key_places import TAIL_CHARACTERS, place_of_key

# Halves with like means (244 and 231 ms) and shares of pauses (12.0 and 11.7 % from 300 ms on), from all 35 divisions.
TYPISTS = frozenset({"writer_02", "writer_03", "writer_05", "writer_08"})
UNIT_MS = 10
SOURCE = (
    "CoAuthor (Lee, Liang and Yang, CHI 2022, https://coauthor.stanford.edu), licence CC BY-SA 4.0. Derived numbers "
    "only: gaps between keys of plain typing in 20 sessions of 4 writers, in units of 10 ms, by place (p paragraph, "
    "s sentence, c after a clause mark, o another word: first key of a word; then the keys within it, and after the "
    "slash those of marks and spaces). No text. This file is under CC BY-SA 4.0 as well."
)

Gap = tuple[str, int]


def main() -> None:
    """Extract and print."""
    parser = make_parser("The gaps of plain typing in CoAuthor's sessions.", uses_model=False)
    parser.add_argument("--coauthor", type=existing_folder, required=True, metavar="DIR")
    parser.add_argument("--out", type=file_to_write, metavar="FILE", help="every gap, as JSON")
    parser.add_argument("--typist", type=file_to_write, metavar="FILE", help="the bundled table")
    arguments = parser.parse_args()
    sessions = list(every_session(arguments.coauthor))
    if not sessions:
        sys.exit(f"There are no sessions in {arguments.coauthor / 'raw'}.")
    if arguments.out:
        arguments.out.write_text(json.dumps({"source": SOURCE, "sessions": sessions}), "utf-8")
    if arguments.typist:
        arguments.typist.write_text(table_of(sessions), "utf-8")
    Report(title="Gaps of plain typing, CoAuthor", rows=rows_of(sessions)).show(arguments.json)


def every_session(folder: Path) -> Iterator[dict[str, object]]:
    """Each session with its writer, the half it is in, and its runs of (place, gap in milliseconds)."""
    writers = writers_of(folder)
    for file in sorted((folder / "raw").glob("*.jsonl.gz")):
        name = file.name.split(".")[0]
        writer = writers[name]
        runs = runs_of(read_sessions(file).events)
        half = "typist" if writer in TYPISTS else "pauses"
        yield {"session": name, "writer": writer, "half": half, "runs": runs}


def writers_of(folder: Path) -> dict[str, str]:
    """Whose each session is, by its name."""
    writers: dict[str, str] = {}
    for line in (folder / "decisions.jsonl").open(encoding="utf-8"):
        decision = json.loads(line)
        writers[decision["session"]] = decision["writer"]
    return writers


def runs_of(events: list[Event]) -> list[list[Gap]]:
    """The gaps of a session; between two runs something else was done."""
    runs: list[list[Gap]] = [[]]
    text, last = "", None
    for event in events:
        if event.kind is EventKind.OPENED:
            text = str(event.details["text"])
        if event.kind is not EventKind.EDITED:
            last = None
            continue
        inserted, removed = str(event.details["inserted"]), int(event.details["removed"])  # type: ignore[arg-type]
        before = text[: event.start]
        text = before + inserted + text[event.start + removed :]
        if removed or len(inserted) != 1 or event.details["origin"] != "typed":
            last = None
            continue
        if last is not None and last.end == event.start:
            place = place_of_key(before[-TAIL_CHARACTERS:], inserted)
            runs[-1].append((place.value, event.at_ms - last.at_ms))
        elif runs[-1]:
            runs.append([])
        last = event
    return [run for run in runs if run]


def table_of(sessions: list[dict[str, object]]) -> str:
    """The bundled table: for each session its words, a line of JSON each."""
    lines = [
        json.dumps({"writer": session["writer"], "words": " ".join(words_of(session["runs"]))})  # type: ignore[arg-type]
        for session in sessions
        if session["half"] == "typist"
    ]
    head = f'"source": {json.dumps(SOURCE)},\n"unit_ms": {UNIT_MS}'
    return "{" + head + ',\n"sessions": [\n' + ",\n".join(lines) + "\n]}\n"


def words_of(runs: list[list[Gap]]) -> Iterator[str]:
    """Each word of which the gap before the first key is known, as ``o22.13.12/9``."""
    for run in runs:
        first, within, marks = "", list[str](), list[str]()
        for place, gap_ms in [*run, ("o", 0)]:
            units = str(round(gap_ms / UNIT_MS))
            if place == "w":
                within.append(units)
            elif place == "m":
                marks.append(units)
            else:
                if first:
                    yield ".".join([first, *within]) + ("/" + ".".join(marks) if marks else "")
                first, within, marks = place + units, [], []


def rows_of(sessions: list[dict[str, object]]) -> list[Row]:
    """What the table is about."""
    rows: list[Row] = []
    for half in ("typist", "pauses"):
        gaps = [
            gap for each in sessions if each["half"] == half for run in each["runs"] for gap in run
        ]  # type: ignore[attr-defined]
        rows += [(f"{half}: sessions", sum(each["half"] == half for each in sessions), "")]
        rows += [(f"{half}: gaps", len(gaps), "")]
        rows += [(f"{half}: mean, ms", round(statistics.mean(ms for _, ms in gaps), 1), "")]
        for place in "pscowm":
            own = [ms for at, ms in gaps if at == place]
            rows.append((f"{half}: {place}, median, ms", statistics.median(own), f"of {len(own)}"))
            rows.append((f"{half}: {place}, from 300 ms on, %", share(own), ""))
    return rows


def share(gaps: list[int]) -> float:
    """The share of pauses in percent."""
    return round(100 * sum(ms >= 300 for ms in gaps) / len(gaps), 1)


if __name__ == "__main__":
    main()
