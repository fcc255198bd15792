"""Whether a window can be shown here at all: found out before Qt, which would end the process, is asked."""

from __future__ import annotations

import ctypes
import os
import socket
import sys
from collections.abc import Callable, Mapping

from cowrite.base.errors import UserError
from cowrite.localization import tr

# What Qt's X11 plugin loads from the system, and the Debian package it is in.
X11_LIBRARIES = {
    "libX11-xcb.so.1": "libx11-xcb1",
    "libxkbcommon-x11.so.0": "libxkbcommon-x11-0",
    "libxcb-cursor.so.0": "libxcb-cursor0",
    "libxcb-icccm.so.4": "libxcb-icccm4",
    "libxcb-image.so.0": "libxcb-image0",
    "libxcb-keysyms.so.1": "libxcb-keysyms1",
    "libxcb-randr.so.0": "libxcb-randr0",
    "libxcb-render-util.so.0": "libxcb-render-util0",
    "libxcb-shape.so.0": "libxcb-shape0",
    "libxcb-xkb.so.1": "libxcb-xkb1",
}


def missing_display(
    environ: Mapping[str, str] = os.environ,
    platform: str = sys.platform,
    can_load: Callable[[str], bool] | None = None,
) -> UserError | None:
    """Why no window can be shown, or None if one can."""
    if environ.get("QT_QPA_PLATFORM", "").split(":")[0] in {"offscreen", "minimal", "vnc"}:
        return None
    if not platform.startswith(("linux", "freebsd")):
        return None
    if environ.get("WAYLAND_DISPLAY"):
        return None
    if not _x_server_answers(environ.get("DISPLAY", "")):
        return UserError(
            tr("There is no display here, so the window cannot be shown."),
            tr(
                "Start it in a desktop session; “cowrite demo” and the other commands work without one."
            ),
        )
    missing = [
        package
        for library, package in X11_LIBRARIES.items()
        if not (can_load or _can_load)(library)
    ]
    if missing:
        return UserError(
            tr("The window needs system libraries that are missing."),
            tr("On Debian and Ubuntu: sudo apt install {packages}", packages=" ".join(missing)),
        )
    return None


def _x_server_answers(display: str) -> bool:
    """Whether the X server accepts connections; the variable often outlives it."""
    host, colon, rest = display.rpartition(":")
    if not colon:
        return False
    if host not in {"", "unix"}:
        return True  # elsewhere on the network: Qt will see
    number = rest.split(".")[0]
    for address in (f"/tmp/.X11-unix/X{number}", f"\0/tmp/.X11-unix/X{number}"):  # noqa: S108 - X's own place
        with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as connection:
            try:
                connection.connect(address)
            except OSError:
                continue
            return True
    return False


def _can_load(library: str) -> bool:
    try:
        ctypes.CDLL(library)
    except OSError:
        return False
    return True
