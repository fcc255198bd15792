"""Names of elements and attributes, and how their values are read: a value that makes no sense is as none."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

Element = Any
"""An element of lxml, which comes without types."""

_OFFICE = "http://schemas.openxmlformats.org/"
W = f"{{{_OFFICE}wordprocessingml/2006/main}}"
R = f"{{{_OFFICE}officeDocument/2006/relationships}}"
WP = f"{{{_OFFICE}drawingml/2006/wordprocessingDrawing}}"
A = f"{{{_OFFICE}drawingml/2006/main}}"
M = f"{{{_OFFICE}officeDocument/2006/math}}"
MC = f"{{{_OFFICE}markup-compatibility/2006}}"
V = "{urn:schemas-microsoft-com:vml}"
O = "{urn:schemas-microsoft-com:office:office}"  # noqa: E741 the prefix it always has
DC = "{http://purl.org/dc/elements/1.1/}"
XML_SPACE = "{http://www.w3.org/XML/1998/namespace}space"

# The strict form of the format has other names for the same things; only the head of a part declares them.
_STRICT = (
    (b"http://purl.oclc.org/ooxml/wordprocessingml/main", W),
    (b"http://purl.oclc.org/ooxml/officeDocument/relationships", R),
    (b"http://purl.oclc.org/ooxml/drawingml/wordprocessingDrawing", WP),
    (b"http://purl.oclc.org/ooxml/drawingml/main", A),
    (b"http://purl.oclc.org/ooxml/officeDocument/math", M),
)
_ROOT = re.compile(rb"<[A-Za-z_][^<>]*>")
_NUMBER = re.compile(r"[+-]?\d{1,9}")


def in_common_names(data: bytes) -> bytes:
    """A part in the strict form with the names of the usual one."""
    root = _ROOT.search(data, 0, 1 << 16)
    if root is None or b"purl.oclc.org" not in root.group():
        return data
    head = root.group()
    for strict, common in _STRICT:
        for mark in (b'"', b"'"):
            head = head.replace(mark + strict + mark, mark + common[1:-1].encode() + mark)
    return data[: root.start()] + head + data[root.end() :]


def child(element: Element | None, tag: str) -> Element | None:
    """The first child of that name."""
    return None if element is None else element.find(tag)


def value(element: Element | None, tag: str) -> str | None:
    """The ``w:val`` of the first child of that name, or None if there is no such child or value."""
    found = child(element, tag)
    return None if found is None else found.get(W + "val")


def number(text: str | None) -> int | None:
    """A whole number, or None; some programs write ``12.0``."""
    found = _NUMBER.match(text.strip()) if text else None
    return int(found.group()) if found else None


def is_on(element: Element) -> bool:
    """Whether a switch such as ``w:b`` is on: it is, unless it says that it is not."""
    return (element.get(W + "val") or "1").strip().lower() not in ("0", "false", "off", "none")


def switch(properties: Element | None, tag: str) -> bool:
    """Whether a switch stands in ``properties`` and is on."""
    found = child(properties, tag)
    return found is not None and is_on(found)


def each(element: Element | None, tag: str) -> Iterator[Element]:
    """The children of that name."""
    if element is not None:
        yield from element.iterchildren(tag)
