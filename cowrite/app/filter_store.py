"""Keeps a writer's filter: reads the stored one, fits a new one on the log, stores it.

Reading is quick; :meth:`FilterStore.refit` reads the log and imports numpy, so it belongs on a background thread.
"""

from __future__ import annotations

import logging
from pathlib import Path

from cowrite.base.errors import UserError
from cowrite.base.json_values import read_regular
from cowrite.base.system_reasons import reason_of
from cowrite.localization import tr, tr_noop
from cowrite.settings.newer_data import NewerDataError, is_newer_file, write_unless_newer
from cowrite.settings.private_file import set_aside
from cowrite.suggest.filter.writer_filter import VERSION, WriterFilter

logger = logging.getLogger(__name__)

WHAT = tr_noop("What was learned from your decisions was written by a newer version of Cowrite.")
MOST_EVENTS = 50_000
"""So many of the newest events are looked at: some ten thousand suggestions."""


class FilterStore:
    """The filter in ``filter_file``, fitted on ``decision_log``. Loads it at once; a damaged one is set aside.

    ``own_filter`` may be read from any thread; ``refit`` and ``forget`` are for one thread at a time.
    """

    def __init__(self, filter_file: Path, decision_log: Path) -> None:
        self._file = filter_file
        self._log = decision_log
        self._own_filter = self._load()

    @property
    def own_filter(self) -> WriterFilter | None:
        """The writer's own filter, or None: then the fixed one decides."""
        return self._own_filter

    def refit(self) -> WriterFilter | None:
        """Fit on the log as it is now, store and use what comes out. With too little in the log nothing changes.

        Returns the filter in use. Raises UserError if the log cannot be read or the filter cannot be stored; the one
        in use and its file are then as they were.
        """
        # Here, so that a start does not wait for what is needed a minute later on another thread.
        from cowrite.decisions.reader import tail
        from cowrite.suggest.filter.examples import examples_from_log
        from cowrite.suggest.filter.fit import fit_filter

        own_filter = fit_filter(examples_from_log(tail(self._log, MOST_EVENTS)))
        if own_filter is None:
            return self._own_filter
        try:
            write_unless_newer(self._file, own_filter.to_json().encode(), VERSION, WHAT, "version")
        except NewerDataError as error:
            logger.info("%s", error.message)  # what was learned serves until the end of the program
        except OSError as error:
            raise UserError(
                tr(
                    "What was learned from your decisions could not be stored ({reason}).",
                    reason=reason_of(error),
                ),
                tr("Check that the disk is not full. Suggestions continue as before."),
            ) from error
        self._own_filter = own_filter
        return own_filter

    def forget(self) -> None:
        """Go back to the fixed filter, and remove the file. Raises OSError."""
        self._file.unlink(missing_ok=True)
        self._own_filter = None

    def _load(self) -> WriterFilter | None:
        try:
            return WriterFilter.from_json(read_regular(self._file).decode())
        except FileNotFoundError:
            return None
        except ValueError as error:
            if is_newer_file(self._file, VERSION, "version"):
                return None
            # Only the kind of the error: its text may quote what is in the file.
            logger.warning("the stored filter cannot be used (%s)", type(error).__name__)
        except OSError as error:
            logger.warning("the stored filter cannot be read (%s)", error.strerror)
            return None
        try:
            set_aside(self._file)
        except OSError as error:
            logger.warning("the stored filter cannot be set aside (%s)", error.strerror)
        return None
