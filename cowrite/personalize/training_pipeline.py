"""One run from what there is to learn from to a decision: the training process, the evaluation, and what came of them.

Both can be interrupted at any moment, even by pulling the plug: the same run then goes on from the last checkpoint, or
with the evaluation if the training was finished. The writer's text that training laid down is deleted then.
"""

from __future__ import annotations

import errno
import json
import logging
import math
import os
import shutil
import subprocess
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from cowrite.base.errors import UserError
from cowrite.base.system_reasons import reason_of
from cowrite.engine.out_of_memory import is_out_of_memory
from cowrite.localization import current, tr, tr_noop
from cowrite.personalize.adapters.adapter_manifest import Base
from cowrite.personalize.adapters.forgetting import datasets_folder
from cowrite.personalize.adapters.outcome import Outcome, write_outcome
from cowrite.personalize.learning_messages import Ending, LearningResult
from cowrite.personalize.training.control import Control, Stopped
from cowrite.personalize.training.job import TrainingJob
from cowrite.personalize.training.process import ADAPTER, HELD_OUT, LEARNED
from cowrite.personalize.training.progress import (
    ENDS,
    TrainingPhase,
    TrainingProgress,
    parse_progress,
    training_command,
)
from cowrite.settings.folder_lock import LockHeldError, exclusive_lock
from cowrite.settings.language import LANGUAGE_VARIABLE
from cowrite.settings.paths import HOME_VARIABLE, Paths
from cowrite.settings.private_file import PRIVATE_FOLDER

if TYPE_CHECKING:
    from cowrite.personalize.evaluation.measurement import Replay, Sizes
    from cowrite.personalize.evaluation.promotion import PromotionResult
    from cowrite.personalize.evaluation.promotion_gate import Limits

logger = logging.getLogger(__name__)

