"""The commands of spelling: on and off, from one misspelled word to the next, what was meant, the writer's words."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from PySide6.QtCore import SignalInstance
from PySide6.QtWidgets import QWidget

from cowrite.editor.commands.command import Command, key_sequences
from cowrite.editor.common.show_dialog import show_once
from cowrite.editor.spelling.document_spelling import DocumentSpelling
from cowrite.localization import tr, tr_noop

GROUP = tr_noop("Edit")
NONE_LEFT = tr_noop("No misspelled words")
NOT_CHECKED = tr_noop("Spelling is not checked in this document")
STILL_CHECKING = tr_noop("Spelling is still being checked")


@dataclass(frozen=True, slots=True)
class _Actions:
    """What the commands of one window do; ``spelling`` is that of the view in front."""

    window: QWidget
    spelling: Callable[[], DocumentSpelling]
    say: Callable[[str], object]

    def next(self) -> None:
        self._go(backwards=False)

    def previous(self) -> None:
        self._go(backwards=True)

    def _go(self, *, backwards: bool) -> None:
        its = self.spelling()
        flag = its.next_flag(its.caret_for_search(backwards=backwards), backwards=backwards)
        if flag is not None:
            its.select(flag)
        elif its.checker is None:
            self.say(tr(NOT_CHECKED))
        else:
            self.say(tr(NONE_LEFT if its.is_settled else STILL_CHECKING))

    def suggest(self) -> None:
        its = self.spelling()
        if its.flag_here() is None:
            self.next()
        if its.flag_here() is not None:
            its.show_menu()

    def show_words(self) -> None:
        from cowrite.editor.spelling.words_dialog import WordsDialog

        service = self.spelling().service
        service.begin()
        show_once(
            self.window,
            WordsDialog,
            lambda: WordsDialog(service, self.window),
            command="spelling.words",
        )


def commands(
    window: QWidget,
    *,
    spelling: Callable[[], DocumentSpelling],
    say: Callable[[str], object],
    switch: Callable[[], object],
    preferences_changed: SignalInstance,
) -> list[Command]:
    """The table of one window; ``spelling`` is that of the view in front, ``switch`` turns checking on or off."""
    actions = _Actions(window, spelling, say)
    return [
        Command(
            id="spelling.switch",
            title=tr("&Check while I write"),
            group=GROUP,
            help=tr("Check spelling while I write, or not"),
            run=switch,
            checked=lambda: spelling().service.is_on,
            follows=(preferences_changed,),
        ),
        Command(
            id="spelling.next",
            title=tr("&Next misspelled word"),
            group=GROUP,
            keys=key_sequences("F7"),
            run=actions.next,
        ),
        Command(
            id="spelling.previous",
            title=tr("&Previous misspelled word"),
            group=GROUP,
            keys=key_sequences("Shift+F7"),
            run=actions.previous,
        ),
        Command(
            id="spelling.suggest",
            title=tr("&Suggestions for this word"),
            group=GROUP,
            help=tr("Show what may have been meant by a misspelled word"),
            keys=key_sequences("Ctrl+F7"),
            run=actions.suggest,
        ),
        Command(
            id="spelling.words",
            title=tr("Your &words…"),
            group=GROUP,
            help=tr("Show the words you added to the dictionary"),
            run=actions.show_words,
        ),
    ]
