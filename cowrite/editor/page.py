"""The page: plain text in one column, with a suggestion standing at the caret but never in the text."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QTextEdit, QWidget

from cowrite.editor.fonts import BodyFace, Fonts
from cowrite.editor.page_keys import GhostKeymap, default_keymap
from cowrite.editor.theme import Theme
from cowrite.suggest.ports import CaretContext, GhostKeys, TextChange


class PageEdit(QTextEdit):
    """The writer's text. Implements :class:`cowrite.suggest.ports.Page`."""

    text_changed = Signal(TextChange)  # every real change, once, after it happened
    caret_moved = Signal()  # the caret or selection moved, and not because the text changed
    composing_changed = Signal(bool)  # an input method began or ended composing
    focus_changed = Signal(bool)
    zoom_changed = Signal(int)  # percent

    def __init__(
        self,
        theme: Theme,
        fonts: Fonts,
        *,
        document_id: str = "",
        reduced_motion: bool = False,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.document_id = document_id
        self.reduced_motion = reduced_motion
        self._keymap: GhostKeymap = default_keymap()

    # -- text

    def set_text(self, text: str) -> None:
        """Replace everything: no undo step, not modified, the caret at the start."""
        raise NotImplementedError

    def text(self) -> str:
        r"""The document, lines separated by ``\n``; exactly what was set and typed."""
        raise NotImplementedError

    @property
    def revision(self) -> int:
        """Grows with every change of the text."""
        raise NotImplementedError

    # -- looks

    def set_theme(self, theme: Theme) -> None: ...

    def set_face(self, face: BodyFace | str) -> None: ...

    def set_column(self, characters: int) -> None:
        """Make the column that many characters of prose wide (45 to 90)."""

    @property
    def zoom(self) -> int:
        """Percent."""
        return 100

    def set_zoom(self, percent: int) -> None:
        """Scale everything on the page (50 to 400)."""

    # -- suggestions

    @property
    def keymap(self) -> GhostKeymap:
        """Which keys do what to a suggestion."""
        return self._keymap

    def set_keymap(self, keymap: GhostKeymap) -> None:
        """Rebind the keys."""

    def set_ghost_keys(self, keys: GhostKeys | None) -> None:
        """Who answers the keys of :attr:`keymap`."""

    def set_show_tab_hint(self, shown: bool) -> None:
        """Whether a small ``Tab`` stands after the ghost."""

    @property
    def ghost_text(self) -> str:
        """What is shown now; empty when nothing is."""
        return ""

    # -- cowrite.suggest.ports.Page

    def caret_context(self) -> CaretContext:
        """The text around the caret."""
        raise NotImplementedError

    def insert_accepted(self, text: str) -> None:
        """Insert at the caret as an undo step of its own."""
        raise NotImplementedError

    def show_ghost(self, text: str, *, index: int = 0, count: int = 1) -> None:
        """Show ``text`` at the caret."""
        raise NotImplementedError

    def hide_ghost(self) -> None:
        """Show no suggestion."""
        raise NotImplementedError
