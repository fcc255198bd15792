"""The plot of how learning goes: levels that hold every loss, in every theme, growing but never jumping back."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PySide6.QtGui import QFont
from pytestqt.qtbot import QtBot

from cowrite.editor.appearance.theme import contrast_ratio, load_themes
from cowrite.editor.panels.personalization.loss_plot import (
    MOST_LEVELS,
    LossPlot,
    levels_for,
    line_colours,
)
from cowrite.editor.panels.shared.plots import Dress


@given(st.lists(st.floats(0.0, 18.0), max_size=20))
def test_a_few_round_levels_hold_every_loss(losses: list[float]) -> None:
    levels = levels_for(losses)
    assert 2 <= len(levels) <= MOST_LEVELS + 1
    assert levels == sorted(set(levels))
    assert all(levels[0] - 1e-6 <= each <= levels[-1] + 1e-6 for each in losses)


@pytest.mark.parametrize("name", ["light", "dark", "sepia"])
def test_the_two_lines_can_be_told_apart_and_from_the_page(name: str) -> None:
    dress = Dress(theme=load_themes()[name], font=QFont())
    trained, unseen = line_colours(dress)
    assert trained != unseen
    assert contrast_ratio(unseen, dress.theme.page) >= 3.0
    assert contrast_ratio(trained, dress.theme.page) >= 2.0


def test_what_is_drawn_stays_in_sight(qtbot: QtBot) -> None:
    plot = LossPlot(Dress(theme=load_themes()["light"], font=QFont()))
    qtbot.addWidget(plot.widget)
    plot.show([], [])
    plot.show([(1.0, 3.05), (2.0, 2.71)], [(1.0, 3.1)])
    low, high = plot.widget.viewRange()[1]
    assert 2.5 < low < 2.71 < 3.1 < high < 3.5  # nothing of the scale that stood there before
    plot.show([(1.0, 9.0)], [])
    plot.show([(1.0, 3.05)], [])
    assert plot.widget.viewRange()[1][1] > 9.0
    plot.widget.close()
