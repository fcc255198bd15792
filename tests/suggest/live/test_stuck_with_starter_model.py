"""The real starter model helps a writer who is stuck: three whole sentences, unlike each other."""

from __future__ import annotations

from dataclasses import replace
from itertools import combinations, count
from pathlib import Path

import pytest
import torch
from support.suggestions import ManualClock, ManualTimer, PlainPage

from cowrite.base.sentences import ends_sentence
from cowrite.decisions.events import Event
from cowrite.engine.decoding.completer import Completer
from cowrite.engine.loading.load import load_model
from cowrite.engine.messages import CompletionRequest, Job, JobId, JobListener
from cowrite.engine.networks.quantize import Quantization
from cowrite.suggest.live.controller import SuggestionController
from cowrite.suggest.live.sentence_choice import SENTENCE_WORDS, are_alike, words_of
from cowrite.suggest.live.stuck_help import SENTENCES
from cowrite.suggest.settings import SuggestSettings, WhenPaused

STORY = (
    "The harbour was quiet when Anna came down the hill in the morning. The fishermen had gone out before dawn, and "
    "only two old men were mending nets by the wall. She had walked half the night to be here, and now there was "
    "nothing to do but wait. "
)

pytestmark = pytest.mark.starter_model


@pytest.fixture(scope="module")
def completer(starter_model_dir: Path) -> Completer:
    model = load_model(starter_model_dir, torch.device("cpu"), Quantization.INT8)
    return Completer(model, model_id="starter")


class AnsweredJobs:
    """Has each job done by ``completer`` when the test says so."""

    def __init__(self, completer: Completer) -> None:
        self._completer = completer
        self._ids = count(1)
        self._waiting: list[tuple[Job, JobListener]] = []

    def next_job_id(self) -> JobId:
        return next(self._ids)

    def submit(self, job: Job, listener: JobListener) -> None:
        self._waiting = [(job, listener)]  # the newest takes the place of those before

    def prefetch(self, jobs: object) -> None:
        pass

    def cancel(self, job_id: JobId) -> None:
        self._waiting = [each for each in self._waiting if each[0].id != job_id]

    def do_all(self) -> None:
        while self._waiting:
            job, listener = self._waiting.pop()
            assert isinstance(job.task, CompletionRequest)
            result = self._completer.complete(job.task)
            listener(replace(result, job_id=job.id))


class Writer:
    """A page with the controller, and an engine behind it."""

    def __init__(self, completer: Completer) -> None:
        clock = ManualClock()
        self.events: list[Event] = []
        self.stuck = ManualTimer(clock)
        self.jobs = AnsweredJobs(completer)
        self.page = PlainPage()
        self.controller = SuggestionController(
            page=self.page,
            jobs=self.jobs,
            timer=ManualTimer(clock),
            stuck_timer=self.stuck,
            sink=self,
            clock=clock,
            session_id="session",
            settings=SuggestSettings(when_paused=WhenPaused.SENTENCES, eagerness=0.0),
        )
        self.page.controller = self.controller
        self.controller.engine_available(True)

    def record(self, event: Event) -> None:
        self.events.append(event)

    def sentences(self) -> list[str]:
        """What the writer can turn through."""
        found = []
        for _ in range(self.page.count):
            found.append(self.page.ghost)
            self.controller.turn(1)
        return found


def check(sentences: list[str]) -> None:
    assert len(sentences) == SENTENCES
    assert all(ends_sentence(text) for text in sentences), sentences
    assert all(len(words_of(text)) <= SENTENCE_WORDS for text in sentences), sentences
    assert not any(are_alike(one, other) for one, other in combinations(sentences, 2)), sentences


def test_three_sentences_differ(completer: Completer) -> None:
    writer = Writer(completer)
    writer.page.commit(STORY)
    writer.controller.ask_sentences()
    writer.jobs.do_all()
    check(writer.sentences())


def test_a_pause_brings_a_phrase_that_grows_into_the_first_of_them(completer: Completer) -> None:
    writer = Writer(completer)
    writer.page.commit(STORY)
    writer.jobs.do_all()
    writer.stuck.advance(3_000)
    writer.jobs.do_all()
    phrase = writer.page.ghost
    assert len(phrase.split()) >= 2
    writer.stuck.advance(5_000)
    writer.jobs.do_all()
    assert writer.page.ghost.startswith(phrase)
    check(writer.sentences())


def test_the_same_place_brings_the_same_sentences(completer: Completer) -> None:
    found = []
    for _ in range(2):
        writer = Writer(completer)
        writer.page.commit(STORY + "She sat down and")
        writer.controller.ask_sentences()
        writer.jobs.do_all()
        found.append(writer.sentences())
    assert found[0] == found[1]
    assert len(found[0]) >= 2
