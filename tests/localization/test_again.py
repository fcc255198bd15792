"""What stands on screen is said again in another language: sentences with their values, several together, lists."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from cowrite.base.errors import UserError
from cowrite.localization import again, english, listed, sentences, tr, trn, trp
from cowrite.localization.languages import CHINESE, ENGLISH
from cowrite.localization.said import MOST_OF_OTHERS, Memory, memory

Speak = Callable[[str], None]


@pytest.fixture(autouse=True)
def nothing_said_before(monkeypatch: pytest.MonkeyPatch) -> None:
    """Not even by other tests of the same process."""
    for kept in ("_messages", "_others"):
        monkeypatch.setattr(memory, kept, type(getattr(memory, kept))())


def say_all() -> list[str]:
    """Of each kind one."""
    reason = tr("No space left on device")
    return [
        tr("Saved"),
        tr("Saved as {name}.", name="a.pdf"),
        tr("The settings could not be saved ({reason}).", reason=reason),
        trn("{count} document has unsaved changes.", "{count} documents have unsaved changes.", 3),
        trp("the model", "ready"),
        sentences(tr("The disk is full."), tr("Free up disk space and try again.")),
        str(UserError(tr("There is no file {path}.", path=Path("a")), tr("Check its name."))),
        tr("Trained on some of it and no longer used: {names}.", names=listed(["“a”", "“b”"])),
    ]


@pytest.mark.parametrize(("first", "then"), [(ENGLISH, CHINESE), (CHINESE, ENGLISH)])
def test_all_of_it_is_said_as_if_it_had_been_from_the_start(
    speak: Speak, first: str, then: str
) -> None:
    speak(first)
    before = say_all()
    speak(then)
    after = say_all()
    assert [again(each) for each in before] == after
    assert not set(before) & set(after)
    speak(first)
    assert [again(each) for each in after] == before


def test_a_value_may_have_any_name(speak: Speak) -> None:
    speak(ENGLISH)
    before = tr("{what}: {text}", what=tr("Suggested"), text="“and cold”")
    speak(CHINESE)
    assert again(before) == "Suggested：“and cold”"  # a single word may be a name


def test_what_nobody_said_stays_as_it_is(speak: Speak) -> None:
    speak(CHINESE)
    assert again("") == ""
    assert again("The river went by.") == "The river went by."


def test_the_name_of_a_file_stays_even_if_it_is_a_word_of_the_interface(speak: Speak) -> None:
    speak(ENGLISH)
    before = tr("Saved as {name}.", name="Notes")
    speak(CHINESE)
    assert again(before) == "已保存为 Notes。"


def test_what_is_shown_in_chinese_is_known_in_english(speak: Speak) -> None:
    speak(CHINESE)
    assert english(tr("&Find…")) == "&Find…"
    assert english(tr("Heading &{level}", level=2)) == "Heading &2"
    assert english("河水") == "河水"


def test_of_sentences_with_values_only_the_last_are_kept() -> None:
    fresh = Memory()
    for number in range(MOST_OF_OTHERS + 10):
        fresh.keep(f"{number} there", tr, ("{number} there",), {"number": number})
    assert fresh.how("9 there") is None
    assert fresh.how(f"{MOST_OF_OTHERS} there") is not None


def test_no_object_is_kept_alive() -> None:
    memory = Memory()
    memory.keep("it broke", tr, ("{error}",), {"error": ValueError("it broke")})
    said = memory.how("it broke")
    assert said is not None
    assert said.values == {"error": "it broke"}
