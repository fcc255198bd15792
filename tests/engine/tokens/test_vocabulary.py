"""Tokens as bytes."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from cowrite.base.errors import UserError
from cowrite.engine.tokens.token_text import from_sentencepiece
from cowrite.engine.tokens.vocabulary import Vocabulary


@pytest.fixture(scope="module")
def vocabulary(tiny_model_dir: Path) -> Vocabulary:
    return Vocabulary.load(tiny_model_dir)


@given(text=st.text(max_size=40))
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
def test_the_bytes_of_the_tokens_are_the_text(vocabulary: Vocabulary, text: str) -> None:
    tokens = vocabulary.encode(text)
    assert b"".join(vocabulary.bytes_of(token) for token in tokens) == text.encode()


@given(prefix=st.text(min_size=1, max_size=6).map(str.encode))
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
def test_every_token_that_fits_is_found_and_no_other(vocabulary: Vocabulary, prefix: bytes) -> None:
    fitting = {
        token
        for token, text in enumerate(vocabulary.tokens)
        if text and (text.startswith(prefix) or prefix.startswith(text))
    }
    found = vocabulary.starting_with(prefix)
    assert set(found) == fitting
    assert len(found) == len(fitting)
    assert found  # a single byte always fits


def test_control_tokens_write_nothing(vocabulary: Vocabulary) -> None:
    end = vocabulary.id_of("<|endoftext|>")
    assert end is not None
    assert vocabulary.bytes_of(end) == b""
    assert vocabulary.bytes_of(10_000) == b""


def test_a_damaged_tokenizer_is_a_plain_sentence(tmp_path: Path) -> None:
    (tmp_path / "tokenizer.json").write_text("{")
    with pytest.raises(UserError, match="tokenizer"):
        Vocabulary.load(tmp_path)


def test_sentencepiece_spaces_and_byte_tokens_are_understood() -> None:
    assert from_sentencepiece("▁house") == b" house"
    assert from_sentencepiece("<0x0A>") == b"\n"
    assert from_sentencepiece("<0xZZ>") == b"<0xZZ>"
    assert from_sentencepiece("<0x0A>", has_byte_tokens=False) == b"<0x0A>"
