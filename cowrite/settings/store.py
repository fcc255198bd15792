"""Preferences on disk: read leniently, written whole, never overwritten when damaged."""

from __future__ import annotations

import contextlib
import json
import logging
from dataclasses import asdict, dataclass, fields
from enum import Enum
from pathlib import Path

from cowrite.base.errors import UserError
from cowrite.base.json_values import SchemaError, read_json_file
from cowrite.base.system_reasons import reason_of
from cowrite.localization import tr, tr_noop
from cowrite.settings.newer_data import is_newer, is_newer_file, newer_data
from cowrite.settings.preferences import Preferences, checked
from cowrite.settings.private_file import copy_aside, set_aside, write_private

logger = logging.getLogger(__name__)

FORMAT = 1
"""Files without one are of the same; see :mod:`cowrite.settings.newer_data`."""
WHAT = tr_noop("The settings were written by a newer version of Cowrite.")


@dataclass(frozen=True, slots=True, kw_only=True)
class LoadedPreferences:
    """What was read, and a plain sentence for each thing that could not be.

    ``is_newer``: a newer version of Cowrite wrote it, and not all of it may mean what it seems to.
    """

    preferences: Preferences
    problems: tuple[str, ...] = ()
    is_newer: bool = False


class _Keep(Enum):
    """What must happen to the file that is there before it may be replaced."""

    NOTHING = "nothing"
    COPY = "copy"  # it held values that fell back to their defaults
    RENAME = "rename"  # it could not be read, or could not be set aside when it was


class PreferencesStore:
    """Reads and writes the settings file at ``path``."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._unknown: dict[str, object] = {}
        self._keep = _Keep.NOTHING
        self._loaded = False

    def load(self) -> LoadedPreferences:
        """What the file says; defaults where it is missing, damaged or says nothing sensible. Never raises."""
        self._unknown = {}
        self._keep = _Keep.NOTHING
        self._loaded = True
        try:
            stored = read_json_file(self._path, tolerant=True)
        except FileNotFoundError:
            return LoadedPreferences(preferences=Preferences())
        except OSError as error:
            self._keep = _Keep.RENAME
            reason = reason_of(error)
            return _usual(
                tr(
                    "The settings could not be read ({reason}); the default settings are used.",
                    reason=reason,
                )
            )
        except SchemaError:
            return self._set_aside()
        return self._from(stored) if isinstance(stored, dict) else self._set_aside()

    def save(self, preferences: Preferences) -> None:
        """Write ``preferences``, keeping what a newer version may have stored.

        Raises UserError, also for a file in a newer format; the file is then as it was.
        """
        if not self._loaded:
            self.load()
        stored = self._unknown | asdict(preferences) | {"format": FORMAT}
        data = json.dumps(stored, indent=2, sort_keys=True).encode() + b"\n"
        if is_newer_file(self._path, FORMAT):
            raise newer_data(WHAT)
        try:
            self._keep_what_is_there()
            write_private(self._path, data)
        except OSError as error:
            raise UserError(
                tr("The settings could not be saved ({reason}).", reason=reason_of(error)),
                tr(
                    "Check that {folder} can be written and that the disk is not full.",
                    folder=self._path.parent,
                ),
            ) from error

    def _keep_what_is_there(self) -> None:
        """Raises OSError; what is there must then not be replaced."""
        with contextlib.suppress(FileNotFoundError):  # somebody else took it away: nothing to keep
            match self._keep:
                case _Keep.COPY:
                    copy_aside(self._path, "before-repair")
                case _Keep.RENAME:
                    set_aside(self._path)
                case _Keep.NOTHING:
                    pass
        self._keep = _Keep.NOTHING

    def _set_aside(self) -> LoadedPreferences:
        try:
            aside = set_aside(self._path)
        except OSError:
            self._keep = _Keep.RENAME
            logger.exception("the damaged settings file could not be renamed")
            return _usual(tr("The settings file is damaged; the default settings are used."))
        return _usual(
            tr(
                "The settings file was damaged. It was set aside as {name}, "
                "and the default settings are used.",
                name=aside.name,
            )
        )

    def _from(self, stored: dict[str, object]) -> LoadedPreferences:
        known = {each.name for each in fields(Preferences)}
        newer = is_newer(stored, FORMAT)
        self._unknown = {name: value for name, value in stored.items() if name not in known}
        values: dict[str, object] = {}
        problems = []
        for name in sorted(known & stored.keys()):
            try:
                values[name] = checked(name, stored[name])
            except ValueError as error:
                problems.append(
                    tr(
                        "The setting “{name}” {error}; the default value is used. "
                        "The old file is kept next to the new one.",
                        name=name,
                        error=error,
                    )
                )
        self._keep = _Keep.COPY if problems else _Keep.NOTHING
        if newer:  # of which nothing is replaced
            problems = [str(newer_data(WHAT))]
        return LoadedPreferences(
            preferences=Preferences(**values),  # type: ignore[arg-type]
            problems=tuple(problems),
            is_newer=newer,
        )


def _usual(problem: str) -> LoadedPreferences:
    return LoadedPreferences(preferences=Preferences(), problems=(problem,))
