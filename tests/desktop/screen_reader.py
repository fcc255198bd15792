"""A screen reader for tests: a session bus of its own, and a client of AT-SPI on it."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import Any, Self

CLIENT = Path(__file__).with_name("at_spi_client.py")
PYTHONS = (sys.executable, "python3", "/usr/bin/python3")
HAS_IT = "import gi; gi.require_version('Atspi', '2.0'); from gi.repository import Atspi"
NEEDED = "apt install at-spi2-core gir1.2-atspi-2.0 python3-gi dbus-daemon"
PATIENCE_S = 60.0


@cache
def python_with_at_spi() -> str:
    """An interpreter in which the client runs; empty if there is none."""
    for each in PYTHONS:
        found = shutil.which(each)
        if (
            found
            and not subprocess.run(
                [found, "-c", HAS_IT], capture_output=True, check=False, env=_own_environ()
            ).returncode
        ):
            return found
    return ""


def why_not() -> str:
    """One line that says why there can be no screen reader here; empty if there can."""
    if shutil.which("dbus-daemon") is None or not python_with_at_spi():
        return f"needs a client of AT-SPI: {NEEDED}"
    return ""


def _own_environ() -> dict[str, str]:
    """Without what is set for the tests' own interpreter."""
    return {key: value for key, value in os.environ.items() if key != "PYTHONPATH"}


class ScreenReader:
    """Asks the program on the bus ``address``."""

    def __init__(self, address: str, display: str) -> None:
        self.environ = {
            "DBUS_SESSION_BUS_ADDRESS": address,
            "QT_LINUX_ACCESSIBILITY_ALWAYS_ON": "1",
        }
        self._client = subprocess.Popen(
            [python_with_at_spi(), str(CLIENT)],
            env={**_own_environ(), **self.environ, "DISPLAY": display},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
        )

    def __enter__(self) -> Self:
        """Itself."""
        return self

    def __exit__(self, *_: object) -> None:
        """Ask no more."""
        self._client.communicate(timeout=PATIENCE_S)

    def ask(self, what: str) -> Any:
        """What the client answers; see there."""
        assert self._client.stdin is not None
        assert self._client.stdout is not None
        self._client.stdin.write(json.dumps({"do": what}) + "\n")
        self._client.stdin.flush()
        return json.loads(self._client.stdout.readline())

    def until(self, what: str, holds: Callable[[Any], object], wanted: str) -> Any:
        """The first answer for which ``holds`` is true. Raises AssertionError."""
        deadline = time.monotonic() + PATIENCE_S
        while True:
            answer = self.ask(what)
            if answer and not (isinstance(answer, dict) and "error" in answer) and holds(answer):
                return answer
            if time.monotonic() > deadline:
                raise AssertionError(f"did not come about: {wanted}\n{answer}")
            time.sleep(0.1)


@contextmanager
def screen_reader(display: str) -> Iterator[ScreenReader]:
    """One with a bus, on the X display of that name; both end with it."""
    bus = subprocess.Popen(
        ["dbus-daemon", "--session", "--nofork", "--print-address=1"],
        env={**_own_environ(), "DISPLAY": display},
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    )
    try:
        assert bus.stdout is not None
        address = bus.stdout.readline().strip()
        with ScreenReader(address, display) as reader:
            yield reader
    finally:
        bus.terminate()
        bus.communicate(timeout=PATIENCE_S)
