"""The settings as a command uses them."""

from __future__ import annotations

from cowrite.console import say
from cowrite.settings.newer_data import newer_data
from cowrite.settings.paths import Paths
from cowrite.settings.preferences import Preferences
from cowrite.settings.store import WHAT, PreferencesStore


def chosen_preferences(paths: Paths) -> Preferences:
    """What the settings say; what is wrong with them is said on standard error, and the defaults are used there.

    Raises UserError for settings of a newer version of Cowrite.
    """
    loaded = PreferencesStore(paths.settings_file).load()
    if loaded.is_newer:
        raise newer_data(WHAT)
    for problem in loaded.problems:
        say(f"cowrite: {problem}")
    return loaded.preferences
