"""“Newer versions”: asking, what is new, how large it is, fetching the installer. Installing is up to the writer."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from PySide6.QtWidgets import (
    QCheckBox,
    QHBoxLayout,
    QProgressBar,
    QVBoxLayout,
    QWidget,
)

from cowrite import __version__
from cowrite.editor.common.connections import Connections
from cowrite.editor.common.fit_to_screen import keep_on_screen
from cowrite.editor.panels.shared.growing_dialog import GrowingDialog
from cowrite.editor.panels.shared.plain_parts import plain_button, wrapped_label
from cowrite.editor.panels.updates.update_host import UpdateHost
from cowrite.localization import sentences, tr, trn
from cowrite.updates.report import UpdateReport, download_text

WIDTH_CHARACTERS = 62
MOST_CHANGES = 12


class UpdatesWindow(GrowingDialog):
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
        host = self._host
        running, news = host.is_running, host.news
        fetching = running and host.action == "download"
        self.ask.setEnabled(not running)
        self.download.setText(tr("&Pause") if fetching else self._download_title())
        can_fetch = news is not None and news.installer and not news.place
        self.download.setVisible(fetching or can_fetch)
        self.download.setEnabled(fetching or not running)
        self.folder.setVisible(bool(news and news.place))
        self.progress.setVisible(fetching)
        if news is not None and news.bytes_total:
            self.progress.setRange(0, 1000)
            self.progress.setValue(round(1000 * min(news.bytes_done / news.bytes_total, 1)))
        else:
            self.progress.setRange(0, 0)
        self.said.setText(self._said())

    def _download_title(self) -> str:
        """What has arrived of a download that failed may be of no use."""
        host = self._host
        goes_on = host.news is not None and host.news.bytes_done and host.report is host.news
        return tr("&Go on") if goes_on else tr("Do&wnload")

    def _said(self) -> str:
        host = self._host
        report, news = host.report, host.news
        if host.is_running and host.action == "check":
            return tr("Asking…")
        if report is None:
            return ""
        if host.is_running and news is not None:
            return "\n".join([said_of(news), download_text(news)])
        if host.is_paused and news is not None:
            kept = tr(
                "Paused: {done:.0f} of {all:.0f} MB are here and are kept.",
                done=news.bytes_done / 1e6,
                all=news.bytes_total / 1e6,
            )
            return "\n".join([said_of(news), kept])
        return said_of(report)

    def _on_ask(self) -> None:
        self._host.check()

    def _on_download(self) -> None:
        if self._host.is_running:
            self._host.stop()
        else:
            self._host.download()

    def _on_folder(self) -> None:
        news = self._host.news
        if news is not None and news.place:
            self._show_folder(Path(news.place).parent)


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
    shown = report.changes[:MOST_CHANGES]
    lines += [f"• {line}" for line in shown]
    if more := len(report.changes) - len(shown):
        lines.append(trn("… and {count} more change", "… and {count} more changes", more))
    lines += [
        tr("{name}: {size:.0f} MB", name=name, size=size / 1e6)
        for name, size in report.packs.items()
    ]
    if not report.installer:
        lines.append(tr("Get it from where you got this one."))
    return "\n".join(lines)
