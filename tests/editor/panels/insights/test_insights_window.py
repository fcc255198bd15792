"""The insights in real windows: with nothing to show, with figures, in every theme; what is exported; what is left."""

from __future__ import annotations

import csv
import io
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from sqlite3 import connect

import pytest
from decisions.statistics_log import Told, write_log
from insights_harness import NOW_MS, InsightsHarness, keep
from open_program import OpenProgram
from PySide6.QtCore import Qt
from PySide6.QtGui import QColor, QImage
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLabel, QProgressBar, QPushButton, QTableWidget, QWidget
from pytestqt.qtbot import QtBot
from support.panels import opening
from work_under_way import let_work_end

from cowrite.decisions.events import EventKind
from cowrite.decisions.statistics.figures import figures
from cowrite.decisions.statistics.report import NOTHING, NOTHING_THEN
from cowrite.decisions.statistics.statistics import read_statistics
from cowrite.editor.appearance.theme import load_themes
from cowrite.editor.panels.insights.insights_window import READING, InsightsWindow
from cowrite.settings.paths import Paths

OpenHarness = Callable[..., InsightsHarness]


@pytest.fixture
def open_harness(qtbot: QtBot, qapp: QApplication, paths: Paths) -> Iterator[OpenHarness]:
    with opening(
        lambda theme: InsightsHarness(qtbot, qapp, paths, theme),
        lambda harness: harness.close(harness.window),
    ) as open_one:
        yield open_one


def pixels(image: QImage) -> set[int]:
    return {
        image.pixel(x, y) for x in range(0, image.width(), 3) for y in range(0, image.height(), 3)
    }


def test_it_stands_at_once_and_then_says_that_there_is_nothing(open_harness: OpenHarness) -> None:
    harness = open_harness()
    assert harness.window.message.text() in (READING, NOTHING_THEN)
    harness.until(lambda: harness.window.message.text() == NOTHING_THEN)
    harness.click(harness.window.ranges.button(2))
    harness.until(lambda: harness.window.message.text() == NOTHING)
    assert harness.window.content is None
    assert not harness.window.to_csv.isEnabled()
    assert not harness.window.to_image.isEnabled()


def test_when_nothing_was_shown_it_says_why(open_harness: OpenHarness, paths: Paths) -> None:
    keep(paths.decision_log, kinds=(EventKind.REQUESTED, EventKind.NOT_SHOWN))
    harness = open_harness()
    why = "Cowrite held back 21 times, most often because you had just deleted something."
    harness.until(lambda: harness.window.message.text() == f"{NOTHING_THEN} {why}")


def test_it_shows_what_the_statistics_say(open_harness: OpenHarness, paths: Paths) -> None:
    keep(paths.decision_log)
    harness = open_harness()
    harness.until_plotted()
    assert harness.figures == [
        "189 characters you did not have to type",  # 7 days, 3 a day, 9 characters
        harness.figures[1],
        "50 % of suggestions accepted: 21 of 42",
        "100 % of those accepted are still in the text",
        "50 % were right: accepted, or typed by you: 21 of 42",
        "4.5 characters saved each time you looked at one",
        "42 there long enough to notice",  # how much was written is not known
        "0 gone too soon to notice",
    ]
    assert harness.figures[1].startswith(
        "8 seconds saved (from "
    )  # 21 * (9 * 180 - 150) - 42 * 550
    assert harness.sections == [
        "By day",
        "By hour of the day",
        "By length",
        "By version",
        "Why suggestions were not shown",
    ]
    content = harness.window.content
    assert content is not None
    bars = [each.accessibleName() for each in content.findChildren(QProgressBar)]
    assert bars == ["you had just deleted something: 21"]
    assert any("50 % within 0.1 s" in each.text() for each in content.findChildren(QLabel))


def test_a_loss_is_said_as_a_loss_and_an_assumption_as_one(
    open_harness: OpenHarness, paths: Paths
) -> None:
    keep(paths.decision_log, days=3)  # too few keys to know how fast this writer types
    told = [Told(before_ms=-6 * 3_600_000 + 1, on_screen_ms=400.0) for _ in range(60)]
    told += [Told(before_ms=-6 * 3_600_000 + 1, on_screen_ms=40.0) for _ in range(20)]
    write_log(
        paths.decision_log,
        [
            replace(event, suggestion_id=f"{at}")
            for at, each in enumerate(told)
            for event in each.as_events(at)
            if event.kind is not EventKind.REQUESTED
        ],
    )
    harness = open_harness()
    harness.until_plotted()
    value, _, caption = harness.figures[1].partition(" lost: ")
    assert value == "30 seconds"  # 81 * 200 - 9 * 150 - 78 * 550 - 20 * 50
    assert caption.startswith("looking at suggestions took longer than they saved (from ")
    assert caption.endswith("; your speed is not known yet, 5 keys a second assumed")
    assert harness.figures[7] == "20 gone too soon to notice"


