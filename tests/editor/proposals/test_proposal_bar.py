"""The line below the page fits into a narrow window."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from PySide6.QtCore import QObject
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from cowrite.editor.appearance.appearance import Appearance
from cowrite.editor.appearance.fonts import Fonts
from cowrite.editor.appearance.theme import load_themes
from cowrite.editor.proposals.proposal_bar import ProposalBar
from cowrite.settings.preferences import Preferences


@pytest.fixture
def appearance(qapp: QApplication) -> Iterator[Appearance]:
    parent = QObject()
    yield Appearance(qapp, load_themes(), Fonts(), Preferences(), parent)
    parent.deleteLater()


@pytest.mark.parametrize(("width", "rows"), [(1400, 1), (800, 1), (340, 3), (90, 5)])
def test_buttons_go_below_each_other_where_there_is_no_room(
    appearance: Appearance, qtbot: QtBot, width: int, rows: int
) -> None:
    bar = ProposalBar(appearance)
    qtbot.addWidget(bar)
    bar.show()
    bar.resize(width, 200)
    qtbot.waitUntil(
        lambda: len({button.y() for button in bar.buttons.values()}) == rows, timeout=2000
    )
    assert bar.minimumWidth() < 340
    bar.close_down()
