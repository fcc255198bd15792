"""What the window of models leads to."""

from __future__ import annotations

from open_program import OpenIt

from cowrite.editor.panels.models.models_window import ModelsWindow
from cowrite.editor.panels.settings.settings_dialog import SettingsDialog
from cowrite.editor.shell.window_commands import WindowCommands


def test_a_failed_download_leads_to_the_settings_of_downloads(open_it: OpenIt) -> None:
    program = open_it()
    registry = program.window.findChild(WindowCommands).registry
    registry.run("models.show")
    (models,) = program.window.findChildren(ModelsWindow)
    models.bar.settings.click()
    (settings,) = program.window.findChildren(SettingsDialog)
    shown = [name for name, row in settings.rows.items() if row.isVisibleTo(settings)]
    assert shown == ["download_mirror", "download_proxy"]
