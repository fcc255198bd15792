"""What a window paints, told by itself: every piece of text and every picture, with its place and what bounds it.

The window is rendered onto a device that paints nothing and writes down what it is asked to. So nobody has to know how
each kind of widget lays out what it says.
"""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import QPoint, QPointF, QRect, QRectF, Qt
from PySide6.QtGui import (
    QAction,
    QPaintDevice,
    QPaintEngine,
    QPaintEngineState,
    QPainterPath,
    QPixmap,
    QRegion,
    QTextItem,
    QTransform,
)
from PySide6.QtWidgets import QAbstractItemView, QMenu, QMenuBar, QWidget

_SMALLEST_ICON_PX, _LARGEST_ICON_PX = 8, 40
_METRIC = QPaintDevice.PaintDeviceMetric
_SCALED = 1 << 16
"""What Qt multiplies the ratio of pixels with, in whole numbers."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PaintedText:
    """``text`` in ``box``, of which ``seen`` is on screen, in pixels of the window."""

    text: str
    box: QRectF
    seen: QRectF
    widget: QWidget
    is_enabled: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class PaintedIcon:
    """A small picture in ``box``, in pixels of the window."""

    box: QRectF
    widget: QWidget
    is_enabled: bool


def painted(window: QWidget) -> tuple[list[PaintedText], list[PaintedIcon]]:
    """All text and all icons that ``window`` paints."""
    device = _Notebook(window)
    window.render(device, QPoint())
    engine = device.engine
    texts, icons = [], []
    for each in engine.texts:
        seen = engine.seen(each)
        if each.text.strip() and not seen.isEmpty() and not _is_covered(window, seen):
            widget, enabled = _who(window, seen.center().toPoint())
            texts.append(
                PaintedText(
                    text=each.text, box=each.box, seen=seen, widget=widget, is_enabled=enabled
                )
            )
    for each in engine.pictures:
        is_small = all(
            _SMALLEST_ICON_PX <= n <= _LARGEST_ICON_PX for n in each.box.size().toTuple()
        )
        if is_small and engine.seen(each) == each.box:
            widget, enabled = _who(window, each.box.center().toPoint())
            icons.append(PaintedIcon(box=each.box, widget=widget, is_enabled=enabled))
    return texts, icons


def _is_covered(window: QWidget, seen: QRectF) -> bool:
    """Whether something with round corners, which fills no rectangle, lies over a part of a text."""
    middle, half = seen.center(), QPointF(seen.width() / 2 - 1, 0)
    return _who(window, (middle - half).toPoint()) != _who(window, (middle + half).toPoint())


def _who(window: QWidget, place: QPoint) -> tuple[QWidget, bool]:
    """The widget at a place, and whether what it has there can be used."""
    widget = window.childAt(place) or window
    return widget, _is_enabled(widget, widget.mapFrom(window, place))


def _is_enabled(widget: QWidget, place: QPoint) -> bool:
    action: QAction | None = None
    if isinstance(widget, QMenu | QMenuBar):
        action = widget.actionAt(place)
    if action is not None:
        return action.isEnabled()
    view = widget.parent()
    if isinstance(view, QAbstractItemView) and view.viewport() is widget:
        index = view.indexAt(place)
        if index.isValid() and not index.flags() & Qt.ItemFlag.ItemIsEnabled:
            return False
    return widget.isEnabled()


@dataclass(frozen=True, slots=True, kw_only=True)
class _Noted:
    """Something painted in ``box``, as far as it lies in ``bounds``, after ``fills`` areas were filled."""

    box: QRectF
    bounds: QRect
    fills: int
    text: str = ""


class _Engine(QPaintEngine):
    """Writes down text, pictures and what is filled, and lets everything else be."""

    def __init__(self) -> None:
        super().__init__(QPaintEngine.PaintEngineFeature.AllFeatures)
        self.texts: list[_Noted] = []
        self.pictures: list[_Noted] = []
        self._filled: list[QRect] = []
        self._place = QTransform()
        self._covers = False

    def seen(self, noted: _Noted) -> QRectF:
        """What of it is on screen: within its bounds, and not below what was filled after it."""
        shown = noted.box.intersected(QRectF(noted.bounds))
        rest = QRegion(shown.toAlignedRect())
        for each in self._filled[noted.fills :]:
            rest -= each
        return shown.intersected(QRectF(rest.boundingRect()))

    def begin(self, _device: QPaintDevice) -> bool:
        return True

    def end(self) -> bool:
        return True

    def type(self) -> QPaintEngine.Type:
        return QPaintEngine.Type.User

    def updateState(self, state: QPaintEngineState) -> None:
        self._place = state.transform()
        brush = state.brush()
        self._covers = brush.style() is Qt.BrushStyle.SolidPattern and brush.color().alpha() == 255

    def drawTextItem(self, place: QPointF, item: QTextItem) -> None:
        box = QRectF(
            place.x(), place.y() - item.ascent(), item.width(), item.ascent() + item.descent()
        )
        self.texts.append(self._noted(box, item.text()))

    def drawPixmap(self, box: QRectF, _picture: QPixmap, _part: QRectF) -> None:
        self.pictures.append(self._noted(box))

    def drawPath(self, path: QPainterPath) -> None:
        self._fill(path.boundingRect())

    def drawRects(self, boxes: list[QRectF]) -> None:
        for box in boxes:
            self._fill(QRectF(box))

    def _noted(self, box: QRectF, text: str = "") -> _Noted:
        return _Noted(
            box=self._place.mapRect(box),
            bounds=self.systemClip().boundingRect(),
            fills=len(self._filled),
            text=text,
        )

    def _fill(self, box: QRectF) -> None:
        if self._covers:
            over = self._place.mapRect(box).toAlignedRect()
            self._filled.append(over & self.systemClip().boundingRect())

    def drawImage(self, *_: object) -> None: ...
    def drawPolygon(self, *_: object) -> None: ...
    def drawLines(self, *_: object) -> None: ...
    def drawEllipse(self, *_: object) -> None: ...
    def drawPoints(self, *_: object) -> None: ...
    def drawTiledPixmap(self, *_: object) -> None: ...


class _Notebook(QPaintDevice):
    """As large and as fine as the window."""

    def __init__(self, window: QWidget) -> None:
        super().__init__()
        self.engine = _Engine()
        self._window = window

    def paintEngine(self) -> QPaintEngine:
        return self.engine

    def metric(self, metric: QPaintDevice.PaintDeviceMetric) -> int:
        window = self._window
        values = {
            _METRIC.PdmWidth: window.width(),
            _METRIC.PdmHeight: window.height(),
            _METRIC.PdmWidthMM: window.widthMM(),
            _METRIC.PdmHeightMM: window.heightMM(),
            _METRIC.PdmDpiX: window.logicalDpiX(),
            _METRIC.PdmDpiY: window.logicalDpiY(),
            _METRIC.PdmPhysicalDpiX: window.physicalDpiX(),
            _METRIC.PdmPhysicalDpiY: window.physicalDpiY(),
            _METRIC.PdmNumColors: 1 << 24,
            _METRIC.PdmDepth: 32,
            _METRIC.PdmDevicePixelRatio: 1,
            _METRIC.PdmDevicePixelRatioScaled: _SCALED,
        }
        return values.get(metric, 0)
