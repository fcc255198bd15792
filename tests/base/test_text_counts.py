"""Words, characters and minutes of a text."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from icu4py.breakers import WordBreaker

from cowrite.base.text_counts import TextCounts, count_text, count_words


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", 0),
        ("one", 1),
        ("don’t stop-gap it’s 3.5 %", 5),
        (" — … \n\n ", 0),
        ("你好 world", 3),
        ("你好，世界。！", 4),
        ("naïve cafe\u0301", 2),
        ("e.g. U.S. 1,000 rock’n’roll", 4),
        ("soft\u00adhyphen", 1),
        ("สวัสดีชาวโลก", 3),
        ("カタカナ", 4),
        ("👩‍👩‍👧 yes", 1),
    ],
)
def test_words(text: str, words: int) -> None:
    assert count_text(text).words == words


def test_characters() -> None:
    assert count_text("Ab c，\n你好 é") == TextCounts(5, 9, 7, 2)
    assert count_text("e\u0301\n").characters == 1


def test_minutes() -> None:
    assert TextCounts(words=480).minutes == 2
    assert TextCounts(words=400, cjk_characters=400).minutes == 1


@given(st.text(alphabet="ab1é_ .,:;'’‘-–·/ß$%2Ж\nΩ", max_size=20))
def test_as_icu_divides_it(text: str) -> None:
    found = sum(any(map(str.isalnum, str(word))) for word in WordBreaker(text, "root"))
    assert count_words(text) == found


@given(st.lists(st.text(alphabet="ab 你1\n", max_size=10), max_size=5))
def test_lines_put_together(lines: list[str]) -> None:
    total = TextCounts()
    for line in lines:
        total += count_text(line + "\n")
    assert total == count_text("".join(line + "\n" for line in lines))
    assert total - total == TextCounts()
