"""Forgetting outside the log: what was made of it, what was learned of it, and that a file was ever open.

The log itself, its backups and the logs set aside are forgotten first
(:mod:`cowrite.decisions.writing.log_commands`): they say
which documents and which time are concerned. Unsaved text is never touched: its journal is the only copy there is.
"""

from __future__ import annotations

import json
import logging
import shutil
import time
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from cowrite.base.errors import UserError
from cowrite.base.json_values import SchemaError, read_json_file
from cowrite.base.system_reasons import reason_of
from cowrite.check import dismissals
from cowrite.check.dismissals import Dismissals
from cowrite.decisions.maintenance.erasing import Erased, Erasure, remove_files
from cowrite.documents import identity, session
from cowrite.documents.identity import Identities, ids_of
from cowrite.documents.session import Session, load_session, save_session
from cowrite.documents.versions.snapshots import SnapshotStore
from cowrite.localization import listed, sentences, tr
from cowrite.settings.newer_data import is_newer_file, newer_data
from cowrite.settings.paths import Paths
from cowrite.settings.private_file import set_aside_copies, write_private
from cowrite.spelling import document_choices
from cowrite.spelling.document_choices import DocumentChoices

logger = logging.getLogger(__name__)

RETIRED = "retired.json"
MANIFEST = "manifest.json"


@dataclass(frozen=True, slots=True, kw_only=True)
class Forgotten:
    """What is gone: ``events`` of the log, whether there were ``datasets``, the names of ``adapters`` now retired."""

    events: int
    datasets: bool
    adapters: tuple[str, ...]

    def sentence(self) -> str:
        """The same in plain words."""
        parts = [tr("Log entries deleted, also from the backups: {events:,}.", events=self.events)]
        if self.datasets:
            parts.append(tr("The training data was deleted."))
        if self.adapters:
            names = listed(f"“{name}”" for name in self.adapters)
            parts.append(tr("Trained on some of it and no longer used: {names}.", names=names))
        return sentences(*parts)


def datasets_folder(paths: Paths) -> Path:
    """Where examples and the state of a training lie: all of it can be made again of the log."""
    return paths.data / "personalize"


def forget_beside_log(
    paths: Paths, erasure: Erasure, erased: Erased, now_ms: int | None = None
) -> Forgotten:
    """After ``erased`` left the log: delete the datasets, retire the adapters, forget the numbers of the gate.

    A dataset may hold any text of the log, so all of them go each time. Raises UserError if something stays, also if a
    newer version of Cowrite keeps what this one cannot shorten.
    """
    now_ms = time.time_ns() // 1_000_000 if now_ms is None else now_ms
    datasets = datasets_folder(paths)
    there = datasets.exists()
    if there:
        _remove_folder(datasets)
    _forget_versions(SnapshotStore(paths.versions_dir), erasure)
    _forget_choices(paths, erasure)
    identities = Identities(paths.identities_file)
    adapters = tuple(
        name
        for name, manifest in _adapters(paths.adapters_dir)
        if learned_from(manifest, erasure, erased, identities)
    )
    for name in adapters:
        _retire(paths.adapters_dir / name, erasure, now_ms)
    if erasure.everything:
        # Damaged files that were set aside name documents, too.
        learned = (paths.filter_file, paths.pauses_file, paths.habits_file)
        files = (*learned, paths.session_file, paths.identities_file)
        remove_files([*learned, *(copy for file in files for copy in set_aside_copies(file))])
    require_not_newer(paths)
    return Forgotten(events=erased.events, datasets=there, adapters=adapters)


def require_not_newer(paths: Paths) -> None:
    """Raise NewerDataError if a list that names documents is of a newer version: nothing can be taken out of it."""
    for file, known, what in (
        (paths.session_file, session.FORMAT, session.WHAT),
        (paths.identities_file, identity.FORMAT, identity.WHAT),
        (paths.spelling_file, document_choices.FORMAT, document_choices.WHAT),
        (paths.check_file, dismissals.FORMAT, dismissals.WHAT),
    ):
        if is_newer_file(file, known):
            raise newer_data(what)


def _forget_versions(store: SnapshotStore, erasure: Erasure) -> None:
    """Earlier versions of a document are stored about it as well. Raises UserError."""
    if erasure.everything:
        store.forget_all()
    store.forget(erasure.documents)
    if erasure.since_ms is not None:
        store.forget_since(erasure.since_ms)


