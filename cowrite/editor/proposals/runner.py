"""Does the work on a passage: each of its steps on a thread, and what it asks in the engine's passage lane."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Protocol

from PySide6.QtCore import QObject

from cowrite.base.errors import UserError
from cowrite.editor.assistance.engine_bridge import EngineBridge
from cowrite.editor.common.background import Background
from cowrite.editor.common.background import Task as Step
from cowrite.engine.messages import (
    AnyResult,
    CompletionRequest,
    FillInRequest,
    Job,
    JobFailure,
    JobMessage,
    JobUpdate,
    Lane,
    Task,
)
from cowrite.proposals.proposal import Proposal
from cowrite.tasks.passage.work import PassageWork


class WorkListener(Protocol):
    """Who waits for the work. All of it is told on the window's thread."""

    def is_reading(self, text: str) -> None:
        """The engine answers: ``text`` is what it has written so far of one answer, if it writes."""
        ...

    def is_known(self, proposal: Proposal) -> None:
        """So much is known, and there will be more."""
        ...

    def is_done(self, proposal: Proposal) -> None:
        """That is all."""
        ...

    def has_failed(self, sentence: str) -> None:
        """There will be nothing more, for that reason."""
        ...


@dataclass(frozen=True, slots=True)
class _End:
    proposal: Proposal


class PassageRunner(QObject):
    """One piece of work at a time; ``model`` and ``adapter`` are of what answered last."""

    def __init__(self, bridge: EngineBridge, parent: QObject) -> None:
        super().__init__(parent)
        self._bridge = bridge
        self._background = Background("passage", self)
        self._work: PassageWork | None = None
        self._listener: WorkListener | None = None
        self._step: Step | None = None
        self._job_id = 0
        self._document_id = ""
        self._is_private, self._may_leave = False, False
        self.model = self.adapter = ""

    @property
    def is_busy(self) -> bool:
        """Whether there is work under way."""
        return self._work is not None

    def begin(
        self,
        make: Callable[[], PassageWork],
        listener: WorkListener,
        *,
        document_id: str,
        is_private: bool,
        may_leave: bool = False,
    ) -> None:
        """Do the work that ``make`` returns; what was under way is stopped. Of what ``is_private`` nobody learns.

        Only what ``may_leave`` this machine is ever given to another.
        """
        self.stop()
        self._listener, self._document_id, self._is_private = listener, document_id, is_private
        self._may_leave = may_leave and not is_private
        self._work = make()
        self._go_on(None)

    def stop(self) -> None:
        """Do no more; nobody is told of anything. May be called again."""
        self._work = self._listener = None
        if self._step is not None:
            self._step.cancel()
            self._step = None
        if self._job_id:
            self._bridge.cancel(self._job_id)
            self._job_id = 0

    def close(self) -> None:
        """Stop for good."""
        self.stop()
        self._background.close()

    # --- steps ---

    def _go_on(self, answer: AnyResult | None) -> None:
        work = self._work
        if work is not None:
            self._step = self._background.run(
                lambda: _next(work, answer), self._on_step, self._on_error
            )

    def _on_step(self, asked: Task | Proposal | _End) -> None:
        self._step = None
        listener = self._listener
        if listener is None:
            return
        if isinstance(asked, _End):
            self._work = self._listener = None
            listener.is_done(asked.proposal)
        elif isinstance(asked, Proposal):
            listener.is_known(asked)
            self._go_on(None)
        else:
            self._ask(asked)

    def _ask(self, task: Task) -> None:
        if self._is_private and isinstance(task, CompletionRequest | FillInRequest):
            task = replace(task, is_private=True)
        job_id = self._job_id = self._bridge.next_job_id()
        job = Job(
            id=job_id,
            task=task,
            lane=Lane.PASSAGE,
            document_id=self._document_id,
            may_leave=self._may_leave,
        )
        if self._listener is not None:
            self._listener.is_reading("")
        self._bridge.submit(job, self._on_message)

    def _on_message(self, message: JobMessage) -> None:
        if message.job_id != self._job_id or self._listener is None:
            return
        if isinstance(message, JobUpdate):
            self._listener.is_reading(message.candidate.text)
            return
        self._job_id = 0
        if isinstance(message, JobFailure):
            self._fail(message.message)
            return
        self.model, self.adapter = message.model, message.adapter
        self._go_on(message)

    def _on_error(self, error: UserError) -> None:
        self._step = None
        self._fail(str(error))

    def _fail(self, sentence: str) -> None:
        listener, self._listener, self._work = self._listener, None, None
        if listener is not None:
            listener.has_failed(sentence)


def _next(work: PassageWork, answer: AnyResult | None) -> Task | Proposal | _End:
    try:
        return work.send(answer)
    except StopIteration as end:
        return _End(end.value)
