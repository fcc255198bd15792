"""What Qt itself says and how it writes numbers: its dialogs, standard buttons, menus of fields."""

from __future__ import annotations

import logging

from PySide6.QtCore import QCoreApplication, QLibraryInfo, QLocale, QTranslator

from cowrite.localization import tr, tr_noop
from cowrite.localization.languages import ENGLISH

logger = logging.getLogger(__name__)

_NAME = "qtbase"
_SUPPLEMENT = {
    "QFileDialog": frozenset({tr_noop("&Look in:"), tr_noop("Files of &type:")}),
    "QAbstractFileIconProvider": frozenset(
        {tr_noop("Drive"), tr_noop("File"), tr_noop("%1 File"), tr_noop("Folder")}
    ),
    "QPrintSettingsOutput": frozenset({tr_noop("Page &Set:")}),
}
"""What Qt says and its own catalogues have not taken up yet, by context; of Qt 6.11."""


class _Supplement(QTranslator):
    """Answers from the catalogue of this program what Qt's own cannot."""

    def translate(
        self,
        context: str,
        source: str,
        disambiguation: str | None = None,  # noqa: ARG002 - Qt's own
        n: int = -1,  # noqa: ARG002
    ) -> str:
        # None becomes Qt's null string: the next translator is asked. An empty one would be shown.
        return tr(source) if source in _SUPPLEMENT.get(context, ()) else None  # type: ignore[return-value]

    def isEmpty(self) -> bool:
        return False


def speak(application: QCoreApplication, language: str) -> None:
    """Have Qt speak ``language`` from now on. Windows that are open hear of it as Qt has it, by a LanguageChange."""
    for before in application.findChildren(QTranslator, _NAME):
        application.removeTranslator(before)
        before.deleteLater()
    QLocale.setDefault(_locale(language))
    if language == ENGLISH:
        return  # Qt's own texts are in English
    translator, supplement = QTranslator(application), _Supplement(application)
    folder = QLibraryInfo.path(QLibraryInfo.LibraryPath.TranslationsPath)
    if not translator.load(f"{_NAME}_{language}", folder):
        logger.warning("Qt's own texts are not there in %s", language)
    for each in (translator, supplement):
        each.setObjectName(_NAME)
        application.installTranslator(each)


def _locale(language: str) -> QLocale:
    """The system's if that is of this language, for its region, else that of the language alone."""
    system, named = QLocale.system(), QLocale(language)
    is_same = system.language() in (named.language(), QLocale.Language.C)
    return system if is_same and language == ENGLISH else named
