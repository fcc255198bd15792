"""*Suggestions › Server on the network…* by real keys and mouse: a model elsewhere, which goes and comes back."""

from __future__ import annotations

import os
import time
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest
from desktop.display import Display
from desktop.running_program import Report, brief, front, page_of
from desktop.tour_menus import MenuUser
from scripted_server import MODEL, TEXT, Script, serving

WHOLE = bool(os.environ.get("COWRITE_WHOLE_TOUR"))
WINDOW, ENTRY = "ServerDialog", ("Suggestions", "Server on the network…")
COMES_BACK_WITHIN_S = 90.0
GHOST_WITHIN_S = 180.0


class ServerUser(MenuUser):
    """Opens the window about the server, and writes beside it."""

    def open_window(self, how: str) -> None:
        assert self.choose(ENTRY, how) is not None
        self.running.until(_windows, "the window about the server opens")

    def leave_window(self) -> None:
        self.driver.keys("Escape")
        self.running.until(lambda r: not _windows(r), "the window about the server closes")

    def until_said(self, words: str, *, within_s: float = 20.0) -> None:
        """Wait until something in the window about the server, or in the one to write in, has these words."""
        try:
            self.running.until(
                lambda r: any(words in each for each in _texts(r)), words, within_s=within_s
            )
        except AssertionError as error:
            raise AssertionError(f"{error}\n{_texts(self.running.report())}") from error

    def until_text_goes(self, to: str) -> None:
        self.running.until(
            lambda r: _server(r) == to, f"the status line says “{to}”", within_s=COMES_BACK_WITHIN_S
        )

    def ghost(self, typed: str) -> str:
        """What is suggested after ``typed``; it is asked for by key where nothing comes by itself."""
        self.write(typed)
        ends_at = time.monotonic() + GHOST_WITHIN_S
        while True:
            try:
                report = self.running.until(
                    lambda r: page_of(r)["ghost"], f"a suggestion after {typed!r}", within_s=4.0
                )
                return str(page_of(report)["ghost"])
            except AssertionError:
                if time.monotonic() > ends_at:
                    raise
                self.driver.keys("alt+backslash")


def _windows(report: Report) -> list[Report]:
    return [w for w in report["windows"] if w["kind"] == WINDOW]


def _texts(report: Report) -> list[str]:
    shown = [c for w in [*_windows(report), front(report)] for c in w["controls"]]
    return [str(c.get("text", "")) for c in shown]


def _server(report: Report) -> str:
    """What the field of the status line says; empty if there is none."""
    texts = [str(c.get("text", "")) for c in front(report)["status"]]
    return next((each for each in texts if each.startswith("To ")), "")


@pytest.fixture
def writer(shown: Display, person: Path) -> Iterator[ServerUser]:
    with ServerUser(shown, person) as user:
        yield user


@pytest.mark.starter_model
@pytest.mark.timeout(900)
@pytest.mark.skipif(
    not WHOLE, reason="a model is loaded twice, and a server is waited for: at night"
)
def test_a_server_is_chosen_goes_comes_back_and_gets_nothing_private(writer: ServerUser) -> None:
    script = Script()
    with ExitStack() as up:
        url = up.enter_context(serving(script))
        port = int(url.rpartition(":")[2])
        # An engine that is still loading when another one takes its place says so in the log.
        writer.until_said("ready", within_s=GHOST_WITHIN_S)
        writer.open_window("mouse")
        assert not script.paths
        writer.driver.keys("alt+a")
        writer.driver.type(url)
        writer.driver.keys("alt+t")
        writer.until_said(f"“{MODEL}” answers in")
        assert not any("before the caret" in str(each) for each in script.seen)
        writer.driver.keys("alt+u", "Down", "Down", "alt+s")
        writer.until_said("Saved.")
        writer.leave_window()
        writer.until_text_goes(f"To 127.0.0.1:{port}")

        assert writer.ghost("It was the ").strip() in TEXT
        writer.driver.keys("Escape")

        asked = len(script.seen)
        assert writer.choose(("File", "New private window"), "keyboard") is not None
        writer.running.until(
            lambda r: page_of(r)["has_focus"] and not page_of(r)["text"], "a private window opens"
        )
        writer.until_text_goes("")
        # Somebody answers: the model here, since nobody else is asked.
        assert writer.ghost("Once upon a ")
        assert len(script.seen) == asked, script.seen[asked:]
        writer.driver.keys("ctrl+a", "Delete", "ctrl+w")
        writer.until_text_goes(f"To 127.0.0.1:{port}")
    # The server has gone while the writer goes on.
    writer.write("It was the worst")
    writer.until_said("The model on this computer answers instead.", within_s=60)
    writer.until_text_goes("")
    assert writer.ghost(" day of the year, and once upon a ")
    with serving(script, port):
        writer.until_text_goes(f"To 127.0.0.1:{port}")
        writer.driver.keys("Escape", "Return")
        assert writer.ghost("It was the ").strip() in TEXT

    errors = [e for e in writer.running.report()["errors"] if "This plugin does not" not in e]
    assert not errors, f"{errors}\n{brief(writer.running.report())}"
