"""Addresses in the settings: taken when they are written out and can be used, else a sentence says why not."""

from __future__ import annotations

from dataclasses import replace

import pytest
from open_program import ScriptedDialogs
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from cowrite.editor.panels.settings.address_field import AddressField
from cowrite.editor.panels.settings.settings_dialog import SettingsDialog
from cowrite.settings.preferences import Preferences

Key = Qt.Key
USUAL = Preferences()
Changes = list[tuple[str, object]]


@pytest.fixture
def changes() -> Changes:
    return []


@pytest.fixture
def dialog(qtbot: QtBot, changes: Changes) -> SettingsDialog:
    made = SettingsDialog(
        USUAL,
        {},
        lambda name, value: changes.append((name, value)),
        dialogs=ScriptedDialogs(),
    )
    qtbot.addWidget(made)
    with qtbot.waitExposed(made):
        made.show()
    made.activateWindow()
    qtbot.waitUntil(made.isActiveWindow)
    return made


def write(dialog: SettingsDialog, name: str, text: str) -> AddressField:
    field = dialog.fields[name]
    assert isinstance(field, AddressField)
    field.setFocus()
    field.selectAll()
    QTest.keyClicks(field, text)
    QTest.keyClick(field, Key.Key_Tab)
    return field


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("download_mirror", "https://mirror.example/hub"),
        ("download_mirror", "mirror.example"),
        ("download_mirror", "http://127.0.0.1:9000"),
        ("download_proxy", "http://proxy.example:8080"),
        ("download_proxy", "https://name:word@proxy.example"),
    ],
)
def test_an_address_is_taken_when_it_is_written_out(
    dialog: SettingsDialog, changes: Changes, name: str, text: str
) -> None:
    field = write(dialog, name, f" {text} ")
    assert changes == [(name, text)]
    assert field.text() == text
    assert field.problem.isHidden()


@pytest.mark.parametrize(
    ("name", "text", "problem"),
    [
        ("download_mirror", "http://mirror.example", "The mirror “http://mirror.example” cannot"),
        ("download_mirror", "ftp://mirror.example", "cannot be used"),
        ("download_mirror", "two words", "“https://mirror.example”"),
        ("download_proxy", "proxy.example:8080", "“http://proxy.example:8080”"),
        ("download_proxy", "socks5://proxy.example", "The proxy for downloads cannot be used."),
        ("download_proxy", "http://proxy.example:99999", "It was not saved."),
        ("download_proxy", "http://", "cannot be used"),
    ],
)
def test_what_cannot_be_used_is_said_and_not_taken(
    dialog: SettingsDialog, changes: Changes, name: str, text: str, problem: str
) -> None:
    field = write(dialog, name, text)
    assert changes == []
    assert field.text() == text
    assert problem in field.problem.text()
    assert field.problem.isVisible()
    assert field.accessibleDescription() == field.problem.text()
    QTest.keyClicks(field, "x")
    assert field.problem.isHidden()


def test_an_emptied_field_means_the_usual_way(dialog: SettingsDialog, changes: Changes) -> None:
    dialog.follow(replace(USUAL, download_proxy="http://proxy.example"))
    field = dialog.fields["download_proxy"]
    assert isinstance(field, AddressField)
    field.setFocus()
    field.selectAll()
    QTest.keyClick(field, Key.Key_Delete)
    QTest.keyClick(field, Key.Key_Return)
    assert changes == [("download_proxy", "")]
    assert dialog.isVisible()


def test_what_is_written_when_the_settings_are_closed_is_taken(
    dialog: SettingsDialog, changes: Changes
) -> None:
    field = dialog.fields["download_mirror"]
    field.setFocus()
    QTest.keyClicks(field, "https://mirror.example")
    QTest.keyClick(field, Key.Key_Escape)
    assert not dialog.isVisible()
    assert changes == [("download_mirror", "https://mirror.example")]
