"""``cowrite log export`` and ``cowrite log import``: sessions to and from files."""

from __future__ import annotations

import argparse
import json
import os
from collections.abc import Iterable
from datetime import datetime
from pathlib import Path

from cowrite.base.errors import UserError
from cowrite.base.printable import one_line
from cowrite.base.system_reasons import reason_of
from cowrite.console import say
from cowrite.decisions.exchange.bundle import Bundle, add, load, original_id
from cowrite.decisions.exchange.coauthor_write import coauthor_lines
from cowrite.decisions.exchange.files import FORMATS, read_sessions
from cowrite.decisions.exchange.jsonl import jsonl_lines
from cowrite.decisions.exchange.table import table_lines
from cowrite.decisions.exchange.without_text import with_masked_text, without_text
from cowrite.documents.export import write_export
from cowrite.localization import tr, tr_noop, trn
from cowrite.settings.file_names import FileNames
from cowrite.settings.paths import Paths, with_home
from cowrite.settings.private_file import PRIVATE_FOLDER

_EXPORT_HELP = tr_noop(
    "Export the log to a file. “jsonl” contains everything and can be imported again, “csv” has one "
    "row per suggestion, “coauthor” is the format of the CoAuthor data set: one file per session and "
    "document, in the folder given with --out."
)
_IMPORT_HELP = tr_noop(
    "Add sessions from files to the log, marked as imported. Sessions already in the log are not "
    "changed."
)


def add_arguments(actions: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Describe the two commands."""
    out = actions.add_parser(
        "export", help=tr("export sessions to a file"), description=tr(_EXPORT_HELP)
    )
    out.add_argument("--format", choices=("jsonl", "csv", "coauthor"), default="jsonl")
    out.add_argument("--session", metavar="ID", default="", help=tr("only this session"))
    out.add_argument(
        "--document", metavar="FILE", default="", help=tr("only this document, by file or ID")
    )
    out.add_argument(
        "--since", metavar="DATE", default="", help=tr("only from this date on, such as 2026-05-31")
    )
    out.add_argument(
        "--no-text",
        action="store_true",
        help=tr("only lengths, times and outcomes, without any text"),
    )
    out.add_argument(
        "--out",
        metavar="FILE",
        type=Path,
        help=tr("file or folder to write to instead of printing"),
    )
    out.set_defaults(run=run_export)
    into = actions.add_parser(
        "import", help=tr("import sessions from files"), description=tr(_IMPORT_HELP)
    )
    into.add_argument("files", metavar="FILE", type=Path, nargs="+")
    into.add_argument(
        "--format", choices=FORMATS, default="", help=tr("format of the files (default: detected)")
    )
    into.set_defaults(run=run_import)


def run_export(arguments: argparse.Namespace, paths: Paths) -> int:
    """Write what was asked for; raises UserError."""
    document = arguments.document
    if document and os.path.lexists(place := with_home(Path(document)).absolute()):
        document = str(place)
    if arguments.out is not None:
        arguments.out = with_home(arguments.out)
        paths.require_not_own(arguments.out)
    bundle = load(paths.decision_log, arguments.session, document, _since(arguments.since))
    if arguments.format == "coauthor":
        return _export_coauthor(bundle, arguments, paths)
    if arguments.no_text:
        bundle = without_text(bundle)
    lines = jsonl_lines(bundle) if arguments.format == "jsonl" else table_lines(bundle)
    heading = "\ufeff" if arguments.format == "csv" else ""
    _write(lines, arguments.out, paths, heading=heading)
    return 0


def run_import(arguments: argparse.Namespace, paths: Paths) -> int:
    """Import each file, whole or not at all; raises UserError for the first that is damaged."""
    paths.create()
    for path in map(with_home, arguments.files):
        bundle = read_sessions(path, arguments.format)
        added = add(paths.decision_log, bundle, lambda sentence: say(f"cowrite: {sentence}"))
        known = len(bundle.sessions) - added
        values = {"name": one_line(path.name), "added": added, "known": known}
        print(
            tr("{name}: sessions added: {added}; {known} already in the log.", **values)
            if known
            else tr("{name}: sessions added: {added}.", **values)
        )
    return 0


def _export_coauthor(bundle: Bundle, arguments: argparse.Namespace, paths: Paths) -> int:
    files = _coauthor_files(bundle, arguments.no_text)
    if arguments.out is None:
        if len(files) != 1:
            raise UserError(
                trn(
                    "There is {count} session, but a CoAuthor file holds exactly one.",
                    "There are {count} sessions, but a CoAuthor file holds only one.",
                    len(files),
                ),
                tr("Choose a folder with --out or one session with --session."),
            )
        _write(next(iter(files.values())), None, paths)
        return 0
    _make_folder(arguments.out)
    for name, lines in files.items():
        _write(lines, arguments.out / f"{name}.jsonl", paths)
    print(tr("Sessions written: {count}.", count=len(files)))
    return 0


def _coauthor_files(bundle: Bundle, no_text: bool) -> dict[str, list[str]]:
    source = with_masked_text(bundle) if no_text else bundle
    files: dict[str, list[str]] = {}
    names = FileNames()
    places = dict.fromkeys((e.session_id, e.document_id) for e in source.events)
    for session, document in places:
        events = [e for e in source.events if (e.session_id, e.document_id) == (session, document)]
        lines = coauthor_lines(events)
        if lines:
            name = names.another(original_id(session).removeprefix("coauthor:"))
            files[name] = [json.dumps(line) for line in lines]
    return files


def _make_folder(folder: Path) -> None:
    try:
        folder.mkdir(parents=True, exist_ok=True, mode=PRIVATE_FOLDER)
    except FileExistsError as error:
        raise UserError(
            tr("{folder} is not a folder.", folder=folder), tr("Choose a folder with --out.")
        ) from error
    except OSError as error:
        raise UserError(
            tr(
                "The folder {folder} could not be made ({reason}).",
                folder=folder,
                reason=reason_of(error),
            ),
            tr("Choose another with --out."),
        ) from error


def _write(lines: Iterable[str], target: Path | None, paths: Paths, heading: str = "") -> None:
    if target is None:
        for line in lines:
            print(line)
        return
    text = heading + "".join(f"{line}\n" for line in lines)
    if not target.parent.exists():
        _make_folder(target.parent)
    write_export(target, text.encode("utf-8"), keep_in=paths.saves_dir, private=True)


def _since(date: str) -> int:
    if not date:
        return 0
    try:
        return int(datetime.fromisoformat(date).timestamp() * 1000)
    except (ValueError, OverflowError, OSError) as error:
        raise UserError(
            tr("“{date}” is not a date.", date=date), tr("Write dates like 2026-05-31.")
        ) from error
