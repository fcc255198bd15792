"""The ghost: a suggestion at the caret, laid out with the paragraph but never part of the document.

It lives in the slot that Qt keeps for text an input method is composing (docs/adr/0002), which
cowrite.editor.page.layers owns. The paragraph flows around it; text, undo, clipboard and cursor
positions do not know of it. This module says what is in the slot and maps positions on screen to
those in the document. It knows neither keys nor why a ghost is shown. What is no text, a number and
a key cap, is painted beside its end (cowrite.editor.page.ghost_decorations) and is never laid out.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from PySide6.QtCore import QEasingCurve, QObject, QVariantAnimation
from PySide6.QtGui import (
    QColor,
    QFont,
    QFontMetricsF,
    QPainter,
    QTextCharFormat,
    QTextCursor,
    QTextDocument,
)

from cowrite.base.utf16 import utf16_index, utf16_length
from cowrite.editor.appearance.theme import Theme, mixed
from cowrite.editor.common.qt_text import for_qt, without_structure
from cowrite.editor.page.ghost_decorations import Beside, paint_beside, place_beside
from cowrite.editor.page.layer_ranges import LayerRange
from cowrite.editor.page.layers import TextLayers
from cowrite.editor.page.wide_mark_layer import WideMarkLayer

FADE_MS = 60

_LINE_SEPARATOR = "\u2028"
_BREAK_HERE = "\u200b"


@dataclass(frozen=True, slots=True, kw_only=True)
class _Shown:
    """What is on screen: ``text`` at document ``position``, candidate ``index`` of ``count``.

    ``breaks_first`` allows the line to break between the typed text and the ghost. ``struck`` draws a line through it.
    """

    text: str
    position: int
    index: int
    count: int
    breaks_first: bool = False
    struck: bool = False


class Ghost(QObject):
    """The one ghost of a document."""

    def __init__(
        self,
        document: QTextDocument,
        layers: TextLayers,
        wide_marks: WideMarkLayer,
        theme: Theme,
        parent: QObject,
    ) -> None:
        super().__init__(parent)
        self._document = document
        self._layers = layers
        self._wide_marks = wide_marks
        self._theme = theme
        self._tab_hint = False
        self._shown: _Shown | None = None
        # Follows every edit, also those elsewhere, so that the paragraph with the slot is found again.
        self._anchor = QTextCursor(document)
        self._anchor.setKeepPositionOnInsert(True)
        self._opacity = 1.0
        self._fade = QVariantAnimation(self)
        self._fade.setDuration(FADE_MS)
        self._fade.setStartValue(0.0)
        self._fade.setEndValue(1.0)
        self._fade.setEasingCurve(QEasingCurve.Type.OutQuad)
        self._fade.valueChanged.connect(self._on_faded)

    # -- what is shown

    @property
    def text(self) -> str:
        """What is shown; empty when nothing is."""
        return self._shown.text if self._shown else ""

    def show(self, text: str, position: int, *, index: int, count: int, fade: bool) -> None:
        """Show ``text`` at ``position``, candidate ``index`` of ``count``.

        With ``fade`` it fades in, unless a ghost is there already.
        """
        wanted = _Shown(text=text, position=position, index=index, count=count)
        if self._shown is not None and replace(self._shown, breaks_first=False) == wanted:
            return
        appears = self._shown is None
        if appears:
            self._opacity = 0.0 if fade else 1.0
        elif self._document.findBlock(position) != self._anchor.block():
            self._shown = None
            self._empty_slot()
        self._shown = wanted
        self._anchor.setPosition(position)
        self._fill_slot()
        self.settle()
        if appears and fade:
            self._fade.start()

    def strike(self) -> None:
        """Draw a line through what is shown, until something else is."""
        if self._shown is not None:
            self._shown = replace(self._shown, struck=True)
            self._fill_slot()

    def hide(self) -> None:
        """Show nothing."""
        self._fade.stop()
        if self._shown is not None:
            self._shown = None  # first: laying out may resize the page, which would show it again
            self._empty_slot()

    def follow_edit(self, offset: int, removed: int, inserted: str, *, keep: bool) -> None:
        """Keep the rest if the edit wrote the ghost's own beginning; otherwise show nothing.

        Call from ``contentsChange``: the paragraph is laid out only after it, and so only once.
        ``keep`` is False for edits that are not writing, such as undo.
        """
        shown = self._shown
        if shown is None:
            return
        self._empty_slot()
        rest = shown.text[len(inserted) :] if shown.text.startswith(inserted) else ""
        if not keep or removed or offset != shown.position or not rest:
            self._fade.stop()
            self._shown = None
            return
        position = offset + utf16_length(inserted)
        self._shown = replace(shown, text=rest, position=position, breaks_first=False)
        self._anchor.setPosition(position)
        self._fill_slot()

    def settle(self) -> None:
        """Once laid out: let go of a typed word that the ghost has pulled down to its own line."""
        if self._shown is not None and self._pulls_word_down(self._shown):
            self._shown = replace(self._shown, breaks_first=True)
            self._fill_slot()

    def reflow(self) -> None:
        """Lay it out afresh: the column's width, the font or the theme has changed."""
        if self._shown is not None:
            self._shown = replace(self._shown, breaks_first=False)
            self._fill_slot()
            self.settle()

    # -- looks

    def set_theme(self, theme: Theme) -> None:
        """Use the theme's ghost and quiet colours."""
        self._theme = theme
        self.reflow()

    def set_tab_hint(self, shown: bool) -> None:
        """Whether a small key cap "Tab" stands beside the end of the text, where there is room."""
        if shown != self._tab_hint:
            self._tab_hint = shown
            self.reflow()

    @property
    def beside(self) -> Beside | None:
        """What is painted beside its end, as far as there is room; None if nothing is."""
        shown = self._shown
        if shown is None:
            return None
        block = self._anchor.block()
        return place_beside(
            block,
            self._anchor.positionInBlock(),
            number=f"{shown.index + 1}/{shown.count}" if shown.count > 1 else "",
            with_cap=self._tab_hint,
            font=self._document.defaultFont(),
            device=self._document.documentLayout().paintDevice(),
        )

    def paint_beside(self, painter: QPainter) -> None:
        """Paint the number and the key cap; the painter is in document coordinates."""
        beside = self.beside
        if beside is not None:
            line = QColor(mixed(self._theme.page, self._theme.quiet, 0.6 * self._opacity))
            paint_beside(painter, beside, self._faded(self._theme.quiet), line)

    # -- positions

    def opens_line(self, position: int) -> bool:
        """Whether the ghost at ``position`` begins a line only because it did not fit the last."""
        shown = self._shown
        if shown is None or shown.position != position or not self._anchor.atBlockEnd():
            return False
        index = self._anchor.positionInBlock()
        line = self._anchor.block().layout().lineForTextPosition(index)
        if not line.isValid() or line.lineNumber() == 0 or line.textStart() != index:
            return False
        return self._anchor.block().text()[-1:] != _LINE_SEPARATOR

    # -- the slot

    def _empty_slot(self) -> None:
        self._layers.empty_slot(self._anchor.block())

    def _fill_slot(self) -> None:
        shown = self._shown
        assert shown is not None  # noqa: S101 - for the type checker: every caller has just seen it
        body = self._body(shown)
        style = QTextCharFormat()
        style.setForeground(self._faded(self._theme.ghost))
        if shown.struck:
            style.setFontStrikeOut(True)
        looks = LayerRange(start=0, end=utf16_length(body), style=style)
        block, index = self._anchor.block(), self._anchor.positionInBlock()
        marks = self._wide_marks.in_slot(block, index, body)
        self._layers.fill_slot(block, index, for_qt(body), [looks, *marks])

    @staticmethod
    def _body(shown: _Shown) -> str:
        text = without_structure(shown.text).replace("\n", _LINE_SEPARATOR)
        return _BREAK_HERE + text if shown.breaks_first else text

    def _faded(self, colour: str) -> QColor:
        # Mixed with the page rather than transparent: glyphs are painted alike at every step.
        return QColor(mixed(self._theme.page, colour, self._opacity))

    def _on_faded(self, opacity: float) -> None:
        self._opacity = opacity
        if self._shown is not None:
            self._fill_slot()

    # -- geometry

    def _pulls_word_down(self, shown: _Shown) -> bool:
        """Whether the typed part of a word moved to a new line only because the ghost ends it."""
        at = self._anchor.positionInBlock()
        block = self._anchor.block()
        layout = block.layout()
        line = layout.lineForTextPosition(at)
        if shown.breaks_first or not line.isValid():
            return False
        if line.lineNumber() == 0 or line.textStart() >= at:
            return False
        text = block.text()
        above = layout.lineAt(line.lineNumber() - 1)
        line_above = _units(text, above.textStart(), line.textStart())
        typed = _units(text, line.textStart(), at)
        if any(map(str.isspace, typed)) or line_above.endswith(_LINE_SEPARATOR):
            return False
        spaces = line_above[len(line_above.rstrip()) :]
        metrics = self._metrics()
        return above.naturalTextWidth() + metrics.horizontalAdvance(spaces + typed) <= above.width()

    def _metrics(self) -> QFontMetricsF:
        device = self._document.documentLayout().paintDevice()
        font = self._document.defaultFont()
        return QFontMetricsF(QFont(font, device) if device else font)


def _units(text: str, start: int, end: int) -> str:
    return text[utf16_index(text, start) : utf16_index(text, end)]
