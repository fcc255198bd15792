"""What a window says while it cannot close yet, because a disk lets it wait, and what it offers instead."""

from __future__ import annotations

from enum import Enum

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication

from cowrite.editor.common.flow import Later
from cowrite.editor.common.messages import Notice, NoticeAction
from cowrite.editor.shell.window import EditorWindow
from cowrite.localization import tr

KEY = "closing"
SAY_AFTER_MS = 300
OFFER_AFTER_MS = 5_000


class WaitEnd(Enum):
    """How the waiting ended."""

    DONE = "the disk has answered"
    KEEP = "keep the text for the next start"
    STAY = "stay open"


class SlowSaving:
    """Waits for a disk before ``window`` closes, and says so there; the writer can go on writing meanwhile."""

    def __init__(self, window: EditorWindow, name: str, *, may_keep: bool) -> None:
        self.ended = Later[WaitEnd]()
        self._window = window
        self._name = name
        self._may_keep = may_keep
        self._timer = QTimer(window)
        self._timer.setSingleShot(True)
        self._timer.timeout.connect(self._say)
        self._timer.start(SAY_AFTER_MS)

    def stop(self) -> None:
        """The disk has answered."""
        self._end(WaitEnd.DONE)

    def _end(self, how: WaitEnd) -> None:
        if self.ended.is_done:
            return
        self._timer.stop()
        self._timer.deleteLater()
        self._window.messages.dismiss(KEY)
        self.ended.set(how)

    def _say(self) -> None:
        if QApplication.activeModalWidget() is not None:
            self._timer.start(SAY_AFTER_MS)  # it is the writer who is waited for
            return
        self._window.show_notice(
            Notice(
                key=KEY,
                text=tr("Saving “{name}”… The window closes when that is done.", name=self._name),
                acts=(self._stay,),
                close_label=tr("Wait"),
            )
        )
        self._timer.timeout.disconnect(self._say)
        self._timer.timeout.connect(self._offer)
        self._timer.start(OFFER_AFTER_MS)

    def _offer(self) -> None:
        if QApplication.activeModalWidget() is not None:
            self._timer.start(OFFER_AFTER_MS)
            return
        keep = NoticeAction(
            label=tr("Close, and keep the text"), do=lambda: self._end(WaitEnd.KEEP)
        )
        if self._may_keep:
            text = tr(
                "“{name}” is still being saved, because the disk does not answer. Closed now, its text "
                "comes back at the next start.",
                name=self._name,
            )
        else:
            text = tr(
                "“{name}” is still being saved, because the disk does not answer.", name=self._name
            )
        acts = (keep, self._stay) if self._may_keep else (self._stay,)
        self._window.show_notice(Notice(key=KEY, text=text, acts=acts, close_label=tr("Wait")))

    @property
    def _stay(self) -> NoticeAction:
        return NoticeAction(label=tr("Stay open"), do=lambda: self._end(WaitEnd.STAY))
