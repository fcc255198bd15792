"""Elements of XHTML made in one line, and the page around them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, TypeAlias

from lxml import etree

from cowrite.interchange.writers.common.languages import Language

Element: TypeAlias = Any
"""An element of lxml, which has no types of its own."""

XHTML_SPACE = "http://www.w3.org/1999/xhtml"
_OPS_SPACE = "http://www.idpf.org/2007/ops"
_X = f"{{{XHTML_SPACE}}}"
EPUB_TYPE = f"{{{_OPS_SPACE}}}type"
XML_LANG = "{http://www.w3.org/XML/1998/namespace}lang"


def add(parent: Element, tag: str, attributes: dict[str, str] | None = None) -> Element:
    """A new last child of XHTML; returns it."""
    return etree.SubElement(parent, _X + tag, attributes)


def add_characters(parent: Element, text: str) -> None:
    """``text`` behind everything that stands in ``parent``."""
    if len(parent):
        last = parent[-1]
        last.tail = (last.tail or "") + text
    else:
        parent.text = (parent.text or "") + text


@dataclass(frozen=True, slots=True)
class Page:
    """A page that is being filled: the whole of it, and its body."""

    root: Element
    body: Element

    @classmethod
    def new(cls, title: str, language: Language) -> Page:
        """An empty page in that language."""
        root = etree.Element(_X + "html", nsmap={None: XHTML_SPACE, "epub": _OPS_SPACE})
        root.set(XML_LANG, language.tag)
        root.set("lang", language.tag)
        if language.is_right_to_left:
            root.set("dir", "rtl")
        head = add(root, "head")
        add(head, "title").text = title
        sheet = {"rel": "stylesheet", "type": "text/css", "href": "style.css"}
        add(head, "link", sheet)
        return cls(root, add(root, "body"))

    def as_bytes(self) -> bytes:
        """The page as it stands in the file."""
        data: bytes = etree.tostring(
            self.root, xml_declaration=True, encoding="UTF-8", doctype="<!DOCTYPE html>"
        )
        return data
