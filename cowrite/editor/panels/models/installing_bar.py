"""How far an installation is, and pausing, going on with and giving it up."""

from __future__ import annotations

from PySide6.QtCore import Signal, SignalInstance
from PySide6.QtWidgets import QHBoxLayout, QProgressBar, QPushButton, QVBoxLayout, QWidget

from cowrite.editor.assistance.model_installation import InstallationState, Installing
from cowrite.editor.common.accessible_role import Role
from cowrite.editor.common.announcing import announce
from cowrite.editor.common.plain_label import PlainLabel
from cowrite.editor.panels.models.model_strings import installing_advice, installing_sentence
from cowrite.localization import tr
from cowrite.models.progress import InstallPhase

THOUSAND = 1000
_GOES_ON = frozenset({InstallationState.PAUSED, InstallationState.FAILED})


class InstallingBar(QWidget):
    """Signals: ``pause_asked()``, ``resume_asked()``, ``cancel_asked()``, ``skip_asked()``, ``closed()``.

    ``settings`` is the button for how the network is reached, of a download that failed.
    """

    accessible_role = Role.Grouping
    pause_asked = Signal()
    resume_asked = Signal()
    cancel_asked = Signal()
    skip_asked = Signal()
    closed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName(tr("Installation"))
        self._name = PlainLabel("", self)
        self._said = PlainLabel("", self)
        self._said.setWordWrap(True)
        self._said.setAccessibleName(tr("Progress"))
        self._bar = QProgressBar(self)
        self._bar.setRange(0, THOUSAND)
        self._bar.setTextVisible(False)
        self._bar.setAccessibleName(tr("Progress"))
        self._state: InstallationState | None = None
        self.pause = self._button(tr("Pa&use"), self.pause_asked)
        self.resume = self._button(tr("&Continue"), self.resume_asked)
        self.cancel = self._button(tr("C&ancel"), self.cancel_asked)
        self.skip = self._button(tr("S&kip exam"), self.skip_asked)
        self.close_button = self._button(tr("&OK"), self.closed)
        self.settings = self._button(tr("Download &settings…"))
        row = QHBoxLayout()
        row.setSpacing(8)
        row.addWidget(self._bar, 1)
        row.addWidget(self.settings)
        for button in (self.pause, self.resume, self.cancel, self.skip, self.close_button):
            row.addWidget(button)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(6)
        column.addWidget(self._name)
        column.addLayout(row)
        column.addWidget(self._said)
        self.hide()

    @property
    def text(self) -> str:
        """What it says."""
        return self._said.text()

    def show_installing(self, installing: Installing | None) -> None:
        """Show how far it is. Nothing is shown of None."""
        self.setVisible(installing is not None)
        if installing is None:
            self._state = None
            return
        state, progress = installing.state, installing.progress
        said = installing_sentence(installing)
        advice = installing_advice(installing)
        self._name.setText(installing.name)
        self._said.setText("\n".join(filter(None, [said, advice])))
        if progress is None:
            self._bar.setValue(0)
        elif progress.phase is not InstallPhase.FAILED:
            # What failed stays as far as it came; its own message says that it is over.
            self._bar.setValue(round(THOUSAND * progress.fraction))
        downloads = progress is None or progress.phase is InstallPhase.DOWNLOADING
        # What comes after the download cannot be taken up in the middle.
        can_pause = bool(installing.id) and downloads
        self.pause.setVisible(state is InstallationState.RUNNING and can_pause)
        self.resume.setVisible(state in _GOES_ON)
        is_running = state is InstallationState.RUNNING
        is_last_step = installing.is_in_place and not installing.is_exam
        self.cancel.setVisible((is_running and not is_last_step) or state in _GOES_ON)
        self.skip.setVisible(is_running and is_last_step)
        self.close_button.setVisible(state is InstallationState.DONE)
        is_download = progress is not None and not (installing.path or installing.is_exam)
        self.settings.setVisible(state is InstallationState.FAILED and is_download)
        if state is not self._state:
            announce(self, f"{installing.name}: {said}")
        self._state = state

    def _button(self, title: str, asked: SignalInstance | None = None) -> QPushButton:
        button = QPushButton(title, self)
        button.setAutoDefault(False)
        if asked is not None:
            button.clicked.connect(lambda: asked.emit())
        return button
