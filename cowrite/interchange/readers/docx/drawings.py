"""What stands in a drawing: boxes with text, pictures, lines, and what is only said to have been there."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from cowrite.interchange.manuscript import Link, Picture
from cowrite.interchange.readers.docx import sayings
from cowrite.interchange.readers.docx.names import MC, WP, A, Element, M, O, R, V, W
from cowrite.interchange.readers.docx.package import Part
from cowrite.interchange.readers.docx.source import Source

_CHOICES = MC + "AlternateContent"
_TELLING = (
    W + "t", W + "txbxContent", W + "fldChar", W + "br", A + "blip", A + "t", M + "t", V + "imagedata",
)  # fmt: skip
_LINES = ("line", "straightConnector1")
_DATA = {"chart": sayings.CHART, "chartex": sayings.CHART, "diagram": sayings.DIAGRAM}


@dataclass
class Drawing:
    """What was found. ``boxes``: elements that hold paragraphs; ``words``: text that is drawn as a picture.

    ``is_rule``: it is meant as a line across the page; ``is_line``: it is a line that somebody drew.
    """

    boxes: list[Element] = field(default_factory=list)
    pictures: list[Picture] = field(default_factory=list)
    words: list[str] = field(default_factory=list)
    is_rule: bool = False
    is_line: bool = False
    is_hidden: bool = False


def chosen(alternatives: Element) -> Iterator[Element]:
    """The children of the one of several ways of saying the same that says something; the first that does."""
    choices = [
        *alternatives.iterchildren(MC + "Choice"),
        *alternatives.iterchildren(MC + "Fallback"),
    ]
    for choice in choices:
        if next(choice.iter(*_TELLING), None) is not None:
            return iter(choice)
    return iter(choices[0] if choices else ())


def read_drawing(element: Element, source: Source, part: Part) -> Drawing:
    """What stands in a drawing of either kind, each thing once."""
    return _Reader(source, part).read(element)


class _Reader:
    """Goes through one drawing."""

    def __init__(self, source: Source, part: Part) -> None:
        self._source = source
        self._part = part
        self._found = Drawing()
        self._description = ""
        self._link: Link | None = None
        self._other = ""  # what is only said
        self._has_picture = False

    def read(self, element: Element) -> Drawing:
        found = self._found
        waiting = [iter(element)]
        while waiting and not found.is_hidden:
            inner = next(waiting[-1], None)
            if inner is None:
                waiting.pop()
            elif inner.tag in (W + "txbxContent", A + "txBody"):
                found.boxes.append(inner)
            elif inner.tag == _CHOICES:
                waiting.append(chosen(inner))
            else:
                self._one(inner)
                waiting.append(iter(inner))
        if found.is_hidden:
            self._source.say.leave_out(sayings.HIDDEN, self._description)
            return Drawing(is_hidden=True)
        is_seen = found.boxes or found.words or found.is_rule or found.is_line
        if self._other or not (is_seen or self._has_picture):
            self._source.say.leave_out(self._other or sayings.DRAWING, self._description)
        return found

    def _one(self, element: Element) -> None:
        tag = element.tag
        if tag == WP + "docPr":
            self._description = element.get("descr") or element.get("title") or ""
            self._link = _link(element, self._part)
            self._found.is_hidden = (element.get("hidden") or "0").lower() in ("1", "true")
        elif tag == A + "blip":
            self._picture(element.get(R + "embed") or element.get(R + "link"), self._description)
        elif tag == A + "graphicData":
            self._other = _DATA.get((element.get("uri") or "").rsplit("/", 1)[-1], "")
        elif tag == A + "prstGeom":
            self._found.is_line |= element.get("prst") in _LINES
        elif tag.startswith(V):
            self._shape(element)
        elif tag in (O + "OLEObject", W + "control"):
            self._other = sayings.EMBEDDED

    def _shape(self, shape: Element) -> None:
        if (shape.get(O + "hr") or "").lower() in ("t", "true", "1"):
            self._found.is_rule = True
        elif shape.tag == V + "line":
            self._found.is_line = True
        elif shape.tag == V + "imagedata":
            above = shape.getparent()
            alternative = None if above is None else above.get("alt")
            mark = shape.get(R + "id") or shape.get(R + "pict") or shape.get(R + "href")
            self._picture(mark, alternative or shape.get(O + "title") or "")
        elif shape.tag == V + "textpath" and shape.get("string"):
            self._found.words.append(shape.get("string"))

    def _picture(self, mark: str | None, description: str) -> None:
        self._has_picture = True
        name = self._source.picture(self._part.relations.get(mark or ""))
        if name:
            self._found.pictures.append(Picture(name, description, self._link))


def _link(properties: Element, part: Part) -> Link | None:
    click = properties.find(A + "hlinkClick")
    relation = None if click is None else part.relations.get(click.get(R + "id") or "")
    return Link(relation.address) if relation is not None and relation.external else None