def test_what_was_asked_for_by_key_has_its_own_row(open_harness: OpenHarness, paths: Paths) -> None:
    keep(paths.decision_log)
    told = Told(before_ms=-6 * 3_600_000 + 1, trigger="key", taken=(30,), kept=(1.0,))
    write_log(paths.decision_log, told.as_events(0))
    harness = open_harness()
    harness.until_plotted()
    content = harness.window.content
    assert content is not None
    assert harness.figures[0].startswith("219 characters")
    assert "21 of 42" in harness.figures[2]
    table = next(
        each
        for each in content.findChildren(QTableWidget)
        if each.accessibleName() == "By occasion"
    )
    rows = [[item.text() for n in range(5) if (item := table.item(row, n))] for row in range(2)]
    assert rows == [
        ["by themselves while you typed", "42", "50 %", "50 %", "189"],
        ["asked for with a key", "1", "100 %", "100 %", "30"],
    ]


def test_another_time_has_other_figures(open_harness: OpenHarness, paths: Paths) -> None:
    keep(paths.decision_log)
    harness = open_harness()
    for number, shown in ((1, 180), (2, 240), (0, 42)):
        harness.click(harness.window.ranges.button(number))
        harness.until_plotted()
        assert f"{shown // 2} of {shown}" in harness.figures[2]


def test_only_the_last_question_is_answered(open_harness: OpenHarness, paths: Paths) -> None:
    keep(paths.decision_log)
    harness = open_harness()
    for number in (1, 2, 0, 2, 1):
        harness.click(harness.window.ranges.button(number))
    harness.until_plotted()
    assert "90 of 180" in harness.figures[2]
    let_work_end(harness.qtbot)
    assert "90 of 180" in harness.figures[2]


def test_the_numbers_can_be_read_instead(open_harness: OpenHarness, paths: Paths) -> None:
    keep(paths.decision_log)
    harness = open_harness()
    harness.until_plotted()
    content = harness.window.content
    assert content is not None
    tables = [each.table for each in content.sections]
    assert not any(table.isVisible() for table in tables)
    harness.window.numbers.setFocus()
    QTest.keyClick(harness.window.numbers, Qt.Key.Key_Space)
    assert all(table.isVisible() for table in tables)
    newest = [tables[0].item(0, column) for column in range(4)]
    assert [each.text() for each in newest if each] == ["2026-05-04", "6", "3", "3"]
    harness.click(harness.window.ranges.button(1))  # and stay so
    harness.until_plotted()
    again = harness.window.content
    assert again is not None
    assert all(each.table.isVisible() for each in again.sections)


def test_everything_that_is_seen_can_be_heard(open_harness: OpenHarness, paths: Paths) -> None:
    keep(paths.decision_log)
    harness = open_harness()
    harness.until_plotted()
    content = harness.window.content
    assert content is not None
    assert content.accessibleName().startswith("In the last 7 days: 189 characters")
    described = {
        each.accessibleName(): each.accessibleDescription()
        for each in content.findChildren(QWidget)
        if each.accessibleDescription()
    }
    assert set(described) == {
        "Suggestions by day",
        "Accepted, by hour of the day",
        "Accepted, by length",
        "Accepted, by version",
        "Why others were not shown",
    }
    assert "1 word: shown 14, accepted 7, share 50 %" in described["Accepted, by length"]


def test_every_button_is_reached_by_key(open_harness: OpenHarness, paths: Paths) -> None:
    keep(paths.decision_log)
    harness = open_harness()
    harness.until_plotted()
    harness.window.activateWindow()
    harness.until(harness.window.isActiveWindow)
    reached = set()
    for _ in range(20):
        QTest.keyClick(harness.window.focusWidget() or harness.window, Qt.Key.Key_Tab)
        reached.add(harness.window.focusWidget())
    ranges = harness.window.ranges.buttons()
    assert set(harness.window.findChildren(QPushButton)) - set(ranges[1:]) <= reached
    assert harness.window.area in reached
    for number in (1, 2):
        QTest.keyClick(ranges[number], Qt.Key.Key_Space)
        assert ranges[number].isChecked()
        harness.until_plotted()
    assert "120 of 240" in harness.figures[2]


