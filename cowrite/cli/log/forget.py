"""``cowrite log forget``: erase what is kept of a document, of the last hours, or of a session."""

from __future__ import annotations

import argparse
import re
import time
from pathlib import Path

from cowrite.app.single_instance import no_window_open
from cowrite.base.errors import UserError
from cowrite.decisions.database.log_file import NoLogError
from cowrite.decisions.maintenance.erasing import Erasure, TraceLeftError
from cowrite.decisions.maintenance.inventory import session_ids
from cowrite.decisions.reader import document_paths
from cowrite.decisions.writing.log_commands import erase_closed_log
from cowrite.documents.identity import Identities, ids_of
from cowrite.localization import tr, tr_noop
from cowrite.personalize.adapters.forgetting import (
    Forgotten,
    forget_beside_log,
    forget_recent,
    require_not_newer,
)
from cowrite.settings.paths import Paths, with_home

_HELP = tr_noop(
    "Delete what is stored about a document, a recent period or one session from the log, its "
    "backups and the training data, and retire the adapters trained on it. The document itself is "
    "not changed."
)
_UNITS_MS = {"m": 60_000, "h": 3_600_000, "d": 86_400_000, "w": 604_800_000}


def add_arguments(actions: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Describe the command line."""
    parser = actions.add_parser(
        "forget",
        help=tr("delete what is stored about a document, a recent period or a session"),
        description=tr(_HELP),
    )
    what = parser.add_mutually_exclusive_group(required=True)
    what.add_argument(
        "file",
        metavar="FILE",
        type=Path,
        nargs="?",
        help=tr("delete what is stored about this document"),
    )
    what.add_argument(
        "--last", metavar="TIME", help=tr("a recent period, such as 30m, 1h, 2d or 1w")
    )
    what.add_argument("--session", metavar="ID", help=tr("delete one session"))
    parser.add_argument("--yes", action="store_true", help=tr("do not ask for confirmation"))
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace, paths: Paths) -> int:
    """Ask, erase, and say what is gone."""
    erasure = _erasure(arguments, paths)
    if not arguments.yes and not confirmed(tr("This cannot be undone.")):
        print(tr("Nothing was deleted."))
        return 0
    print(erase_and_retire(paths, erasure).sentence())
    return 0


def confirmed(warning: str) -> bool:
    """Whether the person at the keyboard types yes. Raises UserError if there is none."""
    try:
        return (
            input(tr("{warning} Type yes to continue: ", warning=warning)).strip().lower() == "yes"
        )
    except EOFError as error:
        raise UserError(
            tr("Confirmation is needed, so nothing was deleted."),
            tr("Add --yes to delete without being asked."),
        ) from error


def erase_and_retire(paths: Paths, erasure: Erasure) -> Forgotten:
    """Erase in the log and everywhere beside it, while no window is open. Raises UserError, sqlite3.Error, OSError."""
    trace: TraceLeftError | None = None
    require_not_newer(paths)
    with no_window_open(paths.data / "instance.lock"):
        try:
            erased = erase_closed_log(paths.decision_log, erasure, now_ms)
        except TraceLeftError as error:
            # What was learned of it must go now: when it is asked for again, the log no longer knows what it was.
            trace, erased = error, error.erased
        forgotten = forget_beside_log(paths, erasure, erased)
        forget_recent(paths, erasure)
        if trace is not None:
            raise trace
        return forgotten


def now_ms() -> int:
    """Unix time in milliseconds."""
    return time.time_ns() // 1_000_000


def duration_ms(text: str) -> int:
    """“1h” and the like in milliseconds. Raises UserError."""
    match = re.fullmatch(r"([0-9]{1,6})\s*([mhdw])", text.strip().lower())
    if match is None or int(match[1]) == 0:
        raise UserError(
            tr("“{text}” is not a length of time.", text=text),
            tr("Write it like 30m, 1h, 2d or 1w."),
        )
    return int(match[1]) * _UNITS_MS[match[2]]


def _erasure(arguments: argparse.Namespace, paths: Paths) -> Erasure:
    if arguments.last is not None:
        return Erasure(since_ms=now_ms() - duration_ms(arguments.last))
    if arguments.session is not None:
        return Erasure(session=_session(arguments.session, paths))
    return Erasure(documents=_documents(arguments.file, paths))


def _session(wanted: str, paths: Paths) -> str:
    try:
        found = [each for each in session_ids(paths.decision_log) if each.startswith(wanted)]
    except NoLogError:
        found = []
    if wanted in found:
        return wanted
    if len(found) != 1 or not wanted:
        raise UserError(
            tr(
                "There is no session “{wanted}” in the log, or several begin with it.",
                wanted=wanted,
            ),
            tr("“cowrite log tail --json” shows the session of each event."),
        )
    return found[0]


def _documents(file: Path, paths: Paths) -> frozenset[str]:
    """The ids under which the log knows the file: by where it is now, by its name then, or an id itself."""
    place = with_home(file).absolute()
    by_place = ids_of([place], Identities(paths.identities_file))
    wanted = {*by_place, str(file)}
    names = {str(file), str(place)}
    try:
        known = document_paths(paths.decision_log)
    except NoLogError:
        known = {}
    found = {each for each, path in known.items() if each in wanted or path in names}
    # Unknown by name, it may still have rows: a log set aside begins without the names of documents.
    return frozenset(found | by_place)
