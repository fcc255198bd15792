"""What is typed but not saved, kept in private files so that a crash costs seconds.

One file per open document, replaced whole. Each carries its own length and hash; a file that does
not match is kept aside and reported, never used.
"""

from __future__ import annotations

import hashlib
import json
import logging
import os
import uuid
from dataclasses import asdict, dataclass, replace
from pathlib import Path

from cowrite.base.errors import UserError
from cowrite.base.json_values import LARGEST_JSON, SchemaError, read_json, read_regular
from cowrite.base.records import AbsolutePathOrEmpty, Count, Integer, Name, decode, decode_sensible
from cowrite.base.system_reasons import reason_of
from cowrite.documents.encodings import supported_name
from cowrite.documents.files import FileStamp
from cowrite.documents.identity import Identity, Place, is_identity
from cowrite.localization import tr, tr_noop
from cowrite.settings.newer_data import NewerDataError, is_newer, newer_data
from cowrite.settings.private_file import set_aside, sync_folder, write_private

logger = logging.getLogger(__name__)

MAGIC = "cowrite-journal"
VERSION = 1
SUFFIX = ".journal"
LARGEST_BYTES = 1 << 40
"""A text may be as long as the disk has room for."""
_LONGEST_CHECK = 65
PARTLY = tr_noop(
    "The recovery file of an unsaved text is damaged in part. The text itself is complete; "
    "which file it belongs to, or where the cursor was, may be lost."
)


@dataclass(frozen=True, slots=True, kw_only=True)
class JournalEntry:
    """One document's unsaved text. ``caret`` is a UTF-16 offset; ``stamp`` is of the file the text is based on.

    ``encoding`` is what the writer chose for that file, if it does not say its own; ``title`` is what a text without a
    file is called, where it has a name, and ``made_from`` the file of another program that such a text was made of.
    """

    document_id: str
    path: str
    text: str
    caret: int
    saved_at_ms: int
    stamp: FileStamp | None = None
    encoding: str = ""
    title: str = ""
    made_from: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class DamagedJournal:
    """A journal that cannot be trusted wholly or that is newer, where it is now, and a plain sentence about it."""

    kept_as: Path
    sentence: str = ""


_NEWER = tr_noop(
    "Unsaved text was kept by a newer version of Cowrite and cannot be shown. It stays as it is in {file}. "
    "Update Cowrite to get it back."
)


