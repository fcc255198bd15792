"""The engine's one thread: load the model, answer the newest request, drop what it made old.

Torch is imported on that thread and nowhere else, so that the window stands before it. Messages go to one listener, on
the engine's thread. When memory runs out the engine helps itself step by step and says each step.
"""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from cowrite.base.errors import UserError, whereabouts
from cowrite.base.process_priority import give_way
from cowrite.engine.decoding.personal_ngrams import PersonalNgrams
from cowrite.engine.messages import (
    AdapterSource,
    CompletionFailure,
    CompletionRequest,
    CompletionResult,
    EngineState,
    EngineStatus,
    Listener,
    Timings,
)
from cowrite.engine.offline import forbid_downloads

if TYPE_CHECKING:
    from cowrite.engine.jobs.runtime import Runtime

logger = logging.getLogger(__name__)

STOP_TIMEOUT_S = 20.0
# A request often follows the last one soon; what can wait begins after this.
SETTLING_S = 0.5
# A text that differs in no more than so many of its last characters is still worth reading.
SAME_BUT_FOR_CHARACTERS = 64
# One request may fail for what stands in it; so many in a row fail for what answers them.
FAILURES_TO_TELL = 3
FAILED_ONCE = "This suggestion failed. Your text is safe."
FAILS_AGAIN = (
    f"The last {FAILURES_TO_TELL} suggestions failed, so Cowrite stopped asking for them. "
    "Your text is safe; the log file has the details."
)
WITHOUT_ADAPTER = "Suggestions come from the original model."


def open_runtime(model_dir: Path, model_id: str, device: str, kinds: Mapping[str, str]) -> Runtime:
    """Import torch, choose the device and load the model: seconds, not milliseconds."""
    forbid_downloads()
    from cowrite.engine.jobs.runtime import Runtime

    return Runtime.open(model_dir, model_id=model_id, device=device, quantizations=kinds)


