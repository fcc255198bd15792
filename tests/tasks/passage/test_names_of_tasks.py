"""The names of tasks on a passage are known wherever they are written down."""

from __future__ import annotations

from cowrite.decisions.exchange.without_text import TASKS
from cowrite.tasks.exam.results import ExamResult, TaskMark, known_results
from cowrite.tasks.passage.registry import PASSAGE_TASKS


def test_a_log_without_text_keeps_the_name_of_every_task() -> None:
    assert set(PASSAGE_TASKS) <= TASKS


def test_every_task_has_words_for_what_a_model_does_not_do() -> None:
    marks = {name: TaskMark(passed=name == "repair") for name in PASSAGE_TASKS}
    result = ExamResult(
        model="m", weights_sha256="0", adapter="", version="1", seconds=1.0, tasks=marks
    )
    assert result.sentence().count(",") == len(PASSAGE_TASKS) - 3


def test_what_is_known_of_models_is_known_of_every_task() -> None:
    for result in known_results().values():
        assert set(result.tasks) == set(PASSAGE_TASKS)
