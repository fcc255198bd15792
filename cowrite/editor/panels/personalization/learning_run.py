"""One run of learning as it is to be shown: kept where the run is, so that every window shows the whole of it."""

from __future__ import annotations

from cowrite.editor.panels.personalization.learning_strings import (
    BEGINNING,
    doing,
    share_done,
    speed,
    time_left,
    way_pct,
)
from cowrite.localization import tr
from cowrite.personalize.training.progress import TrainingPhase, TrainingProgress

MOST_POINTS = 2_000
WHOLE = 1000
"""What :attr:`LearningRun.done` is at the end."""

Points = list[tuple[float, float]]


class LearningRun:
    """What was told since the run began.

    ``doing``, ``left`` and ``speed`` are words; ``done`` is of :data:`WHOLE` and never goes back; ``train`` and
    ``unseen`` are (percent of the way, loss) of the pages learned from, and of the others.
    """

    def __init__(self) -> None:
        self._doing: TrainingProgress | None = None  # not its words: another language may be chosen
        self._paced: TrainingProgress | None = None
        self.done = 0
        self.train: Points = []
        self.unseen: Points = []

    @property
    def doing(self) -> str:
        """What is being done."""
        return doing(self._doing) if self._doing is not None else tr(BEGINNING)

    @property
    def left(self) -> str:
        """How long it will take."""
        return time_left(self._paced) if self._paced is not None else ""

    @property
    def speed(self) -> str:
        """How fast it learns."""
        return speed(self._paced) if self._paced is not None else ""

    def add(self, progress: TrainingProgress) -> None:
        """How far it is now."""
        words = doing(progress)
        goes_on = bool(words) and words != self.doing
        if words:
            self._doing = progress
        share = share_done(progress)
        if share is not None:
            self.done = max(self.done, round(WHOLE * share))
        if goes_on and progress.phase is TrainingPhase.JUDGING:
            # How many steps of the test there are nobody says: each takes a part of what is left.
            self.done += (WHOLE - self.done) // 4
        if progress.phase is not TrainingPhase.PAUSED:
            self._paced = progress
        self._note(progress)

    def _note(self, progress: TrainingProgress) -> None:
        way = way_pct(progress)
        if way is None:
            return
        for points, loss in (
            (self.train, progress.train_loss),
            (self.unseen, progress.validation_loss),
        ):
            # The loss of unseen pages is measured now and then, and told again in between.
            is_new = not points or (points[-1][0] < way and points[-1][1] != loss)
            if loss is not None and is_new:
                points.append((way, loss))
                if len(points) > MOST_POINTS:
                    del points[1:-1:2]  # of a long run fewer points, but from its beginning on
