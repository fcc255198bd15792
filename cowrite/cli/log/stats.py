"""``cowrite log stats``: what is kept, since when, where, and how much room it takes."""

from __future__ import annotations

import argparse
import json
from dataclasses import asdict
from datetime import datetime

from cowrite.base.printable import one_line
from cowrite.cli.chosen import chosen_preferences
from cowrite.cli.log.tail import WORDS
from cowrite.decisions.events import EventKind
from cowrite.decisions.maintenance.inventory import Inventory, take_inventory
from cowrite.settings.paths import Paths


def add_arguments(actions: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Describe the command line."""
    help_text = "show what is stored, where and how much"
    parser = actions.add_parser("stats", help=help_text, description=__doc__)
    parser.add_argument("--json", action="store_true", help="print as JSON")
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace, paths: Paths) -> int:
    """Count and print."""
    found = take_inventory(paths.decision_log)
    preferences = chosen_preferences(paths)
    if arguments.json:
        about = asdict(found) | {
            "keep_log": preferences.keep_log,
            "keep_log_days": preferences.keep_log_days,
        }
        print(json.dumps(about, indent=2, default=str))
        return 0
    for line in _lines(found):
        print(one_line(line))
    days = preferences.keep_log_days
    if not preferences.keep_log:
        print("Nothing new is stored, because this is turned off in the settings.")
    print(
        f"Entries are kept for {days:,} days."
        if days
        else "Entries are kept until you delete them."
    )
    return 0


def _counted(number: int, noun: str) -> str:
    return f"{number:,} {noun}" if number == 1 else f"{number:,} {noun}s"


def _lines(found: Inventory) -> list[str]:
    lines = [f"Log: {found.file} ({size(found.size_bytes)})"]
    if found.first_ms is not None and found.last_ms is not None:
        lines.append(
            f"{found.total_events:,} entries from {day(found.first_ms)} to {day(found.last_ms)}, "
            f"for {_counted(found.documents, 'document')} in {_counted(found.sessions, 'session')}:"
        )
        lines += [f"{count:>12,}  {WORDS[EventKind(kind)]}" for kind, count in found.events.items()]
    else:
        lines.append("It is empty.")
    lines.append(f"Documents whose text is stored to keep track of authorship: {found.texts:,}.")
    newest = found.newest_backup_ms
    when = f", the newest from {day(newest)}" if newest is not None else ""
    lines.append(f"Backups: {len(found.backups)}{when} ({size(found.backups_bytes)}).")
    lines += [f"Set aside because it was damaged: {path}" for path in found.set_aside]
    return lines


def size(count: int) -> str:
    """A number of bytes for people."""
    for unit, least in (("GB", 1e9), ("MB", 1e6), ("kB", 1e3)):
        if count >= least:
            return f"{count / least:.1f} {unit}"
    return f"{count} bytes"


def day(at_ms: int) -> str:
    """A moment for people; its number if the clock was far off."""
    try:
        return f"{datetime.fromtimestamp(at_ms / 1000):%Y-%m-%d %H:%M}"
    except (OverflowError, OSError, ValueError):
        return str(at_ms)
