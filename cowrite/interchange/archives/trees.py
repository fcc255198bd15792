"""XML of unknown origin as lxml's elements: no DTD, no entities, no network, and no more than fits into memory."""

from __future__ import annotations

import codecs
import re
from collections.abc import Collection, Iterator
from typing import Any

from lxml import etree

from cowrite.interchange.archives import refusals

MOST_DEPTH = 250
# What libxml2 keeps in memory: about 130 bytes for an element or a text, twice that for an attribute.
_NODE, _ATTRIBUTE = 130, 250
MOST_MEMORY = 110 << 20
MOST_TAGS = 1_000_000
_CHUNK = 1 << 16
# Below this size libxml2 itself keeps depth and texts within bounds; above it, its bounds must be lifted and ours used.
_HUGE = 9_000_000

Element = Any
"""An element of lxml, which comes without types."""

_DECLARATION = re.compile(rb"<\?xml[^>]*?\?>")
_ENCODING = re.compile(rb"""encoding\s*=\s*["']([A-Za-z0-9._-]+)["']""")
_PROLOG = re.compile(rb"(?:\s+|<\?.*?\?>|<!--.*?-->)*", re.S)
_DOCTYPE = re.compile(rb"""<!DOCTYPE(?:[^\[\]"'<>]|"[^"]*"|'[^']*')*>""")
_ENCODINGS = {
    "ascii", "utf-8", "iso8859-1", "iso8859-2", "iso8859-15", "cp1250", "cp1251", "cp1252", "cp1253", "cp1254",
    "cp932", "shift_jis", "euc_jp", "gbk", "gb2312", "gb18030", "big5", "euc_kr", "koi8-r",
}  # fmt: skip


def parse_xml(data: bytes, kind: str) -> Element:
    """The root element. Raises UserError if the XML is ill-formed, not safe, nested too deeply or too much."""
    data = _safe(data, kind)
    if _memory(data) > MOST_MEMORY:
        raise refusals.too_large(kind)
    parser = _parser(data, None)
    _feed(parser, data, kind)
    depth = 0
    for event, _ in parser.read_events():
        depth += 1 if event == "start" else -1
        if depth > MOST_DEPTH:
            raise refusals.too_deep(kind)
    return _closed(parser, kind)


def stream_xml(data: bytes, kind: str, parent: str, children: Collection[str]) -> Iterator[Element]:
    """Each complete child of the first ``parent`` (a tag) whose tag is in ``children``; gone when the next one comes.

    So that a long text need not be in memory as a tree. Raises UserError as :func:`parse_xml` does, perhaps late, and
    if there is no such parent.
    """
    data = _safe(data, kind)
    if data.count(b"<") > MOST_TAGS:
        raise refusals.too_large(kind)
    parser = _parser(data, tuple(children))
    live = depth = 0
    for start in range(0, len(data), _CHUNK):
        chunk = data[start : start + _CHUNK]
        live += _memory(chunk)
        _feed(parser, chunk, kind)
        for event, element in parser.read_events():
            depth += 1 if event == "start" else -1
            if depth > MOST_DEPTH:
                raise refusals.too_deep(kind)
            if event == "start" or element.tag not in children:
                continue
            above = element.getparent()
            if above is None or above.tag != parent:
                continue
            yield element
            _forget(element)
            live = 0
        if live > MOST_MEMORY:
            raise refusals.too_large(kind)
    if next(_closed(parser, kind).iter(parent), None) is None:
        raise refusals.damaged(kind)


def _forget(element: Element) -> None:
    element.clear()
    above = element.getparent()
    while above is not None and above[0] is not element:
        del above[0]


def _parser(data: bytes, tags: tuple[str, ...] | None) -> Any:
    huge = len(data) > _HUGE
    return etree.XMLPullParser(
        events=("start", "end") if huge else ("end",) if tags else (),
        tag=None if huge else tags,
        encoding="utf-8",
        resolve_entities=False,
        load_dtd=False,
        no_network=True,
        huge_tree=huge,
        remove_comments=True,
        remove_pis=True,
    )


def _feed(parser: Any, data: bytes, kind: str) -> None:
    try:
        parser.feed(data)
    except etree.XMLSyntaxError as error:
        raise _said(error, kind) from error


def _closed(parser: Any, kind: str) -> Element:
    try:
        root = parser.close()
    except etree.XMLSyntaxError as error:
        raise _said(error, kind) from error
    return root


def _said(error: Any, kind: str) -> Exception:
    deep = "depth" in str(error).lower()
    return refusals.too_deep(kind) if deep else refusals.damaged(kind)


def _memory(data: bytes) -> int:
    return len(data) + data.count(b"<") * _NODE + data.count(b"=") * _ATTRIBUTE


def _safe(data: bytes, kind: str) -> bytes:
    """The same XML in UTF-8, without a declaration and without a document type, which may declare nothing."""
    data = _in_utf8(data, kind)
    start = _PROLOG.match(data)
    at = start.end() if start else 0
    if data[at : at + 2] != b"<!":
        return data
    doctype = _DOCTYPE.match(data, at)
    if doctype is None:
        raise refusals.unsafe(kind)
    # One without declarations of its own is only a name; old versions of OpenOffice wrote it.
    return data[:at] + data[doctype.end() :]


def _in_utf8(data: bytes, kind: str) -> bytes:
    if not data.strip():
        raise refusals.damaged(kind)
    name = ""
    if data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        name = "utf-16"
    elif data.startswith((b"<\0", b"\0<")):
        name = "utf-16-le" if data[0] else "utf-16-be"
    elif data.startswith(codecs.BOM_UTF8):
        data = data[len(codecs.BOM_UTF8) :]
        name = "utf-8"
    else:
        head = _DECLARATION.match(data.lstrip()[:400])
        declared = _ENCODING.search(head.group()) if head else None
        name = _known(declared.group(1).decode("ascii"), kind) if declared else "utf-8"
    if name not in ("utf-8", "ascii"):
        try:
            data = data.decode(name).lstrip("\ufeff").encode("utf-8", "replace")
        except (UnicodeError, ValueError) as error:
            raise refusals.damaged(kind) from error
    # Its encoding is no longer what it declares, so the declaration goes.
    return (
        _DECLARATION.sub(b"", data.lstrip(), count=1)
        if data.lstrip()[:5] == b"<?xml"
        else data.lstrip()
    )


def _known(name: str, kind: str) -> str:
    if name.lower().replace("-", "").startswith(("utf16", "ucs2")):
        return "utf-8"  # declared so, but written in single bytes
    try:
        found = codecs.lookup(name).name
    except LookupError as error:
        raise refusals.damaged(kind) from error
    if found not in _ENCODINGS:
        raise refusals.damaged(kind)
    return found
