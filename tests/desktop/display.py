"""A screen of its own for the driver: Xvfb with a light window manager. Nobody's real screen is touched."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from desktop.input_driver import InjectedInputDriver, InputDriver, XInputDriver

NEEDED = {
    "Xvfb": "xvfb",
    "openbox": "openbox",
    "xdotool": "xdotool",
    "xprop": "x11-utils",
    "xmodmap": "x11-xserver-utils",
}
# Keys for what no key of an American keyboard has: xdotool would lend it one for a moment, too short for Qt.
SPARE_KEYS = {
    "U4E16": 97,
    "U201D": 103,
    "U2014": 120,
    "dead_acute": 132,
    "dead_grave": 149,
    "dead_diaeresis": 154,
}
SIZE = (1400, 900)
PATIENCE_S = 20.0
SOCKET = "input.socket"
PROGRAM = Path(__file__).with_name("driven_program.py")


class Screen(Protocol):
    """Where a program is shown, how it is started there, and which driver there is."""

    @property
    def environ(self) -> dict[str, str]:
        """What a program needs in its environment to be shown there."""
        ...

    @property
    def program(self) -> list[str]:
        """The command that starts Cowrite, without options."""
        ...

    def driver(self, home: Path) -> InputDriver:
        """The driver for the program whose data are in ``home``."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class NoScreen:
    """Windows that nobody sees, and a driver whose events Qt injects: on every system."""

    home: Path

    @property
    def environ(self) -> dict[str, str]:
        """See :class:`Screen`."""
        environment = {"COWRITE_INJECT": str(self.home / SOCKET), "QT_QPA_PLATFORM": "offscreen"}
        return {**os.environ, **environment}

    @property
    def program(self) -> list[str]:
        """See :class:`Screen`."""
        return [sys.executable, str(PROGRAM)]

    def driver(self, home: Path) -> InputDriver:
        """See :class:`Screen`."""
        return InjectedInputDriver(home / SOCKET)


@dataclass(frozen=True, slots=True, kw_only=True)
class Display:
    """A running X server: its name such as ":99", and its size in pixels."""

    name: str
    size: tuple[int, int]

    @property
    def program(self) -> list[str]:
        """See :class:`Screen`."""
        return [sys.executable, str(PROGRAM)]

    def driver(self, home: Path) -> XInputDriver:
        """See :class:`Screen`."""
        return XInputDriver(self.environ)

    @property
    def environ(self) -> dict[str, str]:
        """What a program needs in its environment to be shown there."""
        return {
            **{k: v for k, v in os.environ.items() if k not in ("WAYLAND_DISPLAY", "XMODIFIERS")},
            "DISPLAY": self.name,
            "QT_QPA_PLATFORM": "xcb",
            "QT_IM_MODULE": "compose",
        }


def missing_packages() -> list[str]:
    """The Debian packages that are not there."""
    return [package for program, package in NEEDED.items() if shutil.which(program) is None]


def why_not() -> str:
    """One line that says why no driver can work here; empty if one can."""
    if not sys.platform.startswith("linux"):
        return "the driver with real keys and a real mouse needs X11"
    missing = missing_packages()
    return f"needs a display of its own: apt install {' '.join(missing)}" if missing else ""


@contextmanager
def display(size: tuple[int, int] = SIZE) -> Iterator[Display]:
    """Start one, and end it with everything on it."""
    reading, writing = os.pipe()
    server = subprocess.Popen(
        [
            "Xvfb",
            "-displayfd",
            str(writing),
            "-screen",
            "0",
            f"{size[0]}x{size[1]}x24",
            "-nolisten",
            "tcp",
            "-noreset",  # nor does it begin anew when one who only asked something was the first to go
            "-dpi",
            "96",
        ],
        pass_fds=(writing,),
        stderr=subprocess.DEVNULL,
    )
    os.close(writing)
    with os.fdopen(reading) as said:
        number = said.readline().strip()
    if not number:
        server.wait()
        raise RuntimeError("Xvfb did not start")
    shown = Display(name=f":{number}", size=size)
    with tempfile.TemporaryFile() as said:
        manager = subprocess.Popen(
            ["openbox", "--sm-disable"], env=shown.environ, stdout=said, stderr=subprocess.STDOUT
        )
        try:
            if not _is_managed(shown, manager):
                said.seek(0)
                words = said.read().decode(errors="replace").strip()
                raise TimeoutError(
                    f"the window manager did not start (exit status {manager.poll()}): {words}"
                )
            for name, code in SPARE_KEYS.items():
                command = ["xmodmap", "-e", f"keycode {code} = {name}"]
                subprocess.run(command, env=shown.environ, check=True)
            yield shown
        finally:
            for process in (manager, server):
                process.terminate()
                process.wait(PATIENCE_S)


def _is_managed(shown: Display, manager: subprocess.Popen[bytes]) -> bool:
    """Wait for the window manager; whether it is there."""
    deadline = time.monotonic() + PATIENCE_S
    command = ["xprop", "-root", "_NET_SUPPORTING_WM_CHECK"]
    while time.monotonic() < deadline and manager.poll() is None:
        done = subprocess.run(command, env=shown.environ, capture_output=True, text=True)
        if "window id" in done.stdout:
            return True
        time.sleep(0.05)
    return False
