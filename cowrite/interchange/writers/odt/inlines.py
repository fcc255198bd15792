"""What stands in a paragraph: spans, links, line breaks, notes, pictures."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from itertools import groupby

from cowrite.interchange.manuscript import (
    Inline,
    LineBreak,
    Link,
    NoteReference,
    Picture,
    Run,
)
from cowrite.interchange.writers.odt.names import Element, add, add_characters, points
from cowrite.interchange.writers.odt.parts import Shared

_BLANKS = re.compile("( +)")


class Inlines:
    """Writes inlines into one paragraph. ``add_note`` writes the text of a note into its body; None inside notes."""

    def __init__(
        self,
        shared: Shared,
        paragraph: Element,
        add_note: Callable[[Element, str], None] | None,
    ) -> None:
        self._shared = shared
        self._paragraph = paragraph
        self._add_note = add_note
        self._follows_blank = True

    def add(self, content: Iterable[Inline]) -> None:
        """Write ``content`` at the end of the paragraph."""
        for link, linked in groupby(content, _link_of):
            holder = self._paragraph if link is None else self._link(link)
            for inline in linked:
                self._add_one(holder, inline)

    def _add_one(self, holder: Element, inline: Inline) -> None:
        match inline:
            case Run():
                place = holder
                if inline.marks:
                    style = {"text:style-name": self._shared.styles.marks(inline.marks)}
                    place = add(holder, "text:span", style)
                self._text(place, inline.text)
            case LineBreak():
                add(holder, "text:line-break")
                self._follows_blank = True
            case NoteReference():
                self._note(holder, inline.label)
            case Picture():
                self._picture(holder, inline)

    def _text(self, place: Element, text: str) -> None:
        """A reader makes one blank of many, and none of one at the beginning: those have an element.

        LibreOffice looks through pictures and notes there, so neither changes what a blank follows.
        """
        if "  " not in text and not (self._follows_blank and text.startswith(" ")):
            add_characters(place, text)
            self._follows_blank = text.endswith(" ")
            return
        for piece in _BLANKS.split(text):
            if not piece.startswith(" "):
                if piece:
                    add_characters(place, piece)
                    self._follows_blank = False
                continue
            kept = len(piece)
            if not self._follows_blank:
                add_characters(place, " ")
                kept -= 1
            if kept:
                add(place, "text:s", {"text:c": str(kept)})
            self._follows_blank = True

    def _link(self, link: Link) -> Element:
        attributes = {
            "xlink:type": "simple",
            "xlink:href": link.address,
            "text:style-name": "Internet_20_link",
            "text:visited-style-name": "Internet_20_link",
        }
        if link.title:
            attributes["office:title"] = link.title
        return add(self._paragraph, "text:a", attributes)

    def _note(self, holder: Element, label: str) -> None:
        if self._add_note is None:
            self._shared.losses.nested_notes.add(label)
            return
        number = self._shared.new_note()
        attributes = {"text:id": f"ftn{number}", "text:note-class": "footnote"}
        note = add(holder, "text:note", attributes)
        add(note, "text:note-citation").text = str(number)
        self._add_note(add(note, "text:note-body"), label)

    def _picture(self, holder: Element, picture: Picture) -> None:
        look = self._shared.look
        image = self._shared.prepared.images[picture.source]
        width, height = image.within(look.text_width, look.text_height * 0.9)
        if picture.link is not None:
            link = {"xlink:type": "simple", "xlink:href": picture.link.address}
            holder = add(holder, "draw:a", link)
        attributes = {
            "draw:style-name": self._shared.styles.frame(),
            "text:anchor-type": "as-char",
            "svg:width": points(max(width, 1.0)),
            "svg:height": points(max(height, 1.0)),
        }
        frame = add(holder, "draw:frame", attributes)
        embedded = {
            "xlink:href": self._shared.media_name(picture.source),
            "xlink:type": "simple",
            "xlink:show": "embed",
            "xlink:actuate": "onLoad",
        }
        add(frame, "draw:image", embedded)
        if picture.description:
            add(frame, "svg:title").text = picture.description

    def add_code(self, text: str) -> None:
        """Lines that stay as they are."""
        for number, line in enumerate(text.split("\n")):
            if number:
                add(self._paragraph, "text:line-break")
            self._follows_blank = True
            for column, piece in enumerate(line.split("\t")):
                if column:
                    add(self._paragraph, "text:tab")
                    self._follows_blank = True
                if piece:
                    self._text(self._paragraph, piece)


def _link_of(inline: Inline) -> Link | None:
    return inline.link if isinstance(inline, Run) else None
