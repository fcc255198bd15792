"""From the bytes of an ODT to a manuscript."""

from __future__ import annotations

import re
from itertools import islice

from cowrite.interchange.archives import refusals
from cowrite.interchange.manuscript import Manuscript, Metadata
from cowrite.interchange.options import ReadOptions
from cowrite.interchange.readers.common.ends import tidied
from cowrite.interchange.readers.common.pictures import PictureStore
from cowrite.interchange.readers.common.places import Places, with_links_to_headings
from cowrite.interchange.readers.odt.body import BodyReader
from cowrite.interchange.readers.odt.document import Document, about_of, author_of
from cowrite.interchange.readers.odt.flow import TextFlow
from cowrite.interchange.readers.odt.leaving_out import say_headers
from cowrite.interchange.readers.odt.names import DC, OFFICE
from cowrite.interchange.readers.odt.package import KIND, Package
from cowrite.interchange.readers.odt.styles import Styles
from cowrite.interchange.report import Report
from cowrite.localization import tr

_EAST_ASIAN = re.compile("[\u2e80-\u9fff\uac00-\ud7af\uf900-\ufaff]")
_SAMPLE = 2_000  # pieces


def read(data: bytes, options: ReadOptions, report: Report) -> Manuscript:
    """An ODT as a tidied manuscript. Raises UserError."""
    package = Package(data)
    content = package.content()
    part = package.other("styles.xml")
    styles = Styles(part, content)
    document = Document(
        package, content, styles, PictureStore(report), about_of(package.other("meta.xml"))
    )
    if not document.is_own:  # Cowrite writes nothing there but what the file says of itself
        say_headers(part, report)
    body = content.find(OFFICE + "body")
    text = None if body is None else body.find(OFFICE + "text")
    if text is None:
        raise refusals.of_another_kind(KIND)
    blocks = BodyReader(document, TextFlow(options, report)).read(text)
    places = Places(blocks)
    places.add_words(document.places)
    blocks = with_links_to_headings(blocks, places.name_of, report)
    notes = {
        label: with_links_to_headings(note, places.name_of, report)
        for label, note in document.notes.items()
    }
    manuscript = tidied(
        Manuscript(blocks, notes, _metadata(document), document.pictures.found), report
    )
    for name, count in (
        (tr("note"), len(manuscript.notes)),
        (tr("picture"), len(manuscript.pictures)),
    ):
        if count:
            report.kept[name] += count
    return manuscript


def _metadata(document: Document) -> Metadata:
    """The title that the text begins with, else the one that the file says; the language that most of it is in."""
    about = document.about
    sample = "".join(islice(document.content.itertext(), _SAMPLE))
    is_asian = 3 * len(_EAST_ASIAN.findall(sample)) > len(sample)
    of_styles = document.styles.asian_language if is_asian else document.styles.language
    return Metadata(
        document.title or about.get(DC + "title", ""),
        author_of(about),
        about.get(DC + "language") or of_styles,
    )
