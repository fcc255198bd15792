"""``cowrite packs install``: progress in the terminal or as JSON lines; stopped, it keeps what was downloaded."""

from __future__ import annotations

import argparse
import sys

from cowrite.base.errors import UserError
from cowrite.base.printable import one_line
from cowrite.console import show_progress
from cowrite.downloads.cancellation import Cancellation, DownloadCancelledError
from cowrite.downloads.network import Network, network_of
from cowrite.downloads.small import fetch_small
from cowrite.downloads.stopping import stop_at_end_of_input, stop_at_signals
from cowrite.localization import tr
from cowrite.localization.columns import columns_of, to_left
from cowrite.packs.install import PackInstallation, PackTools
from cowrite.packs.manifest import FILE, LARGEST_MANIFEST
from cowrite.packs.progress import (
    PHASES,
    PackPhase,
    PackProgress,
    pack_failed,
    progress_text,
)
from cowrite.packs.sources import (
    PackSource,
    bundled_source,
    is_address,
    source_at,
    source_from,
)
from cowrite.packs.store import PackStore
from cowrite.packs.trial import trial_command
from cowrite.settings.paths import Paths
from cowrite.settings.store import PreferencesStore

EXIT_INTERRUPTED = 130


def add_install_arguments(parser: argparse.ArgumentParser) -> None:
    """Describe the command line."""
    parser.add_argument(
        "source",
        metavar="SOURCE",
        nargs="?",
        default="",
        help=tr(
            "folder, file “{name}” or https address of the pack (default: the one this program knows of)",
            name=FILE,
        ),
    )
    parser.add_argument(
        "--mirror", metavar="ADDRESS", default="", help=tr("address of a folder with its files")
    )
    parser.add_argument(
        "--without-card",
        action="store_true",
        help=tr("install it even if no graphics card can be used"),
    )
    parser.add_argument(
        "--discard",
        action="store_true",
        help=tr("delete what was downloaded of packs that are not installed, and do nothing else"),
    )
    parser.add_argument("--json", action="store_true", help=tr("print one JSON object per line"))
    # For the window: the end of the standard input stops it, on every system.
    parser.add_argument("--stop-at-end-of-input", action="store_true", help=argparse.SUPPRESS)


def install(arguments: argparse.Namespace, paths: Paths, store: PackStore) -> int:
    """Do it; the exit status. Raises UserError."""
    if arguments.discard:
        store.discard_downloads()
        return 0
    cancellation = Cancellation()
    show = _print_json if arguments.json else _ProgressLine()
    if arguments.stop_at_end_of_input:
        stop_at_end_of_input(cancellation)
    try:
        with stop_at_signals(cancellation):
            network = network_of(PreferencesStore(paths.settings_file).load().preferences)
            source = _source(arguments.source, network, cancellation)
            PackInstallation(
                store,
                source,
                PackTools(
                    trial_command=lambda folder: trial_command(paths.home, folder),
                    network=network,
                    mirror=arguments.mirror,
                ),
                show,
                cancellation,
                needs_card=not arguments.without_card,
            ).run()
    except DownloadCancelledError:
        show(
            PackProgress(
                phase=PackPhase.PAUSED,
                message=tr("Stopped. What was downloaded is kept for the next time."),
            )
        )
        return EXIT_INTERRUPTED
    except UserError as error:
        if arguments.json:
            _print_json(pack_failed(error))
        raise
    return 0


def _source(where: str, network: Network, cancellation: Cancellation) -> PackSource:
    if is_address(where):
        data = fetch_small(where, FILE, LARGEST_MANIFEST, network, cancellation)
        return source_from(where, data)
    if where:
        return source_at(where)
    source = bundled_source()
    if source is None:
        raise UserError(
            tr("This Cowrite does not know where to get a pack."),
            tr("Name its folder or its address: “cowrite packs install SOURCE”."),
        )
    return source


def _print_json(progress: PackProgress) -> None:
    print(progress.to_json(), flush=True)


class _ProgressLine:
    """One line that is written over on a terminal, and one line per phase elsewhere."""

    def __init__(self) -> None:
        self._phase: PackPhase | None = None
        self._shown = 0

    def __call__(self, progress: PackProgress) -> None:
        if progress.message:
            self._clear()
            print(one_line(" ".join(filter(None, (progress.message, progress.advice)))))
        elif sys.stderr.isatty():
            line = one_line(progress_text(progress))
            show_progress(f"\r{to_left(line, self._shown)}", "")
            self._shown = columns_of(line)
        elif progress.phase is not self._phase:
            show_progress(f"{tr(PHASES[progress.phase])}…")
        self._phase = progress.phase

    def _clear(self) -> None:
        if self._shown:
            show_progress(f"\r{' ' * self._shown}\r", "")
            self._shown = 0
