"""A PDF at one go, for a command that has no window to keep alive."""

from __future__ import annotations

from cowrite.editor.appearance.fonts import Fonts
from cowrite.editor.panels.printing.loaded_pictures import LoadedPictures
from cowrite.editor.panels.printing.manuscript import own_title, read_manuscript
from cowrite.editor.panels.printing.page_setup import PageSetup
from cowrite.editor.panels.printing.print_job import PageOutput, PdfInMemory
from cowrite.editor.panels.printing.typesetter import Typesetter


def pdf_of(markdown: str, title: str, setup: PageSetup, pictures: LoadedPictures) -> bytes:
    """The bytes of the PDF of a text, set as the print window sets it. An application object is there already."""
    fonts = Fonts()
    blocks = read_manuscript(markdown, markdown=True, has_picture=pictures.has)
    typesetter = Typesetter(
        blocks,
        setup,
        fonts.body(setup.font),
        fonts.body("mono"),
        "" if own_title(blocks) and blocks[0].text == title else title,
        pictures,
    )
    while not typesetter.is_done:
        typesetter.advance()
    pdf = PdfInMemory(setup.layout, title)
    output = PageOutput(typesetter, pdf.device)
    while not output.step():
        pass
    return pdf.data
