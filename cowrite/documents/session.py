"""What was open when the program ended, so that the next start finds the desk as it was left."""

from __future__ import annotations

import base64
import json
import logging
from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from cowrite.errors import UserError
from cowrite.settings.private_file import copy_aside, set_aside, write_private
from cowrite.settings.stored_json import is_absolute_path, is_place, read_json, read_stored

logger = logging.getLogger(__name__)

MOST_RECENT = 12
LONGEST_GEOMETRY = 4_096
"""Characters; what Qt writes has about a hundred."""


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
    """The last session, and a sentence about what was wrong with it, or an empty one. Never raises.

    What makes no sense is left out, and what does is not: the file is then kept beside the one that takes its place.
    """
    try:
        stored = read_json(read_stored(file))
        if not isinstance(stored, dict):
            raise TypeError("an object was expected")
    except FileNotFoundError:
        return Session(), ""
    except (OSError, ValueError, TypeError) as error:
        logger.warning("the session file is damaged (%s)", type(error).__name__)
        return Session(), _set_aside(file)
    reader = _Reader()
    session = reader.session(stored)
    if not reader.left_out and not reader.lost:
        return session, ""
    try:
        copy_aside(file, "before-repair")
    except OSError as error:
        logger.warning("the damaged session file could not be copied (%s)", error.strerror)
    return session, reader.sentence()


def save_session(file: Path, session: Session) -> None:
    """Keep ``session``. Raises UserError."""
    try:
        write_private(file, json.dumps(asdict(session), indent=1).encode() + b"\n")
    except OSError as error:
        raise UserError(
            f"The list of open documents could not be saved ({error.strerror or error}).",
            "Your files are not affected; open them again next time.",
        ) from error


def _set_aside(file: Path) -> str:
    try:
        set_aside(file)
    except OSError as error:
        logger.warning("the damaged session file could not be renamed (%s)", error.strerror)
    return "The list of documents open last time is damaged. Your files were not changed."


class _Reader:
    """Takes from a stored session what makes sense; counts what it left out of documents, and documents ``lost``."""

    def __init__(self) -> None:
        self.left_out = 0
        self.lost = 0

    def session(self, stored: dict[str, Any]) -> Session:
        documents = [self._document(each) for each in self._list(stored.get("documents"))]
        recent = [each for each in self._list(stored.get("recent")) if self._fits(each)]
        return Session(
            documents=tuple(each for each in documents if each is not None),
            recent=tuple(recent[:MOST_RECENT]),
        )

    def sentence(self) -> str:
        if not self.lost:
            return (
                "Parts of the list of documents open last time are damaged and were left out. "
                "Your files were not changed."
            )
        what = "One document" if self.lost == 1 else f"{self.lost} documents"
        return (
            f"{what} could not be opened again, because the list of documents open last time is damaged. "
            "Your files were not changed."
        )

    def _document(self, stored: object) -> OpenDocument | None:
        """What an older version did not write has its default."""
        path = stored.get("path", "") if isinstance(stored, dict) else None
        is_file = is_absolute_path(path)
        if not isinstance(stored, dict) or not (
            is_file or (path == "" and "document_id" in stored)
        ):
            self.lost += 1
            return None
        return OpenDocument(
            document_id=self._take(stored, "document_id", "", lambda value: isinstance(value, str)),
            path=str(path),
            caret=self._take(stored, "caret", 0, is_place),
            scroll=self._take(stored, "scroll", 0, is_place),
            geometry=self._take(stored, "geometry", "", _is_geometry),
        )

    def _take(
        self, stored: dict[str, Any], name: str, usual: Any, makes_sense: Callable[[object], bool]
    ) -> Any:
        value = stored.get(name, usual)
        if makes_sense(value):
            return value
        self.left_out += 1
        return usual

    def _list(self, value: object) -> list[Any]:
        if isinstance(value, list):
            return value
        self.left_out += 1
        return []

    def _fits(self, name: object) -> bool:
        if is_absolute_path(name):
            return True
        self.left_out += 1
        return False


def _is_geometry(value: object) -> bool:
    if not isinstance(value, str) or len(value) > LONGEST_GEOMETRY:
        return False
    try:
        base64.b64decode(value, validate=True)
    except ValueError:  # also for what is not ASCII
        return False
    return True
