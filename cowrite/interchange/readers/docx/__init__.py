"""Reads DOCX: the text as Word shows it when all changes are accepted, or with the changes as such.

A package is opened without trust (:mod:`cowrite.interchange.archives`), its text is read paragraph by paragraph, and
what has no place in a manuscript is said (:mod:`.sayings`).
"""

from __future__ import annotations

from cowrite.interchange.archives import stream_xml
from cowrite.interchange.manuscript import Manuscript
from cowrite.interchange.options import ReadOptions
from cowrite.interchange.readers.common.ends import tidied
from cowrite.interchange.readers.common.places import Places, with_links_to_headings
from cowrite.interchange.readers.docx.about import core_properties, metadata
from cowrite.interchange.readers.docx.names import W
from cowrite.interchange.readers.docx.notes import find_notes, read_notes
from cowrite.interchange.readers.docx.package import KIND, Package
from cowrite.interchange.readers.docx.source import Source
from cowrite.interchange.readers.docx.stories import BLOCKS, Story
from cowrite.interchange.report import Report


def read(data: bytes, options: ReadOptions, report: Report) -> Manuscript:
    """The manuscript in a DOCX. Raises UserError."""
    package = Package(data)
    source = Source(package, core_properties(package), options, report)
    find_notes(source)
    blocks = Story(source, package.text).read(
        stream_xml(package.text.data, KIND, W + "body", BLOCKS)
    )
    read_notes(source)
    notes, about = source.notes, metadata(source)
    places = Places(blocks)
    places.add(source.places)
    blocks = with_links_to_headings(blocks, places.name_of, report)
    notes = {
        label: with_links_to_headings(note, places.name_of, report) for label, note in notes.items()
    }
    return tidied(Manuscript(blocks, notes, about, source.pictures.found), report)
