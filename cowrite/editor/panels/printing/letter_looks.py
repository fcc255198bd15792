"""How the letters of a block look: bold, leaning, raised, dotted, and as wide as a character."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from PySide6.QtGui import QFont, QTextCharFormat, QTextLayout

from cowrite.base.utf16 import in_units
from cowrite.editor.appearance.fonts import for_wide_marks
from cowrite.editor.markup.east_asian_emphasis import letters, parts
from cowrite.editor.panels.printing.manuscript import Run
from cowrite.typography.wide_marks import wide_marks


def letter_formats(runs: Sequence[Run], font: QFont, code: QFont) -> list[QTextLayout.FormatRange]:
    """How parts of a block look, by their places in UTF-16 units."""
    found: list[QTextLayout.FormatRange] = []
    marks = [] if font is code else wide_marks(in_units("".join(run.text for run in runs)))
    at = 0
    for run in runs:
        units = in_units(run.text)
        pieces = parts(units, 0, len(units)) if run.emphasis else [(0, len(units), False)]
        for start, end, leans in pieces:
            look = QTextCharFormat()
            if run.strong or leans or run.strike or run.code or run.raised:
                look = _format(run, font, code, leans=leans)
            for first, last, is_wide in _divided(at + start, at + end, [] if run.code else marks):
                each = QTextLayout.FormatRange()
                each.start, each.length, each.format = first, last - first, QTextCharFormat(look)
                if is_wide:
                    each.format.merge(for_wide_marks(font))
                if not each.format.isEmpty():
                    found.append(each)
        at += len(units)
    return found


def _divided(
    start: int, end: int, marks: Sequence[tuple[int, int]]
) -> Iterator[tuple[int, int, bool]]:
    """What is between two places, in pieces: from where, to where, and whether it is one of the ``marks``."""
    at = start
    for mark in marks:
        first, last = max(mark[0], start), min(mark[1], end)
        if first < last:
            if at < first:
                yield at, first, False
            yield first, last, True
            at = last
    if at < end:
        yield at, end, False


def dots_below(runs: Sequence[Run]) -> tuple[tuple[int, int], ...]:
    """The characters of a block that are emphasized by a dot, in UTF-16 units."""
    found: list[tuple[int, int]] = []
    at = 0
    for run in runs:
        units = in_units(run.text)
        if run.emphasis:
            found += [(at + start, at + end) for start, end in letters(units, 0, len(units))]
        at += len(units)
    return tuple(found)


def _format(run: Run, font: QFont, code: QFont, *, leans: bool) -> QTextCharFormat:
    look = QTextCharFormat()
    used = QFont(code if run.code else font)
    used.setBold(run.strong or font.bold())
    used.setItalic(leans)
    used.setStrikeOut(run.strike)
    look.setFont(used)
    if run.raised:
        look.setVerticalAlignment(QTextCharFormat.VerticalAlignment.AlignSuperScript)
    return look