class EngineWorker:
    """An :class:`~cowrite.engine.messages.Engine` on a thread of its own.

    ``quantizations`` names the kind of quantization for each kind of device, such as ``{"cpu": "int8"}``.
    ``check`` runs on the thread before loading and raises UserError if the model must not be used.
    """

    def __init__(
        self,
        *,
        model_dir: Path,
        model_id: str,
        device: str = "auto",
        quantizations: Mapping[str, str],
        check: Callable[[], None] = lambda: None,
        open_runtime: Callable[[Path, str, str, Mapping[str, str]], Runtime] = open_runtime,
    ) -> None:
        self._model_dir = model_dir
        self._model_id = model_id
        self._device = device
        self._quantizations = dict(quantizations)
        self._check = check
        self._open_runtime = open_runtime
        self._listener: Listener = lambda _: None
        self._wake = threading.Condition()
        self._newest: CompletionRequest | None = None
        self._current: CompletionRequest | None = None
        self._anticipated: CompletionRequest | None = None
        self._foreseen: tuple[CompletionRequest, CompletionResult] | None = None
        self._to_learn: dict[str, str] = {}
        self._adapter_source: AdapterSource | None = None
        self._adapter_id = ""
        self._cancelled_id = -1
        self._cancels = 0
        self._failures = 0
        self._stopping = False
        self._thread = threading.Thread(target=self._run, name="cowrite-engine", daemon=True)

    def start(self, listener: Listener) -> None:
        """Begin loading. ``listener`` is called on the engine's thread and must return soon."""
        self._listener = listener
        self._thread.start()

    def submit(self, request: CompletionRequest) -> None:
        """Ask; an unfinished older request is cancelled."""
        with self._wake:
            self._newest = request
            self._anticipated = None
            self._wake.notify()

    def prefetch(self, request: CompletionRequest) -> None:
        """Answer ``request`` before it is asked, when there is time."""
        with self._wake:
            self._anticipated = request
            self._wake.notify()

    def cancel(self) -> None:
        """Drop the waiting request and stop the one being answered, within a chunk or a token."""
        with self._wake:
            self._newest = self._anticipated = None
            self._cancels += 1
            if self._current is not None:
                self._cancelled_id = self._current.request_id

    def learn(self, document_id: str, text: str) -> None:
        """Count the words of ``text`` as the document's when there is time; the newest text of a document wins."""
        with self._wake:
            self._to_learn[document_id] = text
            self._wake.notify()

    def use_adapter(self, source: AdapterSource) -> None:
        """Ask ``source`` between two requests, and answer with what it says from then on."""
        with self._wake:
            self._adapter_source = source
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
                "The model could not be loaded. You can go on writing without suggestions. "
                "Run “cowrite doctor” to find the cause.",
            )
            return
        logger.info("model ready on %s in %.1f s", runtime.device, time.perf_counter() - started)
        news = self._change_adapter(runtime)
        self._tell(EngineState.READY, runtime.notice, news)
        while (request := self._next_request(runtime)) is not None:
            self._change_and_tell(runtime)
            if not self._answer_as_foreseen(request, runtime.notice):
                self._answer(runtime, request)
        self._close(runtime)

    def _close(self, runtime: Runtime) -> None:
        try:
            runtime.close()
        except Exception as error:  # a device that was lost cannot give anything back
            logger.error("the model could not be freed\n%s", whereabouts(error))

    def _next_request(self, runtime: Runtime) -> CompletionRequest | None:
        """Wait for a request; look ahead, learn and improve meanwhile, then use no processor. None to stop."""
        with self._wake:
            self._current = None
        settled, improving = False, True
        while not self._is_wanted():
            self._change_and_tell(runtime)
            self._look_ahead(runtime)
            if settled and not self._is_wanted():
                self._learn_one(runtime.ngrams)
                improving = improving and self._improve(runtime)
            with self._wake:
                if not settled:
                    settled = not self._wake.wait_for(
                        lambda: self._is_wanted() or self._anticipated or self._adapter_source,
                        SETTLING_S,
                    )
                elif not improving:
                    self._wake.wait_for(self._has_something_to_do)
        with self._wake:
            if self._stopping:
                return None
            self._current, self._newest = self._newest, None
            return self._current

    def _has_something_to_do(self) -> bool:
        return (
            self._is_wanted()
            or self._anticipated is not None
            or self._adapter_source is not None
            or bool(self._to_learn)
        )

    def _change_and_tell(self, runtime: Runtime) -> None:
        before = self._adapter_id
        news = self._change_adapter(runtime)
        if news or self._adapter_id != before:
            self._tell(EngineState.READY, runtime.notice, news)

    def _change_adapter(self, runtime: Runtime) -> str:
        """Use the adapter that was asked for last, if one was; what there is to say about it."""
        with self._wake:
            source, self._adapter_source = self._adapter_source, None
        if source is None:
            return ""
        self._foreseen = None
        news = ""
        try:
            runtime.use_adapter(source())
        except UserError as error:
            runtime.use_adapter(None)
            news = f"{error} {WITHOUT_ADAPTER}"
        except Exception:
            logger.exception("an adapter failed")
            runtime.use_adapter(None)
            news = f"What was learned from you could not be used. {WITHOUT_ADAPTER}"
        self._adapter_id = runtime.adapter_id
        return news

    def _improve(self, runtime: Runtime) -> bool:
        """Become a little faster; False when nothing is left to do, or when it does not work."""
        try:
            return runtime.improve()
        except Exception:
            logger.exception("the engine stays as fast as it is")
            return False

    def _look_ahead(self, runtime: Runtime) -> None:
        """Answer what may be asked next, until something else is."""
        with self._wake:
            request, self._anticipated = self._anticipated, None
            cancels = self._cancels
        if request is None:
            return

        def cancelled() -> bool:
            newest = self._newest
            another = newest is not None and not newest.asks_the_same_as(request)
            return self._stopping or another or self._cancels != cancels

        try:
            result = runtime.complete(request, lambda _: None, cancelled, lambda _: None)
        except Exception as error:
            # If it is asked in earnest it fails again, and is told then.
            logger.error("looking ahead failed\n%s", whereabouts(error))
            return
        self._foreseen = (request, result) if result is not None else None

    def _answer_as_foreseen(self, request: CompletionRequest, notice: str) -> bool:
        """Answer at once if just this was foreseen."""
        foreseen, self._foreseen = self._foreseen, None
        if foreseen is None or not foreseen[0].asks_the_same_as(request):
            return False
        self._failures = 0
        self._tell(EngineState.THINKING)
        self._listener(
            replace(
                foreseen[1],
                request_id=request.request_id,
                revision=request.revision,
                timings=Timings(),
                cached_tokens=foreseen[1].prompt_tokens,
            )
        )
        self._tell(EngineState.READY, notice)
        return True

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

    def _is_wanted(self) -> bool:
        return self._newest is not None or self._stopping

    def _answer(self, runtime: Runtime, request: CompletionRequest) -> None:
        def cancelled() -> bool:
            return (
                self._stopping
                or self._newest is not None
                or self._cancelled_id == request.request_id
            )

        def useless() -> bool:
            newest = self._newest
            # Every key cancels first, so that says nothing yet; what the next request asks does.
            return self._stopping or (
                newest is not None and not _goes_on(newest.before, request.before)
            )

        def say(message: str) -> None:
            self._tell(EngineState.THINKING, message)

        self._tell(EngineState.THINKING)
        try:
            answer: CompletionResult | None = runtime.complete(
                request, self._listener, cancelled, say, useless
            )
        except UserError as error:  # of the engine, not of this request: no memory, no card
            self._fail(request, f"{error.message} {error.advice}".strip())
            self._tell(EngineState.PROBLEM, f"{error.message} {error.advice}".strip())
            return
        except Exception as error:
            logger.error("a suggestion failed\n%s", whereabouts(error))
            self._fail(request, FAILED_ONCE)
            self._failures += 1
            if self._failures >= FAILURES_TO_TELL:
                self._tell(EngineState.PROBLEM, FAILS_AGAIN)
            else:
                self._tell(EngineState.READY, runtime.notice)
            return
        if answer is not None:
            self._failures = 0
            self._listener(answer)
        self._tell(EngineState.READY, runtime.notice)

    def _fail(self, request: CompletionRequest, message: str) -> None:
        self._listener(
            CompletionFailure(
                request_id=request.request_id, revision=request.revision, message=message
            )
        )

    def _tell(self, state: EngineState, message: str = "", news: str = "") -> None:
        self._listener(
            EngineStatus(
                state=state,
                message=message,
                model=self._model_id,
                adapter=self._adapter_id,
                news=news,
            )
        )


def _goes_on(newer: str, older: str) -> bool:
    """Whether a text begins as an older one does, but for its last few words."""
    return newer.startswith(older[:-SAME_BUT_FOR_CHARACTERS])
