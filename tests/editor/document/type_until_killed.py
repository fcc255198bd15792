"""A child process: the real program, in which numbers are typed into a file until it is killed.

Arguments: the home folder, the file, a seed, and how long autosave waits at most, in milliseconds. Prints each number
with the time of this machine in seconds, when it is on the page: bursts of them, with pauses as people make them.
Autosave is on, and snapshots are taken far more often than usual.
"""

from __future__ import annotations

import itertools
import random
import sys
import time
from pathlib import Path

from open_program import ScriptedDialogs, choose
from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication
from scripted_engine import ScriptedEngine

from cowrite.app.program import Program
from cowrite.documents.files_to_open import check_files
from cowrite.editor.document import document_history
from cowrite.editor.shell.files import autosave
from cowrite.settings.paths import Paths

KEY_MS = 40


def main() -> None:
    """Type until the end."""
    home, file = map(Path, sys.argv[1:3])
    document_history.EVERY_MS = 700
    autosave.LONGEST_MS = int(sys.argv[4])
    paths = Paths.find(home)
    paths.create()
    choose(paths, autosave=True)
    application = QApplication([])
    program = Program(
        application, paths, make_engine=lambda *_: ScriptedEngine(), dialogs=ScriptedDialogs()
    )
    program.open(check_files([file]))
    numbers = itertools.count(1)
    chance = random.Random(sys.argv[3])
    timer = QTimer(program)

    def press() -> None:
        number = next(numbers)
        timer.setInterval(round(chance.uniform(500, 4_500)) if chance.random() < 0.02 else KEY_MS)
        program.manager.windows[0].active_view.page.type_text(f"{number} ")
        print(number, time.monotonic(), flush=True)

    def begin() -> None:
        if program.has_begun and program.manager.windows[0].active_view.document.path == file:
            begun.stop()
            timer.start(KEY_MS)

    timer.timeout.connect(press)
    begun = QTimer(program)
    begun.timeout.connect(begin)
    begun.start(20)
    application.exec()


if __name__ == "__main__":
    main()
