"""Undo steps that outlive the window: kept as edits, and believed only where they lead to exactly the text of the file.

Offsets and lengths are UTF-16 units, as documents count. One private file per document; whatever is wrong with it,
there are no steps, and nobody is told.
"""

from __future__ import annotations

import hashlib
import json
import logging
import zlib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from cowrite.base.errors import UserError
from cowrite.base.json_values import read_json, read_regular
from cowrite.base.records import Count, decode, require_format
from cowrite.base.system_reasons import reason_of
from cowrite.documents.identity import is_identity
from cowrite.localization import tr
from cowrite.settings.newer_data import is_newer
from cowrite.settings.private_file import write_private

logger = logging.getLogger(__name__)

FORMAT = 1
SUFFIX = ".undo"
MOST_STEPS = 200
MOST_CHARACTERS = 200_000
"""Of what was inserted and removed in all steps that are kept together."""
LARGEST_BYTES = 8_000_000

Origins = tuple[tuple[int, str], ...]
"""Where stretches of a removed text were from: the length and the name of the origin of each."""


@dataclass(frozen=True, slots=True, kw_only=True)
class MadeEdit:
    """An edit as it was told: at ``offset``, ``removed`` units of these ``origins`` went and ``inserted`` came."""

    offset: int
    removed: int
    inserted: str
    origins: Origins = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class UndoEdit:
    """An edit that can be taken back: at ``offset``, the text ``removed`` went and ``inserted`` came."""

    offset: int
    removed: str
    inserted: str
    origins: Origins = ()


Step = tuple[UndoEdit, ...]
"""What one undo takes back, in the order in which it was made."""


def completed(base: str, made: Sequence[Sequence[MadeEdit]], text: str) -> list[Step]:
    """The steps that led from ``base`` to ``text``, each with what it removed; the last of them that may be kept.

    Raises ValueError if they do not lead there.
    """
    units = bytearray(base.encode("utf-16-le", "surrogatepass"))
    steps: list[Step] = []
    for group in made:
        step = []
        for edit in group:
            start, end = 2 * edit.offset, 2 * (edit.offset + edit.removed)
            if end > len(units):
                raise ValueError("an edit is outside the text")
            removed = units[start:end].decode("utf-16-le", "surrogatepass")
            units[start:end] = edit.inserted.encode("utf-16-le", "surrogatepass")
            step.append(
                UndoEdit(
                    offset=edit.offset,
                    removed=removed,
                    inserted=edit.inserted,
                    origins=edit.origins,
                )
            )
        steps.append(tuple(step))
    if units.decode("utf-16-le", "surrogatepass") != text:
        raise ValueError("the steps do not lead to the text")
    return _newest(steps)


def taken_back(text: str, steps: Sequence[Step]) -> str:
    """The text before all of ``steps``. Raises ValueError if one of them does not fit."""
    units = bytearray(text.encode("utf-16-le", "surrogatepass"))
    for step in reversed(steps):
        for edit in reversed(step):
            inserted = edit.inserted.encode("utf-16-le", "surrogatepass")
            start = 2 * edit.offset
            if units[start : start + len(inserted)] != inserted:
                raise ValueError("a step does not fit the text")
            units[start : start + len(inserted)] = edit.removed.encode("utf-16-le", "surrogatepass")
    return units.decode("utf-16-le")


def _newest(steps: list[Step]) -> list[Step]:
    size, kept = 0, list[Step]()
    for step in reversed(steps[-MOST_STEPS:]):
        size += sum(len(edit.removed) + len(edit.inserted) for edit in step)
        if size > MOST_CHARACTERS:
            break
        kept.append(step)
    return kept[::-1]


class UndoStore:
    """The undo steps of documents, in ``folder``. May be used on any thread."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def write(self, document_id: str, text: str, steps: Sequence[Step]) -> None:
        """Keep the steps that led to ``text``; none of them keeps none. Raises UserError.

        Nothing is done where a newer version of Cowrite kept its own.
        """
        try:
            if is_newer(_stored(self._file(document_id)), FORMAT):
                return
        except (OSError, ValueError, zlib.error):
            pass  # there are none, or none that anybody could use
        rows = [[[e.offset, e.removed, e.inserted, e.origins] for e in step] for step in steps]
        data = json.dumps({"format": FORMAT, "sha256": _digest(text), "steps": rows}).encode(
            "ascii"
        )
        try:
            if steps:
                write_private(self._file(document_id), zlib.compress(data))
            else:
                self._file(document_id).unlink(missing_ok=True)
        except OSError as error:
            raise UserError(
                tr("Undo steps could not be kept ({reason}).", reason=reason_of(error))
            ) from error

    def read(self, document_id: str, text: str) -> list[Step]:
        """The steps that led to ``text``; none if there are none, or if anything about them is wrong."""
        try:
            stored = _stored(self._file(document_id))
            require_format(stored, FORMAT)
            kept = decode(stored, _Kept)
            if kept.sha256 != _digest(text):
                return []
            steps = [tuple(map(_edit, step)) for step in kept.steps][-MOST_STEPS:]
            taken_back(text, steps)
        except FileNotFoundError:
            return []
        except (OSError, ValueError, zlib.error) as error:
            logger.info("undo steps cannot be used (%s)", type(error).__name__)
            return []
        return steps

    def _file(self, document_id: str) -> Path:
        if not is_identity(document_id):
            raise ValueError("this is no identity of a document")
        return self._folder / f"{document_id}{SUFFIX}"


def _stored(file: Path) -> Any:
    """Raises OSError, ValueError or zlib.error."""
    packed = read_regular(file, LARGEST_BYTES)
    return read_json(zlib.decompressobj().decompress(packed, LARGEST_BYTES), tolerant=True)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Kept:
    sha256: str
    steps: list[list[tuple[Count, str, str, list[tuple[Count, str]]]]]


def _edit(row: Any) -> UndoEdit:
    offset, removed, inserted, origins = row
    return UndoEdit(
        offset=offset,
        removed=removed,
        inserted=inserted,
        origins=tuple((length, name) for length, name in origins),
    )


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()
