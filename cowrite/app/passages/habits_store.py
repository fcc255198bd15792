"""Keeps what was learned of the writer from their decisions on changes, in a private file: numbers and sentences."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Mapping
from pathlib import Path

from cowrite.base.errors import UserError
from cowrite.base.json_values import read_json, read_regular
from cowrite.base.system_reasons import reason_of
from cowrite.decisions.hunks import read_hunk_decisions
from cowrite.localization import tr, tr_noop
from cowrite.settings.newer_data import NewerDataError, is_newer_file, write_unless_newer
from cowrite.settings.private_file import set_aside
from cowrite.tasks.passage.habits import habits, kind_offsets
from cowrite.tasks.passage.noticed import FORMAT, Learned, Noticed, from_json, merged, to_json

logger = logging.getLogger(__name__)

WHAT = tr_noop("What was noticed about your decisions was written by a newer version of Cowrite.")


class HabitsStore:
    """Loads ``file`` at once; a damaged one is set aside, and begun anew. Works out anew from the ``log`` when asked.

    ``write`` has a function called that writes, on another thread, and is told of by a UserError if it cannot.
    """

    def __init__(self, file: Path, log: Path, write: Callable[[Callable[[], None]], None]) -> None:
        self._file = file
        self._log = log
        self._write = write
        self._lock = threading.RLock()  # what writes at once asks for it again
        self._learned = self._load() or Learned()

    @property
    def noticed(self) -> tuple[Noticed, ...]:
        """The sentences, also those that are switched off."""
        return self._learned.noticed

    @property
    def offsets(self) -> Mapping[str, float]:
        """How far each kind of change is shifted; see :func:`kind_offsets`."""
        return self._learned.offsets

    def refresh(self) -> None:
        """Work it out anew and keep it; takes a while, and is not for the window's thread.

        Raises UserError if the log cannot be read, or the file not be written.
        """
        decisions = read_hunk_decisions(self._log)
        found, offsets = habits(decisions), kind_offsets(decisions)
        with self._lock:
            kept = merged(self._learned.noticed, found)
            learned = Learned(noticed=kept, offsets=offsets)
            is_new, self._learned = learned != self._learned, learned
        if is_new:
            self._store()

    def change(self, noticed: tuple[Noticed, ...]) -> None:
        """The writer put it so."""
        with self._lock:
            self._keep(Learned(noticed=noticed, offsets=self._learned.offsets))

    def forget(self, *, everything: bool) -> None:
        """Know nothing more that came from the log; with ``everything`` nothing that the writer put so either."""
        with self._lock:
            own = () if everything else tuple(each for each in self.noticed if each.is_own)
            self._keep(Learned(noticed=own))

    def _keep(self, learned: Learned) -> None:
        if learned != self._learned:
            self._learned = learned
            self._write(self._store)

    def _store(self) -> None:
        with self._lock:
            text = to_json(self._learned)
        try:
            write_unless_newer(self._file, text.encode(), FORMAT, WHAT)
        except NewerDataError as error:
            logger.info("%s", error.message)  # the writer misses nothing that could be said
        except OSError as error:
            raise UserError(
                tr(
                    "What was noticed about your decisions could not be stored ({reason}).",
                    reason=reason_of(error),
                ),
                tr("Check that the disk is not full. Everything else continues as before."),
            ) from error

    def _load(self) -> Learned | None:
        try:
            return from_json(read_json(read_regular(self._file)))
        except FileNotFoundError:
            return None
        except ValueError as error:
            if is_newer_file(self._file, FORMAT):
                return None
            logger.warning("what was noticed cannot be used (%s)", type(error).__name__)
        except OSError as error:
            logger.warning("what was noticed cannot be read (%s)", error.strerror)
            return None
        try:
            set_aside(self._file)
        except OSError as error:
            logger.warning("what was noticed cannot be set aside (%s)", error.strerror)
        return None
