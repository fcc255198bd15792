"""What the writer chose for single documents: a language, words that are right there. Private ones leave no trace."""

from __future__ import annotations

import json
import logging
from collections.abc import Callable, Collection
from dataclasses import asdict, dataclass
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
    "What was chosen for the spelling of documents was written by a newer version of Cowrite."
)
DETECT, NONE = "", "none"
"""Choices of a language that are none: find it out, and check nothing."""
_MOST_DOCUMENTS = 2_000


@dataclass(frozen=True, slots=True, kw_only=True)
class DocumentChoice:
    """``language`` is DETECT, NONE or an installed one; ``words`` are right in this document."""

    language: str = DETECT
    words: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class _Stored:
    format: int
    documents: dict[str, DocumentChoice]


class DocumentChoices:
    """By document, the last chosen last. ``write`` has a function called on another thread."""

    def __init__(self, file: Path, write: Callable[[Callable[[], None]], None]) -> None:
        self._file = file
        self._write = write
        self._choices: dict[str, DocumentChoice] = {}
        self._unkept: dict[str, DocumentChoice] = {}

    def read(self) -> dict[str, DocumentChoice]:
        """What is kept; for another thread. What makes no sense is left out."""
        try:
            return decode(read_json_file(self._file, tolerant=True), _Stored).documents
        except FileNotFoundError:
            return {}
        except (OSError, SchemaError):
            logger.warning("the languages chosen for documents cannot be read")
            return {}

    def know(self, kept: dict[str, DocumentChoice]) -> None:
        """What :meth:`read` found, under what was chosen meanwhile."""
        self._choices = kept | self._choices

    def of(self, document_id: str) -> DocumentChoice:
        """What was chosen for a document."""
        return self._unkept.get(document_id) or self._choices.get(document_id, DocumentChoice())

    def choose(self, document_id: str, choice: DocumentChoice, *, keep: bool) -> None:
        """From now on it is this; of what is not to be kept nothing is written."""
        if not keep:
            self._unkept[document_id] = choice
            return
        self._choices.pop(document_id, None)
        if choice != DocumentChoice():
            self._choices[document_id] = choice
        for oldest in list(self._choices)[:-_MOST_DOCUMENTS]:
            del self._choices[oldest]
        self._keep()

    def forget(self, documents: Collection[str], *, everything: bool = False) -> None:
        """Keep nothing about these documents any more."""
        left = {
            each: choice
            for each, choice in self._choices.items()
            if not everything and each not in documents
        }
        if left != self._choices:
            self._choices = left
            self._keep()

    def _keep(self) -> None:
        stored = {
            "format": FORMAT,
            "documents": {each: asdict(its) for each, its in self._choices.items()},
        }
        data = json.dumps(stored, ensure_ascii=False, indent=1).encode("utf-8", "replace") + b"\n"
        self._write(lambda: self._store(data))

    def _store(self, data: bytes) -> None:
        try:
            write_unless_newer(self._file, data, FORMAT, WHAT)
        except OSError as error:
            raise UserError(
                tr(
                    "What you chose for the spelling of a document could not be stored ({reason}).",
                    reason=reason_of(error),
                ),
                tr("Check that the disk is not full."),
            ) from error
