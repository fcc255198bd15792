from __future__ import annotations

from collections.abc import Callable

import pytest
from PySide6.QtGui import QFontDatabase, QFontInfo, QFontMetricsF

from cowrite.editor.appearance.fonts import BODY_POINTS, BodyFace, Fonts, column_width
from cowrite.editor.appearance.theme_files import resource_path


@pytest.fixture
def fonts(qapp: object) -> Fonts:
    return Fonts()


def test_the_serif_is_the_bundled_one(fonts: Fonts) -> None:
    font = fonts.body(BodyFace.SERIF)
    assert QFontInfo(font).family() == "Source Serif 4"
    assert font.pointSizeF() == BODY_POINTS
    font.setItalic(True)
    assert QFontInfo(font).italic()
    font.setItalic(False)
    font.setBold(True)
    assert QFontInfo(font).bold()


def test_faces_can_be_named_as_in_the_settings(fonts: Fonts) -> None:
    assert fonts.body("mono", 20).pointSizeF() == 20
    assert fonts.body("sans").pointSizeF() == BODY_POINTS


def test_any_font_can_be_named_and_what_is_not_there_is_serif(fonts: Fonts) -> None:
    assert fonts.body("Comic Something").families()[0] == "Comic Something"
    assert QFontInfo(fonts.body("Comic Something")).family() == "Source Serif 4"


def test_chrome_scales(fonts: Fonts) -> None:
    assert fonts.chrome(2.0).pointSizeF() == pytest.approx(2 * fonts.chrome().pointSizeF())


def test_column_grows_with_its_characters(fonts: Fonts) -> None:
    metrics = QFontMetricsF(fonts.body())
    assert column_width(metrics, 90) == pytest.approx(2 * column_width(metrics, 45))


def test_bundled_fonts_stay_small() -> None:
    size = sum(path.stat().st_size for path in resource_path("fonts").iterdir())
    assert size < 2_000_000


def test_chinese_characters_have_the_forms_of_mainland_china(
    fonts: Fonts, speak: Callable[[str], None]
) -> None:
    english = QFontInfo(fonts.chrome()).family()
    speak("zh_CN")
    first, *chinese = fonts.chrome().families()
    assert first == english  # all else looks as it does in English
    assert all(map(QFontDatabase.hasFamily, chinese))
