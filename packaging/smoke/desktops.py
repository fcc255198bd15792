"""Other desktops: a headless Wayland compositor, Chinese through ibus, a stand-in for xdg-open."""

from __future__ import annotations

import re
import shutil
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from smoke.findings import Findings
from smoke.surroundings import Surroundings
from smoke.window import PackagedWindow, page_of, window

WAYLAND_SOCKET = "wayland-smoke"
WAYLAND_NEEDS = {"weston": "weston", "weston-screenshooter": "weston"}
CHINESE_NEEDS = {"ibus-daemon": "ibus", "dbus-daemon": "dbus-daemon"}
PINYIN = "/usr/share/ibus/component/libpinyin.xml"
MEMORY = (
    "/usr/libexec/ibus-memconf"  # libpinyin wants a keeper of settings; this one keeps no files
)
LEAST_PICTURE_BYTES = 20_000
STARTS_WITHIN_S = 30.0
QT_SAYS = re.compile(r"^(qt\.|QT|Q[A-Z]\w+|Could not find the Qt)", re.MULTILINE)


def missing(needs: dict[str, str]) -> list[str]:
    """The Debian packages that are not there."""
    return sorted({package for tool, package in needs.items() if shutil.which(tool) is None})


def missing_for_chinese() -> list[str]:
    """The packages that typing Chinese needs and that are not there."""
    return missing(CHINESE_NEEDS) or ([] if Path(PINYIN).exists() else ["ibus-libpinyin"])


@contextmanager
def beside(there: Surroundings, *command: str, **environ: str) -> Iterator[subprocess.Popen[bytes]]:
    """Another program in the same surroundings, ended afterwards."""
    with (there.seat / "beside.txt").open("ab") as output:
        process = there.start(*command, output=output, environ=environ)
    try:
        yield process
    finally:
        process.terminate()
        process.wait(20)


def until(condition: object, what: str, within_s: float = STARTS_WITHIN_S) -> None:
    """Wait for ``condition()``. Raises AssertionError."""
    assert callable(condition)
    deadline = time.monotonic() + within_s
    while not condition():
        assert time.monotonic() < deadline, f"did not come about: {what}"
        time.sleep(0.1)


# --- Wayland ----------------------------------------------------------------------------------------------------------


def wayland(there: Surroundings, findings: Findings) -> None:
    """A window under weston, its picture, and no warning of Qt."""
    socket = there.runtime / WAYLAND_SOCKET
    options = ["--backend=headless-backend.so", "--use-pixman", "--debug", "--idle-time=0"]
    size = ["--width=1400", "--height=900", f"--socket={WAYLAND_SOCKET}"]
    environ = {"WAYLAND_DISPLAY": WAYLAND_SOCKET, "DISPLAY": ""}
    with findings.step("a window under a headless Wayland compositor"):
        with beside(there, "weston", *options, *size):
            until(socket.exists, "weston starts")
            w = PackagedWindow(there, environ=environ)
            try:
                report = _until_shown(w)
                platform = _platform_libraries(there)
                assert any("wayland" in each for each in platform), f"not by Wayland: {platform}"
                assert not report["errors"], f"logged: {report['errors']}"
                _take_picture(there, environ)
            finally:
                w.process.terminate()
                status = w.wait_for_end()
        warnings = QT_SAYS.findall(w.output)
        assert (status, warnings) == (0, []), f"status {status}, said: {w.output[-600:]}"


def _until_shown(w: PackagedWindow) -> dict[str, object]:
    deadline = time.monotonic() + STARTS_WITHIN_S
    while True:
        try:
            report = w.report()
            if any(each["is_document"] for each in report["windows"]):
                time.sleep(1.5)
                return w.report()
        except AssertionError:
            if not w.is_running or time.monotonic() > deadline:
                raise
        time.sleep(0.1)


def _platform_libraries(there: Surroundings) -> set[str]:
    """Qt's platform plugins that its processes have mapped."""
    found = set()
    for number in there.processes():
        maps = there.proc_of(number, "maps")
        found |= set(re.findall(r"/platforms/(\S+)", maps))
    return found


def _take_picture(there: Surroundings, environ: dict[str, str]) -> None:
    there.run("weston-screenshooter", environ=environ, within_s=30)
    pictures = list(there.home.glob("wayland-screenshot-*.png"))
    assert pictures, "no picture could be taken"
    assert pictures[0].stat().st_size > LEAST_PICTURE_BYTES, "the picture shows nothing"
    there.pictures.mkdir(exist_ok=True)
    shutil.move(pictures[0], there.pictures / "wayland.png")


# --- Chinese ----------------------------------------------------------------------------------------------------------


def chinese(there: Surroundings, findings: Findings) -> None:
    """Pinyin through ibus; where fcitx is asked for, whose plugin Qt does not bring, through its ibus side too."""
    bus = there.runtime / "bus"
    environ = {"DBUS_SESSION_BUS_ADDRESS": f"unix:path={bus}", "IBUS_ENABLE_SYNC_MODE": "1"}
    with (
        findings.step("typing Chinese through ibus"),
        beside(there, "dbus-daemon", "--session", "--nofork", f"--address=unix:path={bus}"),
    ):
        until(bus.exists, "the session bus starts")
        with beside(there, "ibus-daemon", "--panel=disable", f"--config={MEMORY}", **environ):
            until(lambda: _chooses_pinyin(there, environ), "ibus starts")
            for module in ("ibus", "fcitx"):
                with window(there, environ={**environ, "QT_IM_MODULE": module}) as w:
                    _type_chinese(w, module)
                    w.picture(f"chinese-{module}")
                    w.driver.keys("ctrl+a", "BackSpace")
                    w.quit()


def _chooses_pinyin(there: Surroundings, environ: dict[str, str]) -> bool:
    """Choose it; what that command answers depends on keyboard layouts, so ask what is chosen."""
    there.run("ibus", "engine", "libpinyin", environ=environ, within_s=20)
    asked = there.run("ibus", "engine", environ=environ, within_s=20)
    return asked.stdout.strip() == "libpinyin"


def _type_chinese(w: PackagedWindow, module: str) -> None:
    w.driver.type("nihao")
    time.sleep(1.0)
    w.driver.keys("space")
    report = w.until(
        lambda r: "你好" in page_of(r)["text"], f"你好 arrives (QT_IM_MODULE={module})"
    )
    assert "nihao" not in page_of(report)["text"]


# --- foreign programs -------------------------------------------------------------------------------------------------


def foreign_programs(there: Surroundings, findings: Findings) -> None:
    """What is started for the writer (a stand-in for xdg-open) finds the system's libraries, not the package's."""
    told = there.seat / "xdg-open.txt"
    told.unlink(missing_ok=True)
    with findings.step("xdg-open finds the system's libraries"), window(there) as w:
        w.driver.keys("ctrl+shift+p")
        w.until(lambda r: not r["focus"].get("is_page"), "the palette opens")
        w.driver.type("Show logs")
        w.driver.keys("Return")
        until(lambda: told.exists() and told.read_text(), "xdg-open is started")
        environ = dict(line.split("=", 1) for line in told.read_text().splitlines() if "=" in line)
        bad = {
            name: value
            for name, value in environ.items()
            if name.startswith(("LD_", "QT_PLUGIN", "QML", "PYTHON", "_MEI"))
            and name not in there.more_environ
        }
        assert not bad, f"xdg-open got {bad}"
        w.driver.keys("Escape")
        w.quit()
