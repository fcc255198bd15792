"""The engine's one thread: load the model, take the steps of jobs lane by lane, learn and optimize in between.

Torch is imported on that thread and nowhere else, so that the window stands before it. Messages go to one listener, on
the engine's thread. When memory runs out the engine helps itself step by step and says each step.
"""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from cowrite.base.errors import UserError, whereabouts
from cowrite.base.process_priority import give_way
from cowrite.engine.decoding.personal_ngrams import PersonalNgrams
from cowrite.engine.influence import Influence
from cowrite.engine.jobs.lanes import Lanes, Work
from cowrite.engine.jobs.runner import JobRunner, Step
from cowrite.engine.jobs.turns import Turns
from cowrite.engine.messages import (
    EngineState,
    EngineStatus,
    Job,
    JobId,
    Lane,
    Listener,
)
from cowrite.engine.offline import forbid_downloads
from cowrite.engine.port import AdapterSource
from cowrite.localization import sentences, tr, tr_noop

if TYPE_CHECKING:
    from cowrite.engine.devices import UnusedCard
    from cowrite.engine.jobs.runtime import PromptsOf, Runtime

logger = logging.getLogger(__name__)

STOP_TIMEOUT_S = 20.0
# A request often follows the last one soon; what can wait begins after this.
SETTLING_S = 0.5
WITHOUT_ADAPTER = tr_noop("Suggestions come from the original model.")


def open_runtime(
    model_dir: Path,
    model_id: str,
    device: str,
    kinds: Mapping[str, str],
    prompts_of: PromptsOf | None = None,
) -> Runtime:
    """Import torch, choose the device and load the model: seconds, not milliseconds."""
    forbid_downloads()
    from cowrite.engine.jobs.runtime import Runtime

    return Runtime.open(
        model_dir, model_id=model_id, device=device, quantizations=kinds, prompts_of=prompts_of
    )


