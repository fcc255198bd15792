"""The menu of a document's language: found out, one of those that there are, or none."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from PySide6.QtCore import QLocale
from PySide6.QtGui import QActionGroup
from PySide6.QtWidgets import QMenu

from cowrite.editor.spelling.document_spelling import DocumentSpelling
from cowrite.localization import tr, tr_noop
from cowrite.spelling.document_choices import DETECT, NONE

# As Qt names them, which has these names in English and in their own language alone: those of which there are
# dictionaries for LibreOffice. The languages that tasks know are in the catalogue already.
LANGUAGES = (
    tr_noop("Bulgarian"),
    tr_noop("Catalan"),
    tr_noop("Croatian"),
    tr_noop("Esperanto"),
    tr_noop("Estonian"),
    tr_noop("Galician"),
    tr_noop("Icelandic"),
    tr_noop("Indonesian"),
    tr_noop("Latvian"),
    tr_noop("Lithuanian"),
    tr_noop("Norwegian Bokmål"),
    tr_noop("Norwegian Nynorsk"),
    tr_noop("Romanian"),
    tr_noop("Serbian"),
    tr_noop("Slovak"),
    tr_noop("Slovenian"),
    tr_noop("Ukrainian"),
    tr_noop("Vietnamese"),
)
TERRITORIES = (
    tr_noop("Argentina"),
    tr_noop("Australia"),
    tr_noop("Austria"),
    tr_noop("Belgium"),
    tr_noop("Brazil"),
    tr_noop("Canada"),
    tr_noop("France"),
    tr_noop("Germany"),
    tr_noop("India"),
    tr_noop("Ireland"),
    tr_noop("Italy"),
    tr_noop("Mexico"),
    tr_noop("Netherlands"),
    tr_noop("New Zealand"),
    tr_noop("Norway"),
    tr_noop("Poland"),
    tr_noop("Portugal"),
    tr_noop("Russia"),
    tr_noop("South Africa"),
    tr_noop("Spain"),
    tr_noop("Sweden"),
    tr_noop("Switzerland"),
    tr_noop("United Kingdom"),
    tr_noop("United States"),
)


def language_name(language: str) -> str:
    """As people call it: “British English” for “en_GB”."""
    locale = QLocale(language)
    if locale.language() == QLocale.Language.C:
        return language
    name = tr(QLocale.languageToString(locale.language()))
    if "_" not in language:
        return name
    territory = tr(QLocale.territoryToString(locale.territory()))
    return tr("{language} ({territory})", language=name, territory=territory)


def fill_language_menu(
    menu: QMenu, spelling: DocumentSpelling, show_folder: Callable[[], object]
) -> None:
    """Put the languages that there are now into ``menu``, instead of what was in it."""
    menu.clear()
    spelling.service.begin()
    language = spelling.language
    chosen = language.choice.language
    detect = (
        tr("&Detect: {language}", language=language_name(language.name))
        if language.is_detected
        else tr("&Detect")
    )
    group = QActionGroup(menu)
    entries = [(detect, DETECT)]
    entries += sorted((language_name(each), each) for each in spelling.service.available)
    entries.append((tr("&No language: do not check"), NONE))
    for title, each in entries:
        action = menu.addAction(title)
        action.setCheckable(True)
        action.setChecked(each == chosen)
        action.triggered.connect(partial(_choose, spelling, each))
        group.addAction(action)
        if each == DETECT:
            menu.addSeparator()
    menu.addSeparator()
    menu.addAction(tr("Folder for other dic&tionaries…")).triggered.connect(lambda: show_folder())


def _choose(spelling: DocumentSpelling, language: str, _checked: bool = False) -> None:
    spelling.language.choose_language(language)
