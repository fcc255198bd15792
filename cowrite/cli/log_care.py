"""``cowrite log stats``, ``verify``, ``forget``, ``erase``: what is kept, whether it is sound, how it goes away."""

from __future__ import annotations

import argparse
import json
import re
import sys
import time
from collections.abc import Sequence
from pathlib import Path

import psutil

from cowrite.decisions.erasing import erase_log, forget_documents, forget_since
from cowrite.decisions.reader import Holdings, document_paths, holdings, integrity
from cowrite.documents.identity import document_id_for
from cowrite.errors import UserError
from cowrite.personalize.registry import AdapterRegistry
from cowrite.settings.paths import Paths

_UNITS_MS = {"m": 60_000, "h": 3_600_000, "d": 86_400_000}
_ERASE_HELP = (
    "Delete the log of decisions, the logs that were set aside as damaged, and what was learned of when you want "
    "suggestions. Your texts stay. It cannot be undone."
)


def add_arguments(actions: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Describe the four commands."""
    stats = actions.add_parser("stats", help="what is kept, and how much of it")
    stats.add_argument("--json", action="store_true", help="print as JSON")
    verify = actions.add_parser("verify", help="read the whole log and check it")
    verify.add_argument("--json", action="store_true", help="print as JSON")
    forget = actions.add_parser("forget", help="forget a document, or the last hours")
    what = forget.add_mutually_exclusive_group(required=True)
    what.add_argument("file", metavar="FILE", type=Path, nargs="?", help="the document's file")
    what.add_argument("--last", metavar="TIME", help="such as 30m, 1h or 2d")
    erase = actions.add_parser("erase", help="delete everything", description=_ERASE_HELP)
    erase.add_argument("--yes", action="store_true", help="do not ask")


def run_stats(arguments: argparse.Namespace, paths: Paths) -> int:
    """Print what the log holds."""
    found = holdings(paths.decision_log)
    if arguments.json:
        print(json.dumps({"file": str(paths.decision_log), **found.to_json()}))
        return 0
    print(f"{paths.decision_log}, {found.size_bytes / 1e6:,.1f} MB, readable by you alone.")
    for name, count in _rows(found):
        print(f"  {name:<28} {count:>9,}")
    if found.first_ms:
        print(f"  since {time.strftime('%Y-%m-%d', time.localtime(found.first_ms / 1000))}")
    return 0


def run_verify(arguments: argparse.Namespace, paths: Paths) -> int:
    """Check every page of the log. Raises UserError if it is damaged."""
    report = integrity(paths.decision_log)
    if arguments.json:
        print(json.dumps({"sound": report.is_sound, "events": report.events}))
    if not report.is_sound:
        raise UserError(
            "The log of decisions is damaged.",
            "Start Cowrite once: it sets a damaged log aside and begins a new one.",
        )
    if not arguments.json:
        print(f"The log is sound: {report.events:,} events.")
    return 0


def run_forget(arguments: argparse.Namespace, paths: Paths) -> int:
    """Forget what was named. Raises UserError."""
    require_closed(paths)
    if arguments.last:
        since_ms = time.time_ns() // 1_000_000 - _duration_ms(arguments.last)
        touched = [each for each in _adapters(paths) if each[2] >= since_ms]
        count = forget_since(paths.decision_log, since_ms)
    else:
        ids = _ids_of(arguments.file, paths)
        touched = [each for each in _adapters(paths) if ids & set(each[1])]
        count = forget_documents(paths.decision_log, ids)
    print(f"Forgotten: {count:,} events.")
    for adapter_id, _, _ in touched:
        print(f"The adapter {adapter_id} was trained on some of it.")
    return 0


def run_erase(arguments: argparse.Namespace, paths: Paths) -> int:
    """Delete everything that was kept of the writer's decisions. Raises UserError."""
    require_closed(paths)
    if not arguments.yes:
        print(_ERASE_HELP)
        if not sys.stdin.isatty() or input("Type “yes” to do it: ").strip().lower() != "yes":
            raise UserError("Nothing was deleted.", "Answer “yes”, or give --yes.")
    deleted = erase_log(paths.decision_log)
    if paths.gate_file.exists():
        paths.gate_file.unlink()
        deleted.append(paths.gate_file)
    for file in deleted:
        print(f"Deleted {file}.")
    if not deleted:
        print("There was nothing to delete.")
    for adapter_id, _, _ in _adapters(paths):
        print(f"The adapter {adapter_id} was trained on what was deleted.")
    return 0


def require_closed(paths: Paths) -> None:
    """Raise UserError while the program is open: it would write on what is being deleted."""
    try:
        first = (paths.data / "instance.lock").read_text("utf-8").split("\n", 1)[0]
        is_open = psutil.pid_exists(int(first))
    except (OSError, ValueError):
        return
    if is_open:
        raise UserError("Cowrite is open.", "Close it, and do this again. Nothing was changed.")


def _ids_of(file: Path, paths: Paths) -> set[str]:
    wanted = document_id_for(file.expanduser().absolute())
    known = document_paths(paths.decision_log)
    # A document may have been known by another link, or before it had this name.
    ids = {each for each, path in known.items() if path and document_id_for(Path(path)) == wanted}
    if wanted in known:
        ids.add(wanted)
    if not ids:
        raise UserError(
            f"Nothing is known of {file}.", "“cowrite log tail” shows which documents there are."
        )
    return ids


def _duration_ms(text: str) -> int:
    found = re.fullmatch(r"(\d{1,6})([mhd])", text.strip())
    if not found or not int(found[1]):
        raise UserError(f"“{text}” is no length of time.", "Write it as 30m, 1h or 2d.")
    return int(found[1]) * _UNITS_MS[found[2]]


def _adapters(paths: Paths) -> Sequence[tuple[str, Sequence[str], int]]:
    """Each adapter's id, the documents it was trained on, and the time of the last event."""
    registry = AdapterRegistry(paths.adapters_dir)
    found = []
    for adapter_id in registry.ids():
        manifest = registry.get(adapter_id).manifest
        found.append((adapter_id, manifest.documents, manifest.last_ms))
    return found


def _rows(found: Holdings) -> list[tuple[str, int]]:
    return [
        ("documents", found.documents),
        ("sessions", found.sessions),
        ("suggestions shown", found.kinds.get("shown", 0)),
        ("changes of texts", found.kinds.get("edited", 0)),
        ("events altogether", sum(found.kinds.values())),
    ]
