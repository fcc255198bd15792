"""The parts around the text: what the file says of itself, and which parts there are."""

from __future__ import annotations

from cowrite.interchange.writers.common.times import written_time
from cowrite.interchange.writers.odt.names import (
    VERSION,
    Element,
    add,
    as_bytes,
    manifest_root,
    root,
)
from cowrite.interchange.writers.odt.parts import Shared

MEDIA_TYPE = "application/vnd.oasis.opendocument.text"


def meta_xml(shared: Shared) -> Element:
    """meta.xml: title, author, language, and when the file was made."""
    part = root("office:document-meta")
    meta = add(part, "office:meta")
    metadata = shared.prepared.metadata
    time = written_time(shared.options.when) if shared.options.when is not None else ""
    add(meta, "meta:generator").text = "Cowrite"
    for kind, text in (
        ("dc:title", metadata.title),
        ("meta:initial-creator", metadata.author),
        ("dc:creator", metadata.author),
        ("meta:creation-date", time),
        ("dc:date", time),
        ("dc:language", shared.language.tag),
    ):
        if text:
            add(meta, kind).text = text
    return part


def manifest_xml(shared: Shared, parts: list[str]) -> bytes:
    """META-INF/manifest.xml. ``parts``: their names."""
    manifest = manifest_root()
    rows = [("/", MEDIA_TYPE), *((part, "text/xml") for part in parts)]
    for source, name in shared.media.items():
        rows.append((name, shared.prepared.images[source].media_type))
    for path, media_type in rows:
        attributes = {"manifest:full-path": path, "manifest:media-type": media_type}
        if path == "/":
            attributes["manifest:version"] = VERSION
        add(manifest, "manifest:file-entry", attributes)
    return as_bytes(manifest)
