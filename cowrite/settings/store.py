"""Preferences on disk: read leniently, written whole, never overwritten when damaged."""

from __future__ import annotations

import json
import logging
import shutil
from dataclasses import asdict, dataclass, fields
from pathlib import Path

from cowrite.errors import UserError
from cowrite.settings.preferences import Preferences, checked
from cowrite.settings.private_file import set_aside, write_private

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class LoadedPreferences:
    """What was read, and a plain sentence for each thing that could not be."""

    preferences: Preferences
    problems: tuple[str, ...] = ()


class PreferencesStore:
    """Reads and writes the settings file at ``path``."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._unknown: dict[str, object] = {}
        self._copy_before_saving = False

    def load(self) -> LoadedPreferences:
        """What the file says; defaults where it is missing, damaged or says nothing sensible."""
        self._unknown = {}
        try:
            raw = self._path.read_bytes()
        except FileNotFoundError:
            return LoadedPreferences(preferences=Preferences())
        except OSError as error:
            reason = error.strerror or str(error)
            return LoadedPreferences(
                preferences=Preferences(),
                problems=(f"The settings could not be read ({reason}); the usual ones are used.",),
            )
        try:
            stored = json.loads(raw.decode("utf-8"))
            if not isinstance(stored, dict):
                raise ValueError("not an object")
        except ValueError:
            return self._set_aside()
        return self._from(stored)

    def save(self, preferences: Preferences) -> None:
        """Write ``preferences``, keeping what a newer version may have stored. Raises UserError."""
        try:
            if self._copy_before_saving and self._path.exists():
                copy = self._path.with_name(f"{self._path.stem}.before-repair{self._path.suffix}")
                shutil.copy2(self._path, copy)
                self._copy_before_saving = False
            stored = self._unknown | asdict(preferences)
            write_private(self._path, json.dumps(stored, indent=2, sort_keys=True).encode() + b"\n")
        except OSError as error:
            raise UserError(
                f"The settings could not be saved ({error.strerror or error}).",
                f"Check that {self._path.parent} can be written and that the disk is not full.",
            ) from error

    def _set_aside(self) -> LoadedPreferences:
        try:
            aside = set_aside(self._path)
            problem = (
                f"The settings file was damaged. It was set aside as {aside.name}, "
                "and the usual settings are used."
            )
        except OSError:
            logger.exception("the damaged settings file could not be renamed")
            problem = "The settings file is damaged; the usual settings are used."
        return LoadedPreferences(preferences=Preferences(), problems=(problem,))

    def _from(self, stored: dict[str, object]) -> LoadedPreferences:
        known = {each.name for each in fields(Preferences)}
        self._unknown = {name: value for name, value in stored.items() if name not in known}
        values: dict[str, object] = {}
        problems = []
        for name in known & stored.keys():
            try:
                values[name] = checked(name, stored[name])
            except ValueError as error:
                problems.append(
                    f"The setting “{name}” {error}; the usual value is used. "
                    "The old file is kept beside the new one."
                )
        self._copy_before_saving = bool(problems)
        return LoadedPreferences(
            preferences=Preferences(**values),  # type: ignore[arg-type]
            problems=tuple(sorted(problems)),
        )
