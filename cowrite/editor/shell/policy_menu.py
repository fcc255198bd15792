"""The part of the suggestions menu that makes them rarer: how eager, not now, not here."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from PySide6.QtGui import QAction
from PySide6.QtWidgets import QMenu, QWidgetAction

from cowrite.editor.document.suggestion_policy import PauseReason, Snooze
from cowrite.editor.shell.eagerness_slider import EagernessSlider
from cowrite.editor.shell.window import EditorWindow
from cowrite.editor.shell.window_manager import WindowManager
from cowrite.settings.exclusions import is_excluded, same_place


class PolicyMenu:
    """Adds its entries to ``menu``, and keeps them true while it is open."""

    def __init__(
        self, menu: QMenu, window: EditorWindow, manager: WindowManager, snooze: Snooze
    ) -> None:
        self._window = window
        self._manager = manager
        self._snooze = snooze
        self._slider = EagernessSlider(lambda value: manager.change(eagerness=value), menu)
        entry = QWidgetAction(menu)
        entry.setText("How often to suggest")
        entry.setDefaultWidget(self._slider)
        menu.addAction(entry)
        self._snooze_menu = menu.addMenu("Sno&oze")
        self._fill_snooze()
        self._file = self._checkable(menu, "Ne&ver in this file")
        self._file.triggered.connect(lambda: self._switch(self._window.active_view.document.path))
        self._folder = self._checkable(menu, "Never in this &folder")
        self._folder.triggered.connect(lambda: self._switch(self._folder_path))
        menu.aboutToShow.connect(self.update)
        manager.preferences_changed.connect(self._slider_follows)
        self.update()

    def _fill_snooze(self) -> None:
        menu, quiet = self._snooze_menu, self._window.active_view.document.policy
        menu.addAction("For &15 minutes").triggered.connect(lambda: self._snooze.for_a_while())
        menu.addAction("&Until tomorrow").triggered.connect(lambda: self._snooze.until_tomorrow())
        menu.addAction("Until this &file is closed").triggered.connect(lambda: quiet.snooze_here())
        self._wake = menu.addAction("&Resume")
        self._wake.triggered.connect(lambda: quiet.wake())
        menu.aboutToShow.connect(self.update)

    @staticmethod
    def _checkable(menu: QMenu, title: str) -> QAction:
        action = menu.addAction(title)
        action.setCheckable(True)
        return action

    @property
    def _folder_path(self) -> Path | None:
        path = self._window.active_view.document.path
        return path.parent if path else None

    def update(self) -> None:
        """Show what holds now."""
        quiet = self._window.active_view.document.policy.quiet
        snoozing = (PauseReason.SNOOZED, PauseReason.SNOOZED_HERE)
        self._wake.setVisible(quiet is not None and quiet.reason in snoozing)
        self._show(self._file, self._window.active_view.document.path)
        self._show(self._folder, self._folder_path)
        self._slider.follow(self._manager.preferences.eagerness)

    def _slider_follows(self) -> None:
        self._slider.follow(self._manager.preferences.eagerness)

    def _show(self, action: QAction, path: Path | None) -> None:
        """What a folder further up excludes is checked, but cannot be allowed here alone."""
        excluded = self._manager.preferences.excluded
        action.setChecked(is_excluded(path, excluded))
        action.setEnabled(path is not None and not is_excluded(path, _without(path, excluded)))

    def _switch(self, path: Path | None) -> None:
        if path is None:
            return
        before = self._manager.preferences.excluded
        after = tuple(_without(path, before))
        self._manager.change(excluded=after if after != before else (*before, str(path)))
        self.update()


def _without(path: Path, excluded: Sequence[str]) -> Sequence[str]:
    return tuple(entry for entry in excluded if not same_place(entry, str(path)))
