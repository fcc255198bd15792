"""The real model's tokenizer: what a person types about language models is text."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tokenizers import Tokenizer

from cowrite.engine.tokens.vocabulary import Vocabulary

pytestmark = pytest.mark.starter_model
SLOW = settings(deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


@pytest.fixture(scope="module")
def vocabulary(starter_model_dir: Path) -> Vocabulary:
    return Vocabulary.load(starter_model_dir)


@pytest.fixture(scope="module")
def reference(starter_model_dir: Path) -> Tokenizer:
    return Tokenizer.from_file(str(starter_model_dir / "tokenizer.json"))


def test_no_control_token_can_be_typed(vocabulary: Vocabulary, reference: Tokenizer) -> None:
    for i, token in reference.get_added_tokens_decoder().items():
        text = f"one {token.content} two"
        ids = vocabulary.encode(text)
        assert i not in ids
        assert b"".join(map(vocabulary.bytes_of, ids)) == text.encode()
        assert vocabulary.bytes_of(i) == b""


# The vocabulary has no token for some bytes, such as 0xF1, with which only characters begin that are not assigned.
@given(text=st.text(max_size=60))
@SLOW
def test_any_other_text_is_read_as_the_author_meant(
    vocabulary: Vocabulary, reference: Tokenizer, text: str
) -> None:
    ids, sizes = vocabulary.encode_with_sizes(text)
    assert ids == reference.encode(text, add_special_tokens=False).ids
    if all(bytes([byte]) in vocabulary.tokens for byte in set(text.encode())):
        assert b"".join(map(vocabulary.bytes_of, ids)) == text.encode()
    assert sum(sizes) == (len(text.encode()) if ids else 0)
