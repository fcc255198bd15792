"""What is typed but not saved, kept in private files so that a crash costs seconds.

One file per open document, replaced whole. Each carries its own length and hash; a file that does
not match is kept aside and reported, never used.
"""

from __future__ import annotations

import hashlib
import json
import logging
import re
from dataclasses import asdict, dataclass
from pathlib import Path

from cowrite.documents.files import FileStamp
from cowrite.errors import UserError
from cowrite.settings.private_file import set_aside, sync_folder, write_private

logger = logging.getLogger(__name__)

MAGIC = "cowrite-journal"
VERSION = 1
SUFFIX = ".journal"
_SAFE_ID = re.compile(r"[0-9A-Za-z-]{1,64}")


@dataclass(frozen=True, slots=True, kw_only=True)
class JournalEntry:
    """One document's unsaved text. ``caret`` is a UTF-16 offset; ``stamp`` is of the file the text is based on.

    ``title``: what a text without a file is called, where it has a name.
    """

    document_id: str
    path: str
    text: str
    caret: int
    saved_at_ms: int
    stamp: FileStamp | None = None
    title: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class DamagedJournal:
    """A journal that cannot be trusted, where it is kept now, and a plain sentence about it."""

    kept_as: Path
    sentence: str = ""


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
        try:
            write_private(self._file(entry.document_id), check + b"\n" + line + b"\n" + body)
        except OSError as error:
            raise UserError(
                "Your latest changes could not be stored for crash recovery "
                f"({error.strerror or error}).",
                "Save your text and free up disk space.",
            ) from error

    def discard(self, document_id: str) -> None:
        """Keep nothing of this document: it is saved, or its writer wanted it gone. Raises UserError."""
        file = self._file(document_id)
        try:
            file.unlink()
            sync_folder(self._folder)  # or it might be offered again after a power cut
        except FileNotFoundError:
            pass
        except OSError as error:
            raise UserError(
                "The crash recovery copy of your text could not be deleted "
                f"({error.strerror or error}).",
                f"Your text itself is not affected; you may delete {file}.",
            ) from error

    def entries(self) -> tuple[list[JournalEntry], list[DamagedJournal]]:
        """What is kept, oldest first, and what cannot be trusted, which is set aside by this call.

        Also removes the unfinished files of a program that was killed while writing. So only the one instance
        that writes may call it.
        """
        self._remove_unfinished()
        good: list[JournalEntry] = []
        damaged: list[DamagedJournal] = []
        for file in sorted(self._folder.glob(f"*{SUFFIX}")):
            if ".damaged-" in file.name:
                continue
            try:
                entry = _parse(file.read_bytes())
                if self._file(entry.document_id) != file:
                    raise ValueError("the journal of another document")
            except (ValueError, KeyError, TypeError, OSError) as error:
                logger.warning("a journal cannot be trusted: %s", type(error).__name__)
                damaged.append(_set_aside(file))
            else:
                good.append(entry)
        return sorted(good, key=lambda entry: entry.saved_at_ms), damaged

    def _remove_unfinished(self) -> None:
        for file in self._folder.glob(f".*{SUFFIX}-*"):
            try:
                file.unlink()  # it holds text that the writer may want forgotten
            except OSError:
                logger.warning("an unfinished journal cannot be removed", exc_info=True)

    def _file(self, document_id: str) -> Path:
        if not _SAFE_ID.fullmatch(document_id):
            raise ValueError("this is no identity of a document")
        return self._folder / f"{document_id}{SUFFIX}"


def _set_aside(file: Path) -> DamagedJournal:
    try:
        kept_as = set_aside(file)
    except OSError:
        logger.exception("a damaged journal cannot be renamed")
        kept_as = file
    sentence = (
        "Some unsaved text could not be restored, because its recovery file is damaged. "
        f"The file is kept as {kept_as}."
    )
    return DamagedJournal(kept_as=kept_as, sentence=sentence)


def _parse(data: bytes) -> JournalEntry:
    """Raises ValueError, KeyError or TypeError if anything does not match."""
    check, line, body = data.split(b"\n", 2)
    if hashlib.sha256(line).hexdigest().encode("ascii") != check:
        raise ValueError("the header was altered")
    header = json.loads(line)
    if header["magic"] != MAGIC or header["version"] != VERSION:
        raise ValueError("not a journal of this version")
    if len(body) != header["length"] or hashlib.sha256(body).hexdigest() != header["sha256"]:
        raise ValueError("the text was altered")
    if not all(type(header[name]) is int for name in ("caret", "saved_at_ms")):
        raise TypeError("a number was expected")
    stamp = header["stamp"]
    return JournalEntry(
        document_id=header["document_id"],
        path=header["path"],
        text=body.decode("utf-8", "surrogatepass"),
        caret=header["caret"],
        saved_at_ms=header["saved_at_ms"],
        stamp=FileStamp(**stamp) if stamp else None,
        title=str(header.get("title", "")),  # older ones have none
    )


class JournalSchedule:
    """When to write: one second after the last key, and at least every five while typing. Times in milliseconds."""

    QUIET_MS = 1_000
    LONGEST_MS = 5_000

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
