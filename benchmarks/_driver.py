"""The real program with an ear for a benchmark: takes commands on standard input, reports on standard output.

Run as ``python _driver.py [COWRITE ARGUMENTS...]``. It starts nothing of its own, no thread and no timer, so that what
is measured is the program; only ``absence`` has a timer, which looks at the clock. All times are nanoseconds of the
monotonic clock, which processes share.

Commands, one a line: ``key CHARACTER``, ``press KEYS`` (such as Tab or Ctrl+S), ``learn``, ``state``, ``exit``,
``open PATH`` (in a view that is driven from now on), ``run ID`` (a command of its window; tells whether there is
one), ``show ID`` (the same, and tells when the window was painted after it), ``back`` (drive the first window again),
``absence`` (how long the event loop was away at the longest since the last such command), ``find CHARACTER`` (a key in
the find bar, which Ctrl+H opens), ``find_option NAME``, ``replace_all TEXT``, ``quit`` (as “Quit” does; tells the
absence), and ``handoffs on`` or ``off`` (see ``_handoffs.py``), if the environment variable COWRITE_BENCH_HANDOFFS is
set.
Reports, one JSON object a line: ``painted``, ``typed`` (so many characters more are on screen), ``ghost`` (a suggestion
is on screen), ``learning`` (what it does now), ``found`` (all hits are counted and those in sight on screen),
``state``, ``absence``, ``network``.
"""

from __future__ import annotations

import gc
import json
import os
import socket
import sys
import time
from pathlib import Path
from typing import NoReturn

from _handoffs import Handoffs
from PySide6.QtCore import QEvent, QObject, QSocketNotifier, Qt, QTimer
from PySide6.QtGui import QGuiApplication, QKeySequence
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from cowrite.__main__ import leave, main

CLOCK_MS = 1


def tell(event: str, **values: object) -> None:
    """One line to whoever measures."""
    line = json.dumps({"event": event, "at_ns": time.monotonic_ns(), **values})
    os.write(1, (line + "\n").encode())


