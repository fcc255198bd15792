"""An engine on a server, against a scripted one: answers, cancelling, and all that goes wrong with servers."""

from __future__ import annotations

import queue
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest
from scripted_engine import ScriptedEngine
from scripted_server import (
    MODEL,
    Script,
    llama_cpp,
    nothing,
    openai_lists,
    openai_objects,
    serving,
)

from cowrite.engine.jobs.routing import Helper, RoutedEngine
from cowrite.engine.messages import (
    CompletionRequest,
    CompletionResult,
    EngineMessage,
    EngineState,
    EngineStatus,
    InstructRequest,
    InstructResult,
    Job,
    JobFailure,
    JobUpdate,
    Lane,
    ScoreRequest,
    Task,
)
from cowrite.remote.choice import ServerChoice, Use
from cowrite.remote.engine import RemoteEngine


class Heard:
    """All that an engine says."""

    def __init__(self) -> None:
        self._queue: queue.Queue[EngineMessage] = queue.Queue()
        self.all: list[EngineMessage] = []

    def __call__(self, message: EngineMessage) -> None:
        self._queue.put(message)

    def until(self, wanted: Callable[[EngineMessage], bool]) -> EngineMessage:
        while True:
            message = self._queue.get(timeout=30)
            self.all.append(message)
            if wanted(message):
                return message

    def state(self, state: EngineState) -> EngineStatus:
        found = self.until(lambda each: isinstance(each, EngineStatus) and each.state is state)
        assert isinstance(found, EngineStatus)
        return found

    def end_of(self, number: int) -> EngineMessage:
        return self.until(
            lambda each: not isinstance(each, EngineStatus | JobUpdate) and each.job_id == number
        )


@contextmanager
def engine_on(
    url: str, use: Use = Use.ALL, *, model: str = "", key: str = "", patience_s: float = 20.0
) -> Iterator[tuple[RemoteEngine, Heard]]:
    choice = ServerChoice(address=url, use=use, model=model)
    engine = RemoteEngine(
        choice, key_of=lambda _: key, first_wait_s=0.05, ghost_patience_s=patience_s
    )
    heard = Heard()
    engine.start(heard)
    try:
        yield engine, heard
    finally:
        engine.stop()


def ghost(number: int, before: str, **wishes: object) -> Job:
    task = CompletionRequest(before=before, **wishes)  # type: ignore[arg-type]
    return Job(id=number, task=task, may_leave=True)


def passage(number: int, task: Task) -> Job:
    return Job(id=number, task=task, lane=Lane.PASSAGE, may_leave=True)


DIALECTS = {
    "vllm": Script(first_empty=True, ends_with_usage=True),
    "llama-server": Script(probabilities=openai_objects, line_end="\r\n", comments=True),
    "old-llama-server": Script(probabilities=llama_cpp),
    "lm-studio": Script(probabilities=openai_lists, says_done=False),
    "split-everywhere": Script(probabilities=openai_objects, splits_at=7),
}


@pytest.mark.parametrize("dialect", DIALECTS)
@pytest.mark.parametrize(
    ("before", "text"),
    [
        ("It was the", " best of times"),
        ("It was the ", "best of times"),
        ("It was the be", "st of times"),
        ("worst of times. Gr", "öße"),
    ],
)
def test_a_ghost_in_every_dialect(dialect: str, before: str, text: str) -> None:
    script = DIALECTS[dialect]
    with serving(script) as url, engine_on(url) as (engine, heard):
        assert heard.state(EngineState.READY).model == MODEL
        assert Lane.INLINE in engine.lanes
        engine.submit(ghost(1, before, max_words=3))
        result = heard.end_of(1)
    assert isinstance(result, CompletionResult)
    assert result.candidates[0].text.strip().startswith(text.strip())
    assert result.candidates[0].logprob < 0
    assert result.model == MODEL


def test_what_no_token_told_begins_with_is_gone_on_from_as_it_is_typed() -> None:
    script = Script()
    with serving(script) as url, engine_on(url) as (engine, heard):
        heard.state(EngineState.READY)
        engine.submit(ghost(1, "It was the zebra", max_words=3))
        result = heard.end_of(1)
    assert isinstance(result, CompletionResult)
    assert result.candidates[0].text
    assert script.seen[-1]["prompt"] == "It was the zebra"


@pytest.mark.parametrize(("most", "asked"), [(10_000, 100), (20, 20), (5, 5)])
def test_each_server_is_asked_for_as_many_probabilities_as_it_tells(most: int, asked: int) -> None:
    script = Script(most_told=most)
    with serving(script) as url, engine_on(url) as (engine, heard):
        heard.state(EngineState.READY)
        assert Lane.INLINE in engine.lanes
        engine.submit(ghost(1, "It was the ", max_words=3))
        assert isinstance(heard.end_of(1), CompletionResult)
    assert script.seen[-1]["logprobs"] == asked
    assert ("repeat_penalty" in script.seen[-1]) is (most == 10_000)


