from __future__ import annotations

import gc
from collections.abc import Callable
from dataclasses import fields, replace
from enum import Enum

import pytest
from open_program import OpenProgram, choose
from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtWidgets import QApplication, QWidget

from cowrite.editor.appearance.accessibility_settings import AccessibilitySettings
from cowrite.editor.appearance.appearance import Appearance
from cowrite.editor.appearance.icons import icon
from cowrite.editor.appearance.theme import (
    HIGH_CONTRAST,
    SYSTEM,
    Theme,
    ThemeSource,
    contrast_ratio,
    load_themes,
    mixed,
    palette,
    resolve_theme,
    stylesheet,
    with_more_contrast,
)
from cowrite.editor.appearance.theme_files import resource_path
from cowrite.settings.paths import Paths

THEMES = load_themes()


@pytest.mark.parametrize("theme", THEMES.values(), ids=lambda theme: theme.name)
@pytest.mark.parametrize(
    ("token", "least"), [("ink", 12.0), ("quiet", 4.5), ("ghost", 4.5), ("accent", 4.5)]
)
def test_every_colour_can_be_read_on_the_page(theme: Theme, token: str, least: float) -> None:
    assert contrast_ratio(getattr(theme, token), theme.page) >= least


@pytest.mark.parametrize("theme", THEMES.values(), ids=lambda theme: theme.name)
def test_chrome_and_selected_text_can_be_read(theme: Theme) -> None:
    assert contrast_ratio(theme.quiet, theme.desk) >= 4.5
    assert contrast_ratio(theme.ink, theme.desk) >= 7
    assert contrast_ratio(theme.ink, theme.selection) >= 7


@pytest.mark.parametrize("theme", THEMES.values(), ids=lambda theme: theme.name)
def test_ghost_is_unmistakably_not_ink(theme: Theme) -> None:
    assert contrast_ratio(theme.ink, theme.page) / contrast_ratio(theme.ghost, theme.page) > 2


def test_the_three_themes_are_the_designed_ones() -> None:
    assert list(THEMES) == ["light", "dark", "sepia"]
    assert [theme.is_dark for theme in THEMES.values()] == [False, True, False]
    assert (THEMES["light"].page, THEMES["dark"].ink, THEMES["sepia"].ghost) == (
        "#FBFAF7",
        "#E4E2DC",
        "#75674F",
    )


def test_contrast_follows_wcag() -> None:
    assert contrast_ratio("#000000", "#FFFFFF") == pytest.approx(21)
    assert contrast_ratio("#777777", "#FFFFFF") == pytest.approx(4.478, abs=0.001)
    assert contrast_ratio("#2F6F62", "#2F6F62") == 1


def test_mixing() -> None:
    assert mixed("#000000", "#FFFFFF", 0.0) == "#000000"
    assert mixed("#000000", "#FFFFFF", 1.0) == "#FFFFFF"
    assert mixed("#000000", "#FF8000", 0.5) == "#804000"


def test_system_follows_the_desktop() -> None:
    assert resolve_theme(SYSTEM, THEMES, Qt.ColorScheme.Dark).name == "dark"
    assert resolve_theme(SYSTEM, THEMES, Qt.ColorScheme.Light).name == "light"
    assert resolve_theme(SYSTEM, THEMES, Qt.ColorScheme.Unknown).name == "light"
    assert resolve_theme("sepia", THEMES, Qt.ColorScheme.Dark).name == "sepia"
    assert resolve_theme("no such theme", THEMES, Qt.ColorScheme.Light).name == "light"


@pytest.mark.parametrize("theme", THEMES.values(), ids=lambda theme: theme.name)
def test_more_contrast_is_enough_and_still_not_ink(theme: Theme) -> None:
    strong = with_more_contrast(theme)
    assert contrast_ratio(strong.ghost, strong.page) >= HIGH_CONTRAST
    for ground in (strong.page, strong.desk):
        assert contrast_ratio(strong.quiet, ground) >= HIGH_CONTRAST
    ink = contrast_ratio(strong.ink, strong.page)
    assert ink / contrast_ratio(strong.ghost, strong.page) > 1.6
    assert strong == replace(theme, ghost=strong.ghost, quiet=strong.quiet)
    assert with_more_contrast(strong) == strong


def test_where_even_ink_is_too_weak_everything_is_ink() -> None:
    pale = replace(THEMES["light"], ink="#888888")
    assert with_more_contrast(pale).ghost == "#888888"


class Motion(Enum):
    """As Qt 6.12 has it; the Qt that is installed may know nothing of it."""

    NoPreference = 0
    ReducedMotion = 1


class Accessibility(QObject):
    contrastPreferenceChanged = Signal(Qt.ContrastPreference)
    motionPreferenceChanged = Signal(object)

    def __init__(self) -> None:
        super().__init__()
        self.contrast = Qt.ContrastPreference.NoPreference
        self.motion = Motion.NoPreference

    def contrastPreference(self) -> Qt.ContrastPreference:
        return self.contrast

    def motionPreference(self) -> Motion:
        return self.motion


