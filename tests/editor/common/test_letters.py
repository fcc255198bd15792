"""How wide letters are."""

from __future__ import annotations

from PySide6.QtGui import QFont, QFontMetrics
from PySide6.QtWidgets import QApplication

from cowrite.editor.common.letters import letter_width


def test_a_chinese_font_counts_by_its_latin_letters(qapp: QApplication) -> None:
    metrics = QFontMetrics(QFont("Noto Sans CJK SC"))  # any other font, where it is not installed
    assert 0 < letter_width(metrics) <= metrics.averageCharWidth()
    assert letter_width(metrics) < metrics.horizontalAdvance("m") * 1.2
