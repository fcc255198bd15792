"""What was noticed: each sentence is changed in place, or switched off with a click, and kept at once."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from cowrite.editor.panels.personalization.noticed_list import NoticedList
from cowrite.tasks.passage.noticed import Noticed

FOUND = (
    Noticed(key="a", sentence="You keep dashes."),
    Noticed(key="b", sentence="B.", is_on=False),
)


@pytest.fixture
def kept() -> list[tuple[Noticed, ...]]:
    return []


@pytest.fixture
def shown(qtbot: QtBot, kept: list[tuple[Noticed, ...]]) -> NoticedList:
    widget = NoticedList(FOUND, kept.append)
    qtbot.addWidget(widget)
    return widget


def test_it_shows_what_is_on_and_what_is_off(shown: NoticedList) -> None:
    items = [shown.list.item(row) for row in range(shown.list.count())]
    assert [item.text() for item in items] == ["You keep dashes.", "B."]
    assert [item.checkState() is Qt.CheckState.Checked for item in items] == [True, False]
    assert not shown.isHidden()


def test_a_click_switches_a_sentence_off(
    shown: NoticedList, kept: list[tuple[Noticed, ...]]
) -> None:
    shown.list.item(0).setCheckState(Qt.CheckState.Unchecked)
    assert [each.is_on for each in kept[-1]] == [False, False]
    assert not kept[-1][0].is_own


def test_another_sentence_is_the_writers_own_and_an_empty_one_switches_off(
    shown: NoticedList, kept: list[tuple[Noticed, ...]]
) -> None:
    shown.list.item(0).setText("I love dashes.")
    assert (kept[-1][0].sentence, kept[-1][0].is_own) == ("I love dashes.", True)
    shown.list.item(0).setText("  ")
    assert (kept[-1][0].sentence, kept[-1][0].is_on) == ("I love dashes.", False)
    assert shown.list.item(0).text() == "I love dashes."


def test_nothing_is_to_be_seen_where_nothing_was_noticed(qtbot: QtBot) -> None:
    widget = NoticedList((), lambda _: None)
    qtbot.addWidget(widget)
    assert widget.isHidden()
