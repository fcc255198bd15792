"""The exam: its examples can be passed and are not passed by doing nothing; its result is bound to what was tried."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from cowrite import __version__
from cowrite.base.errors import UserError
from cowrite.engine.messages import (
    AnyResult,
    Candidate,
    CompletionRequest,
    CompletionResult,
    InstructRequest,
    InstructResult,
    Task,
    Timings,
)
from cowrite.models.store import InstalledModel, Manifest
from cowrite.tasks.exam.examples import Example, bundled_examples
from cowrite.tasks.exam.results import (
    NOT_REACHED,
    ExamResult,
    TaskMark,
    keep_result,
    kept_result,
    known_results,
    passed_tasks,
    result_file,
    why_not_passed,
)
from cowrite.tasks.exam.sitting import LIMIT_S, Exam, can_pass
from cowrite.tasks.passage.registry import NO_TEMPLATE, PASSAGE_TASKS

ABOUT = {"model": "m", "adapter": "", "device": "cpu", "quantization": "none", "timings": Timings()}  # fmt: skip
PASSAGE = "Martin opened the door, and the old lamp was lit."


def example(task: str, **rest: object) -> Example:
    fields: dict[str, object] = {"task": task, "passage": PASSAGE, "wanted": (), "unwanted": ()}
    return Example(**{**fields, **rest})  # type: ignore[arg-type]


def answering(answer: Callable[[str], str]) -> Callable[[Task], AnyResult]:
    def ask(task: Task) -> AnyResult:
        if isinstance(task, InstructRequest):
            found = Candidate(text=answer(task.user), logprob=0)
            return InstructResult(candidate=found, **ABOUT)  # type: ignore[arg-type]
        assert isinstance(task, CompletionRequest)
        found = Candidate(text=answer(task.before), logprob=0)
        return CompletionResult(candidates=(found,), **ABOUT)  # type: ignore[arg-type]

    return ask


def marks(
    answer: Callable[[str], str], *examples: Example, has_template: bool = True
) -> dict[str, TaskMark]:
    by_task = {each.task: tuple(e for e in examples if e.task == each.task) for each in examples}
    ask = answering(answer)
    return Exam(ask, lambda _: None, has_template=has_template, examples=by_task).marks()


def test_every_task_has_examples_that_doing_nothing_does_not_pass() -> None:
    examples = bundled_examples()
    assert set(examples) == set(PASSAGE_TASKS)
    for task, some in examples.items():
        assert 2 <= len(some) <= 4
        if PASSAGE_TASKS[task].asks_for:
            assert all(each.instruction for each in some)
        if not any(each.references for each in some):
            nothing = [each.score_of_nothing(each.passage[: len(each.passage) // 2]) for each in some]  # fmt: skip
            assert sum(nothing) / len(nothing) < 0.9, task


def test_a_task_is_passed_by_doing_better_than_nothing() -> None:
    past = example("tense", instruction="past", wanted=(r"\bwas lit\b", r"\bshut\b"))
    found = marks(lambda text: text.replace("opened", "shut"), past)["tense"]
    assert found == TaskMark(passed=True, score=1.0, nothing=0.5, examples=1)
    copied = marks(lambda text: text, past)["tense"]
    assert not copied.passed
    assert copied.why == "In the exam it did none of what was asked."


def test_shortening_is_compared_with_cutting_the_end_off() -> None:
    short = example("shorten", wanted=("Martin", "door"))
    found = marks(lambda _: "Martin opened the door.", short)["shorten"]
    assert not found.passed
    assert found.why == "In the exam it did no better than cutting the end of the passage off."
    end = example("shorten", wanted=("door", "lit"))
    assert marks(lambda _: "The door opened; the lamp was lit.", end)["shorten"].passed
    assert end.score(PASSAGE) == 0  # not shorter


def test_simplifying_is_measured_by_sari() -> None:
    easy = example(
        "simplify", wanted=("lamp",), references=("Martin opened the door. The lamp was lit.",)
    )
    better = marks(lambda _: "Martin opened the door. The lamp was lit.", easy)["simplify"]
    assert better.passed
    worse = marks(lambda _: "Martin, the door and the old lamp: all lit, opened, all old!", easy)
    assert not worse["simplify"].passed
    assert easy.score("Martin opened the door.") == 0  # the lamp is gone


def test_a_model_that_was_taught_no_conversations_is_not_asked() -> None:
    goes_on = example("continue-passage", wanted=("lit. It",))
    past = example("tense", instruction="past", wanted=("x",))
    found = marks(lambda _: " It was late. He", goes_on, past, has_template=False)
    assert found["continue-passage"].passed
    assert found["tense"] == TaskMark(passed=False, why=NO_TEMPLATE)
    assert list(found) == list(PASSAGE_TASKS)


def test_what_cannot_be_passed_any_more_is_given_up() -> None:
    asked: list[str] = []

    def answer(text: str) -> str:
        asked.append(text)
        return "The old lamp was lit, and Martin opened the wrong door."

    past = example("tense", instruction="past", wanted=("never",))
    found = marks(answer, past, past, past)["tense"]
    assert found.examples == len(asked) == 1
    assert not found.passed
    assert can_pass([1.0, 1.0], 3, past)
    assert not can_pass([0.0], 3, past)


def test_after_its_time_no_example_is_begun() -> None:
    now = iter([0.0, 1.0, LIMIT_S + 1, LIMIT_S + 2])
    past = example("tense", instruction="past", wanted=("shut",))
    examples = {"tense": (past, past), "person": (replace(past, task="person"),)}
    exam = Exam(
        answering(lambda text: text.replace("opened", "shut")),
        lambda _: None,
        has_template=True,
        clock=lambda: next(now),
        examples=examples,
    )
    found = exam.marks()
    assert found["tense"].examples == 1
    assert found["person"].passed
    assert found["person"].why == "The exam did not come to this task."


@pytest.fixture
def model(tmp_path: Path) -> InstalledModel:
    manifest = Manifest(
        id="toy", name="Toy", licence="MIT", source="", parameters=1, files={}, quantization={}
    )
    return InstalledModel(path=tmp_path / "toy", manifest=manifest)


def result(model: InstalledModel, **rest: object) -> ExamResult:
    fields: dict[str, object] = {
        "model": model.id,
        "weights_sha256": model.weights_sha256,
        "adapter": "",
        "version": __version__,
        "seconds": 1.0,
        "tasks": {
            "repair": TaskMark(passed=True),
            "shorten": TaskMark(passed=False, why="No."),
            "translate": TaskMark(passed=False, why="Never."),
        },
    }
    return ExamResult(**{**fields, **rest})  # type: ignore[arg-type]


def test_a_result_holds_for_what_was_examined(tmp_path: Path, model: InstalledModel) -> None:
    assert passed_tasks(tmp_path, model, "") is None
    assert why_not_passed(tmp_path, model, "") == {}
    keep_result(tmp_path, result(model))
    assert kept_result(tmp_path, model, "") == result(model)
    assert passed_tasks(tmp_path, model, "") == {"repair"}
    assert why_not_passed(tmp_path, model, "") == {"shorten": "No.", "translate": "Never."}
    assert result_file(tmp_path, "toy").stat().st_mode & 0o777 == 0o600
    assert passed_tasks(tmp_path, model, "another adapter") is None
    for other in ({"version": "0.0.0"}, {"weights_sha256": "0" * 64}):
        keep_result(tmp_path, result(model, **other))
        assert passed_tasks(tmp_path, model, "") is None
    for data in (b"{", b"[]", b'{"format": 1}'):
        result_file(tmp_path, "toy").write_bytes(data)
        assert passed_tasks(tmp_path, model, "") is None


def test_what_is_known_of_the_starter_model_holds_before_its_exam(
    tmp_path: Path, model: InstalledModel
) -> None:
    (known,) = known_results().values()
    assert set(known.tasks) == set(PASSAGE_TASKS)
    starter = replace(model, manifest=replace(model.manifest, id=known.model))
    assert passed_tasks(tmp_path, starter, "") == {
        name for name, mark in known.tasks.items() if mark.passed
    }
    assert "translate" in why_not_passed(tmp_path, starter, "any adapter")
    own = result(starter, weights_sha256=starter.weights_sha256)
    keep_result(tmp_path, own)
    assert passed_tasks(tmp_path, starter, "") == {"repair"}


def test_a_newer_result_is_left_alone(tmp_path: Path, model: InstalledModel) -> None:
    file = result_file(tmp_path, "toy")
    file.write_text(json.dumps({"format": 2}))
    with pytest.raises(UserError, match="newer version"):
        keep_result(tmp_path, result(model))
    assert json.loads(file.read_text()) == {"format": 2}
    assert passed_tasks(tmp_path, model, "") is None


def test_a_base_model_says_what_it_is_for(model: InstalledModel) -> None:
    tasks = {
        "repair": TaskMark(passed=True, score=1.0, examples=4),
        "shorten": TaskMark(passed=False, why=NO_TEMPLATE),
    }
    found = result(model, tasks=tasks).sentence()
    assert found.startswith("This is a base model: it was not taught to follow instructions")
    assert found.endswith("This model repairs.")
    tasks.pop("repair")
    assert result(model, tasks=tasks).sentence().endswith("as you write.")


def test_what_there_was_no_time_for_is_not_promised(model: InstalledModel) -> None:
    tasks = {
        "repair": TaskMark(passed=True, score=1.0, examples=4),
        "shorten": TaskMark(passed=True, why=NOT_REACHED),
        "ask": TaskMark(passed=True, why=NOT_REACHED),
    }
    assert result(model, tasks=tasks).sentence() == (
        "This model repairs. There was no time to see whether it can shorten or answer questions."
    )


def test_a_sentence_says_what_it_does(model: InstalledModel) -> None:
    assert result(model).sentence() == "This model repairs; it does not shorten or translate."
    none = result(model, tasks={"ask": TaskMark(passed=False)}).sentence()
    assert none == "This model does none of the tasks on a passage well."
    every = result(model, tasks={name: TaskMark(passed=True) for name in PASSAGE_TASKS}).sentence()
    assert every.endswith(
        "answers questions, asks what a reader would ask and follows instructions."
    )
