"""``cowrite log tail``: the last decisions in plain words, or as JSON."""

from __future__ import annotations

import argparse
import json
from collections.abc import Sequence
from dataclasses import asdict
from datetime import datetime
from pathlib import Path

from cowrite.base.errors import UserError
from cowrite.base.printable import excerpt
from cowrite.decisions.database.log_file import NoLogError
from cowrite.decisions.events import Event, EventKind, JsonValue, is_of_hunk
from cowrite.decisions.reader import document_paths, tail
from cowrite.decisions.statistics.report import reason_words
from cowrite.localization import tr, tr_noop
from cowrite.localization.columns import columns_of, to_left, to_right
from cowrite.settings.paths import Paths

MOST_ROWS = 100_000

_TAIL_HELP = tr_noop(
    "Print the last decisions, oldest first. “ms” is how long the model took to answer, how long "
    "after the last key the suggestion was shown, or how long it had been on screen when it was "
    "accepted, dismissed or replaced."
)
_HEADER = (
    tr_noop("time"),
    tr_noop("what happened"),
    tr_noop("chars"),
    "ms",
    tr_noop("model"),
    tr_noop("document"),
    tr_noop("text"),
)
_RIGHT_ALIGNED = ("chars", "ms")

WORDS = {
    EventKind.REQUESTED: tr_noop("requested"),
    EventKind.GENERATED: tr_noop("answered"),
    EventKind.NOT_SHOWN: tr_noop("not shown"),
    EventKind.SHOWN: tr_noop("shown"),
    EventKind.ACCEPTED_PARTIAL: tr_noop("accepted in part"),
    EventKind.ACCEPTED: tr_noop("accepted"),
    EventKind.TYPED_THROUGH: tr_noop("typed as suggested"),
    EventKind.REJECTED: tr_noop("dismissed"),
    EventKind.IGNORED: tr_noop("ignored"),
    EventKind.SUPERSEDED: tr_noop("withdrawn"),
    EventKind.KEPT: tr_noop("checked later"),
    EventKind.TURNED: tr_noop("showed another"),
    EventKind.OPENED: tr_noop("opened"),
    EventKind.EDITED: tr_noop("edited"),
    EventKind.MOVED: tr_noop("moved the caret"),
    EventKind.SAVED: tr_noop("saved"),
    EventKind.CLOSED: tr_noop("closed"),
}

# What happens to the text, and not to a suggestion.
_WRITING = (EventKind.OPENED, EventKind.EDITED, EventKind.MOVED, EventKind.SAVED, EventKind.CLOSED)


def add_arguments(actions: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Describe the command line."""
    parser = actions.add_parser(
        "tail", help=tr("print the last decisions"), description=tr(_TAIL_HELP)
    )
    parser.add_argument(
        "-n", metavar="N", type=int, default=20, help=tr("number of decisions (default: 20)")
    )
    parser.add_argument(
        "--all", action="store_true", help=tr("also print what was written in between")
    )
    parser.add_argument("--json", action="store_true", help=tr("print one JSON object per line"))
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace, paths: Paths) -> int:
    """Print the last events, oldest first."""
    if not 1 <= arguments.n <= MOST_ROWS:
        raise UserError(tr("-n takes a number from 1 to {most_rows}.", most_rows=MOST_ROWS))
    try:
        events = tail(paths.decision_log, arguments.n, without=() if arguments.all else _WRITING)
        files = document_paths(paths.decision_log)
    except NoLogError:
        events, files = [], {}
    if arguments.json:
        for event in events:
            # Only ASCII: a page may have handed over half a character, which no encoding takes.
            print(json.dumps({**asdict(event), "path": files.get(event.document_id, "")}))
    elif events:
        _print_table([_cells(event, files.get(event.document_id, "")) for event in events])
    else:
        print(tr("No decisions yet."))
    return 0


def _print_table(rows: Sequence[Sequence[str]]) -> None:
    table = [tuple(map(tr, _HEADER)), *rows]
    widths = [max(map(columns_of, column)) for column in zip(*table, strict=True)]
    for row in table:
        cells = (
            to_right(cell, width) if name in _RIGHT_ALIGNED else to_left(cell, width)
            for name, width, cell in zip(_HEADER, widths, row, strict=True)
        )
        print("  ".join(cells).rstrip())


def _cells(event: Event, path: str) -> tuple[str, ...]:
    return (
        _time(event.at_ms),
        tr(WORDS[event.kind]),
        _characters(event),
        _milliseconds(event),
        excerpt(event.model),
        excerpt(Path(path).name) if path else tr("untitled"),
        _text(event),
    )


def _time(at_ms: int) -> str:
    try:
        moment = datetime.fromtimestamp(at_ms // 1000)
    except (OverflowError, OSError, ValueError):
        return str(at_ms)  # a clock that was far off
    return f"{moment:%Y-%m-%d %H:%M:%S}.{at_ms % 1000:03d}"


def _characters(event: Event) -> str:
    characters = event.details.get("characters")
    if isinstance(characters, int):
        return str(characters)
    offered = _offered(event)
    return str(len(offered)) if offered else ""


def _milliseconds(event: Event) -> str:
    for key in ("total_ms", "ms_since_key", "on_screen_ms"):
        value = event.details.get(key)
        if isinstance(value, int | float):
            return f"{value:.0f}"
    return ""


def _text(event: Event) -> str:
    parts = []
    offered, typed, reason = (
        _offered(event),
        event.details.get("typed"),
        event.details.get("reason"),
    )
    if is_of_hunk(event) and isinstance(original := event.details.get("original"), str):
        parts.append(f"“{excerpt(original)}” → “{excerpt(offered)}”")
    elif offered:
        parts.append(f"“{excerpt(offered)}”")
    if typed:
        parts.append(tr("typed “{typed}”", typed=excerpt(str(typed))))
    if reason:
        parts.append(f"({excerpt(reason_words(str(reason)))})")
    return "  ".join(parts)


def _offered(event: Event) -> str:
    """What was offered or taken; of an answer, the best candidate."""
    candidates = event.details.get("candidates")
    best: JsonValue = candidates[0] if isinstance(candidates, list) and candidates else None
    text = best.get("text") if isinstance(best, dict) else event.details.get("text")
    return text if isinstance(text, str) else ""
