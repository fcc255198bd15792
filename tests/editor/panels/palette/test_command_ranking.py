"""Which commands a few letters mean."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from cowrite.editor.panels.palette.ranking import Entry, folded, rank


def entry(command_id: str, text: str, group: str = "File", *, enabled: bool = True) -> Entry:
    return Entry(id=command_id, name=text, text=text, group=group, enabled=enabled)


COMMANDS = [
    entry("file.new", "New"),
    entry("file.save", "Save"),
    entry("file.save_as", "Save as"),
    entry("edit.select_all", "Select all", "Edit"),
    entry("view.actual_size", "Actual size", "View"),
    entry("file.statement", "Export authorship statement"),
    entry("view.authorship", "Show or hide authorship", "View"),
]


def ids(typed: str, *recent: str) -> list[str]:
    return [each.id for each in rank(typed, COMMANDS, recent)]


def test_nothing_typed_lists_everything_the_latest_first() -> None:
    assert ids("") == [each.id for each in COMMANDS]
    assert ids("  ", "view.actual_size", "file.save")[:3] == [
        "view.actual_size",
        "file.save",
        "file.new",
    ]


def test_beginnings_of_names_come_before_initials_and_parts() -> None:
    assert ids("sa") == ["file.save", "file.save_as", "edit.select_all"]
    assert ids("s a")[:2] == ["file.save_as", "edit.select_all"]
    assert ids("thor") == ["file.statement", "view.authorship"]


def test_words_may_be_of_the_group_and_in_any_order() -> None:
    assert ids("view size") == ["view.actual_size"]
    assert ids("statement export") == ["file.statement"]


def test_a_slip_is_forgiven_and_nonsense_is_not() -> None:
    assert ids("auhtorship")[:1] == ["file.statement"]
    assert ids("slect")[0] == "edit.select_all"
    assert ids("qzx") == []


def test_letters_of_full_width_and_accents_are_those_they_stand_for() -> None:
    assert ids("ｓａｖｅ") == ["file.save", "file.save_as"]
    assert folded("É Ａ ﬁ") == "e a fi"


def test_what_cannot_be_run_comes_after_what_can() -> None:
    there = [entry("a.one", "Copy", enabled=False), entry("a.two", "Copy words")]
    assert [each.id for each in rank("copy", there)] == ["a.two", "a.one"]
    assert [each.id for each in rank("", there, ["a.one"])] == ["a.two", "a.one"]


@given(st.text(max_size=12), st.lists(st.sampled_from([each.id for each in COMMANDS]), max_size=4))
def test_whatever_is_typed_finds_each_command_at_most_once(typed: str, recent: list[str]) -> None:
    found = rank(typed, COMMANDS, recent)
    assert len({each.id for each in found}) == len(found)
    assert set(found) <= set(COMMANDS)


@given(st.sampled_from(COMMANDS), st.integers(1, 30))
def test_a_command_is_found_by_every_beginning_of_its_name(one: Entry, length: int) -> None:
    assert one in rank(one.text[:length], COMMANDS)


def test_a_name_in_english_is_found_beside_the_one_that_is_shown() -> None:
    repair = Entry(id="a.repair", name="订正", text="订正", group="", also="Repair")
    assert rank("repair", [*COMMANDS, repair])[0] is repair
    assert rank("订正", [*COMMANDS, repair])[0] is repair