@pytest.mark.parametrize("theme", ["light", "sepia", "dark"])
def test_it_wears_the_theme_and_follows_a_change(
    open_harness: OpenHarness, paths: Paths, theme: str
) -> None:
    keep(paths.decision_log)
    other = "dark" if theme != "dark" else "light"
    harness = open_harness(other)
    harness.until_plotted()
    harness.appearance.apply(replace(harness.preferences, theme=theme))
    colours = load_themes()[theme]
    content = harness.window.content
    assert content is not None
    image = content.grab().toImage()
    assert image.pixelColor(2, image.height() // 2) == QColor(colours.page)
    found = pixels(image)
    for wanted in (colours.page, colours.accent):
        assert QColor(wanted).rgb() in found
    assert QColor(load_themes()[other].page).rgb() not in found


def test_it_follows_the_size_of_the_text(open_harness: OpenHarness, paths: Paths) -> None:
    keep(paths.decision_log)
    harness = open_harness()
    harness.until_plotted()

    def height() -> int:
        content = harness.window.content
        return content.sizeHint().height() if content else 0

    before = height()
    harness.appearance.apply(replace(harness.preferences, font_size_pt=26))
    assert height() > 1.5 * before


def test_the_csv_comes_back_as_it_was(
    open_harness: OpenHarness, paths: Paths, tmp_path: Path
) -> None:
    keep(paths.decision_log)
    harness = open_harness()
    harness.until_plotted()
    harness.dialogs.save = tmp_path / "figures.csv"
    harness.click(harness.window.to_csv)
    harness.until(lambda: harness.window.outcome.text())
    rows = list(csv.reader(io.StringIO(harness.dialogs.save.read_text("utf-8"), newline="")))[1:]
    told = list(figures(read_statistics(paths.decision_log, NOW_MS, 7)))
    assert [(t, r, f, float(v)) for t, r, f, v in rows] == told
    assert "figures.csv" in harness.window.outcome.text()


def test_the_image_is_a_png_of_all_of_it(
    open_harness: OpenHarness, paths: Paths, tmp_path: Path
) -> None:
    keep(paths.decision_log)
    harness = open_harness()
    harness.until_plotted()
    harness.dialogs.save = tmp_path / "figures.png"
    harness.click(harness.window.to_image)
    harness.until(lambda: harness.window.outcome.text())
    data = harness.dialogs.save.read_bytes()
    assert data.startswith(b"\x89PNG\r\n\x1a\n")
    image = QImage.fromData(data, "PNG")
    content = harness.window.content
    assert content is not None
    assert image.height() >= content.height() > harness.window.area.viewport().height()
    assert len(pixels(image)) > 20
    lower = image.copy(0, image.height() * 2 // 3, image.width(), image.height() // 3)
    assert len(pixels(lower)) > 5


def test_who_thinks_better_of_it_or_cannot_save_loses_nothing(
    open_harness: OpenHarness, paths: Paths, tmp_path: Path
) -> None:
    keep(paths.decision_log)
    harness = open_harness()
    harness.until_plotted()
    harness.click(harness.window.to_csv)
    assert harness.window.outcome.text() == ""
    harness.dialogs.save = tmp_path  # a folder
    harness.click(harness.window.to_image)
    harness.until(lambda: harness.window.outcome.text() != "")
    assert harness.window.content is not None


def test_a_log_that_cannot_be_read_is_a_plain_sentence(
    open_harness: OpenHarness, paths: Paths
) -> None:
    keep(paths.decision_log, 1)
    with closing(connect(paths.decision_log)) as other:
        other.execute("PRAGMA user_version = 99")
    harness = open_harness()
    harness.until(lambda: "newer version" in harness.window.message.text())
    assert harness.window.content is None
    paths.decision_log.write_bytes(b"a letter to my aunt " * 100)
    harness.click(harness.window.ranges.button(2))
    harness.until(lambda: "it is damaged" in harness.window.message.text())


@pytest.mark.parametrize("way", ["escape", "button", "at once"])
def test_closing_leaves_nothing_behind(open_harness: OpenHarness, paths: Paths, way: str) -> None:
    keep(paths.decision_log)
    harness = open_harness()
    if way == "at once":
        harness.window.close()
    else:
        harness.until_plotted()
        if way == "escape":
            QTest.keyClick(harness.window, Qt.Key.Key_Escape)
        else:
            close = next(b for b in harness.window.findChildren(QPushButton) if b.text() == "Close")
            harness.click(close)
    assert not harness.window.isVisible()
    harness.until(
        lambda: not [each for each in threading.enumerate() if each.name == "cowrite-insights"]
    )
    harness.appearance.apply(replace(harness.preferences, theme="dark"))  # nobody follows any more


def test_the_menu_opens_one_and_it_goes_with_its_window(
    open_it: Callable[..., OpenProgram], paths: Paths
) -> None:
    program = open_it()
    action = program.menu_action("View", "Insights…")
    action.trigger()
    action.trigger()
    (window,) = program.window.findChildren(InsightsWindow)
    program.until(lambda: window.message.text() != READING)
    assert window.message.text() == NOTHING_THEN
    program.close()
    program.until(
        lambda: not [each for each in threading.enumerate() if each.name == "cowrite-insights"]
    )


def test_what_plots_waits_until_it_is_asked_for() -> None:
    code = (
        "import sys, cowrite.app.program; assert not {'numpy', 'pyqtgraph'} & set(sys.modules);"
        "import cowrite.editor.panels.shared.plots; assert 'pyqtgraph' in sys.modules;"
        "assert not {'torch', 'transformers', 'sklearn', 'scipy'} & set(sys.modules)"
    )
    subprocess.run([sys.executable, "-c", code], check=True)
