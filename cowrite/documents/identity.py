"""Which document is which, across sessions.

A document keeps one identity from its first key on: a text without a file gets one of its own, and takes it along into
its first file. A file that Cowrite did not begin has the identity that follows from where it is.
"""

from __future__ import annotations

import json
import logging
import os
import re
import uuid
from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any

from msgspec import Meta

from cowrite.base.json_values import SchemaError, read_json_file
from cowrite.base.records import decode, matching, require_format
from cowrite.localization import tr, tr_noop
from cowrite.settings.newer_data import NewerDataError, is_newer, newer_data, write_unless_newer
from cowrite.settings.private_file import copy_aside, set_aside

logger = logging.getLogger(__name__)

FORMAT = 1
WHAT = tr_noop(
    "The list that says which history belongs to which file was written by a newer version of Cowrite."
)
_IDENTITY = r"[0-9A-Za-z-]{1,64}"
Identity = Annotated[str, matching(_IDENTITY, tr_noop("is not the identity of a document"))]
"""The identity of a document; none of them is a path."""
IdentityOrEmpty = Annotated[
    str, matching(f"(?:{_IDENTITY})?", tr_noop("is not the identity of a document"))
]
Place = Annotated[int, Meta(ge=0, le=2**31 - 1)]
"""Qt's places in a text are numbers of 32 bits."""
DAMAGED = tr_noop(
    "The list that says which history belongs to which file is damaged, and parts of it were left out. "
    "Your files were not changed."
)


def is_identity(value: object) -> bool:
    """Whether ``value`` may be the identity of a document; none of them is a path."""
    return isinstance(value, str) and re.fullmatch(_IDENTITY, value) is not None


def document_id_for(path: Path | None) -> str:
    """What follows from the place of a file, by whatever link; new for a document that has no file yet.

    Two paths are of one file if and only if this is the same for both. The document in a file that began without one is
    another: ask :class:`Identities` which document a file holds.
    """
    if path is None:
        return uuid.uuid4().hex
    resolved = Path(
        os.path.normcase(os.path.realpath(path))
    )  # Windows tells names apart without case
    return uuid.uuid5(uuid.NAMESPACE_URL, resolved.as_uri()).hex


class Identities:
    """Which document each file holds. Kept in ``file``, without a word of the text or the name of a file.

    Without a ``file``, or with one of a newer version, nothing is noted, and what others noted holds. ``problem`` is a
    sentence about what of the file makes no sense and was left out, or empty. Used by one thread, but for the writing:
    ``soon`` has it done, at once unless it is told another way.
    """

    def __init__(
        self,
        file: Path | None = None,
        soon: Callable[[Callable[[], None]], None] = lambda write: write(),
    ) -> None:
        self._file = file
        self._soon = soon
        self._noted, self.problem = _read(file) if file is not None else ({}, "")

    def unkept(self) -> Identities:
        """The same for a window of which nothing is kept: what is noted later is known, and nothing is noted there."""
        reader = Identities()
        reader._noted = self._noted
        return reader

    def of(self, path: Path) -> str:
        """The identity of the document that the file ``path`` holds; the same every time."""
        place = document_id_for(path)
        return self._noted.get(place, place)

    def note(self, path: Path, document_id: str) -> None:
        """From now on the file ``path`` holds this document, whatever was there before."""
        if self._file is None or self.of(path) == document_id:
            return
        place = document_id_for(path)
        if document_id == place:
            del self._noted[place]
        else:
            self._noted[place] = document_id
        self._write()

    def moved(self, places: Iterable[tuple[str, str]]) -> None:
        """The documents in files went with them: pairs of what :func:`document_id_for` said before and says now.

        What is written where one of them was is another document from then on.
        """
        changed = False
        for before, now in places:
            if self._file is None or before == now:
                continue
            document = self._noted.get(before, before)
            self._noted.pop(now, None)
            if document != now:
                self._noted[now] = document
            self._noted[before] = uuid.uuid4().hex
            changed = True
        if changed:
            self._write()

    def is_in_a_file(self, document_id: str) -> bool:
        """Whether the document, begun without a file, is noted to have got one."""
        return document_id in self._noted.values()

    def forget(self, documents: Collection[str] = (), *, everything: bool = False) -> None:
        """Which files held these ``documents`` is noted no more. The file is then as one that Cowrite did not begin."""
        gone = [
            place for place, document in self._noted.items() if everything or document in documents
        ]
        for place in gone:
            del self._noted[place]
        if gone:
            self._write()

    def _write(self) -> None:
        file = self._file
        if file is None:
            return
        noted = {"format": FORMAT, "documents": self._noted}
        data = json.dumps(noted, indent=1).encode() + b"\n"
        self._soon(lambda: _keep_note(file, data))


def ids_of(paths: Iterable[Path], identities: Identities) -> set[str]:
    """All identities under which something may be kept of these files: of what they hold, and of where they are."""
    return {name for path in paths for name in (identities.of(path), document_id_for(path))}


def _keep_note(file: Path, data: bytes) -> None:
    try:
        write_unless_newer(file, data, FORMAT, WHAT)
    except NewerDataError:
        return  # that was said at the start
    except OSError as error:
        # It holds until the program ends; after that the text is there, and its history under another identity.
        logger.warning("which document is which could not be noted (%s)", error.strerror)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Noted:
    documents: dict[str, Any]


def _read(file: Path) -> tuple[dict[str, str], str]:
    """What was noted, and a sentence if not all of it made sense; the file is then kept aside. Never raises."""
    try:
        stored = read_json_file(file, tolerant=True)
        if is_newer(stored, FORMAT):
            return {}, str(newer_data(WHAT))
        require_format(stored, FORMAT)
        documents = decode(stored, _Noted).documents
    except FileNotFoundError:
        return {}, ""
    except (OSError, SchemaError) as error:
        logger.warning("which document is which cannot be read (%s)", type(error).__name__)
        _keep(set_aside, file)
        return {}, tr(DAMAGED)
    good = {
        place: document
        for place, document in documents.items()
        if is_identity(place) and is_identity(document)
    }
    if len(good) != len(documents):
        _keep(lambda damaged: copy_aside(damaged, "before-repair"), file)
    return good, "" if len(good) == len(documents) else tr(DAMAGED)


def _keep(keep: Callable[[Path], object], file: Path) -> None:
    try:
        keep(file)
    except OSError as error:
        logger.warning("the damaged note of which document is which cannot be kept (%s)", error)