class Hints(QObject):
    colorSchemeChanged = Signal(Qt.ColorScheme)

    def __init__(self) -> None:
        super().__init__()
        self.scheme = Qt.ColorScheme.Light

    def colorScheme(self) -> Qt.ColorScheme:
        return self.scheme

    def change(self, scheme: Qt.ColorScheme) -> None:
        self.scheme = scheme
        self.colorSchemeChanged.emit(scheme)


def test_source_tells_of_changes_only(qtbot: object) -> None:
    hints = Hints()
    source = ThemeSource(THEMES, SYSTEM, hints=hints)
    told: list[str] = []
    source.theme_changed.connect(lambda theme: told.append(theme.name))
    hints.change(Qt.ColorScheme.Dark)
    hints.change(Qt.ColorScheme.Dark)
    source.choose("sepia")
    hints.change(Qt.ColorScheme.Light)
    source.choose(SYSTEM)
    assert told == ["dark", "sepia", "light"]
    assert (source.theme.name, source.choice) == ("light", SYSTEM)


class ComfortHints(Hints):
    def __init__(self) -> None:
        super().__init__()
        self.says = Accessibility()

    def accessibility(self) -> Accessibility:
        return self.says


def test_the_desktop_may_ask_for_more_contrast(qtbot: object) -> None:
    hints = ComfortHints()
    source = ThemeSource(THEMES, "sepia", hints=hints)
    told: list[Theme] = []
    source.theme_changed.connect(told.append)
    assert source.theme == THEMES["sepia"]
    for preference in (Qt.ContrastPreference.HighContrast, Qt.ContrastPreference.NoPreference):
        hints.says.contrast = preference
        hints.says.contrastPreferenceChanged.emit(preference)
    assert told == [with_more_contrast(THEMES["sepia"]), THEMES["sepia"]]


def test_the_desktop_may_ask_for_less_motion(qtbot: object) -> None:
    hints = ComfortHints()
    source = ThemeSource(THEMES, hints=hints)
    told: list[bool] = []
    source.less_motion_changed.connect(told.append)
    assert not source.less_motion
    for motion in (Motion.ReducedMotion, Motion.NoPreference):
        hints.says.motion = motion
        hints.says.motionPreferenceChanged.emit(motion)
    assert told == [True, False]


def test_a_qt_that_tells_nothing_is_taken_for_no_wish(qtbot: object) -> None:
    source = ThemeSource(THEMES, "light", hints=Hints())
    assert (source.less_motion, source.theme) == (False, THEMES["light"])


def test_the_installed_qt_is_asked(qapp: QApplication) -> None:
    comfort = AccessibilitySettings(qapp.styleHints())
    gc.collect()
    assert (comfort.more_contrast, comfort.less_motion) == (False, False)


def test_a_window_is_still_when_the_desktop_asks(
    open_it: Callable[..., OpenProgram], paths: Paths, monkeypatch: pytest.MonkeyPatch
) -> None:
    choose(paths, reduced_motion=False)
    program = open_it()
    for less in (False, True, False):
        monkeypatch.setattr(Appearance, "less_motion", property(lambda _, less=less: less))
        program.program.appearance.changed.emit()
        assert program.page.reduced_motion is less
        assert program.window.status_line.reduced_motion is less
    program.program.manager.change(reduced_motion=True)
    assert program.page.reduced_motion


@pytest.mark.parametrize("theme", THEMES.values(), ids=lambda theme: theme.name)
def test_stylesheet_is_filled_in_and_understood(
    theme: Theme, qtbot: object, capfd: pytest.CaptureFixture[str]
) -> None:
    sheet = stylesheet(theme, scale=2.0)
    assert "$" not in sheet
    widget = QWidget()
    widget.setStyleSheet(sheet)
    widget.ensurePolished()
    assert "parse" not in capfd.readouterr().err
    widget.deleteLater()


def test_palette_uses_the_tokens(qtbot: object) -> None:
    theme = THEMES["sepia"]
    colours = palette(theme)
    assert colours.base().color().name().upper() == theme.page
    assert colours.window().color().name().upper() == theme.desk
    assert colours.highlight().color().name().upper() == theme.selection


def test_every_token_is_a_colour() -> None:
    for theme in THEMES.values():
        for field in fields(theme):
            value = getattr(theme, field.name)
            assert field.name == "name" or (len(value) == 7 and int(value[1:], 16) >= 0)


def test_icons_are_drawn_in_the_given_colour(qtbot: object) -> None:
    image = icon("settings", "#FF0000").pixmap(16, 16).toImage()
    colours = {
        image.pixelColor(x, y).name()
        for x in range(image.width())
        for y in range(image.height())
        if image.pixelColor(x, y).alpha() > 200
    }
    assert colours == {"#ff0000"}
    with pytest.raises(FileNotFoundError):
        icon("no-such-icon", "#FF0000")


def test_icons_and_fonts_come_with_their_licences() -> None:
    assert "ISC" in resource_path("icons", "LICENSE.txt").read_text(encoding="utf-8")
    assert "SIL Open Font License" in resource_path("fonts", "SourceSerif4-OFL.txt").read_text(
        encoding="utf-8"
    )
