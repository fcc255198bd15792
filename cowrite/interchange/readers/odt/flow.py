"""The text that is built: paragraphs in what is open, notes beside them, and how the text looks that comes next."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, replace

from cowrite.interchange.manuscript import Block, Blocks, Change, Inline, LineBreak, Link, Mark, Run
from cowrite.interchange.options import ReadOptions
from cowrite.interchange.readers.common.budget import Budget
from cowrite.interchange.readers.common.builder import BlockBuilder
from cowrite.interchange.readers.common.symbols import shown
from cowrite.interchange.readers.odt.styles import PLAIN, Marks, Style, marks
from cowrite.interchange.report import Report
from cowrite.localization import tr

Leave = Callable[[], None]
"""What is done at the end of an element."""

_ASIAN = (
    "\u1100-\u11ff\u2e80-\ua4cf\ua960-\ua97f\uac00-\ud7ff\uf900-\ufaff\ufe30-\ufe4f\uff00-\uffef"
)
_ASIAN += "\U00020000-\U0003ffff"
_COMPLEX = "\u0590-\u0eff\u0f00-\u0fff\u1000-\u109f\u1780-\u17ff\ufb1d-\ufdff\ufe70-\ufefc"
_SCRIPT = re.compile(f"([{_ASIAN}])|([{_COMPLEX}])|(\\w)")


@dataclass(frozen=True, slots=True)
class Look:
    """How text looks, and whether it is seen."""

    marks: Marks = PLAIN
    link: Link | None = None
    is_hidden: bool = False
    is_raised: bool = False
    is_underlined: bool = False
    has_capitals: bool = False
    font: str = ""

    def styled(self, chain: list[Style]) -> Look:
        """The same with what a style and its parents say."""
        if not chain:
            return self
        look = replace(self, marks=marks(chain, self.marks))
        for name, attribute in (
            ("hidden", "is_hidden"),
            ("raised", "is_raised"),
            ("underlined", "is_underlined"),
            ("capitals", "has_capitals"),
            ("font", "font"),
        ):
            said = next(
                (value for each in chain if (value := getattr(each, name)) is not None), None
            )
            if said is not None:
                look = replace(look, **{attribute: said})
        return look

    def with_mark(self, mark: Mark) -> Look:
        """The same with a mark in every script."""
        western, asian, complex_ = (each | {mark} for each in self.marks)
        return replace(self, marks=(western, asian, complex_))


class TextFlow:
    """The texts that are open, the innermost last."""

    def __init__(self, options: ReadOptions, report: Report) -> None:
        self.options = options
        self.report = report
        self.budget = Budget()
        self.looks = [Look()]
        self.inserted: dict[str, Change] = {}
        self.deleted: Change | None = None
        self._builders = [BlockBuilder(self.budget)]
        self._after: list[list[Block]] = [[]]
        self._script = 0

    @property
    def builder(self) -> BlockBuilder:
        """The blocks that are being built."""
        return self._builders[-1]

    @property
    def look(self) -> Look:
        """How text looks that comes next."""
        return self.looks[-1]

    @property
    def is_in_body(self) -> bool:
        """Whether it is the body that is built, and no note or box."""
        return len(self._builders) == 1

    @property
    def depth(self) -> int:
        """How many texts are open."""
        return len(self._builders)

    @property
    def change(self) -> Change | None:
        """The tracked change of what comes next, if they are kept."""
        if self.deleted is not None:
            return self.deleted
        return next(reversed(self.inserted.values()), None) if self.inserted else None

    def begin(self) -> None:
        """A text of its own begins: a note, a box, a comment."""
        self._builders.append(BlockBuilder(self.budget))
        self._after.append([])
        self.looks.append(Look())

    def end(self) -> Blocks:
        """The blocks of the text that was begun last."""
        self.end_paragraph()
        self.looks.pop()
        self._after.pop()
        return self._builders.pop().finish()

    def end_paragraph(self, level: int | None = None, end: Change | None = None) -> None:
        """The paragraph is complete; boxes beside it follow."""
        self.builder.end_paragraph(level, end)
        for block in self._after[-1]:
            self.builder.add_block(block)
        self._after[-1].clear()

    def add_after(self, blocks: Blocks) -> None:
        """Blocks that stand behind the paragraph that gathers."""
        self._after[-1].extend(blocks)

    def add(self, inline: Inline) -> None:
        """A piece of the paragraph."""
        if isinstance(inline, LineBreak) and self.change is not None:
            inline = LineBreak(self.change)
        self.builder.add(inline)

    def text(self, text: str | None) -> None:
        """Characters as they stand in the file."""
        if not text:
            return
        look = self.look
        if not text.isspace():
            self._say(look)
        if look.is_hidden:
            return
        text = shown(text, look.font)
        if look.marks[0] == look.marks[1] == look.marks[2]:
            self.builder.add(Run(text, look.marks[0], look.link, self.change))
            return
        for script, piece in self._by_script(text):
            self.builder.add(Run(piece, look.marks[script], look.link, self.change))

    def _say(self, look: Look) -> None:
        if look.is_hidden:
            self.report.leave_out(tr("hidden text"))
            return
        if look.is_raised:
            self.report.leave_out(tr("superscript and subscript"))
        if look.is_underlined and look.link is None:
            self.report.leave_out(tr("underlining"))
        if look.has_capitals:
            self.report.leave_out(tr("capitals and small capitals by format"))

    def _by_script(self, text: str) -> list[tuple[int, str]]:
        """Pieces with the number of their script; blanks and signs belong to what is before them."""
        found: list[tuple[int, str]] = []
        start = 0
        for match in _SCRIPT.finditer(text):
            script = (match.lastindex or 3) % 3  # 1: asian, 2: complex, 3: western
            if script != self._script:
                if match.start() > start:
                    found.append((self._script, text[start : match.start()]))
                start, self._script = match.start(), script
        found.append((self._script, text[start:]))
        return found
