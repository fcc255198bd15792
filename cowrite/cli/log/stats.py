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
from cowrite.localization import tr, trn
from cowrite.settings.paths import Paths


def add_arguments(actions: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Describe the command line."""
    help_text = tr("show what is stored, where and how much")
    parser = actions.add_parser(
        "stats",
        help=help_text,
        description=tr("Show what is stored, since when, where, and how much space it takes."),
    )
    parser.add_argument("--json", action="store_true", help=tr("print as JSON"))
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
        print(tr("Nothing new is stored, because this is turned off in the settings."))
    print(
        trn("Entries are kept for {count:,} day.", "Entries are kept for {count:,} days.", days)
        if days
        else tr("Entries are kept until you delete them.")
    )
    return 0


def _lines(found: Inventory) -> list[str]:
    lines = [tr("Log: {file} ({size_bytes})", file=found.file, size_bytes=size(found.size_bytes))]
    if found.first_ms is not None and found.last_ms is not None:
        documents = trn("{count:,} document", "{count:,} documents", found.documents)
        sessions = trn("{count:,} session", "{count:,} sessions", found.sessions)
        lines.append(
            tr(
                "{entries:,} entries from {first} to {last}, for {documents} in {sessions}:",
                entries=found.total_events,
                first=day(found.first_ms),
                last=day(found.last_ms),
                documents=documents,
                sessions=sessions,
            )
        )
        lines += [
            f"{count:>12,}  {tr(WORDS[EventKind(kind)])}" for kind, count in found.events.items()
        ]
    else:
        lines.append(tr("It is empty."))
    lines.append(
        tr(
            "Documents whose text is stored to keep track of authorship: {texts:,}.",
            texts=found.texts,
        )
    )
    newest = found.newest_backup_ms
    lines.append(
        tr("Backups: {number} ({size}).", number=len(found.backups), size=size(found.backups_bytes))
        if newest is None
        else tr(
            "Backups: {number}, the newest from {newest} ({size}).",
            number=len(found.backups),
            newest=day(newest),
            size=size(found.backups_bytes),
        )
    )
    lines += [tr("Set aside because it was damaged: {path}", path=path) for path in found.set_aside]
    return lines


def size(count: int) -> str:
    """A number of bytes for people."""
    for unit, least in (("GB", 1e9), ("MB", 1e6), ("kB", 1e3)):
        if count >= least:
            return f"{count / least:.1f} {unit}"
    return trn("{count} byte", "{count} bytes", count)


def day(at_ms: int) -> str:
    """A moment for people; its number if the clock was far off."""
    try:
        return f"{datetime.fromtimestamp(at_ms / 1000):%Y-%m-%d %H:%M}"
    except (OverflowError, OSError, ValueError):
        return str(at_ms)
