"""``cowrite log verify``: read every byte of the log and its backups and say whether they are sound."""

from __future__ import annotations

import argparse
import json

from cowrite.base.errors import UserError
from cowrite.base.printable import one_line
from cowrite.decisions.database.backups import backups, is_sound
from cowrite.decisions.reader import integrity
from cowrite.localization import tr
from cowrite.settings.paths import Paths


def add_arguments(actions: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Describe the command line."""
    help_text = tr("check the log and its backups")
    parser = actions.add_parser(
        "verify",
        help=help_text,
        description=tr("Check the log and its backups. Nothing is changed."),
    )
    parser.add_argument("--json", action="store_true", help=tr("print as JSON"))
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace, paths: Paths) -> int:
    """Check. Raises UserError if something is damaged, after what was found is printed."""
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
        print(tr("The log is undamaged.") if report.is_sound else tr("The log is damaged."))
        for line in report.damage:
            print(f"  {one_line(line)}")
        bad = [name for name, sound in copies.items() if not sound]
        print(
            tr(
                "Undamaged backups: {sound} of {all}.",
                sound=len(copies) - len(bad),
                all=len(copies),
            )
        )
        for name in bad:
            print("  " + tr("damaged: {damage}", damage=one_line(name)))
    if not report.is_sound:
        raise UserError(
            tr("The decision log is damaged."),
            tr(
                "Start Cowrite once: it sets a damaged log aside and recovers what can be read of it."
            ),
        )
    if not all(copies.values()):
        raise UserError(
            tr("The decision log is undamaged, but a backup of it is not."),
            tr("Delete that backup; the next one is made within a day."),
        )
    return 0
