"""Names of OpenDocument, and elements of it made in one line."""

from __future__ import annotations

from typing import Any, TypeAlias

from lxml import etree

Element: TypeAlias = Any
"""An element of lxml, which has no types of its own."""

_OASIS = "urn:oasis:names:tc:opendocument:xmlns:"
SPACES = {
    "office": f"{_OASIS}office:1.0",
    "style": f"{_OASIS}style:1.0",
    "text": f"{_OASIS}text:1.0",
    "table": f"{_OASIS}table:1.0",
    "draw": f"{_OASIS}drawing:1.0",
    "fo": f"{_OASIS}xsl-fo-compatible:1.0",
    "svg": f"{_OASIS}svg-compatible:1.0",
    "meta": f"{_OASIS}meta:1.0",
    "xlink": "http://www.w3.org/1999/xlink",
    "dc": "http://purl.org/dc/elements/1.1/",
}
_MANIFEST = f"{_OASIS}manifest:1.0"
VERSION = "1.3"
_XML_ID = "{http://www.w3.org/XML/1998/namespace}id"
_known: dict[str, str] = {"xml:id": _XML_ID}


def name(short: str) -> str:
    """``text:p`` as lxml writes it."""
    found = _known.get(short)
    if found is None:
        prefix, _, local = short.partition(":")
        space = _MANIFEST if prefix == "manifest" else SPACES[prefix]
        found = _known[short] = f"{{{space}}}{local}"
    return found


def root(short: str) -> Element:
    """The root of a part."""
    part = etree.Element(name(short), nsmap=SPACES)
    part.set(name("office:version"), VERSION)
    return part


def manifest_root() -> Element:
    """The root of the list of parts."""
    part = etree.Element(name("manifest:manifest"), nsmap={"manifest": _MANIFEST})
    part.set(name("manifest:version"), VERSION)
    return part


def add(parent: Element, short: str, attributes: dict[str, str] | None = None) -> Element:
    """A new last child; returns it."""
    child = etree.SubElement(parent, name(short))
    if attributes:
        for key, value in attributes.items():
            child.set(name(key), value)
    return child


def detached(short: str) -> Element:
    """An element that stands nowhere yet."""
    return etree.Element(name(short))


def add_characters(parent: Element, text: str) -> None:
    """``text`` behind everything that stands in ``parent``."""
    if len(parent):
        last = parent[-1]
        last.tail = (last.tail or "") + text
    else:
        parent.text = (parent.text or "") + text


def points(length: float) -> str:
    """A length as attributes write it."""
    return f"{length:.2f}".rstrip("0").rstrip(".") + "pt"


def as_bytes(tree: Element) -> bytes:
    """The part as it stands in the file."""
    data: bytes = etree.tostring(tree, xml_declaration=True, encoding="UTF-8")
    return data
