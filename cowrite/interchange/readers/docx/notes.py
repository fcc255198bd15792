"""Footnotes, endnotes and comments, which stand in parts of their own."""

from __future__ import annotations

from collections.abc import Iterator

from cowrite.interchange.manuscript import Comment
from cowrite.interchange.readers.docx import sayings
from cowrite.interchange.readers.docx.names import Element, W
from cowrite.interchange.readers.docx.package import Part
from cowrite.interchange.readers.docx.source import NoteTexts, Source
from cowrite.interchange.readers.docx.stories import Story

_LINES = ("separator", "continuationSeparator", "continuationNotice")


def find_notes(source: Source) -> None:
    """Open the parts with notes and comments."""
    package = source.package
    source.footnotes = _texts(package.related("footnotes", "footnotes.xml"), W + "footnote")
    source.endnotes = _texts(package.related("endnotes", "endnotes.xml"), W + "endnote")
    part = package.related("comments", "comments.xml")
    for element in () if part is None else part.root().iterchildren(W + "comment"):
        text = "\n".join(filter(None, (_plain(each) for each in element.iter(W + "p"))))
        author = " ".join((element.get(W + "author") or "").split())
        if text:
            source.comments.setdefault(element.get(W + "id") or "", Comment(text, author))


def read_notes(source: Source) -> None:
    """Read the notes that the text named, and those that they name."""
    while source.waiting:
        kind, mark, sign = source.waiting.pop(0)
        texts = source.footnotes if kind == "footnote" else source.endnotes
        if texts.part is not None:
            label = source.note_labels[kind, mark]
            story = Story(source, texts.part, 1, sign)
            source.notes[label] = story.read(texts.elements[mark])
    for mark, comment in source.comments.items():
        if mark not in source.named_comments:
            source.say.leave_out(sayings.LOST_COMMENT, comment.text)


def _texts(part: Part | None, tag: str) -> NoteTexts:
    if part is None:
        return NoteTexts()
    found = {
        element.get(W + "id") or "": element
        for element in part.root().iterchildren(tag)
        if element.get(W + "type") not in _LINES
    }
    return NoteTexts(part, found)


def _plain(paragraph: Element) -> str:
    return "".join(_characters(paragraph)).strip()


def _characters(paragraph: Element) -> Iterator[str]:
    for element in paragraph.iter(W + "t", W + "tab", W + "br", W + "cr", W + "noBreakHyphen"):
        if element.tag == W + "t":
            yield element.text or ""
        else:
            yield "\u2011" if element.tag == W + "noBreakHyphen" else " "