def _forget_choices(paths: Paths, erasure: Erasure) -> None:
    """The words that are right in a document, and what was dismissed in its check, are stored about it as well.

    Raises UserError.
    """
    choices = DocumentChoices(paths.spelling_file, lambda write: write())
    choices.know(choices.read())
    choices.forget(erasure.documents, everything=erasure.everything)
    dismissed = Dismissals(paths.check_file, lambda write: write())
    dismissed.know(dismissed.read())
    dismissed.forget(erasure.documents, everything=erasure.everything)


def forget_recent(paths: Paths, erasure: Erasure) -> None:
    """Note no more that the documents were open lately, nor in which files; for when no window is open.

    Raises UserError.
    """
    stored, _ = load_session(paths.session_file)
    identities = Identities(paths.identities_file)
    shorter = without_recent(stored, erasure, identities)
    if shorter != stored:
        save_session(paths.session_file, shorter)
    identities.forget(erasure.documents, everything=erasure.everything)


def without_recent(stored: Session, erasure: Erasure, identities: Identities) -> Session:
    """``stored`` without what of files and folders opened lately is to be forgotten; what is open stays open."""

    def stays(name: str) -> bool:
        forgotten = erasure.documents & ids_of([Path(name)], identities)
        return not erasure.everything and not forgotten

    return replace(
        stored,
        recent=tuple(name for name in stored.recent if stays(name)),
        folders=() if erasure.everything else stored.folders,
        encodings=tuple(pair for pair in stored.encodings if stays(pair[0])),
    )


def learned_from(
    manifest: dict[str, Any], erasure: Erasure, erased: Erased, identities: Identities
) -> bool:
    """Whether an adapter of this manifest was trained on what was erased. If it does not say, it is believed to be."""
    documents, events = manifest.get("documents"), manifest.get("events")
    if documents == [] and not events:
        return False  # made of text of others, as the first one may be
    if erasure.everything:
        return True
    if not isinstance(documents, list) or not isinstance(events, dict):
        return True
    learned = {*map(str, documents), *_ids_of_files(documents, identities)}
    first_ms, last_ms = events.get("first_ms"), events.get("last_ms")
    if not isinstance(first_ms, int) or not isinstance(last_ms, int):
        return bool(erasure.documents & learned or erased.events)
    if erasure.documents & learned:
        return True
    if erased.first_ms is None or erased.last_ms is None:
        return False
    same_time = erased.first_ms <= last_ms and first_ms <= erased.last_ms
    return same_time and bool(erased.documents & learned)


def _ids_of_files(documents: list[Any], identities: Identities) -> set[str]:
    """Texts that were chosen are named by their path, and may be documents of the log too."""
    files = [Path(each) for each in documents if isinstance(each, str)]
    return ids_of([path for path in files if path.is_absolute()], identities)


def _adapters(folder: Path) -> list[tuple[str, dict[str, Any]]]:
    """The adapters that are not retired yet, with their manifests; an empty one stands for one that is damaged."""
    found = []
    for path in sorted(folder.glob(f"*/{MANIFEST}")):
        if path.parent.name.startswith(".") or (path.parent / RETIRED).exists():
            continue
        try:
            manifest = read_json_file(path)
        except (OSError, SchemaError):
            logger.warning("the manifest of an adapter cannot be read")
            manifest = {}
        found.append((path.parent.name, manifest if isinstance(manifest, dict) else {}))
    return found


def _retire(adapter: Path, erasure: Erasure, now_ms: int) -> None:
    if erasure.everything:
        reason = "Everything it was trained on was deleted."
    elif erasure.documents:
        reason = "A document it was trained on was deleted."
    else:
        reason = "Some of what it was trained on was deleted."
    try:
        write_private(
            adapter / RETIRED, json.dumps({"reason": reason, "at_ms": now_ms}).encode() + b"\n"
        )
    except OSError as error:
        raise UserError(
            tr(
                "The adapter “{name}” was trained on what you deleted, and could not be marked ({reason}).",
                name=adapter.name,
                reason=reason_of(error),
            ),
            tr("Remove the folder {adapter} yourself.", adapter=adapter),
        ) from error


def _remove_folder(folder: Path) -> None:
    try:
        if folder.is_dir() and not folder.is_symlink():
            shutil.rmtree(folder)
        else:
            folder.unlink()
    except OSError as error:
        raise UserError(
            tr(
                "{folder} could not be removed ({reason}).",
                folder=folder,
                reason=reason_of(error),
            ),
            tr("Stop the training if one is running, and try again."),
        ) from error
