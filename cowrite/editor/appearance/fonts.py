"""Typefaces: the bundled serif for prose, the system's sans for everything else, and their sizes.

Scripts that a face lacks (Arabic, Thai, ...) fall back to the system's fonts; Qt does that. For Chinese characters in
prose faces are named that go with a serif.
"""

from __future__ import annotations

import functools
import logging
from enum import StrEnum

from PySide6.QtCore import QLocale
from PySide6.QtGui import (
    QFont,
    QFontDatabase,
    QFontInfo,
    QFontMetricsF,
    QTextCharFormat,
    QTextLayout,
)

from cowrite.editor.appearance.theme_files import resource_path
from cowrite.localization import current
from cowrite.localization.languages import CHINESE

_log = logging.getLogger(__name__)

BODY_POINTS = 13.0
"""Size of the prose at 100 %, in points."""

_SYSTEM = QFontDatabase.SystemFont
_FILES = ("SourceSerif4-Regular.ttf", "SourceSerif4-Italic.ttf", "SourceSerif4-Bold.ttf")

_CHINESE_SANS = (
    "Noto Sans CJK SC",
    "Noto Sans SC",
    "Source Han Sans SC",
    "Microsoft YaHei UI",
    "PingFang SC",
    "WenQuanYi Micro Hei",
)
"""Faces with the forms of characters that are usual in mainland China."""

_HAN_SERIF = {
    QLocale.Language.Japanese: (
        "Noto Serif CJK JP",
        "Noto Serif JP",
        "Hiragino Mincho ProN",
        "Yu Mincho",
    ),
    QLocale.Language.Korean: ("Noto Serif CJK KR", "Noto Serif KR", "AppleMyungjo", "Batang"),
}
_CHINESE_SERIF = (
    "Noto Serif CJK SC",
    "Noto Serif SC",
    "Source Han Serif SC",
    "Songti SC",
    "SimSun",
)
"""Faces that go with a serif for prose, by the language of the system; its own choice would be a sans."""

# Ordinary English prose, so that "66 characters wide" means letters of prose and not capitals.
_SAMPLE = (
    "It was late in the afternoon when the letter came, and nobody in the house was willing to "
    "open it before the others had sat down at the long table by the window."
)


class BodyFace(StrEnum):
    """The faces a writer can choose for the page."""

    SERIF = "serif"
    SANS = "sans"
    MONO = "mono"


class Fonts:
    """The fonts of the program. Make one after the application object: it loads the files."""

    def __init__(self) -> None:
        bundled = _load_bundled_family()
        self._serifs = [bundled] if bundled else ["Georgia", "serif"]

    def body(self, face: BodyFace | str = BodyFace.SERIF, size_pt: float = BODY_POINTS) -> QFont:
        """The font of the page; ``face`` may also be the family of an installed font. What is none is serif."""
        match face:
            case BodyFace.SERIF:
                font = QFont([*self._serifs, *_han_serifs()])
                font.setStyleHint(QFont.StyleHint.Serif)
            case BodyFace.SANS:
                font = _with_han_sans(QFontDatabase.systemFont(_SYSTEM.GeneralFont))
                font.setStyleHint(QFont.StyleHint.SansSerif)
            case BodyFace.MONO:
                font = _with_han_sans(QFontDatabase.systemFont(_SYSTEM.FixedFont))
                font.setStyleHint(QFont.StyleHint.Monospace)
            case _:
                font = QFont([face, *self._serifs, *_han_serifs()])
        font.setPointSizeF(size_pt)
        font.setKerning(True)
        font.setHintingPreference(QFont.HintingPreference.PreferNoHinting)
        return font

    def chrome(self, scale: float = 1.0) -> QFont:
        """The system's own font for menus, status line and dialogs; ``scale`` is 1.0 at 100 %."""
        font = QFontDatabase.systemFont(QFontDatabase.SystemFont.GeneralFont)
        points = font.pointSizeF() if font.pointSizeF() > 0 else 10.0
        font.setPointSizeF(points * scale)
        return _with_chinese_sans(font) if current() == CHINESE else font


def _with_han_sans(font: QFont) -> QFont:
    """With a face for characters, unless the system's language has forms of its own, which Qt then finds."""
    return font if QLocale.system().language() in _HAN_SERIF else _with_chinese_sans(font)


def _with_chinese_sans(font: QFont) -> QFont:
    # Left to itself, a system that speaks another language may take the Japanese forms of the characters.
    # The system's font by its real name: of a name such as “Sans Serif” Qt would go on to the next.
    chinese = filter(QFontDatabase.hasFamily, _CHINESE_SANS)
    font.setFamilies([QFontInfo(font).family(), *chinese])
    return font


@functools.cache
def _han_serifs() -> tuple[str, ...]:
    """Those that are here; without any Qt takes what it finds."""
    families = _HAN_SERIF.get(QLocale.system().language(), _CHINESE_SERIF)
    return tuple(filter(QFontDatabase.hasFamily, families))


def for_wide_marks(body: QFont) -> QTextCharFormat:
    """The look of marks that are as wide as a character in Chinese or Japanese: from the face that has these.

    ``body`` is the font of the prose.
    """
    return _for_wide_marks(tuple(body.families()), body.styleHint())


@functools.cache
def _for_wide_marks(families: tuple[str, ...], hint: QFont.StyleHint) -> QTextCharFormat:
    """The face is found by setting a character, for Qt says it nowhere else."""
    body = QFont(families)
    body.setStyleHint(hint)
    layout = QTextLayout("中", body)
    layout.beginLayout()
    layout.createLine()
    layout.endLayout()
    faces = [run.rawFont().familyName() for run in layout.glyphRuns()]
    look = QTextCharFormat()
    look.setFontFamilies([*faces, *families])
    # The dash of most faces is narrower by itself, and so are the quotation marks of Japanese ones.
    look.setFontFeatures({QFont.Tag("fwid"): 1})
    return look


def column_width(metrics: QFontMetricsF, characters: int) -> float:
    """The width in pixels of a column that holds ``characters`` of ordinary prose."""
    return metrics.horizontalAdvance(_SAMPLE) / len(_SAMPLE) * characters


def _load_bundled_family() -> str:
    """Load the bundled files and return their family.

    The answer is empty, with a warning in the log, if Qt cannot read them.
    """
    family = ""
    for name in _FILES:
        font_id = QFontDatabase.addApplicationFont(str(resource_path("fonts", name)))
        families = QFontDatabase.applicationFontFamilies(font_id) if font_id >= 0 else []
        if not families:
            _log.warning("the bundled font %s could not be loaded", name)
        elif not family:
            family = families[0]
    return family