class Ear(QObject):
    """Sees every repaint of the window, and does what it is told."""

    handoffs: Handoffs | None = None

    def __init__(self, application: QApplication, program: object) -> None:
        super().__init__()
        from cowrite.editor.page.page_edit import PageEdit

        self._program = program
        self._first = next(w for w in application.allWidgets() if isinstance(w, PageEdit))
        self._page = self._window = None
        self._painted = self._follows_newest = False
        self._buffer = b""
        self._bar = None
        self._searched = self._seen = self._shows = False
        self._watch(self._first)
        self._looked_ns = self._away_ns = 0
        self._clock = QTimer(self)
        self._clock.setTimerType(Qt.TimerType.PreciseTimer)
        self._clock.timeout.connect(self._on_clock)
        os.set_blocking(0, False)
        self._notifier = QSocketNotifier(0, QSocketNotifier.Type.Read)
        self._notifier.activated.connect(self._on_command)

    def _watch(self, page: object) -> None:
        """Drive the window of ``page`` from now on."""
        if page is self._page:
            return
        self._page, self._window = page, page.window()
        self._window.installEventFilter(self)
        self._shows_ghost = False
        self._characters = page.document().characterCount()
        self._unpainted = 0
        page.document().contentsChange.connect(self._on_contents_change)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Let the window paint and flush, then look at the clock."""
        if event.type() != QEvent.Type.UpdateRequest or watched is not self._window:
            return False
        watched.event(event)
        if not self._painted and self._page.isVisible():
            self._painted = True
            tell("painted", torch="torch" in sys.modules, window=int(self._window.winId()))
        if self._unpainted:
            tell("typed", count=self._unpainted, thinking=self._engine_state() == "thinking")
            self._unpainted = 0
        if self._shows:
            self._shows = False
            tell("shown")
        if self._seen:
            self._seen = False
            tell("seen")
        if self._searched:
            self._searched = False
            tell("found", says=self._bar.count.text(), problem=self._bar.problem.text())
        if bool(self._page.ghost_text) is not self._shows_ghost:
            self._shows_ghost = not self._shows_ghost
            if self._shows_ghost:
                tell("ghost")
        return True

    def _on_clock(self) -> None:
        now = time.monotonic_ns()
        self._away_ns = max(self._away_ns, now - self._looked_ns)
        self._looked_ns = now

    def _on_contents_change(self, *_: int) -> None:
        # Counted, because Qt also reports a paragraph as changed when only its looks are.
        before, self._characters = self._characters, self._page.document().characterCount()
        self._unpainted += max(0, self._characters - before)

    def _on_command(self) -> None:
        data = os.read(0, 65536)
        if not data:
            QApplication.exit(0)
            return
        *lines, self._buffer = (self._buffer + data).split(b"\n")
        for line in lines:
            self._handle_command(*line.decode().split(" ", 2))

    def _handle_command(self, command: str, *arguments: str) -> None:
        if self._follows_newest:
            self._watch(self._program.manager.windows[-1].active_view.page)
        match command:
            case "key":
                QTest.keyClick(self._target(), " " if arguments[0] == "space" else arguments[0])
            case "press":
                keys = QKeySequence(arguments[0])[0]
                QTest.keyClick(self._target(), keys.key(), keys.keyboardModifiers())
            case "find":
                QTest.keyClick(
                    self._find_bar().field, " " if arguments[0] == "space" else arguments[0]
                )
            case "find_option":
                getattr(self._find_bar(), arguments[0]).toggle()
            case "replace_all":
                self._find_bar().replacement.setText(" ".join(arguments))
                self._bar.replace_all.click()
            case "open":
                self._program.manager.open_paths([Path(" ".join(arguments))])
                self._follows_newest = True
            case "back":
                self._follows_newest = False
                self._watch(self._first)
            case "run":
                tell("ran", found=self._run(arguments[0]))
            case "show":
                self._shows = self._run(arguments[0])
                self._window.update()
            case "absence":
                self._tell_absence()
            case "learn":
                learning = self._learning()
                learning.host.progressed.connect(lambda told: tell("learning", phase=told.phase))
                learning.start()
            case "state":
                tell(
                    "state",
                    learning=self._phase_of_learning(),
                    engine=self._engine_state(),
                    ghost=self._page.ghost_text,
                    characters=self._page.document().characterCount(),
                    modified=self._page.document().isModified(),
                    caret=self._page.textCursor().position(),
                    caret_in_sight=self._is_caret_in_sight(),
                    windows=len(self._program.manager.windows),
                    structured=self._is_structured(),
                )
            case "handoffs" if self.handoffs is not None:
                self.handoffs.is_on = arguments[0] == "on"
                if not self.handoffs.is_on:
                    tell("handoffs", stacks=self.handoffs.stacks, entered=[*self.handoffs.entered])
            case "quit":
                self._looked_ns, self._away_ns = time.monotonic_ns(), 0
                QApplication.instance().aboutToQuit.connect(self._tell_absence)
                self._program.manager.quit()
            case "exit":
                self._notifier.setEnabled(False)
                QApplication.exit(0)

    def _find_bar(self) -> object:
        """The find bar of the window, which tells of each search from now on."""
        if self._bar is None:
            from cowrite.editor.panels.find.finder import Finder

            finder = self._window.findChild(Finder)
            self._bar = finder.bar
            finder.hits.searched.connect(self._on_searched)
            finder.hits.seen.connect(self._on_seen)
        return self._bar

    def _on_seen(self) -> None:
        self._seen = True

    def _on_searched(self) -> None:
        self._searched = True
        self._window.update()

    def _run(self, command_id: str) -> bool:
        from cowrite.editor.shell.window_commands import WindowCommands

        registry = self._window.findChild(WindowCommands).registry
        if all(command.id != command_id for command in registry.commands):
            return False
        registry.run(command_id)
        return True

    def _is_structured(self) -> bool:
        """Whether every paragraph of the text was looked through for what it is."""
        views = self._program.manager.views
        return next(view for view in views if view.page is self._page).structure.is_settled

    def _is_caret_in_sight(self) -> bool:
        # A paragraph that Qt never laid out has no place, whatever the page says of the caret's.
        is_laid_out = self._page.textCursor().block().layout().lineCount() > 0
        return is_laid_out and self._page.viewport().rect().contains(self._page.caret_rect())

    def _tell_absence(self) -> None:
        now = time.monotonic_ns()
        if self._clock.isActive():
            self._away_ns = max(self._away_ns, now - self._looked_ns)
        tell("absence", longest_ms=self._away_ns / 1e6)
        self._looked_ns, self._away_ns = now, 0
        self._clock.start(CLOCK_MS)

    def _target(self) -> object:
        window = QGuiApplication.focusWindow() or self._window.windowHandle()
        self._page.setFocus(Qt.FocusReason.OtherFocusReason)
        return window

    def _engine_state(self) -> str:
        from cowrite.editor.assistance.engine_bridge import EngineBridge

        bridge = self._found(EngineBridge)
        return "none" if bridge is None else str(bridge.status.state.value)

    def _learning(self) -> object:
        from cowrite.editor.panels.personalization.learning import Learning

        return self._found(Learning)

    def _phase_of_learning(self) -> str:
        """What learning does; “” if it does not learn, “paused” while it gives way."""
        learning = self._learning()
        host = None if learning is None else learning.host
        if host is None or not host.is_running:
            return ""
        return str(host.last.phase) if host.last is not None else "beginning"

    def _found(self, kind: type) -> object:
        """The only object of this kind. What the collector knows is not asked: it disturbs a thread that imports."""
        return next((each for each in vars(self._program).values() if type(each) is kind), None)


def count_connections() -> list[str]:
    """Where Python code tried to connect to, other than to sockets of this machine's file system."""
    seen: list[str] = []

    def hook(event: str, arguments: tuple[object, ...]) -> None:
        if event == "socket.connect":
            connection = arguments[0]
            if getattr(connection, "family", None) in (socket.AF_INET, socket.AF_INET6):
                seen.append(str(arguments[1]))
        elif event in {"socket.getaddrinfo", "socket.sendto"}:
            seen.append(str(arguments))

    sys.addaudithook(hook)
    return seen


def drive() -> NoReturn:
    """Run the program and end as it does; the ear is put on when its windows are there."""
    from cowrite.app.binding import spare_sources

    gc.disable()  # both as the program does before it imports anything
    spare_sources()
    from cowrite.app.program import Program

    seen = count_connections()
    if os.environ.get("COWRITE_BENCH_HANDOFFS"):
        Ear.handoffs = Handoffs()
    kept: list[object] = []
    original_open = Program.open

    def open_and_listen(self: Program, *arguments: object, **options: object) -> object:
        opened = original_open(self, *arguments, **options)
        # Its windows are there, and none is painted yet.
        opened.then(lambda: kept.append(Ear(QApplication.instance(), self)))
        return opened

    Program.open = open_and_listen
    status = main(sys.argv[1:])
    tell("network", tried=seen)
    leave(status)


if __name__ == "__main__":
    drive()
