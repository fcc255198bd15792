"""Faults that a driver has found, each as the driver found it."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest
from desktop.display import Display
from desktop.running_program import Report, RunningProgram, brief, front, page_of
from desktop.tour import Tour
from desktop.tour_reports import cut_off
from desktop.tour_writer import SENTENCE

COLUMNS, ROWS = 4, 3
FIELDS = {"ChoiceBox", "NumberBox", "Slider"}


@pytest.mark.parametrize(
    "keys",
    [
        ("alt",),
        ("alt", "alt"),
        ("alt+v", "Escape"),
        ("alt+v", "Left", "Escape"),
        ("alt+v", "t", "Escape", "Escape"),
        ("F10", "Escape"),
        ("F10", "Right", "Down", "Escape"),
        ("alt+Tab",),
    ],
)
def test_no_letter_without_alt_reaches_the_menu_bar(
    shown: Display, home: Path, keys: tuple[str, ...]
) -> None:
    """It ran “Select all” of the menu Edit, and the next letter took the place of the whole text."""
    with Tour(shown, home) as tour:
        tour.driver.keys(*keys)
        tour.write("ea " + SENTENCE)


def test_a_right_click_everywhere_has_a_context_menu(shown: Display, home: Path) -> None:
    """On the page it ended the program; beside the column nothing came."""
    with Tour(shown, home) as tour:
        left, top, width, height = page_of(tour.running.report())["rect"]
        for column in range(COLUMNS):
            for row in range(ROWS):
                x = left + (2 * column + 1) * width // (2 * COLUMNS)
                y = top + (2 * row + 1) * height // (2 * ROWS)
                tour.driver.click(x, y, 3)
                tour.running.until(tour.open_menus, f"a context menu at {x},{y}")
                tour.leave_menus()
                tour.write("a ")


@pytest.mark.parametrize("keys", [("F1",), ("ctrl+comma",), ("alt+v", "i")])
def test_a_right_click_after_a_window_beside_the_page_logs_nothing(
    shown: Display, home: Path, keys: tuple[str, ...]
) -> None:
    """The monkey's seed 1: Qt warned at every menu once such a window had been there."""
    with Tour(shown, home) as tour:
        document = front(tour.running.report())["id"]
        tour.driver.keys(*keys)
        tour.running.until(lambda r: r["active"] not in ("", document), "a window opens")
        tour.driver.keys("Escape")
        tour.running.until(lambda r: r["focus"].get("is_page"), "it closes")
        tour.open_context_menu("on the text", "mouse")
        tour.leave_menus()
        tour.write(SENTENCE)


def test_the_wheel_over_the_settings_changes_nothing(shown: Display, home: Path) -> None:
    """“Where to compute” went to cuda, and the slider with it."""
    with Tour(shown, home) as tour:
        tour.driver.keys("ctrl+comma")
        tour.running.until(_settings, "the settings open")
        settings_file = home / "config" / "settings.json"
        before, turned = settings_file.read_bytes(), 0
        for _ in range(8):
            for field in _settings(tour.running.settled())["controls"]:
                if field["kind"] in FIELDS and field["seen"] > 0.9:
                    turned += 1
                    x, y, width, height = field["rect"]
                    tour.driver.wheel(x + width // 2, y + height // 2, 1)
                    tour.driver.wheel(x + width // 2, y + height // 2, -1)
            area = _settings(tour.running.settled())["rect"]
            tour.driver.wheel(area[0] + 40, area[1] + area[3] // 2, -5)
        assert turned > 8
        tour.running.settled()
        assert settings_file.read_bytes() == before
        assert not tour.running.report()["errors"]


def _settings(report: Report) -> Report:
    found: Report = next((w for w in report["windows"] if w["title"] == "Settings"), {})
    return found


@pytest.mark.parametrize(
    "keys", [("alt+v", "i"), ("alt+v", "r"), ("alt+v", "p"), ("F1",), ("ctrl+comma",)]
)
def test_the_page_can_be_put_before_what_is_shown_beside_it(
    shown: Display, home: Path, keys: tuple[str, ...]
) -> None:
    with Tour(shown, home) as tour:
        document = front(tour.running.report())["id"]
        tour.driver.keys(*keys)
        tour.running.until(lambda r: r["active"] not in ("", document), "a window opens")
        tour.driver.activate(str(_number(document)))
        tour.running.until(lambda r: r["active"] == document, "the page comes forward")
        assert _stacking(shown)[-1] == _number(document)
        tour.write(SENTENCE)


def _number(identity: str) -> int:
    return int(identity.rsplit("-", 1)[1], 16)


def _stacking(shown: Display) -> list[int]:
    """The windows as the window manager has them, the topmost last."""
    command = ["xprop", "-root", "_NET_CLIENT_LIST_STACKING"]
    done = subprocess.run(command, env=shown.environ, capture_output=True, text=True, check=True)
    return [int(each.strip(), 16) for each in done.stdout.split("#")[1].split(",")]


def test_many_windows_all_lie_on_the_screen(shown: Display, home: Path) -> None:
    with Tour(shown, home) as tour:
        for number in range(2, 9):
            tour.driver.keys("ctrl+shift+n")  # what is private has a window of its own
            report = tour.running.until(
                lambda r, n=number: sum(w["is_document"] for w in r["windows"]) == n,
                f"window {number} opens",
            )
        assert cut_off(tour.running.settled()) == [], brief(report)


def test_a_start_right_after_quitting_opens(shown: Display, home: Path) -> None:
    """It ended with a line on standard error that nobody saw."""
    with Tour(shown, home) as tour:
        tour.write(SENTENCE)
        first = tour.running
        tour.driver.keys("ctrl+q")
        tour.program = RunningProgram(shown, home)
        report = tour.running.until_open()
        assert page_of(report)["text"].endswith(SENTENCE)
        assert first.wait_for_end() == 0


def test_the_first_key_takes_the_welcome_away(shown: Display, home: Path) -> None:
    program = RunningProgram(shown, home)
    tour = Tour(shown, home)
    try:
        tour.program = program
        program.until_open()
        program.until(lambda r: page_of(r)["has_focus"], "the page has the keyboard")
        assert _says(program, "Store what I write")
        tour.write("O")
        program.until(lambda _: not _says(program, "Store what I write"), "the welcome goes")
        tour.write("nce")
    finally:
        program.kill()


def _says(program: RunningProgram, words: str) -> bool:
    controls = front(program.report())["controls"]
    return any(words in str(c.get("text", "")).replace("&", "") for c in controls)
