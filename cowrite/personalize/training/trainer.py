"""The training loop: accumulate, step, look at the validation text, remember the best, and be able to go on later.

Nothing is drawn from a state that runs along: order and dropout follow from the seed and the number of the step. So a
checkpoint is the adapter, the optimizer's memory and a few numbers, and a run that was stopped in the middle of a step
does that step again and ends with the very same adapter, unless there is too little time for all steps.
"""

from __future__ import annotations

import logging
import math
import time
from collections.abc import Callable, Sequence
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

import torch
from torch import Tensor
from torch.optim import Optimizer

from cowrite.localization import tr, tr_noop
from cowrite.personalize.data.packing import (
    Piece,
    epoch_steps,
    packed,
)
from cowrite.personalize.networks.trainable import Trainable
from cowrite.personalize.settings import TrainingSettings
from cowrite.personalize.training.adapter_scale import harmless_scale, scaled
from cowrite.personalize.training.batch_losses import BatchLosses
from cowrite.personalize.training.checkpoints import (
    Checkpoint,
    load_checkpoint,
    optimizer_tensors,
    restore_optimizer,
    save_checkpoint,
)
from cowrite.personalize.training.control import Control, Stopped
from cowrite.personalize.training.preference_stage import (
    plan_preferences,
)
from cowrite.personalize.training.progress import TrainingPhase, TrainingProgress
from cowrite.personalize.training.run_plan import fingerprint_of, scheduled, seed_of
from cowrite.personalize.training.time_budget import TimeBudget
from cowrite.personalize.training.training_run import (
    DONE,
    PREFERENCES,
    TEXTS,
    NothingLearned,
    Trained,
    TrainerState,
    TrainingData,
)

# The preference stage may cost so much of what the texts taught, in nats per token: a percent of perplexity.
MOST_LOST = 0.01
logger = logging.getLogger(__name__)

CHECKING = tr_noop("checking pages that are not trained on")
WEIGHING = tr_noop("checking that other people's texts are predicted as well as before")


Work = Callable[[Any, int | None], tuple[Tensor, float, int]]


