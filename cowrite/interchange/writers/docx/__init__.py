"""Word's files: the whole package is written here, part by part (ADR 60 says why)."""

from __future__ import annotations

from cowrite.interchange.manuscript import Manuscript
from cowrite.interchange.options import Style, WriteOptions
from cowrite.interchange.report import Report
from cowrite.interchange.writers.common.archive import packed
from cowrite.interchange.writers.common.languages import language_of
from cowrite.interchange.writers.common.look import look_of
from cowrite.interchange.writers.common.losses import Losses
from cowrite.interchange.writers.common.opening import Opening
from cowrite.interchange.writers.common.outline import chapter_level
from cowrite.interchange.writers.common.preparing import prepared
from cowrite.interchange.writers.docx import package
from cowrite.interchange.writers.docx.body import Body, Place
from cowrite.interchange.writers.docx.names import Element, add, as_bytes, root
from cowrite.interchange.writers.docx.notes import footnotes_xml
from cowrite.interchange.writers.docx.pages import Furniture, add_opening, add_section, furniture
from cowrite.interchange.writers.docx.parts import Relationships, Shared
from cowrite.interchange.writers.docx.styles import styles_xml


def write(manuscript: Manuscript, options: WriteOptions, report: Report) -> bytes:
    """``manuscript`` as the bytes of a DOCX file. Raises UserError."""
    losses = Losses()
    ready = prepared(manuscript, options.tracked_changes, losses)
    language = language_of(manuscript, options.language)
    is_manuscript = options.style is Style.MANUSCRIPT
    opening = Opening.of(ready, language, is_manuscript)
    shared = Shared(ready, options, language, look_of(options.style, language), losses, opening)

    relationships, of_notes = Relationships(), Relationships()
    parts: dict[str, Element] = {"document": root("document")}
    for name in ("styles", "settings", "fontTable"):
        relationships.add(name, f"{name}.xml")
    above_or_below = furniture(shared, relationships)
    _add_body(parts["document"], shared, relationships, above_or_below)
    parts["styles"] = styles_xml(shared.look, language, chapter_level(ready.blocks))
    if shared.notes:
        relationships.add("footnotes", "footnotes.xml")
        parts["footnotes"] = footnotes_xml(shared, of_notes)
    if shared.numbering.is_used:
        relationships.add("numbering", "numbering.xml")
        parts["numbering"] = shared.numbering.xml()
    parts["settings"] = package.settings_xml(shared)
    parts["fontTable"] = package.fonts_xml(shared)
    parts[f"{above_or_below.kind}1"] = above_or_below.part
    losses.say(report)
    return packed(_files(parts, shared, relationships, of_notes))


def _add_body(
    document: Element, shared: Shared, relationships: Relationships, above_or_below: Furniture
) -> None:
    body = add(document, "body")
    opening, is_a_page = shared.opening, False
    has_opening = shared.options.title_page and opening.title
    if has_opening:
        is_a_page = add_opening(body, opening, shared)
    Body(shared, relationships).add(body, shared.prepared.blocks, Place("BodyText"))
    is_manuscript = shared.options.style is Style.MANUSCRIPT
    first_is_bare = bool(has_opening) and is_manuscript and not is_a_page
    add_section(body, shared, above_or_below, first_is_bare)


def _files(
    parts: dict[str, Element],
    shared: Shared,
    relationships: Relationships,
    of_notes: Relationships,
) -> list[tuple[str, bytes]]:
    images = {source: shared.prepared.images[source] for source in shared.media}
    media_types = {image.ending: image.media_type for image in images.values()}
    files = [
        ("[Content_Types].xml", package.content_types_xml(list(parts), media_types)),
        ("_rels/.rels", package.package_relationships_xml()),
        ("docProps/core.xml", package.core_xml(shared)),
        ("word/_rels/document.xml.rels", package.relationships_xml(relationships)),
    ]
    if of_notes.rows:
        files.append(("word/_rels/footnotes.xml.rels", package.relationships_xml(of_notes)))
    files.extend((f"word/{name}.xml", as_bytes(part)) for name, part in parts.items())
    files.extend(
        (f"word/media/{name}", images[source].data) for source, name in shared.media.items()
    )
    return files
