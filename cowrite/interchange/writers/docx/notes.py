"""word/footnotes.xml: the text of the notes, with the lines that part them from the page."""

from __future__ import annotations

from cowrite.interchange.writers.docx.body import Body, Place
from cowrite.interchange.writers.docx.names import Element, add, root
from cowrite.interchange.writers.docx.parts import Relationships, Shared

SEPARATORS = ((-1, "separator"), (0, "continuationSeparator"))
"""The notes that are none: the settings have to name them."""


def footnotes_xml(shared: Shared, relationships: Relationships) -> Element:
    """The part, for all notes that ``shared`` was told of."""
    part = root("footnotes")
    for number, kind in SEPARATORS:
        paragraph = add(add(part, "footnote", type=kind, id=number), "p")
        add(add(paragraph, "r"), kind)
    for number, label in enumerate(shared.notes, 1):
        note = add(part, "footnote", id=number)
        Body(shared, relationships, is_note=True).add(
            note, shared.prepared.notes[label], Place("FootnoteText")
        )
    return part
