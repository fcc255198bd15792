"""From what stands after ``--adapter`` and ``--influence`` to a folder that may be used, and how far."""

from __future__ import annotations

import argparse
import os
from pathlib import Path

from cowrite.base.errors import UserError
from cowrite.engine.influence import Influence
from cowrite.localization import tr
from cowrite.models.store import InstalledModel
from cowrite.personalize.adapters.adapter_manifest import Base, is_adapter_id
from cowrite.personalize.adapters.registry import AdapterRegistry
from cowrite.settings.paths import Paths, with_home
from cowrite.settings.preferences import Preferences

NONE, IN_USE = "base", "active"


def chosen_adapter(name: str, paths: Paths, model: InstalledModel) -> Path | None:
    """The folder of the adapter ``name``: an id, a folder, “active” or “base” (None). Raises UserError.

    Of the registry's adapters every byte is read; a folder of somebody's own is looked at by the engine alone.
    """
    registry = AdapterRegistry(paths.adapters_dir)
    if name == NONE:
        return None
    if name == IN_USE:
        return registry.active_folder(Base(model.id, model.weights_sha256))
    if os.sep in name or (not is_adapter_id(name) and _is_folder(Path(name))):
        folder = with_home(Path(name))
        if not _is_folder(folder):
            raise UserError(
                tr("There is no folder {folder}.", folder=folder),
                tr("Give the folder of an adapter."),
            )
        return folder
    return registry.usable(name, Base(model.id, model.weights_sha256)).path


def add_influence(parser: argparse.ArgumentParser) -> None:
    """Describe ``--influence``."""
    parser.add_argument(
        "--influence",
        type=lambda name: name.replace("-", " "),
        choices=[each.value for each in Influence],
        help=tr(
            "how much your own words and the adapter shape suggestions (default: as in the settings)"
        ),
    )


def chosen_influence(arguments: argparse.Namespace, preferences: Preferences) -> Influence:
    """What ``--influence`` says, or the settings."""
    return Influence(arguments.influence or preferences.influence)


def _is_folder(path: Path) -> bool:
    try:
        return path.is_dir()
    except OSError:  # as a name that is too long
        return False
