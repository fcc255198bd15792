"""What was open when the program ended, so that the next start finds the desk as it was left."""

from __future__ import annotations

import base64
import json
import logging
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any, TypeVar

from cowrite.base.errors import UserError
from cowrite.base.records import Record, SchemaError, read_json_file
from cowrite.documents.encodings import supported_name
from cowrite.documents.identity import MOST_PLACE, identity_in
from cowrite.settings.private_file import copy_aside, set_aside, write_private

logger = logging.getLogger(__name__)

_Value = TypeVar("_Value")

MOST_RECENT = 12
LONGEST_GEOMETRY = 4_096
"""Characters; what Qt writes has about a hundred."""
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
    """The last session, and a sentence about what was wrong with it, or an empty one. Never raises.

    What makes no sense is left out, and what does is not: the file is then kept beside the one that takes its place.
    """
    try:
        stored = Record.of(read_json_file(file, tolerant=True))
    except FileNotFoundError:
        return Session(), ""
    except (OSError, SchemaError) as error:
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


def remembered_encoding(file: Path, path: Path) -> str:
    """What the writer chose for ``path``; empty if nothing was, or if the session, which is left alone, is damaged."""
    try:
        stored = Record.of(read_json_file(file, tolerant=True))
    except (OSError, SchemaError):
        return ""
    return _Reader().session(stored).encoding_of(path)


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

    def session(self, stored: Record) -> Session:
        documents = [self._document(each) for each in self._items(stored, "documents")]
        recent = [self._recent(each) for each in self._items(stored, "recent")]
        encodings = [self._encoding(each) for each in self._items(stored, "encodings", ())]
        return Session(
            documents=tuple(each for each in documents if each is not None),
            recent=tuple(each for each in recent if each)[:MOST_RECENT],
            encodings=tuple(pair for pair in encodings if pair[1])[:MOST_ENCODINGS],
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

    def _document(self, value: object) -> OpenDocument | None:
        """What an older version did not write has its default."""
        try:
            stored = Record.of(value)
            path = stored.absolute_path("path", "")
            if not path and "document_id" not in stored.fields:
                stored.refuse("document_id", "is missing")
        except SchemaError:
            self.lost += 1
            return None
        return OpenDocument(
            document_id=self._take("", lambda: _identity(stored)),
            path=path,
            caret=self._take(0, lambda: stored.count("caret", MOST_PLACE, 0)),
            scroll=self._take(0, lambda: stored.count("scroll", MOST_PLACE, 0)),
            geometry=self._take("", lambda: _geometry(stored)),
        )

    def _recent(self, value: object) -> str:
        return self._take("", lambda: Record({"path": value}).absolute_path("path"))

    def _encoding(self, value: object) -> tuple[str, str]:
        """A file, and the encoding that was chosen for it."""

        def read() -> tuple[str, str]:
            pair = Record({"pair": value}).items("pair")
            if len(pair) != 2:
                raise SchemaError("encodings", "should have pairs")
            named = Record({"path": pair[0], "encoding": pair[1]})
            return named.absolute_path("path"), supported_name(named.text("encoding"))

        return self._take(("", ""), read)

    def _items(self, stored: Record, name: str, *usual: Sequence[Any]) -> Sequence[Any]:
        return self._take((), lambda: stored.items(name, *usual))

    def _take(self, usual: _Value, read: Callable[[], _Value]) -> _Value:
        try:
            return read()
        except SchemaError:
            self.left_out += 1
            return usual


def _identity(stored: Record) -> str:
    return identity_in(stored) if stored.fields.get("document_id", "") != "" else ""


def _geometry(stored: Record) -> str:
    value = stored.text("geometry", LONGEST_GEOMETRY, "")
    try:
        base64.b64decode(value, validate=True)
    except ValueError:  # also for what is not ASCII
        stored.refuse("geometry", "is not what Qt writes")
    return value