def test_a_server_without_probabilities_makes_no_ghosts_and_says_so() -> None:
    with serving(Script(probabilities=nothing)) as url, engine_on(url) as (engine, heard):
        status = heard.state(EngineState.READY)
        assert "does not say how probable" in status.announcement
        assert engine.lanes == {Lane.PASSAGE}


@pytest.mark.parametrize("streams", [True, False])
def test_an_instruction(streams: bool) -> None:
    script = Script(streams=streams, thinks="hm, let me see")
    with serving(script) as url, engine_on(url, Use.PASSAGES) as (engine, heard):
        heard.state(EngineState.READY)
        task = InstructRequest(system="Be brief.", user="worst of times.", stop=(" ends",))
        engine.submit(passage(1, task))
        result = heard.end_of(1)
    assert isinstance(result, InstructResult)
    assert result.candidate.text.strip() in ("Größe 很好", "hm, let me see\n Größe 很好")
    (asked,) = script.seen
    assert [each["role"] for each in asked["messages"]] == ["system", "user"]
    assert asked["stop"] == [" ends"]


def test_a_passage_goes_on() -> None:
    with serving(Script(probabilities=nothing)) as url, engine_on(url) as (engine, heard):
        heard.state(EngineState.READY)
        task = CompletionRequest(before="It was", max_words=6, max_tokens=40)
        engine.submit(passage(1, task))
        result = heard.end_of(1)
    assert isinstance(result, CompletionResult)
    assert result.candidates[0].text.startswith(" the best of times, it was")
    assert any(isinstance(each, JobUpdate) for each in heard.all)


def test_cancelling_closes_the_connection_at_once() -> None:
    script = Script(pause_s=0.2)
    with serving(script) as url, engine_on(url, Use.PASSAGES) as (engine, heard):
        heard.state(EngineState.READY)
        engine.submit(passage(1, InstructRequest(user="It was")))
        heard.until(lambda each: isinstance(each, JobUpdate))
        engine.cancel(1)
        assert script.closed.wait(20)
        heard.state(EngineState.READY)
    assert not any(isinstance(each, JobFailure | InstructResult) for each in heard.all)


def test_what_may_not_leave_is_never_sent() -> None:
    script = Script()
    with serving(script) as url, engine_on(url) as (engine, heard):
        heard.state(EngineState.READY)
        asked_before = len(script.seen)
        engine.submit(Job(id=1, task=CompletionRequest(before="a secret")))
        assert isinstance(heard.end_of(1), JobFailure)
    assert len(script.seen) == asked_before
    assert not any("secret" in str(each) for each in script.seen)


def test_what_it_cannot_do_it_does_not_take() -> None:
    engine = RemoteEngine(ServerChoice(address="http://localhost:1", use=Use.ALL))
    assert not engine.takes(passage(1, ScoreRequest(before="a", variants=("b",))))
    assert engine.takes(ghost(1, "It was", after="\nNext line"))
    assert not engine.takes(ghost(1, "It was", after=" the best"))


TROUBLE = {
    "error": (Script(status=500), "cannot answer now"),
    "too many": (Script(status=429), "cannot answer now"),
    "elsewhere": (Script(location="http://127.0.0.1:9/v1/models"), "sends elsewhere"),
    "key": (Script(key="right"), "does not accept the key"),
    "no models": (Script(models=()), "has no model"),
    "missing": (Script(status=404), "refused (status 404)"),
    "its own words": (Script(status=400, error={"error": {"message": "too long"}}), "too long"),
}


@pytest.mark.parametrize("what", TROUBLE)
def test_what_is_the_matter_is_said_in_a_sentence(what: str) -> None:
    script, said = TROUBLE[what]
    with serving(script) as url, engine_on(url, key="wrong") as (_, heard):
        assert said in heard.state(EngineState.PROBLEM).message


def test_a_model_that_is_not_there_is_said_with_those_that_are() -> None:
    with serving(Script()) as url, engine_on(url, model="big") as (_, heard):
        message = heard.state(EngineState.PROBLEM).message
    assert "no model “big”" in message
    assert MODEL in message


def test_nobody_there() -> None:
    with engine_on("http://127.0.0.1:9") as (engine, heard):
        assert "cannot be reached" in heard.state(EngineState.PROBLEM).message
        engine.submit(ghost(1, "It was"))
        assert isinstance(heard.end_of(1), JobFailure)


