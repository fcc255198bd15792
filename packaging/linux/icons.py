"""Draws the program's icon in the sizes that desktops ask for, with Qt: the same everywhere, and nothing to install."""

from __future__ import annotations

import os
from pathlib import Path

SOURCE = Path(__file__).resolve().parent.parent.parent / "resources" / "icons" / "cowrite.svg"
SIZES = (16, 22, 24, 32, 48, 64, 128, 256, 512)


def draw(size: int, to: Path) -> None:
    """Write a PNG of ``size`` times ``size`` pixels. Raises OSError if it cannot be written."""
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    from PySide6.QtGui import QImage, QPainter
    from PySide6.QtSvg import QSvgRenderer

    image = QImage(size, size, QImage.Format.Format_ARGB32)
    image.fill(0)
    painter = QPainter(image)
    QSvgRenderer(str(SOURCE)).render(painter)
    painter.end()
    to.parent.mkdir(parents=True, exist_ok=True)
    if not image.save(str(to), "PNG"):
        raise OSError(f"{to} could not be written.")
