"""Nothing that a terminal would interpret gets through, and everything that is read does."""

from __future__ import annotations

import sys
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cowrite.base.errors import UserError
from cowrite.base.printable import excerpt, label, lines, one_line, run_on


@given(st.text(st.characters()))
def test_one_line_is_one_line_and_can_be_written(text: str) -> None:
    shown = one_line(text)
    shown.encode()
    assert len(shown.splitlines()) <= 1
    assert not any(
        unicodedata.category(each) in ("Cc", "Cs", "Zl", "Zp") for each in shown + excerpt(text)
    )


def test_every_character_that_turns_or_hides_is_shown_as_what_it_is() -> None:
    harmful = [*range(0x20), *range(0x7F, 0xA0), *range(0x202A, 0x202F), *range(0x2066, 0x206A),
               0x2028, 0x2029, 0xFEFF, 0xD800, 0xDFFF, 0xE0041]  # fmt: skip
    for code in harmful:
        assert one_line(chr(code)) == ascii(chr(code))[1:-1], hex(code)


@pytest.mark.parametrize(
    "name", ["naïve", "日本語", "می‌خواهم", "👩‍💻", "a b", "Straße – “x”", "\U0010ffff", "\ue000"]
)
def test_names_of_every_script_stay_as_they_are(name: str) -> None:
    assert one_line(name) == lines(name) == excerpt(name) == name


def test_lines_keeps_line_breaks_and_tabs() -> None:
    assert lines("a\n\tb\rc\x1b") == "a\n\tb\\rc\\x1b"
    assert excerpt("a\n\tb\r") == "a⏎⇥b\\r"
    assert label("R&D\n") == "R&&D\\n"


def test_no_error_that_is_told_to_a_person_holds_control_characters() -> None:
    error = UserError("“a\x1b]0;x\x07\n” is damaged.", "Get “\u202eb\ud800” again.")
    assert str(error) == "“a\\x1b]0;x\\x07\\n” is damaged. Get “\\u202eb\\ud800” again."
    str(error).encode(sys.getdefaultencoding())


def test_paragraphs_run_on() -> None:
    assert run_on(" Dear Maria,\n\n\tthank\u2029you \x1b") == "Dear Maria, thank you \\x1b"
