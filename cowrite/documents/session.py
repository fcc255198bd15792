"""What was open when the program ended, so that the next start finds the desk as it was left."""

from __future__ import annotations

import json
import logging
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

from cowrite.documents.encodings import supported_name
from cowrite.errors import UserError
from cowrite.settings.private_file import set_aside, write_private

logger = logging.getLogger(__name__)

MOST_RECENT = 12
MOST_ENCODINGS = 100


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
    """Everything that was open, and the files opened lately, newest first.

    ``encodings`` are those that the writer chose for files which do not say theirs: pairs of a path and an encoding,
    newest first.
    """

    documents: tuple[OpenDocument, ...] = ()
    recent: tuple[str, ...] = ()
    encodings: tuple[tuple[str, str], ...] = ()

    def with_recent(self, path: Path) -> Session:
        """The same with ``path`` as the newest of the recent files."""
        others = [name for name in self.recent if name != str(path)]
        return replace(self, recent=(str(path), *others)[:MOST_RECENT])

    def with_encoding(self, path: Path, encoding: str) -> Session:
        """The same with what was chosen for ``path``; with an empty ``encoding`` that is forgotten."""
        others = [pair for pair in self.encodings if pair[0] != str(path)]
        chosen = [(str(path), encoding)] if encoding else []
        return replace(self, encodings=(*chosen, *others)[:MOST_ENCODINGS])

    def encoding_of(self, path: Path) -> str:
        """What was chosen for ``path``; empty if nothing was."""
        return dict(self.encodings).get(str(path), "")


def load_session(file: Path) -> tuple[Session, str]:
    """The last session and an empty sentence; or an empty session and what was wrong with it."""
    try:
        stored = json.loads(file.read_text("utf-8"))
        return _parse(stored), ""
    except FileNotFoundError:
        return Session(), ""
    except (OSError, ValueError, KeyError, TypeError, RecursionError):
        logger.warning("the session file is damaged", exc_info=True)
    try:
        set_aside(file)
    except OSError:
        logger.exception("the damaged session file could not be renamed")
    return (
        Session(),
        "The list of documents open last time is damaged. Your files were not changed.",
    )


def remembered_encoding(file: Path, path: Path) -> str:
    """What the writer chose for ``path``; empty if nothing was, or if the session, which is left alone, is damaged."""
    try:
        return _parse(json.loads(file.read_text("utf-8"))).encoding_of(path)
    except (OSError, ValueError, KeyError, TypeError, RecursionError):
        return ""


def save_session(file: Path, session: Session) -> None:
    """Keep ``session``. Raises UserError."""
    try:
        write_private(file, json.dumps(asdict(session), indent=1).encode() + b"\n")
    except OSError as error:
        raise UserError(
            f"The list of open documents could not be saved ({error.strerror or error}).",
            "Your files are not affected; open them again next time.",
        ) from error


def _parse(stored: Any) -> Session:
    """Raises KeyError, TypeError or ValueError. What an older version did not write has its default."""
    documents = tuple(
        OpenDocument(
            document_id=_text(each["document_id"]),
            path=_text(each.get("path", "")),
            caret=_whole(each.get("caret", 0)),
            scroll=_whole(each.get("scroll", 0)),
            geometry=_text(each.get("geometry", "")),
        )
        for each in map(_object, stored["documents"])
    )
    encodings = tuple(
        (_text(path), supported_name(_text(encoding)))
        for path, encoding in stored.get("encodings", [])
    )
    recent = tuple(map(_text, stored["recent"]))
    return Session(
        documents=documents,
        recent=recent,
        encodings=tuple(pair for pair in encodings if pair[1]),
    )


def _object(value: object) -> dict[str, object]:
    if not isinstance(value, dict):
        raise TypeError("an object was expected")
    return value


def _text(value: object) -> str:
    if not isinstance(value, str):
        raise TypeError("a text was expected")
    return value


def _whole(value: object) -> int:
    if type(value) is not int or value < 0:
        raise TypeError("a whole number was expected")
    return value
