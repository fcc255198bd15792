"""Several engines as one: who answers at the caret and who works on passages are two questions.

The engine at home is on this machine. A helper may take work off it: a second model on this machine, or a server of
the writer's. What a helper fails at is done at home, and what may not leave the machine never reaches one that is
elsewhere. Where there is no model at home the helper is alone, and what it fails at has failed.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from cowrite.engine.influence import Influence
from cowrite.engine.messages import (
    EngineMessage,
    EngineState,
    EngineStatus,
    Job,
    JobFailure,
    JobId,
    JobUpdate,
    Lane,
    Listener,
)
from cowrite.engine.port import AdapterSource, Engine
from cowrite.localization import sentences, tr

_ANSWERING = frozenset({EngineState.READY, EngineState.THINKING})
_SETTLED = _ANSWERING | {EngineState.PROBLEM}


@dataclass(frozen=True, slots=True, kw_only=True)
class Helper:
    """An ``engine`` that takes the jobs of some ``lanes`` off the one at home; which ones may show once it is ready.

    ``takes`` says which of them it can do at all. What is given to one that ``is_elsewhere`` leaves this machine.
    """

    engine: Engine
    lanes: Callable[[], frozenset[Lane]]
    takes: Callable[[Job], bool] = lambda _: True
    is_elsewhere: bool = False


class RoutedEngine:
    """An :class:`~cowrite.engine.port.Engine` made of the one at ``home`` and one ``helper``."""

    def __init__(self, home: Engine, helper: Helper) -> None:
        self._home, self._helper = home, helper
        self._listener: Listener = lambda _: None
        self._lock = threading.RLock()
        self._home_status = EngineStatus(state=EngineState.LOADING)
        self._helper_status = EngineStatus(state=EngineState.LOADING)
        self._given: dict[JobId, Job] = {}
        self._newest_inline: JobId = 0
        self._is_helper_started = False
        self._said: set[str] = set()

    def start(self, listener: Listener) -> None:
        """Begin at home, and with the helper at once if that is elsewhere: it does not need this machine's cores."""
        self._listener = listener
        if self._helper.is_elsewhere:
            self._start_helper()
        self._home.start(self._on_home)

    def submit(self, job: Job) -> None:
        """Give ``job`` to whom it belongs."""
        with self._lock:
            before = self._newest_inline
            if job.lane is Lane.INLINE:
                self._newest_inline = job.id
                self._given.pop(before, None)
            is_given = self._is_for_helper(job)
            if is_given:
                self._given[job.id] = job
        if job.lane is Lane.INLINE and before:
            (self._home if is_given else self._helper.engine).cancel(before)
        (self._helper.engine if is_given else self._home).submit(job)

    def prefetch(self, jobs: Sequence[Job]) -> None:
        """Work ahead at home alone: elsewhere it would send text that nobody asked about."""
        with self._lock:
            is_at_home = not any(self._is_for_helper(job) for job in jobs)
        self._home.prefetch(jobs if is_at_home else ())

    def cancel(self, job_id: JobId) -> None:
        """Drop the job, whoever has it."""
        with self._lock:
            self._given.pop(job_id, None)
        self._helper.engine.cancel(job_id)
        self._home.cancel(job_id)

    def learn(self, document_id: str, text: str) -> None:
        """Know a text at home; a helper that is elsewhere is not told."""
        self._home.learn(document_id, text)
        if not self._helper.is_elsewhere:
            self._helper.engine.learn(document_id, text)

    def use_adapter(self, source: AdapterSource) -> None:
        """Of the model at home: it was trained for that one."""
        self._home.use_adapter(source)

    def set_influence(self, influence: Influence) -> None:
        """At home, and with a helper on this machine."""
        self._home.set_influence(influence)
        if not self._helper.is_elsewhere:
            self._helper.engine.set_influence(influence)

    def stop(self) -> None:
        """End both."""
        self._helper.engine.stop()
        self._home.stop()

    # --- who does what ---

    def _is_for_helper(self, job: Job) -> bool:
        helper = self._helper
        return (
            self._helper_status.state in _ANSWERING
            and job.lane in helper.lanes()
            and (job.may_leave or not helper.is_elsewhere)
            and helper.takes(job)
        )

    def _start_helper(self) -> None:
        with self._lock:
            if self._is_helper_started:
                return
            self._is_helper_started = True
        self._helper.engine.start(self._on_helper)

    # --- messages; each engine calls on its own thread ---

    def _on_home(self, message: EngineMessage) -> None:
        if not isinstance(message, EngineStatus):
            self._listener(message)
            return
        with self._lock:
            self._home_status = message
            self._tell(message.announcement)
        if message.state in _SETTLED:
            self._start_helper()

    def _on_helper(self, message: EngineMessage) -> None:
        if isinstance(message, EngineStatus):
            self._follow_helper(message)
            return
        with self._lock:
            job = self._given.get(message.job_id)
            if job is not None and not isinstance(message, JobUpdate):
                del self._given[message.job_id]
        if job is None:
            return  # cancelled, replaced or done at home by now
        if not isinstance(message, JobFailure):
            self._listener(message)
            return
        with self._lock:
            is_alone = self._is_alone
            # Who asked for work on a passage hears of the failure where they wait for it.
            if not is_alone or job.lane is Lane.INLINE:
                self._say_once(message.message)
        if is_alone:
            self._listener(message)
        else:
            self._home.submit(job)

    def _follow_helper(self, status: EngineStatus) -> None:
        """What it leaves undone when it stops answering is done at home."""
        with self._lock:
            was_answering = self._helper_status.state in _ANSWERING
            self._helper_status = replace(status, announcement="")
            left: list[Job] = []
            if status.state in _ANSWERING:
                if not was_answering:
                    self._said.clear()
                self._tell(status.announcement)
            else:
                left, self._given = list(self._given.values()), {}
                self._tell(status.announcement)
                if status.state is EngineState.PROBLEM:
                    self._say_once(status.message)
        for job in left:
            self._home.submit(job)

    def _say_once(self, sentence: str) -> None:
        """What the helper failed at, and that it is done here: once until it answers again."""
        if sentence and sentence not in self._said:
            self._said.add(sentence)
            self._tell(sentences(sentence, self._instead()))

    def _instead(self) -> str:
        if self._is_alone:
            return ""
        if self._helper.is_elsewhere:
            return tr("The model on this computer answers instead.")
        return tr("The model that makes the suggestions answers instead.")

    def _tell(self, announcement: str = "") -> None:
        """Say how things stand with both as one status."""
        home, helper = self._home_status, self._helper_status
        if self._is_alone:
            shown = replace(self._alone(), announcement=announcement)
        elif helper.state not in _ANSWERING:
            shown = replace(home, announcement=announcement)
        elif Lane.INLINE in self._helper.lanes():
            shown = replace(helper, announcement=announcement)
        else:
            is_busy = home.state is EngineState.READY and helper.state is EngineState.THINKING
            state = EngineState.THINKING if is_busy else home.state
            shown = replace(home, state=state, passages=helper, announcement=announcement)
        self._listener(shown)

    @property
    def _is_alone(self) -> bool:
        return self._home_status.state is EngineState.MISSING

    def _alone(self) -> EngineStatus:
        """How things stand where there is no model at home: the helper's state, and nothing can be scored."""
        helper = replace(self._helper_status, scores=False)
        if helper.state not in _ANSWERING:
            return replace(helper, server="")  # nothing is sent there
        if Lane.INLINE in self._helper.lanes():
            return helper
        return replace(self._home_status, passages=helper, scores=False)
