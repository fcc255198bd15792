"""Makes what belongs to spelling: what all documents share, what a view has, and what a window can do."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtCore import QObject

from cowrite.editor.appearance.appearance import Appearance
from cowrite.editor.assistance.engine_bridge import EngineBridge
from cowrite.editor.commands.command import Command
from cowrite.editor.common.disk import Disk, StateFiles
from cowrite.editor.document.document import Document
from cowrite.editor.shell.commands.context import CommandContext
from cowrite.editor.shell.editor_view import EditorView
from cowrite.editor.spelling import commands as spelling_commands
from cowrite.editor.spelling.document_spelling import DocumentSpelling
from cowrite.editor.spelling.service import SpellingService
from cowrite.editor.spelling.spelling_menu import SpellingMenu
from cowrite.editor.spelling.spoken_flags import SpokenFlags
from cowrite.engine.messages import (
    EngineState,
    Job,
    JobMessage,
    Lane,
    ScoreRequest,
    ScoreResult,
)
from cowrite.settings.paths import Paths
from cowrite.settings.preferences import Preferences


def make_service(
    paths: Paths, disk: Disk, states: StateFiles, chosen: Preferences, parent: QObject
) -> SpellingService:
    """What all documents share."""
    return SpellingService(
        disk=disk,
        states=states,
        words_file=paths.words_file,
        choices_file=paths.spelling_file,
        dictionaries_dir=paths.dictionaries_dir,
        is_on=chosen.spelling,
        parent=parent,
    )


def equip(
    view: EditorView, service: SpellingService, appearance: Appearance, bridge: EngineBridge
) -> None:
    """Check the spelling of a view's document."""
    spelling = DocumentSpelling(view, view.structure, service, lambda: appearance.theme)
    SpokenFlags(view.page, spelling)
    SpellingMenu(view, spelling, ModelRanking(bridge, view.document).rank)


def spelling_of(view: EditorView) -> DocumentSpelling:
    """That of a view. Raises RuntimeError if there is none."""
    found = view.findChild(DocumentSpelling)
    if not isinstance(found, DocumentSpelling):
        raise RuntimeError("this view has no spelling")
    return found


def commands(context: CommandContext) -> list[Command]:
    """The table of one window."""
    window, manager = context.window, context.manager
    return spelling_commands.commands(
        window,
        spelling=lambda: spelling_of(context.view),
        say=window.status_line.say,
        switch=lambda: manager.change(spelling=not manager.preferences.spelling),
        preferences_changed=manager.preferences_changed,
    )


class ModelRanking:
    """Asks the model which of some words fits best; tells nothing where there is no model that is ready."""

    def __init__(self, bridge: EngineBridge, document: Document) -> None:
        self._bridge = bridge
        self._document = document

    def rank(
        self,
        before: str,
        words: Sequence[str],
        after: str,
        then: Callable[[Sequence[str]], None],
    ) -> None:
        """Tell ``then`` the words, the most probable between ``before`` and ``after`` first."""
        if self._bridge.status.state not in (EngineState.READY, EngineState.THINKING):
            return

        def answered(message: JobMessage) -> None:
            if isinstance(message, ScoreResult) and len(message.scores) == len(words):
                pairs = zip(message.scores, words, strict=True)
                ranked = sorted(pairs, key=lambda pair: -pair[0].logprob)
                then([word for _, word in ranked])

        task = ScoreRequest(before=before, variants=tuple(words), after=after)
        job = Job(
            id=self._bridge.next_job_id(),
            task=task,
            lane=Lane.PASSAGE,
            document_id=self._document.document_id,
        )
        self._bridge.submit(job, answered)
