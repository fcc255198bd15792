"""How much there is to learn that was not there the last time. Imports nothing that trains: the window asks it too."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from cowrite.decisions.database.log_file import NoLogError, open_for_reading
from cowrite.decisions.events import OUTCOMES
from cowrite.personalize.adapters.outcome import read_outcome
from cowrite.settings.paths import Paths

# What a word takes on average with the space after it; a guess is enough to say whether a training is worth it.
CHARACTERS_PER_WORD = 6


@dataclass(frozen=True, slots=True, kw_only=True)
class NewData:
    """Words typed and suggestions decided on since ``last_run``, the local time of the last decision, or ever."""

    words: int = 0
    decisions: int = 0
    last_run: datetime | None = None


def read_new_data(paths: Paths) -> NewData:
    """What came since the last run that got to a decision: one that failed is none. Raises UserError."""
    last = read_outcome(paths)
    since_ms = last.at_ms if last is not None and last.status in ("promoted", "kept") else 0
    words, decisions = new_since(paths.decision_log, since_ms)
    last_run = datetime.fromtimestamp(since_ms / 1000) if since_ms else None
    return NewData(words=words, decisions=decisions, last_run=last_run)


def new_since(log: Path, since_ms: int) -> tuple[int, int]:
    """Words typed and suggestions decided on in the log since then; neither if there is no log. Raises UserError."""
    marks = ", ".join("?" * len(OUTCOMES))
    try:
        with open_for_reading(log) as connection:
            typed = connection.execute(
                "SELECT coalesce(sum(length(json_extract(details, '$.inserted'))), 0) FROM events "
                "WHERE kind = 'edited' AND at_ms > ? AND json_extract(details, '$.origin') = 'typed' "
                "AND substr(session_id, 1, 6) <> 'import'",
                (since_ms,),
            ).fetchone()[0]
            decided = connection.execute(
                f"SELECT count(*) FROM events WHERE kind IN ({marks}) AND at_ms > ? "  # noqa: S608 - marks only
                "AND substr(session_id, 1, 6) <> 'import'",
                (*(kind.value for kind in OUTCOMES), since_ms),
            ).fetchone()[0]
    except NoLogError:
        return 0, 0
    return int(typed) // CHARACTERS_PER_WORD, int(decided)
