"""Somebody who writes in a program that runs: starts it, types, and sees that just that happened."""

from __future__ import annotations

import random
import time
from pathlib import Path
from typing import Self

from desktop.display import Screen
from desktop.running_program import Report, RunningProgram, brief, page_of
from desktop.tour_reports import units_replaced

from cowrite.localization.languages import ENGLISH

SENTENCE = "Five heavy apes view it. "
"""Holds the letter of every menu, and of most entries: were one of them taken for a command, it would be seen."""
PREPARED = "She came home late. The lamp was out, and nobody had "
KEYS_COME_WITHIN_S = 5.0


class Writer:
    """One program, one driver, one seed. The interface is in ``language``; reports are in English all the same."""

    def __init__(
        self,
        shown: Screen,
        home: Path,
        *,
        seed: int = 0,
        pictures: Path | None = None,
        language: str = ENGLISH,
    ) -> None:
        self._shown = shown
        self._home = home
        self._language = language
        self.rng = random.Random(seed)
        self._pictures = pictures
        self._file = home / "person" / "draft.md"
        self._file.parent.mkdir(parents=True, exist_ok=True)
        self._file.write_text(PREPARED, "utf-8")
        self.driver = shown.driver(home)
        self.program: RunningProgram | None = None

    def __enter__(self) -> Self:
        """Start the program, with a text in it and the caret at its end."""
        self._start_program(self._file)
        self.driver.keys("ctrl+End")
        return self

    def _start_program(self, *files: Path) -> None:
        self.program = RunningProgram(self._shown, self._home, *files, language=self._language)
        try:
            self.program.until_open()
            self.program.until(lambda r: page_of(r)["has_focus"], "the page has the keyboard")
        except BaseException:
            self.program.kill()
            raise

    def __exit__(self, kind: type[BaseException] | None, *_: object) -> None:
        """End it; what failed is left as a picture if pictures are wanted."""
        if kind is not None and self._pictures is not None:
            self.driver.picture(self._pictures / "failed.png")
        self.running.kill()

    @property
    def running(self) -> RunningProgram:
        """The program of now."""
        assert self.program is not None
        return self.program

    def write(self, text: str) -> None:
        """Type, and see that just that happened."""
        before = self.running.settled()
        was = page_of(before)
        if not was["has_focus"]:
            raise AssertionError(f"the page does not have the keyboard\n{brief(before)}")
        self.driver.type(text)
        start, end = sorted((was["caret"], was["anchor"]))
        if was["soft_space"] and text.startswith(" "):
            text = text[1:]
        expected = units_replaced(was["text"], start, end, text)
        after = self.running.settled(before["presses"])
        deadline = time.monotonic() + KEYS_COME_WITHIN_S
        while page_of(after)["text"] != expected and time.monotonic() < deadline:
            after = self.running.settled()  # on a busy machine some keys are still to come
        now = page_of(after)
        assert now["text"] == expected, (
            f"typing {text!r} into {was['text'][-80:]!r} at {start}-{end} made {now['text'][-120:]!r}\n{brief(after)}"
        )
        assert after["commands"] == before["commands"], (
            f"typing ran {after['commands'][len(before['commands']) :]}"
        )
        # Said where there is no window manager.
        errors = [each for each in after["errors"] if "This plugin does not support" not in each]
        assert not errors, errors

    def _take_picture(self, path: tuple[str, ...], new: list[Report]) -> None:
        if self._pictures is None or not new:
            return
        name = "-".join(
            "".join(c for c in part if c.isalnum() or c == " ").strip() for part in path
        )
        self.driver.picture(self._pictures / f"{name.replace(' ', '-').lower()}.png")
