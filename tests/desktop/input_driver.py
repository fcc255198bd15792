"""A driver on the keyboard and the mouse of one display. It knows nothing of the program it is used on."""

from __future__ import annotations

import json
import socket
import subprocess
from collections.abc import Sequence
from pathlib import Path
from typing import Protocol

KEY_GAP_MS = 12


class InputDriver(Protocol):
    """What a person can do. Places are in pixels of the screen."""

    def keys(self, *names: str) -> None:
        """Press each key or combination, such as ``alt+v`` or ``Escape``, one after the other."""
        ...

    def type(self, text: str) -> None:
        """Type ``text`` letter by letter."""
        ...

    def click(self, x: int, y: int, button: int = 1, *, times: int = 1) -> None:
        """Press and release a button there: 1 left, 2 middle, 3 right."""
        ...

    def activate(self, window: str) -> None:
        """Bring a window to the front as a click in a task bar would; ``window`` is its number."""
        ...

    def close_window(self) -> None:
        """Close the active window as its title bar's button would."""
        ...

    def picture(self, path: Path) -> None:
        """Save what the screen shows as a PNG."""
        ...


class InjectedInputDriver:
    """Events that Qt injects into the program itself: see :mod:`desktop.driven_program`."""

    def __init__(self, address: Path) -> None:
        self._address = address

    def keys(self, *names: str) -> None:
        """See :class:`InputDriver`."""
        self._do("keys", *names)

    def type(self, text: str) -> None:
        """See :class:`InputDriver`; ASCII only."""
        self._do("type", text)

    def click(self, x: int, y: int, button: int = 1, *, times: int = 1) -> None:
        """See :class:`InputDriver`."""
        self._do("click", x, y, button, times)

    def activate(self, window: str) -> None:
        """See :class:`InputDriver`."""
        self._do("activate", window)

    def close_window(self) -> None:
        """See :class:`InputDriver`."""
        self._do("close")

    def picture(self, path: Path) -> None:
        """There is no screen to take a picture of."""

    def _do(self, *words: object) -> None:
        with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as connection:
            connection.settimeout(10)
            connection.connect(str(self._address))
            connection.sendall(json.dumps(words).encode() + b"\n")
            connection.recv(16)


class XInputDriver:
    """Real events by XTEST, through xdotool."""

    def __init__(self, environ: dict[str, str]) -> None:
        self._environ = environ

    def keys(self, *names: str) -> None:
        """See :class:`InputDriver`."""
        self._do("key", "--delay", str(KEY_GAP_MS), *names)

    def type(self, text: str) -> None:
        """See :class:`InputDriver`."""
        self._do("type", "--delay", str(KEY_GAP_MS), "--", text)

    def click(self, x: int, y: int, button: int = 1, *, times: int = 1) -> None:
        """See :class:`InputDriver`."""
        presses = ["click", "--repeat", str(times), "--delay", "60", str(button)]
        self._do("mousemove", str(x), str(y), *presses)

    def drag(self, start: tuple[int, int], end: tuple[int, int]) -> None:
        """Hold the left button from one place to another."""
        middle = ((start[0] + end[0]) // 2, (start[1] + end[1]) // 2)
        command = ["mousemove", *map(str, start), "mousedown", "1"]
        for place in (middle, end, end):
            command += ["mousemove", *map(str, place), "sleep", "0.03"]
        self._do(*command, "mouseup", "1")

    def wheel(self, x: int, y: int, steps: int, *, held: str = "") -> None:
        """Turn the wheel there: up is positive. ``held`` is a key held meanwhile."""
        button = "4" if steps > 0 else "5"
        command = ["mousemove", str(x), str(y)]
        turn = ["click", "--repeat", str(abs(steps)), "--delay", "15", button]
        if held:
            turn = ["keydown", held, *turn, "keyup", held]
        self._do(*command, *turn)

    # --- the window manager ---

    def activate(self, window: str) -> None:
        """See :class:`InputDriver`."""
        self._do("windowactivate", "--sync", window)

    def close_window(self) -> None:
        """See :class:`InputDriver`."""
        self.keys("alt+F4")

    def resize(self, window: str, width: int, height: int) -> None:
        """Make an X window that large."""
        self._do("windowsize", window, str(width), str(height))

    def picture(self, path: Path) -> None:
        """See :class:`InputDriver`."""
        path.parent.mkdir(parents=True, exist_ok=True)
        command = ["import", "-window", "root", str(path)]
        subprocess.run(command, env=self._environ, check=True, timeout=60)

    def _do(self, *words: str) -> None:
        done = subprocess.run(
            ["xdotool", *words], env=self._environ, capture_output=True, text=True, timeout=60
        )
        if done.returncode:
            raise RuntimeError(f"xdotool {' '.join(_short(words))}: {done.stderr.strip()}")


def _short(words: Sequence[str]) -> list[str]:
    return [word if len(word) < 40 else word[:39] + "…" for word in words]
