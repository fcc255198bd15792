"""How wide letters are, for widths that are counted in them."""

from __future__ import annotations

from PySide6.QtGui import QFontMetrics

_SAMPLE = "the quick brown fox jumps over the lazy dog"


def letter_width(metrics: QFontMetrics) -> int:
    """The width of a letter of Latin text in pixels.

    What Qt calls the average of a Chinese font is nearly that of its Chinese characters, of which a line has half as
    many.
    """
    return min(metrics.averageCharWidth(), round(metrics.horizontalAdvance(_SAMPLE) / len(_SAMPLE)))
