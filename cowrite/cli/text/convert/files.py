"""From one kind of file to another, by the model of a manuscript between them."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path, PurePosixPath

from cowrite.base.errors import UserError
from cowrite.base.text_counts import count_text
from cowrite.cli.text.convert.request import Request, is_plain_text
from cowrite.cli.text.convert.texts import read_text_file, settled
from cowrite.console import say
from cowrite.documents.export import write_export
from cowrite.documents.files import read_bytes
from cowrite.interchange.formats import read, write
from cowrite.interchange.kinds import Kind, kind_of
from cowrite.interchange.manuscript import Inline, LineBreak, Manuscript, Mark, Run
from cowrite.interchange.options import ReadOptions, Style, WriteOptions
from cowrite.interchange.pictures import beside_text, within_text
from cowrite.interchange.plain_text import plain_manuscript
from cowrite.interchange.report import Report
from cowrite.interchange.statement import statement
from cowrite.interchange.tidying.changes import resolved
from cowrite.interchange.tidying.notes import contents
from cowrite.localization import tr, trn
from cowrite.settings.paths import Paths
from cowrite.settings.regular_file import require_regular_file
from cowrite.typography.convert import typographic

MEGABYTE = 1_000_000
LARGEST = {Kind.DOCX: 100, Kind.ODT: 100, Kind.RTF: 100, Kind.HTML: 40, Kind.MARKDOWN: 16}
"""Megabytes beyond which a file is not even read into memory."""


def convert_file(request: Request, paths: Paths) -> None:
    """Read, settle, write, and say what became of it. Raises UserError; nothing is then written."""
    request.require_kinds()
    pictures_folder = request.target.with_name(f"{request.target.stem}-pictures")
    request.require_free()
    report = Report()
    manuscript = _read(request, paths, report)
    if request.author and not manuscript.metadata.author:
        metadata = replace(manuscript.metadata, author=request.author)
        manuscript = replace(manuscript, metadata=metadata)
    files: Mapping[PurePosixPath, bytes] = {}
    if kind_of(request.target) in (Kind.MARKDOWN, Kind.PDF):
        manuscript, files = beside_text(manuscript, request.target.stem)
    is_pdf = kind_of(request.target) is Kind.PDF
    if files and not is_pdf:
        request.require_free(pictures_folder)
    data, words = _written(request, manuscript, files, paths, report)
    if is_pdf:
        files = {}  # they are within
    for path, picture in files.items():
        (request.target.parent / path).parent.mkdir(exist_ok=True)
        write_export(request.target.parent / path, picture, only_files=True)
    write_export(request.target, data, keep_in=paths.saves_dir)
    _tell(request, report, words, [str(path) for path in files])


# --- reading ---


def _read(request: Request, paths: Paths, report: Report) -> Manuscript:
    keeps = request.changes in ("keep", "reject")
    kind = kind_of(request.source)
    if is_plain_text(request.source) or kind is None:
        return plain_manuscript(
            settled(read_text_file(request.source, paths).text, request.changes)
        )
    _require_size(request.source, kind)
    if kind is Kind.MARKDOWN:
        text = settled(read_text_file(request.source, paths).text, request.changes)
        if request.quotes is not None:
            text = typographic(text, request.quotes, markdown=True)
        options = ReadOptions(keep_changes=request.changes == "keep")
        manuscript = read(kind, text.encode("utf-8", "replace"), options, report)
        return within_text(manuscript, request.source.parent, {})
    data, _ = read_bytes(request.source)
    manuscript = read(kind, data, ReadOptions(keep_changes=keeps), report)
    if request.changes == "reject":
        manuscript = resolved(manuscript, accept=False)
        if count := report.kept.pop(tr("tracked change"), 0):
            say(
                trn(
                    "{count} tracked change was rejected.",
                    "{count} tracked changes were rejected.",
                    count,
                )
            )
    if request.quotes is not None:
        manuscript = _with_quotes(manuscript, request.quotes, keeps=request.changes == "keep")
    return manuscript


def _require_size(path: Path, kind: Kind) -> None:
    limit = LARGEST.get(kind, LARGEST[Kind.MARKDOWN])
    try:
        size = require_regular_file(path).st_size
    except OSError:
        return  # whoever reads it says it better
    if size > limit * MEGABYTE:
        raise UserError(
            tr("{path} is larger than {limit} MB.", path=path, limit=limit),
            tr("Divide it into several files."),
        )


def _with_quotes(manuscript: Manuscript, language: str, *, keeps: bool) -> Manuscript:
    """The same with typographic signs, set where they are set in Markdown."""
    own = Report()
    written = write(Kind.MARKDOWN, manuscript, WriteOptions(tracked_changes=keeps), own).decode()
    text = typographic(written, language, markdown=True)
    found = read(Kind.MARKDOWN, text.encode(), ReadOptions(keep_changes=keeps), own)
    return replace(found, pictures=manuscript.pictures)


# --- writing ---


def _written(
    request: Request,
    manuscript: Manuscript,
    files: Mapping[PurePosixPath, bytes],
    paths: Paths,
    report: Report,
) -> tuple[bytes, int]:
    """The file's bytes, and how many words the text has."""
    keeps = request.changes == "keep"
    kind = kind_of(request.target)
    options = WriteOptions(
        style=Style(request.style or "book"),
        tracked_changes=keeps,
        author=request.author,
        when=datetime.now(UTC),
    )
    if kind is Kind.PDF or kind is None:
        from cowrite.cli.text.convert.pdf import pdf_of_manuscript

        if not keeps:
            manuscript = resolved(manuscript, accept=True)
        data = pdf_of_manuscript(manuscript, files, options, paths, report)
        return data, _words(manuscript)
    data = write(kind, manuscript, options, report)
    return data, _words(manuscript)


def _words(manuscript: Manuscript) -> int:
    """As in the text itself: without code, comments and deletions."""
    seen = resolved(manuscript, accept=True)
    lines: list[str] = []
    for part in (seen.blocks, *seen.notes.values()):
        for content in contents(part):
            lines.append("".join(_prose(each) for each in content))
    return count_text("\n".join(lines)).words


def _prose(piece: Inline) -> str:
    if isinstance(piece, Run):
        return "\n" if Mark.CODE in piece.marks else piece.text
    return "\n" if isinstance(piece, LineBreak) else ""


# --- telling ---


def _tell(request: Request, report: Report, words: int, pictures: list[str]) -> None:
    if request.as_json:
        told = {
            "in": str(request.source),
            "out": str(request.target),
            "words": words,
            "kept": dict(report.kept),
            "accepted": dict(report.accepted),
            "left_out": [{"what": each.what, "where": each.where} for each in report.left_out],
            "pictures": pictures,
        }
        print(json.dumps(told, ensure_ascii=False, indent=2))
        return
    for sentence in statement(report):
        say(sentence)
    if pictures:
        say(
            trn(
                "{count} picture is in the folder {folder}.",
                "{count} pictures are in the folder {folder}.",
                len(pictures),
                folder=Path(pictures[0]).parent,
            )
        )