class Trainer:
    """Trains ``model`` on ``data``; ``folder`` keeps its checkpoint. ``clock`` gives seconds."""

    def __init__(
        self,
        model: Trainable,
        data: TrainingData,
        settings: TrainingSettings,
        folder: Path,
        *,
        device: torch.device,
        control: Control | None = None,
        on_progress: Callable[[TrainingProgress], None] = lambda _: None,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._model, self._data, self._settings = model, data, settings
        self._folder = folder
        self._control = control or Control()
        self._on_progress, self._clock = on_progress, clock
        self._parameters = [each for each in model.parameters() if each.requires_grad]
        self._fingerprint = fingerprint_of(
            settings, data.identity, data.train, data.validation, data.pairs, data.unpaired
        )
        self._preferences = plan_preferences(data.pairs, data.unpaired, settings)
        self._time = TimeBudget(
            settings, self._control, clock, has_preferences=bool(self._preferences.steps)
        )
        self._losses = BatchLosses(model, settings, device, self._control)
        self._state = TrainerState()
        self._optimizer: Optimizer = self._new_optimizer(settings.learning_rate)
        self._best: dict[str, Tensor] = {}
        self._saved_at = 0.0
        self._validation = packed(data.validation, settings.micro_batch_tokens)
        self._train_loss: float | None = None
        self._last = TrainingProgress(phase=TrainingPhase.TRAINING)

    def run(self) -> Trained:
        """Train until it gets no better, everything is read or the time is over.

        Raises Stopped with a checkpoint written, NothingLearned if no adapter is better than none or the numbers ran
        away; then there is no checkpoint of use.
        """
        self._begin_or_resume()
        self._saved_at = self._clock()
        self._time.start()
        # The first validation takes a while, and the first step too.
        self._last = replace(self._last, step=self._state.step, phase=self._phase())
        self._on_progress(self._last)
        try:
            if self._state.stage == TEXTS:
                self._learn_texts()
                self._enter_preferences()
            self._learn_preferences()
            return self._trained()
        except Stopped:
            self._save()
            raise

    # --- stages ---

    def _learn_texts(self) -> None:
        settings, state = self._settings, self._state
        per_epoch = len(self._steps_of(0))
        total = max(1, math.ceil(per_epoch * settings.epochs))
        every = max(1, round(per_epoch / settings.checks_per_epoch))
        steps: list[Any] = []
        known = -1
        while True:
            # Looked at here and not after the step: a run that was stopped in between looks now.
            is_last = state.step >= total or self._time.is_over(state)
            is_due = state.step % every == 0 or is_last
            if is_due and state.last_validation[0] != state.step:
                self._record_validation(self._validate())
            if is_last or state.worse >= settings.patience:
                return
            epoch, number = divmod(state.step, per_epoch)
            if epoch != known:
                steps, known = self._steps_of(epoch), epoch
            # Another order may need another micro-batch more or less, and so another step.
            batches = steps[number] if number < len(steps) else steps[-1]
            self._step(batches, self._losses.of_text, settings.learning_rate, total)
            self._save_if_due()

    def _enter_preferences(self) -> None:
        """From the best adapter on, with a new optimizer."""
        state = self._state
        if not self._preferences.steps or state.best_step == 0:
            state.stage = DONE
            return
        self._model.set_factors(self._best)
        self._optimizer = self._new_optimizer(self._settings.preference_rate)
        state.stage, state.step = PREFERENCES, 0
        state.earlier_s = self._time.spent_s(state)
        self._save()

    def _learn_preferences(self) -> None:
        """Kept only if what was held back is told apart better, and the texts are predicted as well as before."""
        state, steps = self._state, self._preferences.steps
        if state.stage != PREFERENCES:
            return
        if state.step == 0:
            state.choice_loss = self._mean_choice_loss()
            # The same look is due at the end.
            state.look_s, _ = self._time.of_stage(state)
        try:
            while state.step < len(steps) and not self._time.is_over(state):
                rate = self._settings.preference_rate
                self._step(steps[state.step], self._losses.of_choices, rate, len(steps))
                self._save_if_due()
            if state.step:
                self._judge_preferences()
        except NothingLearned:
            logger.info("what was preferred could not be learned; the texts count alone")
        state.stage = DONE

    def _judge_preferences(self) -> None:
        state = self._state
        loss, choice_loss = self._validate(), self._mean_choice_loss()
        state.curve.append(
            {
                "step": state.step,
                "validation_loss": loss,
                "choice_loss_before": state.choice_loss,
                "choice_loss": choice_loss,
            }
        )
        if loss <= state.best_loss + MOST_LOST and choice_loss < state.choice_loss:
            self._best, state.best_loss = self._model.copy_factors(), loss
            state.choices_used = self._preferences.count(state.step)

    @torch.no_grad()
    def _trained(self) -> Trained:
        """The best adapter, as strong as it may be. What :meth:`run` raises."""
        state = self._state
        if state.best_step == 0:
            raise NothingLearned(
                tr("The model learned nothing useful from the texts. Nothing was changed.")
            )
        scale = 1.0
        if self._data.general:
            self._on_progress(replace(self._last, message=tr(WEIGHING)))
            general = packed(self._data.general, self._settings.micro_batch_tokens)
            scale = harmless_scale(
                self._model, self._best, lambda: self._losses.mean_of_texts(general)
            )
        loss = self._losses.mean_of_texts(self._validation) if scale < 1 else state.best_loss
        seconds = self._time.spent_s(state)
        # The state itself stays that of the whole adapter: stopped in here, all of this is done again.
        told = replace(state, seconds=seconds, best_loss=loss)
        return Trained(scaled(self._best, scale), told, state.choices_used, scale)

    def _mean_choice_loss(self) -> float:
        """Of the preferences that are held back."""
        self._on_progress(replace(self._last, message=tr(CHECKING)))
        return self._losses.mean_of_choices(self._preferences.held)

    def _steps_of(self, epoch: int) -> list[list[list[Piece]]]:
        settings = self._settings
        return epoch_steps(
            self._data.train,
            seed=settings.seed,
            epoch=epoch,
            micro_tokens=settings.micro_batch_tokens,
            batch_tokens=settings.batch_tokens,
        )

    # --- one step ---

    def _step(self, batches: Sequence[Any], work: Work, rate: float, total: int) -> None:
        state, settings = self._state, self._settings
        for parameter in self._parameters:
            parameter.grad = None
        all_loss = all_weight = 0.0
        tokens = 0
        for number, batch in enumerate(batches):
            seed = seed_of(settings.seed, state.stage, state.step, number)
            loss, weight, count = work(batch, seed if settings.dropout else None)
            loss.backward()  # type: ignore[no-untyped-call]
            all_loss, all_weight = all_loss + float(loss.detach()), all_weight + weight
            tokens += count
            self._tell((number + 1) / (len(batches) + 1), total, tokens)
        for parameter in self._parameters:
            if parameter.grad is not None:
                parameter.grad /= all_weight
        norm = float(torch.nn.utils.clip_grad_norm_(self._parameters, settings.clip_norm))
        if not (math.isfinite(all_loss) and math.isfinite(norm)):
            raise NothingLearned(
                tr("Training failed to converge and was stopped. Nothing was changed."),
                tr("Try a smaller learning rate, such as --set learning_rate=1e-4."),
            )
        now = rate * scheduled(state.step, self._time.likely_steps(state, total), settings.warmup)
        for group in self._optimizer.param_groups:
            group["lr"] = now
        self._optimizer.step()
        state.step += 1
        state.tokens += tokens
        self._train_loss = all_loss / all_weight
        state.curve.append(
            {"step": state.step, "tokens": state.tokens, "train_loss": self._train_loss}
        )
        self._tell(0.0, total)

    def _validate(self) -> float:
        """Mean loss of the validation text, in nats per token."""
        self._on_progress(replace(self._last, message=tr(CHECKING)))
        return self._losses.mean_of_texts(self._validation)

    def _record_validation(self, loss: float) -> None:
        state = self._state
        if not math.isfinite(loss):
            raise NothingLearned(
                tr("Training failed to converge and was stopped. Nothing was changed."),
                tr("Try a smaller learning rate, such as --set learning_rate=1e-4."),
            )
        state.curve.append({"step": state.step, "validation_loss": loss})
        if state.step == 0:
            state.first_loss = loss
        if loss < state.best_loss:
            state.best_loss, state.best_step, state.worse = loss, state.step, 0
            self._best = self._model.copy_factors()
        else:
            state.worse += 1

    def _tell(self, part: float, total: int, tokens: int = 0) -> None:
        """Say how far it is: all steps so far, ``part`` of another, and its ``tokens``."""
        state, seen = self._state, self._state.tokens + tokens
        seconds = self._time.spent_s(state)
        done = min(1.0, (state.step + part) / total)
        self._last = TrainingProgress(
            phase=self._phase(),
            step=state.step,
            steps=total,
            tokens=seen,
            tokens_per_s=seen / seconds if seconds > 0 else 0.0,
            train_loss=self._train_loss,
            validation_loss=state.last_validation[1],
            seconds_left=self._time.left_s(state, done, seen, self._preferences.tokens),
        )
        self._on_progress(self._last)

    def _phase(self) -> TrainingPhase:
        is_first = self._state.stage == TEXTS
        return TrainingPhase.TRAINING if is_first else TrainingPhase.PREFERENCES

    def _save_if_due(self) -> None:
        if self._clock() - self._saved_at >= 60 * self._settings.checkpoint_minutes:
            self._save()

    # --- checkpoints ---

    def _begin_or_resume(self) -> None:
        self._model.begin(self._settings.seed)
        found = load_checkpoint(self._folder, self._fingerprint)
        if found is None:
            return
        self._state = TrainerState(**found.state["standing"])
        rate = self._settings.learning_rate
        if self._state.stage == PREFERENCES:
            rate = self._settings.preference_rate
        self._optimizer = self._new_optimizer(rate)
        self._model.set_factors(found.group("now"))
        self._best = found.group("best")
        restore_optimizer(self._optimizer, found.group("optimizer"))

    def _save(self) -> None:
        """What the last whole step left; a pass that was interrupted has changed nothing of it."""
        if self._state.step == 0 and not self._best:
            return
        # The names in the file are of its format 1.
        state = {**asdict(self._state), "seconds": self._time.spent_s(self._state)}
        groups = {
            "now": self._model.copy_factors(),
            "best": self._best,
            "optimizer": optimizer_tensors(self._optimizer),
        }
        tensors = {f"{g}/{name}": t for g, named in groups.items() for name, t in named.items()}
        stored = {"fingerprint": self._fingerprint, "standing": state}
        save_checkpoint(self._folder, Checkpoint(stored, tensors))
        self._saved_at = self._clock()

    def _new_optimizer(self, rate: float) -> Optimizer:
        decay = self._settings.weight_decay
        if self._settings.optimizer == "sgd":
            return torch.optim.SGD(self._parameters, lr=rate, momentum=0.9, weight_decay=decay)
        return torch.optim.AdamW(self._parameters, lr=rate, weight_decay=decay)
