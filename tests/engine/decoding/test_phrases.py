"""Which tokens phrases rule out, byte by byte; compared with looking at what each token would write."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cowrite.engine.decoding.phrases import AllowedPhrases, BannedPhrases
from cowrite.engine.tokens.vocabulary import Vocabulary

PHRASES = st.lists(st.text("the aold é你", min_size=1, max_size=6), max_size=4)


@pytest.fixture(scope="module")
def vocabulary(tiny_model_dir: Path) -> Vocabulary:
    return Vocabulary.load(tiny_model_dir)


@settings(max_examples=60, deadline=None)
@given(phrases=PHRASES, written=st.text("the aold é你", max_size=12), cut=st.integers(0, 3))
def test_exactly_the_tokens_that_would_complete_a_phrase_are_forbidden(
    vocabulary: Vocabulary, phrases: list[str], written: str, cut: int
) -> None:
    data = written.encode()[: len(written.encode()) - cut]
    banned = BannedPhrases(vocabulary, phrases)
    found = banned.forbidden(data)
    for token, text in enumerate(vocabulary.tokens):
        if not text:
            continue
        completes = any(
            each.encode() in (data + text)[max(0, len(data) - len(each.encode()) + 1) :]
            for each in phrases
        )
        assert (token in found) == completes, text


def test_no_phrase_forbids_nothing(vocabulary: Vocabulary) -> None:
    assert not BannedPhrases(vocabulary, ["", ""]).forbidden(b"the old")


def test_allowed_phrases_are_followed_as_the_tokenizer_divides_them(vocabulary: Vocabulary) -> None:
    phrases = ("the old", "the light", "the", "你好")
    allowed = AllowedPhrases(vocabulary, phrases, BannedPhrases(vocabulary, ()), most_tokens=32)
    for phrase in phrases:
        tokens = tuple(vocabulary.encode_inside(phrase))
        for at, token in enumerate(tokens):
            assert token in allowed.following(tokens[:at])
        assert allowed.is_one(tokens)
    assert allowed.following(tuple(vocabulary.encode_inside("the light"))) == set()
    assert not allowed.is_one(())


def test_what_cannot_be_written_or_is_banned_is_not_allowed(vocabulary: Vocabulary) -> None:
    banned = BannedPhrases(vocabulary, ("light",))
    assert not AllowedPhrases(vocabulary, ("the light", ""), banned, most_tokens=32)
    assert not AllowedPhrases(vocabulary, ("the old hill",), banned, most_tokens=1)
