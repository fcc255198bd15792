"""From the bytes of an RTF to a manuscript."""

from __future__ import annotations

from cowrite.interchange.manuscript import Manuscript, Metadata
from cowrite.interchange.options import ReadOptions
from cowrite.interchange.readers.common.ends import tidied
from cowrite.interchange.readers.rtf import refusals
from cowrite.interchange.readers.rtf.destinations import STARRED
from cowrite.interchange.readers.rtf.interpreter import Interpreter
from cowrite.interchange.readers.rtf.paragraphs import end_paragraph
from cowrite.interchange.readers.rtf.words import WORDS
from cowrite.interchange.report import Report
from cowrite.localization import tr

MOST_BYTES = 80 << 20
_BEGINNING = b"{\\rtf"


def read(data: bytes, options: ReadOptions, report: Report) -> Manuscript:
    """An RTF as a tidied manuscript. Raises UserError."""
    if len(data) > MOST_BYTES:
        raise refusals.too_large()
    head = data[:64].removeprefix(b"\xef\xbb\xbf").lstrip()
    if not head.startswith(_BEGINNING):
        raise refusals.no_rtf()
    reader = Interpreter(data[data.index(_BEGINNING) :], options, report, WORDS, STARRED)
    reader.run()
    if reader.has_lost_characters:
        report.leave_out(tr("characters that could not be read"))
    end_paragraph(reader)
    blocks = reader.story.finish()
    found = reader.found
    manuscript = tidied(
        Manuscript(blocks, found.notes, Metadata(found.title, found.author), reader.pictures.found),
        report,
    )
    for name, number in (
        (tr("note"), len(manuscript.notes)),
        (tr("picture"), len(manuscript.pictures)),
    ):
        if number:
            report.kept[name] += number
    return manuscript
