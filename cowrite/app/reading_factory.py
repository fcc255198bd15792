"""Reading aloud: which service of this computer speaks, and what the windows show while it does."""

from __future__ import annotations

import sys
import weakref
from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject
from shiboken6 import isValid

from cowrite.app.spelling_factory import spelling_of
from cowrite.base.errors import UserError
from cowrite.editor.commands.command import Command
from cowrite.editor.common.messages import Notice
from cowrite.editor.document.document_view import DocumentView
from cowrite.editor.reading import commands as reading_commands
from cowrite.editor.reading.read_aloud import ReadAloud
from cowrite.editor.shell.editor_view import EditorView
from cowrite.editor.shell.window import EditorWindow
from cowrite.localization import tr
from cowrite.settings.preferences import Preferences
from cowrite.speech.reading import ReadingState
from cowrite.spelling.document_choices import NONE

if TYPE_CHECKING:
    from cowrite.editor.reading.speaker import Speaker

NOTICE = "reading"


def make_speaker(parent: QObject) -> Speaker:
    """What speaks on this system. Raises UserError if a part of the program is missing."""
    if sys.platform.startswith(("linux", "freebsd", "openbsd", "netbsd")):
        from cowrite.editor.reading.speech_dispatcher import SpeechDispatcher

        return SpeechDispatcher(parent)
    try:
        from cowrite.editor.reading.qt_speaker import QtSpeaker
    except ImportError as error:
        from cowrite.editor.reading import sentences

        raise UserError(tr(sentences.NO_QT_PART), tr(sentences.INSTALL_QT_PART)) from error
    return QtSpeaker(parent)


def make(preferences: Callable[[], Preferences], parent: QObject) -> ReadAloud:
    """The one reader of the program."""
    # Asked when it is needed, so that a test can put another one in its place.
    reader = ReadAloud(lambda owner: make_speaker(owner), _language_of, preferences, parent)
    shown = _Shown(reader)
    reader.told.connect(shown.say)
    reader.failed.connect(shown.explain)
    reader.changed.connect(shown.follow)
    return reader


def commands(window: EditorWindow, reader: ReadAloud) -> list[Command]:
    """The table of one window."""

    def toggle() -> None:
        reader.toggle(window.active_view)

    return reading_commands.commands(
        toggle=toggle, stop=reader.stop, state=lambda: reader.state, changed=reader.changed
    )


def _language_of(view: DocumentView) -> str:
    """As the spelling knows it; empty if it does not."""
    name = spelling_of(view).language.name if isinstance(view, EditorView) else NONE
    return "" if name == NONE else name


class _Shown(QObject):
    """What is seen of the reading in the window that has the page."""

    def __init__(self, reader: ReadAloud) -> None:
        super().__init__(reader)
        self._reader = reader
        self._window: weakref.ref[EditorWindow] | None = None

    def say(self, view: DocumentView, sentence: str) -> None:
        """In passing, below the page."""
        window = view.page.window()
        if isinstance(window, EditorWindow):
            window.status_line.say(sentence)

    def explain(self, view: DocumentView, sentence: str) -> None:
        """Above the page, until it is put away or the next reading begins."""
        window = view.page.window()
        if isinstance(window, EditorWindow):
            window.show_notice(Notice(text=sentence, key=NOTICE, about=view))

    def follow(self) -> None:
        """Say below the page that it is read, and how that is ended."""
        from cowrite.editor.reading import sentences

        view, state = self._reader.view, self._reader.state
        window = view.page.window() if view is not None else None
        before = self._window() if self._window is not None else None
        if before is not None and before is not window and isValid(before):
            before.status_line.stand("")
        self._window = None
        if isinstance(window, EditorWindow):
            self._window = weakref.ref(window)
            window.messages.dismiss(NOTICE, view)
            is_paused = state is ReadingState.PAUSED
            window.status_line.stand(tr(sentences.PAUSED if is_paused else sentences.READING))
