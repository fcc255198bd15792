"""A tokenizer that gives up in its own way: the engine hears of it as of any other failure."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from tiny_model import byte_level_tokenizer

from cowrite.base.errors import UserError
from cowrite.engine.tokens.panics import panics_as_errors
from cowrite.engine.tokens.vocabulary import Vocabulary


def test_a_text_that_takes_too_long_is_a_plain_sentence(tmp_path: Path) -> None:
    stored = json.loads(byte_level_tokenizer().to_str())
    pattern = {"Regex": r"(.+.+)+[^\s\S]"}
    stored["pre_tokenizer"] = {
        "type": "Split", "pattern": pattern, "behavior": "Isolated", "invert": False
    }  # fmt: skip
    (tmp_path / "tokenizer.json").write_text(json.dumps(stored), "utf-8")
    vocabulary = Vocabulary.load(tmp_path)
    with pytest.raises(UserError, match="tokenizer does not work"):
        vocabulary.encode("The lamps along the harbour were still burning. " * 4)


@pytest.mark.parametrize(
    "error", [KeyboardInterrupt(), ValueError("other")], ids=["interrupt", "error"]
)
def test_whatever_else_is_raised_stays_what_it_is(error: BaseException) -> None:
    with pytest.raises(type(error)) as raised, panics_as_errors():
        raise error
    assert raised.value is error
