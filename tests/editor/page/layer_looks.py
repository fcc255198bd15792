"""Looks of the layers on a page, and what is seen of them."""

from __future__ import annotations

from PySide6.QtCore import QRect
from PySide6.QtGui import (
    QColor,
    QFont,
    QTextCharFormat,
    QTextFormat,
)

from cowrite.editor.page.layer_ranges import Layer
from cowrite.editor.page.layers import line_parts
from cowrite.editor.page.page_edit import PageEdit

Property = QTextFormat.Property


LOOKED_AT = (
    Property.ForegroundBrush,
    Property.BackgroundBrush,
    Property.FontWeight,
    Property.TextUnderlineStyle,
    Property.FontStrikeOut,
)
HIT, PROPOSED, WAVE, MARK = (QColor(name) for name in ("#ffe97f", "#c8f0c8", "#e00000", "#d0e0ff"))


def style_of(layer: Layer) -> QTextCharFormat:
    style = QTextCharFormat()
    match layer:
        case Layer.MARKDOWN:
            style.setFontWeight(QFont.Weight.Bold)
        case Layer.SPELLING:
            style.setUnderlineStyle(QTextCharFormat.UnderlineStyle.WaveUnderline)
            style.setUnderlineColor(WAVE)
        case Layer.SEARCH_HITS:
            style.setBackground(HIT)
        case Layer.PROPOSALS:
            style.setBackground(PROPOSED)
            style.setFontStrikeOut(True)
    return style


def composed_style() -> QTextCharFormat:
    style = QTextCharFormat()
    style.setUnderlineStyle(QTextCharFormat.UnderlineStyle.DashUnderline)
    return style


def looked_at(style: QTextCharFormat) -> tuple[object, ...]:
    def value(which: Property) -> object:
        if not style.hasProperty(which):
            return None
        found = style.property(which)
        return found.color().name() if hasattr(found, "color") else found

    return tuple(value(which) for which in LOOKED_AT)


def part(page: PageEdit, start: int, end: int) -> QRect:
    """Where a part of the first paragraph is, in pixels of the viewport; it is on one line."""
    found = list(
        line_parts(page.document().begin(), start, end, page.body_metrics(), page.zoom / 100)
    )
    assert len(found) == 1
    return found[0].line.translated(0, -page.verticalScrollBar().value()).toRect()
