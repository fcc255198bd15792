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
_DATA = {"chart": sayings.CHART, "chartex": sayings.CHART, "diagram": sayings.DIAGRAM}


@dataclass
class Drawing:
    """What was found. ``boxes``: elements that hold paragraphs; ``words``: text that is drawn as a picture."""

    boxes: list[Element] = field(default_factory=list)
    pictures: list[Picture] = field(default_factory=list)
    words: list[str] = field(default_factory=list)
    is_rule: bool = False


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
    found = Drawing()
    said, description, link = "", "", None
    waiting = [iter(element)]
    while waiting:
        inner = next(waiting[-1], None)
        if inner is None:
            waiting.pop()
            continue
        tag = inner.tag
        if tag in (W + "txbxContent", A + "txBody"):
            found.boxes.append(inner)
            continue
        if tag == _CHOICES:
            waiting.append(chosen(inner))
            continue
        if tag == WP + "docPr":
            description = inner.get("descr") or inner.get("title") or description
            link = _link(inner, part) or link
        elif tag == A + "blip":
            _add(
                found,
                source,
                part,
                inner.get(R + "embed") or inner.get(R + "link"),
                description,
                link,
            )
        elif tag == A + "graphicData":
            said = _DATA.get((inner.get("uri") or "").rsplit("/", 1)[-1], said)
        elif tag.startswith(V):
            _read_shape(inner, found, source, part)
        elif tag in (O + "OLEObject", W + "control"):
            said = sayings.EMBEDDED
        waiting.append(iter(inner))
    if said and not found.pictures and not found.boxes:
        source.say.leave_out(said, description)
    return found


def _read_shape(shape: Element, found: Drawing, source: Source, part: Part) -> None:
    if (shape.get(O + "hr") or "").lower() in ("t", "true", "1"):
        found.is_rule = True
    elif shape.tag == V + "imagedata":
        above = shape.getparent()
        description = (
            (above.get("alt") if above is not None else "") or shape.get(O + "title") or ""
        )
        mark = shape.get(R + "id") or shape.get(R + "pict") or shape.get(R + "href")
        _add(found, source, part, mark, description, None)
    elif shape.tag == V + "textpath" and shape.get("string"):
        found.words.append(shape.get("string"))


def _add(
    found: Drawing,
    source: Source,
    part: Part,
    mark: str | None,
    description: str,
    link: Link | None,
) -> None:
    name = source.picture(part.relations.get(mark or ""))
    if name:
        found.pictures.append(Picture(name, description, link))


def _link(properties: Element, part: Part) -> Link | None:
    click = properties.find(A + "hlinkClick")
    relation = None if click is None else part.relations.get(click.get(R + "id") or "")
    return Link(relation.address) if relation is not None and relation.external else None