class Journal:
    """The journal files in ``folder``."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def write(self, entry: JournalEntry) -> None:
        """Replace what is kept of this document. Raises UserError; the older entry is then still there."""
        body = entry.text.encode("utf-8", "surrogatepass")
        header = asdict(entry) | {
            "magic": MAGIC,
            "version": VERSION,
            "length": len(body),
            "sha256": hashlib.sha256(body).hexdigest(),
        }
        del header["text"]
        line = json.dumps(header, ensure_ascii=True).encode("ascii")
        check = hashlib.sha256(line).hexdigest().encode("ascii")
        file = self._file(entry.document_id)
        try:
            if _is_newer(file):  # its text is another one, and not lost: a newer Cowrite finds it
                _rename(file, self._file(uuid.uuid4().hex))
            write_private(file, check + b"\n" + line + b"\n" + body)
        except OSError as error:
            raise UserError(
                tr(
                    "Your latest changes could not be stored for crash recovery ({reason}).",
                    reason=reason_of(error),
                ),
                tr("Save your text and free up disk space."),
            ) from error

    def discard(self, document_id: str) -> None:
        """Keep nothing of this document: it is saved, or its writer wanted it gone. Raises UserError.

        What a newer version of Cowrite kept, which this one never showed, stays.
        """
        file = self._file(document_id)
        if _is_newer(file):
            return
        try:
            file.unlink()
            sync_folder(self._folder)  # or it might be offered again after a power cut
        except FileNotFoundError:
            pass
        except OSError as error:
            raise UserError(
                tr(
                    "The crash recovery copy of your text could not be deleted ({reason}).",
                    reason=reason_of(error),
                ),
                tr("Your text itself is not affected; you may delete {file}.", file=file),
            ) from error

    def readdress(self, entry: JournalEntry, document_id: str) -> JournalEntry:
        """Keep ``entry`` as the text of another document, for which nothing may be kept yet. Raises UserError.

        One rename: it needs no room on the disk, and at any moment the text is kept under one of the two.
        """
        try:
            _rename(self._file(entry.document_id), self._file(document_id))
        except OSError as error:
            raise UserError(
                tr(
                    "The crash recovery copy of a text could not be renamed ({reason}).",
                    reason=reason_of(error),
                ),
                tr("Save your text."),
            ) from error
        return replace(entry, document_id=document_id)

    def entries(self) -> tuple[list[JournalEntry], list[DamagedJournal]]:
        """What is kept, oldest first, and what cannot be trusted, which is set aside by this call unless it is newer.

        Also removes the unfinished files of a program that was killed while writing. So only the one instance
        that writes may call it. The name of its file says which document an entry is of: a file that somebody
        copied is the unsaved text of another document, and no two entries have one identity.
        """
        self._remove_unfinished()
        good: list[JournalEntry] = []
        damaged: list[DamagedJournal] = []
        for file in sorted(self._folder.glob(f"*{SUFFIX}")):
            if ".damaged-" in file.name:
                continue
            try:
                entry, is_whole = _parse(read_regular(file, LARGEST_BYTES))
                good.append(self._named(file, entry))
            except NewerDataError:
                damaged.append(DamagedJournal(kept_as=file, sentence=tr(_NEWER, file=file)))
            except (ValueError, OSError) as error:
                logger.warning("a journal cannot be trusted: %s", type(error).__name__)
                damaged.append(_set_aside(file))
            else:
                if not is_whole:
                    damaged.append(DamagedJournal(kept_as=file, sentence=tr(PARTLY)))
        return sorted(good, key=lambda entry: entry.saved_at_ms), damaged

    def _named(self, file: Path, entry: JournalEntry) -> JournalEntry:
        """``entry`` under the identity that its file has; a file with an impossible name gets one. Raises OSError."""
        if file.name == f"{entry.document_id}{SUFFIX}":
            return entry
        logger.info("a journal was found under the name of another document")
        document_id = file.name.removesuffix(SUFFIX)
        if not is_identity(document_id):
            document_id = uuid.uuid4().hex
            _rename(file, self._file(document_id))
        return replace(entry, document_id=document_id)

    def _remove_unfinished(self) -> None:
        for file in self._folder.glob(f".*{SUFFIX}-*"):
            try:
                file.unlink()  # it holds text that the writer may want forgotten
            except OSError:
                logger.warning("an unfinished journal cannot be removed", exc_info=True)

    def _file(self, document_id: str) -> Path:
        if not is_identity(document_id):
            raise ValueError("this is no identity of a document")
        return self._folder / f"{document_id}{SUFFIX}"


def _set_aside(file: Path) -> DamagedJournal:
    try:
        kept_as = set_aside(file)
    except OSError:
        logger.exception("a damaged journal cannot be renamed")
        kept_as = file
    sentence = tr(
        "Some unsaved text could not be restored, because its recovery file is damaged. "
        "The file is kept as {kept_as}.",
        kept_as=kept_as,
    )
    return DamagedJournal(kept_as=kept_as, sentence=sentence)


def _rename(old: Path, new: Path) -> None:
    """Raises OSError, also if ``new`` is there."""
    if os.path.lexists(new):
        raise FileExistsError(f"{new.name} is there already")
    old.rename(new)
    sync_folder(new.parent)


def _says_newer(header: object) -> bool:
    return (
        isinstance(header, dict)
        and header.get("magic") == MAGIC
        and is_newer(header, VERSION, "version")
    )


def _is_newer(file: Path) -> bool:
    """Whether a newer version of Cowrite kept it. Reads the header only; a damaged file is not newer."""
    try:
        if not file.is_file():  # a pipe would keep the reader waiting
            return False
        with file.open("rb") as opened:
            check, line = opened.readline(_LONGEST_CHECK), opened.readline(LARGEST_JSON)
        whole = hashlib.sha256(line.rstrip(b"\n")).hexdigest().encode("ascii")
        return check.rstrip(b"\n") == whole and _says_newer(read_json(line, tolerant=True))
    except (OSError, ValueError):
        return False


def _parse(data: bytes) -> tuple[JournalEntry, bool]:
    """The entry, and whether everything in it makes sense. Raises ValueError for a text that is damaged.

    Raises NewerDataError for one that a newer version of Cowrite kept.

    What else makes no sense is left out: the words are there. A text whose file makes no sense has none.
    """
    check, line, body = data.split(b"\n", 2)
    if hashlib.sha256(line).hexdigest().encode("ascii") != check:
        raise ValueError("the header was altered")
    header = read_json(line, tolerant=True)
    if _says_newer(header):
        raise newer_data(tr_noop("An unsaved text was written by a newer version of Cowrite."))
    seal = decode(header, _Seal)
    if seal.magic != MAGIC or seal.version != VERSION:
        raise SchemaError("", tr_noop("is not a journal of this version"))
    if len(body) != seal.length or hashlib.sha256(body).hexdigest() != seal.sha256:
        raise SchemaError("", tr_noop("is not the text that was kept"))
    found = decode_sensible(
        header, _Header, usual={"document_id": "", "caret": 0, "saved_at_ms": 0}
    )
    known = found.record
    entry = JournalEntry(
        document_id=known.document_id,
        path=known.path,
        text=body.decode("utf-8", "surrogatepass"),
        caret=known.caret,
        saved_at_ms=known.saved_at_ms,
        stamp=None if known.stamp is None else FileStamp(**asdict(known.stamp)),
        encoding=supported_name(known.encoding),
        title=known.title,
        made_from=known.made_from,
    )
    return entry, not found.left_out


@dataclass(frozen=True, slots=True, kw_only=True)
class _Seal:
    magic: str
    version: int
    length: int
    sha256: str


@dataclass(frozen=True, slots=True, kw_only=True)
class _Stamp:
    size: Count
    sha256: Name
    mtime_ns: Integer = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class _Header:
    document_id: Identity
    caret: Place
    saved_at_ms: Integer
    path: AbsolutePathOrEmpty = ""
    stamp: _Stamp | None = None
    encoding: Name = ""
    title: Name = ""
    made_from: AbsolutePathOrEmpty = ""


class JournalSchedule:
    """When to write: one second after the last key, and at least every four while typing. Times in milliseconds.

    With the time that it takes to write, no more than five seconds are lost.
    """

    QUIET_MS = 1_000
    LONGEST_MS = 4_000

    def __init__(self) -> None:
        self._first_ms: float | None = None
        self._last_ms = 0.0

    def changed(self, now_ms: float) -> None:
        """The text changed."""
        if self._first_ms is None:
            self._first_ms = now_ms
        self._last_ms = now_ms

    def written(self) -> None:
        """What is there now is on disk, or on its way: call this when the text is taken, ``changed`` if that fails."""
        self._first_ms = None

    def due_in_ms(self, now_ms: float) -> float | None:
        """How long until it should be written; 0 for now, None while there is nothing to write."""
        if self._first_ms is None:
            return None
        due = min(self._last_ms + self.QUIET_MS, self._first_ms + self.LONGEST_MS)
        return max(0.0, due - now_ms)
