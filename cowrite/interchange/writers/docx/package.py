"""The parts around the text: which there are, what they are, and what the file says of itself."""

from __future__ import annotations

from lxml import etree

from cowrite.interchange.writers.common.times import written_time
from cowrite.interchange.writers.docx.names import Element, add, as_bytes, root
from cowrite.interchange.writers.docx.notes import SEPARATORS
from cowrite.interchange.writers.docx.parts import Relationships, Shared

_TYPES = "http://schemas.openxmlformats.org/package/2006/content-types"
_RELATIONSHIPS = "http://schemas.openxmlformats.org/package/2006/relationships"
_MAIN = "application/vnd.openxmlformats-officedocument.wordprocessingml."
_OFFICE_KINDS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/"
_PACKAGE_KINDS = "http://schemas.openxmlformats.org/package/2006/relationships/metadata/"
_CORE = {
    "cp": "http://schemas.openxmlformats.org/package/2006/metadata/core-properties",
    "dc": "http://purl.org/dc/elements/1.1/",
    "dcterms": "http://purl.org/dc/terms/",
    "xsi": "http://www.w3.org/2001/XMLSchema-instance",
}
_WORD_2013 = 15


def content_types_xml(parts: list[str], media_types: dict[str, str]) -> bytes:
    """[Content_Types].xml. ``parts``: the names in word/ without .xml. ``media_types``: by ending."""
    types = etree.Element(f"{{{_TYPES}}}Types", nsmap={None: _TYPES})

    def say(kind: str, key: str, value: str, media_type: str) -> None:
        etree.SubElement(types, f"{{{_TYPES}}}{kind}", {key: value, "ContentType": media_type})

    relationships = "application/vnd.openxmlformats-package.relationships+xml"
    say("Default", "Extension", "rels", relationships)
    say("Default", "Extension", "xml", "application/xml")
    for ending, media_type in sorted(media_types.items()):
        say("Default", "Extension", ending, media_type)
    for name in parts:
        kind = "document.main" if name == "document" else name.rstrip("1")
        say("Override", "PartName", f"/word/{name}.xml", f"{_MAIN}{kind}+xml")
    core = "application/vnd.openxmlformats-package.core-properties+xml"
    say("Override", "PartName", "/docProps/core.xml", core)
    return as_bytes(types)


def package_relationships_xml() -> bytes:
    """_rels/.rels: where the text is, and what the file says of itself."""
    rows = [
        ("rId1", f"{_OFFICE_KINDS}officeDocument", "word/document.xml", False),
        ("rId2", f"{_PACKAGE_KINDS}core-properties", "docProps/core.xml", False),
    ]
    return _relationships(rows)


def relationships_xml(relationships: Relationships) -> bytes:
    """What one part refers to."""
    return _relationships(relationships.rows)


def _relationships(rows: list[tuple[str, str, str, bool]]) -> bytes:
    part = etree.Element(f"{{{_RELATIONSHIPS}}}Relationships", nsmap={None: _RELATIONSHIPS})
    for number, kind, target, is_outside in rows:
        row = etree.SubElement(part, f"{{{_RELATIONSHIPS}}}Relationship")
        row.set("Id", number)
        row.set("Type", kind)
        row.set("Target", target)
        if is_outside:
            row.set("TargetMode", "External")
    return as_bytes(part)


def core_xml(shared: Shared) -> bytes:
    """docProps/core.xml: title, author, language, and when the file was made."""
    part = etree.Element(f"{{{_CORE['cp']}}}coreProperties", nsmap=_CORE)

    def say(space: str, name: str, text: str) -> Element | None:
        if not text:
            return None
        element = etree.SubElement(part, f"{{{_CORE[space]}}}{name}")
        element.text = text
        return element

    metadata = shared.prepared.metadata
    say("dc", "title", metadata.title)
    say("dc", "creator", metadata.author)
    say("dc", "language", shared.language.tag)
    if shared.options.when is not None:
        for name in ("created", "modified"):
            time = say("dcterms", name, written_time(shared.options.when))
            if time is not None:
                time.set(f"{{{_CORE['xsi']}}}type", "dcterms:W3CDTF")
    return as_bytes(part)


def settings_xml(shared: Shared) -> Element:
    """word/settings.xml."""
    part = root("settings")
    add(part, "defaultTabStop", 720)
    if shared.look.is_justified and not shared.language.is_east_asian:
        add(part, "autoHyphenation")
        add(part, "consecutiveHyphenLimit", 3)
        add(part, "doNotHyphenateCaps")
    if shared.language.is_east_asian:
        add(part, "characterSpacingControl", "compressPunctuation")
    if shared.notes:
        notes = add(part, "footnotePr")
        for number, _ in SEPARATORS:
            add(notes, "footnote", id=number)
    setting = add(add(part, "compat"), "compatSetting", _WORD_2013)
    for key, value in (
        ("name", "compatibilityMode"),
        ("uri", "http://schemas.microsoft.com/office/word"),
    ):
        setting.set(f"{{{part.nsmap['w']}}}{key}", value)
    return part


def fonts_xml(shared: Shared) -> Element:
    """word/fontTable.xml: which kind of font to take where one is missing."""
    part = root("fonts")
    fonts = shared.look.fonts
    kinds = {
        fonts.prose: ("roman", "variable"),
        fonts.complex: ("roman", "variable"),
        fonts.east_asian: ("roman", "variable"),
        fonts.east_asian_headings: ("swiss", "variable"),
        fonts.code: ("modern", "fixed"),
    }
    for name, (family, pitch) in kinds.items():
        font = add(part, "font", name=name)
        add(font, "family", family)
        add(font, "pitch", pitch)
    return part
