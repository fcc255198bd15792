"""Where things stand on the page: column, margins, line pitch and zoom.

The document's own sizes never change after loading, because every change of a format would be an undo
step. Zoom is the resolution of the device that the layout measures with: fonts, line pitch and margins
scale with it by themselves. Another line height is a device of another resolution on which the font is as much smaller
or larger: all letters stay as they are, and the lines are further apart.
"""

from __future__ import annotations

from collections.abc import Iterator

from PySide6.QtCore import QRectF
from PySide6.QtGui import (
    QAbstractTextDocumentLayout,
    QFont,
    QFontMetricsF,
    QGuiApplication,
    QImage,
    QTextBlock,
    QTextBlockFormat,
    QTextDocument,
    QTextLayout,
    QTextLine,
)

from cowrite.base.utf16 import utf16_length
from cowrite.editor.appearance.fonts import BODY_POINTS, column_width
from cowrite.editor.page.large.large_layout import LargeLayout
from cowrite.editor.page.layer_ranges import LayerRange, LinePart, Slot

COLUMN_MIN, COLUMN_DEFAULT, COLUMN_MAX = 45, 66, 90
ZOOM_MIN, ZOOM_MAX = 50, 400
ZOOM_STEPS = (50, 67, 75, 80, 90, 100, 110, 125, 150, 175, 200, 250, 300, 400)

LINE_HEIGHT_EM = 1.6
LINE_HEIGHT_MIN, LINE_HEIGHT_MAX = 1.2, 2.5
GUTTER_PX = 16
"""Room inside the viewport beside the column: for overhanging letters, trailing spaces and the caret."""
SHEET_PADDING_PX = 56
"""Paper beside the viewport before the desk begins."""
HEAD_PX = 48
TAIL_LINES = 6
INCH_METRES = 0.0254


class PageGeometry:
    """The measures of one page, in pixels at the present zoom unless a name says otherwise."""

    def __init__(self, document: QTextDocument) -> None:
        self._document = document
        self._base_dpi = round(QGuiApplication.primaryScreen().logicalDotsPerInchY())
        self._device = QImage(1, 1, QImage.Format.Format_RGB32)
        self.column_characters = COLUMN_DEFAULT
        self.zoom_percent = 100
        self._stretch = 1.0
        self._measure_at(100)

    def prepare_document(self) -> None:
        """Give an empty document its margins and line pitch. Call while undo is off."""
        root = self._document.rootFrame()
        margins = root.frameFormat()
        margins.setMargin(0)
        margins.setLeftMargin(GUTTER_PX)
        margins.setRightMargin(GUTTER_PX)
        margins.setTopMargin(HEAD_PX)
        margins.setBottomMargin(TAIL_LINES * self._line_pitch_at_100())
        root.setFrameFormat(margins)

    def block_format(self) -> QTextBlockFormat:
        """The format of every paragraph.

        The pitch is fixed, so that a letter from a taller fallback font moves no line.
        """
        result = QTextBlockFormat()
        fixed = QTextBlockFormat.LineHeightTypes.FixedHeight
        result.setLineHeight(self._line_pitch_at_100(), fixed.value)
        return result

    def use_layout(self, layout: QAbstractTextDocumentLayout) -> None:
        """Have the document laid out by ``layout``, at the present zoom. The document owns it from then on."""
        layout.setPaintDevice(self._device)
        self._document.setDocumentLayout(layout)

    def set_zoom(self, percent: int) -> bool:
        """Measure at that zoom from now on; whether anything changed."""
        percent = max(ZOOM_MIN, min(ZOOM_MAX, percent))
        if percent == self.zoom_percent:
            return False
        self._measure_at(percent)
        self._document.markContentsDirty(0, self._document.characterCount())
        return True

    def set_line_height(self, em: float) -> bool:
        """Have lines that far apart, in multiples of the size of the letters; whether anything changed.

        The page then needs a font of :attr:`body_points`.
        """
        stretch = max(LINE_HEIGHT_MIN, min(LINE_HEIGHT_MAX, em)) / LINE_HEIGHT_EM
        if stretch == self._stretch:
            return False
        self._stretch = stretch
        self._measure_at(self.zoom_percent)
        return True

    @property
    def body_points(self) -> float:
        """The size of the prose at 100 %, in points of the device that the layout measures with."""
        return BODY_POINTS / self._stretch

    @property
    def scale(self) -> float:
        """1.0 at 100 %."""
        return self.zoom_percent / 100

    @property
    def _device_scale(self) -> float:
        """What one pixel of the document's own sizes is on screen."""
        return self.scale * self._stretch

    @property
    def line_pitch(self) -> float:
        """From one baseline to the next."""
        return self._line_pitch_at_100() * self._device_scale

    @property
    def tail(self) -> float:
        """The room below the last line."""
        return TAIL_LINES * self.line_pitch

    def metrics(self) -> QFontMetricsF:
        """Of the body font as it is laid out."""
        return QFontMetricsF(QFont(self._document.defaultFont(), self._device))

    def viewport_width(self, available: int) -> int:
        """The column with its gutters, or what there is."""
        column = column_width(self.metrics(), self.column_characters)
        return min(available, round(column + 2 * GUTTER_PX * self._device_scale))

    def sheet_padding(self) -> int:
        """Paper on each side of the viewport."""
        return round(SHEET_PADDING_PX * self.scale)

    def top_margin(self, height: int) -> int:
        """Desk-side space above the document in a window of that height.

        An empty page begins a third down. As the text grows the space is given up, so that the last
        line stays where the eyes are; a long text has none and scrolls.
        """
        third = height // 3 - round(HEAD_PX * self._device_scale)
        left_over = height - round(self._document.size().height())
        return max(0, min(third, left_over))

    def _line_pitch_at_100(self) -> int:
        return round(LINE_HEIGHT_EM * BODY_POINTS * self._base_dpi / 72)

    def _measure_at(self, percent: int) -> None:
        self.zoom_percent = percent
        dots_per_metre = round(self._base_dpi * self._device_scale / INCH_METRES)
        # A new image each time: a layout compares devices, and fonts keep the resolution they saw.
        self._device = QImage(1, 1, QImage.Format.Format_RGB32)
        self._device.setDotsPerMeterX(dots_per_metre)
        self._device.setDotsPerMeterY(dots_per_metre)
        self._document.documentLayout().setPaintDevice(self._device)


