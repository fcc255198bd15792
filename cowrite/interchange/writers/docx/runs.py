"""What stands in a paragraph: runs, links, line breaks, references to notes, tracked changes, pictures."""

from __future__ import annotations

import re
from collections.abc import Iterable
from itertools import groupby

from cowrite.interchange.manuscript import (
    Change,
    ChangeKind,
    Inline,
    Inlines,
    LineBreak,
    Link,
    Mark,
    NoteReference,
    Picture,
    Run,
)
from cowrite.interchange.writers.common import directions
from cowrite.interchange.writers.common.characters import UNNAMED, name_in_xml
from cowrite.interchange.writers.common.times import written_time
from cowrite.interchange.writers.docx.drawing import add_drawing
from cowrite.interchange.writers.docx.names import R_ID, XML_SPACE, Element, W, add
from cowrite.interchange.writers.docx.parts import Relationships, Shared, bookmark_name

_NO_BREAK_HYPHEN = "\u2011"
_PARTS = re.compile(f"({_NO_BREAK_HYPHEN})")


class Runs:
    """Writes inlines into paragraphs of one part, whose ``relationships`` its links and pictures need."""

    def __init__(self, shared: Shared, relationships: Relationships, is_note: bool) -> None:
        self._shared = shared
        self._relationships = relationships
        self._is_note = is_note

    def add(self, paragraph: Element, content: Inlines) -> None:
        """Write ``content`` at the end of ``paragraph``."""
        for link, linked in groupby(content, _link_of):
            holder = self._link(paragraph, link) if link is not None else paragraph
            for change, changed in groupby(linked, _change_of):
                place = self._change(holder, change) if change is not None else holder
                self._add_all(place, changed, link is not None, change)

    def mark_end(self, properties: Element, change: Change) -> None:
        """Say in a paragraph's properties that its end was inserted or deleted."""
        self._change(add(properties, "rPr"), change)

    def _add_all(
        self, place: Element, inlines: Iterable[Inline], is_linked: bool, change: Change | None
    ) -> None:
        tag = "delText" if change is not None and change.kind is ChangeKind.DELETED else "t"
        for inline in inlines:
            match inline:
                case Run():
                    for text, leftwards in directions.pieces(inline.text):
                        run = add(place, "r")
                        _look(run, inline.marks, is_linked, leftwards)
                        _text(run, text, tag)
                case LineBreak():
                    add(add(place, "r"), "br")
                case NoteReference():
                    self._note(place, inline)
                case Picture():
                    add_drawing(add(place, "r"), inline, self._shared, self._relationships)

    def _link(self, paragraph: Element, link: Link) -> Element:
        hyperlink = add(paragraph, "hyperlink")
        if link.address.startswith("#"):
            hyperlink.set(W + "anchor", bookmark_name(link.address[1:]))
        else:
            hyperlink.set(R_ID, self._relationships.add("hyperlink", link.address, is_outside=True))
        if link.title:
            hyperlink.set(W + "tooltip", link.title[:_LONGEST_TOOLTIP])
        hyperlink.set(W + "history", "1")
        return hyperlink

    def _change(self, holder: Element, change: Change) -> Element:
        name = "ins" if change.kind is ChangeKind.INSERTED else "del"
        element = add(holder, name, id=self._shared.new_number())
        author = (
            change.author or self._shared.options.author or self._shared.prepared.metadata.author
        )
        element.set(W + "author", name_in_xml(author) or UNNAMED)
        when = change.when or self._shared.options.when
        if when is not None:
            element.set(W + "date", written_time(when))
        return element

    def _note(self, place: Element, reference: NoteReference) -> None:
        if self._is_note:
            self._shared.losses.nested_notes.add(reference.label)
            return
        run = add(place, "r")
        add(add(run, "rPr"), "rStyle", "FootnoteReference")
        add(run, "footnoteReference", id=self._shared.add_note(reference.label))


def _link_of(inline: Inline) -> Link | None:
    return inline.link if isinstance(inline, Run) else None


def _change_of(inline: Inline) -> Change | None:
    return inline.change if isinstance(inline, Run | LineBreak | NoteReference) else None


def _look(run: Element, marks: frozenset[Mark], is_linked: bool, leftwards: bool) -> None:
    """The properties of a run, in the order in which Word wants them."""
    if not (marks or is_linked or leftwards):
        return
    properties = add(run, "rPr")
    if Mark.CODE in marks or is_linked:
        add(properties, "rStyle", "InlineCode" if Mark.CODE in marks else "Hyperlink")
    if Mark.STRONG in marks:
        add(properties, "b")
        add(properties, "bCs")
    if Mark.EMPHASIS in marks:
        add(properties, "i")
        add(properties, "iCs")
    if Mark.STRIKE in marks:
        add(properties, "strike")
    if leftwards:
        add(properties, "rtl")


def _text(run: Element, text: str, tag: str) -> None:
    for part in _PARTS.split(text) if _NO_BREAK_HYPHEN in text else (text,):
        if part == _NO_BREAK_HYPHEN:
            add(run, "noBreakHyphen")
        elif part:
            element = add(run, tag)
            element.text = part
            if part[0] == " " or part[-1] == " " or "  " in part:
                element.set(XML_SPACE, "preserve")


_LONGEST_TOOLTIP = 260
