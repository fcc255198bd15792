"""Colours: the tokens of each theme, what Qt needs made of them, and whether they can be read.

Owns the palette and the stylesheet of everything around the page. Does not know which theme the
settings name.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields, replace
from pathlib import Path
from string import Template

from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtGui import QColor, QFontDatabase, QGuiApplication, QPalette, QStyleHints

from cowrite.editor.appearance.accessibility_settings import AccessibilitySettings
from cowrite.editor.appearance.theme_files import resource_path

HIGH_CONTRAST = 7.0
"""What WCAG 2.2 asks of enhanced contrast, https://www.w3.org/TR/WCAG22/#contrast-enhanced"""
SHADES = {"dark": "#1B1B1B", "light": "#FFFFFF"}
"""A style sheet takes its pictures from files, which cannot follow a theme: there is one for either kind of ground."""
SYSTEM = "system"
"""The choice that follows the desktop between light and dark."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Theme:
    """One theme. Every field but the name is a colour as ``#RRGGBB``."""

    name: str
    page: str
    desk: str
    ink: str
    quiet: str
    ghost: str
    accent: str
    selection: str

    @property
    def is_dark(self) -> bool:
        """Whether the ink is lighter than the page."""
        return relative_luminance(self.ink) > relative_luminance(self.page)


def relative_luminance(colour: str) -> float:
    """The relative luminance of ``#RRGGBB``, 0 (black) to 1 (white).

    Source: WCAG 2.2, "relative luminance", https://www.w3.org/TR/WCAG22/#dfn-relative-luminance
    """

    def linear(channel: int) -> float:
        value = channel / 255
        return value / 12.92 if value <= 0.04045 else ((value + 0.055) / 1.055) ** 2.4

    red, green, blue = (int(colour[i : i + 2], 16) for i in (1, 3, 5))
    return 0.2126 * linear(red) + 0.7152 * linear(green) + 0.0722 * linear(blue)


def contrast_ratio(one: str, other: str) -> float:
    """The contrast of two colours, 1 (none) to 21 (black on white).

    Source: WCAG 2.2, "contrast ratio", https://www.w3.org/TR/WCAG22/#dfn-contrast-ratio
    """
    low, high = sorted((relative_luminance(one), relative_luminance(other)))
    return (high + 0.05) / (low + 0.05)


def load_themes(path: Path | None = None) -> Mapping[str, Theme]:
    """The bundled themes by name, in the order of the file."""
    tokens = json.loads((path or resource_path("themes.json")).read_text(encoding="utf-8"))
    names = {field.name for field in fields(Theme)} - {"name"}
    return {
        name: Theme(name=name, **{key: values[key] for key in names})
        for name, values in tokens.items()
    }


def palette(theme: Theme) -> QPalette:
    """Qt's colour roles in terms of the theme's tokens."""
    result = QPalette()
    page, desk, ink = QColor(theme.page), QColor(theme.desk), QColor(theme.ink)
    quiet, accent = QColor(theme.quiet), QColor(theme.accent)
    roles = {
        QPalette.ColorRole.Window: desk,
        QPalette.ColorRole.WindowText: ink,
        QPalette.ColorRole.Base: page,
        QPalette.ColorRole.AlternateBase: desk,
        QPalette.ColorRole.Text: ink,
        QPalette.ColorRole.PlaceholderText: quiet,
        QPalette.ColorRole.Button: desk,
        QPalette.ColorRole.ButtonText: ink,
        QPalette.ColorRole.BrightText: ink,
        QPalette.ColorRole.ToolTipBase: page,
        QPalette.ColorRole.ToolTipText: ink,
        QPalette.ColorRole.Highlight: QColor(theme.selection),
        QPalette.ColorRole.HighlightedText: ink,
        QPalette.ColorRole.Link: accent,
        QPalette.ColorRole.LinkVisited: accent,
        QPalette.ColorRole.Accent: accent,
    }
    for role, colour in roles.items():
        result.setColor(role, colour)
    for role in (
        QPalette.ColorRole.WindowText,
        QPalette.ColorRole.Text,
        QPalette.ColorRole.ButtonText,
    ):
        result.setColor(QPalette.ColorGroup.Disabled, role, quiet)
    return result


def mixed(one: str, other: str, share: float) -> str:
    """``share`` (0 to 1) of ``other`` mixed into ``one``, as ``#RRGGBB``."""
    pairs = zip(_channels(one), _channels(other), strict=True)
    return "#" + "".join(f"{round(a + (b - a) * share):02X}" for a, b in pairs)


def _channels(colour: str) -> tuple[int, int, int]:
    return int(colour[1:3], 16), int(colour[3:5], 16), int(colour[5:7], 16)


