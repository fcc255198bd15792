"""An engine that follows a script: a drop-in for :class:`cowrite.engine.messages.Engine`.

It has no thread and no model. A test says what it answers and when, and sees what it was asked.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from cowrite.base.errors import UserError
from cowrite.engine.influence import Influence
from cowrite.engine.messages import (
    AnyResult,
    Candidate,
    CompletionRequest,
    CompletionResult,
    EngineState,
    EngineStatus,
    Job,
    JobFailure,
    JobId,
    JobUpdate,
    Lane,
    Listener,
    Timings,
    Token,
)
from cowrite.engine.port import AdapterSource

MODEL = "scripted"
Answers = Callable[[CompletionRequest], Sequence[str] | None]


def candidate(text: str, logprob: float = -0.1) -> Candidate:
    """A candidate of which the model is sure, one token per word."""
    words = text.split(" ")
    tokens = [
        Token(text=word if at == 0 else f" {word}", logprob=logprob)
        for at, word in enumerate(words)
    ]
    return Candidate(text=text, logprob=logprob * len(tokens), tokens=tuple(tokens))


class ScriptedEngine:
    """``answers`` maps a request to texts, best first, or to None for silence until :meth:`answer` is called.

    ``states`` are told when it starts; by default it is ready at once.
    """

    def __init__(
        self,
        answers: Answers = lambda _: None,
        *,
        states: Sequence[EngineState] = (EngineState.LOADING, EngineState.READY),
        message: str = "",
    ) -> None:
        self._answers = answers
        self._states = states
        self._message = message
        self._listener: Listener | None = None
        self.jobs: list[Job] = []
        self.prefetched: list[CompletionRequest] = []
        self.cancelled: list[JobId] = []
        self.learned: dict[str, str] = {}
        self.adapter = ""
        self.influence = Influence.AS_TESTED
        self._source: AdapterSource | None = None
        self.is_stopped = False

    # --- what the program does ---

    def start(self, listener: Listener) -> None:
        self._listener = listener
        for state in self._states:
            self.tell(state, self._message)
        if self._source is not None:
            self.use_adapter(self._source)

    def submit(self, job: Job) -> None:
        self.jobs.append(job)
        self.tell(EngineState.THINKING)
        texts = self._answers(job.task) if isinstance(job.task, CompletionRequest) else None
        if texts is not None:
            self.answer(*texts)

    def prefetch(self, jobs: Sequence[Job]) -> None:
        self.prefetched += [job.task for job in jobs if isinstance(job.task, CompletionRequest)]

    def cancel(self, job_id: JobId) -> None:
        self.cancelled.append(job_id)

    def learn(self, document_id: str, text: str) -> None:
        self.learned[document_id] = text

    def use_adapter(self, source: AdapterSource) -> None:
        if self._listener is None:
            self._source = source
            return
        try:
            folder, announcement = source(), ""
        except UserError as error:
            folder, announcement = None, str(error)
        self.adapter = folder.name if folder else ""
        self.tell(EngineState.READY, announcement=announcement)

    def set_influence(self, influence: Influence) -> None:
        self.influence = influence

    def stop(self) -> None:
        self.is_stopped = True

    # --- what the test does ---

    @property
    def requests(self) -> list[CompletionRequest]:
        """The continuations it was asked for."""
        return [job.task for job in self.jobs if isinstance(job.task, CompletionRequest)]

    @property
    def last(self) -> CompletionRequest:
        """The continuation it was asked for last."""
        return self.requests[-1]

    def last_id(self, lane: Lane = Lane.INLINE) -> JobId:
        """The last job of a lane."""
        return [job.id for job in self.jobs if job.lane is lane][-1]

    def tell(self, state: EngineState, message: str = "", announcement: str = "") -> None:
        """Be in another state."""
        assert self._listener is not None, "it was not started"
        self._listener(
            EngineStatus(
                state=state,
                message=message,
                model=MODEL,
                adapter=self.adapter,
                announcement=announcement,
            )
        )

    def stream(self, text: str, *, lane: Lane = Lane.INLINE) -> None:
        """The answer to the last job of ``lane`` so far."""
        assert self._listener is not None
        self._listener(JobUpdate(job_id=self.last_id(lane), candidate=candidate(text)))

    def answer(self, *texts: str, total_ms: float = 5.0, lane: Lane = Lane.INLINE) -> None:
        """Answer the last job of ``lane``."""
        assert self._listener is not None
        self._listener(
            CompletionResult(
                job_id=self.last_id(lane),
                candidates=tuple(map(candidate, texts)),
                model=MODEL,
                adapter=self.adapter,
                device="cpu",
                quantization="none",
                timings=Timings(first_token=total_ms, total=total_ms),
            )
        )
        self.tell(EngineState.READY)

    def send(self, result: AnyResult) -> None:
        """Give an answer that the test made itself."""
        assert self._listener is not None, "it was not started"
        self._listener(result)

    def fail(self, message: str, then: EngineState = EngineState.READY) -> None:
        """Fail at the last inline job; the engine itself stays ready, or has a problem ``then``."""
        assert self._listener is not None
        self._listener(JobFailure(job_id=self.last_id(), message=message))
        self.tell(then, message if then is EngineState.PROBLEM else "")
