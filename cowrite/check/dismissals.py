"""Which findings the writer has dismissed in which document, as digests that tell nothing of the text.

Private documents leave no trace.
"""

from __future__ import annotations

import json
import logging
from collections.abc import Callable, Collection
from dataclasses import dataclass
from pathlib import Path

from cowrite.base.errors import UserError
from cowrite.base.json_values import SchemaError, read_json_file
from cowrite.base.records import decode
from cowrite.base.system_reasons import reason_of
from cowrite.localization import tr, tr_noop
from cowrite.settings.newer_data import write_unless_newer

logger = logging.getLogger(__name__)

FORMAT = 1
WHAT = tr_noop(
    "What was dismissed in the check of documents was written by a newer version of Cowrite."
)
_MOST_DOCUMENTS = 2_000
_MOST_KEYS = 5_000


@dataclass(frozen=True, slots=True, kw_only=True)
class _Stored:
    format: int
    documents: dict[str, tuple[str, ...]]


class Dismissals:
    """By document, the last one used last. ``write`` has a function called on another thread."""

    def __init__(self, file: Path, write: Callable[[Callable[[], None]], None]) -> None:
        self._file = file
        self._write = write
        self._kept: dict[str, tuple[str, ...]] = {}
        self._unkept: dict[str, tuple[str, ...]] = {}

    def read(self) -> dict[str, tuple[str, ...]]:
        """What is kept; for another thread. What makes no sense is left out."""
        try:
            return decode(read_json_file(self._file, tolerant=True), _Stored).documents
        except FileNotFoundError:
            return {}
        except (OSError, SchemaError):
            logger.warning("what was dismissed in the check of documents cannot be read")
            return {}

    def know(self, kept: dict[str, tuple[str, ...]]) -> None:
        """What :meth:`read` found, under what was dismissed meanwhile."""
        self._kept = kept | self._kept

    def of(self, document_id: str) -> frozenset[str]:
        """The keys of what was dismissed in a document: see :func:`cowrite.check.findings.key_of`."""
        return frozenset(self._unkept.get(document_id, self._kept.get(document_id, ())))

    def dismiss(self, document_id: str, key: str, *, keep: bool) -> None:
        """Show that finding no more. Where it is not to be kept nothing is written."""
        before = self._unkept.get(document_id, self._kept.get(document_id, ()))
        self._put(document_id, (*(each for each in before if each != key), key), keep=keep)

    def bring_back(self, document_id: str, *, keep: bool) -> None:
        """Show everything again."""
        self._put(document_id, (), keep=keep)

    def _put(self, document_id: str, keys: tuple[str, ...], *, keep: bool) -> None:
        if not keep:
            self._unkept[document_id] = keys
            return
        self._kept.pop(document_id, None)
        if keys:
            self._kept[document_id] = keys[-_MOST_KEYS:]
        for oldest in list(self._kept)[:-_MOST_DOCUMENTS]:
            del self._kept[oldest]
        self._keep()

    def forget(self, documents: Collection[str], *, everything: bool = False) -> None:
        """Keep nothing about these documents any more."""
        left = {
            each: keys
            for each, keys in self._kept.items()
            if not everything and each not in documents
        }
        if left != self._kept:
            self._kept = left
            self._keep()

    def _keep(self) -> None:
        stored = {"format": FORMAT, "documents": self._kept}
        data = json.dumps(stored, ensure_ascii=False, indent=1).encode() + b"\n"
        self._write(lambda: self._store(data))

    def _store(self, data: bytes) -> None:
        try:
            write_unless_newer(self._file, data, FORMAT, WHAT)
        except OSError as error:
            raise UserError(
                tr(
                    "What you dismissed in a check could not be stored ({reason}).",
                    reason=reason_of(error),
                ),
                tr("Check that the disk is not full."),
            ) from error
