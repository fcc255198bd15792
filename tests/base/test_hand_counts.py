"""What is counted is what a hand counts, wherever a number of words is told."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from support.hand_counts import HAND_COUNTS

from cowrite.__main__ import main
from cowrite.base.text_counts import count_text
from cowrite.markdown.counted import counted_text


@pytest.mark.parametrize(("text", "words"), HAND_COUNTS)
def test_a_text(text: str, words: int) -> None:
    assert count_text(counted_text(text, markdown=True)).words == words


def test_all_of_them_in_one() -> None:
    whole = "\n\n".join(text for text, _ in HAND_COUNTS if "---" not in text)
    words = sum(words for text, words in HAND_COUNTS if "---" not in text)
    assert count_text(counted_text(whole, markdown=True)).words == words


def test_commands_tell_the_same(
    tmp_path: Path, home: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    for number, (text, words) in enumerate(HAND_COUNTS):
        source = tmp_path / f"{number}.md"
        source.write_text(text, "utf-8")
        assert main(["count", "--json", str(source)]) == 0
        assert json.loads(capsys.readouterr().out)["words"] == words, text
        assert main(["convert", "--json", str(source), str(tmp_path / f"{number}.html")]) == 0
        assert json.loads(capsys.readouterr().out)["words"] == words, text
