"""Names of WordprocessingML, and elements of it made in one line."""

from __future__ import annotations

from typing import Any, TypeAlias

from lxml import etree

Element: TypeAlias = Any
"""An element of lxml, which has no types of its own."""

W_SPACE = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
R_SPACE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
WP_SPACE = "http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing"
A_SPACE = "http://schemas.openxmlformats.org/drawingml/2006/main"
PIC_SPACE = "http://schemas.openxmlformats.org/drawingml/2006/picture"
SPACES = {"w": W_SPACE, "r": R_SPACE}
DRAWING_SPACES = {"wp": WP_SPACE, "a": A_SPACE, "pic": PIC_SPACE}

W = f"{{{W_SPACE}}}"
R_ID = f"{{{R_SPACE}}}id"
R_EMBED = f"{{{R_SPACE}}}embed"
VAL = f"{W}val"
XML_SPACE = "{http://www.w3.org/XML/1998/namespace}space"


def root(name: str) -> Element:
    """The root of a part: ``w:name``."""
    return etree.Element(W + name, nsmap=SPACES)


def add(parent: Element, tag: str, val: object = None, /, **attributes: object) -> Element:
    """A new last child ``w:tag`` with the attribute ``w:val`` and others; returns it."""
    child = etree.SubElement(parent, W + tag)
    if val is not None:
        child.set(VAL, str(val))
    for key, value in attributes.items():
        child.set(W + key, str(value))
    return child


def twips(points: float) -> int:
    """Twentieths of a point, in which Word measures pages and lines."""
    return round(points * 20)


def half_points(points: float) -> int:
    """In which Word measures letters."""
    return round(points * 2)


def as_bytes(tree: Element) -> bytes:
    """The part as it stands in the file."""
    data: bytes = etree.tostring(tree, xml_declaration=True, encoding="UTF-8", standalone=True)
    return data
