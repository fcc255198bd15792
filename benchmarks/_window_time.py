"""How long the window's thread computes until its first key is on screen, and for each key after that.

Run as ``python -P _window_time.py --models-dir DIR --json FILE`` with a checkout on PYTHONPATH: it starts that
checkout's program in this process, without a model, and measures the time that its thread had the processor. Other
programs disturb that far less than the time on a clock. All it knows of the checkout are ``EditorWindow.paintEvent``
and ``active_view.page``.
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from PySide6.QtCore import QTimer
from PySide6.QtGui import QTextCursor
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

KEYS, UNCOUNTED_KEYS = 300, 50
BETWEEN_KEYS_MS = 5
# The program begins much once it is painted; keys are counted when that is done.
REST_MS = 4_000
ROUNDS = 6
TEXT = "the boats lay side by side, and the gulls walked on the stones as if they owned them. "
PARAGRAPHS = 8


class Typist:
    """Types into the first window of the program, and ends this process when it is done."""

    def __init__(self, file: Path) -> None:
        self._file = file
        self._page = None
        self._start_ms = 0.0
        self._keys_ms: list[float] = []

    def painted(self, window: object) -> None:
        """Called when a window has been painted; the first one counts."""
        if self._page is not None:
            return
        self._page = window.active_view.page
        self._page.moveCursor(QTextCursor.MoveOperation.End)
        self._key("a")
        self._start_ms = time.thread_time() * 1000
        QTimer.singleShot(REST_MS, self._type)

    def _key(self, character: str) -> float:
        """Type a character until it is on screen, and answer how many ms that took."""
        before = time.thread_time()
        QTest.keyClick(self._page, character)
        for _ in range(ROUNDS):
            QApplication.processEvents()
        return (time.thread_time() - before) * 1000

    def _type(self) -> None:
        self._keys_ms.append(self._key(TEXT[len(self._keys_ms) % len(TEXT)]))
        if len(self._keys_ms) < KEYS:
            QTimer.singleShot(BETWEEN_KEYS_MS, self._type)
            return
        counted = self._keys_ms[UNCOUNTED_KEYS:]
        figures = {
            "start, ms of the processor": self._start_ms,
            "key, ms of the processor": statistics.median(counted),
        }
        self._file.write_text(json.dumps({"figures": figures}), "utf-8")
        os._exit(0)


def watch(typist: Typist) -> None:
    """Have ``typist`` told of the first paint; once the program waits for events, all of it is there."""
    wait_for_events = QApplication.exec

    def wait() -> int:
        from cowrite.editor.shell.window import EditorWindow

        paint = EditorWindow.paintEvent

        def paint_and_tell(window: object, event: object) -> None:
            paint(window, event)
            QTimer.singleShot(0, lambda: typist.painted(window))

        EditorWindow.paintEvent = paint_and_tell
        return wait_for_events()

    QApplication.exec = staticmethod(wait)


def main() -> None:
    """Measure, and write the figures to the file."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n")[0])
    parser.add_argument("--models-dir", type=Path, required=True, help="not used")
    parser.add_argument("--json", type=Path, required=True)
    parser.add_argument("--folder", type=Path, help="where it was started before; for itself")
    arguments = parser.parse_args()
    if arguments.folder is None:
        with tempfile.TemporaryDirectory(prefix="cowrite-bench-") as folder:
            again = [sys.executable, "-P", *sys.argv, "--folder", folder]
            for _ in range(2):  # the very first start makes much that is there afterwards
                subprocess.run(again, check=True)
        return
    from cowrite.__main__ import main as run

    watch(Typist(arguments.json.absolute()))
    text = arguments.folder / "story.md"
    paragraphs = [TEXT.capitalize().strip()] * PARAGRAPHS
    text.write_text("# Harbour\n\n" + "\n\n".join(paragraphs), "utf-8")
    os.environ["QT_QPA_PLATFORM"] = "offscreen"
    sys.exit(run(["--home", str(arguments.folder / "home"), str(text)]))


if __name__ == "__main__":
    main()