class EngineWorker:
    """An :class:`~cowrite.engine.messages.Engine` on a thread of its own.

    ``quantizations`` names the kind of quantization for each kind of device, such as ``{"cpu": "int8"}``.
    ``check`` runs on the thread before loading and raises UserError if the model must not be used. ``turns`` are
    shared with another worker beside which it computes. ``settled`` hears on the thread, once, of the memory that the
    model took: the kind of device, the kind of quantization, bytes.
    """

    def __init__(
        self,
        *,
        model_dir: Path,
        model_id: str,
        device: str = "auto",
        quantizations: Mapping[str, str],
        check: Callable[[], None] = lambda: None,
        turns: Turns | None = None,
        settled: Callable[[str, str, int], None] | None = None,
        open_runtime: Callable[[Path, str, str, Mapping[str, str]], Runtime] = open_runtime,
    ) -> None:
        self._model_dir = model_dir
        self._model_id = model_id
        self._device = device
        self._quantizations = dict(quantizations)
        self._check = check
        self._turns = turns or Turns()
        self._settled = settled
        self._open_runtime = open_runtime
        self._listener: Listener = lambda _: None
        self._wake = threading.Condition()
        self._lanes = Lanes()
        self._to_learn: dict[str, str] = {}
        self._adapter_source: AdapterSource | None = None
        self._new_influence: Influence | None = None
        self._adapter_id = ""
        self._is_settled = False
        self._is_improving = True
        self._stopping = False
        self._unused_card: UnusedCard | None = None
        self._thread = threading.Thread(target=self._run, name="cowrite-engine", daemon=True)

    def start(self, listener: Listener) -> None:
        """Begin loading. ``listener`` is called on the engine's thread and must return soon."""
        self._listener = listener
        self._thread.start()

    def submit(self, job: Job) -> None:
        """Put ``job`` into its lane."""
        with self._wake:
            self._lanes.add(job)
            self._wake.notify()

    def prefetch(self, jobs: Sequence[Job]) -> None:
        """Work ``jobs`` out before they are asked for, when there is time, and no others any more."""
        with self._wake:
            self._lanes.prefetch(jobs)
            self._wake.notify()

    def cancel(self, job_id: JobId) -> None:
        """Drop the job; one that is being worked on stops within a chunk or a token."""
        with self._wake:
            self._lanes.cancel(job_id)
            self._wake.notify()

    def learn(self, document_id: str, text: str) -> None:
        """Count the words of ``text`` as the document's when there is time; the newest text of a document wins."""
        with self._wake:
            self._to_learn[document_id] = text
            self._wake.notify()

    def use_adapter(self, source: AdapterSource) -> None:
        """Ask ``source`` as soon as no job is begun, and answer with what it says from then on."""
        with self._wake:
            self._adapter_source = source
            self._wake.notify()

    def set_influence(self, influence: Influence) -> None:
        """Let what is known of the writer bend the answers so far, as soon as no job is begun."""
        with self._wake:
            self._new_influence = influence
            self._wake.notify()

    def stop(self) -> None:
        """End the thread and free the model; waits for it, at most STOP_TIMEOUT_S."""
        with self._wake:
            self._stopping = True
            self._wake.notify()
        if self._thread.ident is not None:
            self._thread.join(STOP_TIMEOUT_S)
            if self._thread.is_alive():
                logger.warning("the engine's thread did not end in time")

    def _run(self) -> None:
        give_way()
        self._tell(EngineState.LOADING)
        try:
            started = time.perf_counter()
            self._check()
            runtime = self._open_runtime(
                self._model_dir, self._model_id, self._device, self._quantizations
            )
        except UserError as error:
            self._tell(EngineState.PROBLEM, f"{error.message} {error.advice}".strip())
            return
        except Exception:
            logger.exception("the model could not be loaded")
            self._tell(
                EngineState.PROBLEM,
                tr(
                    "The model could not be loaded. You can go on writing without suggestions. Run “cowrite doctor” "
                    "to find the cause."
                ),
            )
            return
        logger.info("model ready on %s in %.1f s", runtime.device, time.perf_counter() - started)
        self._unused_card = runtime.unused_card
        announcement = self._change_adapter(runtime)
        self._tell(EngineState.READY, runtime.notice, announcement)
        runner = JobRunner(
            runtime,
            send=self._listener,
            tell=self._tell,
            newest_inline=lambda: self._lanes.newest_inline,
            is_stopping=lambda: self._stopping,
        )
        try:
            while not self._stopping:
                self._take_turn(runtime, runner)
        finally:  # else another engine would wait for this one for good
            self._turns.claim(self, False)
        self._end_jobs()
        self._close(runtime)

    def _take_turn(self, runtime: Runtime, runner: JobRunner) -> None:
        """One step of the job whose turn it is, or a little of what can wait."""
        with self._wake:
            cancelled = self._lanes.take_cancelled()
        self._end_cancelled(runtime, cancelled)
        self._change_and_tell(runtime, runner)
        with self._wake:
            work = self._lanes.first()
        is_first = work is not None and (work.is_prefetch or work.job.lane is Lane.INLINE)
        self._turns.claim(self, is_first)
        if work is None:
            self._use_leisure(runtime, runner)
            return
        is_seen = not work.is_prefetch and work.job.lane is not Lane.BACKGROUND
        if is_seen and not work.is_begun:
            self._tell(EngineState.THINKING, runtime.notice)
        with self._turns.step(self):
            step = runner.step(work)
        if step is Step.MORE:
            return
        with self._wake:
            work.has_ended = True
            self._lanes.remove(work)
        if not work.is_prefetch:
            self._is_settled, self._is_improving = False, True
        if (is_seen or work.has_said_state) and step is Step.ENDED:
            self._tell_ready(runtime)

    def _end_cancelled(self, runtime: Runtime, cancelled: Sequence[Work]) -> None:
        """Give back what was claimed for jobs that were dropped between two of their steps."""
        for work in cancelled:
            work.close()
            if not work.has_ended and (work.has_said_state or not work.is_prefetch):
                self._tell_ready(runtime)

    def _end_jobs(self) -> None:
        with self._wake:
            self._lanes.clear()
            cancelled = self._lanes.take_cancelled()
        for work in cancelled:
            work.close()

    def _close(self, runtime: Runtime) -> None:
        try:
            runtime.close()
        except Exception as error:  # a device that was lost cannot give anything back
            logger.error("the model could not be freed\n%s", whereabouts(error))

    def _use_leisure(self, runtime: Runtime, runner: JobRunner) -> None:
        """Nothing is asked for: after a while learn and optimize, then use no processor."""
        if not self._is_settled:
            with self._wake:
                self._is_settled = not self._wake.wait_for(self._is_wanted, SETTLING_S)
        elif self._to_learn:
            self._learn_one(runtime.ngrams)
            runner.forget_what_words_change()
            with self._wake:
                if not self._to_learn:
                    self._lanes.prefetch_again()
        elif self._is_improving:
            self._is_improving = self._optimize(runtime)
        else:
            with self._wake:
                self._wake.wait_for(lambda: self._is_wanted() or bool(self._to_learn))

    def _is_wanted(self) -> bool:
        return self._stopping or self._is_to_adapt() or self._lanes.has_work

    def _is_to_adapt(self) -> bool:
        return self._adapter_source is not None or self._new_influence is not None

    def _change_and_tell(self, runtime: Runtime, runner: JobRunner) -> None:
        """Change the adapter or its influence if that was asked for, once no job is begun: a text has one author."""
        with self._wake:
            if not self._is_to_adapt() or self._lanes.begun(*Lane):
                return
        before = self._adapter_id
        announcement = self._change_adapter(runtime)
        runner.forget_prefetched()
        with self._wake:
            self._lanes.prefetch_again()
        if announcement or self._adapter_id != before:
            self._tell(EngineState.READY, runtime.notice, announcement)

    def _change_adapter(self, runtime: Runtime) -> str:
        """Use the influence and the adapter that were asked for last, if any; what there is to say about it."""
        with self._wake:
            source, self._adapter_source = self._adapter_source, None
            influence, self._new_influence = self._new_influence, None
        announcement = ""
        if influence is not None:
            announcement = self._tried(runtime, lambda: runtime.set_influence(influence))
        # Where the adapter before could not be read again, the one that was asked for after it still may be used.
        if source is not None:
            announcement = self._tried(runtime, lambda: runtime.use_adapter(source()))
        self._adapter_id = runtime.adapter_id
        return announcement

    def _tried(self, runtime: Runtime, change: Callable[[], None]) -> str:
        """Make ``change``, or use no adapter where that fails; what there is to say then."""
        try:
            change()
        except UserError as error:
            runtime.use_adapter(None)
            return sentences(error.message, error.advice, tr(WITHOUT_ADAPTER))
        except Exception:
            logger.exception("an adapter failed")
            runtime.use_adapter(None)
            said = tr("What was learned from you could not be used.")
            return sentences(said, tr(WITHOUT_ADAPTER))
        return ""

    def _optimize(self, runtime: Runtime) -> bool:
        """Become a little faster; False when nothing is left to do, or when it does not work."""
        try:
            with self._turns.step(self):
                goes_on = runtime.optimize()
            if not goes_on and self._settled is not None:
                settled, self._settled = self._settled, None
                model = runtime.model
                settled(model.device.type, model.quantization, runtime.taken.on(model.device.type))
            return goes_on
        except Exception:
            logger.exception("the engine stays as fast as it is")
            return False

    def _learn_one(self, ngrams: PersonalNgrams) -> None:
        with self._wake:
            if not self._to_learn:
                return
            document_id = next(iter(self._to_learn))
            text = self._to_learn.pop(document_id)
        try:
            if text:
                ngrams.learn(document_id, text)
            else:
                ngrams.forget(document_id)
        except Exception as error:  # suggestions come all the same, from the model alone
            logger.error("the words of a document could not be counted\n%s", whereabouts(error))

    def _tell_ready(self, runtime: Runtime) -> None:
        """Ready, unless a job that is seen to go on stands still."""
        with self._wake:
            goes_on = self._lanes.begun(Lane.INLINE, Lane.PASSAGE)
        if not goes_on:
            self._tell(EngineState.READY, runtime.notice)

    def _tell(self, state: EngineState, message: str = "", announcement: str = "") -> None:
        card = self._unused_card
        self._listener(
            EngineStatus(
                state=state,
                message=message,
                model=self._model_id,
                adapter=self._adapter_id,
                announcement=announcement,
                unused_card=card.name if card else "",
                needs_pack=card is not None and card.needs_pack,
            )
        )
