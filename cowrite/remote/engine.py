"""An :class:`~cowrite.engine.port.Engine` on a server of the writer's: one thread with a loop of its own.

What goes wrong is told as a state or as the failure of a job; whoever routes the jobs has them done here then. A server
that was gone is asked for now and then, without any text, until it is there again.
"""

from __future__ import annotations

import asyncio
import logging
import threading
import time
from collections.abc import Callable, Sequence
from typing import Any

from cowrite.base.errors import UserError, whereabouts
from cowrite.engine.influence import Influence
from cowrite.engine.messages import (
    AnyResult,
    Candidate,
    CompletionRequest,
    CompletionResult,
    EngineMessage,
    EngineState,
    EngineStatus,
    InstructRequest,
    InstructResult,
    Job,
    JobFailure,
    JobId,
    JobUpdate,
    Lane,
    Listener,
    Timings,
)
from cowrite.engine.port import AdapterSource
from cowrite.localization import listed, tr
from cowrite.remote.address import Address, LookUp, locate, look_up, require_permission
from cowrite.remote.asking import Asker
from cowrite.remote.choice import ServerChoice
from cowrite.remote.client import ServerClient, ServerError

logger = logging.getLogger(__name__)

GHOST_PATIENCE_S = 3.0
"""Nobody waits longer for a few grey words."""
FIRST_WAIT_S, LONGEST_WAIT_S = 5.0, 60.0
STOP_S = 5.0
ON_A_SERVER = "server"
_NAMED_MODELS = 5


