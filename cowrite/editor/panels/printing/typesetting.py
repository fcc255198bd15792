"""From a text to pages, beside whatever the writer does: read on a thread, set in slices."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import QObject, Signal

from cowrite.base.errors import UserError
from cowrite.editor.appearance.fonts import Fonts
from cowrite.editor.common.background import Background, Task
from cowrite.editor.panels.printing.loaded_pictures import LoadedPictures
from cowrite.editor.panels.printing.manuscript import Block, own_title, read_manuscript
from cowrite.editor.panels.printing.page_setup import PageSetup
from cowrite.editor.panels.printing.print_job import Slices
from cowrite.editor.panels.printing.typesetter import Typesetter
from cowrite.interchange.pictures import NearbyPictures


@dataclass(frozen=True, slots=True, kw_only=True)
class PrintedText:
    """What is printed, as it was when that was asked for. ``title`` stands on the first page.

    ``pictures``: where the pictures are that it speaks of.
    """

    text: str
    title: str
    markdown: bool
    pictures: NearbyPictures


class Typesetting(QObject):
    """Sets ``printed``, again with each :meth:`use`.

    Signals: ``advanced()`` whenever there are more pages, ``done()``, ``failed(UserError)``.
    """

    advanced = Signal()
    done = Signal()
    failed = Signal(object)

    def __init__(self, printed: PrintedText, fonts: Fonts, parent: QObject) -> None:
        super().__init__(parent)
        self._printed = printed
        self._fonts = fonts
        self._pictures = LoadedPictures(printed.pictures.find)
        self._blocks: list[Block] | None = None
        self._setup: PageSetup | None = None
        self._reading: Task | None = None
        self._background = Background("printing", self)
        self._slices = Slices(self._step, self)
        self._slices.advanced.connect(self.advanced)
        self._slices.done.connect(self.done)
        self.typesetter: Typesetter | None = None

    @property
    def is_done(self) -> bool:
        """Whether all pages are there."""
        return self.typesetter is not None and self.typesetter.is_done

    @property
    def progress(self) -> float:
        """How much of the text is set, from 0 to 1."""
        return self.typesetter.progress if self.typesetter is not None else 0.0

    @property
    def page_count(self) -> int:
        """How many pages there are so far."""
        return len(self.typesetter.pages) if self.typesetter is not None else 0

    @property
    def missing_pictures(self) -> int:
        """How many pictures the text speaks of that cannot be printed."""
        return self._pictures.missing

    def use(self, setup: PageSetup) -> None:
        """Set the text like this, and leave what is under way."""
        self._slices.stop()
        self.typesetter = None
        self._setup = setup
        if self._blocks is not None:
            self._begin()
        elif self._reading is None:
            printed, pictures = self._printed, self._pictures
            self._reading = self._background.run(
                lambda: read_manuscript(
                    printed.text, markdown=printed.markdown, has_picture=pictures.has
                ),
                self._on_read,
                self._on_failed,
            )

    def close(self) -> None:
        """Leave everything. May be called again."""
        self._slices.stop()
        self._background.close()

    def _on_read(self, blocks: list[Block]) -> None:
        self._blocks = blocks
        self._begin()

    def _on_failed(self, error: UserError) -> None:
        self.failed.emit(error)

    def _begin(self) -> None:
        setup = self._setup
        if setup is None or self._blocks is None:
            return
        body, code = self._fonts.body(setup.font), self._fonts.body("mono")
        title = "" if own_title(self._blocks) else self._printed.title
        self.typesetter = Typesetter(self._blocks, setup, body, code, title, self._pictures)
        self._slices.start()

    def _step(self) -> bool:
        if self.typesetter is None:
            return True
        self.typesetter.advance()
        return self.typesetter.is_done