def block_at(document: QTextDocument, y: float) -> QTextBlock:
    """The paragraph at a height of the document, in its pixels; the nearest one where there is none."""
    layout = document.documentLayout()
    if isinstance(layout, LargeLayout):  # it would have to make lines to say where a paragraph is
        return layout.block_at(y)
    # Qt's hit test walks through all that follows a place beside the letters: milliseconds in a book.
    low, high = 0, document.blockCount() - 1
    while low < high:
        middle = (low + high + 1) // 2
        if layout.blockBoundingRect(document.findBlockByNumber(middle)).top() <= y:
            low = middle
        else:
            high = middle - 1
    return document.findBlockByNumber(low)


def cursor_x(line: QTextLine, index: int) -> float:
    """Where the place before ``index`` of the laid-out string is on its line."""
    answer = line.cursorToX(index)  # PySide answers with the index it settled on as well
    return answer[0] if isinstance(answer, tuple) else answer  # type: ignore[return-value]


def line_parts(
    block: QTextBlock, start: int, end: int, metrics: QFontMetricsF, scale: float
) -> Iterator[LinePart]:
    """Where a part of a paragraph's text is on the page, in document coordinates, without what is in the slot."""
    layout = block.layout()
    corner = layout.position()
    for first, last in slot_of(layout, ()).around(start, end):
        for number in range(layout.lineCount()):
            line = layout.lineAt(number)
            begin = max(first, line.textStart())
            stop = min(last, line.textStart() + line.textLength())
            if begin >= stop:
                continue
            left, right = sorted((cursor_x(line, begin), cursor_x(line, stop)))
            # Spaces at the end of a line hang over the column's edge.
            written = line.naturalTextRect()
            left, right = max(left, written.left()), min(right, written.right())
            if left < right:
                x, width = corner.x() + left, right - left
                top = corner.y() + line.y()
                baseline = top + line.ascent()
                height = metrics.ascent() + metrics.descent()
                yield LinePart(
                    box=QRectF(x, baseline - metrics.ascent(), width, height),
                    line=QRectF(x, top, width, line.height()),
                    baseline=baseline,
                    scale=scale,
                )


def slot_of(layout: QTextLayout, ranges: tuple[LayerRange, ...]) -> Slot:
    """What stands in a paragraph's slot now, with its looks."""
    length = utf16_length(layout.preeditAreaText())
    return Slot(at=layout.preeditAreaPosition(), length=length, ranges=ranges if length else ())
