"""What was open when the program ended, so that the next start can restore it."""

from __future__ import annotations

import base64
import json
import logging
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import Annotated, Any, Literal, TypeVar

from msgspec import Meta

from cowrite.base.errors import UserError
from cowrite.base.json_values import SchemaError, read_json_file
from cowrite.base.records import AbsolutePath, AbsolutePathOrEmpty, Name, decode, decode_sensible
from cowrite.base.system_reasons import reason_of
from cowrite.documents.encodings import supported_name
from cowrite.documents.identity import IdentityOrEmpty, Place
from cowrite.localization import tr, tr_noop, trn
from cowrite.settings.newer_data import is_newer, newer_data, write_unless_newer
from cowrite.settings.private_file import copy_aside, set_aside

logger = logging.getLogger(__name__)

_Value = TypeVar("_Value")

FORMAT = 1
"""Files without one are of the same."""
WHAT = tr_noop("The list of open documents was written by a newer version of Cowrite.")
MOST_RECENT = 12
MOST_FOLDERS = 8
MOST_WINDOWS = 100
LONGEST_PANEL_NAME = 64
LONGEST_GEOMETRY = 4_096
"""Characters; what Qt writes has about a hundred."""
MOST_ENCODINGS = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class SplitPlace:
    """How a page was split, and where its other half was: the one in which the writer was not.

    ``caret`` and ``scroll`` as in :class:`OpenDocument`; ``is_first``: it was the upper or the left half; ``share``:
    how much of the page the first half had.
    """

    split: Literal["above_and_below", "side_by_side"]
    caret: Place = 0
    scroll: Place = 0
    is_first: bool = False
    share: Annotated[float, Meta(ge=0, le=1)] = 0.5


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenDocument:
    """One document (an empty ``path`` for one without a file) and how it was looked at.

    ``caret`` is a UTF-16 offset, ``scroll`` in pixels from the top, ``geometry`` that of its window in base64.
    Those with the same ``window`` are tabs of one, of which one ``is_front``; 0, as in older files, stands
    for a window of its own. ``other`` is the other half of a split page.
    """

    document_id: IdentityOrEmpty
    path: AbsolutePathOrEmpty = ""
    caret: Place = 0
    scroll: Place = 0
    geometry: Annotated[str, Meta(max_length=LONGEST_GEOMETRY)] = ""
    window: Place = 0
    is_front: bool = True
    other: SplitPlace | None = None


PanelName = Annotated[str, Meta(max_length=LONGEST_PANEL_NAME)]


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenWindow:
    """What stands beside the page of the window with the number ``window``.

    ``folder`` is that of its project. ``left`` and ``right`` are the panels that are open, or empty; the widths are
    those of the sides in pixels at 100 %, or 0 for the usual one.
    """

    window: Place
    folder: AbsolutePathOrEmpty = ""
    left: PanelName = ""
    left_px: Place = 0
    right: PanelName = ""
    right_px: Place = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Session:
    """Everything that was open, and the files and folders opened lately, newest first.

    ``encodings`` are those that the writer chose for files which do not say theirs: pairs of a path and an encoding,
    newest first.
    """

    documents: tuple[OpenDocument, ...] = ()
    windows: tuple[OpenWindow, ...] = ()
    recent: tuple[str, ...] = ()
    folders: tuple[str, ...] = ()
    encodings: tuple[tuple[str, str], ...] = ()

    def with_recent(self, path: Path) -> Session:
        """The same with ``path`` as the newest of the recent files."""
        others = [name for name in self.recent if name != str(path)]
        return replace(self, recent=(str(path), *others)[:MOST_RECENT])

    def with_folder(self, path: Path) -> Session:
        """The same with ``path`` as the newest of the folders opened lately."""
        others = [name for name in self.folders if name != str(path)]
        return replace(self, folders=(str(path), *others)[:MOST_FOLDERS])

    def with_moved(self, source: Path, target: Path) -> Session:
        """The same after the file or folder ``source`` became ``target``, with all that is in it."""

        def now(name: str) -> str:
            return str(moved_path(Path(name), source, target) or name)

        return replace(
            self,
            recent=tuple(now(name) for name in self.recent),
            folders=tuple(now(name) for name in self.folders),
            encodings=tuple((now(name), encoding) for name, encoding in self.encodings),
        )

    def with_encoding(self, path: Path, encoding: str) -> Session:
        """The same with what was chosen for ``path``; with an empty ``encoding`` that is forgotten."""
        others = [pair for pair in self.encodings if pair[0] != str(path)]
        chosen = [(str(path), encoding)] if encoding else []
        return replace(self, encodings=(*chosen, *others)[:MOST_ENCODINGS])

    def encoding_of(self, path: Path) -> str:
        """What was chosen for ``path``; empty if nothing was."""
        return dict(self.encodings).get(str(path), "")


def moved_path(path: Path, source: Path, target: Path) -> Path | None:
    """Where ``path`` is after ``source`` became ``target``; None if it is not in it."""
    return target / path.relative_to(source) if path.is_relative_to(source) else None


