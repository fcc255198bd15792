"""How long from a key press until its character is painted, while the model is generating?

Keys come from another process on a fixed schedule, whatever the program is doing, so a stalled window cannot hide its
stall. Offscreen they arrive through a pipe; with ``--platform xcb`` they are real X key events (XTEST), under Xvfb for
example: ``xvfb-run python benchmarks/key_to_paint.py --platform xcb``. The clock runs from sending until the window has
painted and flushed. POSIX only.
"""

from __future__ import annotations

import ctypes
import itertools
import sys
import time
from collections.abc import Callable

from _common import Report, home_with_model, make_parser, spread
from _program import Message, Program, running, write_story

TYPED = "and when the boat came in she stood up and walked to the edge of the water where he was "


class XKeyboard:
    """Key presses through the X server's test extension, as a hardware keyboard would make them."""

    def __init__(self, window: int) -> None:
        self._x11, self._xtst = ctypes.CDLL("libX11.so.6"), ctypes.CDLL("libXtst.so.6")
        self._x11.XOpenDisplay.restype = ctypes.c_void_p
        display = self._x11.XOpenDisplay(None)
        if not display:
            sys.exit("There is no X display; use xvfb-run.")
        self._display = ctypes.c_void_p(display)
        revert_to_parent, current_time = 2, 0
        # Without a window manager nobody else gives the window the keyboard.
        self._x11.XSetInputFocus(
            self._display, ctypes.c_ulong(window), revert_to_parent, ctypes.c_ulong(current_time)
        )
        self._x11.XSync(self._display, 0)

    def press(self, character: str) -> None:
        """Press and release the key of an ASCII letter or the space."""
        code = self._x11.XKeysymToKeycode(self._display, ctypes.c_ulong(ord(character)))
        for down in (1, 0):
            self._xtst.XTestFakeKeyEvent(self._display, code, down, ctypes.c_ulong(0))
        self._x11.XFlush(self._display)


def type_on_schedule(
    program: Program, press: Callable[[str], None], keys: int, interval_s: float
) -> list[int]:
    """Send ``keys`` characters, one every ``interval_s``; when each was sent, in nanoseconds."""
    characters = itertools.cycle(TYPED)
    sent_ns = []
    due = time.monotonic()
    for _ in range(keys):
        due += interval_s
        while (left := due - time.monotonic()) > 0:
            program.read(left)
        sent_ns.append(time.monotonic_ns())
        press(next(characters))
    return sent_ns


def painted_characters(program: Program, keys: int) -> list[Message]:
    """The message that reported each character as painted, in order."""
    deadline = time.monotonic() + 10
    while True:
        painted = [m for m in program.messages if m["event"] == "typed" for _ in range(m["count"])]
        if len(painted) >= keys or time.monotonic() > deadline:
            return painted
        program.read(0.1)


def main() -> None:
    """Measure and print."""
    parser = make_parser("Key press to paint while the model is generating.")
    parser.add_argument("--keys", type=int, default=1000)
    parser.add_argument("--interval-ms", type=float, default=60, help="between two keys (60)")
    parser.add_argument("--platform", default="offscreen", help="of Qt: offscreen or xcb")
    arguments = parser.parse_args()
    with home_with_model(arguments.models_dir) as home:
        story = write_story(home)
        with running(home, story, platform=arguments.platform) as program:
            window = program.wait_for("painted")["window"]
            program.wait_until_ready()
            program.send("press", "Ctrl+End")
            press = program.key
            if arguments.platform == "xcb":
                press = XKeyboard(window).press
            program.messages.clear()
            interval_s = arguments.interval_ms / 1000
            sent_ns = type_on_schedule(program, press, arguments.keys, interval_s)
            typed = painted_characters(program, arguments.keys)
            program.end()
    if len(typed) != arguments.keys:
        sys.exit(f"{arguments.keys} keys were sent and {len(typed)} characters painted")
    latencies = [(m["at_ns"] - sent) / 1e6 for m, sent in zip(typed, sent_ns, strict=True)]
    thinking = sum(bool(message["thinking"]) for message in typed) / max(1, len(typed)) * 100
    rows = [
        *spread("key to paint, ms", latencies, {"p99": "goal <= 16"}),
        ("keys painted", len(typed), f"goal {arguments.keys}"),
        ("painted while the model was generating, %", thinking, ""),
    ]
    notes = [f"one key every {arguments.interval_ms:g} ms, {arguments.platform}"]
    Report(title="Key press to paint", rows=rows, samples={"ms": latencies}, notes=notes).show(
        arguments.json
    )


if __name__ == "__main__":
    main()
