"""What the system tells of the machine: power, load, heat, memory, and how long nobody has touched it.

Everything is looked up when asked, without a service of its own. What a system does not tell is None. What it takes to
ask is imported then, too: the window asks most of it some time after the start.
"""

from __future__ import annotations

import ctypes
import os
import re
import sys
import time

ASK_TIMEOUT_S = 5.0
# SHQueryUserNotificationState: presentation mode, and a game on the full screen.
_WINDOWS_FULL_SCREEN = (3, 4)


def on_battery() -> bool:
    """Whether the machine has a battery and runs on it now; False where that cannot be known."""
    import psutil

    try:
        battery = psutil.sensors_battery()
    except (OSError, AttributeError, RuntimeError, NotImplementedError):
        return False
    return battery is not None and battery.power_plugged is False


def free_memory_bytes() -> int:
    """Memory that a program can have without anything being swapped out."""
    import psutil

    return int(psutil.virtual_memory().available)


def memory_bytes() -> int:
    """All memory of the machine."""
    import psutil

    return int(psutil.virtual_memory().total)


def own_memory_bytes() -> int:
    """Memory of this process that is its own alone, in no file: what would be given back if it ended."""
    for line in _text_of("/proc/self/status").splitlines():
        if line.startswith("RssAnon:"):
            return int(line.split()[1]) * 1024
    import psutil

    return int(psutil.Process().memory_full_info().uss)


def processor_name() -> str:
    """What the processor calls itself, or else its kind."""
    import platform

    name = ""
    match sys.platform:
        case "linux":
            name = processor_of_cpuinfo(_text_of("/proc/cpuinfo"))
        case "darwin":
            name = _output_of("sysctl", "-n", "machdep.cpu.brand_string").strip()
    return name or platform.processor() or platform.machine()


def processor_of_cpuinfo(listing: str) -> str:
    """The first ``model name``; empty where the kernel tells none, as on ARM."""
    found = re.search(r"(?m)^model name\s*:\s*(\S.*)$", listing)
    return " ".join(found[1].split()) if found else ""


def system_name() -> str:
    """The system with its version, such as “Debian GNU/Linux 12 (bookworm)”, and its kernel."""
    import platform

    kernel = f"{platform.system()} {platform.release()}, {platform.machine()}"
    try:
        return f"{platform.freedesktop_os_release()['PRETTY_NAME']}, {kernel}"
    except (OSError, KeyError):
        return kernel


def load_per_core() -> float | None:
    """Runnable threads per core over the last minute."""
    import psutil

    try:
        return psutil.getloadavg()[0] / (os.cpu_count() or 1)
    except (OSError, AttributeError):
        return None


def hottest_celsius() -> float | None:
    """The highest temperature any sensor of the processor tells."""
    import psutil

    try:
        sensors = psutil.sensors_temperatures()
    except (OSError, AttributeError, RuntimeError):
        return None
    found = [
        each.current
        for name, group in sensors.items()
        if name in ("coretemp", "k10temp", "cpu_thermal", "zenpower", "acpitz")
        for each in group
        if each.current
    ]
    return max(found, default=None)


def idle_seconds() -> float | None:
    """How long no key was pressed and no pointer moved on the whole machine."""
    match sys.platform:
        case "win32":
            return _idle_on_windows()
        case "darwin":
            return idle_of_ioreg(_output_of("ioreg", "-c", "IOHIDSystem", "-d", "4"))
        case _:
            properties = _output_of(
                "loginctl", "show-session", "self", "-p", "IdleHint", "-p", "IdleSinceHint"
            )
            return idle_of_logind(properties, time.time())


def idle_of_logind(properties: str, now_s: float) -> float | None:
    """Seconds since ``IdleSinceHint`` (microseconds of Unix time), 0 while somebody is there.

    A session that never told anything has a hint of 0.
    """
    found = dict(line.split("=", 1) for line in properties.splitlines() if "=" in line)
    since = found.get("IdleSinceHint", "")
    if not since.isdigit() or int(since) == 0:
        return None
    return max(0.0, now_s - int(since) / 1e6) if found.get("IdleHint") == "yes" else 0.0


def idle_of_ioreg(listing: str) -> float | None:
    """Seconds from ``HIDIdleTime`` (nanoseconds)."""
    found = re.search(r'"HIDIdleTime"\s*=\s*(\d+)', listing)
    return int(found[1]) / 1e9 if found else None


def shows_full_screen() -> bool | None:
    """Whether a game, a film or a talk has the whole screen; None where no system call tells it."""
    if sys.platform != "win32":
        return None
    state = ctypes.c_int()
    if ctypes.windll.shell32.SHQueryUserNotificationState(ctypes.byref(state)) != 0:
        return None
    return state.value in _WINDOWS_FULL_SCREEN


def _idle_on_windows() -> float | None:
    if sys.platform != "win32":
        return None

    class LastInput(ctypes.Structure):
        _fields_ = (("size", ctypes.c_uint), ("ticks", ctypes.c_uint))

    last = LastInput(ctypes.sizeof(LastInput), 0)
    if not ctypes.windll.user32.GetLastInputInfo(ctypes.byref(last)):
        return None
    # Both count milliseconds in 32 bits, which run over after 50 days.
    return ((ctypes.windll.kernel32.GetTickCount() - last.ticks) & 0xFFFFFFFF) / 1000


def _text_of(path: str) -> str:
    """A file of the system; empty if it cannot be read."""
    try:
        with open(path, encoding="utf-8", errors="replace") as file:  # noqa: PTH123
            return file.read()
    except OSError:
        return ""


def _output_of(*command: str) -> str:
    """What a program of the system prints; empty if it is not there or does not answer."""
    import subprocess

    try:
        done = subprocess.run(
            command, capture_output=True, text=True, timeout=ASK_TIMEOUT_S, check=False
        )
    except (OSError, subprocess.SubprocessError, UnicodeDecodeError):
        return ""
    return done.stdout
