"""Keeps what is known of the writer's hands between two starts: a few dozen numbers in a private file."""

from __future__ import annotations

import logging
from collections.abc import Callable
from pathlib import Path

from cowrite.base.errors import UserError
from cowrite.base.json_values import read_regular
from cowrite.base.system_reasons import reason_of
from cowrite.localization import tr, tr_noop
from cowrite.settings.newer_data import NewerDataError, is_newer_file, write_unless_newer
from cowrite.settings.private_file import set_aside
from cowrite.suggest.live.pauses import VERSION, TypingPauses
from cowrite.suggest.ports import Timer

logger = logging.getLogger(__name__)

EVERY_MS = 300_000
WHAT = tr_noop("What is known of the typing was written by a newer version of Cowrite.")


class PausesStore:
    """``pauses`` serve every page of the program. Loads ``file`` at once; a damaged one is set aside, and begun anew.

    ``write`` has a function called that writes, on another thread, and is told of by a UserError if it cannot.
    """

    def __init__(
        self, file: Path, timer: Timer, write: Callable[[Callable[[], None]], None]
    ) -> None:
        self._file = file
        self._timer = timer
        self._write = write
        self.pauses = self._load() or TypingPauses()
        self._kept = self.pauses.to_json()

    def start(self) -> None:
        """Keep it every few minutes from now on."""
        self._timer.start(EVERY_MS, self._on_due)

    def close(self) -> None:
        """Keep it for the last time."""
        self._timer.stop()
        self.keep()

    def keep(self) -> None:
        """Have it written, if there is anything new."""
        now = self.pauses.to_json()
        if now != self._kept:
            self._kept = now
            self._write(lambda: self._store(now))

    def forget(self) -> None:
        """Know nothing of the writer any more, and remove the file. Raises OSError."""
        self.pauses.forget()
        self._kept = self.pauses.to_json()
        self._file.unlink(missing_ok=True)
        self._write(self._remove)  # after what is being written at this moment

    def _on_due(self) -> None:
        self.keep()
        self.start()

    def _store(self, text: str) -> None:
        try:
            write_unless_newer(self._file, text.encode(), VERSION, WHAT, "version")
        except NewerDataError as error:
            logger.info("%s", error.message)  # the writer misses nothing that could be said
        except OSError as error:
            raise UserError(
                tr(
                    "How fast you type could not be stored ({reason}).",
                    reason=reason_of(error),
                ),
                tr("Check that the disk is not full. Suggestions continue as before."),
            ) from error

    def _remove(self) -> None:
        try:
            self._file.unlink(missing_ok=True)
        except OSError as error:
            raise UserError(
                tr(
                    "How fast you type could not be deleted ({reason}).",
                    reason=reason_of(error),
                ),
                tr("Delete {path} yourself.", path=self._file),
            ) from error

    def _load(self) -> TypingPauses | None:
        try:
            return TypingPauses.from_json(read_regular(self._file).decode())
        except FileNotFoundError:
            return None
        except ValueError as error:
            if is_newer_file(self._file, VERSION, "version"):
                return None
            logger.warning("what is known of the typing cannot be used (%s)", type(error).__name__)
        except OSError as error:
            logger.warning("what is known of the typing cannot be read (%s)", error.strerror)
            return None
        try:
            set_aside(self._file)
        except OSError as error:
            logger.warning("what is known of the typing cannot be set aside (%s)", error.strerror)
        return None