def test_the_number_at_which_somebody_listens_is_found() -> None:
    """A name of this machine has two numbers, and most servers listen at the second."""
    with serving(Script()) as url:
        choice = ServerChoice(address=url.replace("127.0.0.1", "localhost"), use=Use.PASSAGES)
        engine = RemoteEngine(choice, ask_for_place=lambda *_: ["::1", "127.0.0.1"])
        heard = Heard()
        engine.start(heard)
        try:
            assert heard.state(EngineState.READY).model == MODEL
            engine.submit(passage(1, InstructRequest(user="worst of times.")))
            assert isinstance(heard.end_of(1), InstructResult)
        finally:
            engine.stop()


@pytest.mark.parametrize("key", ["“sk-1”", "sk\x07"])
def test_a_key_that_cannot_be_sent_is_said_in_a_sentence(key: str) -> None:
    with serving(Script()) as url, engine_on(url, key=key) as (_, heard):
        assert "characters that no key can have" in heard.state(EngineState.PROBLEM).message


def test_blanks_around_a_key_do_not_count() -> None:
    with serving(Script(key="right")) as url, engine_on(url, key=" right\n") as (_, heard):
        heard.state(EngineState.READY)


def test_when_one_of_several_ghosts_fails_nobody_waits_for_the_others() -> None:
    script = Script(fails_after=" never", pause_s=0.2)
    with serving(script) as url, engine_on(url) as (engine, heard):
        heard.state(EngineState.READY)
        engine.submit(ghost(1, "It was the ", candidates=2, max_words=8, max_tokens=30))
        assert isinstance(heard.end_of(1), JobFailure)
        assert script.closed.wait(20)


@pytest.mark.parametrize(
    ("script", "said"),
    [
        pytest.param(Script(raw=b"data: {nonsense\n\n"), "makes no sense", id="nonsense"),
        pytest.param(Script(raw=b"data: 12\n\n"), "makes no sense", id="number"),
        pytest.param(Script(breaks_after=2), "broke off", id="breaks"),
        pytest.param(Script(raw=b""), "broke off", id="empty"),
        pytest.param(Script(raw=b'data: {"error": "out of memory"}\n\n'), "of memory", id="error"),
    ],
)
def test_an_answer_that_is_none(script: Script, said: str) -> None:
    with serving(script) as url, engine_on(url, Use.PASSAGES) as (engine, heard):
        heard.state(EngineState.READY)
        engine.submit(passage(1, InstructRequest(user="It was")))
        failure = heard.end_of(1)
    assert isinstance(failure, JobFailure)
    assert said in failure.message


def test_a_slow_ghost_is_given_up() -> None:
    script = Script()
    with serving(script) as url, engine_on(url, patience_s=0.3) as (engine, heard):
        heard.state(EngineState.READY)
        script.first_pause_s = 5.0
        engine.submit(ghost(1, "It was"))
        failure = heard.end_of(1)
    assert isinstance(failure, JobFailure)
    assert "more than 0.3 s" in failure.message


def test_the_model_here_takes_over_and_gives_back() -> None:
    script = Script()
    home = ScriptedEngine(lambda _: (" from here",))
    with serving(script) as url:
        remote = RemoteEngine(ServerChoice(address=url, use=Use.ALL), first_wait_s=0.05)
        helper = Helper(
            engine=remote, lanes=lambda: remote.lanes, takes=remote.takes, is_elsewhere=True
        )
        engine, heard = RoutedEngine(home, helper), Heard()
        engine.start(heard)
        try:
            heard.until(lambda each: isinstance(each, EngineStatus) and bool(each.servers))
            script.raw = b"data: nonsense\n\n"
            engine.submit(ghost(1, "It was the"))
            first = heard.end_of(1)
            said = [each.announcement for each in heard.all if isinstance(each, EngineStatus)]
            script.raw = None
            heard.until(lambda each: isinstance(each, EngineStatus) and bool(each.servers))
            engine.submit(ghost(2, "It was the"))
            second = heard.end_of(2)
        finally:
            engine.stop()
    assert isinstance(first, CompletionResult)
    assert first.candidates[0].text == " from here"
    assert any(each.endswith("The model on this computer answers instead.") for each in said)
    assert isinstance(second, CompletionResult)
    assert second.model == MODEL


def test_no_text_reaches_the_log(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level("DEBUG", "cowrite")
    script = Script(raw=b"data: {nonsense\n\n")
    with serving(script) as url, engine_on(url, Use.PASSAGES, key="k3y") as (engine, heard):
        heard.state(EngineState.READY)
        engine.submit(passage(1, InstructRequest(user="the diary of a spy")))
        heard.end_of(1)
    assert "spy" not in caplog.text
    assert "k3y" not in caplog.text


def test_stopping_before_anything_answers_ends_soon() -> None:
    with serving(Script(first_pause_s=5.0)) as url, engine_on(url) as (engine, _):
        engine.stop()
        assert not engine._thread.is_alive()
