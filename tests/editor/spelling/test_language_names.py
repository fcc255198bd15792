"""Names of languages that documents may have, as the menu for spelling shows them."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from PySide6.QtCore import QLocale

from cowrite.editor.spelling.language_menu import LANGUAGES, TERRITORIES, language_name


def test_all_of_them_are_as_qt_names_them() -> None:
    assert set(LANGUAGES) <= {QLocale.languageToString(each) for each in QLocale.Language}
    assert set(TERRITORIES) <= {QLocale.territoryToString(each) for each in QLocale.Country}


@pytest.mark.parametrize(
    ("name", "english", "chinese"),
    [
        ("en_GB", "English (United Kingdom)", "英语（英国）"),
        ("de_CH", "German (Switzerland)", "德语（瑞士）"),
        ("uk", "Ukrainian", "乌克兰语"),
        ("nb_NO", "Norwegian Bokmål (Norway)", "书面挪威语（挪威）"),
    ],
)
def test_they_are_said_in_both_languages(
    speak: Callable[[str], None], name: str, english: str, chinese: str
) -> None:
    assert language_name(name) == english
    speak("zh_CN")
    assert language_name(name) == chinese
