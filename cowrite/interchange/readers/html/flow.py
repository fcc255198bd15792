"""What a page is built with: the text that flows, how it looks just now, and what has to be said of it."""

from __future__ import annotations

import re
from collections.abc import Callable

from cowrite.interchange.manuscript import LineBreak, Run
from cowrite.interchange.options import ReadOptions
from cowrite.interchange.readers.common.budget import Budget
from cowrite.interchange.readers.common.builder import BlockBuilder
from cowrite.interchange.readers.common.pictures import PictureStore
from cowrite.interchange.readers.common.symbols import shown
from cowrite.interchange.readers.html.looks import Look
from cowrite.interchange.report import Report
from cowrite.localization import tr

_WIDE = "\u2e80-\ua4cf\uf900-\ufaff\ufe30-\ufe4f\uff00-\uffef"
# Browsers leave out a line end of the source between two of these; Korean is written with blanks.
_LINE_END_BETWEEN_WIDE = re.compile(f"(?<=[{_WIDE}])[ \t]*\n[ \t\n]*(?=[{_WIDE}])")

Leave = Callable[[], None]
"""What is done at the end of an element."""


class PageFlow:
    """The blocks that are built, and how the text looks that comes next."""

    def __init__(self, options: ReadOptions, report: Report, pictures: PictureStore) -> None:
        self.options = options
        self.report = report
        self.pictures = pictures
        self.budget = Budget()
        self.builder = BlockBuilder(self.budget)
        self.looks = [Look()]
        self.level: int | None = None
        self.open_cells = 0

    @property
    def look(self) -> Look:
        """How the text looks that comes next."""
        return self.looks[-1]

    def text(self, text: str | None) -> None:
        """Text as it stands in the source."""
        if not text:
            return
        if self.look.soft_blanks:
            text = text.replace("\u00a0", " ")
        if self.look.keeps_lines and "\n" in text:
            first, *others = text.split("\n")
            self.run(first)
            for line in others:
                self.builder.add(LineBreak(self.look.change))
                self.run(line)
            return
        if "\n" in text:
            text = _LINE_END_BETWEEN_WIDE.sub("", text).replace("\n", " ")
        self.run(text)

    def run(self, text: str) -> None:
        """Text on one line."""
        if not text:
            return
        look = self.look
        if look.font:
            text = shown(text, look.font)
        if not text.isspace():
            if look.script:
                self.report.leave_out(tr("superscript and subscript"))
            if look.underlined and look.link is None:
                self.report.leave_out(tr("underlining"))
        self.builder.add(Run(text, look.marks, look.link, look.change))

    def line_break(self) -> None:
        """A new line; a second one begins a paragraph, as it looks."""
        if self.level is None and not self.open_cells and self.builder.end_line_break():
            self.flush()
        else:
            self.builder.add(LineBreak(self.look.change))

    def flush(self) -> None:
        """The paragraph, or the heading, is complete."""
        self.builder.end_paragraph(self.level)
