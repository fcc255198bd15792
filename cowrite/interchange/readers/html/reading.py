"""From the bytes of a page to a manuscript."""

from __future__ import annotations

from dataclasses import replace
from typing import Any
from urllib.parse import urlsplit

from lxml import etree

from cowrite.base.errors import UserError
from cowrite.interchange.manuscript import Blocks, Manuscript, Metadata, Paragraph, Run
from cowrite.interchange.options import ReadOptions
from cowrite.interchange.readers.common.pictures import PictureStore
from cowrite.interchange.readers.html.css import StyleSheet
from cowrite.interchange.readers.html.decoding import decoded, fragment
from cowrite.interchange.readers.html.flow import PageFlow
from cowrite.interchange.readers.html.mending import mended, with_own_names
from cowrite.interchange.readers.html.notes import find_notes
from cowrite.interchange.readers.html.page import Page, PageReader
from cowrite.interchange.report import Report
from cowrite.interchange.tidying import tidy
from cowrite.localization import tr

# What libxml2 and lxml take for an element and its text, roughly.
_XML_LANGUAGE = "{http://www.w3.org/XML/1998/namespace}lang"
_BYTES_OF_TAG = 200
_MOST_MEMORY = 150 << 20


def read(data: bytes, options: ReadOptions, report: Report) -> Manuscript:
    """A page, or a piece of one, as a tidied manuscript. Raises UserError."""
    text = fragment(decoded(data, report), is_fragment=options.is_fragment)
    if 2 * len(text) + _BYTES_OF_TAG * text.count("<") > _MOST_MEMORY:
        raise UserError(
            tr("This page is larger than what can be read safely."),
            tr("Save only the text that you need, without pictures inside the page."),
        )
    root = _parsed(text)
    if root is None:
        return Manuscript()
    pictures = PictureStore(report)
    flow = PageFlow(options, report, pictures)
    is_own = _meta(root, "generator") == "Cowrite"
    page = Page(root, _styles(root), find_notes(root), _base(root), is_own)
    reader = PageReader(page, flow)
    blocks = reader.read(root)
    notes = {
        label: _without_first_blank(reader.read(body))
        for label, body in page.notes.bodies.items()
        if label not in page.notes.comments
    }
    manuscript = tidy(Manuscript(blocks, notes, _metadata(root, reader, options), pictures.found))
    if manuscript.notes:
        report.kept[tr("note")] += len(manuscript.notes)
    if manuscript.pictures:
        report.kept[tr("picture")] += len(manuscript.pictures)
    return manuscript


def _without_first_blank(blocks: Blocks) -> Blocks:
    """A note without the blank that stood behind its number."""
    first = blocks[0] if blocks else None
    if not isinstance(first, Paragraph):
        return blocks
    content = list(first.content)
    while content and isinstance(run := content[0], Run):
        text = run.text.lstrip(" \t\u00a0")
        content[:1] = [replace(run, text=text)] if text else []
        if text:
            break
    return (replace(first, content=tuple(content)), *blocks[1:])


def _parsed(text: str) -> Any | None:
    text = mended(text)
    parser = etree.HTMLParser(encoding="utf-8", no_network=True, remove_pis=True, huge_tree=True)
    try:
        root = etree.fromstring(text.encode("utf-8", "replace"), parser)
    except etree.ParserError:
        return None
    except etree.XMLSyntaxError as error:
        if "empty" in str(error).lower():
            return None
        raise _too_deep() from error
    if any(each.type_name == "ERR_RESOURCE_LIMIT" for each in parser.error_log):
        raise _too_deep()
    if root is not None:
        with_own_names(root)
    return root


def _too_deep() -> UserError:
    return UserError(
        tr("The elements of this page are nested too deeply to be read safely."),
        tr("Copy the text in a browser and paste it instead."),
    )


def _styles(root: Any) -> StyleSheet:
    sheet = StyleSheet()
    for element in root.iter("style"):
        if "print" not in element.get("media", ""):
            sheet.read("".join(element.itertext()))
    return sheet


def _base(root: Any) -> str:
    """Where the page itself was, if it says so."""
    for element in root.iter("base"):
        href = element.get("href", "").strip()
        try:
            if urlsplit(href).scheme in ("http", "https"):
                return str(href)
        except ValueError:
            continue
    return ""


def _metadata(root: Any, reader: PageReader, options: ReadOptions) -> Metadata:
    if options.is_fragment:
        return Metadata()
    language = root.get("lang") or root.get(_XML_LANGUAGE) or ""
    return Metadata(reader.title, _meta(root, "author"), language)


def _meta(root: Any, name: str) -> str:
    """What a page says of itself."""
    named = (each for each in root.iter("meta") if each.get("name") == name)
    return next((each.get("content", "") for each in named), "")
