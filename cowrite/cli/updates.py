"""``cowrite updates``: ask whether there is a newer version, and download its installer. Nothing is installed."""

from __future__ import annotations

import argparse
import contextlib
import time
from datetime import UTC, datetime
from pathlib import Path

from cowrite import __version__
from cowrite.base.errors import UserError
from cowrite.base.printable import one_line
from cowrite.console import show_progress
from cowrite.downloads.cancellation import Cancellation, DownloadCancelledError
from cowrite.downloads.network import network_of
from cowrite.downloads.progress import DownloadProgress
from cowrite.downloads.stopping import stop_at_end_of_input, stop_at_signals
from cowrite.localization import current, tr, tr_noop
from cowrite.packs.manifest import this_system
from cowrite.packs.store import PackStore
from cowrite.settings.paths import Paths
from cowrite.settings.store import PreferencesStore
from cowrite.updates.check import (
    Update,
    address_of,
    arrived,
    cannot_ask,
    check,
    fetch_installer,
    note_failed_check,
    this_program_here,
)
from cowrite.updates.report import UpdateReport
from cowrite.updates.trust import bundled_trust

HELP = tr_noop(
    "Ask whether there is a newer version of Cowrite, and download it. Nothing is installed."
)
EXIT_INTERRUPTED = 130


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Describe the command line."""
    actions = parser.add_subparsers(dest="action", required=True, metavar="ACTION")
    checking = actions.add_parser("check", help=tr("ask whether there is a newer version"))
    fetching = actions.add_parser(
        "download", help=tr("download the installer of the newer version")
    )
    for each in (checking, fetching):
        each.add_argument(
            "--address",
            metavar="URL",
            default="",
            help=tr("where to ask (default: as this build or the settings say)"),
        )
        each.add_argument("--json", action="store_true", help=tr("print as JSON"))
        each.add_argument("--stop-at-end-of-input", action="store_true", help=argparse.SUPPRESS)


def run(arguments: argparse.Namespace, paths: Paths) -> int:
    """Do what was asked."""
    cancellation = Cancellation()
    if arguments.stop_at_end_of_input:
        stop_at_end_of_input(cancellation)
    try:
        with stop_at_signals(cancellation):
            return _run(arguments, paths, cancellation)
    except DownloadCancelledError:
        return EXIT_INTERRUPTED
    except UserError as error:
        if arguments.json:
            print(UpdateReport(problem=error.message, advice=error.advice).to_json(), flush=True)
        raise


def _run(arguments: argparse.Namespace, paths: Paths, cancellation: Cancellation) -> int:
    preferences = PreferencesStore(paths.settings_file).load().preferences
    network, trust = network_of(preferences), bundled_trust()
    address = address_of(trust, arguments.address or preferences.update_address)
    if not address:
        said = cannot_ask()
        print(UpdateReport(problem=said).to_json() if arguments.json else said)
        return 0
    store = PackStore.of(paths.data)
    used = [store.pointer.active] if store.pointer.active else []
    now_ms = time.time_ns() // 1_000_000
    try:
        update = check(
            address,
            trust,
            this_program_here(this_system(), used),
            paths.data,
            network,
            cancellation,
            now_ms=now_ms,
            today=datetime.now(UTC).date(),
        )
    except UserError:
        with contextlib.suppress(UserError):
            note_failed_check(paths.data, now_ms)
        raise
    report = UpdateReport.of(update, current(), done=arrived(update, paths.data))
    if arguments.action == "check":
        print(report.to_json() if arguments.json else _as_text(update, report))
        return 0
    if not update.is_newer:
        print(report.to_json() if arguments.json else _as_text(update, report))
        return 0

    def show(progress: DownloadProgress) -> None:
        if arguments.json:
            print(report.during(progress).to_json(), flush=True)
        else:
            show_progress(f"\r{progress.fraction:4.0%}", "")

    place = fetch_installer(update, paths.data, network, show, cancellation)
    if arguments.json:
        print(UpdateReport.of(update, current(), place=str(place)).to_json())
    else:
        show_progress("")
        print(_said_of(place))
    return 0


def _said_of(place: Path) -> str:
    return one_line(
        tr("Downloaded and checked: {path}. Close Cowrite and open it to install.", path=place)
    )


def _as_text(update: Update, report: UpdateReport) -> str:
    if not update.is_newer:
        return tr("Cowrite {version} is the newest version.", version=__version__)
    rows = [tr("Cowrite {version} is there.", version=report.version)]
    rows += [f"- {line}" for line in report.changes]
    rows += [
        tr("{name}: {size:.0f} MB", name=name, size=size / 1e6)
        for name, size in report.packs.items()
    ]
    return "\n".join(map(one_line, rows))
