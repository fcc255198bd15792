"""The packaged program's window, driven by real keys; it tells what it shows on a local socket."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any

from desktop.input_driver import XInputDriver
from desktop.running_program import Report, RunningProgram, brief, front, page_of

from smoke.surroundings import Surroundings

TYPED_WITHIN_S = 10.0
GHOST_WITHIN_S = 60.0
ASKS_EVERY_S = 1.0
MENU_TRIES = 3


class PackagedWindow(RunningProgram):
    """A started package. What it writes to the terminal goes into ``output.txt`` of the seat."""

    def __init__(
        self, there: Surroundings, *arguments: str | Path, environ: dict[str, str] | None = None
    ) -> None:
        self._there = there
        self.began = time.monotonic()
        super().__init__(there, there.seat, *arguments, environ=environ)  # type: ignore[arg-type]
        self.driver = XInputDriver({**os.environ, "DISPLAY": there.display})

    def _start(
        self,
        _shown: Any,
        arguments: Sequence[str | Path],
        environ: dict[str, str],
        person: Path,
        output: IO[bytes],
    ) -> Any:
        person.rmdir()
        report = {"COWRITE_UI_REPORT": str(self._socket_path), **environ}
        self._socket_path.unlink(missing_ok=True)
        self.began = time.monotonic()
        words = [*self._there.command, *map(str, arguments)]
        return self._there.start(*words, output=output, environ=report)

    # --- what a writer does ---

    def type(self, text: str) -> None:
        """Type at the caret, and see that it arrives."""
        before = page_of(self.report())["text"]
        self.driver.type(text)
        what = f"{text!r} arrives on the page"
        self.until(
            lambda r: page_of(r)["text"] != before and text.strip() in page_of(r)["text"],
            what,
            within_s=TYPED_WITHIN_S,
        )

    def until_page(self) -> Report:
        """Wait for the window, and for the page in it to have the keyboard."""
        self.until_open()
        return self.until(
            lambda r: page_of(r)["has_focus"], "the page has the keyboard", within_s=20
        )

    def ghost(self, within_s: float = GHOST_WITHIN_S) -> str:
        """Ask for a suggestion until there is one, as while the model is still loading; what it says."""
        deadline = time.monotonic() + within_s
        while time.monotonic() < deadline:
            self.driver.keys("alt+backslash")
            asked = time.monotonic()
            while time.monotonic() < asked + ASKS_EVERY_S:
                if said := page_of(self.report())["ghost"]:
                    return str(said)
                time.sleep(0.02)
        raise AssertionError(f"no suggestion within {within_s:.0f} s\n{brief(self.report())}")

    def quit(self) -> None:
        """Ctrl+Q, and see how it ends."""
        self.driver.keys("ctrl+q")
        status = self.wait_for_end()
        assert status == 0, f"it ended with {status}: {self.output[-800:]}"

    def picture(self, name: str) -> None:
        """Save what the screen shows, for whoever wants to see it."""
        self.driver.picture(self._there.pictures / f"{name}.png")

    def errors(self) -> list[str]:
        """What was logged as a warning or worse, by Qt or by the program."""
        return [str(each) for each in self.report()["errors"]]

    def menu_entries(self) -> list[Report]:
        """The entries of the menu that is open."""
        return [entry for w in self.report()["windows"] if w["is_menu"] for entry in w["entries"]]

    def choose(self, title: str) -> None:
        """Click on an entry of the menu that is open."""
        entry = next(e for e in self.menu_entries() if e["title"] == title)
        left, top, width, height = entry["rect"]
        self.driver.click(left + width // 2, top + height // 2)

    def context_menu(self) -> list[str]:
        """Open it with the menu key; its titles."""
        for _ in range(MENU_TRIES):
            self.driver.keys("Menu")
            deadline = time.monotonic() + 3
            while time.monotonic() < deadline:
                if entries := self.menu_entries():
                    return [str(entry["title"]) for entry in entries]
                time.sleep(0.05)
        raise AssertionError("the context menu does not open")

    def controls(self) -> list[Report]:
        """Those of every window."""
        return [control for w in self.report()["windows"] for control in w["controls"]]

    def until_control(self, wanted: Callable[[Report], object], what: str) -> Report:
        """Wait for a control for which ``wanted`` holds."""
        found: list[Report] = []

        def is_there(report: Report) -> bool:
            found[:] = [c for w in report["windows"] for c in w["controls"] if wanted(c)]
            return bool(found)

        self.until(is_there, what)
        return found[0]


@contextmanager
def window(
    there: Surroundings, *arguments: str | Path, environ: dict[str, str] | None = None
) -> Iterator[PackagedWindow]:
    """A program with an open window; a picture of it if something fails, and killed if it has not ended by then."""
    program = PackagedWindow(there, *arguments, environ=environ)
    try:
        program.until_page()
        yield program
    except Exception:
        program.picture("failed")
        raise
    finally:
        program.kill()


__all__ = ["PackagedWindow", "Report", "front", "page_of", "window"]
