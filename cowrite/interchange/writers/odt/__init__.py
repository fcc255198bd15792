"""OpenDocument texts: the whole package is written here, part by part (ADR 60 says why)."""

from __future__ import annotations

from cowrite.interchange.manuscript import Manuscript
from cowrite.interchange.options import Style, WriteOptions
from cowrite.interchange.report import Report
from cowrite.interchange.writers.common import directions
from cowrite.interchange.writers.common.archive import packed
from cowrite.interchange.writers.common.languages import language_of
from cowrite.interchange.writers.common.look import look_of
from cowrite.interchange.writers.common.losses import Losses
from cowrite.interchange.writers.common.opening import Opening
from cowrite.interchange.writers.common.outline import chapter_level
from cowrite.interchange.writers.common.preparing import prepared
from cowrite.interchange.writers.odt.automatic import Variation
from cowrite.interchange.writers.odt.body import Body, Place
from cowrite.interchange.writers.odt.names import Element, add, add_characters, as_bytes, root
from cowrite.interchange.writers.odt.package import MEDIA_TYPE, manifest_xml, meta_xml
from cowrite.interchange.writers.odt.parts import Shared
from cowrite.interchange.writers.odt.styles import TITLE_MASTER, Pages, add_fonts, styles_xml


def write(manuscript: Manuscript, options: WriteOptions, report: Report) -> bytes:
    """``manuscript`` as the bytes of an ODT file. Raises UserError."""
    losses = Losses()
    ready = prepared(manuscript, options.tracked_changes, losses)
    language = language_of(manuscript, options.language)
    look = look_of(options.style, language)
    opening = Opening.of(ready, language, options.style is Style.MANUSCRIPT)
    shared = Shared(ready, options, language, look, losses, opening)
    header = opening.header if options.style is Style.MANUSCRIPT else ""
    pages = Pages(look, language, chapter_level(ready.blocks), header)
    parts = {
        "content.xml": _content_xml(shared),
        "styles.xml": styles_xml(pages),
        "meta.xml": meta_xml(shared),
    }
    losses.say(report)
    files = [(name, as_bytes(part)) for name, part in parts.items()]
    files += [(name, ready.images[source].data) for source, name in shared.media.items()]
    files.append(("META-INF/manifest.xml", manifest_xml(shared, list(parts))))
    return packed(files, MEDIA_TYPE)


def _content_xml(shared: Shared) -> Element:
    part = root("office:document-content")
    add_fonts(part, shared.look.fonts)
    part.append(shared.styles.element)
    text = add(add(part, "office:body"), "office:text")
    has_opening = shared.options.title_page and bool(shared.opening.title)
    if has_opening:
        _add_opening(text, shared)
    begins_pages = has_opening and shared.opening.is_a_page
    blocks = shared.prepared.blocks
    Body(shared, begins_pages=begins_pages).add(text, blocks, Place("Text_20_body"))
    if len(shared.changes):
        text.insert(0, shared.changes)
    if not len(text):
        add(text, "text:p", {"text:style-name": "Text_20_body"})
    return part


def _add_opening(text: Element, shared: Shared) -> None:
    """The title with the author; in a manuscript name and word count stand above it."""
    opening = shared.opening
    is_manuscript = shared.options.style is Style.MANUSCRIPT
    if is_manuscript:
        contact = _paragraph(text, "Contact", opening.author, shared, TITLE_MASTER)
        add(contact, "text:tab")
        add_characters(contact, opening.count)
    _paragraph(text, "Title", opening.title, shared, "" if is_manuscript else TITLE_MASTER)
    if opening.author:
        author = opening.by_author if is_manuscript else opening.author
        _paragraph(text, "Author", author, shared, "")


def _paragraph(text: Element, style: str, words: str, shared: Shared, begins: str) -> Element:
    usual = shared.language.is_right_to_left
    leftwards = directions.runs_left(words, usual)
    direction = leftwards if leftwards != usual else None
    variation = Variation(style, leftwards=direction, begins=begins)
    paragraph = add(text, "text:p", {"text:style-name": shared.styles.paragraph(variation)})
    add_characters(paragraph, words)
    return paragraph
