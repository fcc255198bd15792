"""The settings: each shows what is chosen, explains itself, and tells of a change only what may be chosen."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

import pytest
from open_program import OpenProgram, ScriptedDialogs, put_model
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QDialogButtonBox,
    QLabel,
    QPushButton,
    QSlider,
    QSpinBox,
    QWidget,
)
from pytestqt.qtbot import QtBot

from cowrite.editor.dialogs.dialogs import Reset
from cowrite.editor.dialogs.path_list import TITLES, PathList
from cowrite.editor.panels.settings.address_field import AddressField
from cowrite.editor.panels.settings.setting_fields import ADDRESSES, SLIDER_STEPS, StopSlider
from cowrite.editor.panels.settings.setting_strings import KEPT_BY_RESET, SECTIONS, STOPS, VALUES
from cowrite.editor.panels.settings.settings_dialog import NOTHING_FOUND, SettingsDialog
from cowrite.settings.paths import Paths
from cowrite.settings.preferences import Preferences, checked, info_of
from cowrite.speech.languages import Voice

Key = Qt.Key
MODELS = {"other": "Another", "smollm2-135m-instruct": "SmolLM2 135M Instruct"}
NAMES = [name for names in SECTIONS.values() for name in names]
USUAL = Preferences()
# Unlike the defaults in everything that is offered.
OTHERS = Preferences(
    theme="sepia",
    font="mono",
    font_size_pt=17,
    column_characters=80,
    suggestions=False,
    eagerness=0.8,
    max_words=9,
    tab_accepts="all",
    key_hints=False,
    reduced_motion=True,
    keep_log=False,
    excluded=("/home/me/diary", "/home/me/letter.txt"),
    own_texts=("/home/me/novel",),
    model="other",
    device="cpu",
    quantization="nf4",
    influence="gentle",
    download_mirror="https://mirror.example",
    download_proxy="http://proxy.example:8080",
)


VOICES = (Voice("Anna", "de"), Voice("Mary", "en-us"))


class Harness:
    """An open dialog and what it told."""

    def __init__(self, qtbot: QtBot, preferences: Preferences) -> None:
        self.changes: list[tuple[str, object]] = []
        self.dialogs = ScriptedDialogs()
        self.dialog = SettingsDialog(
            preferences,
            MODELS,
            self._on_change,
            dialogs=self.dialogs,
            ask_for_voices=lambda answer: answer(VOICES),
        )
        qtbot.addWidget(self.dialog)
        with qtbot.waitExposed(self.dialog):
            self.dialog.show()
        self.dialog.activateWindow()
        qtbot.waitUntil(self.dialog.isActiveWindow)

    def _on_change(self, name: str, value: object) -> None:
        self.changes.append((name, value))

    def field(self, name: str) -> Any:
        return self.dialog.fields[name]


OpenHarness = Callable[..., Harness]


@pytest.fixture
def open_harness(qtbot: QtBot) -> OpenHarness:
    return lambda preferences=USUAL: Harness(qtbot, preferences)


def value_of(field: QWidget) -> object:
    match field:
        case AddressField():
            return field.text()
        case QCheckBox():
            return field.isChecked()
        case QSpinBox():
            return field.value()
        case StopSlider():
            return field.stop
        case QSlider():
            return field.value() / SLIDER_STEPS
        case QComboBox():
            return field.currentData()
        case PathList():
            return field.paths
    raise TypeError(type(field).__name__)


@pytest.mark.parametrize("preferences", [Preferences(), OTHERS], ids=["usual", "others"])
def test_it_shows_what_is_chosen_and_has_changed_nothing(
    open_harness: OpenHarness, preferences: Preferences
) -> None:
    harness = open_harness(preferences)
    shown = {name: value_of(field) for name, field in harness.dialog.fields.items()}
    assert shown == {name: asdict(preferences)[name] for name in NAMES}
    assert harness.changes == []


def test_every_field_is_explained_also_to_who_cannot_see_it(open_harness: OpenHarness) -> None:
    harness = open_harness()
    explained = {label.buddy(): label.text() for label in harness.dialog.findChildren(QLabel)}
    for name in NAMES:
        field, text = harness.field(name), info_of(name).help
        assert field.accessibleName() == text
        assert explained[field] == text


@pytest.mark.parametrize("name", [n for n in NAMES if n not in TITLES and n not in ADDRESSES])
def test_one_step_by_key_is_one_change_to_something_that_may_be_chosen(
    open_harness: OpenHarness, name: str
) -> None:
    harness = open_harness()
    field = harness.field(name)
    field.setFocus()
    before = value_of(field)
    if isinstance(field, QCheckBox):
        QTest.keyClick(field, Key.Key_Space)
    elif isinstance(field, QComboBox):
        QTest.keyClick(field, Key.Key_Down if field.currentIndex() == 0 else Key.Key_Up)
    else:
        QTest.keyClick(field, Key.Key_Up)
    ((changed, value),) = harness.changes
    assert changed == name
    assert value == value_of(field) != before
    assert type(value) is type(before)
    assert checked(name, value) == value


@pytest.mark.parametrize("name", [n for n in NAMES if info_of(n).choices and n not in STOPS])
def test_everything_that_may_be_chosen_is_offered(open_harness: OpenHarness, name: str) -> None:
    harness = open_harness()
    box = harness.field(name)
    assert [box.itemData(at) for at in range(box.count())] == list(info_of(name).choices)


@pytest.mark.parametrize("name", [n for n in NAMES if info_of(n).choices and n not in STOPS])
def test_no_value_is_shown_as_it_is_written_in_the_file(
    open_harness: OpenHarness, name: str
) -> None:
    harness = open_harness()
    box = harness.field(name)
    assert set(VALUES[name]) == set(info_of(name).choices)
    for at in range(box.count()):
        assert box.itemText(at) != box.itemData(at)
        assert not box.itemText(at)[0].islower()


def test_a_technical_name_is_there_for_who_looks_for_it(open_harness: OpenHarness) -> None:
    box = open_harness(replace(USUAL, quantization="nf4")).field("quantization")
    assert (box.currentText(), box.currentData()) == ("Smallest", "nf4")
    assert "nf4" in box.toolTip()


def test_a_number_is_taken_when_it_is_written_out(open_harness: OpenHarness) -> None:
    """“12” is not first one and then twelve."""
    harness = open_harness()
    box = harness.field("max_words")
    box.setFocus()
    box.selectAll()
    QTest.keyClicks(box, "12")
    assert harness.changes == []
    QTest.keyClick(box, Key.Key_Tab)
    assert harness.changes == [("max_words", 12)]


@pytest.mark.parametrize(
    ("name", "written", "told"),
    [
        ("column_characters", "99", []),
        ("column_characters", "0", []),
        ("column_characters", "90", [90]),
        ("max_words", "1", [1]),
        ("max_words", "40", [40]),
    ],
)
def test_a_number_out_of_bounds_is_not_taken(
    open_harness: OpenHarness, name: str, written: str, told: list[int]
) -> None:
    harness = open_harness()
    box = harness.field(name)
    before = box.value()
    box.setFocus()
    box.selectAll()
    QTest.keyClicks(box, written)
    QTest.keyClick(box, Key.Key_Tab)
    assert [value for _, value in harness.changes] == told
    assert box.value() == (told[0] if told else before)


def test_the_slider_reaches_both_ends_and_the_middle(open_harness: OpenHarness) -> None:
    harness = open_harness()
    slider = harness.field("eagerness")
    slider.setFocus()
    QTest.keyClick(slider, Key.Key_Home)
    QTest.keyClick(slider, Key.Key_End)
    assert [value for _, value in harness.changes] == [0.0, 1.0]
    for step in range(SLIDER_STEPS + 1):
        slider.setValue(step)
        told = harness.changes[-1][1]
        again = open_harness(replace(Preferences(), eagerness=told))
        assert again.field("eagerness").value() == step


@pytest.mark.parametrize("name", sorted(STOPS))
def test_a_slider_with_stops_has_one_for_each_choice_and_names_them(
    open_harness: OpenHarness, name: str
) -> None:
    harness = open_harness()
    slider = harness.field(name)
    assert isinstance(slider, StopSlider)
    assert list(VALUES[name]) == list(info_of(name).choices)
    labels = [label.text() for label in harness.dialog.rows[name].findChildren(QLabel)]
    assert labels[-len(slider.words) :] == [words.label for words in VALUES[name].values()]
    QTest.keyClick(slider, Key.Key_Home)
    for choice in info_of(name).choices:
        assert slider.stop == choice
        assert VALUES[name][choice].label in slider.accessibleDescription()
        assert slider.toolTip() == VALUES[name][choice].details
        QTest.keyClick(slider, Key.Key_Right)
    assert [value for _, value in harness.changes] == list(info_of(name).choices)


@pytest.mark.parametrize("way", ["escape", "button"])
def test_it_closes_by_key_and_by_button(open_harness: OpenHarness, qtbot: QtBot, way: str) -> None:
    harness = open_harness()
    if way == "escape":
        QTest.keyClick(harness.dialog, Key.Key_Escape)
    else:
        box = harness.dialog.findChild(QDialogButtonBox)
        assert isinstance(box, QDialogButtonBox)
        close = box.button(QDialogButtonBox.StandardButton.Close)
        assert close.text() == "&Close"
        qtbot.mouseClick(close, Qt.MouseButton.LeftButton)
    assert not harness.dialog.isVisible()
    assert harness.changes == []


def test_the_models_to_choose_from_are_those_that_are_there(
    open_it: Callable[..., OpenProgram], paths: Paths
) -> None:
    put_model(paths, "another")
    program = open_it()
    program.program.side.show_settings(program.window)
    dialog = program.window.findChild(SettingsDialog)
    assert isinstance(dialog, SettingsDialog)
    box: Any = dialog.fields["model"]
    assert [box.itemData(at) for at in range(box.count())] == ["another", "smollm2-135m-instruct"]
    assert [box.itemText(at) for at in range(box.count())] == ["another", "SmolLM2 135M Instruct"]
    assert box.currentData() == "smollm2-135m-instruct"
    dialog.close()


# --- the list of what is left alone ---


@pytest.mark.parametrize("name", TITLES)
def test_files_and_folders_are_added_once_and_taken_away(
    open_harness: OpenHarness, qtbot: QtBot, tmp_path: Path, name: str
) -> None:
    harness = open_harness()
    paths: PathList = harness.field(name)
    assert not paths.remove.isEnabled()
    harness.dialogs.files = [tmp_path / "a.txt", tmp_path / "b.txt"]
    harness.dialogs.folder = tmp_path
    for button in (paths.add_file, paths.add_folder, paths.add_folder):
        qtbot.mouseClick(button, Qt.MouseButton.LeftButton)
    files = (str(tmp_path / "a.txt"), str(tmp_path / "b.txt"))
    assert harness.changes == [(name, files), (name, (*files, str(tmp_path)))]
    paths.list.setFocus()
    QTest.keyClick(paths.list, Key.Key_Home)
    assert paths.remove.isEnabled()
    QTest.keyClick(paths.list, Key.Key_Delete)
    assert harness.changes[-1] == (name, (files[1], str(tmp_path)))
    QTest.keyClick(paths.list, Key.Key_Down)
    qtbot.mouseClick(paths.remove, Qt.MouseButton.LeftButton)
    assert harness.changes[-1] == (name, (files[1],))


@pytest.mark.parametrize("name", TITLES)
def test_who_thinks_better_of_it_changes_nothing(
    open_harness: OpenHarness, qtbot: QtBot, name: str
) -> None:
    harness = open_harness(OTHERS)
    paths: PathList = harness.field(name)
    for button in (paths.add_file, paths.add_folder):
        qtbot.mouseClick(button, Qt.MouseButton.LeftButton)
    assert harness.dialogs.asked == list(TITLES[name])
    assert harness.changes == []


def test_it_follows_what_is_changed_elsewhere_and_tells_nothing(open_harness: OpenHarness) -> None:
    harness = open_harness()
    harness.dialog.follow(OTHERS)
    shown = {name: value_of(field) for name, field in harness.dialog.fields.items()}
    assert shown == {name: asdict(OTHERS)[name] for name in NAMES}
    assert harness.changes == []


# --- back to how it was ---


def reset_buttons(harness: Harness) -> list[str]:
    return [name for name, row in harness.dialog.rows.items() if not row.reset.isHidden()]


def test_only_what_is_unlike_the_usual_can_be_reset(open_harness: OpenHarness) -> None:
    harness = open_harness()
    assert reset_buttons(harness) == []
    harness.field("theme").setCurrentIndex(2)
    harness.field("own_gate").click()
    assert reset_buttons(harness) == ["theme", "own_gate"]
    harness.dialog.follow(USUAL)
    assert reset_buttons(harness) == []


@pytest.mark.parametrize("name", [n for n in NAMES if getattr(OTHERS, n) != getattr(USUAL, n)])
def test_reset_takes_one_setting_back_and_leaves_the_keyboard_with_it(
    open_harness: OpenHarness, qtbot: QtBot, name: str
) -> None:
    harness = open_harness(OTHERS)
    row = harness.dialog.rows[name]
    assert row.reset.accessibleName() == f"Reset: {info_of(name).help}"
    qtbot.mouseClick(row.reset, Qt.MouseButton.LeftButton)
    assert harness.changes == [(name, getattr(USUAL, name))]
    assert value_of(row.field) == getattr(USUAL, name)
    assert row.reset.isHidden()
    focus = harness.dialog.focusWidget()
    assert focus in (row.field, row.field.focusProxy())


def test_what_lies_between_two_steps_of_the_slider_is_reset_too(
    open_harness: OpenHarness, qtbot: QtBot
) -> None:
    harness = open_harness(replace(USUAL, eagerness=0.51))
    qtbot.mouseClick(harness.dialog.rows["eagerness"].reset, Qt.MouseButton.LeftButton)
    assert harness.changes == [("eagerness", 0.5)]


def test_a_model_that_is_not_there_is_not_gone_back_to(qtbot: QtBot) -> None:
    dialog = SettingsDialog(
        replace(USUAL, model="mine"),
        {"mine": "Mine"},
        lambda *_: None,
        dialogs=ScriptedDialogs(),
    )
    qtbot.addWidget(dialog)
    assert dialog.rows["model"].reset.isHidden()


@pytest.mark.parametrize("answer", [Reset.RESET, Reset.CANCEL])
def test_reset_all_asks_first_and_leaves_what_is_private_alone(
    open_harness: OpenHarness, qtbot: QtBot, answer: Reset
) -> None:
    harness = open_harness(OTHERS)
    harness.dialogs.reset = answer
    qtbot.mouseClick(harness.dialog.reset_all, Qt.MouseButton.LeftButton)
    assert harness.dialogs.asked == ["reset"]
    changed = {n for n in NAMES if getattr(OTHERS, n) != getattr(USUAL, n)} - KEPT_BY_RESET
    assert {name for name, _ in harness.changes} == (changed if answer is Reset.RESET else set())
    assert harness.field("excluded").paths == OTHERS.excluded
    assert not harness.field("keep_log").isChecked()


# --- looking for a setting ---


def shown(harness: Harness) -> list[str]:
    return [name for name, row in harness.dialog.rows.items() if row.isVisibleTo(harness.dialog)]


@pytest.mark.parametrize(
    ("words", "found"),
    [
        ("TYPEFACE", ["font", "font_family"]),
        ("monospaced", ["font"]),
        ("nvidia", ["device"]),
        ("nf4", ["quantization"]),
        ("most time", ["eagerness"]),
        ("model where", ["passage_model", "device"]),
        ("downloads", list(SECTIONS["Downloads"])),
        ("learning and privacy", list(SECTIONS["Learning and privacy"])),
        ("", NAMES),
    ],
)
def test_what_is_looked_for_is_all_that_is_shown(
    open_harness: OpenHarness, words: str, found: list[str]
) -> None:
    harness = open_harness()
    QTest.keyClicks(harness.dialog.search, words)
    assert shown(harness) == found
    headings = [text for text in labels(harness) if text in SECTIONS]
    assert headings == [
        title for title, names in SECTIONS.items() if not set(names).isdisjoint(found)
    ]
    assert NOTHING_FOUND not in labels(harness)


def test_nothing_found_is_said_and_escape_clears_before_it_closes(
    open_harness: OpenHarness,
) -> None:
    harness = open_harness()
    QTest.keyClicks(harness.dialog.search, "zebra")
    assert shown(harness) == []
    assert NOTHING_FOUND in labels(harness)
    QTest.keyClick(harness.dialog.search, Key.Key_Escape)
    assert shown(harness) == NAMES
    assert harness.dialog.isVisible()
    QTest.keyClick(harness.dialog.search, Key.Key_Escape)
    assert not harness.dialog.isVisible()


def test_return_in_the_search_leaves_the_settings_open(open_harness: OpenHarness) -> None:
    harness = open_harness()
    QTest.keyClicks(harness.dialog.search, "font")
    QTest.keyClick(harness.dialog.search, Key.Key_Return)
    assert harness.dialog.isVisible()
    assert harness.changes == []


def labels(harness: Harness) -> list[str]:
    return [
        label.text()
        for label in harness.dialog.findChildren(QLabel)
        if label.isVisibleTo(harness.dialog)
    ]


# --- mouse and keyboard ---


def test_a_click_on_the_words_beside_a_box_is_one_on_the_box(
    open_harness: OpenHarness, qtbot: QtBot
) -> None:
    harness = open_harness()
    qtbot.mouseClick(harness.dialog.rows["key_hints"].label, Qt.MouseButton.LeftButton)
    assert harness.changes == [("key_hints", False)]
    qtbot.mouseClick(harness.dialog.rows["theme"].label, Qt.MouseButton.LeftButton)
    assert harness.dialog.focusWidget() is harness.field("theme")
    assert len(harness.changes) == 1


def test_to_walk_through_all_fields_changes_nothing(open_harness: OpenHarness) -> None:
    harness = open_harness(OTHERS)
    for _ in range(3 * len(NAMES)):
        QTest.keyClick(harness.dialog.focusWidget(), Key.Key_Tab)
    assert harness.changes == []


def test_the_keyboard_goes_through_the_window_from_top_to_bottom(open_harness: OpenHarness) -> None:
    harness = open_harness()
    dialog = harness.dialog
    visited = [dialog.focusWidget()]
    for _ in range(len(NAMES) + 16):
        QTest.keyClick(dialog.focusWidget(), Key.Key_Tab)
        visited.append(dialog.focusWidget())
    fields = [harness.field(name).focusProxy() or harness.field(name) for name in NAMES]
    assert visited[0] is dialog.search
    assert [each for each in visited if each in fields][: len(fields)] == fields
    assert visited.index(fields[0]) == 1
    assert visited.index(dialog.reset_all) > visited.index(fields[-1])


def test_no_two_buttons_have_the_same_key(open_harness: OpenHarness) -> None:
    harness = open_harness(OTHERS)
    keys = [
        widget.text()[widget.text().index("&") + 1].casefold()
        for kind in (QPushButton, QLabel)
        for widget in harness.dialog.findChildren(kind)
        if "&" in widget.text()
    ]
    assert len(keys) == len(set(keys)) == 9
