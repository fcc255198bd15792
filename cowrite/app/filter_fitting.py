"""Learns from the writer's decisions now and then, on a thread of its own: the filter, and habits."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable

from cowrite.base.errors import UserError

logger = logging.getLogger(__name__)

FIRST_S = 60.0
EVERY_S = 1_800.0
# A fit is stored whole or not at all, and comes again after the next start.
END_PATIENCE_S = 0.2


class FilterFitting:
    """Calls ``refits`` a minute after the start, when nobody waits for anything any more, and then every half hour."""

    def __init__(self, *refits: Callable[[], object]) -> None:
        self._refits = refits
        self._end = threading.Event()
        self._thread = threading.Thread(target=self._run, name="cowrite-filter", daemon=True)

    def start(self) -> None:
        """Begin waiting."""
        self._thread.start()

    def close(self) -> None:
        """End; waits a moment for a fit that is under way."""
        self._end.set()
        if self._thread.ident is not None:
            self._thread.join(END_PATIENCE_S)

    def _run(self) -> None:
        wait_s = FIRST_S
        while not self._end.wait(wait_s):
            wait_s = EVERY_S
            for refit in self._refits:
                try:
                    refit()
                except UserError as error:
                    logger.info("nothing was fitted: %s", error.message)
                except Exception:
                    logger.exception("what is learned from decisions could not be fitted")
                    return
