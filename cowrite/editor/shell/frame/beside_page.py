"""What stands beside the page of a window, as the session keeps it: its panels and the folder of its project."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QObject, Signal

from cowrite.documents.session import OpenWindow
from cowrite.editor.common.side_panel import Side
from cowrite.editor.shell.frame.side_panels import SidePanels


class BesidePage(QObject):
    """Of one window, which has these ``panels``. Signal: ``folder_changed()`` after another folder was opened."""

    folder_changed = Signal()

    def __init__(self, panels: SidePanels) -> None:
        super().__init__(panels)
        self._panels = panels
        self._folder: Path | None = None

    @property
    def folder(self) -> Path | None:
        """The folder whose texts the writer has beside the page; None for none."""
        return self._folder

    def open_folder(self, folder: Path | None) -> None:
        """Have another folder, or none."""
        if folder != self._folder:
            self._folder = folder
            self.folder_changed.emit()

    def state(self, number: int) -> OpenWindow:
        """What the next start needs to be the same; ``number`` is the window's."""
        sides = self._panels.state()
        (left, left_px), (right, right_px) = sides[Side.LEFT], sides[Side.RIGHT]
        return OpenWindow(
            window=number,
            folder=str(self._folder or ""),
            left=left,
            left_px=left_px,
            right=right,
            right_px=right_px,
        )

    def restore(self, state: OpenWindow, *, with_panels: bool = True) -> None:
        """Be as ``state`` says, or, without the panels that were open, only as wide and with its folder."""
        self.open_folder(Path(state.folder) if state.folder else None)
        left, right = (state.left, state.right) if with_panels else ("", "")
        self._panels.restore(
            {Side.LEFT: (left, state.left_px), Side.RIGHT: (right, state.right_px)}
        )
