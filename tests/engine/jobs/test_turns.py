"""Two workers that share their turns: never two steps at once, and the caret comes first."""

from __future__ import annotations

import threading
from collections.abc import Callable
from pathlib import Path

import pytest
from test_worker_lanes import ScriptedRuntime
from worker_parts import Inbox, ask

from cowrite.engine.jobs.turns import Turns
from cowrite.engine.jobs.worker import EngineWorker
from cowrite.engine.messages import CompletionRequest, CompletionResult, Job, Lane


def worker(runtime: ScriptedRuntime, turns: Turns) -> EngineWorker:
    return EngineWorker(
        model_dir=Path(),
        model_id="scripted",
        quantizations={},
        turns=turns,
        open_runtime=lambda *_: runtime,  # type: ignore[arg-type, return-value]
    )


def test_no_step_begins_within_another() -> None:
    turns, inside, most = Turns(), [0], [0]

    def steps(who: object) -> Callable[[], None]:
        def run() -> None:
            for _ in range(200):
                with turns.step(who):
                    inside[0] += 1
                    most[0] = max(most[0], inside[0])
                    inside[0] -= 1

        return run

    threads = [threading.Thread(target=steps(name)) for name in "abc"]
    for each in threads:
        each.start()
    for each in threads:
        each.join(30)
    assert most == [1]


def test_who_claims_the_turns_is_not_kept_waiting_by_itself_and_others_wait() -> None:
    turns, done = Turns(), threading.Event()
    turns.claim("caret", True)

    def passage() -> None:
        with turns.step("passage"):
            done.set()

    thread = threading.Thread(target=passage)
    thread.start()
    with turns.step("caret"):
        pass
    assert not done.wait(0.05)
    turns.claim("passage", False)  # not its claim
    assert not done.wait(0.05)
    turns.claim("caret", False)
    assert done.wait(30)
    thread.join(30)


def test_a_ghost_stands_before_the_next_step_of_a_passage() -> None:
    turns, order = Turns(), list[str]()
    near, far = ScriptedRuntime(), ScriptedRuntime()
    near.trace = far.trace = order
    first, second = worker(near, turns), worker(far, turns)
    inboxes = Inbox(), Inbox()
    first.start(inboxes[0])
    second.start(inboxes[1])
    far.at["long", 1] = lambda: first.submit(ask(2, "ghost"))
    second.submit(Job(id=1, task=CompletionRequest(before="long"), lane=Lane.PASSAGE))
    inboxes[0].until(lambda message: isinstance(message, CompletionResult))
    inboxes[1].until(lambda message: isinstance(message, CompletionResult))
    first.stop()
    second.stop()
    ghost = [at for at, name in enumerate(order) if name == "ghost"]
    # At most the step that was begun, and the one that began before the ghost's thread woke, come before it.
    assert ghost == list(range(ghost[0], ghost[0] + len(ghost)))


@pytest.mark.expects_warnings
@pytest.mark.filterwarnings("ignore::pytest.PytestUnhandledThreadExceptionWarning")
def test_a_worker_that_fails_leaves_the_turns_to_the_other() -> None:
    turns = Turns()
    near, far = ScriptedRuntime(), ScriptedRuntime()
    first, second = worker(near, turns), worker(far, turns)
    inbox = Inbox()

    def fail() -> None:
        raise MemoryError("not even for a message")

    near.at["ghost", 1] = fail
    second.start(inbox)
    first.start(Inbox())
    first._tell_ready = None  # type: ignore[assignment,method-assign]
    first.submit(ask(1, "ghost"))
    first._thread.join(30)
    assert not first._thread.is_alive()
    second.submit(Job(id=2, task=CompletionRequest(before="long"), lane=Lane.PASSAGE))
    inbox.until(lambda message: isinstance(message, CompletionResult))
    second.stop()
