"""Somebody who gets models in the window of models, by real clicks, which are counted."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from desktop.display import Screen
from desktop.running_program import NoAnswerError, Report, RunningProgram, brief, front
from desktop.tour_menus import MenuUser
from desktop.tour_reports import middle

TITLE = "Models"
MENU = ("Suggestions", "Models…")
PATIENCE_S = 600.0
"""For a step of an installation: on a busy machine torch alone takes half a minute to be imported."""


@dataclass(frozen=True, slots=True)
class Step:
    """Something that was clicked, or that the program did: what it was, and the seconds that it took."""

    what: str
    seconds: float
    is_click: bool


@dataclass(slots=True)
class Diary:
    """What happened from the first click on."""

    steps: list[Step] = field(default_factory=list)
    began: float = field(default_factory=time.monotonic)

    @property
    def clicks(self) -> list[str]:
        """What was clicked, in order."""
        return [each.what for each in self.steps if each.is_click]

    def note(self, what: str, *, is_click: bool = False) -> None:
        """Write down what has just come to its end."""
        now = time.monotonic()
        self.steps.append(Step(what, round(now - self.began, 1), is_click))
        self.began = now


class ModelsUser(MenuUser):
    """One program whose window of models is used with the mouse alone."""

    def __init__(self, shown: Screen, home: Path, **options: str) -> None:
        super().__init__(shown, home, **options)  # type: ignore[arg-type]
        self.diary = Diary()

    # --- what is on screen ---

    @staticmethod
    def of_models(report: Report) -> Report:
        """The window of models; empty if it is not shown."""
        return next((w for w in report["windows"] if w["title"] == TITLE), {})

    def says(self, report: Report) -> list[str]:
        """The texts of the window of models."""
        controls = self.of_models(report).get("controls", ())
        return [c["text"] for c in controls if c.get("text") and not c.get("is_button")]

    def button(self, report: Report, label: str) -> Report:
        """A button of the window of models that can be pressed; empty if there is none."""
        controls = self.of_models(report).get("controls", ())
        return next(
            (
                c
                for c in controls
                if c.get("is_button")
                and c["text"].replace("&", "") == label
                and c["is_enabled"]
                and c["seen"] > 0.9
            ),
            {},
        )

    # --- what is done ---

    def open_models(self) -> None:
        """By the menu, with two clicks."""
        self.choose(MENU, "mouse")
        self.diary.note(f"menu “{MENU[0]}”", is_click=True)
        self.diary.note(f"entry “{MENU[1]}”", is_click=True)
        self.until(lambda r: self.of_models(r).get("items"), "the models are listed")

    def choose_model(self, name: str) -> None:
        """Click on the row of a model."""

        def row(report: Report) -> Report:
            items = self.of_models(report).get("items", ())
            return next((i for i in items if i["text"].startswith(name)), {})

        found = row(self.until(row, f"“{name}” is listed"))
        self.driver.click(*middle(found["rect"]))
        self.until(lambda r: row(r).get("is_chosen"), f"“{name}” is chosen")
        self.diary.note(f"row “{name}”", is_click=True)

    def press(self, label: str) -> None:
        """Click on a button of the window of models once it can be pressed."""
        report = self.until(lambda r: self.button(r, label), f"the button “{label}”")
        time.sleep(0.15)  # what appears with it moves it
        report = self.running.settled()
        self.driver.click(*middle(self.button(report, label)["rect"]))
        self.diary.note(f"button “{label}”", is_click=True)

    def wait_for(self, words: str) -> Report:
        """Until the window of models says ``words``; each step that is seen meanwhile is written down."""
        seen = ""

        def is_said(report: Report) -> bool:
            nonlocal seen
            texts = self.says(report)
            step = next((t for t in texts if t.startswith("Step ")), "").split(",")[0]
            if step and step != seen:
                seen = step
                self.diary.note(step)
            return any(words in text for text in texts)

        return self.until(is_said, f"the window says “{words}”")

    def until(self, condition: Callable[[Report], object], what: str) -> Report:
        """With the patience that an installation needs: the window may be silent while torch is imported."""
        deadline = time.monotonic() + PATIENCE_S
        while True:
            try:
                left_s = max(0.0, deadline - time.monotonic())
                return self.running.until(condition, what, within_s=left_s)
            except NoAnswerError:
                if time.monotonic() > deadline:
                    raise

    def is_loaded(self, report: Report) -> bool:
        """Whether the status line says that a model suggests."""
        return not {"ready", "thinking"}.isdisjoint(self.status(report))

    def status(self, report: Report) -> list[str]:
        """What the status line of the document says."""
        return [str(c["text"]) for c in front(report)["status"] if c.get("text")]

    def quit(self) -> None:
        """From the document's window, by the key."""
        self.driver.activate(str(int(front(self.running.report())["id"].rsplit("-", 1)[1], 16)))
        self.driver.keys("ctrl+q")
        assert self.running.wait_for_end() == 0
        assert not self.running.processes_left()

    def start_again(self) -> None:
        """The same home, as it was left."""
        self.program = RunningProgram(self._shown, self._home, language=self._language)
        report = self.program.until_open()
        assert front(report), brief(report)
