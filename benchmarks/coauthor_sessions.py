"""Do CoAuthor's sessions survive the way into the log and out again, event by event?

``--data`` is a folder with ``raw/*.jsonl.gz``, ``sessions.jsonl`` (each final text) and ``decisions.jsonl``. Each
session is imported, its text rebuilt from the log, exported, and the export imported into a second log.
"""

from __future__ import annotations

import gzip
import json
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path

from _common import Report, existing_folder, make_parser

from cowrite.decisions.events import OUTCOMES, EventKind
from cowrite.decisions.exchange.bundle import Bundle, add, load
from cowrite.decisions.exchange.coauthor_write import coauthor_lines
from cowrite.decisions.exchange.files import read_sessions
from cowrite.decisions.rebuild import rebuild


def main() -> None:
    """Measure and print."""
    parser = make_parser("CoAuthor's sessions into the log and out again.")
    parser.add_argument(
        "--data", type=existing_folder, required=True, help="the folder of the data set"
    )
    arguments = parser.parse_args()
    files = sorted((arguments.data / "raw").glob("*.jsonl.gz"))
    if not files:
        sys.exit(f"There are no sessions in {arguments.data / 'raw'}.")
    with tempfile.TemporaryDirectory() as folder:
        rows = sessions(files, finals(arguments.data / "sessions.jsonl"), Path(folder))
        rows += decisions(arguments.data / "decisions.jsonl", Path(folder))
    Report(title="CoAuthor's sessions and decisions", rows=rows).show(arguments.json)


def finals(file: Path) -> dict[str, str]:
    """The recorded final text of each session."""
    lines = map(json.loads, file.read_text("utf-8").splitlines())
    return {line["session"]: line["final"] for line in lines}


def sessions(
    files: list[Path], final: dict[str, str], folder: Path
) -> list[tuple[str, object, str]]:
    """Import, rebuild, export, compare."""
    equal, same_rows, same_lines, events, seconds = 0, 0, 0, 0, 0.0
    for file in files:
        name = file.name.split(".")[0]
        log, again = folder / f"{name}.sqlite3", folder / f"{name}-again.sqlite3"
        started = time.perf_counter()
        add(log, read_sessions(file))
        seconds += time.perf_counter() - started
        kept = load(log)
        events += len(kept.events)
        equal += rebuild(kept.events) == final[name]
        lines = coauthor_lines(kept.events)
        with gzip.open(file, "rt", encoding="utf-8") as recorded:
            same_lines += lines == [json.loads(line) for line in recorded]
        exported = folder / f"{name}.jsonl"
        exported.write_text("".join(json.dumps(line) + "\n" for line in lines), "utf-8")
        add(again, read_sessions(exported))
        same_rows += rows_of(load(again)) == rows_of(kept)
    goal = f"goal {len(files)}"
    return [
        ("sessions imported", len(files), ""),
        ("events", events, ""),
        ("final texts rebuilt from the log that equal the recorded ones", equal, goal),
        ("exports that equal the original file, line by line", same_lines, goal),
        ("exports that give the same rows when imported again", same_rows, goal),
        ("seconds to import all", round(seconds, 1), ""),
    ]


def rows_of(bundle: Bundle) -> list[object]:
    """What is compared: every event, in order."""
    return list(bundle.events)


def decisions(file: Path, folder: Path) -> list[tuple[str, object, str]]:
    """Import the decisions; how many of each outcome, and how many fates."""
    log = folder / "decisions.sqlite3"
    add(log, read_sessions(file))
    kinds = Counter(event.kind for event in load(log).events)
    shown, ended = kinds[EventKind.SHOWN], sum(kinds[kind] for kind in OUTCOMES)
    count = sum(1 for _ in file.open(encoding="utf-8"))
    return [
        ("decisions in the file", count, ""),
        ("suggestions shown in the log", shown, f"goal {count}"),
        ("outcomes in the log", ended, f"goal {count}"),
        *((f"  {kind.value}", kinds[kind], "") for kind in sorted(OUTCOMES) if kinds[kind]),
        ("fates", kinds[EventKind.KEPT], ""),
    ]


if __name__ == "__main__":
    main()
