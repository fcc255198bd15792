"""What was open when the program ended, so that the next start finds the desk as it was left."""

from __future__ import annotations

import json
import logging
from dataclasses import asdict, dataclass
from pathlib import Path

from cowrite.documents.identity import is_document_id
from cowrite.errors import UserError
from cowrite.schema import Record, SchemaError, read_json_file
from cowrite.settings.private_file import set_aside, write_private

logger = logging.getLogger(__name__)

MOST_RECENT = 12
MOST_PLACE = 2**31 - 1
"""Qt's places in a text are numbers of 32 bits."""


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenDocument:
    """One window: its document (an empty ``path`` for one without a file) and how it was looked at.

    ``caret`` is a UTF-16 offset, ``scroll`` in pixels from the top, ``geometry`` base64.
    """

    document_id: str
    path: str = ""
    caret: int = 0
    scroll: int = 0
    geometry: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Session:
    """Everything that was open, and the files opened lately, newest first."""

    documents: tuple[OpenDocument, ...] = ()
    recent: tuple[str, ...] = ()

    def with_recent(self, path: Path) -> Session:
        """The same with ``path`` as the newest of the recent files."""
        others = [name for name in self.recent if name != str(path)]
        return Session(documents=self.documents, recent=(str(path), *others)[:MOST_RECENT])


def load_session(file: Path) -> tuple[Session, str]:
    """The last session, and a sentence about what of it makes no sense and was left out; “” if all of it does.

    A file of which something was left out is set aside.
    """
    try:
        stored = Record.of(read_json_file(file))
        session, left_out = _parse(stored)
    except FileNotFoundError:
        return Session(), ""
    except (OSError, SchemaError) as error:
        logger.warning("the session file is damaged (%s)", type(error).__name__)
        session, left_out = Session(), True
    if not left_out:
        return session, ""
    try:
        set_aside(file)
    except OSError:
        logger.exception("the damaged session file could not be renamed")
    return session, "The list of documents open last time is damaged. Your files were not changed."


def save_session(file: Path, session: Session) -> None:
    """Keep ``session``. Raises UserError."""
    try:
        write_private(file, json.dumps(asdict(session), indent=1).encode() + b"\n")
    except OSError as error:
        raise UserError(
            f"The list of open documents could not be saved ({error.strerror or error}).",
            "Your files are not affected; open them again next time.",
        ) from error


def _parse(stored: Record) -> tuple[Session, bool]:
    """What makes sense of it, and whether something did not. What an older version did not write has its default."""
    documents: list[OpenDocument] = []
    recent: list[str] = []
    left_out = False
    for name, read in (("documents", _document), ("recent", _recent)):
        for at in range(len(stored.items(name))):
            try:
                found = read(stored, name, at)
            except SchemaError as error:
                logger.info("something of the session is left out: %s", error)
                left_out = True
            else:
                documents += [found] if isinstance(found, OpenDocument) else []
                recent += [found] if isinstance(found, str) else []
    return Session(documents=tuple(documents), recent=tuple(recent)), left_out


def _document(stored: Record, name: str, at: int) -> OpenDocument:
    each = Record.of(stored.items(name)[at], f"{name}[{at}]")
    if not is_document_id(document_id := each.text("document_id")):
        each.refuse("document_id", "is not the identity of a document")
    if not (geometry := each.text("geometry", default="")).isascii():
        each.refuse("geometry", "has invalid characters")
    return OpenDocument(
        document_id=document_id,
        path=each.path("path", ""),
        caret=each.count("caret", MOST_PLACE, 0),
        scroll=each.count("scroll", MOST_PLACE, 0),
        geometry=geometry,
    )


def _recent(stored: Record, name: str, at: int) -> str:
    return Record({"path": stored.items(name)[at]}, f"{name}[{at}]").path("path")
