"""A display on which Chinese can be typed: ibus with libpinyin, on a session bus of its own.

Nothing of a person's own input method is touched: settings, words that were learned and the address of the bus are in
the folder that is given.
"""

from __future__ import annotations

import re
import shutil
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from desktop.display import Display
from desktop.input_driver import XInputDriver

NEEDED = {"ibus-daemon": "ibus", "dbus-daemon": "dbus-daemon"}
PINYIN = Path("/usr/share/ibus/component/libpinyin.xml")
MEMORY = "/usr/libexec/ibus-memconf"
"""A keeper of settings that writes no files: libpinyin does not start without one."""
PANEL = "/usr/libexec/ibus-ui-gtk3"
STARTS_WITHIN_S = 30.0
CANDIDATES_WITHIN_S = 8.0
KEY_GAP_MS = 60  # an engine behind two sockets
SETTINGS = """\
[desktop/ibus/general]
preload-engines=['libpinyin']
engines-order=['libpinyin']
use-global-engine=true
version='1.5.27'
embed-preedit-text=true

[desktop/ibus/panel]
show-icon-on-systray=false
show=0
"""
"""Without them the window with the candidates goes back to an American keyboard when it starts."""
_PLACE = re.compile(r"X=(-?\d+)\nY=(-?\d+)\nWIDTH=(\d+)\nHEIGHT=(\d+)")
Place = tuple[int, int, int, int]


def why_no_chinese() -> str:
    """One line that says why nobody can type Chinese here; empty if one can."""
    missing = [package for program, package in NEEDED.items() if shutil.which(program) is None]
    if not PINYIN.exists():
        missing.append("ibus-libpinyin")
    return f"needs an input method: apt install {' '.join(missing)}" if missing else ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ChineseDisplay(Display):
    """A display whose programs are handed what the input method makes of keys."""

    folder: Path
    bus: str

    @property
    def environ(self) -> dict[str, str]:
        """What a program needs to be shown there and to be typed into."""
        return {
            **Display.environ.__get__(self),
            "QT_IM_MODULE": "ibus",
            "DBUS_SESSION_BUS_ADDRESS": self.bus,
            "HOME": str(self.folder),
            "XDG_CONFIG_HOME": str(self.folder / "config"),
            "XDG_CACHE_HOME": str(self.folder / "cache"),
            "GSETTINGS_BACKEND": "keyfile",
        }

    def driver(self, home: Path) -> ChineseDriver:
        """See :class:`Screen`."""
        return ChineseDriver(self.environ)


class ChineseDriver(XInputDriver):
    """Keys at the pace of a quick typist: what a key makes comes back through the input method."""

    def keys(self, *names: str) -> None:
        """See :class:`InputDriver`."""
        self._do("key", "--delay", str(KEY_GAP_MS), *names)

    def type(self, text: str) -> None:
        """See :class:`InputDriver`."""
        self._do("type", "--delay", str(KEY_GAP_MS), "--", text)

    def candidates(self) -> Place | None:
        """Where the window with what can be chosen stands: left, top, width, height; None while there is none."""
        command = ["xdotool", "search", "--onlyvisible", "--class", "ibus-ui-gtk3"]
        found = subprocess.run(
            [*command, "getwindowgeometry", "--shell", "%@"],
            env=self._environ,
            capture_output=True,
            text=True,
            timeout=60,
        )
        places = [tuple(map(int, match.groups())) for match in _PLACE.finditer(found.stdout)]
        shown = [place for place in places if place[2] > 20 and place[3] > 20]
        return shown[0] if shown else None  # type: ignore[return-value]

    def until_candidates(self, *, shown: bool = True) -> Place | None:
        """Wait until they are there, or gone. Raises AssertionError."""
        found: list[Place | None] = [None]

        def look() -> bool:
            found[0] = self.candidates()
            return (found[0] is not None) is shown

        _until(look, "the candidates are shown" if shown else "they go", CANDIDATES_WITHIN_S)
        return found[0]


@contextmanager
def chinese(shown: Display, folder: Path) -> Iterator[ChineseDisplay]:
    """Start the input method on the display ``shown``, its files in ``folder``; Pinyin is chosen in it."""
    folder.mkdir(parents=True, exist_ok=True)
    keyfile = folder / "config" / "glib-2.0" / "settings" / "keyfile"
    keyfile.parent.mkdir(parents=True)
    keyfile.write_text(SETTINGS, "utf-8")
    address = f"unix:path={folder / 'bus'}"
    there = ChineseDisplay(name=shown.name, size=shown.size, folder=folder, bus=address)
    bus = ["dbus-daemon", "--session", "--nofork", "--nopidfile", f"--address={address}"]
    daemon = ["ibus-daemon", f"--panel={PANEL}", f"--config={MEMORY}", "--emoji-extension=disable"]
    started = []
    with (folder / "output.txt").open("ab") as output:
        try:
            for command, ready in ((bus, (folder / "bus").exists), (daemon, there_is(there))):
                started.append(
                    subprocess.Popen(command, env=there.environ, stdout=output, stderr=output)
                )
                _until(ready, f"{command[0]} starts", STARTS_WITHIN_S)
            yield there
        finally:
            for process in reversed(started):
                process.terminate()
                process.wait(20)


def there_is(there: ChineseDisplay) -> Callable[[], bool]:
    """Chooses Pinyin when it is asked, and says whether it is chosen."""

    def chosen() -> bool:
        answers = [
            subprocess.run(
                ["ibus", "engine", *name],
                env=there.environ,
                capture_output=True,
                text=True,
                timeout=30,
            ).stdout.strip()
            for name in (["libpinyin"], [])
        ]
        return answers[1] == "libpinyin"

    return chosen


def _until(condition: Callable[[], bool], what: str, within_s: float) -> None:
    deadline = time.monotonic() + within_s
    while not condition():
        assert time.monotonic() < deadline, f"did not come about: {what}"
        time.sleep(0.05)
