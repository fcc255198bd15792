"""``cowrite log verify``: read every byte of the log and its backups and say whether they are sound."""

from __future__ import annotations

import argparse
import json

from cowrite.decisions.backups import backups, is_sound
from cowrite.decisions.reader import integrity
from cowrite.plain import one_line
from cowrite.settings.paths import Paths

EXIT_DAMAGED = 1


def add_arguments(actions: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Describe the command line."""
    help_text = "check the log and its backups"
    parser = actions.add_parser("verify", help=help_text, description=__doc__)
    parser.add_argument("--json", action="store_true", help="print as JSON")
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace, paths: Paths) -> int:
    """Check; the exit status is 1 if something is damaged."""
    report = integrity(paths.decision_log)
    copies = {path.name: is_sound(path) for path in backups(paths.decision_log)}
    if arguments.json:
        log = {
            "schema_version": report.schema_version,
            "events": report.events,
            "size_bytes": report.size_bytes,
            "damage": list(report.damage),
        }
        print(json.dumps({"log": log, "backups": copies}, indent=2))
    else:
        print("The log is undamaged." if report.is_sound else "The log is damaged.")
        for line in report.damage:
            print(f"  {one_line(line)}")
        bad = [name for name, sound in copies.items() if not sound]
        print(f"Undamaged backups: {len(copies) - len(bad)} of {len(copies)}.")
        for name in bad:
            print(f"  damaged: {one_line(name)}")
    return 0 if report.is_sound and all(copies.values()) else EXIT_DAMAGED
