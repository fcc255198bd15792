"""``cowrite log backup``: copy the log, also while the program runs."""

from __future__ import annotations

import argparse
import os
import sqlite3
from pathlib import Path

from cowrite.base.errors import UserError
from cowrite.base.printable import one_line
from cowrite.base.system_reasons import reason_of
from cowrite.cli.log.forget import now_ms
from cowrite.decisions.database.backups import copy_log, make_backup
from cowrite.decisions.database.log_file import open_for_reading
from cowrite.localization import tr, tr_noop
from cowrite.settings.paths import Paths, with_home

_HELP = tr_noop(
    "Back up the log now, next to its daily backups or to FILE, and check the copy. Data you delete "
    "later is also removed from the daily backups, but not from FILE."
)


def add_arguments(actions: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Describe the command line."""
    parser = actions.add_parser("backup", help=tr("back up the log"), description=tr(_HELP))
    parser.add_argument("--to", metavar="FILE", type=Path, help=tr("file to copy the log to"))
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace, paths: Paths) -> int:
    """Copy, and say where the copy is."""
    target: Path | None = arguments.to
    if target is not None:
        target = with_home(target)
        paths.require_not_own(target)
        if os.path.lexists(target):
            raise UserError(
                tr("{target} already exists.", target=target),
                tr("Choose another name or remove it first."),
            )
    try:
        with open_for_reading(paths.decision_log) as connection:
            if target is None:
                target = make_backup(connection, paths.decision_log, now_ms())
            else:
                copy_log(connection, target.absolute())
    except (OSError, sqlite3.Error) as error:
        reason = reason_of(error) if isinstance(error, OSError) else error
        raise UserError(
            tr("The backup failed ({reason}).", reason=reason), tr("Nothing was changed.")
        ) from error
    print(one_line(tr("The log was copied to {target}.", target=target)))
    return 0
