"""What is known of a document, and what is found in it."""

from __future__ import annotations

from dataclasses import dataclass, field

from cowrite.interchange.manuscript import Blocks
from cowrite.interchange.readers.common.pictures import PictureStore
from cowrite.interchange.readers.odt.names import DC, META, OFFICE, Element
from cowrite.interchange.readers.odt.package import Package
from cowrite.interchange.readers.odt.styles import Styles

_OWN = ("Author", "Contact")


@dataclass
class Document:
    """One file while it is read. ``about``: what its part meta.xml says."""

    package: Package
    content: Element
    styles: Styles
    pictures: PictureStore
    about: dict[str, str] = field(default_factory=dict)
    notes: dict[str, Blocks] = field(default_factory=dict)
    title: str = ""
    places: dict[str, str] = field(default_factory=dict)  # by name: the words of the heading around

    @property
    def is_own(self) -> bool:
        """Whether Cowrite wrote it."""
        return self.about.get(META + "generator") == "Cowrite"

    def add_note(self, blocks: Blocks) -> str:
        """Keep a note; returns its label."""
        label = str(len(self.notes) + 1)
        self.notes[label] = blocks
        return label

    def is_own_paragraph(self, style: str | None) -> bool:
        """Whether it is one of those that Cowrite writes on a title page beside the title."""
        if not self.is_own:
            return False
        names = [style or "", *(each.name for each in self.styles.chain("paragraph", style))]
        return any(name in _OWN for name in names)


def about_of(part: Element | None) -> dict[str, str]:
    """The first text of each kind in meta.xml."""
    found: dict[str, str] = {}
    meta = None if part is None else part.find(OFFICE + "meta")
    for element in () if meta is None else meta:
        if isinstance(element.tag, str):
            found.setdefault(element.tag, " ".join((element.text or "").split()))
    return found


def author_of(about: dict[str, str]) -> str:
    """Who wrote it first, else who did last."""
    return about.get(META + "initial-creator") or about.get(DC + "creator") or ""
