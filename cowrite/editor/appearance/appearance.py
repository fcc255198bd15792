"""How the whole program looks now: theme, typefaces, size. Windows follow its signal."""

from __future__ import annotations

from collections.abc import Mapping

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QApplication

from cowrite.editor.appearance.fonts import BODY_POINTS, Fonts
from cowrite.editor.appearance.icons import icon
from cowrite.editor.appearance.theme import Theme, ThemeSource, palette, stylesheet
from cowrite.settings.preferences import Preferences, info_of


class Appearance(QObject):
    """Dresses the application. Signal: ``changed()`` after theme, size or motion have become others."""

    changed = Signal()

    def __init__(
        self,
        application: QApplication,
        themes: Mapping[str, Theme],
        fonts: Fonts,
        preferences: Preferences,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._application = application
        self.fonts = fonts
        self._source = ThemeSource(themes, preferences.theme, parent=self)
        self._source.theme_changed.connect(self._on_theme_changed)
        self._source.less_motion_changed.connect(self.changed)
        self._scale = scale_of(preferences)
        self._dress()

    @property
    def theme(self) -> Theme:
        """The theme in use."""
        return self._source.theme

    @property
    def less_motion(self) -> bool:
        """Whether the desktop asks for stillness."""
        return self._source.less_motion

    @property
    def scale(self) -> float:
        """1.0 at 100 %."""
        return self._scale

    @property
    def zoom_percent(self) -> int:
        """The scale of the page."""
        return round(100 * self._scale)

    def apply(self, preferences: Preferences) -> None:
        """Follow the preferences."""
        scale = scale_of(preferences)
        rescaled, self._scale = scale != self._scale, scale
        theme = self.theme
        self._source.choose(preferences.theme)
        if rescaled and self.theme == theme:
            self._on_theme_changed()

    def follow_language(self) -> None:
        """Another language of the interface may want other faces."""
        self._dress()

    def _on_theme_changed(self) -> None:
        self._dress()
        self.changed.emit()

    def _dress(self) -> None:
        theme = self.theme
        self._application.setPalette(palette(theme))
        self._application.setFont(self.fonts.chrome(self._scale))
        self._application.setStyleSheet(stylesheet(theme, scale=self._scale))
        self._application.setWindowIcon(icon("cowrite", theme.accent, size=64))


def scale_of(preferences: Preferences) -> float:
    """The size of everything, 1.0 for the usual size of the text."""
    return round(preferences.font_size_pt / BODY_POINTS, 4)


def font_size_for(zoom_percent: int) -> int:
    """The text size in points that comes nearest to a zoom, within what the preferences allow."""
    choice = info_of("font_size_pt")
    smallest, largest = int(choice.minimum or 1), int(choice.maximum or 100)
    return max(smallest, min(largest, round(zoom_percent * BODY_POINTS / 100)))
