"""Whole documents within a document (``w:altChunk``), which some programs write instead of a text of their own."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from email import message_from_bytes
from email.errors import MessageError

from cowrite.base.errors import UserError
from cowrite.interchange.manuscript import (
    Block,
    Blocks,
    Inline,
    Manuscript,
    NoteReference,
    Paragraph,
    Picture,
    Run,
)
from cowrite.interchange.options import ReadOptions
from cowrite.interchange.readers.docx import sayings
from cowrite.interchange.readers.docx.names import Element, R
from cowrite.interchange.readers.docx.package import Part
from cowrite.interchange.readers.docx.source import Source
from cowrite.interchange.report import Report
from cowrite.interchange.tidying import changed_blocks
from cowrite.interchange.tidying.notes import contents

MOST_CHUNKS = 20
MOST_IN_CHUNK = 4 << 20


def read_chunk(element: Element, source: Source, part: Part) -> Blocks:
    """What a document within this one holds; nothing, and a word about it, if it cannot be read."""
    found = _read(element, source, part)
    if found is None:
        source.say.leave_out(sayings.OTHER_DOCUMENT)
        return ()
    manuscript, report = found
    source.say.report.add(report)
    blocks, notes = _renamed(manuscript, source)
    for label, note in notes.items():
        source.notes[label] = note
    for each in (blocks, *notes.values()):
        for content in contents(each):
            for piece in content:
                source.budget.spend(piece)
            source.budget.end_paragraph()
    return blocks


def _read(element: Element, source: Source, part: Part) -> tuple[Manuscript, Report] | None:
    relation = part.relations.get(element.get(R + "id") or "")
    read_other = source.options.read_other
    source.chunks += 1
    if relation is None or relation.external or read_other is None or source.chunks > MOST_CHUNKS:
        return None
    try:
        data = source.package.archive.read(relation.target, MOST_IN_CHUNK)
        if data is None:
            return None
        kind, data = _kind_of(relation.target, data)
        report = Report()
        if not kind:
            lines = data.decode("utf-8", "replace").splitlines()
            return Manuscript(tuple(Paragraph((Run(line),)) for line in lines if line)), report
        options = ReadOptions(keep_changes=source.options.keep_changes, is_fragment=True)
        return read_other(kind, data, options, report), report
    except (UserError, MessageError):
        return None


def _kind_of(name: str, data: bytes) -> tuple[str, bytes]:
    """The kind of a document by its beginning and its name, and its bytes; no kind for plain text."""
    ending = name.rpartition(".")[2].lower()
    head = data[:512].lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    if head.startswith(b"pk"):
        return "docx", data
    if head.startswith(b"{\\rtf"):
        return "rtf", data
    if head.startswith(b"mime-version:") or ending in ("mht", "mhtml", "eml"):
        return "html", _page_of(data)
    if head.startswith(b"<") or ending in ("htm", "html", "xhtml"):
        return "html", data
    return "", data


def _page_of(data: bytes) -> bytes:
    """The page in a file that holds a page and its pictures as a letter does."""
    for part in message_from_bytes(data).walk():
        if part.get_content_type() == "text/html":
            page = part.get_payload(decode=True)
            if isinstance(page, bytes):
                charset = part.get_content_charset() or "utf-8"
                try:
                    return page.decode(charset, "replace").encode()
                except LookupError:
                    return page
    return b""


def _renamed(manuscript: Manuscript, source: Source) -> tuple[Blocks, dict[str, Blocks]]:
    """Its blocks and notes, with labels and names of pictures that are not taken yet."""
    labels: dict[str, str] = {}
    for label in manuscript.notes:
        labels[label] = source.new_label()
    pictures = {name: source.pictures.add(each.data) for name, each in manuscript.pictures.items()}

    def change(piece: Inline) -> Inline:
        if isinstance(piece, NoteReference):
            return replace(piece, label=labels.get(piece.label, piece.label))
        if isinstance(piece, Picture):
            return replace(piece, source=pictures.get(piece.source) or piece.source)
        return piece

    def changed(blocks: Iterable[Block]) -> Blocks:
        return changed_blocks(tuple(blocks), change)

    notes = {labels[label]: changed(note) for label, note in manuscript.notes.items()}
    return changed(manuscript.blocks), notes
