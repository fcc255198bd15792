"""Small manuscripts for the tests of writers."""

from __future__ import annotations

import struct
import zlib

from cowrite.interchange.manuscript import (
    Change,
    ChangeKind,
    Heading,
    Inline,
    Manuscript,
    Mark,
    Metadata,
    NoteReference,
    Paragraph,
    PictureData,
    Run,
    SceneBreak,
    Table,
)

STRONG, EMPHASIS, CODE = (frozenset({each}) for each in (Mark.STRONG, Mark.EMPHASIS, Mark.CODE))


def para(*content: str | Inline) -> Paragraph:
    """A paragraph; a string is a run without marks."""
    return Paragraph(tuple(Run(each) if isinstance(each, str) else each for each in content))


def png(width: int, height: int) -> bytes:
    """A small picture of one colour."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return (
            struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
        )

    head = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    lines = zlib.compress((b"\0" + b"\x80" * width) * height)
    parts = (chunk(b"IHDR", head), chunk(b"IDAT", lines), chunk(b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(parts)


PICTURE = PictureData(png(30, 20), "image/png")

NOVEL = Manuscript(
    (
        Heading(1, (Run("Chapter "), Run("One", EMPHASIS))),
        para("He said ", Run("never", STRONG | EMPHASIS), Run(" again", STRONG), "."),
        SceneBreak(),
        para("The lamp", NoteReference("oil"), " went out."),
        Heading(2, (Run("A part"),)),
        Table((((Run("a"),), (Run("b"),)), ((Run("c"),), ()))),
        Heading(1, (Run("Chapter Two"),)),
        para("The end."),
    ),
    {"oil": (para("Oil, not gas."),)},
    Metadata("Ins & Outs", "A. Nonymous", "en-GB"),
)


def with_changes() -> Manuscript:
    """Insertions and deletions of words, of ends of paragraphs, and of a whole paragraph."""
    inserted, deleted = Change(ChangeKind.INSERTED), Change(ChangeKind.DELETED)
    by_ann = Change(ChangeKind.INSERTED, "Ann")
    return Manuscript(
        (
            para("Kept ", Run("new", change=by_ann), Run("old", change=deleted), " text."),
            Paragraph((Run("First, "),), deleted),
            para("second."),
            Paragraph((Run("gone", change=deleted),), deleted),
            Paragraph((Run("Split"),), inserted),
            para("here."),
        )
    )


def chinese() -> Manuscript:
    """A chapter in Chinese that does not say so."""
    blocks = (
        Heading(1, (Run("第一章"),)),
        para("他说：", Run("“停下！”", EMPHASIS), "然后走了。"),
        para("这是", Run("「重点」", STRONG), "内容。"),
    )
    return Manuscript(blocks, metadata=Metadata("雨夜行", "张三"))


def hebrew() -> Manuscript:
    """Hebrew with English in it and beside it."""
    blocks = (para("שלום hello 1"), para("English here."))
    return Manuscript(blocks, metadata=Metadata("ספר", "סופר", "he"))
