"""What the setting “keys” becomes: whatever is done in whatever order, no key runs two commands."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PySide6.QtGui import QKeySequence

from cowrite.editor.commands.command import Command, Scope, key_sequences
from cowrite.editor.commands.key_rules import portable, shared_key
from cowrite.editor.commands.registry import CommandRegistry
from cowrite.editor.panels.shortcuts.key_changes import KeyChanges

pytestmark = pytest.mark.usefixtures("qapp")

IDS = ("file.save", "file.open", "edit.undo", "ghost.accept")
KEYS = ("Ctrl+S", "Ctrl+O", "Ctrl+Z", "Ctrl+Shift+S", "F4", "Ctrl+K")


def make_registry() -> CommandRegistry:
    keys = {"file.save": ["Ctrl+S", "Ctrl+K"], "file.open": ["Ctrl+O"], "edit.undo": ["Ctrl+Z"]}
    return CommandRegistry(
        Command(
            id=each,
            title=each,
            group="File",
            keys=key_sequences(*keys.get(each, ["Tab"])),
            scope=Scope.SUGGESTION if each == "ghost.accept" else Scope.WINDOW,
            run=lambda: None,
        )
        for each in IDS
    )


def key(name: str) -> QKeySequence:
    return QKeySequence(name)


def held(registry: CommandRegistry, command_id: str) -> list[str]:
    return [portable(each) for each in registry.keys_of(command_id)]


def test_a_key_is_added_taken_over_removed_and_given_back() -> None:
    registry = make_registry()
    changes = KeyChanges(registry)
    chosen = changes.with_key({}, "file.open", key("Ctrl+K"))
    assert chosen == {"file.open": ["Ctrl+O", "Ctrl+K"], "file.save": ["Ctrl+S"]}
    assert registry.bind({}, chosen) == []
    assert changes.is_changed("file.save")
    chosen = changes.without_key(chosen, "file.open", key("Ctrl+O"))
    registry.bind({}, chosen)
    assert held(registry, "file.open") == ["Ctrl+K"]
    chosen = changes.reset(chosen, "file.save")
    assert chosen == {"file.open": []}, "what was taken from it came back"
    registry.bind({}, chosen)
    assert changes.reset(chosen, "file.open") == {}


def test_what_cannot_be_a_key_is_refused_in_a_sentence() -> None:
    changes = KeyChanges(make_registry())
    assert "writes or deletes text" in changes.refusal("file.save", key("A"))
    assert "opens the menus" in changes.refusal("file.save", key("F10"))
    assert "closes the window" in changes.refusal("file.save", key("Alt+F4"))
    assert "needed on the page" in changes.refusal("file.save", key("Tab"))
    assert changes.refusal("ghost.accept", key("Tab")) == ""
    assert changes.refusal("file.save", key("Ctrl+Alt+F4")) == ""


def test_a_broken_setting_is_left_out_and_the_rest_stays() -> None:
    registry = make_registry()
    broken = {"file.save": ["no key"], "gone.command": ["F4"], "file.open": ["F5"]}
    assert len(registry.bind({}, broken)) == 2
    assert len(registry.problems) == 2
    assert KeyChanges(registry).repaired(broken) == {"file.open": ["F5"]}


Step = tuple[str, str, str]
STEPS = st.lists(
    st.tuples(
        st.sampled_from(["with_key", "without_key", "reset"]),
        st.sampled_from(IDS),
        st.sampled_from(KEYS),
    ),
    max_size=12,
)


@given(STEPS)
def test_no_order_of_changes_gives_a_key_to_two_commands(steps: list[Step]) -> None:
    registry = make_registry()
    changes = KeyChanges(registry)
    chosen: Mapping[str, Sequence[str]] = {}
    for what, command_id, name in steps:
        before = set(held(registry, command_id))
        if what == "reset":
            chosen = changes.reset(chosen, command_id)
        else:
            chosen = getattr(changes, what)(chosen, command_id, key(name))
        assert registry.bind({}, chosen) == []
        after = set(held(registry, command_id))
        if what == "with_key":
            assert after == before | {name}
        elif what == "without_key":
            assert after == before - {name}
        else:
            assert not changes.is_changed(command_id)
        assert shared_key({each: registry.keys_of(each) for each in IDS}) is None
