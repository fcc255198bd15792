"""Another program's file as a new text of ours: read, made Markdown, and never written to."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING

from cowrite.base.errors import UserError
from cowrite.documents.export import write_export
from cowrite.documents.files import read_bytes
from cowrite.interchange.kinds import READABLE, Kind, kind_of
from cowrite.localization import sentences, tr

if TYPE_CHECKING:
    from cowrite.interchange.manuscript import Manuscript
    from cowrite.interchange.report import Report

SUFFIX = ".md"
IMPORTED = tuple(kind for kind in READABLE if kind is not Kind.MARKDOWN)


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportedText:
    """What became of the file ``path``: ``text``, and ``files`` that lie beside it once it is saved."""

    path: Path
    text: str
    report: Report
    files: Mapping[PurePosixPath, bytes] = field(default_factory=dict)

    @property
    def suggested(self) -> Path:
        """The file that is offered for the text: beside the other one."""
        return self.path.with_suffix(SUFFIX)


def is_imported(path: Path) -> bool:
    """Whether the file is of a kind that is not shown as it is, but read into a text of its own."""
    return kind_of(path) in IMPORTED


def import_file(path: Path, *, keep_changes: bool = False) -> ImportedText:
    """Read the file; with ``keep_changes`` its tracked changes stand in the text as CriticMarkup. Raises UserError."""
    # Imported when a file is: the start of the program asks this module only what is such a file.
    from cowrite.interchange.formats import read, write
    from cowrite.interchange.options import ReadOptions, WriteOptions
    from cowrite.interchange.pictures import beside_text
    from cowrite.interchange.report import Report

    kind = kind_of(path)
    if kind is None:
        raise ValueError(f"{path.suffix} is no kind of file")
    report = Report()
    data, _ = read_bytes(path)
    try:
        manuscript = read(kind, data, ReadOptions(keep_changes=keep_changes), report)
    except UserError as error:  # it knows no name, and several files may be opened at once
        what = tr("“{name}” could not be opened.", name=path.name)
        raise UserError(sentences(what, error.message), error.advice) from error
    manuscript, files = beside_text(_without_bare_language(manuscript), path.stem)
    options = WriteOptions(tracked_changes=keep_changes)
    text = write(Kind.MARKDOWN, manuscript, options, report).decode()
    return ImportedText(path=path.absolute(), text=text, report=report, files=files)


def made_before(path: Path, text: str) -> ImportedText:
    """What ``text`` was made of when the program ended in the middle of it; its pictures are still in that file."""
    from cowrite.interchange.report import Report

    return ImportedText(path=path, text=text, report=Report())


def with_pictures(imported: ImportedText) -> ImportedText:
    """The same text, with what came inside its file, if that can still be read."""
    try:
        return replace(imported, files=import_file(imported.path).files)
    except UserError:
        return imported


def _without_bare_language(manuscript: Manuscript) -> Manuscript:
    """Nearly every file says its language; alone it is not worth lines above the text, which shows it as well."""
    known = manuscript.metadata
    if known.title or known.author:
        return manuscript
    return replace(manuscript, metadata=replace(known, language=""))


def write_files(imported: ImportedText, folder: Path) -> list[str]:
    """Write its pictures into ``folder``, and replace nothing there; a sentence for each that could not be written."""
    problems = []
    for name, data in imported.files.items():
        path = folder.joinpath(*name.parts)
        try:
            path.parent.mkdir(exist_ok=True)
            if not _holds(path, data):
                write_export(path, data, must_be_new=True)
        except (OSError, UserError) as error:
            problems.append(str(error))
    return problems


def _holds(path: Path, data: bytes) -> bool:
    """Whether the picture was written before, when the text was saved the first time."""
    return path.is_file() and path.stat().st_size == len(data) and path.read_bytes() == data
