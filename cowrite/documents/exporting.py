"""A text of ours as another program's file."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path, PurePosixPath

from cowrite.interchange.formats import read, write
from cowrite.interchange.kinds import Kind
from cowrite.interchange.manuscript import Manuscript
from cowrite.interchange.options import ReadOptions, WriteOptions
from cowrite.interchange.pictures import within_text
from cowrite.interchange.plain_text import plain_manuscript
from cowrite.interchange.report import Report
from cowrite.proposals.critic_markup import read_critic_markup


@dataclass(frozen=True, slots=True, kw_only=True)
class ExportedText:
    """What is exported: ``text`` as it is now, and where its pictures lie. ``title`` and ``author`` may be empty.

    ``files``: pictures that are to lie beside the text once it has a file.
    """

    text: str
    is_markdown: bool
    folder: Path | None = None
    title: str = ""
    author: str = ""
    files: Mapping[PurePosixPath, bytes] = field(default_factory=dict)


def has_marked_changes(text: str) -> bool:
    """Whether CriticMarkup stands in it."""
    return "{" in text and bool(read_critic_markup(text)[1])


def export(exported: ExportedText, kind: Kind, options: WriteOptions, report: Report) -> bytes:
    """The file's bytes. With ``options.tracked_changes``, CriticMarkup becomes tracked changes. Raises UserError."""
    manuscript = _manuscript(exported, options, report)
    known = manuscript.metadata
    metadata = replace(
        known, title=exported.title or known.title, author=exported.author or known.author
    )
    return write(kind, replace(manuscript, metadata=metadata), options, report)


def _manuscript(exported: ExportedText, options: WriteOptions, report: Report) -> Manuscript:
    if not exported.is_markdown:
        return plain_manuscript(exported.text)
    data = exported.text.encode("utf-8", "replace")
    reading = ReadOptions(keep_changes=options.tracked_changes)
    manuscript = read(Kind.MARKDOWN, data, reading, report)
    return within_text(manuscript, exported.folder, exported.files)
