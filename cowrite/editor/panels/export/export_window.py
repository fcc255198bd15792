"""The window in which a text becomes a file for other people and their programs."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from PySide6.QtGui import QCloseEvent
from PySide6.QtWidgets import QDialog, QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from cowrite.base.errors import UserError
from cowrite.editor.common.background import Background
from cowrite.editor.common.fit_to_screen import keep_on_screen
from cowrite.editor.common.plain_label import PlainLabel, window_title
from cowrite.editor.dialogs.dialogs import Dialogs
from cowrite.editor.panels.export.export_fields import KINDS, Choice, ExportFields
from cowrite.interchange.kinds import Kind
from cowrite.interchange.manuscript import Metadata
from cowrite.interchange.options import Style
from cowrite.localization import tr
from cowrite.localization.joining import sentences
from cowrite.settings.preferences import Preferences

WIDTH_CHARACTERS = 64


@dataclass(frozen=True, slots=True, kw_only=True)
class ExportServices:
    """What the window needs of others.

    ``export(choice, path)`` says how to write the text as it is now: what it returns runs on any thread, writes the
    file, and tells in sentences what was left out. ``problem_with`` says why a path cannot be that file, or nothing.
    ``tell`` says what became of an export whose window was closed meanwhile.
    """

    dialogs: Dialogs
    preferences: Callable[[], Preferences]
    remember: Callable[[Choice], object]
    export: Callable[[Choice, Path], Callable[[], list[str]]]
    problem_with: Callable[[Path], str]
    tell: Callable[[str], object]


class ExportWindow(QDialog):
    """Exports a text that says ``said`` of itself; ``suggested`` is the file that is offered, whatever its ending."""

    def __init__(
        self,
        said: Metadata,
        suggested: Path,
        services: ExportServices,
        parent: QWidget,
        *,
        has_changes: bool,
    ) -> None:
        super().__init__(parent)
        self.setWindowTitle(tr("Export {name}", name=window_title(suggested.stem)))
        self._suggested, self._services = suggested, services
        self._background = Background("export", self)
        self._is_writing = False
        self.fields = ExportFields(_remembered(services.preferences(), said, has_changes), self)
        self.said = PlainLabel("", self)
        self.export = QPushButton(tr("E&xport…"), self)
        self.close_button = QPushButton(tr("Cl&ose"), self)
        self._lay_out()
        self.export.setDefault(True)
        self.close_button.setAutoDefault(False)
        self.export.clicked.connect(self.choose_file)
        self.close_button.clicked.connect(self.close)
        self.fields.changed.connect(lambda: self._say(""))
        self.fields.kind.setFocus()
        keep_on_screen(self)

    def _lay_out(self) -> None:
        self.said.setWordWrap(True)
        self.said.setAccessibleName(tr("Message"))
        buttons = QHBoxLayout()
        buttons.addStretch(1)
        buttons.addWidget(self.export)
        buttons.addWidget(self.close_button)
        column = QVBoxLayout(self)
        column.setContentsMargins(20, 20, 20, 16)
        column.setSpacing(14)
        column.addWidget(self.fields)
        column.addWidget(self.said)
        column.addStretch(1)
        column.addLayout(buttons)
        self.setMinimumWidth(self.fontMetrics().averageCharWidth() * WIDTH_CHARACTERS)

    def _say(self, text: str) -> None:
        self.said.setText(text)

    def choose_file(self) -> None:
        """Ask where to, and write the file there."""
        choice = self.fields.choice()
        suggested = self._suggested.with_name(f"{self._suggested.stem}.{choice.kind}")
        filters = f"{tr(KINDS[choice.kind]).split(' (')[0]} (*.{choice.kind})"
        path = self._services.dialogs.file_to_save(self, suggested, filters)
        if path is None:
            return
        self.write(choice, path)

    def write(self, choice: Choice, path: Path) -> None:
        """Write the file ``path``."""
        problem = self._services.problem_with(path)
        if problem:
            self._say(problem)
            return
        self._services.remember(choice)
        self._suggested = path
        self._is_writing = True
        self.export.setEnabled(False)
        self._say(tr("Exporting…"))
        self._background.run(
            self._services.export(choice, path), lambda said: self._done(path, said), self._failed
        )

    def _done(self, path: Path, said: list[str]) -> None:
        self._ended(sentences(tr("“{name}” was written.", name=path.name), *said))

    def _failed(self, error: UserError) -> None:
        self._ended(str(error))

    def _ended(self, text: str) -> None:
        self.export.setEnabled(True)
        self._is_writing = False
        if self.isVisible():
            self._say(text)
            return
        self._services.tell(text)
        self.leave()

    def leave(self) -> None:
        """Close it for good: nobody is there any more who could hear what becomes of an export."""
        self._is_writing = False
        self._background.close()
        self.close()

    def closeEvent(self, event: QCloseEvent) -> None:  # noqa: D102 - Qt's name
        if self._is_writing:
            self.hide()
            event.ignore()
        else:
            super().closeEvent(event)

    def reject(self) -> None:  # noqa: D102 - Qt's name
        if self._is_writing:
            self.hide()
        else:
            super().reject()

    def done(self, result: int) -> None:  # noqa: D102 - Qt's name
        self._background.close()
        super().done(result)


def _remembered(preferences: Preferences, said: Metadata, has_changes: bool) -> Choice:
    return Choice(
        kind=Kind(preferences.export_kind),
        style=Style(preferences.export_style),
        title=said.title,
        author=said.author or preferences.export_author,
        title_page=preferences.export_title_page,
        tracked_changes=has_changes,
    )
