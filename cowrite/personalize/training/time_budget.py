"""How long each stage of a training run may take, and how long it will: wall-clock seconds without the pauses."""

from __future__ import annotations

from collections.abc import Callable

from cowrite.personalize.settings import TrainingSettings
from cowrite.personalize.training.control import Control
from cowrite.personalize.training.training_run import PREFERENCES, TEXTS, TrainerState


class TimeBudget:
    """The time of a run by ``settings``. ``clock`` gives seconds; with ``has_preferences`` there are two stages.

    Not kept in the checkpoint: the next run may have more time.
    """

    def __init__(
        self,
        settings: TrainingSettings,
        control: Control,
        clock: Callable[[], float],
        *,
        has_preferences: bool,
    ) -> None:
        self._settings = settings
        self._control = control
        self._clock = clock
        self._has_preferences = has_preferences
        self._resumed_at_s = 0.0

    def start(self) -> None:
        """The run begins, or goes on from a checkpoint, now."""
        self._resumed_at_s = self._clock()
        self._control.paused_s = 0.0

    def spent_s(self, state: TrainerState) -> float:
        """How long the run has taken so far, in this process and those before."""
        return state.seconds + self._clock() - self._resumed_at_s - self._control.paused_s

    def of_stage(self, state: TrainerState) -> tuple[float, float]:
        """For how many seconds this stage has run, and for how many it may."""
        allowed_s = 60 * self._settings.max_minutes
        for_texts = 1 - self._settings.preference_share
        if state.stage == PREFERENCES:
            allowed_s = min(allowed_s, state.earlier_s / for_texts)
        elif self._has_preferences:
            allowed_s *= for_texts
        used_s = self.spent_s(state) - state.earlier_s
        return used_s, allowed_s - state.earlier_s - state.look_s

    def is_over(self, state: TrainerState) -> bool:
        """Whether the stage's time is over."""
        used_s, allowed_s = self.of_stage(state)
        return used_s >= allowed_s

    def likely_steps(self, state: TrainerState, total: int) -> int:
        """How many steps there will be: all, or those that the time allows, so that the rate falls to 0 either way."""
        used_s, allowed_s = self.of_stage(state)
        time_used = used_s / allowed_s if allowed_s > 0 else 1.0
        if not state.step or time_used <= 0:
            return total
        return min(total, max(state.step, round(state.step / time_used)))

    def left_s(
        self, state: TrainerState, done: float, tokens: int, preference_tokens: int
    ) -> float | None:
        """For how long the run will go on; None if nothing can be said yet.

        ``done`` is the fraction of this stage's steps, ``tokens`` what was read for them, ``preference_tokens`` those
        of the stage that follows.
        """
        if not done:
            return None
        used_s, allowed_s = self.of_stage(state)
        left_s = min(used_s / done - used_s, allowed_s - used_s)
        if state.stage == TEXTS and tokens:
            # As long as all preferences take, forward, backward and without the adapter, or as there will be time.
            share = self._settings.preference_share
            later_s = preference_tokens * self.spent_s(state) / tokens * 4 / 3
            left_s += min(later_s, (used_s + left_s) * share / (1 - share))
        return max(0.0, left_s)
