"""Two real pages, one with a controller and a scripted engine, one without; time that a test sets."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QEvent
from PySide6.QtWidgets import QApplication, QWidget
from support.suggestions import ManualClock, ManualTimer, RecordedJobs, result_of

from cowrite.base.text_changes import ChangeKind
from cowrite.decisions.events import Event
from cowrite.editor.appearance.fonts import Fonts
from cowrite.editor.appearance.theme import load_themes
from cowrite.editor.document.document import Document
from cowrite.editor.document.document_view import DocumentView
from cowrite.editor.page.page_edit import PageEdit
from cowrite.editor.page.tracked_edit import LooseText
from cowrite.engine.messages import Job
from cowrite.suggest.live.controller import SuggestionController
from cowrite.suggest.settings import SuggestSettings


class PageHarness:
    """``page`` has suggestions and may show ``document``; ``plain`` is the same without."""

    def __init__(self, document: Document | None = None) -> None:
        self.window = QWidget()
        theme, fonts = load_themes()["light"], Fonts()
        self.page, self.plain = (
            PageEdit(theme, fonts, shown, reduced_motion=True, parent=self.window)
            for shown in (document or LooseText("d"), LooseText("d"))
        )
        if document is not None:
            self.view = DocumentView(document, self.page)
        for page in (self.page, self.plain):
            page.setGeometry(0, 0, 500, 400)
        self.window.show()
        self.window.activateWindow()
        self.page.setFocus()
        self.clock = ManualClock()
        self.timer = ManualTimer(self.clock)
        self.jobs = RecordedJobs()
        self.events: list[Event] = []
        self.controller = SuggestionController(
            page=self.page,
            jobs=self.jobs,
            timer=self.timer,
            sink=self,
            clock=self.clock,
            session_id="session",
            settings=SuggestSettings(max_words=6),
        )
        self.page.set_ghost_keys(self.controller)
        self.page.text_changed.connect(self.controller.text_changed)
        self.page.caret_moved.connect(self.controller.caret_moved)
        self.page.composing_changed.connect(self.controller.composing_changed)
        QApplication.processEvents()
        self.controller.engine_available(True)

    def record(self, event: Event) -> None:
        self.events.append(event)

    def answer(self, job: Job, texts: Sequence[str], probability: float) -> None:
        self.controller.received(result_of(job, texts, probability))

    def take_in_plain(self, text: str) -> None:
        self.plain.insert_step(text, ChangeKind.ACCEPTED)

    def close(self) -> None:
        self.page.set_ghost_keys(None)
        self.window.close()
        self.window.deleteLater()
        QApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
