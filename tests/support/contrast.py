"""Contrast as it is painted: ink and ground are estimated from the picture of a window, never from its palette.

The edges of letters are mixtures. The ground is therefore taken as the most frequent colour, and the ink as what the
strongest twentieth of all other pixels has at least. Long texts are looked at a few letters at a time, for what is
behind them may change.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPoint, QRect, QRectF, Qt
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QApplication, QScrollArea, QWidget
from shiboken6 import isValid
from support.painted import painted

READABLE, DISABLED, VISIBLE = 4.5, 3.0, 3.0
"""WCAG 2.2 for text, and for what is no text: https://www.w3.org/TR/WCAG22/#contrast-minimum, #non-text-contrast.
Text of what cannot be used is exempt there, but not here. A mark without a letter, such as a bar or an accent, has
strokes so thin that they fill no pixel at 100 %: it has to be seen."""
_INK_SHARE = 0.05
_PIECE_LINES = 4.0
"""How much of a line is looked at at once, in heights of it."""
_LEAST_SEEN = 0.7
"""Of a line that is cut off below or above, so much has to be on screen to be looked at."""
_SEEN = 1.05
"""From which contrast on a pixel is no ground."""
_FEW_PX = 24
"""So many pixels have to change for a change to be seen: those of a caret."""
_LEAST_DRAWN = 3
"""A piece with letters in it has at least so many pixels that are no ground."""

_PLACES = np.array([1 << 16, 1 << 8, 1])
"""What makes one number of red, green and blue."""

Picture = NDArray[np.uint8]


@dataclass(frozen=True, slots=True, kw_only=True)
class Measured:
    """What was measured, of which kind, and what is asked of it: ``kind`` is “text”, “mark”, “icon” or “focus”."""

    what: str
    kind: str
    contrast: float
    least: float
    is_enabled: bool = True

    @property
    def is_enough(self) -> bool:
        """Whether it can be read."""
        return self.contrast >= self.least


def contrasts(window: QWidget) -> Iterator[Measured]:
    """All text and all icons of ``window``, which is on screen."""
    texts, icons = painted(window)
    image = window.grab().toImage()
    picture, ratio = pixels(image), image.devicePixelRatio()
    for text in texts:
        if text.seen.height() < _LEAST_SEEN * text.box.height():
            continue
        where = f"{type(text.widget).__name__} {text.widget.objectName()}".strip()
        found = [contrast_in(picture, part, ratio) for part in _pieces(text.seen)]
        if seen := [each for each in found if each is not None]:
            has_letters = any(map(str.isalnum, text.text))
            yield Measured(
                what=f"{where}: {text.text!r}",
                kind="text" if has_letters else "mark",
                contrast=min(seen),
                least=READABLE if text.is_enabled and has_letters else DISABLED,
                is_enabled=text.is_enabled,
            )
    for icon in icons:
        where = f"{type(icon.widget).__name__} {icon.widget.objectName()}".strip()
        seen_there = contrast_in(picture, icon.box, ratio)
        if seen_there is not None:
            yield Measured(
                what=f"{where}: an icon",
                kind="icon",
                contrast=seen_there,
                least=VISIBLE if icon.is_enabled else 1.0,
                is_enabled=icon.is_enabled,
            )


def pixels(image: QImage) -> Picture:
    """Red, green and blue of each pixel, by row and column."""
    converted = image.convertToFormat(QImage.Format.Format_RGB888)
    flat = np.frombuffer(converted.constBits(), np.uint8)
    rows = flat.reshape(converted.height(), converted.bytesPerLine())
    return rows[:, : converted.width() * 3].reshape(converted.height(), converted.width(), 3).copy()


def luminance(picture: NDArray[np.integer]) -> NDArray[np.float64]:
    """The relative luminance of each pixel; see cowrite.editor.appearance.theme."""
    value = picture.astype(np.float64) / 255
    linear = np.where(value <= 0.04045, value / 12.92, ((value + 0.055) / 1.055) ** 2.4)
    return linear @ np.array([0.2126, 0.7152, 0.0722])


def ratios(picture: NDArray[np.integer], ground: NDArray[np.integer]) -> NDArray[np.float64]:
    """The contrast of each pixel with ``ground``: one colour, or another picture as large."""
    one, other = luminance(picture) + 0.05, luminance(ground) + 0.05
    return np.maximum(one, other) / np.minimum(one, other)


def contrast_in(picture: Picture, box: QRectF, ratio: float) -> float | None:
    """Of what is drawn in ``box``, against its ground; None if there is nothing."""
    part = cut_out(picture, box, ratio)
    if part.size == 0:
        return None
    flat = part.reshape(-1, 3)
    numbers, counts = np.unique(flat @ _PLACES, return_counts=True)
    most = int(numbers[counts.argmax()])
    ground = np.array([most >> 16, most >> 8 & 0xFF, most & 0xFF])
    found = ratios(flat, ground)
    drawn = np.sort(found[found > _SEEN])[::-1]
    return float(drawn[int(len(drawn) * _INK_SHARE)]) if len(drawn) >= _LEAST_DRAWN else None


def cut_out(picture: Picture, box: QRectF, ratio: float) -> Picture:
    """The pixels of ``box``."""
    height, width = picture.shape[:2]
    left, top = max(0, int(box.left() * ratio)), max(0, int(box.top() * ratio))
    right = min(width, int(np.ceil(box.right() * ratio)))
    bottom = min(height, int(np.ceil(box.bottom() * ratio)))
    return picture[top:bottom, left:right]


def focus_contrasts(window: QWidget) -> Iterator[Measured]:
    """How well it is seen of each widget that Tab reaches that it has the keyboard: what then changes where it is."""
    widgets = [each for each in window.findChildren(QWidget) if _takes_tab(each, window)]
    if len(widgets) < 2:
        return
    widgets[-1].setFocus(Qt.FocusReason.TabFocusReason)
    for widget in widgets:
        if not isValid(widget):
            continue  # the window has made others of what it had read
        scroll_to(widget)
        QApplication.processEvents()
        box = QRect(widget.mapTo(window, QPoint()), widget.size()).adjusted(-4, -4, 4, 4)
        was = pixels(window.grab(box).toImage())
        widget.setFocus(Qt.FocusReason.TabFocusReason)
        QApplication.processEvents()
        if QApplication.focusWidget() is widget and widget.isVisible():
            now = pixels(window.grab(box).toImage())
            what = f"{type(widget).__name__} {widget.objectName()} {widget.accessibleName()}: focus"
            yield Measured(what=what, kind="focus", contrast=_changed(was, now), least=VISIBLE)


def _takes_tab(widget: QWidget, window: QWidget) -> bool:
    takes = bool(widget.focusPolicy() & Qt.FocusPolicy.TabFocus) and widget.focusProxy() is None
    return takes and widget.isVisible() and widget.isEnabled() and widget.window() is window


def scroll_to(widget: QWidget) -> None:
    """Have it in sight, where what it is in scrolls."""
    above = widget.parentWidget()
    while above is not None and not isinstance(above, QScrollArea):
        above = above.parentWidget()
    if above is not None:
        above.ensureWidgetVisible(widget)


def _changed(before: Picture, after: Picture) -> float:
    """The contrast between two pictures that at least a few pixels have."""
    if before.shape != after.shape:
        return 1.0
    found = np.sort(ratios(before, after).reshape(-1))[::-1]
    return float(found[_FEW_PX]) if len(found) > _FEW_PX else 1.0


def _pieces(box: QRectF) -> Iterator[QRectF]:
    count = max(1, round(box.width() / (_PIECE_LINES * box.height()))) if box.height() else 1
    width = box.width() / count
    for at in range(count):
        yield QRectF(box.left() + at * width, box.top(), width, box.height())
