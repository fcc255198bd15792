"""Sessions from files, and the log itself."""

from __future__ import annotations

import gzip
import json
import sqlite3
from pathlib import Path
from typing import Any

from fuzz.reader import T0


def _events() -> list[dict[str, Any]]:
    def event(kind: str, number: int, start: int, end: int, of: str = "", **details: Any) -> Any:
        return {
            "kind": kind, "at_ms": T0 + 1000 * number, "session_id": "s1", "suggestion_id": of, "document_id": "d1",
            "revision": number, "start": start, "end": end, "model": "m", "adapter": "", "details": details,
        }  # fmt: skip

    tokens = [[" again", -0.5], [" and", -1.5]]
    return [
        event("opened", 0, 0, 5, text="Hello", hash="x", length=5),
        event("edited", 1, 5, 11, origin="typed", inserted=" world", removed=0, keys=[[0, 3], [90, 3]]),
        event("requested", 2, 11, 11, "g1", trigger="typed", typing_interval_ms=120.5),
        event(
            "generated", 2, 11, 11, "g1", first_token_ms=8.5, total_ms=20.5, prompt_tokens=3,
            candidates=[{"text": " again and", "logprob": -1.5, "tokens": tokens}],
        ),
        event("shown", 3, 11, 11, "g1", text=" again and", candidate=0, candidates=1, confidence=0.5,
              ms_since_key=300.5, gate={"offered_words": 2.0, "variety": None}),
        event("turned", 3, 11, 11, "g1", text=" again", candidate=0),
        event("accepted_partial", 4, 11, 17, "g1", text=" again", characters=6, candidate=0, on_screen_ms=900.0),
        event("edited", 4, 11, 17, "g1", origin="accepted", inserted=" again", removed=0),
        event("rejected", 5, 17, 17, "g1", text=" and", taken=" again", typed="x", on_screen_ms=9.5),
        event("not_shown", 6, 17, 17, reason="low_confidence", confidence=0.1),
        event("kept", 9, 11, 17, "g1", when="30 s", state="edited", distance=1, kept=0.8, characters=6, now=" agin"),
        event("moved", 9, 3, 4),
        event("saved", 9, 0, 0, hash="x", length=17),
        event("closed", 10, 0, 0),
    ]  # fmt: skip


def _lines(*values: Any) -> bytes:
    return b"".join(json.dumps(each).encode() + b"\n" for each in values)


def own_sessions() -> list[bytes]:
    """What “log export --format jsonl” writes, plain and packed."""
    session = {"id": "s1", "started_ms": T0, "program_version": "0.1", "platform": "x"}
    document = {"id": "d1", "path": "/tmp/a.txt", "first_seen_ms": T0}
    plain = _lines(
        {"format": "cowrite-decisions", "schema": 3},
        {"session": session},
        {"document": document},
        *({"event": each} for each in _events()),
    )
    return [plain, gzip.compress(plain, mtime=0)]


def coauthor_sessions() -> list[bytes]:
    """Two of CoAuthor's formats."""
    settings = dict.fromkeys(
        ("currentN", "currentMaxToken", "currentTemperature", "currentTopP", "currentPresencePenalty",
         "currentFrequencyPenalty"), "1",
    )  # fmt: skip

    def line(name: str, number: int, **values: Any) -> dict[str, Any]:
        return {
            "eventName": name, "eventSource": "user", "eventTimestamp": T0 + number, "textDelta": "", "cursorRange": "",
            "currentDoc": "", "currentCursor": 2, "currentSuggestions": [], "currentSuggestionIndex": 0,
            "currentHoverIndex": "", **settings, "eventNum": number, **values,
        }  # fmt: skip

    offered = [{"index": 0, "original": "\na b", "trimmed": "a b", "probability": 5e-9}]
    delta = {"ops": [{"retain": 2}, {"insert": "a b"}, {"delete": 1}]}
    session = _lines(
        line("system-initialize", 0, currentDoc="On 😀\n"),
        line("text-insert", 1, textDelta=delta),
        line("cursor-select", 2, cursorRange={"index": 1, "length": 2}),
        line("suggestion-get", 3),
        line("suggestion-open", 4, currentSuggestions=offered),
        line("suggestion-hover", 5, currentHoverIndex=0),
        line("suggestion-select", 6),
        line("suggestion-close", 7),
        line("text-insert", 8, eventSource="api", textDelta=delta),
        line("suggestion-open", 9, currentSuggestions=offered),
    )
    decision = {
        "session": "a", "t_ms": T0, "latency_ms": 900, "suggestions": ["a b", "c"], "cursor": 3, "context": "On ",
        "after": "a bb c", "genre": "g", "writer": "w", "decision": "accept", "inserted": "a b c", "index": 0,
        "survived_verbatim": False,
    }  # fmt: skip
    return [session, _lines(decision, {**decision, "decision": "reject"})]


