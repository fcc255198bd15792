"""The exam of a model on a server, taken beside the window, which may be closed meanwhile."""

from __future__ import annotations

from collections.abc import Callable

from cowrite.base.errors import UserError
from cowrite.editor.common.background import Background, CancelledError, Task
from cowrite.localization import tr
from cowrite.remote.choice import ServerChoice
from cowrite.tasks.exam.elsewhere import ServerExam, examine
from cowrite.tasks.exam.results import sentence_of
from cowrite.tasks.passage.registry import PASSAGE_TASKS


def examine_beside(
    background: Background,
    choice: ServerChoice,
    key_of: Callable[[str], str],
    keep: Callable[[ServerExam], None],
    *,
    said: Callable[[str], None],
    done: Callable[[str], None],
    failed: Callable[[UserError], None],
) -> Task:
    """``said`` hears how far it is, ``done`` what the model does well once that is kept; all in sentences."""

    def work(task: Task) -> ServerExam:
        def look() -> None:
            if task.is_cancelled:
                raise CancelledError

        def on_task(name: str, share: float) -> None:
            title = PASSAGE_TASKS[name].title
            sentence = tr("Examining, {share:.0%}: {task}", share=share, task=title)
            task.deliver(lambda: said(sentence))

        exam = examine(choice, key_of, on_task, look)
        keep(exam)
        return exam

    return background.run_task(work, lambda exam: done(sentence_of(exam.tasks)), failed)
