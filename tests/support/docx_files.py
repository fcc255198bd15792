"""Small DOCX files, made of pieces of XML; and a manuscript as lines that can be compared."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterable
from xml.sax.saxutils import escape

from cowrite.interchange.manuscript import (
    Block,
    Blocks,
    CodeBlock,
    Comment,
    CommentBlock,
    Heading,
    Inline,
    Inlines,
    LineBreak,
    ListBlock,
    Manuscript,
    Mark,
    NoteReference,
    Paragraph,
    Picture,
    Quotation,
    Run,
    SceneBreak,
    Table,
)
from cowrite.interchange.options import ReadOptions
from cowrite.interchange.readers import docx
from cowrite.interchange.report import Report

OFFICE = "http://schemas.openxmlformats.org/"
SPACES = (
    f'xmlns:w="{OFFICE}wordprocessingml/2006/main" '
    f'xmlns:r="{OFFICE}officeDocument/2006/relationships" '
    f'xmlns:mc="{OFFICE}markup-compatibility/2006" '
    f'xmlns:wp="{OFFICE}drawingml/2006/wordprocessingDrawing" '
    f'xmlns:a="{OFFICE}drawingml/2006/main" '
    f'xmlns:pic="{OFFICE}drawingml/2006/picture" '
    f'xmlns:m="{OFFICE}officeDocument/2006/math" '
    'xmlns:wps="http://schemas.microsoft.com/office/word/2010/wordprocessingShape" '
    'xmlns:v="urn:schemas-microsoft-com:vml" xmlns:o="urn:schemas-microsoft-com:office:office"'
)
HEAD = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
_RELATIONS = f'xmlns="{OFFICE}package/2006/relationships"'
_TYPE = "application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"
PIXEL = bytes.fromhex(
    "89504e470d0a1a0a0000000d49484452000000010000000108060000001f15c489"
    "0000000d49444154789c6360f8cff01f0005000201f73c7c6a0000000049454e44ae426082"
)
_SIGNS = ((Mark.CODE, "c"), (Mark.STRIKE, "s"), (Mark.STRONG, "b"), (Mark.EMPHASIS, "i"))
_PARTS = {
    "styles": "styles",
    "numbering": "numbering",
    "footnotes": "footnotes",
    "endnotes": "endnotes",
    "comments": "comments",
}


def run(text: str, properties: str = "") -> str:
    """A run; ``properties``: what stands in its ``w:rPr``."""
    look = f"<w:rPr>{properties}</w:rPr>" if properties else ""
    return f'<w:r>{look}<w:t xml:space="preserve">{escape(text)}</w:t></w:r>'


def par(content: str = "", properties: str = "") -> str:
    """A paragraph of runs, or of plain words; ``properties``: what stands in its ``w:pPr``."""
    inner = content if "<" in content or not content else run(content)
    look = f"<w:pPr>{properties}</w:pPr>" if properties else ""
    return f"<w:p>{look}{inner}</w:p>"


def style(
    style_id: str, name: str, properties: str = "", kind: str = "paragraph", default: bool = False
) -> str:
    """A style; ``properties``: all that stands in it but its name."""
    is_default = ' w:default="1"' if default else ""
    return (
        f'<w:style w:type="{kind}" w:styleId="{style_id}"{is_default}><w:name w:val="{name}"/>'
        f"{properties}</w:style>"
    )


def relations(inner: str) -> bytes:
    """A part with relations."""
    return f"{HEAD}<Relationships {_RELATIONS}>{inner}</Relationships>".encode()


def relation(mark: str, kind: str, target: str, external: bool = False) -> str:
    """One relation of the text to another part, or to an address."""
    mode = ' TargetMode="External"' if external else ""
    kind = f"{OFFICE}officeDocument/2006/relationships/{kind}"
    return f'<Relationship Id="{mark}" Type="{kind}" Target="{target}"{mode}/>'


def parts_of(
    body: str, *, related: str = "", more: dict[str, bytes] | None = None, **parts: str
) -> dict[str, bytes]:
    """The parts of a document. ``parts``: what stands in styles, numbering, footnotes, endnotes, comments."""
    found = {
        "[Content_Types].xml": (
            f'{HEAD}<Types xmlns="{OFFICE}package/2006/content-types">'
            f'<Override PartName="/word/document.xml" ContentType="{_TYPE}"/></Types>'
        ).encode(),
        "_rels/.rels": relations(relation("rId1", "officeDocument", "word/document.xml")),
        "word/document.xml": (
            f"{HEAD}<w:document {SPACES}><w:body>{body}</w:body></w:document>".encode()
        ),
    }
    for name, inner in parts.items():
        found[f"word/{name}.xml"] = f"{HEAD}<w:{name} {SPACES}>{inner}</w:{name}>".encode()
        related += relation(f"rId-{name}", _PARTS[name], f"{name}.xml")
    found["word/_rels/document.xml.rels"] = relations(related)
    return found | (more or {})


def zipped(parts: dict[str, bytes]) -> bytes:
    """The parts as a package."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in parts.items():
            archive.writestr(zipfile.ZipInfo(name, (2026, 1, 2, 3, 4, 6)), data)
    return out.getvalue()


