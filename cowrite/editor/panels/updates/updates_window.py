"""“Newer versions”: asking, what is new, how large it is, fetching the installer. Installing is up to the writer."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from PySide6.QtWidgets import (
    QCheckBox,
    QDialog,
    QHBoxLayout,
    QProgressBar,
    QVBoxLayout,
    QWidget,
)

from cowrite import __version__
from cowrite.editor.common.connections import Connections
from cowrite.editor.common.fit_to_screen import keep_on_screen
from cowrite.editor.panels.shared.plain_parts import plain_button, wrapped_label
from cowrite.editor.panels.updates.update_host import UpdateHost
from cowrite.localization import sentences, tr
from cowrite.updates.report import UpdateReport

WIDTH_CHARACTERS = 62


class UpdatesWindow(QDialog):
    """``set_daily`` is called when the writer wants to be asked for every day, or no more."""

    def __init__(
        self,
        host: UpdateHost,
        parent: QWidget,
        *,
        is_daily: bool,
        set_daily: Callable[[bool], object],
        show_folder: Callable[[Path], object],
    ) -> None:
        super().__init__(parent)
        self._host, self._show_folder = host, show_folder
        self.setWindowTitle(tr("Newer versions"))
        self.introduction = wrapped_label(
            tr(
                "This is Cowrite {version}. When you ask for newer versions, the address of this computer and nothing "
                "else reaches the server. Nothing is installed by itself.",
                version=__version__,
            ),
            self,
        )
        self.daily = QCheckBox(tr("Ask once a &day"), self)
        self.daily.setChecked(is_daily)
        self.daily.toggled.connect(lambda on: set_daily(on))
        self.said = wrapped_label("", self)
        self.said.setAccessibleName(tr("Message"))
        self.progress = QProgressBar(self)
        self.progress.setAccessibleName(tr("Progress"))
        self.progress.setTextVisible(False)
        self.ask = plain_button(tr("Ask &now"), self._on_ask, self)
        self.download = plain_button(tr("Do&wnload"), self._on_download, self)
        self.folder = plain_button(tr("Show in &folder"), self._on_folder, self)
        self.close_button = plain_button(tr("C&lose"), self.close, self)
        self._lay_out()
        following = Connections()
        following.add(host.changed, self._show)
        self.finished.connect(following.end)
        self._show()
        keep_on_screen(self)

    def _lay_out(self) -> None:
        buttons = QHBoxLayout()
        for button in (self.ask, self.download, self.folder):
            buttons.addWidget(button)
        buttons.addStretch(1)
        buttons.addWidget(self.close_button)
        column = QVBoxLayout(self)
        column.setContentsMargins(20, 20, 20, 16)
        column.setSpacing(14)
        for widget in (self.introduction, self.daily, self.said, self.progress):
            column.addWidget(widget)
        column.addStretch(1)
        column.addLayout(buttons)
        self.setMinimumWidth(self.fontMetrics().averageCharWidth() * WIDTH_CHARACTERS)

    def _show(self) -> None:
        running, report = self._host.is_running, self._host.report
        fetching = running and self._host.action == "download"
        self.ask.setEnabled(not running)
        self.download.setText(tr("&Pause") if fetching else tr("Do&wnload"))
        can_fetch = report is not None and report.installer and not report.place
        self.download.setVisible(fetching or can_fetch)
        self.download.setEnabled(fetching or not running)
        self.folder.setVisible(bool(report and report.place))
        self.progress.setVisible(fetching)
        if report is not None and report.bytes_total:
            self.progress.setRange(0, 1000)
            self.progress.setValue(round(1000 * min(report.bytes_done / report.bytes_total, 1)))
        else:
            self.progress.setRange(0, 0)
        if running and self._host.action == "check":
            self.said.setText(tr("Asking…"))
        elif report is not None:
            self.said.setText(said_of(report))

    def _on_ask(self) -> None:
        self._host.check()

    def _on_download(self) -> None:
        if self._host.is_running:
            self._host.stop()
        else:
            self._host.download()

    def _on_folder(self) -> None:
        report = self._host.report
        if report is not None and report.place:
            self._show_folder(Path(report.place).parent)


def said_of(report: UpdateReport) -> str:
    """What a check or a download found, with what is new in lines of its own."""
    if report.problem:
        return sentences(report.problem, report.advice)
    if report.place:
        return tr(
            "“{name}” was downloaded and checked. Close Cowrite and open it to install.",
            name=Path(report.place).name,
        )
    if not report.is_newer:
        return tr("This is the newest version.")
    lines = [tr("Cowrite {version} is there.", version=report.version)]
    lines += [f"• {line}" for line in report.changes]
    lines += [
        tr("{name}: {size:.0f} MB", name=name, size=size / 1e6)
        for name, size in report.packs.items()
    ]
    if not report.installer:
        lines.append(tr("Get it from where you got this one."))
    return "\n".join(lines)