def stylesheet(theme: Theme, *, scale: float = 1.0) -> str:
    """The look of menus, dialogs, buttons, fields and tool tips; ``scale`` is 1.0 at 100 %."""
    template = resource_path("chrome.qss.in").read_text(encoding="utf-8")
    tokens = {field.name: getattr(theme, field.name) for field in fields(Theme)}
    line = mixed(theme.desk, theme.ink, 0.12)
    hover = mixed(theme.desk, theme.ink, 0.06)
    control = mixed(theme.page, theme.ink, 0.48)
    sizes = {
        f"px{n}": f"{max(1, round(n * scale))}px"
        for n in (1, 2, 4, 5, 6, 8, 12, 14, 15, 16, 24, 32)
    }
    points = QFontDatabase.systemFont(QFontDatabase.SystemFont.GeneralFont).pointSizeF()
    sizes["font_size"] = f"{max(points, 9.0) * scale:.1f}pt"
    on_accent = max((theme.page, theme.ink), key=lambda ink: contrast_ratio(ink, theme.accent))
    pictures = {
        "tick_on_page": _picture("tick", theme.page),
        "tick_on_accent": _picture("tick", theme.accent),
        "up_on_page": _picture("chevron-up", theme.page),
        "right_on_page": _picture("chevron-right", theme.page),
        "down_on_page": _picture("chevron-down", theme.page),
    }
    return Template(template).substitute(
        tokens | sizes | pictures,
        line=line,
        hover=hover,
        control=control,
        on_accent=on_accent,
        focus=theme.ink,
        tool=control if theme.is_dark else "transparent",
    )


def _picture(name: str, ground: str) -> str:
    """The icon in the shade that is seen on ``ground``, as a style sheet names it."""
    shade = max(SHADES, key=lambda shade: contrast_ratio(SHADES[shade], ground))
    return resource_path("icons", f"{name}-{shade}.svg").as_posix()


def with_more_contrast(theme: Theme) -> Theme:
    """The same with quiet text and ghost as far towards the ink as HIGH_CONTRAST asks, and no further."""
    return replace(
        theme,
        quiet=_darkened(theme.quiet, theme.ink, (theme.page, theme.desk)),
        ghost=_darkened(theme.ghost, theme.ink, (theme.page,)),
    )


def _darkened(colour: str, ink: str, grounds: Sequence[str]) -> str:
    for percent in range(101):
        mixture = mixed(colour, ink, percent / 100)
        if min(contrast_ratio(mixture, ground) for ground in grounds) >= HIGH_CONTRAST:
            return mixture
    return ink


class ThemeSource(QObject):
    """The theme in use: the chosen one, or the desktop's while the choice is "system".

    Signals: ``theme_changed(Theme)``, ``less_motion_changed(bool)``.
    """

    theme_changed = Signal(Theme)

    less_motion_changed = Signal(bool)

    def __init__(
        self,
        themes: Mapping[str, Theme],
        choice: str = SYSTEM,
        *,
        hints: QStyleHints | None = None,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._themes = themes
        self._choice = choice
        self._hints = hints or QGuiApplication.styleHints()
        self._hints.colorSchemeChanged.connect(self._on_scheme_changed)
        self._accessibility = AccessibilitySettings(self._hints, self)
        self._accessibility.changed.connect(self._update)
        self._accessibility.changed.connect(
            lambda: self.less_motion_changed.emit(self._accessibility.less_motion)
        )
        self._theme = self._resolved()

    @property
    def theme(self) -> Theme:
        """The theme in use now."""
        return self._theme

    @property
    def choice(self) -> str:
        """A theme's name or "system"."""
        return self._choice

    def choose(self, choice: str) -> None:
        """Use the theme of that name; follow the desktop for "system" and any unknown name."""
        self._choice = choice
        self._update()

    def _on_scheme_changed(self, _scheme: Qt.ColorScheme) -> None:
        self._update()

    def _update(self) -> None:
        theme = self._resolved()
        if theme != self._theme:
            self._theme = theme
            self.theme_changed.emit(theme)

    @property
    def less_motion(self) -> bool:
        """Whether the desktop asks for stillness."""
        return self._accessibility.less_motion

    def _resolved(self) -> Theme:
        theme = resolve_theme(self._choice, self._themes, self._hints.colorScheme())
        return with_more_contrast(theme) if self._accessibility.more_contrast else theme


def resolve_theme(choice: str, themes: Mapping[str, Theme], scheme: Qt.ColorScheme) -> Theme:
    """The theme for a choice under a desktop colour scheme; an unknown scheme counts as light."""
    if choice in themes:
        return themes[choice]
    return themes["dark" if scheme == Qt.ColorScheme.Dark else "light"]