def load_session(file: Path) -> tuple[Session, str]:
    """The last session, and a sentence about what was wrong with it, or an empty one. Never raises.

    Of one of a newer version of Cowrite, which is left as it is, what makes sense is used.
    What makes no sense is left out, and what does is not: the file is then kept beside the one that takes its place.
    """
    try:
        stored = decode(read_json_file(file, tolerant=True), dict[str, Any])
    except FileNotFoundError:
        return Session(), ""
    except (OSError, SchemaError) as error:
        logger.warning("the session file is damaged (%s)", type(error).__name__)
        return Session(), _set_aside(file)
    reader = _Reader()
    session = reader.session(stored)
    if is_newer(stored, FORMAT):
        return session, str(newer_data(WHAT))
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
        stored = decode(read_json_file(file, tolerant=True), dict[str, Any])
    except (OSError, SchemaError):
        return ""
    return _Reader().session(stored).encoding_of(path)


def save_session(file: Path, session: Session) -> None:
    """Keep ``session``. Raises UserError, NewerDataError where one of a newer version of Cowrite is kept."""
    stored = {"format": FORMAT, **asdict(session)}
    try:
        write_unless_newer(file, json.dumps(stored, indent=1).encode() + b"\n", FORMAT, WHAT)
    except OSError as error:
        raise UserError(
            tr(
                "The list of open documents could not be saved ({reason}).",
                reason=reason_of(error),
            ),
            tr("Your files are not affected; open them again next time."),
        ) from error


def _set_aside(file: Path) -> str:
    try:
        set_aside(file)
    except OSError as error:
        logger.warning("the damaged session file could not be renamed (%s)", error.strerror)
    return tr("The list of documents open last time is damaged. Your files were not changed.")


@dataclass(frozen=True, slots=True, kw_only=True)
class _Lists:
    documents: list[Any]
    recent: list[Any]
    windows: list[Any] = field(default_factory=list)
    folders: list[Any] = field(default_factory=list)
    encodings: list[Any] = field(default_factory=list)


class _Reader:
    """Takes from a stored session what makes sense; counts what it left out of documents, and documents ``lost``."""

    def __init__(self) -> None:
        self.left_out = 0
        self.lost = 0

    def session(self, stored: Mapping[str, Any]) -> Session:
        found = decode_sensible(stored, _Lists, usual={"documents": [], "recent": []})
        self.left_out += len(found.left_out)
        documents = [self._document(each) for each in found.record.documents]
        recent = [self._take("", each, AbsolutePath) for each in found.record.recent]
        folders = [self._take("", each, AbsolutePath) for each in found.record.folders]
        windows = [self._window(each) for each in found.record.windows]
        encodings = [self._encoding(each) for each in found.record.encodings]
        return Session(
            documents=tuple(each for each in documents if each is not None),
            windows=tuple(each for each in windows if each is not None)[:MOST_WINDOWS],
            recent=tuple(each for each in recent if each)[:MOST_RECENT],
            folders=tuple(each for each in folders if each)[:MOST_FOLDERS],
            encodings=tuple(pair for pair in encodings if pair[1])[:MOST_ENCODINGS],
        )

    def sentence(self) -> str:
        if not self.lost:
            return tr(
                "Parts of the list of documents open last time are damaged and were left out. "
                "Your files were not changed."
            )
        return trn(
            "One document could not be opened again, because the list of documents open last time is damaged. "
            "Your files were not changed.",
            "{count} documents could not be opened again, because the list of documents open last time is damaged. "
            "Your files were not changed.",
            self.lost,
        )

    def _document(self, value: object) -> OpenDocument | None:
        """What an older version did not write has its default."""
        if not isinstance(value, dict) or not (value.get("path") or "document_id" in value):
            self.lost += 1
            return None
        found = decode_sensible(
            {"document_id": "", **value}, OpenDocument, usual={"document_id": ""}
        )
        if "path" in found.left_out:
            self.lost += 1
            return None
        self.left_out += len(found.left_out)
        document = found.record
        if not _is_base64(document.geometry):
            self.left_out += 1
            document = replace(document, geometry="")
        return document

    def _window(self, value: object) -> OpenWindow | None:
        """Nothing is lost with one: it stands beside the page."""
        if not isinstance(value, dict):
            self.left_out += 1
            return None
        found = decode_sensible({"window": 0, **value}, OpenWindow, usual={"window": 0})
        self.left_out += len(found.left_out)
        return found.record

    def _encoding(self, value: object) -> tuple[str, str]:
        """A file, and the encoding that was chosen for it."""
        path, encoding = self._take(("", ""), value, tuple[AbsolutePath, Name])
        return path, supported_name(encoding)

    def _take(self, usual: _Value, value: object, kind: type[_Value]) -> _Value:
        try:
            return decode(value, kind)
        except SchemaError:
            self.left_out += 1
            return usual


def _is_base64(text: str) -> bool:
    """Whether Qt may have written it."""
    try:
        base64.b64decode(text, validate=True)
    except ValueError:  # also for what is not ASCII
        return False
    return True
