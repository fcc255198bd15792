"""Which module reads or writes each kind of file. They are imported when they are needed.

A module of :mod:`cowrite.interchange.readers` has ``read(data, options, report) -> Manuscript``; one of
:mod:`cowrite.interchange.writers` has ``write(manuscript, options, report) -> bytes``. Both raise UserError for what a
person can do something about, and nothing else for any bytes whatever.
"""

from __future__ import annotations

import importlib
from dataclasses import replace
from typing import Protocol, cast

from cowrite.interchange.kinds import Kind
from cowrite.interchange.manuscript import Manuscript
from cowrite.interchange.options import ReadOptions, WriteOptions
from cowrite.interchange.report import Report


class Reader(Protocol):
    """What a module of readers offers."""

    def read(self, data: bytes, options: ReadOptions, report: Report) -> Manuscript:
        """A file's bytes as a tidied manuscript. Raises UserError if they are not of this kind, or too much."""
        ...


class Writer(Protocol):
    """What a module of writers offers."""

    def write(self, manuscript: Manuscript, options: WriteOptions, report: Report) -> bytes:
        """The file's bytes. Raises UserError."""
        ...


def read(kind: Kind, data: bytes, options: ReadOptions, report: Report) -> Manuscript:
    """Read a file of that kind, and documents that stand within it. Raises UserError."""
    return _read(kind, data, replace(options, read_other=_read_within), report)


def _read_within(ending: str, data: bytes, options: ReadOptions, report: Report) -> Manuscript:
    return _read(Kind(ending), data, options, report)


def _read(kind: Kind, data: bytes, options: ReadOptions, report: Report) -> Manuscript:
    module = importlib.import_module(f"cowrite.interchange.readers.{kind.name.lower()}")
    return cast(Reader, module).read(data, options, report)


def write(kind: Kind, manuscript: Manuscript, options: WriteOptions, report: Report) -> bytes:
    """Write a file of that kind. Raises UserError."""
    module = importlib.import_module(f"cowrite.interchange.writers.{kind.name.lower()}")
    return cast(Writer, module).write(manuscript, options, report)