def read_sessions_and_use(folder: Path, data: bytes) -> object:
    """As “log import”, and then all that a log is asked for."""
    from cowrite.decisions.exchange.bundle import add
    from cowrite.decisions.exchange.files import read_sessions

    file, log = folder / "sent.jsonl", folder / "log.sqlite3"
    file.write_bytes(data)
    bundle = read_sessions(file)
    add(log, bundle)
    return use_log(log, folder)


def log_rows() -> list[bytes]:
    """The rows of a log, as JSON, one a line."""
    return [_lines(*_events())]


def read_log_rows(folder: Path, data: bytes) -> object:
    """A log whose rows were altered, as far as SQLite's own checks let them be."""
    path = empty_log(folder)
    names = ("kind", "at_ms", "session_id", "suggestion_id", "document_id", "revision", "start", "end", "model",
             "adapter")  # fmt: skip
    with sqlite3.connect(path) as connection:
        for line in data.splitlines():
            try:
                row = json.loads(line)
                details = json.dumps(row["details"], allow_nan=False)
                values = [row[name] for name in names]
                connection.execute(
                    "INSERT INTO events VALUES (NULL, ?,?,?,?,?,?,?,?,?,?,?, 'continue')",
                    [*values, details],
                )
            except (ValueError, KeyError, TypeError, OverflowError, RecursionError, sqlite3.Error):
                continue  # no log can hold it
    connection.close()
    return use_log(path, folder)


_EMPTY_LOG: list[bytes] = []


def empty_log(folder: Path) -> Path:
    """A log without a row: made once, for to make one takes longer than to read it."""
    path = folder / "log.sqlite3"
    if not _EMPTY_LOG:
        from cowrite.decisions.writing.log import DecisionLog

        log = DecisionLog(path)
        log.start()
        log.flush()
        log.close()
        _EMPTY_LOG.append(path.read_bytes())
    path.write_bytes(_EMPTY_LOG[0])
    return path


def use_log(log: Path, folder: Path) -> object:
    """All that is asked of a log: lists, playbacks, statistics, exports, examples, the writer's filter."""
    from cowrite.cli.insights import as_json, report
    from cowrite.cli.log.tail import _cells
    from cowrite.decisions.exchange.bundle import load
    from cowrite.decisions.exchange.coauthor_write import coauthor_lines
    from cowrite.decisions.exchange.jsonl import jsonl_lines
    from cowrite.decisions.exchange.table import table_lines
    from cowrite.decisions.exchange.without_text import with_masked_text, without_text
    from cowrite.decisions.past_sessions import load_session, past_sessions
    from cowrite.decisions.reader import tail
    from cowrite.decisions.statistics.statistics import read_statistics
    from cowrite.personalize.data.decision_examples import examples_from_log as learned_from
    from cowrite.suggest.filter.examples import examples_from_log
    from cowrite.suggest.filter.fit import fit_filter
    from cowrite.suggest.replay.playback import Playback

    events = tail(log, 1000)
    cells = [_cells(event, "a.txt") for event in events]
    with sqlite3.connect(log) as connection:  # statistics leave out what was imported
        connection.execute("UPDATE events SET session_id = 'own'")
        learned = learned_from(connection)
    connection.close()
    statistics = read_statistics(log, T0 + 10**9)
    words = [*report(statistics), json.dumps(as_json(statistics))]
    sessions = [load_session(log, each.id) for each in past_sessions(log)]
    playbacks = [Playback(each.events, each.texts) for each in sessions]
    frames = [playback.frame(number) for playback in playbacks for number in range(len(playback))]
    bundle = load(log)
    written = [
        *table_lines(bundle),
        *jsonl_lines(without_text(bundle)),
        *map(json.dumps, coauthor_lines(bundle.events)),
        *map(json.dumps, coauthor_lines(with_masked_text(bundle).events)),
    ]
    back = folder / "back.jsonl"
    back.write_text("".join(f"{line}\n" for line in jsonl_lines(bundle)))
    gate = fit_filter(examples_from_log(events))
    return cells, words, frames, written, gate, learned
