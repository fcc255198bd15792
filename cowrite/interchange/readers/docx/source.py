"""What all parts of a text share while it is read: styles, numbers, notes, comments, pictures, and what is said."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from cowrite.interchange.archives import refusals
from cowrite.interchange.manuscript import Blocks, Comment, Heading
from cowrite.interchange.options import ReadOptions
from cowrite.interchange.readers.common.budget import Budget
from cowrite.interchange.readers.common.pictures import MOST_IN_ONE, PictureStore
from cowrite.interchange.readers.docx import sayings
from cowrite.interchange.readers.docx.names import DC, Element, R
from cowrite.interchange.readers.docx.numbering import Numbers
from cowrite.interchange.readers.docx.package import KIND, Package, Part, Relation
from cowrite.interchange.readers.docx.sayings import Sayings
from cowrite.interchange.readers.docx.styles import Styles
from cowrite.interchange.report import Report

MOST_DEPTH = 40
_WORD = re.compile(rb"<(?:\w+:)?(?:t|blip|imagedata|textpath)[ >]")


@dataclass
class NoteTexts:
    """The footnotes or the endnotes: their elements by their marks, and the part that they stand in."""

    part: Part | None = None
    elements: dict[str, Element] = field(default_factory=dict)


class Source:
    """An opened document and what has been found in it so far."""

    def __init__(
        self, package: Package, core: dict[str, str], options: ReadOptions, report: Report
    ) -> None:
        self.core = core
        self.package = package
        self.options = options
        self.say = Sayings(report)
        self.styles = Styles(_root(package.related("styles", "styles.xml")))
        self.numbers = Numbers(_root(package.related("numbering", "numbering.xml")), self.styles)
        self.footnotes = NoteTexts()
        self.endnotes = NoteTexts()
        self.comments: dict[str, Comment] = {}
        self.named_comments: set[str] = set()
        self.note_labels: dict[tuple[str, str], str] = {}
        self.notes: dict[str, Blocks] = {}
        self.waiting: list[tuple[str, str, str]] = []  # notes to read: kind, mark, sign of its own
        self.pictures = PictureStore(report)
        self._picture_names: dict[str, str] = {}
        self.places: dict[str, Heading] = {}  # by the names of bookmarks in them
        self._page_parts: set[str] = set()
        self.title = ""
        self.has_text = False
        self.budget = Budget()
        self.sample: list[str] = []
        self.sample_size = 0
        self.chunks = 0
        self._labels = 0

    def note(self, kind: str, mark: str, sign: str = "") -> str | None:
        """The label of a note that the text names; the note is read after the text."""
        texts = self.footnotes if kind == "footnote" else self.endnotes
        if mark not in texts.elements:
            self.say.leave_out(sayings.LOST_NOTE)
            return None
        label = self.note_labels.get((kind, mark))
        if label is None:
            label = self.note_labels[kind, mark] = self.new_label()
            self.waiting.append((kind, mark, sign))
            self.say.keep(sayings.NOTE)
        return label

    def new_label(self) -> str:
        """A label for a note that no other note has."""
        self._labels += 1
        return str(self._labels)

    @property
    def author(self) -> str:
        """Who the file's properties say wrote it."""
        return self.core.get(DC + "creator", "")

    def picture(self, relation: Relation | None) -> str:
        """The name under which a picture is kept, or nothing if it cannot be."""
        if relation is None:
            self.say.leave_out(sayings.BAD_PICTURE)
            return ""
        if relation.external:
            self.say.leave_out(sayings.LINKED_PICTURE)
            return ""
        known = self._picture_names.get(relation.target)
        if known is not None:
            return known
        name = self._picture_names[relation.target] = self._read_picture(relation.target)
        return name

    def _read_picture(self, target: str) -> str:
        data = self.package.archive.read_if_whole(target, MOST_IN_ONE)
        if data is None:
            self.say.leave_out(sayings.BAD_PICTURE)
            return ""
        name = self.pictures.add(data)
        if name:
            self.say.keep(sayings.PICTURE)
        return name

    def note_page_part(self, part: Part, reference: Element) -> None:
        """Say that there is a header or a footer, if anything stands in it."""
        relation = part.relations.get(reference.get(R + "id") or "")
        if relation is None or relation.external or relation.target in self._page_parts:
            return
        self._page_parts.add(relation.target)
        data = self.package.archive.read_if_whole(relation.target)
        if data is not None and _WORD.search(data):
            self.say.leave_out(sayings.HEADER)

    def seen(self, text: str) -> None:
        """Text of the document, of which the beginning tells its script."""
        if self.sample_size < 2000:
            self.sample.append(text[:2000])
            self.sample_size += len(text)


def check_depth(depth: int) -> None:
    """Raises UserError where tables, boxes and notes stand in each other more often than anybody writes."""
    if depth > MOST_DEPTH:
        raise refusals.too_deep(KIND)


def _root(part: Part | None) -> Element | None:
    return None if part is None else part.root()