def package(body: str, **parts: object) -> bytes:
    """A document with that body; see :func:`parts_of`."""
    return zipped(parts_of(body, **parts))  # type: ignore[arg-type]


def read(data: bytes, *, keep_changes: bool = False) -> tuple[Manuscript, Report]:
    """What the reader makes of it, and says."""
    report = Report()
    return docx.read(data, ReadOptions(keep_changes=keep_changes), report), report


def lines(body: str, *, keep_changes: bool = False, **parts: object) -> list[str]:
    """A document with that body, read, as lines."""
    manuscript, _ = read(package(body, **parts), keep_changes=keep_changes)
    return lines_of(manuscript)


def said(body: str, **parts: object) -> set[str]:
    """What is said to be left out of a document with that body."""
    _, report = read(package(body, **parts))
    return {entry.what for entry in report.left_out}


def lines_of(manuscript: Manuscript) -> list[str]:
    """One line for each block, with its notes behind it."""
    found = list(_lines(manuscript.blocks, ""))
    for label, note in manuscript.notes.items():
        found += [f"[^{label}] {line}" for line in _lines(note, "")]
    return found


def _lines(blocks: Blocks, before: str) -> Iterable[str]:
    for block in blocks:
        yield from _lines_of_block(block, before)


def _lines_of_block(block: Block, before: str) -> Iterable[str]:
    match block:
        case Paragraph():
            end = "" if block.end is None else f" ¶{block.end.kind}"
            yield f"{before}p {shown(block.content)}{end}"
        case Heading():
            yield f"{before}h{block.level} {shown(block.content)}"
        case SceneBreak():
            yield f"{before}hr {block.text}".rstrip()
        case CodeBlock():
            yield f"{before}code {block.text!r}"
        case Quotation():
            yield from _lines(block.blocks, f"{before}> ")
        case ListBlock():
            for at, item in enumerate(block.items):
                sign = "-" if block.first is None else f"{block.first + at}."
                for number, line in enumerate(_lines(item, "")):
                    text = line.removeprefix("p ") if not number else line
                    yield f"{before}{sign if not number else ' ' * len(sign)} {text}"
        case Table():
            for row in block.rows:
                yield f"{before}row {' | '.join(map(shown, row))}"
        case CommentBlock():
            yield f"{before}comment {block.text}"


def shown(content: Inlines) -> str:
    """The inline pieces of a paragraph as a line."""
    return "".join(map(_shown, content))


def _shown(piece: Inline) -> str:
    match piece:
        case Run():
            text = piece.text
            for mark, sign in _SIGNS:
                text = f"<{sign}>{text}</{sign}>" if mark in piece.marks else text
            text = f"[{text}]({piece.link.address})" if piece.link else text
            return f"{{{piece.change.kind[:3]}:{text}}}" if piece.change else text
        case LineBreak():
            return "<br>"
        case NoteReference():
            return f"[^{piece.label}]"
        case Picture():
            return f"![{piece.description}]({piece.source})"
        case Comment():
            return f"(({piece.author}: {piece.text}))"
