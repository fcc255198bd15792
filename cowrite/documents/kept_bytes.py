"""The old bytes of a file that is written into: kept until the new ones are synced, found again after a crash.

They lie beside the file, or in a private folder where the file's own has no room for them or lets nobody make a file.
A note in the private folder says which file they belong to. What a killed program leaves is offered at the next
start; nothing is written back by itself.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import logging
import os
import secrets
import sys
import time
from collections.abc import Iterator
from dataclasses import asdict, dataclass, replace
from pathlib import Path

from cowrite.base.json_values import read_json, read_regular
from cowrite.base.records import AbsolutePath, Moment, Sha256, decode
from cowrite.documents.replacing import PRIVATE, beside, create_file
from cowrite.localization import tr, tr_noop
from cowrite.settings.folder_lock import LockHeldError, exclusive_lock
from cowrite.settings.newer_data import NewerDataError, is_newer, newer_data
from cowrite.settings.overwriting import NotRestoredError
from cowrite.settings.private_file import PRIVATE_FOLDER, set_aside, sync_folder, write_private

logger = logging.getLogger(__name__)

MAGIC, VERSION = "cowrite-kept-bytes", 1
NOTE_SUFFIX, KEPT_SUFFIX, BESIDE_SUFFIX = ".json", ".old", ".cowrite-old"
LOCK = "lock"


@dataclass(frozen=True, slots=True, kw_only=True)
class KeptBytes:
    """Old bytes of ``file`` and where they are, with the hashes of what was there and of what was to be."""

    file: AbsolutePath
    kept: AbsolutePath
    sha256: Sha256  # with another, bytes that are whole would be taken for damaged, and removed
    new_sha256: Sha256
    begun_ms: Moment

    def read(self) -> bytes:
        """The old bytes. Raises OSError, also if they are not whole."""
        data = _content(Path(self.kept))
        if _digest(data) != self.sha256:
            raise OSError("the kept bytes are not whole")
        return data


@dataclass(frozen=True, slots=True, kw_only=True)
class InterruptedSave:
    """The program ended while it was writing into a file, which is neither what it was nor what it was to be."""

    note: Path
    bytes: KeptBytes

    @property
    def file(self) -> Path:
        """The file that may be damaged."""
        return Path(self.bytes.file)

    @property
    def kept(self) -> Path:
        """Where its old bytes are."""
        return Path(self.bytes.kept)

    def discard(self) -> None:
        """Nothing of it is needed any more. Raises OSError."""
        if os.path.lexists(self.kept):
            self.kept.unlink(missing_ok=True)  # first: without its note nothing would find it
        self.note.unlink(missing_ok=True)


@contextlib.contextmanager
def keeping(
    target: Path, old: bytes, new: bytes, folder: Path | None, *, only_private: bool = False
) -> Iterator[Path | None]:
    """Keep ``old`` while the block writes ``new`` into ``target``; where it is, None if there is nothing to keep.

    ``folder`` is the private one; without it there is no note, and only the place beside the file, which is not used
    where ``only_private`` is. Raises OSError if there is no place. What was kept stays if the block raises
    NotRestoredError or the program ends in it.
    """
    if not old:
        yield None
        return
    with _beside_other_writers(folder):
        kept, note = _keep(target, old, new, folder, only_private=only_private)
        try:
            yield kept
        except NotRestoredError:
            raise
        except BaseException:
            _remove(kept, note)
            raise
        _remove(kept, note)


def interrupted_saves(folder: Path) -> tuple[list[InterruptedSave], list[str]]:
    """What a killed program left in the private ``folder``, oldest first, and a sentence for each damaged note.

    Also removes what is needed no longer: the file holds its old bytes or the new ones. Nothing is looked at while
    another process is writing.
    """
    found: list[InterruptedSave] = []
    problems: list[str] = []
    if not folder.is_dir():
        return found, problems
    with contextlib.suppress(LockHeldError, OSError), exclusive_lock(folder / LOCK):
        for unfinished in folder.glob(f".*{NOTE_SUFFIX}-*"):
            with contextlib.suppress(OSError):
                unfinished.unlink()
        for note in sorted(folder.glob(f"*{NOTE_SUFFIX}")):
            if ".damaged-" in note.name:
                continue
            try:
                save = InterruptedSave(note=note, bytes=_parse(_content(note), folder))
            except NewerDataError as error:
                problems.append(str(error))
                continue
            except (ValueError, OSError):
                problems.append(_damaged(note))
                continue
            if _is_needed(save):
                found.append(save)
            else:
                with contextlib.suppress(OSError):
                    save.discard()
    return sorted(found, key=lambda each: each.bytes.begun_ms), problems


def _is_needed(save: InterruptedSave) -> bool:
    try:
        save.bytes.read()
    except (FileNotFoundError, NotADirectoryError):
        return not os.path.lexists(
            save.kept.parent
        )  # of a disk that is not plugged in: later perhaps
    except OSError:
        return _is_unreadable(save.kept)  # not whole: then no byte of the file had been changed yet
    try:
        now = _digest(_content(save.file))
    except OSError:
        return True
    return now not in {save.bytes.sha256, save.bytes.new_sha256}


def _is_unreadable(path: Path) -> bool:
    try:
        _content(path)
    except OSError:
        return True
    return False


def _keep(
    target: Path, old: bytes, new: bytes, folder: Path | None, *, only_private: bool
) -> tuple[Path, Path | None]:
    """Raises OSError if there is no place for ``old``."""
    name = secrets.token_hex(8)
    places = [] if only_private else [beside(target, BESIDE_SUFFIX)]
    if folder is not None:
        places.append(folder / f"{name}{KEPT_SUFFIX}")
    problem: OSError | None = None
    for place in places:
        note = folder / f"{name}{NOTE_SUFFIX}" if folder is not None else None
        try:
            if note is not None:
                # Before the bytes: a killed program leaves none of which nothing is known.
                _write_note(note, _described(target, place, old, new))
            create_file(place, old, PRIVATE)
            _sync_names(place.parent)
        except OSError as error:
            problem = problem or error
            _remove(place, note)
        else:
            return place, note
    raise problem or OSError("there is no place to keep the old bytes")


def _described(target: Path, place: Path, old: bytes, new: bytes) -> KeptBytes:
    return KeptBytes(
        file=str(target),
        kept=str(place),
        sha256=_digest(old),
        new_sha256=_digest(new),
        begun_ms=time.time_ns() // 1_000_000,
    )


def _write_note(note: Path, kept: KeptBytes) -> None:
    content = asdict(kept) | {"magic": MAGIC, "version": VERSION}
    write_private(note, json.dumps(content, ensure_ascii=True, indent=1).encode("ascii") + b"\n")


def _parse(data: bytes, folder: Path) -> KeptBytes:
    """Raises ValueError if it is no note, NewerDataError for one of a newer version of Cowrite."""
    content = read_json(data)
    written = decode(content, _Version)
    if written.magic == MAGIC and is_newer(content, VERSION, "version"):
        raise newer_data(
            tr_noop(
                "A note about a save that was interrupted was written by a newer version of Cowrite."
            )
        )
    if written.magic != MAGIC or written.version != VERSION:
        raise ValueError("no note of this version")
    note = decode(content, KeptBytes)
    return replace(note, kept=str(_own(Path(note.kept), Path(note.file), folder)))


@dataclass(frozen=True, slots=True, kw_only=True)
class _Version:
    magic: str
    version: int


def _own(kept: Path, file: Path, folder: Path) -> Path:
    """Where the bytes are, in ``folder`` or beside the file. Raises ValueError for any other place.

    What is there will be read, and deleted: it must not be a file of somebody else.
    """
    if kept.suffix == KEPT_SUFFIX:
        return folder / kept.name
    if kept.parent == file.parent and kept.name[:1] == "." and kept.name.endswith(BESIDE_SUFFIX):
        return kept
    raise ValueError("not a place where bytes are kept")


def _damaged(note: Path) -> str:
    with contextlib.suppress(OSError):
        note = set_aside(note)
    return tr(
        "A note about a save that was interrupted is damaged. If a text of yours is damaged too, what was in it before "
        "may be in {folder}, or beside it.",
        folder=note.parent,
    )


def _remove(kept: Path, note: Path | None) -> None:
    """The bytes first: without their note nothing would find them. If one stays, the next start removes it."""
    for path in (kept, note):
        try:
            if path is not None and os.path.lexists(path):
                path.unlink(missing_ok=True)
        except OSError as error:
            logger.warning("a copy of old bytes cannot be removed (%s)", error.strerror)
            return


@contextlib.contextmanager
def _beside_other_writers(folder: Path | None) -> Iterator[None]:
    """Hold off whoever looks for what killed programs left; that is so short a while that nobody waits for it."""
    with contextlib.ExitStack() as stack:
        if folder is not None:
            try:
                folder.mkdir(parents=True, exist_ok=True, mode=PRIVATE_FOLDER)
                stack.enter_context(exclusive_lock(folder / LOCK, shared=True))
            except (LockHeldError, OSError):
                logger.info("the folder of kept bytes cannot be locked")
        yield


def _content(path: Path) -> bytes:
    """What is in a file of any size. Raises OSError, also for a pipe, which would keep the reader waiting."""
    return read_regular(path, sys.maxsize)


def _sync_names(folder: Path) -> None:
    with contextlib.suppress(OSError):
        sync_folder(folder)


def _digest(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()
