"""Notes to oneself on the text in front: plain text, kept by itself, never part of the text."""

from __future__ import annotations

from collections.abc import Callable
from typing import cast

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QPlainTextEdit, QVBoxLayout, QWidget

from cowrite.base.errors import UserError
from cowrite.documents.notes import NotesStore
from cowrite.editor.common.accessible_role import Role
from cowrite.editor.common.connections import Connections
from cowrite.editor.common.disk import Disk, StateFiles
from cowrite.editor.common.plain_label import PlainLabel
from cowrite.editor.document.document_view import DocumentView
from cowrite.localization import tr, tr_noop

KEEP_MS = 2_000
EMPTY = tr_noop("Notes to yourself on this text. They are no part of it.")
PRIVATE = tr_noop("This document is private: its notes are gone when it is closed.")

_Handed = tuple[dict[str, str], str, str | None, int]


class NotesPanel(QWidget):
    """Follows ``view``, and another one when it is told to. ``say`` is told what could not be done."""

    accessible_role = Role.Client

    def __init__(
        self,
        view: DocumentView,
        store: NotesStore,
        disk: Disk,
        states: StateFiles,
        say: Callable[[str], object],
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._view, self._store, self._disk, self._states = view, store, disk, states
        self._say = say
        self._following = Connections()
        self._document_id = ""
        self._private: dict[str, str] = {}
        self._is_there = False  # what is kept, before it was read
        self._kept = ""
        self.field = QPlainTextEdit(self)
        self.field.setPlaceholderText(tr(EMPTY))
        self.field.setAccessibleName(tr("Notes"))
        self.field.setTabChangesFocus(True)
        self.field.setFrameShape(QPlainTextEdit.Shape.NoFrame)
        self.said = PlainLabel(tr(PRIVATE), self)
        self.said.setWordWrap(True)
        column = QVBoxLayout(self)
        column.addWidget(self.said)
        column.addWidget(self.field, 1)
        self.setFocusProxy(self.field)
        self._soon = QTimer(self)
        self._soon.setSingleShot(True)
        self._soon.setInterval(KEEP_MS)
        self._soon.timeout.connect(self.keep)
        self.field.textChanged.connect(self._on_text_changed)
        self.follow(view)

    def close_for_good(self) -> None:
        """The window goes: keep what was written, and follow nothing more."""
        self.keep()
        self._soon.stop()
        self._following.end()

    # --- in a window that takes the place of this one ---

    def handed_over(self) -> object:
        """What is written here, whether it is kept yet or never is."""
        cursor = self.field.textCursor()
        self._private |= (
            {self._document_id: self.field.toPlainText()} if self._view.document.is_private else {}
        )
        is_read = not self.field.isReadOnly()
        text = self.field.toPlainText() if is_read else None
        return dict(self._private), self._document_id, text, cursor.position()

    def take_over(self, state: object) -> None:
        """Show what stood there, also where the disk has not got it yet."""
        self._private, document_id, text, caret = cast(_Handed, state)
        if document_id != self._document_id or text is None:
            return
        self._put(text)
        self._is_there = True
        cursor = self.field.textCursor()
        cursor.setPosition(caret)
        self.field.setTextCursor(cursor)

    # --- which document ---

    def follow(self, view: DocumentView) -> None:
        """Show the notes on this one from now on."""
        self.keep()
        self._following.end()
        self._view = view
        self._following.add(view.document.identity_changed, self._on_identity_changed)
        self._show()

    def _on_identity_changed(self) -> None:
        if self._view.document.document_id != self._document_id:
            self.keep()
            self._show()

    def _show(self) -> None:
        document = self._view.document
        self._document_id = wanted = document.document_id
        self._is_there = False
        self.said.setVisible(document.is_private)
        self._put("")
        if document.is_private:
            self._put(self._private.get(wanted, ""))
            return
        self.field.setReadOnly(True)  # until what is kept is there
        read = self._disk.run(lambda: self._store.read(wanted))

        def done() -> None:
            if self._document_id != wanted or self._is_there:
                return
            if read.error is not None:
                self._say(str(read.error))  # what cannot be read is not written over
                return
            self._put(read.result)
            self.field.setReadOnly(False)

        read.then(done)

    def _put(self, text: str) -> None:
        self._soon.stop()
        self.field.blockSignals(True)
        self.field.setPlainText(text)
        self.field.blockSignals(False)
        self.field.setReadOnly(False)
        self._kept = text

    # --- keeping ---

    def _on_text_changed(self) -> None:
        self._soon.start()

    def keep(self) -> None:
        """Have what was written kept, if there is anything new."""
        self._soon.stop()
        text, document_id = self.field.toPlainText(), self._document_id
        if text == self._kept or self.field.isReadOnly() or not document_id:
            return
        self._kept = text
        if self._view.document.is_private:
            self._private[document_id] = text
            return
        self._states.write(
            f"notes {document_id}", lambda: self._store.write(document_id, text), self._failed
        )

    def _failed(self, error: UserError) -> None:
        self._say(str(error))
