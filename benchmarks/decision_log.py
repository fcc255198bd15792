"""What does the decision log cost the thread that writes, and how fast do decisions become durable?

Records events as fast as it can, which is far faster than anybody decides: the caller then competes with the log's own
thread all the time. “Durable” ends with the return of ``flush``. The log lies in a folder made for this run, on the
disk of ``--folder``: a RAM disk makes figures that mean nothing.
"""

from __future__ import annotations

import sys
import tempfile
import time
from pathlib import Path

from _common import Report, Row, existing_folder, make_parser, spread

from cowrite.decisions.events import Event, EventKind, JsonValue
from cowrite.decisions.reader import integrity
from cowrite.decisions.writing.log import DecisionLog

SINGLE_EVENTS = 200
IDLE_S = 5.0


def main() -> int:
    """Measure and print."""
    parser = make_parser((__doc__ or "").split("\n")[0], uses_model=False)
    parser.add_argument(
        "--events", metavar="N", type=int, default=100_000, help="how many (100000)"
    )
    parser.add_argument("--folder", metavar="DIR", type=existing_folder, help="the disk to measure")
    options = parser.parse_args()
    if options.events < 1:
        parser.error("--events takes a number from 1 on")
    with tempfile.TemporaryDirectory(prefix="cowrite-bench-", dir=options.folder) as folder:
        report = measure(Path(folder) / "data" / "decisions.sqlite3", options.events)
    report.show(options.json)
    return 0


def measure(path: Path, count: int) -> Report:
    """All figures, with a log at ``path``."""
    problems: list[str] = []
    events = [make_event(number) for number in range(count)]
    log = DecisionLog(path, on_problem=problems.append, most_waiting=count + 1)
    log.start()
    log.flush()
    record_us, all_s = record_all(log, events)
    single_ms = [time_one(log, event) for event in events[:SINGLE_EVENTS]]
    switches = context_switches_when_idle()
    log.close()
    stored = integrity(path)
    if problems or not stored.is_sound or stored.events != count + len(single_ms):
        raise SystemExit(f"the log did not keep everything: {stored} {problems}")
    opening_ms = time_opening(path)
    rows: list[Row] = [
        ("events", count, ""),
        *spread("µs per record() on the caller", record_us, {"p99": "<= 1000: no frame is late"}),
        ("events per second, durable", count / all_s, ""),
        *spread("ms from record() to durable, one event", single_ms, {}),
        ("bytes per event", stored.size_bytes / stored.events, ""),
        ("ms to open and check this log", opening_ms, ""),
    ]
    if switches is not None:
        rows.append((f"wakeups of the log in {IDLE_S:.0f} s idle", switches, "0"))
    return Report(
        title="The decision log",
        rows=rows,
        samples={"single_ms": single_ms},
        notes=[
            "Events as the editor makes them: asked, answered with three candidates, shown, taken."
        ],
    )


def record_all(log: DecisionLog, events: list[Event]) -> tuple[list[float], float]:
    """Microseconds of each record(), and seconds until all were durable."""
    clock = time.perf_counter
    record_us = []
    started = clock()
    for event in events:
        before = clock()
        log.record(event)
        record_us.append((clock() - before) * 1e6)
    log.flush(timeout_s=600)
    return record_us, clock() - started


def time_one(log: DecisionLog, event: Event) -> float:
    """Milliseconds until one event that somebody waits for is durable."""
    before = time.perf_counter()
    log.record(event)
    log.flush(timeout_s=60)
    return (time.perf_counter() - before) * 1000


def time_opening(path: Path) -> float:
    """Milliseconds until a log that is there is checked and ready; they pass on the log's thread."""
    log = DecisionLog(path)
    before = time.perf_counter()
    log.start()
    log.flush(timeout_s=600)
    taken_ms = (time.perf_counter() - before) * 1000
    log.close()
    return taken_ms


def context_switches_when_idle() -> int | None:
    """How often the log's thread ran while nothing happened; None where the system does not tell."""
    before = _context_switches()
    time.sleep(IDLE_S)
    after = _context_switches()
    return None if before is None or after is None else after - before


def _context_switches() -> int | None:
    """The switches so far of all threads but the main one; only the log's are there."""
    tasks = Path("/proc/self/task")
    if not tasks.is_dir():
        return None
    main_thread = Path("/proc/self").resolve().name
    total = 0
    for task in tasks.iterdir():
        if task.name == main_thread:
            continue
        lines = (task / "status").read_text("utf-8").splitlines()
        total += sum(int(line.split()[1]) for line in lines if "ctxt_switches" in line)
    return total


def make_event(number: int) -> Event:
    """One of the four events of a suggestion that was taken."""
    suggestion, step = divmod(number, 4)
    kind, details = _steps(suggestion)[step]
    return Event(
        kind=kind,
        at_ms=1_700_000_000_000 + 250 * number,
        session_id="5f0c2a9e7b1d4e63a8c4f2d9b7e61035",
        suggestion_id=f"{suggestion:032x}",
        document_id="c3a1f0d2b4e5968778695a4b3c2d1e0f",
        revision=number,
        start=40 * suggestion,
        end=40 * suggestion + 12,
        model="smollm2-135m-instruct",
        details=details,
    )


def _steps(suggestion: int) -> list[tuple[EventKind, dict[str, JsonValue]]]:
    words = f" and the river {suggestion}"
    tokens: list[JsonValue] = [[f" {word}", -1.2345] for word in words.split()]
    candidate: JsonValue = {"text": words, "logprob": -4.938, "tokens": tokens}
    return [
        (EventKind.REQUESTED, {"trigger": "typed", "typing_interval_ms": 182.25}),
        (EventKind.GENERATED, {"candidates": [candidate] * 3, "total_ms": 96.41, "device": "cpu"}),
        (EventKind.SHOWN, {"text": words, "candidate": 0, "confidence": 0.4711}),
        (EventKind.ACCEPTED, {"text": words, "characters": len(words), "on_screen_ms": 801.5}),
    ]


if __name__ == "__main__":
    sys.exit(main())
