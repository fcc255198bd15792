"""The simulated typists for the evaluation: the controller and the settings of the window. Imports torch."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from pathlib import Path

from cowrite.base.errors import UserError
from cowrite.cli.simulation.recorded_typist import recorded_sessions
from cowrite.decisions.statistics.statistics import read_statistics
from cowrite.engine.decoding.step_control import StepControl
from cowrite.engine.jobs.runtime import Runtime
from cowrite.engine.messages import CompletionRequest, CompletionResult
from cowrite.engine.networks.steps import Cancelled
from cowrite.personalize.evaluation.measurement import Passage, Replay
from cowrite.personalize.training.control import Control, Stopped
from cowrite.settings.preferences import Preferences
from cowrite.suggest.settings import Length, SuggestSettings
from cowrite.suggest.simulation.living_typist import Hands
from cowrite.suggest.simulation.passage_replay import keys_saved, wpm_of

logger = logging.getLogger(__name__)

SPEED_DAYS = 90
"""How fast the writer types is what the log says of so many days."""


def replay_with(preferences: Preferences, control: Control, hands: Hands | None = None) -> Replay:
    """Keys saved in each passage with these ``preferences``; waits and stops as ``control`` says.

    ``hands`` are those of the typists, by default of people who write 49 words a minute.
    """
    settings = SuggestSettings(
        eagerness=preferences.eagerness,
        max_words=preferences.max_words,
        length=Length(preferences.length),
    )
    own = hands or Hands(sessions=recorded_sessions())

    def cancelled() -> bool:
        try:
            control.check_cancelled()
        except Stopped:
            return True
        return False

    def replay(runtime: Runtime, passages: Sequence[Passage]) -> list[float]:
        def answer(request: CompletionRequest) -> CompletionResult:
            result = runtime.complete(request, control=StepControl(cancelled=cancelled))
            if result is None:
                raise Cancelled
            return result

        pairs = [(passage.before, passage.target) for passage in passages]
        learn = runtime.ngrams.learn
        return keys_saved(pairs, hands=own, settings=settings, answer=answer, learn=learn)

    return replay


def writers_hands(log: Path, now_ms: int) -> Hands:
    """Hands as fast as the writer's by the decision log at ``log``; of 49 words a minute if it does not tell."""
    sessions = recorded_sessions()
    try:
        interval_ms = read_statistics(log, now_ms, SPEED_DAYS).typing_interval_ms
    except UserError as error:
        logger.info("how fast the writer types is not known: %s", error.message)
        interval_ms = None
    if interval_ms is None:
        return Hands(sessions=sessions)
    return Hands(sessions=sessions, wpm=wpm_of(interval_ms, sessions))
