"""How many keys suggestions save in given passages at real typing speed: what the promotion gate asks of typists.

The typist who waits after each key saves several times as many; that figure is the ceiling, and not what is judged by.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from statistics import fmean, median
from zlib import crc32

from cowrite.suggest.settings import SuggestSettings
from cowrite.suggest.simulation.living_typist import Hands, Learn, LivingTypist
from cowrite.suggest.simulation.recorded_gaps import (
    CHARACTERS_PER_WORD,
    RecordedSession,
    mean_gap_ms,
)
from cowrite.suggest.simulation.remembered_answers import RememberedAnswers
from cowrite.suggest.simulation.simulated_engine import Answer

TYPISTS = 8
"""So many type each passage, and the mean of what they save counts: when somebody pauses is chance."""
SLOWEST_WPM, FASTEST_WPM = 20.0, 100.0
"""Beyond these a speed is taken for the nearer one: nobody types so, and the recorded gaps say nothing of it."""


def keys_saved(
    passages: Sequence[tuple[str, str]],
    *,
    hands: Hands,
    settings: SuggestSettings,
    answer: Answer,
    learn: Learn,
    typists: int = TYPISTS,
) -> list[float]:
    """Net keys saved in each passage, given as (before, target), on average over so many ``typists`` like ``hands``.

    Net: less a quarter key for each ghost of which nothing was taken. The same passage always has the same typists.
    What is learned of one is forgotten after it.
    """
    saved: list[float] = []
    for before, target in passages:
        answers = RememberedAnswers(answer, learn)
        first = crc32(target.encode("utf-8", "surrogatepass"))
        reports = [
            LivingTypist(
                before,
                target,
                hands=replace(hands, seed=first + number),
                settings=settings,
                answer=answers,
                learn=answers.learn,
            ).write()
            for number in range(typists)
        ]
        answers.forget()
        saved.append(fmean(each.net_saved_pct * each.characters / 100 for each in reports))
    return saved


def wpm_of(interval_ms: float, sessions: Sequence[RecordedSession]) -> float:
    """Words per minute of a writer whose median time between two keys is ``interval_ms``.

    Their pauses are believed to be as much longer than their usual gaps as those of the recorded writers. Raises
    ValueError where there are no gaps.
    """
    gaps = [
        gap
        for session in sessions
        for word in session.words
        for gap in (word.first, *word.within, *word.marks)
    ]
    wpm = 60_000 / (CHARACTERS_PER_WORD * mean_gap_ms(sessions)) * median(gaps) / interval_ms
    return min(max(wpm, SLOWEST_WPM), FASTEST_WPM)
