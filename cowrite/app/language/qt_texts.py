"""What Qt itself says and how it writes numbers: its dialogs, standard buttons, menus of fields."""

from __future__ import annotations

import logging

from PySide6.QtCore import QCoreApplication, QLibraryInfo, QLocale, QTranslator

from cowrite.localization.languages import ENGLISH

logger = logging.getLogger(__name__)

_NAME = "qtbase"


def speak(application: QCoreApplication, language: str) -> None:
    """Have Qt speak ``language`` from now on. Windows that are open hear of it as Qt has it, by a LanguageChange."""
    for before in application.findChildren(QTranslator, _NAME):
        application.removeTranslator(before)
        before.deleteLater()
    QLocale.setDefault(_locale(language))
    if language == ENGLISH:
        return  # Qt's own texts are in English
    translator = QTranslator(application)
    translator.setObjectName(_NAME)
    folder = QLibraryInfo.path(QLibraryInfo.LibraryPath.TranslationsPath)
    if translator.load(f"{_NAME}_{language}", folder):
        application.installTranslator(translator)
    else:
        logger.warning("Qt's own texts are not there in %s", language)


def _locale(language: str) -> QLocale:
    """The system's if that is of this language, for its region, else that of the language alone."""
    system, named = QLocale.system(), QLocale(language)
    is_same = system.language() in (named.language(), QLocale.Language.C)
    return system if is_same and language == ENGLISH else named
