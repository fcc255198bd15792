"""Starts the real program behind ``_driver.py`` and talks to it: type, press, wait, ask."""

from __future__ import annotations

import json
import os
import random
import selectors
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from _common import ROOT

PATIENCE_S = 120.0
Message = dict[str, Any]

STORY = (
    "The harbour was quiet when she came down the hill in the morning. The boats lay side by side, "
    "and the gulls walked on the stones as if they owned them. Nobody had seen the old man since the "
    "storm, and nobody wanted to be the first to say so. She sat down on the wall and waited. "
)
NOUNS_AND_VERBS = (
    "the a of and in her his slowly again under over never always said went came saw yesterday "
    "harbour kettle lantern orchard pebble quarrel ribbon saddle thimble umbrella village whistle"
)


class Program:
    """A running Cowrite."""

    def __init__(self, command: Sequence[str | Path], environ: dict[str, str]) -> None:
        self.started_ns = time.monotonic_ns()
        self._process = subprocess.Popen(
            [str(part) for part in command],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            cwd=ROOT,
            env=environ,
        )
        self._buffer = b""
        self.messages: list[Message] = []

    @property
    def pid(self) -> int:
        """Of the process that was started."""
        return self._process.pid

    def send(self, *words: object) -> None:
        """One command; see ``_driver.py``."""
        assert self._process.stdin is not None
        self._process.stdin.write((" ".join(map(str, words)) + "\n").encode())
        self._process.stdin.flush()

    def key(self, character: str) -> None:
        """Type one character now."""
        self.send("key", "space" if character == " " else character)

    def type(self, text: str) -> None:
        """Type ``text``, waiting for each character to be painted."""
        for character in text:
            self.key(character)
            self.wait_for("typed")

    def read(self, timeout_s: float) -> list[Message]:
        """What arrived within ``timeout_s``; raises EOFError when the program has ended."""
        assert self._process.stdout is not None
        with selectors.DefaultSelector() as selector:
            selector.register(self._process.stdout, selectors.EVENT_READ)
            if not selector.select(timeout_s):
                return []
        data = os.read(self._process.stdout.fileno(), 1 << 16)
        if not data:
            raise EOFError("the program has ended")
        *lines, self._buffer = (self._buffer + data).split(b"\n")
        new = [json.loads(line) for line in lines if line.startswith(b'{"event"')]
        self.messages += new
        return new

    def wait_for(self, event: str) -> Message:
        """The next message of this kind, from now on. Raises TimeoutError."""
        deadline = time.monotonic() + PATIENCE_S
        while time.monotonic() < deadline:
            for message in self.read(deadline - time.monotonic()):
                if message["event"] == event:
                    return message
        raise TimeoutError(f"no “{event}” within {PATIENCE_S:.0f} s")

    def state(self) -> Message:
        """How things stand."""
        self.send("state")
        return self.wait_for("state")

    def wait_until(self, condition: Callable[[Message], bool], every_s: float = 0.05) -> Message:
        """Ask until ``condition`` holds of the state. Raises TimeoutError."""
        deadline = time.monotonic() + PATIENCE_S
        while time.monotonic() < deadline:
            state = self.state()
            if state["engine"] == "problem":
                raise RuntimeError("the engine reports a problem")
            if condition(state):
                return state
            time.sleep(every_s)
        raise TimeoutError("the state did not come about")

    def wait_until_ready(self) -> Message:
        """Until the model is loaded."""
        return self.wait_until(lambda state: state["engine"] in {"ready", "thinking", "paused"})

    def show_ghost(self) -> str:
        """Ask by key until a suggestion is on screen; a word is typed when the model had nothing to say."""
        for _ in range(20):
            self.send("press", "Alt+\\")
            deadline = time.monotonic() + 3
            while time.monotonic() < deadline:
                if ghost := self.state()["ghost"]:
                    return str(ghost)
                time.sleep(0.05)
            self.type("and then ")
        raise TimeoutError("no suggestion appeared")

    def end(self) -> list[str]:
        """End the program; the network addresses its Python code tried."""
        self.send("exit")
        tried = self.wait_for("network")["tried"]
        self._process.communicate(timeout=PATIENCE_S)
        return list(tried)

    def wait_until_gone(self) -> None:
        """Until the process has ended by itself. Raises TimeoutExpired."""
        self._process.wait(PATIENCE_S)

    def kill(self) -> None:
        """End it at once, if it still runs."""
        self._process.kill()
        self._process.communicate()


@contextmanager
def running(
    home: Path,
    *arguments: str | Path,
    platform: str = "offscreen",
    wrapper: Sequence[str] = (),
    **environ: str,
) -> Iterator[Program]:
    """The program with ``home``, killed at the end if it has not ended by then."""
    driver = Path(__file__).with_name("_driver.py")
    command = [*wrapper, sys.executable, driver, "--home", home, *arguments]
    places = os.pathsep.join(filter(None, [str(ROOT), os.environ.get("PYTHONPATH")]))
    program = Program(
        command, {**os.environ, "QT_QPA_PLATFORM": platform, "PYTHONPATH": places, **environ}
    )
    try:
        yield program
    finally:
        program.kill()


def write_story(folder: Path, paragraphs: int = 8) -> Path:
    """A text of about 70 tokens a paragraph that ends where a sentence may go on."""
    path = folder / "story.txt"
    path.write_text("\n\n".join([STORY.strip()] * paragraphs) + " ", "utf-8")
    return path


def write_novel(folder: Path, paragraphs: int = 200) -> Path:
    """A text of 70 words a paragraph that does not repeat itself; enough to learn from."""
    path, chance = folder / "novel.txt", random.Random(7)
    written = (
        " ".join(chance.choices(NOUNS_AND_VERBS.split(), k=70)) + "." for _ in range(paragraphs)
    )
    path.write_text("\n\n".join(written), "utf-8")
    return path