class RemoteEngine:
    """``key_of`` gives the key for the origin of an address. ``wait`` is how long after a failure it is asked again."""

    def __init__(
        self,
        choice: ServerChoice,
        *,
        key_of: Callable[[str], str] = lambda _: "",
        ask_for_place: LookUp = look_up,
        first_wait_s: float = FIRST_WAIT_S,
        ghost_patience_s: float = GHOST_PATIENCE_S,
    ) -> None:
        self._choice = choice
        self._key_of = key_of
        self._ask_for_place = ask_for_place
        self._first_wait_s = first_wait_s
        self._ghost_patience_s = ghost_patience_s
        self._listener: Listener = lambda _: None
        self._loop: asyncio.AbstractEventLoop | None = None
        self._ready = threading.Event()
        self._thread = threading.Thread(target=self._run, name="cowrite-server", daemon=True)
        self._tasks: dict[JobId, asyncio.Task[None]] = {}
        self._asker: Asker | None = None
        self._gone: asyncio.Event | None = None
        self._stopped: asyncio.Event | None = None
        self._name = self._model = ""
        self._gives_probabilities = False

    # --- what the program asks, from any thread ---

    @property
    def lanes(self) -> frozenset[Lane]:
        """The lanes of which it can do the work: no ghosts without probabilities."""
        lanes = self._choice.use.lanes
        return lanes if self._gives_probabilities else lanes - {Lane.INLINE}

    def takes(self, job: Job) -> bool:
        """Whether it can do a task: it writes, and scores nothing."""
        if job.lane is Lane.INLINE:
            # How a word joins what stands after the caret is for an engine to say that can score texts.
            task = job.task
            return isinstance(task, CompletionRequest) and not _line_after(task)
        return isinstance(job.task, CompletionRequest | InstructRequest)

    def start(self, listener: Listener) -> None:
        """Look for the server."""
        self._listener = listener
        self._thread.start()
        self._ready.wait()

    def submit(self, job: Job) -> None:
        """Ask the server, unless the text may not leave this machine."""
        if not job.may_leave:
            self._send(JobFailure(job_id=job.id, message=tr("This text stays on this computer.")))
            return
        self._in_loop(self._begin, job)

    def prefetch(self, jobs: Sequence[Job]) -> None:
        """Nothing is sent that nobody asked about."""

    def cancel(self, job_id: JobId) -> None:
        """Close the connection of the job."""
        self._in_loop(self._drop, job_id)

    def learn(self, document_id: str, text: str) -> None:
        """Nothing is learned elsewhere."""

    def use_adapter(self, source: AdapterSource) -> None:
        """An adapter belongs to the model on this machine."""

    def set_influence(self, influence: Influence) -> None:
        """What is known of the writer stays on this machine."""

    def stop(self) -> None:
        """Close every connection and end the thread."""
        if self._thread.ident is None:
            return
        self._in_loop(self._end)
        self._thread.join(STOP_S)
        if self._thread.is_alive():
            logger.warning("the server's thread did not end in time")

    def _in_loop(self, call: Callable[..., object], *arguments: object) -> None:
        loop = self._loop
        if loop is None:
            return
        try:
            loop.call_soon_threadsafe(call, *arguments)
        except RuntimeError:  # it has ended
            logger.debug("the server's thread has ended")

    # --- its thread ---

    def _run(self) -> None:
        asyncio.run(self._live())

    async def _live(self) -> None:
        self._loop = asyncio.get_running_loop()
        self._gone, self._stopped = asyncio.Event(), asyncio.Event()
        self._ready.set()
        self._tell(EngineState.LOADING)
        living = asyncio.create_task(self._look_and_look_again())
        await self._stopped.wait()
        for task in (living, *self._tasks.values()):
            task.cancel()
        await asyncio.gather(living, *self._tasks.values(), return_exceptions=True)
        if self._asker is not None:
            await self._asker.client.close()
        self._loop = None

    def _end(self) -> None:
        if self._stopped is not None:
            self._stopped.set()

    async def _look_and_look_again(self) -> None:
        """Find the server, wait until it is gone, and look for it again, at ever longer intervals."""
        wait_s = self._first_wait_s
        while True:
            if await self._find():
                wait_s = self._first_wait_s
                assert self._gone is not None  # noqa: S101 - made before this task
                await self._gone.wait()
            await asyncio.sleep(wait_s)
            wait_s = min(2 * wait_s, LONGEST_WAIT_S)

    async def _find(self) -> bool:
        """Whether the server is there with the model; says so, or what is the matter."""
        try:
            asker = await self._connected()
        except UserError as error:
            self._tell(EngineState.PROBLEM, str(error))
            return False
        except Exception as error:
            logger.error("the server could not be asked\n%s", whereabouts(error))
            self._tell(EngineState.PROBLEM, tr("The server could not be asked."))
            return False
        self._asker, self._model = asker, asker.model
        assert self._gone is not None  # noqa: S101 - made before this
        self._gone.clear()
        self._tell(EngineState.READY, announcement=self._about_probabilities())
        return True

    async def _connected(self) -> Asker:
        address = Address.parse(self._choice.address)
        self._name = address.name
        place = await asyncio.to_thread(locate, address, self._ask_for_place)
        require_permission(place, self._choice.confirmed)
        key = await asyncio.to_thread(self._key_of, address.origin)
        if self._asker is not None:
            await self._asker.client.close()
            self._asker = None
        client = ServerClient(place, key)
        try:
            models = await client.models()
            asker = Asker(client, chosen_model(self._choice.model, models, address.name))
            wants_ghosts = Lane.INLINE in self._choice.use.lanes
            self._gives_probabilities = wants_ghosts and await asker.gives_probabilities()
        except BaseException:
            await client.close()
            raise
        return asker

    def _about_probabilities(self) -> str:
        if Lane.INLINE not in self._choice.use.lanes or self._gives_probabilities:
            return ""
        return tr(
            "The server “{name}” does not say how probable its words are, so suggestions come from the model on "
            "this computer. Passages go to the server.",
            name=self._name,
        )

    # --- jobs, on its thread ---

    def _begin(self, job: Job) -> None:
        asker = self._asker
        if asker is None or (self._gone is not None and self._gone.is_set()):
            self._send(JobFailure(job_id=job.id, message=self._is_away()))
            return
        task = asyncio.create_task(self._do(job, asker))
        self._tasks[job.id] = task
        task.add_done_callback(lambda _: self._tasks.pop(job.id, None))

    def _drop(self, job_id: JobId) -> None:
        task = self._tasks.get(job_id)
        if task is not None:
            task.cancel()

    async def _do(self, job: Job, asker: Asker) -> None:
        self._tell(EngineState.THINKING)
        try:
            result = await self._answered(job, asker)
        except asyncio.CancelledError:
            self._tell_ready()
            raise
        except TimeoutError:
            self._send(JobFailure(job_id=job.id, message=self._too_slow()))
            self._tell_ready()
        except ServerError as error:
            self._fail(job, error)
        except Exception as error:
            logger.error("a server could not be asked\n%s", whereabouts(error))
            self._send(JobFailure(job_id=job.id, message=tr("The server could not be asked.")))
            self._tell_ready()
        else:
            self._tell_ready()
            self._send(result)

    def _fail(self, job: Job, error: ServerError) -> None:
        if error.is_gone:
            self._tell(EngineState.PROBLEM, str(error))
            if self._gone is not None:
                self._gone.set()
        else:
            self._tell_ready()
        self._send(JobFailure(job_id=job.id, message=str(error)))

    async def _answered(self, job: Job, asker: Asker) -> AnyResult:
        started = time.perf_counter()
        first_at = list[float]()

        def update(candidate: Candidate) -> None:
            first_at.append(time.perf_counter())
            self._send(JobUpdate(job_id=job.id, candidate=candidate))

        task = job.task
        if job.lane is Lane.INLINE and isinstance(task, CompletionRequest):
            found = await asyncio.wait_for(asker.ghosts(task, update), self._ghost_patience_s)
            return CompletionResult(candidates=found, **self._about(job, started, first_at))
        if isinstance(task, CompletionRequest):
            one = await asker.passage(task, update)
            return CompletionResult(candidates=(one,), **self._about(job, started, first_at))
        if isinstance(task, InstructRequest):
            one = await asker.instruct(task, update)
            return InstructResult(candidate=one, **self._about(job, started, first_at))
        raise ServerError(tr("The server “{name}” cannot do this.", name=self._name))

    def _about(self, job: Job, started: float, first_at: list[float]) -> dict[str, Any]:
        ended = time.perf_counter()
        first = first_at[0] if first_at else ended
        return {
            "job_id": job.id,
            "model": self._model,
            "adapter": "",
            "device": ON_A_SERVER,
            "quantization": "",
            "timings": Timings(
                first_token=(first - started) * 1000, total=(ended - started) * 1000
            ),
        }

    def _is_away(self) -> str:
        return tr("The server “{name}” cannot be reached.", name=self._name)

    def _too_slow(self) -> str:
        return tr(
            "The server “{name}” needs more than {seconds:g} s for a suggestion.",
            name=self._name,
            seconds=self._ghost_patience_s,
        )

    # --- messages ---

    def _tell_ready(self) -> None:
        """Ready, unless another job goes on or the server is gone."""
        is_gone = self._gone is not None and self._gone.is_set()
        if not is_gone and len(self._tasks) <= 1:
            self._tell(EngineState.READY)

    def _tell(self, state: EngineState, message: str = "", announcement: str = "") -> None:
        self._send(
            EngineStatus(
                state=state,
                message=message,
                model=self._model,
                announcement=announcement,
                server=self._name,
            )
        )

    def _send(self, message: EngineMessage) -> None:
        self._listener(message)


def chosen_model(wanted: str, models: Sequence[str], server: str) -> str:
    """The model to ask: the ``wanted`` one, or the first. Raises ServerError if the server does not have it."""
    if not models:
        raise ServerError(
            tr("The server “{name}” has no model.", name=server),
            tr("Load one there."),
            is_gone=True,
        )
    if wanted and wanted not in models:
        raise ServerError(
            tr("The server “{name}” has no model “{model}”.", name=server, model=wanted),
            tr("It has: {models}.", models=listed(models[:_NAMED_MODELS])),
            is_gone=True,
        )
    return wanted or models[0]


def _line_after(task: CompletionRequest) -> str:
    return task.after.partition("\n")[0].strip()
