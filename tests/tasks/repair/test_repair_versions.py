"""Further versions of a repaired passage: thorough, and what a model writes that follows instructions."""

from __future__ import annotations

from scripted_repair import better, scores

from cowrite.engine.messages import (
    AnyResult,
    Candidate,
    EditsRequest,
    InstructRequest,
    InstructResult,
    Task,
    Timings,
)
from cowrite.proposals.proposal import Proposal, composed
from cowrite.tasks.passage.running import run_work
from cowrite.tasks.passage.work import PassageRequest
from cowrite.tasks.repair.versions import repair_versions

PASSAGE = "She go home. He saw lamp there."
RIGHT = ("She goes home.", "He saw the lamp there.")
WRITTEN = "She goes home. He saw the lamp there, once."


def done(
    gains: dict[str, float], written: str = WRITTEN, **more: object
) -> tuple[list[str], list[Proposal], int]:
    """The texts of the versions, what was shown on the way, and how often the model was told to write."""
    shown, told = list[Proposal](), list[InstructRequest]()

    def ask(task: Task) -> AnyResult:
        if isinstance(task, EditsRequest):
            return scores(task, lambda text: gains.get(text))
        assert isinstance(task, InstructRequest)
        told.append(task)
        return InstructResult(
            candidate=Candidate(text=written, logprob=-1.0), model="m", adapter="", device="cpu",
            quantization="none", timings=Timings(),
        )  # fmt: skip

    request = PassageRequest(passage=PASSAGE, **more)  # type: ignore[arg-type]
    last = run_work(repair_versions(request), ask, shown.append)
    for version in last.versions:
        assert composed(PASSAGE, version.hunks) == version.text
    return [each.text for each in last.versions], shown, len(told)


def gains(sure: float, unsure: float) -> dict[str, float]:
    return {RIGHT[0]: sure, RIGHT[1]: unsure}


def test_one_version_is_made_as_it_was_asked_for() -> None:
    texts, _, told = done(gains(15.0, 15.0), generates=True)
    assert texts == ["She goes home. He saw the lamp there."]
    assert told == 0


def test_where_nothing_can_be_scored_a_model_writes_the_repair() -> None:
    texts, _, told = done({}, scores=False)
    assert texts == [WRITTEN]
    assert told == 1


def test_another_version_is_thorough() -> None:
    texts, shown, told = done(gains(15.0, 4.5), versions=3)
    assert texts == ["She goes home. He saw lamp there.", "She goes home. He saw the lamp there."]
    assert told == 0
    assert [len(each.versions) for each in shown] == [1, 2]


def test_what_finds_nothing_more_is_no_other_version() -> None:
    texts, _, _ = done(gains(15.0, 15.0), versions=3)
    assert texts == ["She goes home. He saw the lamp there."]


def test_of_what_a_model_writes_the_probable_changes_are_kept() -> None:
    found = {
        "He saw the lamp there.": 0.0,
        "She goes home. He saw lamp there.": 15.0,
        "She go home. He saw the lamp there.": 15.0,
    }
    texts, _, told = done(found, versions=3, generates=True)
    assert told == 1
    assert texts == [PASSAGE, "She goes home. He saw the lamp there."]


def test_a_model_that_writes_nothing_of_use_leaves_the_other_versions() -> None:
    texts, _, told = done(gains(15.0, 15.0), written="", versions=3, generates=True)
    assert told >= 1
    assert texts == ["She goes home. He saw the lamp there."]


def test_a_thorough_writer_gets_no_second_thorough_version() -> None:
    asked = list[str]()

    def ask(task: Task) -> AnyResult:
        assert isinstance(task, EditsRequest)
        asked.append(task.text)
        return scores(task, better())

    run_work(repair_versions(PassageRequest(passage=PASSAGE, thoroughness=1.0, versions=3)), ask)
    assert len(asked) == 2
