"""What a reader would ask of a passage, for the check of one window: the task “questions”, answered beside the text."""

from __future__ import annotations

from cowrite.app.passages.room import asking_of
from cowrite.app.shared import Shared
from cowrite.editor.panels.answers.commands import PANEL_ID as ANSWERS
from cowrite.editor.proposals.passage import meant_passage
from cowrite.editor.shell.window import EditorWindow

TASK = "questions"


class WindowReaderQuestions:
    """Of ``window``. Implements :class:`cowrite.editor.panels.check.check_panel.ReaderQuestions`."""

    def __init__(self, window: EditorWindow, shared: Shared) -> None:
        self._window, self._shared = window, shared

    def is_offered(self) -> bool:
        """Whether the writer wants help of a model, and the one in use does this well."""
        from cowrite.tasks.passage.registry import PASSAGE_TASKS

        if not self._shared.preferences().assistance:
            return False
        self._shared.abilities.look()
        return not self._shared.abilities.why_not(PASSAGE_TASKS[TASK])

    def ask(self) -> None:
        """Have it asked of what is selected, or of the paragraph at the caret."""
        view = self._window.active_view
        asking = asking_of(view)
        offer = next(each for each in asking.offers() if each.task.name == TASK)
        asking.begin(offer, "", meant_passage(view.page, whole_paragraph=True))
        self._window.side_panels.show(ANSWERS)
        view.focus()
