"""Every command by id with the keys it has; what the settings may not do to them is refused with a sentence."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PySide6.QtGui import QKeySequence

from cowrite.editor.commands.command import Command, Scope, key_sequences
from cowrite.editor.commands.key_rules import native, portable
from cowrite.editor.commands.registry import CommandRegistry

pytestmark = pytest.mark.usefixtures("qapp")


def nothing() -> None:
    pass


SAVE = Command(
    id="file.save", title="&Save", group="File", run=nothing, keys=key_sequences("Ctrl+S")
)
OPEN = Command(
    id="file.open", title="&Open…", group="File", run=nothing, keys=key_sequences("Ctrl+O")
)
LOGS = Command(id="help.logs", title="Show &logs", group="Help", run=nothing)
WORD = Command(
    id="suggestion.accept_word",
    title="Accept &word",
    group="Suggestions",
    run=nothing,
    keys=key_sequences("Tab", "Ctrl+Right"),
    scope=Scope.SUGGESTION,
)
ALL = Command(
    id="suggestion.accept_all",
    title="Accept &all",
    group="Suggestions",
    run=nothing,
    keys=key_sequences("Shift+Tab", "End"),
    scope=Scope.SUGGESTION,
)
ASK = Command(
    id="suggestion.suggest_now",
    title="S&uggest now",
    group="Suggestions",
    run=nothing,
    keys=key_sequences("Alt+\\"),
    scope=Scope.PAGE,
)
COMMANDS = (SAVE, OPEN, LOGS, WORD, ALL, ASK)


@pytest.fixture
def registry() -> CommandRegistry:
    made = CommandRegistry(COMMANDS)
    made.reserve({"Alt+F": "opens the menu File"})
    return made


def names(registry: CommandRegistry, command: Command) -> list[str]:
    return [portable(key) for key in registry.keys_of(command.id)]


# --- what there is ---


def test_commands_are_listed_in_their_order_and_found_by_id(registry: CommandRegistry) -> None:
    assert registry.commands == list(COMMANDS)
    assert registry.command("file.open") is OPEN
    for look in (registry.command, registry.keys_of, registry.run):
        with pytest.raises(KeyError):
            look("file.nothing")


def test_a_name_is_the_title_without_its_mnemonic() -> None:
    assert OPEN.name == "Open…"
    assert replace(OPEN, title="R&&D &files").name == "R&D files"


def test_running_by_id_does_nothing_while_it_cannot_be_done() -> None:
    done, may = [], [True]
    registry = CommandRegistry([replace(SAVE, run=lambda: done.append(1), enabled=lambda: may[0])])
    registry.run("file.save")
    may[0] = False
    registry.run("file.save")
    assert done == [1]


@pytest.mark.parametrize(
    "other", [replace(OPEN, id="file.save"), replace(OPEN, keys=key_sequences("F2", "Ctrl+S"))]
)
def test_two_tables_cannot_have_the_same_id_or_key(other: Command) -> None:
    with pytest.raises(ValueError, match=r"file\.save"):
        CommandRegistry([SAVE, other])


# --- keys of one's own ---


def test_a_command_gets_the_keys_that_are_chosen(registry: CommandRegistry) -> None:
    chosen = {"file.save": ["F2", "ctrl+alt+F2", "F2"], "help.logs": ["F4"], "file.open": []}
    assert registry.bind({}, chosen) == []
    assert names(registry, SAVE) == ["F2", "Ctrl+Alt+F2"]
    assert names(registry, LOGS) == ["F4"]
    assert names(registry, OPEN) == []
    assert names(registry, WORD) == ["Tab", "Ctrl+Right"]


def test_keys_change_places(registry: CommandRegistry) -> None:
    assert registry.bind({}, {"file.save": ["Ctrl+O"], "file.open": ["Ctrl+S"]}) == []
    assert (names(registry, SAVE), names(registry, OPEN)) == (["Ctrl+O"], ["Ctrl+S"])


def test_what_is_chosen_no_more_goes_back_to_the_default(registry: CommandRegistry) -> None:
    registry.bind({}, {"file.save": ["F2"]})
    registry.bind({}, {})
    assert names(registry, SAVE) == ["Ctrl+S"]


def test_a_default_may_depend_on_another_setting(registry: CommandRegistry) -> None:
    usual = {WORD.id: ["Ctrl+Right"], ALL.id: ["Tab", "End"]}
    assert registry.bind(usual, {WORD.id: ["Right"]}) == []
    assert (names(registry, WORD), names(registry, ALL)) == (["Right"], ["Tab", "End"])
    (problem,) = registry.bind(usual, {WORD.id: ["Tab"]})
    assert problem == (
        "The setting “keys” gives “Accept word” the key “Tab”, which is that of “Accept all”; "
        f"the default, {native(QKeySequence('Ctrl+Right'))}, is used."
    )
    assert names(registry, WORD) == ["Ctrl+Right"]


@pytest.mark.parametrize(
    ("command", "key", "reason"),
    [
        (SAVE, "A", "writes or deletes text"),
        (SAVE, "Shift+A", "writes or deletes text"),
        (WORD, "é", "writes or deletes text"),
        (WORD, "Space", "writes or deletes text"),
        (WORD, "Return", "writes or deletes text"),
        (SAVE, "Del", "writes or deletes text"),
        (SAVE, "Ctrl+Alt+E", "writes text on some keyboards"),
        (SAVE, "Left", "is needed on the page"),
        (SAVE, "Shift+End", "is needed on the page"),
        (ASK, "Esc", "is needed on the page"),
        (SAVE, "Ctl+S", "is not the name of a key"),
        (SAVE, "Ctrl", "is not the name of a key"),
        (SAVE, "Num+5", "is not the name of a key"),
        (SAVE, "Backtab", "is not the name of a key"),
        (SAVE, "", "is not the name of one key"),
        (SAVE, "Ctrl+K, Ctrl+S", "is not the name of one key"),
        (SAVE, "F10", "opens the menus"),
        (SAVE, "Alt+F", "opens the menu File"),
    ],
)
def test_a_key_that_cannot_be_is_refused_and_the_default_stays(
    registry: CommandRegistry, command: Command, key: str, reason: str
) -> None:
    (problem,) = registry.bind({}, {command.id: ["F2", key], "help.logs": ["F4"]})
    assert problem == (
        f"The setting “keys” gives “{command.name}” the key “{key}”, which {reason}; "
        f"the default, {' or '.join(native(key) for key in command.keys)}, is used."
    )
    assert registry.keys_of(command.id) == command.keys
    assert names(registry, LOGS) == ["F4"]


def test_what_moves_the_caret_may_accept_a_suggestion(registry: CommandRegistry) -> None:
    assert registry.bind({}, {WORD.id: ["Right"]}) == []
    assert names(registry, WORD) == ["Right"]


def test_a_command_that_is_not_there_is_named(registry: CommandRegistry) -> None:
    (problem,) = registry.bind({}, {"file.sav": ["F2"]})
    assert problem == "The setting “keys” names “file.sav”, but there is no such command."


@pytest.mark.parametrize("other", [OPEN, WORD, ASK])
def test_a_key_of_another_command_is_refused(registry: CommandRegistry, other: Command) -> None:
    key = portable(other.keys[-1])
    (problem,) = registry.bind({}, {"help.logs": [key]})
    assert problem == (
        f"The setting “keys” gives “Show logs” the key “{key}”, which is that of “{other.name}”; "
        "it has no key."
    )
    assert names(registry, LOGS) == []


def test_of_two_commands_that_are_given_one_key_the_first_has_it(registry: CommandRegistry) -> None:
    (problem,) = registry.bind({}, {"file.open": ["F2"], "file.save": ["F2"]})
    assert "“Save” the key “F2”, which is that of “Open…”" in problem
    assert (names(registry, OPEN), names(registry, SAVE)) == (["F2"], ["Ctrl+S"])


def test_a_default_that_comes_back_has_its_key_before_who_was_given_it(
    registry: CommandRegistry,
) -> None:
    """Save would have left Ctrl+S to Open, but its own new key cannot be."""
    problems = registry.bind({}, {"file.open": ["Ctrl+S"], "file.save": ["Alt+\\"]})
    assert len(problems) == 2
    assert (names(registry, OPEN), names(registry, SAVE)) == (["Ctrl+O"], ["Ctrl+S"])


KEYS = st.sampled_from(
    ["Ctrl+S", "Ctrl+O", "F2", "F4", "Tab", "End", "Alt+\\", "Alt+F", "A", "", "nonsense"]
)
IDS = st.sampled_from([command.id for command in COMMANDS] + ["file.nothing"])


@given(
    chosen=st.dictionaries(IDS, st.lists(KEYS | st.text(max_size=3), max_size=3)),
    tab_accepts_all=st.booleans(),
)
def test_whatever_is_chosen_no_key_has_two_commands_and_what_is_refused_has_its_default(
    chosen: Mapping[str, Sequence[str]], tab_accepts_all: bool
) -> None:
    registry = CommandRegistry(COMMANDS)
    usual = {WORD.id: ["Ctrl+Right"], ALL.id: ["Tab", "End"]} if tab_accepts_all else {}
    problems = registry.bind(usual, chosen)
    held = [name for command in COMMANDS for name in names(registry, command)]
    assert len(held) == len(set(held))
    as_chosen = 0
    for command in COMMANDS:
        wanted = [
            portable(QKeySequence.fromString(name, QKeySequence.SequenceFormat.PortableText))
            for name in chosen.get(command.id, ())
        ]
        default = [portable(QKeySequence(key)) for key in usual.get(command.id, command.keys)]
        got = names(registry, command)
        assert got in (default, list(dict.fromkeys(wanted)))
        as_chosen += command.id in chosen and got == list(dict.fromkeys(wanted))
    assert len(problems) >= len(chosen) - as_chosen


def test_the_page_is_told_which_keys_the_window_got_or_gave_up(registry: CommandRegistry) -> None:
    assert registry.rebound_keys() == []
    registry.bind({}, {"file.save": ["F2"], WORD.id: ["Right"], ASK.id: ["Ctrl+S"]})
    assert registry.rebound_keys() == [QKeySequence("F2")]  # Ctrl+S is the page's own now
