"""``cowrite log``: look at the log of decisions."""

from __future__ import annotations

import argparse
import json
from dataclasses import asdict
from datetime import datetime
from pathlib import Path

from cowrite.decisions.events import Event, EventKind
from cowrite.decisions.storage import open_for_reading, read_last
from cowrite.errors import UserError
from cowrite.settings.paths import Paths

HELP = "Look at what was suggested, taken and refused. It is kept on this computer only."
MOST_ROWS = 100_000

_WORDS = {
    EventKind.REQUESTED: "asked",
    EventKind.GENERATED: "answered",
    EventKind.NOT_SHOWN: "kept quiet",
    EventKind.SHOWN: "shown",
    EventKind.ACCEPTED_PARTIAL: "took a part",
    EventKind.ACCEPTED: "took it",
    EventKind.TYPED_THROUGH: "typed it",
    EventKind.REJECTED: "refused",
    EventKind.IGNORED: "wrote something else",
    EventKind.SUPERSEDED: "went away",
    EventKind.KEPT: "still there",
}


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Describe the command line."""
    actions = parser.add_subparsers(dest="action", required=True, metavar="ACTION")
    tail = actions.add_parser("tail", help="the last events", description="Print the last events.")
    tail.add_argument("-n", metavar="N", type=int, default=20, help="how many (20)")
    tail.add_argument("--json", action="store_true", help="one JSON object per line")


def run(arguments: argparse.Namespace, paths: Paths) -> int:
    """Print the last events, oldest first."""
    if not 1 <= arguments.n <= MOST_ROWS:
        raise UserError(f"-n takes a number from 1 to {MOST_ROWS}.")
    if not paths.decision_log.exists():
        if not arguments.json:
            print("No decisions yet.")
        return 0
    with open_for_reading(paths.decision_log) as connection:
        events = read_last(connection, arguments.n)
        names = dict(connection.execute("SELECT id, path FROM documents").fetchall())
    for event in events:
        if arguments.json:
            print(json.dumps({**asdict(event), "details": dict(event.details)}, ensure_ascii=False))
        else:
            print(_line(event, str(names.get(event.document_id, ""))))
    if not events and not arguments.json:
        print("No decisions yet.")
    return 0


def _line(event: Event, path: str) -> str:
    when = datetime.fromtimestamp(event.at_ms / 1000).astimezone()
    name = Path(path).name if path else "untitled"
    return (
        f"{when:%Y-%m-%d %H:%M:%S}.{event.at_ms % 1000:03d}  {_WORDS[event.kind]:<20}  "
        f"{name} @{event.start}  {_summary(event)}"
    ).rstrip()


def _summary(event: Event) -> str:
    details = event.details
    parts = []
    for key, form in (
        ("text", "“{}”"),
        ("typed", "typed “{}”"),
        ("reason", "({})"),
        ("total_ms", "{} ms"),
        ("on_screen_ms", "on screen {} ms"),
    ):
        if details.get(key) not in (None, ""):
            parts.append(form.format(str(details[key]).replace("\n", "⏎")))
    candidates = details.get("candidates")
    if isinstance(candidates, list) and candidates and isinstance(candidates[0], dict):
        parts.insert(0, f"“{candidates[0].get('text', '')}”")
    return "  ".join(parts)
