"""Somebody who opens a window of a program that runs, reads it and presses its buttons."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from desktop.display import Screen
from desktop.running_program import Report, RunningProgram, brief, page_of
from desktop.tour_menus import EntryPath, MenuUser
from desktop.tour_reports import label_of, middle

PATIENCE_S = 60.0
"""What it waits for is mostly a process that begins, on a machine that may be busy."""


class WindowUser(MenuUser):
    """Uses windows of one ``kind`` after another. ``environ`` is added to the program's environment."""

    def __init__(
        self, shown: Screen, home: Path, *, environ: dict[str, str], **options: Any
    ) -> None:
        super().__init__(shown, home, **options)
        self._environ = environ

    def _start_program(self, *files: Path) -> None:
        self.program = RunningProgram(
            self._shown, self._home, *files, environ=self._environ, language=self._language
        )
        try:
            self.program.until_open()
            self.program.until(lambda r: page_of(r)["has_focus"], "the page has the keyboard")
        except BaseException:
            self.program.kill()
            raise

    def start_again(self) -> None:
        """Quit by the key, and start."""
        self.driver.keys("ctrl+q")
        assert self.running.wait_for_end() == 0
        self._start_program()

    def open(self, kind: str, path: EntryPath, how: str = "mouse") -> None:
        """Open a window by its entry in a menu."""
        assert self.choose(path, how) is not None, f"{path} is disabled"
        self.running.until(lambda r: _of_kind(r, kind), f"{kind} opens", within_s=PATIENCE_S)

    def leave(self, kind: str) -> None:
        """Close it with Esc."""
        self.driver.keys("Escape")
        self.running.until(lambda r: not _of_kind(r, kind), f"{kind} closes")

    def press(self, kind: str, label: str) -> None:
        """Click on a button of the window, once it can be pressed."""
        report = self.running.until(
            lambda r: any(_can_press(c, label) for c in controls(r, kind)),
            f"“{label}” of {kind}",
            within_s=PATIENCE_S,
        )
        (button,) = (c for c in controls(report, kind) if _can_press(c, label))
        x, y = middle(button["rect"])
        # A box to tick is as wide as the window, and a click beside its text does nothing.
        self.driver.click(button["rect"][0] + 10 if button["kind"] == "QCheckBox" else x, y)

    def says(self, kind: str, words: str) -> None:
        """Wait until something in the window has these words."""
        try:
            self.running.until(
                lambda r: any(words in str(c.get("text", "")) for c in controls(r, kind)),
                f"{kind} says “{words}”",
                within_s=PATIENCE_S,
            )
        except AssertionError as error:
            texts = [c.get("text") for c in controls(self.running.report(), kind)]
            raise AssertionError(f"{error}\n{texts}") from error

    def has(self, kind: str, label: str) -> bool:
        """Whether the window has a button of that name which can be pressed."""
        return any(_can_press(c, label) for c in controls(self.running.settled(), kind))

    def require_no_errors(self) -> None:
        """Nothing was logged that is an error."""
        report = self.running.report()
        errors = [each for each in report["errors"] if "This plugin does not support" not in each]
        assert not errors, f"{errors}\n{brief(report)}"


def controls(report: Report, kind: str) -> list[Report]:
    """What the windows of a kind have."""
    return [c for w in _of_kind(report, kind) for c in w["controls"]]


def _of_kind(report: Report, kind: str) -> list[Report]:
    return [w for w in report["windows"] if w["kind"] == kind]


def _can_press(control: Report, label: str) -> bool:
    return bool(control.get("is_button")) and control["is_enabled"] and label_of(control) == label
