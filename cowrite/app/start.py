"""How the desktop program begins and ends as a process: one instance, one application object, one log file."""

from __future__ import annotations

import gc
import os
import sys
from collections.abc import MutableMapping, Sequence
from pathlib import Path

from PySide6.QtCore import QSettings, QTimer
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QApplication

from cowrite import __version__
from cowrite.app.display_check import missing_display
from cowrite.app.language.qt_texts import speak
from cowrite.app.program import Program
from cowrite.app.shutdown_signals import ShutdownSignals
from cowrite.app.single_instance import SingleInstance
from cowrite.app.startup_error import show_start_problem
from cowrite.base.errors import UserError
from cowrite.documents.files_to_open import FilesToOpen, check_files
from cowrite.editor.common.accessible_role import tell_roles
from cowrite.editor.shell.ui_report import VARIABLE as UI_REPORT
from cowrite.editor.shell.ui_report import UiReport
from cowrite.localization import current, tr
from cowrite.settings.logs import start_logging
from cowrite.settings.paths import Paths

# The GIL switch interval: how long the engine's thread may keep the window's waiting. Python's default is 5 ms.
SWITCH_INTERVAL_S = 0.0005
# From then on Python collects garbage, which it does not while the window is built.
COLLECTS_AFTER_MS = 2_000
FCITX = ("fcitx", "fcitx5")


def display_available() -> bool:
    """Whether a window can be shown here."""
    return missing_display() is None


def run(files: Sequence[Path], paths: Paths, *, install_model: bool = False) -> int:
    """Open the window, or hand ``files`` to the one that is open. Returns the exit status; raises UserError.

    Whoever started it from a menu is told of a UserError in a window first.
    """
    if (problem := missing_display()) is not None:
        raise problem
    try:
        paths.create()
        opening = check_files(files)
        sys.setswitchinterval(SWITCH_INTERVAL_S)
        keep_dialog_settings(paths.config)
        with start_logging(paths.log_file) as log:
            log.catch_errors()
            return _run(make_application(), opening, paths, install_model=install_model)
    except UserError as error:
        make_application()
        show_start_problem(error)
        raise


def _run(
    application: QApplication, opening: FilesToOpen, paths: Paths, *, install_model: bool
) -> int:
    instance = SingleInstance(paths.instance_name, paths.data / "instance.lock")
    try:
        if not instance.begin_or_hand_over([loaded.path for loaded in opening.loaded]):
            print(tr("Cowrite is already running; its window was asked to come to the front."))  # noqa: T201
            return 0
        program = Program(application, paths, instance)
        signals = ShutdownSignals(lambda: _quit(program))
        report = UiReport(os.environ[UI_REPORT]) if os.environ.get(UI_REPORT) else None
        try:
            program.open(opening, install_model=install_model)
            QTimer.singleShot(COLLECTS_AFTER_MS, lambda: gc.enable())
            return application.exec()
        finally:
            program.close()
            signals.close()  # only now: a second request to end must not end the writing of unsaved text
            if report is not None:
                report.close()
    finally:
        instance.close()


def _quit(program: Program) -> None:
    program.manager.quit()


def keep_dialog_settings(folder: Path) -> None:
    """Have Qt keep in ``folder`` which folders its file dialogs showed last; it would beside all programs' settings."""
    QSettings.setPath(QSettings.Format.NativeFormat, QSettings.Scope.UserScope, str(folder))


def offer_ibus(environ: MutableMapping[str, str]) -> None:
    """Where fcitx is asked for, name ibus after it: Qt comes without a plugin for fcitx, which speaks ibus too."""
    if environ.get("QT_IM_MODULE") in FCITX and "QT_IM_MODULES" not in environ:
        environ["QT_IM_MODULES"] = f"{environ['QT_IM_MODULE']};ibus"


def make_application() -> QApplication:
    """The application object, which must be there before anything of Qt's windows."""
    existing = QApplication.instance()
    if isinstance(existing, QApplication):
        return existing
    offer_ibus(os.environ)
    QGuiApplication.setDesktopFileName("cowrite")
    application = QApplication(sys.argv[:1])
    application.setApplicationName("cowrite")
    # No display name: Qt would append it to the title of every dialog, with a dash of its own.
    application.setApplicationVersion(__version__)
    application.setStyle("Fusion")
    application.setQuitOnLastWindowClosed(False)  # the manager of windows says when it is empty
    tell_roles()
    speak(application, current())
    return application
