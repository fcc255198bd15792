"""Which documents are open, and where: no two of them have one identity, and with it one journal, or one file.

One registry for all windows, private ones too. It knows no window: a holder is whatever keeps a document.
"""

from __future__ import annotations

import os
import uuid
from collections.abc import Hashable, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Generic, TypeVar

from cowrite.base.errors import UserError
from cowrite.documents.identity import document_id_for
from cowrite.localization import tr

Holder = TypeVar("Holder", bound=Hashable)


def same_file(one: Path, other: Path) -> bool:
    """Whether two paths lead to one file now.

    By whatever symbolic link, hard link, mount, letter case or spelling of an accent: where both files are there, the
    file system says so. Files that are not there are the same if their places are. Never raises.
    """
    try:
        if os.path.samestat(first := one.stat(), other.stat()) and first.st_ino:
            return True
    except (OSError, ValueError):
        pass  # one of them is not there, or out of reach
    try:
        return document_id_for(one) == document_id_for(other)
    except (OSError, ValueError):
        return False  # what can be no name of a file is no file


@dataclass(frozen=True, slots=True)
class _Open:
    document_id: str
    path: Path | None


class OpenDocuments(Generic[Holder]):
    """The documents that are open, by who holds them. Used by one thread.

    A document is in the file that its path leads to *now*, because that is where it would be saved: a file that
    another program has moved away under it is no longer its file, and one that was put there is.
    """

    def __init__(self) -> None:
        self._open: dict[Holder, _Open] = {}
        self._expected: dict[Holder, Path] = {}
        self._reserved: set[str] = set()

    def enter(self, holder: Holder, path: Path | None, wanted: Iterable[str] = ()) -> str:
        """Note that ``holder`` shows the document in ``path`` from now on, in place of what it showed before.

        Returns its identity: the first of ``wanted`` that no other document has, or else a new one. Raises UserError
        if another holder has the file; nothing is then changed.
        """
        if path is not None:
            self.require_free(holder, path)
        taken = self._reserved | {
            each.document_id for other, each in self._open.items() if other is not holder
        }
        document_id = next((name for name in wanted if name not in taken), uuid.uuid4().hex)
        self._open[holder] = _Open(document_id, path)
        return document_id

    def expect(self, holder: Holder, path: Path | None) -> None:
        """``holder`` is about to have the file ``path``, which is not free until that came about; None: no more."""
        self._expected.pop(holder, None)
        if path is not None:
            self._expected[holder] = path

    def leave(self, holder: Holder) -> None:
        """``holder`` shows nothing more. May be called again."""
        self._open.pop(holder, None)
        self._expected.pop(holder, None)

    def reserve(self, document_ids: Iterable[str]) -> None:
        """Give these identities to nobody: there is unsaved text of theirs that is not shown yet."""
        self._reserved.update(document_ids)

    def release(self, document_id: str) -> None:
        """From now on the identity may be given again."""
        self._reserved.discard(document_id)

    def is_open(self, document_id: str) -> bool:
        """Whether somebody has the document of this identity, or it is given to nobody."""
        return document_id in self._reserved or any(
            each.document_id == document_id for each in self._open.values()
        )

    def holder_of(self, path: Path) -> Holder | None:
        """Who has the file ``path`` open, by whatever link."""
        return next(
            (
                holder
                for holder, each in self._open.items()
                if each.path is not None and same_file(each.path, path)
            ),
            None,
        )

    def is_elsewhere(self, holder: Holder, path: Path) -> bool:
        """Whether somebody else than ``holder`` has the file ``path`` open."""
        places = [(other, each.path) for other, each in self._open.items()]
        places += self._expected.items()
        return any(
            other is not holder and place is not None and same_file(place, path)
            for other, place in places
        )

    def require_free(self, holder: Holder, path: Path) -> None:
        """Raises UserError if somebody else than ``holder`` has the file ``path`` open."""
        if self.is_elsewhere(holder, path):
            raise UserError(
                tr("“{name}” is open in another tab or window.", name=path.name),
                tr("Choose another name, or close it there first."),
            )
