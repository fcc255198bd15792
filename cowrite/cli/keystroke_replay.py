"""The simulated writer for the evaluation: the controller and the settings of the window. Imports torch."""

from __future__ import annotations

from collections.abc import Sequence

from cowrite.engine.decoding.step_control import StepControl
from cowrite.engine.jobs.runtime import Runtime
from cowrite.engine.messages import CompletionRequest, CompletionResult
from cowrite.engine.networks.steps import Cancelled
from cowrite.personalize.evaluation.measurement import Passage, Replay
from cowrite.personalize.training.control import Control, Stopped
from cowrite.settings.preferences import Preferences
from cowrite.suggest.settings import Length, SuggestSettings
from cowrite.suggest.simulation.passage_replay import keys_saved


def replay_with(preferences: Preferences, control: Control) -> Replay:
    """Keys saved in each passage with these ``preferences``; waits and stops as ``control`` says."""
    settings = SuggestSettings(
        eagerness=preferences.eagerness,
        max_words=preferences.max_words,
        length=Length(preferences.length),
    )

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
        return keys_saved(pairs, settings=settings, answer=answer, learn=runtime.ngrams.learn)

    return replay
