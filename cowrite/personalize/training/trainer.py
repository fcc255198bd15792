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

from cowrite.personalize.data.packing import (
    Batch,
    Piece,
    epoch_steps,
    packed,
)
from cowrite.personalize.networks.trainable import Trainable
from cowrite.personalize.settings import TrainingSettings
from cowrite.personalize.training.adapter_scale import harmless_strength, weakened
from cowrite.personalize.training.checkpoints import (
    Checkpoint,
    load_checkpoint,
    optimizer_tensors,
    restore_optimizer,
    save_checkpoint,
)
from cowrite.personalize.training.control import Control, Stopped
from cowrite.personalize.training.losses import SFT_WEIGHT, supervised_loss
from cowrite.personalize.training.preference_stage import (
    Choices,
    choices_loss,
    plan_preferences,
    tokens_of,
)
from cowrite.personalize.training.progress import TrainingPhase, TrainingProgress
from cowrite.personalize.training.run_plan import fingerprint_of, scheduled, seed_of
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

CHECKING = "checking pages that are not trained on"
WEIGHING = "checking that other people's texts are predicted as well as before"


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
        self._folder, self._device = folder, device
        self._control = control or Control()
        self._on_progress, self._clock = on_progress, clock
        self._parameters = [each for each in model.parameters() if each.requires_grad]
        self._fingerprint = fingerprint_of(
            settings, data.identity, data.train, data.validation, data.pairs, data.verdicts
        )
        self._preferences = plan_preferences(data.pairs, data.verdicts, settings)
        self._standing = TrainerState()
        self._optimizer: Optimizer = self._new_optimizer(settings.learning_rate)
        self._best: dict[str, Tensor] = {}
        self._saved_at = self._resumed_at = 0.0
        self._validation = packed(data.validation, settings.micro_batch_tokens)
        self._train_loss: float | None = None
        self._last = TrainingProgress(phase=TrainingPhase.TRAINING)

    def run(self) -> Trained:
        """Train until it gets no better, everything is read or the time is over.

        Raises Stopped with a checkpoint written, NothingLearned if no adapter is better than none or the numbers ran
        away; then there is no checkpoint of use.
        """
        self._begin_or_resume()
        self._resumed_at = self._saved_at = self._clock()
        self._control.paused_s = 0.0
        # The first validation takes a while, and the first step too.
        self._last = replace(self._last, step=self._standing.step, phase=self._phase())
        self._on_progress(self._last)
        try:
            if self._standing.stage == TEXTS:
                self._learn_texts()
                self._enter_preferences()
            self._learn_preferences()
            return self._trained()
        except Stopped:
            self._save()
            raise

    # --- stages ---

    def _learn_texts(self) -> None:
        settings, standing = self._settings, self._standing
        per_epoch = len(self._steps_of(0))
        total = max(1, math.ceil(per_epoch * settings.epochs))
        every = max(1, round(per_epoch / settings.checks_per_epoch))
        steps: list[Any] = []
        known = -1
        while True:
            # Looked at here and not after the step: a run that was stopped in between looks now.
            is_last = standing.step >= total or self._is_over()
            is_due = standing.step % every == 0 or is_last
            if is_due and standing.last_validation[0] != standing.step:
                self._note_validation(self._validate())
            if is_last or standing.worse >= settings.patience:
                return
            epoch, number = divmod(standing.step, per_epoch)
            if epoch != known:
                steps, known = self._steps_of(epoch), epoch
            # Another order may need another micro-batch more or less, and so another step.
            batches = steps[number] if number < len(steps) else steps[-1]
            self._step(batches, self._text_work, settings.learning_rate, total)
            self._save_if_due()

    def _enter_preferences(self) -> None:
        """From the best adapter on, with a new optimizer."""
        standing = self._standing
        if not self._preferences.steps or standing.best_step == 0:
            standing.stage = DONE
            return
        self._model.set_factors(self._best)
        self._optimizer = self._new_optimizer(self._settings.preference_rate)
        standing.stage, standing.step = PREFERENCES, 0
        standing.earlier_s = self._seconds(self._clock())
        self._save()

    def _learn_preferences(self) -> None:
        """Kept only if what was held back is told apart better, and the texts are foreseen as well as before."""
        standing, steps = self._standing, self._preferences.steps
        if standing.stage != PREFERENCES:
            return
        if standing.step == 0:
            standing.choice_loss = self._choice_loss()
            # The same look is due at the end.
            standing.look_s, _ = self._stage_seconds()
        try:
            while standing.step < len(steps) and not self._is_over():
                rate = self._settings.preference_rate
                self._step(steps[standing.step], self._choice_work, rate, len(steps))
                self._save_if_due()
            if standing.step:
                self._judge_preferences()
        except NothingLearned:
            logger.info("what was preferred could not be learned; the texts count alone")
        standing.stage = DONE

    def _judge_preferences(self) -> None:
        standing = self._standing
        loss, choice_loss = self._validate(), self._choice_loss()
        standing.curve.append(
            {
                "step": standing.step,
                "validation_loss": loss,
                "choice_loss_before": standing.choice_loss,
                "choice_loss": choice_loss,
            }
        )
        if loss <= standing.best_loss + MOST_LOST and choice_loss < standing.choice_loss:
            self._best, standing.best_loss = self._model.copy_factors(), loss
            standing.choices_used = self._preferences.count(standing.step)

    @torch.no_grad()
    def _trained(self) -> Trained:
        """The best adapter, as strong as it may be. What :meth:`run` raises."""
        standing = self._standing
        if standing.best_step == 0:
            raise NothingLearned(
                "The model learned nothing useful from the texts. Nothing was changed."
            )
        strength = 1.0
        if self._data.general:
            self._on_progress(replace(self._last, message=WEIGHING))
            general = packed(self._data.general, self._settings.micro_batch_tokens)
            strength = harmless_strength(self._model, self._best, lambda: self._loss_of(general))
        loss = self._loss_of(self._validation) if strength < 1 else standing.best_loss
        seconds = self._seconds(self._clock())
        # The standing itself stays that of the whole adapter: stopped in here, all of this is done again.
        told = replace(standing, seconds=seconds, best_loss=loss)
        return Trained(weakened(self._best, strength), told, standing.choices_used, strength)

    def _text_work(self, pieces: Sequence[Piece], seed: int | None) -> tuple[Tensor, float, int]:
        batch = Batch.of(pieces, self._device)
        loss, weight = supervised_loss(
            self._model, batch, seed=seed, between=self._control.check_cancelled
        )
        return loss, weight, len(batch.ids)

    def _choice_work(
        self, choices: Choices, seed: int | None, plain: float = SFT_WEIGHT
    ) -> tuple[Tensor, float, int]:
        beta, between = self._settings.preference_beta, self._control.check_cancelled
        loss, weight = choices_loss(
            self._model, choices, self._device, beta=beta, seed=seed, between=between, plain=plain
        )
        return loss, weight, tokens_of(choices)

    @torch.no_grad()
    def _choice_loss(self) -> float:
        """Mean loss of the preferences that are held back, as far as it tells what was preferred."""
        self._on_progress(replace(self._last, message=CHECKING))
        held = self._preferences.held
        found = [self._choice_work(choices, None, plain=0.0) for choices in held]
        return sum(float(loss) for loss, _, _ in found) / sum(weight for _, weight, _ in found)

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
        standing, settings = self._standing, self._settings
        for parameter in self._parameters:
            parameter.grad = None
        all_loss = all_weight = 0.0
        tokens = 0
        for number, batch in enumerate(batches):
            seed = seed_of(settings.seed, standing.stage, standing.step, number)
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
                "Training failed to converge and was stopped. Nothing was changed.",
                "Try a smaller learning rate, such as --set learning_rate=1e-4.",
            )
        now = rate * scheduled(standing.step, self._likely_steps(total), settings.warmup)
        for group in self._optimizer.param_groups:
            group["lr"] = now
        self._optimizer.step()
        standing.step += 1
        standing.tokens += tokens
        self._train_loss = all_loss / all_weight
        standing.curve.append(
            {"step": standing.step, "tokens": standing.tokens, "train_loss": self._train_loss}
        )
        self._tell(0.0, total)

    def _likely_steps(self, total: int) -> int:
        """How many steps there will be: all, or those that the time allows, so that the rate falls to 0 either way."""
        used, allowed = self._stage_seconds()
        time_used = used / allowed if allowed > 0 else 1.0
        if not self._standing.step or time_used <= 0:
            return total
        return min(total, max(self._standing.step, round(self._standing.step / time_used)))

    @torch.no_grad()
    def _validate(self) -> float:
        """Mean loss of the validation text, in nats per token."""
        self._on_progress(replace(self._last, message=CHECKING))
        return self._loss_of(self._validation)

    def _loss_of(self, batches: Sequence[Sequence[Piece]]) -> float:
        all_loss = all_weight = 0.0
        for pieces in batches:
            batch = Batch.of(pieces, self._device)
            loss, weight = supervised_loss(
                self._model, batch, seed=None, between=self._control.check_cancelled
            )
            all_loss, all_weight = all_loss + float(loss), all_weight + weight
        return all_loss / all_weight if all_weight else math.nan

    def _note_validation(self, loss: float) -> None:
        standing = self._standing
        if not math.isfinite(loss):
            raise NothingLearned(
                "Training failed to converge and was stopped. Nothing was changed.",
                "Try a smaller learning rate, such as --set learning_rate=1e-4.",
            )
        standing.curve.append({"step": standing.step, "validation_loss": loss})
        if standing.step == 0:
            standing.first_loss = loss
        if loss < standing.best_loss:
            standing.best_loss, standing.best_step, standing.worse = loss, standing.step, 0
            self._best = self._model.copy_factors()
        else:
            standing.worse += 1

    def _tell(self, part: float, total: int, tokens: int = 0) -> None:
        """Say how far it is: all steps so far, ``part`` of another, and its ``tokens``."""
        settings, standing = self._settings, self._standing
        seconds = self._seconds(self._clock())
        seen = standing.tokens + tokens
        done = min(1.0, (standing.step + part) / total)
        used, allowed = self._stage_seconds()
        left = min(used / done - used, allowed - used) if done else None
        if left is not None and standing.stage == TEXTS and seen:
            # As long as all preferences take, forward, backward and without the adapter, or as there will be time.
            share, later = (
                settings.preference_share,
                self._preferences.tokens * seconds / seen * 4 / 3,
            )
            left += min(later, (used + left) * share / (1 - share))
        self._last = TrainingProgress(
            phase=self._phase(),
            step=standing.step,
            steps=total,
            tokens=seen,
            tokens_per_s=seen / seconds if seconds > 0 else 0.0,
            train_loss=self._train_loss,
            validation_loss=standing.last_validation[1],
            seconds_left=None if left is None else max(0.0, left),
        )
        self._on_progress(self._last)

    def _phase(self) -> TrainingPhase:
        is_first = self._standing.stage == TEXTS
        return TrainingPhase.TRAINING if is_first else TrainingPhase.PREFERENCES

    def _save_if_due(self) -> None:
        if self._clock() - self._saved_at >= 60 * self._settings.checkpoint_minutes:
            self._save()

    # --- checkpoints ---

    def _is_over(self) -> bool:
        """Whether the stage's time is over. Not kept in the checkpoint: the next run may have more of it."""
        used, allowed = self._stage_seconds()
        return used >= allowed

    def _stage_seconds(self) -> tuple[float, float]:
        """How long this stage has run, and how long it may."""
        standing, allowed = self._standing, 60 * self._settings.max_minutes
        for_texts = 1 - self._settings.preference_share
        if standing.stage == PREFERENCES:
            allowed = min(allowed, standing.earlier_s / for_texts)
        elif self._preferences.steps:
            allowed *= for_texts
        used = self._seconds(self._clock()) - standing.earlier_s
        return used, allowed - standing.earlier_s - standing.look_s

    def _seconds(self, now: float) -> float:
        return self._standing.seconds + now - self._resumed_at - self._control.paused_s

    def _begin_or_resume(self) -> None:
        self._model.begin(self._settings.seed)
        found = load_checkpoint(self._folder, self._fingerprint)
        if found is None:
            return
        self._standing = TrainerState(**found.state["standing"])
        rate = self._settings.learning_rate
        if self._standing.stage == PREFERENCES:
            rate = self._settings.preference_rate
        self._optimizer = self._new_optimizer(rate)
        self._model.set_factors(found.group("now"))
        self._best = found.group("best")
        restore_optimizer(self._optimizer, found.group("optimizer"))

    def _save(self) -> None:
        """What the last whole step left; a pass that was interrupted has changed nothing of it."""
        now = self._clock()
        standing = TrainerState(**{**asdict(self._standing), "seconds": self._seconds(now)})
        if self._standing.step == 0 and not self._best:
            return
        groups = {
            "now": self._model.copy_factors(),
            "best": self._best,
            "optimizer": optimizer_tensors(self._optimizer),
        }
        tensors = {f"{g}/{name}": t for g, named in groups.items() for name, t in named.items()}
        state = {"fingerprint": self._fingerprint, "standing": asdict(standing)}
        save_checkpoint(self._folder, Checkpoint(state, tensors))
        self._saved_at = now

    def _new_optimizer(self, rate: float) -> Optimizer:
        decay = self._settings.weight_decay
        if self._settings.optimizer == "sgd":
            return torch.optim.SGD(self._parameters, lr=rate, momentum=0.9, weight_decay=decay)
        return torch.optim.AdamW(self._parameters, lr=rate, weight_decay=decay)
