"""The parts around the pages: package, table of contents in both forms, the look."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from dataclasses import dataclass

from lxml import etree

from cowrite.interchange.writers.common.languages import Language
from cowrite.interchange.writers.common.preparing import Prepared
from cowrite.interchange.writers.epub.chapters import Entry
from cowrite.interchange.writers.epub.names import EPUB_TYPE, XML_LANG, Element, Page, add

FOLDER = "EPUB"
_OPF = "http://www.idpf.org/2007/opf"
_DC = "http://purl.org/dc/elements/1.1/"
_NCX = "http://www.daisy.org/z3986/2005/ncx/"
_CONTAINER = "urn:oasis:names:tc:opendocument:xmlns:container"
_BOOKS = uuid.UUID("1f0f1b52-6c6e-5d0e-9d5e-6f1c3a5c7a10")
_ACCESS = (
    ("accessMode", "textual"),
    ("accessModeSufficient", "textual"),
    ("accessibilityFeature", "structuralNavigation"),
    ("accessibilityFeature", "tableOfContents"),
    ("accessibilityHazard", "none"),
)


@dataclass(frozen=True)
class Contents:
    """What is in a book. ``pages``: names in the order in which they are read; ``media``: names with their types."""

    title: str
    author: str
    identifier: str
    modified: str
    language: Language
    entries: tuple[Entry, ...]
    pages: tuple[str, ...]
    media: tuple[tuple[str, str], ...]


def identifier_of(prepared: Prepared, title: str, text: Iterator[str]) -> str:
    """The same for every edition of a book: made from its title and author, or from its text where it has no title."""
    known = (title, prepared.metadata.author) if prepared.metadata.title else text
    return uuid.uuid5(_BOOKS, "\0".join(known)).urn


def container_xml() -> bytes:
    """META-INF/container.xml: where the package is."""
    root = etree.Element(f"{{{_CONTAINER}}}container", nsmap={None: _CONTAINER}, version="1.0")
    files = etree.SubElement(root, f"{{{_CONTAINER}}}rootfiles")
    attributes = {
        "full-path": f"{FOLDER}/package.opf",
        "media-type": "application/oebps-package+xml",
    }
    etree.SubElement(files, f"{{{_CONTAINER}}}rootfile", attributes)
    return _as_bytes(root)


def package_opf(contents: Contents) -> bytes:
    """package.opf: what the book is, which files it has, and in which order they are read."""
    root = etree.Element(f"{{{_OPF}}}package", nsmap={None: _OPF})
    root.set("version", "3.0")
    root.set("unique-identifier", "book-id")
    root.set(XML_LANG, contents.language.tag)
    if contents.language.is_right_to_left:
        root.set("dir", "rtl")
    _add_metadata(root, contents)
    manifest = etree.SubElement(root, f"{{{_OPF}}}manifest")
    for item, name, media_type, properties in _items(contents):
        attributes = {"id": item, "href": name, "media-type": media_type}
        if properties:
            attributes["properties"] = properties
        etree.SubElement(manifest, f"{{{_OPF}}}item", attributes)
    spine = etree.SubElement(root, f"{{{_OPF}}}spine", toc="ncx")
    if contents.language.is_right_to_left:
        spine.set("page-progression-direction", "rtl")
    for number in range(1, len(contents.pages) + 1):
        etree.SubElement(spine, f"{{{_OPF}}}itemref", idref=f"page{number}")
    return _as_bytes(root)


def _add_metadata(root: Element, contents: Contents) -> None:
    metadata = etree.SubElement(root, f"{{{_OPF}}}metadata", nsmap={"dc": _DC})

    def say(name: str, text: str) -> Element:
        element = etree.SubElement(metadata, f"{{{_DC}}}{name}")
        element.text = text
        return element

    def describe(name: str, text: str) -> None:
        element = etree.SubElement(metadata, f"{{{_OPF}}}meta", property=name)
        element.text = text

    say("identifier", contents.identifier).set("id", "book-id")
    say("title", contents.title)
    if contents.author:
        say("creator", contents.author)
    say("language", contents.language.tag)
    describe("dcterms:modified", contents.modified)
    for name, text in _ACCESS:
        describe(f"schema:{name}", text)


def _items(contents: Contents) -> Iterator[tuple[str, str, str, str]]:
    xhtml = "application/xhtml+xml"
    yield "nav", "nav.xhtml", xhtml, "nav"
    yield "ncx", "toc.ncx", "application/x-dtbncx+xml", ""
    yield "style", "style.css", "text/css", ""
    for number, name in enumerate(contents.pages, 1):
        yield f"page{number}", name, xhtml, ""
    for number, (name, media_type) in enumerate(contents.media, 1):
        yield f"image{number}", name, media_type, ""


def nav_xhtml(contents: Contents) -> bytes:
    """nav.xhtml: the table of contents, and where the text begins."""
    page = Page.new(contents.title, contents.language)
    nav = add(page.body, "nav", {EPUB_TYPE: "toc", "role": "doc-toc", "id": "toc"})
    add(nav, "h1").text = contents.title
    _add_entries(nav, contents.entries)
    landmarks = add(page.body, "nav", {EPUB_TYPE: "landmarks", "hidden": "hidden"})
    item = add(add(landmarks, "ol"), "li")
    first = contents.entries[0]
    add(item, "a", {EPUB_TYPE: "bodymatter", "href": first.address}).text = first.title
    return page.as_bytes()


def _add_entries(parent: Element, entries: tuple[Entry, ...] | list[Entry]) -> None:
    listed = add(parent, "ol")
    for entry in entries:
        item = add(listed, "li")
        add(item, "a", {"href": entry.address}).text = entry.title
        if entry.below:
            _add_entries(item, entry.below)


def toc_ncx(contents: Contents) -> bytes:
    """toc.ncx: the same contents for reading programs of the time before EPUB 3."""
    root = etree.Element(f"{{{_NCX}}}ncx", nsmap={None: _NCX}, version="2005-1")
    root.set(XML_LANG, contents.language.tag)
    head = etree.SubElement(root, f"{{{_NCX}}}head")
    etree.SubElement(head, f"{{{_NCX}}}meta", name="dtb:uid", content=contents.identifier)
    _label(root, "docTitle", contents.title)
    _add_points(etree.SubElement(root, f"{{{_NCX}}}navMap"), contents.entries, 1)
    return _as_bytes(root)


def _add_points(parent: Element, entries: tuple[Entry, ...] | list[Entry], number: int) -> int:
    for entry in entries:
        attributes = {"id": f"point{number}", "playOrder": str(number)}
        point = etree.SubElement(parent, f"{{{_NCX}}}navPoint", attributes)
        _label(point, "navLabel", entry.title)
        etree.SubElement(point, f"{{{_NCX}}}content", src=entry.address)
        number = _add_points(point, entry.below, number + 1)
    return number


def _label(parent: Element, name: str, text: str) -> None:
    label = etree.SubElement(parent, f"{{{_NCX}}}{name}")
    etree.SubElement(label, f"{{{_NCX}}}text").text = text


def _as_bytes(root: Element) -> bytes:
    data: bytes = etree.tostring(root, xml_declaration=True, encoding="UTF-8")
    return data


def style_css(language: Language) -> bytes:
    """style.css: little, for a reading program knows its screen and its reader."""
    indent = {"zh": "2em", "ja": "1em", "ko": "1em"}.get(language.code, "1.5em")
    first = "" if language.is_east_asian else _FIRST_STANDS_OUT
    return f"p {{ margin: 0; text-indent: {indent}; }}\n{first}{_STYLE}".encode()


_FIRST_STANDS_OUT = """\
h1 + p, h2 + p, h3 + p, h4 + p, h5 + p, h6 + p, hr + p, .break + p { text-indent: 0; }
"""
_STYLE = """\
h1, h2, h3, h4, h5, h6 { text-align: center; line-height: 1.2; margin: 1.5em 0 1em; }
h1 { margin-top: 3em; }
hr { width: 20%; margin: 1.5em auto; border: 0; border-top: 1px solid; }
.break { margin: 1.5em 0; text-indent: 0; text-align: center; }
blockquote { margin: 1em 2em; }
li > p, td > p, .author, aside > p { text-indent: 0; }
pre { white-space: pre-wrap; }
table { margin: 1em auto; border-collapse: collapse; }
th, td { padding: 0.3em 0.6em; border: 1px solid; text-align: start; vertical-align: top; }
img { max-width: 100%; }
.titlepage { margin-top: 25%; text-align: center; }
.author { margin-top: 2em; text-align: center; }
.noteref { font-size: 0.75em; vertical-align: super; line-height: 0; text-decoration: none; }
.footnotes { margin-top: 2em; padding-top: 0.5em; border-top: 1px solid; font-size: 0.9em; }
aside { margin: 0.5em 0; }
"""
