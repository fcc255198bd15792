"""The engine in simulated time: newer questions replace older ones, and what was worked out ahead is there at once."""

from __future__ import annotations

from known_answers import answering

from cowrite.engine.messages import CompletionRequest, Job, JobMessage
from cowrite.suggest.simulation.simulated_clock import SimulatedClock
from cowrite.suggest.simulation.simulated_engine import SimulatedEngine


class Desk:
    """Asks, and notes when which answer came."""

    def __init__(self, engine_ms: float | None = 60.0) -> None:
        self.clock = SimulatedClock()
        self.engine = SimulatedEngine(self.clock, self._answer, engine_ms)
        self.came: list[tuple[float, int]] = []
        self.computed: list[str] = []

    def _answer(self, request: CompletionRequest):  # type: ignore[no-untyped-def]
        self.computed.append(request.before)
        return answering(lambda before: f"{before} on")(request)

    def job(self, before: str) -> Job:
        return Job(id=self.engine.next_job_id(), task=CompletionRequest(before=before))

    def ask(self, before: str) -> int:
        job = self.job(before)
        self.engine.submit(job, self._received)
        return job.id

    def prefetch(self, *befores: str) -> None:
        self.engine.prefetch([self.job(before) for before in befores])

    def _received(self, message: JobMessage) -> None:
        self.came.append((self.clock.now_ms, message.job_id))


def test_an_answer_takes_its_time_and_a_newer_question_replaces_it() -> None:
    desk = Desk()
    desk.ask("a")
    desk.clock.advance_to(50)
    second = desk.ask("b")
    desk.clock.advance_to(1000)
    assert desk.came == [(110.0, second)]
    assert desk.computed == ["b"]


def test_what_was_cancelled_is_not_answered() -> None:
    desk = Desk()
    desk.engine.cancel(desk.ask("a"))
    desk.clock.advance_to(1000)
    assert desk.came == []


def test_what_was_worked_out_ahead_is_there_at_once() -> None:
    desk = Desk()
    desk.ask("a")
    desk.prefetch("b", "c")
    desk.clock.advance_to(180)
    ready = desk.ask("c")
    desk.clock.advance_to(180)
    assert desk.came[-1] == (180.0, ready)
    assert desk.engine.computed_at_ms == 60.0


def test_a_question_takes_over_what_is_being_worked_out_and_drops_the_rest() -> None:
    desk = Desk()
    desk.prefetch("b", "c")
    desk.clock.advance_to(40)
    begun = desk.ask("b")
    desk.clock.advance_to(1000)
    late = desk.ask("c")
    desk.clock.advance_to(2000)
    assert desk.came == [(60.0, begun), (1060.0, late)]


def test_other_things_to_work_out_replace_those_before() -> None:
    desk = Desk()
    desk.prefetch("b", "c")
    desk.clock.advance_to(70)
    desk.prefetch("d")
    desk.clock.advance_to(500)
    for before in ("b", "c", "d"):
        desk.ask(before)
        desk.clock.advance_to(desk.clock.now_ms + 100)
    waited = [at - start for (at, _), start in zip(desk.came, (500, 600, 700), strict=True)]
    assert waited == [0.0, 60.0, 0.0]


def test_what_the_writers_words_change_is_worked_out_again() -> None:
    desk = Desk()
    desk.prefetch("b")
    desk.clock.advance_to(100)
    desk.engine.words_learned()
    late = desk.ask("b")
    desk.clock.advance_to(300)
    assert desk.came == [(160.0, late)]


def test_real_times_are_those_of_the_engine() -> None:
    desk = Desk(engine_ms=None)
    answered = desk.ask("a")
    desk.clock.advance_to(1000)
    assert desk.came == [(7.0, answered)]
