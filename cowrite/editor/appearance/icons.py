"""Icons of one set (Lucide, 1.5 px strokes), coloured by the theme."""

from __future__ import annotations

from PySide6.QtCore import QByteArray, Qt
from PySide6.QtGui import QIcon, QPainter, QPixmap
from PySide6.QtSvg import QSvgRenderer

from cowrite.editor.appearance.theme_files import resource_path

_PIXEL_RATIOS = (1, 2, 3)


def icon(name: str, colour: str, *, size: int = 16) -> QIcon:
    """The icon of that name, a file in ``resources/icons``, drawn in ``colour``.

    ``size`` is in logical pixels; it is sharp on screens of up to three times that.

    Raises:
        FileNotFoundError: there is no icon of that name.
    """
    source = resource_path("icons", f"{name}.svg").read_text(encoding="utf-8")
    renderer = QSvgRenderer(QByteArray(source.replace("currentColor", colour).encode()))
    result = QIcon()
    for ratio in _PIXEL_RATIOS:
        pixmap = QPixmap(size * ratio, size * ratio)
        pixmap.fill(Qt.GlobalColor.transparent)
        painter = QPainter(pixmap)
        renderer.render(painter)
        painter.end()
        pixmap.setDevicePixelRatio(ratio)
        result.addPixmap(pixmap)
    return result
