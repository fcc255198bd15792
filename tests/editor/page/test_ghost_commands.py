"""The one table of what can be done with a suggestion."""

from __future__ import annotations

import itertools

import pytest

from cowrite.editor.commands.command import Scope
from cowrite.editor.commands.registry import CommandRegistry
from cowrite.editor.page.ghost_commands import (
    HINTS,
    answer,
    commands,
    default_keymap,
    keymap_of,
    usual_keys,
)
from cowrite.editor.page.ghost_keys import NEEDS_GHOST, GhostAction

pytestmark = pytest.mark.usefixtures("qapp")
CALLS = {
    GhostAction.ACCEPT_WORD: "accept_word",
    GhostAction.ACCEPT_ALL: "accept_all",
    GhostAction.NEXT: "turn 1",
    GhostAction.PREVIOUS: "turn -1",
    GhostAction.REJECT: "reject",
    GhostAction.ASK_NOW: "ask_now",
    GhostAction.ASK_SENTENCES: "ask_sentences",
}


class Ear:
    """Hears what is asked for; only taking a word has an effect."""

    def __init__(self) -> None:
        self.heard: list[str] = []

    def _hear(self, what: str) -> bool:
        self.heard.append(what)
        return what == "accept_word"

    def accept_word(self) -> bool:
        return self._hear("accept_word")

    def accept_all(self) -> bool:
        return self._hear("accept_all")

    def reject(self) -> bool:
        return self._hear("reject")

    def turn(self, step: int) -> bool:
        return self._hear(f"turn {step}")

    def ask_now(self) -> bool:
        return self._hear("ask_now")

    def ask_sentences(self) -> bool:
        return self._hear("ask_sentences")


def registry_for(ear: Ear, *, shown: bool = True, may_ask: bool = True) -> CommandRegistry:
    return CommandRegistry(commands(lambda: ear, is_shown=lambda: shown, may_ask=lambda: may_ask))


@pytest.mark.parametrize("tab_accepts", ["word", "all"])
def test_every_action_has_a_key_and_no_key_two_actions(tab_accepts: str) -> None:
    keymap = default_keymap(tab_accepts)
    assert set(keymap) == set(GhostAction)
    assert all(keymap.values())
    names = [key.toString() for key in itertools.chain.from_iterable(keymap.values())]
    assert "" not in names
    assert len(names) == len(set(names))


@pytest.mark.parametrize("action", GhostAction)
def test_each_action_has_a_command_that_does_it(action: GhostAction) -> None:
    ear = Ear()
    registry_for(ear).run(action)
    assert answer(ear, action) is (action is GhostAction.ACCEPT_WORD)
    assert ear.heard == [CALLS[action]] * 2


@pytest.mark.parametrize("action", GhostAction)
def test_only_asking_is_possible_without_a_suggestion(action: GhostAction) -> None:
    for shown, may_ask in itertools.product((False, True), repeat=2):
        command = registry_for(Ear(), shown=shown, may_ask=may_ask).command(action)
        assert command.enabled() is (shown if action in NEEDS_GHOST else may_ask)
        assert (command.scope is Scope.SUGGESTION) == (action in NEEDS_GHOST)


@pytest.mark.parametrize("tab_accepts", ["word", "all"])
def test_the_keys_of_the_registry_are_those_of_the_page(tab_accepts: str) -> None:
    registry = registry_for(Ear())
    assert registry.bind(usual_keys(tab_accepts), {}) == []
    assert keymap_of(registry) == default_keymap(tab_accepts)


def test_the_hint_names_what_takes_and_what_dismisses() -> None:
    assert list(HINTS.values()) == ["{key} word", "{key} all", "{key} dismiss"]
