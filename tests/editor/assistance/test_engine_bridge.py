"""Between the engine's thread and the window's: order, frames, and engines that come and go."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator

import pytest
from PySide6.QtCore import QCoreApplication, QEvent
from pytestqt.qtbot import QtBot
from scripted_engine import ScriptedEngine, candidate

from cowrite.editor.assistance.engine_bridge import NO_ENGINE, EngineBridge
from cowrite.engine.influence import Influence
from cowrite.engine.messages import (
    CompletionRequest,
    CompletionResult,
    EngineState,
    EngineStatus,
    Job,
    JobFailure,
    JobMessage,
    JobUpdate,
    Lane,
)


@pytest.fixture
def bridge(qtbot: QtBot) -> Iterator[EngineBridge]:
    bridge = EngineBridge()
    yield bridge
    bridge.close()
    bridge.deleteLater()


def test_the_end_does_not_wait_for_an_engine_that_is_loading(qtbot: QtBot) -> None:
    class Loading(ScriptedEngine):
        def stop(self) -> None:
            loaded.wait()

    loaded = threading.Event()
    bridge = EngineBridge()
    engine = Loading(states=[EngineState.LOADING])
    bridge.use(engine)
    qtbot.waitUntil(lambda: bridge.status.state is EngineState.LOADING)
    bridge.close()
    bridge.deleteLater()
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete.value)
    engine.tell(EngineState.READY)  # into a bridge that is gone
    loaded.set()


def request(bridge: EngineBridge, lane: Lane = Lane.INLINE) -> Job:
    task = CompletionRequest(before="The ")
    return Job(id=bridge.next_job_id(), document_id="d", lane=lane, task=task)


def on_a_thread(act: Callable[[], None]) -> None:
    thread = threading.Thread(target=act)
    thread.start()
    thread.join()


def ready(bridge: EngineBridge, qtbot: QtBot) -> ScriptedEngine:
    engine = ScriptedEngine()
    bridge.use(engine)
    qtbot.waitUntil(lambda: bridge.status.state is EngineState.READY)
    return engine


def test_states_arrive_in_order_on_the_windows_thread(bridge: EngineBridge, qtbot: QtBot) -> None:
    seen: list[tuple[EngineState, bool]] = []
    here = threading.current_thread()
    bridge.status_changed.connect(
        lambda status: seen.append((status.state, threading.current_thread() is here))
    )
    engine = ready(bridge, qtbot)
    on_a_thread(lambda: engine.tell(EngineState.THINKING))
    on_a_thread(lambda: engine.tell(EngineState.PROBLEM, "why"))
    qtbot.waitUntil(lambda: bridge.status.state is EngineState.PROBLEM)
    states = (
        EngineState.LOADING,
        EngineState.READY,
        EngineState.THINKING,
        EngineState.PROBLEM,
    )
    assert seen == [(state, True) for state in states]


def test_many_updates_become_few_and_none_that_matters_is_lost(
    bridge: EngineBridge, qtbot: QtBot
) -> None:
    engine = ready(bridge, qtbot)
    heard: list[JobMessage] = []
    bridge.submit(request(bridge), heard.append)
    text = "word " * 200

    def stream() -> None:
        for end in range(1, len(text)):
            engine.stream(text[:end])

    on_a_thread(stream)
    qtbot.waitUntil(
        lambda: (
            bool(heard)
            and isinstance(heard[-1], JobUpdate)
            and heard[-1].candidate.text == text[:-1]
        )
    )
    assert len(heard) <= 3
    on_a_thread(lambda: engine.stream(text))
    on_a_thread(lambda: engine.answer(text))
    qtbot.waitUntil(lambda: isinstance(heard[-1], CompletionResult))
    assert heard[-1].candidates == (candidate(text),)


def test_updates_are_apart_by_a_frame(
    bridge: EngineBridge, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    now_s = [100.0]
    monkeypatch.setattr("cowrite.editor.assistance.engine_bridge.time.monotonic", lambda: now_s[0])
    engine = ready(bridge, qtbot)
    heard: list[JobMessage] = []
    bridge.submit(request(bridge), heard.append)
    engine.stream("a")
    qtbot.waitUntil(lambda: len(heard) == 1)
    engine.stream("a b")
    bridge._on_arrived()
    assert len(heard) == 1  # the same frame
    now_s[0] += 0.1
    bridge._on_arrived()
    assert len(heard) == 2


def test_answers_to_an_older_request_are_not_heard(bridge: EngineBridge, qtbot: QtBot) -> None:
    engine = ready(bridge, qtbot)
    old: list[JobMessage] = []
    new: list[JobMessage] = []
    bridge.submit(request(bridge), old.append)
    engine.answer("late")
    bridge.submit(request(bridge), new.append)
    engine.answer("right")
    qtbot.waitUntil(lambda: bool(new))
    assert old == []


def test_a_request_is_cancelled_only_by_who_asked(bridge: EngineBridge, qtbot: QtBot) -> None:
    engine = ready(bridge, qtbot)
    first, second = request(bridge), request(bridge)
    bridge.submit(first, lambda _: None)
    bridge.submit(second, lambda _: None)
    bridge.cancel(first.id)
    assert engine.cancelled == []
    bridge.cancel(second.id)
    assert engine.cancelled == [second.id]


def test_a_failure_reaches_who_asked(bridge: EngineBridge, qtbot: QtBot) -> None:
    engine = ready(bridge, qtbot)
    heard: list[JobMessage] = []
    bridge.submit(request(bridge), heard.append)
    engine.fail("out of memory")
    qtbot.waitUntil(lambda: bool(heard))
    assert isinstance(heard[0], JobFailure)


class SlowToEnd(ScriptedEngine):
    def __init__(self) -> None:
        super().__init__()
        self.may_end = threading.Event()

    def stop(self) -> None:
        self.may_end.wait(20)
        super().stop()


def test_the_next_engine_waits_for_the_last_and_the_window_for_neither(
    bridge: EngineBridge, qtbot: QtBot
) -> None:
    slow, skipped, last = SlowToEnd(), ScriptedEngine(), ScriptedEngine()
    bridge.use(slow)
    qtbot.waitUntil(lambda: bridge.status.state is EngineState.READY)
    bridge.show(EngineStatus(state=EngineState.LOADING))
    bridge.use(skipped)
    bridge.use(last)
    slow.tell(EngineState.PROBLEM, "of an engine that is not in use any more")
    slow.may_end.set()
    qtbot.waitUntil(lambda: bridge.status.state is EngineState.READY)
    assert slow.is_stopped
    assert skipped._listener is None
    assert last._listener is not None


def test_the_influence_is_that_of_this_engine_and_the_next(
    bridge: EngineBridge, qtbot: QtBot
) -> None:
    bridge.set_influence(Influence.GENTLE)
    first = ready(bridge, qtbot)
    assert first.influence is Influence.GENTLE
    bridge.set_influence(Influence.STRONG)
    assert first.influence is Influence.STRONG
    bridge.drop()
    bridge.show(EngineStatus(state=EngineState.LOADING))
    assert ready(bridge, qtbot).influence is Influence.STRONG


def test_the_known_texts_are_those_that_were_learned_last(bridge: EngineBridge) -> None:
    bridge.learn("a", "one")
    bridge.learn("b", "two")
    bridge.learn("a", "one more")
    bridge.learn("b", "")
    assert bridge.known_texts == {"a": "one more"}


def test_nothing_is_asked_of_no_engine(bridge: EngineBridge) -> None:
    bridge.submit(request(bridge), lambda _: None)
    bridge.cancel(1)
    assert bridge.status.state is EngineState.OFF


def test_closing_stops_the_engine_and_may_be_repeated(bridge: EngineBridge, qtbot: QtBot) -> None:
    engine = ready(bridge, qtbot)
    bridge.close()
    bridge.close()
    assert engine.is_stopped


# --- jobs of several lanes -------------------------------------------------------------------------------------------


def texts(heard: list[JobMessage]) -> list[str]:
    return [each.candidate.text for each in heard if isinstance(each, JobUpdate)]


def test_each_listener_hears_of_its_own_job_and_typing_ends_no_passage(
    bridge: EngineBridge, qtbot: QtBot
) -> None:
    engine = ready(bridge, qtbot)
    passage: list[JobMessage] = []
    inline: list[JobMessage] = []
    bridge.submit(request(bridge, Lane.PASSAGE), passage.append)
    for _ in range(3):
        bridge.submit(request(bridge), inline.append)
    engine.answer("short")
    engine.answer("long", lane=Lane.PASSAGE)
    qtbot.waitUntil(lambda: bool(passage) and bool(inline))
    assert [type(each) for each in (*passage, *inline)] == [CompletionResult] * 2
    assert passage[0] != inline[0]


def test_updates_of_two_jobs_that_alternate_become_few_as_well(
    bridge: EngineBridge, qtbot: QtBot
) -> None:
    engine = ready(bridge, qtbot)
    passage: list[JobMessage] = []
    inline: list[JobMessage] = []
    bridge.submit(request(bridge, Lane.PASSAGE), passage.append)
    bridge.submit(request(bridge), inline.append)

    def stream() -> None:
        for end in range(1, 400):
            engine.stream("p" * end, lane=Lane.PASSAGE)
            engine.stream("i" * end)

    on_a_thread(stream)
    qtbot.waitUntil(
        lambda: texts(passage)[-1:] == ["p" * 399] and texts(inline)[-1:] == ["i" * 399]
    )
    assert len(passage) <= 3
    assert len(inline) <= 3


def test_the_first_text_of_a_suggestion_waits_for_no_frame_of_a_passage(
    bridge: EngineBridge, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("cowrite.editor.assistance.engine_bridge.time.monotonic", lambda: 100.0)
    engine = ready(bridge, qtbot)
    passage: list[JobMessage] = []
    inline: list[JobMessage] = []
    bridge.submit(request(bridge, Lane.PASSAGE), passage.append)
    bridge.submit(request(bridge), inline.append)
    engine.stream("p", lane=Lane.PASSAGE)
    qtbot.waitUntil(lambda: len(passage) == 1)
    engine.stream("pp", lane=Lane.PASSAGE)
    bridge._on_arrived()
    assert (len(passage), len(inline)) == (1, 0)  # the same frame
    engine.stream("i")
    bridge._on_arrived()
    assert texts(inline) == ["i"]


def test_a_passage_whose_engine_goes_away_is_told_so(bridge: EngineBridge, qtbot: QtBot) -> None:
    ready(bridge, qtbot)
    passage: list[JobMessage] = []
    inline: list[JobMessage] = []
    asked = request(bridge, Lane.PASSAGE)
    bridge.submit(asked, passage.append)
    bridge.submit(request(bridge), inline.append)
    bridge.drop()
    assert passage == [JobFailure(job_id=asked.id, message=NO_ENGINE)]
    assert inline == []
    bridge.submit(request(bridge, Lane.BACKGROUND), passage.append)
    assert len(passage) == 2
    assert isinstance(passage[1], JobFailure)


def test_a_passage_that_was_cancelled_is_not_heard_of(bridge: EngineBridge, qtbot: QtBot) -> None:
    engine = ready(bridge, qtbot)
    passage: list[JobMessage] = []
    inline: list[JobMessage] = []
    asked = request(bridge, Lane.PASSAGE)
    bridge.submit(asked, passage.append)
    bridge.submit(request(bridge), inline.append)
    bridge.cancel(asked.id)
    assert engine.cancelled == [asked.id]
    engine.answer("long", lane=Lane.PASSAGE)
    engine.answer("short")
    qtbot.waitUntil(lambda: bool(inline))
    assert passage == []