JOB, WORK, STAGING = "job.json", "work", "staging"
LOCK = "personalize.lock"
# An adapter that waits longer for its evaluation is made anew: there are newer decisions.
OLDEST_UNJUDGED_S = 12 * 3600
DISK_FULL = tr_noop("The disk is full. Nothing was changed.")
NO_MEMORY = tr_noop("There is too little memory to test what was learned. Nothing was changed.")
Tell = Callable[[TrainingProgress], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class TrainingPipeline:
    """``job`` without its folders, and the model that is served: ``quantizations`` by the kind of device."""

    paths: Paths
    job: TrainingJob
    base: Base
    quantizations: Mapping[str, str]
    sizes: Sizes | None = None
    limits: Limits | None = None


class ProcessControl(Control):
    """Control of a run by lines of text: for this process, and passed on to the training process while there is one."""

    def __init__(self) -> None:
        super().__init__()
        self._lock = threading.Lock()
        self._child: subprocess.Popen[str] | None = None

    def handle_command(self, command: str) -> None:
        """As :meth:`Control.handle_command`, in the training process too."""
        super().handle_command(command)
        with self._lock:
            self._send(command.strip())

    @contextmanager
    def leading(self, child: subprocess.Popen[str]) -> Iterator[None]:
        """Tell ``child`` how things stand, and pass on what is said until the block ends."""
        with self._lock:
            self._child = child
            if self.is_stopped:
                self._send("stop")
            elif self.is_paused:
                self._send("pause")
        try:
            yield
        finally:
            with self._lock:
                self._child = None

    def _send(self, command: str) -> None:
        if self._child is None or self._child.stdin is None:
            return
        try:
            self._child.stdin.write(f"{command}\n")
            self._child.stdin.flush()
        except (OSError, ValueError):
            logger.info("the training process ended before it heard “%s”", command)


def run_training_pipeline(
    pipeline: TrainingPipeline, replay: Replay, control: ProcessControl, tell: Tell
) -> LearningResult:
    """Train, judge, note the outcome, and say what came of it; what was in use stays unless it says “promoted”.

    Raises UserError if it cannot begin, as when another one is at work.
    """
    folder = datasets_folder(pipeline.paths)
    try:
        with exclusive_lock(pipeline.paths.data / LOCK):
            folder.mkdir(parents=True, exist_ok=True, mode=PRIVATE_FOLDER)
            return _Run(pipeline, folder, control, tell).run(replay)
    except LockHeldError as error:
        raise UserError(
            tr("Cowrite is learning already."), tr("Wait until it has finished, or stop it.")
        ) from error
    except (OSError, MemoryError, RuntimeError) as error:
        if is_out_of_memory(error):
            logger.warning("learning had too little memory", exc_info=True)
            raise UserError(
                tr(NO_MEMORY), tr("Close other programs and start it again.")
            ) from error
        if not isinstance(error, OSError):
            raise
        logger.warning("learning failed", exc_info=True)
        if error.errno == errno.ENOSPC:
            raise UserError(tr(DISK_FULL), tr("Free up disk space and start it again.")) from error
        raise UserError(
            tr(
                "Learning could not use its files ({reason}). Nothing was changed.",
                reason=reason_of(error),
            ),
            tr("Start it again."),
        ) from error


class _Run:
    """One call of :func:`run_training_pipeline`."""

    def __init__(
        self, pipeline: TrainingPipeline, folder: Path, control: ProcessControl, tell: Tell
    ) -> None:
        self._pipeline = pipeline
        self._folder = folder
        self._control = control
        self._tell = tell
        self._last = TrainingProgress(phase=TrainingPhase.READING)
        work, staging = folder / WORK, folder / STAGING
        self._job = replace(pipeline.job, work=str(work), staging=str(staging), attended=True)
        self._work, self._adapter = work, staging / ADAPTER

    def run(self, replay: Replay) -> LearningResult:
        try:
            if not self._waits_for_judgement():
                end = self._train()
                if end.phase is not TrainingPhase.DONE:
                    return self._ended_without_adapter(end)
            return self._judged(replay)
        except UserError as error:
            return self._end(
                LearningResult(status=Ending.FAILED, reason=error.message, advice=error.advice)
            )

    # --- training ---

    def _waits_for_judgement(self) -> bool:
        """Whether a run of the same job was interrupted after its training. Otherwise everything is made ready."""
        job = self._folder / JOB
        try:
            is_same = TrainingJob.read(job) == self._job
            is_young = time.time() - job.stat().st_mtime < OLDEST_UNJUDGED_S
        except (UserError, OSError):
            is_same = is_young = False
        needed = (self._adapter, self._work / HELD_OUT, self._work / LEARNED)
        if is_same and is_young and all(path.exists() for path in needed):
            return True
        shutil.rmtree(self._adapter, ignore_errors=True)
        if not is_same:
            shutil.rmtree(self._work, ignore_errors=True)
        self._job.write(job)
        return False

    def _train(self) -> TrainingProgress:
        """The last line of the training process."""
        end: TrainingProgress | None = None
        environ = dict(os.environ)
        environ[LANGUAGE_VARIABLE] = current()
        if self._pipeline.paths.home is not None:
            environ[HOME_VARIABLE] = str(self._pipeline.paths.home)
        child = subprocess.Popen(
            training_command(self._folder / JOB),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,  # it has the log file
            text=True,
            encoding="utf-8",
            env=environ,
            start_new_session=True,  # Ctrl+C is for this process, which passes it on
        )
        with child, self._control.leading(child):
            assert child.stdout is not None  # noqa: S101 - asked for above
            for line in child.stdout:
                progress = parse_progress(line)
                if progress is not None and progress.phase in ENDS:
                    end = progress
                elif progress is not None:
                    self._say(progress)
        if end is None:
            raise UserError(
                tr("Training ended early, perhaps because memory ran out. Nothing was changed."),
                tr("Close other programs and start it again to continue where it stopped."),
            )
        return end

    def _say(self, progress: TrainingProgress) -> None:
        self._last = progress if progress.tokens else self._last
        self._tell(progress)

    def _ended_without_adapter(self, end: TrainingProgress) -> LearningResult:
        status = {TrainingPhase.KEPT: Ending.KEPT, TrainingPhase.STOPPED: Ending.STOPPED}
        if self._is_forgotten():
            return self._forgotten()
        return self._end(
            LearningResult(
                status=status.get(end.phase, Ending.FAILED), reason=end.message, advice=end.advice
            )
        )

    # --- the evaluation ---

    def _judged(self, replay: Replay) -> LearningResult:
        # Imports torch.
        from cowrite.engine.networks.steps import Cancelled
        from cowrite.personalize.adapters.registry import AdapterRegistry
        from cowrite.personalize.evaluation.measurement import AdapterCandidate
        from cowrite.personalize.evaluation.promotion import judge

        pipeline = self._pipeline
        candidate = AdapterCandidate(
            staging=self._adapter,
            model_dir=Path(self._job.model_dir),
            base=pipeline.base,
            quantizations=pipeline.quantizations,
            held_out=_held_out(self._work),
            learned=_stored(self._work / LEARNED),
            now_ms=time.time_ns() // 1_000_000,
            device=self._job.device,
        )
        try:
            judged = judge(
                candidate,
                AdapterRegistry(pipeline.paths.adapters_dir),
                replay,
                sizes=pipeline.sizes,
                limits=pipeline.limits,
                say=self._say_judging,
                cancelled=self._is_to_stop,
            )
        except Cancelled:
            if self._is_forgotten():
                return self._forgotten()
            return self._end(LearningResult(status=Ending.STOPPED, reason=""))
        return self._end(self._told(judged), judged)

    def _say_judging(self, what: str) -> None:
        self._tell(
            replace(self._last, phase=TrainingPhase.JUDGING, message=what, seconds_left=None)
        )

    def _is_to_stop(self) -> bool:
        """Asked between the layers of the model: here the evaluation waits while it is to pause."""
        try:
            self._control.check_cancelled()
        except Stopped:
            return True
        return self._is_forgotten()

    def _is_forgotten(self) -> bool:
        """Whether the writer had text erased meanwhile: with it goes this folder, and what was learned of it."""
        return not (self._folder / JOB).exists()

    def _forgotten(self) -> LearningResult:
        shutil.rmtree(self._folder, ignore_errors=True)
        return LearningResult(
            status=Ending.STOPPED,
            reason=tr(
                "Text was deleted while Cowrite was learning, so what was learned from it was discarded."
            ),
        )

    def _told(self, result: PromotionResult) -> LearningResult:
        report = json.loads((result.report / "report.json").read_text("utf-8"))
        training = json.loads((self._adapter / "training.json").read_text("utf-8"))
        seconds = float(training.get("seconds") or 0)
        tokens = int(training.get("tokens") or 0)
        return LearningResult(
            status=Ending(result.status.value),
            reason=result.reason,
            adapter_id=result.adapter,
            tokens_seen=tokens,
            tokens_per_s=round(tokens / seconds, 1) if seconds else 0.0,
            report={
                "folder": str(result.report),
                "data": training.get("data"),
                "validation": training.get("validation"),
                "preferences_used": training.get("preferences_used"),
                "strength": training.get("strength"),
                "best_influence": result.best_influence,
                "figures": report["figures"],
                "criteria": report["criteria"],
            },
        )

    # --- the end ---

    def _end(self, result: LearningResult, judged: PromotionResult | None = None) -> LearningResult:
        """Note it for the writer, and delete the text that was laid down, unless the run can go on."""
        if not result.tokens_seen:
            result = replace(
                result,
                tokens_seen=self._last.tokens,
                tokens_per_s=round(self._last.tokens_per_s, 1),
            )
        if result.status is Ending.STOPPED:
            return result
        gain = judged.gain_pct if judged else None
        write_outcome(
            self._pipeline.paths,
            Outcome(
                at_ms=time.time_ns() // 1_000_000,
                status=result.status.value,
                reason=result.reason,
                advice=result.advice,
                adapter_id=result.adapter_id,
                gain_pct=gain if gain is not None and math.isfinite(gain) else None,
                right=judged.right if judged else (),
                wrong=judged.wrong if judged else (),
                report=str(judged.report) if judged else "",
                tokens_per_s=result.tokens_per_s,
                best_influence=judged.best_influence if judged else "",
            ),
        )
        if result.status is Ending.FAILED and judged is None:
            return result  # the checkpoint is there
        for folder in (self._work, self._adapter.parent):
            shutil.rmtree(folder, ignore_errors=True)
        (self._folder / JOB).unlink(missing_ok=True)
        return result


def _held_out(work: Path) -> dict[str, list[tuple[str, bool]]]:
    """The texts that were kept back, each by its document and where it begins there."""
    return {
        f"{each['document']} {each['start']}": [(text, counts) for text, counts in each["spans"]]
        for each in _stored(work / HELD_OUT)
    }


def _stored(path: Path) -> Any:
    return json.loads(path.read_bytes().decode("utf-8", "surrogatepass"))
