"""The vocabulary in a GGUF file: the same tokens as the model learned with, and no text as a control token."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

import pytest
from gguf import TokenType
from hypothesis import given
from hypothesis import strategies as st
from made_up_gguf import byte_tokens, piece_tokens
from tokenizers import Tokenizer

from cowrite.base.errors import UserError
from cowrite.engine.gguf.splitting import SPLITTINGS
from cowrite.engine.gguf.tokenizer import tokenizer_config_of, tokenizer_of
from cowrite.engine.gguf.vocabulary import vocabulary_of

USER = [
    ("~~", TokenType.USER_DEFINED),
    ("\n\n\n", TokenType.USER_DEFINED),
    ("<|user|>", TokenType.CONTROL),
    ("[PAD]", TokenType.UNUSED),
]


def values(tokens: Sequence[tuple[str, TokenType]], /, **changes: Any) -> dict[str, Any]:
    """What a file says of ``tokens``; ``changes`` with None leave something out."""
    is_pieces = tokens[0][0] == "<unk>"
    found: dict[str, Any] = {
        "model": "llama" if is_pieces else "gpt2",
        "pre": "default" if is_pieces else "smollm",
        "tokens": [text for text, _ in tokens],
        "token_type": [int(kind) for _, kind in tokens],
        "bos_token_id": 1,
        "eos_token_id": 2 if is_pieces else 0,
    }
    if is_pieces:
        found |= {"scores": [-float(number) for number in range(len(tokens))]}
        found["unknown_token_id"] = 0
    else:
        found["merges"] = ["Ġ t", "Ċ Ċ", "Ġ Ġ", "h e"]
    found |= changes
    return {f"tokenizer.ggml.{key}": value for key, value in found.items() if value is not None}


def made(metadata: Mapping[str, Any]) -> Tokenizer:
    """As it is read back from tokenizer.json."""
    return Tokenizer.from_str(tokenizer_of(vocabulary_of(dict(metadata))).to_str())


def tokens_of(tokenizer: Tokenizer, text: str, *, special: bool = False) -> list[str]:
    return list(tokenizer.encode(text, add_special_tokens=special).tokens)


@pytest.mark.parametrize("tokens", [byte_tokens(USER), piece_tokens(USER)], ids=["bytes", "pieces"])
def test_only_control_tokens_are_special(tokens: list[tuple[str, TokenType]]):
    tokenizer = made(values(tokens))
    added = {each.content: each.special for each in tokenizer.get_added_tokens_decoder().values()}
    assert added["~~"] is False
    assert added["\n\n\n"] is False
    assert added["<|user|>"] is True
    assert added["[PAD]"] is True  # never text: there is nothing that it writes
    assert "h" not in added
    # Every token keeps its number, with gaps or without.
    assert tokenizer.get_vocab() == {text: number for number, (text, _) in enumerate(tokens)}


def test_what_ends_a_text_is_special_whatever_its_kind():
    tokens = [("<|endoftext|>", TokenType.NORMAL), *byte_tokens()[1:]]
    added = made(values(tokens)).get_added_tokens_decoder()
    assert added[0].special


@pytest.mark.parametrize(
    ("changes", "wanted"),
    [
        ({}, ["a"]),
        ({"add_bos_token": True}, ["<|im_start|>", "a"]),
        ({"add_bos_token": False}, ["a"]),
        ({"add_eos_token": True}, ["a", "<|endoftext|>"]),
        ({"pre": "llama-bpe"}, ["<|im_start|>", "a"]),
        ({"pre": "llama-bpe", "add_bos_token": False}, ["a"]),
        ({"pre": "tekken"}, ["<|im_start|>", "a"]),
        ({"pre": "qwen2"}, ["a"]),
    ],
)
def test_what_stands_before_a_text(changes: dict[str, Any], wanted: list[str]):
    assert tokens_of(made(values(byte_tokens(), **changes)), "a", special=True) == wanted


@pytest.mark.parametrize(
    ("changes", "wanted"),
    [
        ({}, ["<s>", "▁the", "▁", "he", "n"]),
        ({"add_bos_token": False}, ["▁the", "▁", "he", "n"]),
        ({"add_space_prefix": False}, ["<s>", "t", "he", "▁", "he", "n"]),
        ({"add_eos_token": True}, ["<s>", "▁the", "▁", "he", "n", "</s>"]),
    ],
)
def test_pieces_begin_with_a_space_and_the_mark_unless_the_file_says_otherwise(
    changes: dict[str, Any], wanted: list[str]
):
    assert tokens_of(made(values(piece_tokens(), **changes)), "the hen", special=True) == wanted


def test_characters_without_a_piece_are_bytes():
    assert tokens_of(made(values(piece_tokens())), "é") == ["▁", "<0xC3>", "<0xA9>"]


@given(st.text(st.characters(exclude_characters="▁", codec="utf-8")))
@pytest.mark.parametrize("kind", ["bytes", "pieces"])
def test_no_text_is_changed_by_the_tokens(kind: str, text: str):
    tokenizer = TOKENIZERS[kind]
    ids = tokenizer.encode(text, add_special_tokens=False).ids
    assert tokenizer.decode(ids, skip_special_tokens=False) == text


TOKENIZERS = {
    "bytes": made(values(byte_tokens())),
    "pieces": made(values(piece_tokens())),
}


@pytest.mark.parametrize("name", SPLITTINGS)
@given(text=st.text(st.characters(codec="utf-8")))
def test_no_way_to_split_loses_anything(name: str, text: str):
    tokenizer = made(values(byte_tokens(), pre=name, add_bos_token=False))
    if SPLITTINGS[name].composes:
        text = tokenizer.normalizer.normalize_str(text)
    assert tokenizer.decode(tokenizer.encode(text).ids, skip_special_tokens=False) == text


@pytest.mark.parametrize(
    ("name", "text", "words"),
    [
        ("smollm", "a 12\n\n1", ["a", "Ġ", "1", "2", "ĊĊ", "1"]),
        ("gpt-2", "a 12\n\n1", ["a", "Ġ12", "Ċ", "Ċ", "1"]),
        ("llama-bpe", "I'LL 12345\n\nx", ["I", "'LL", "Ġ", "123", "45", "ĊĊ", "x"]),
        ("qwen2", "I'LL 12\n\nx", ["I", "'LL", "Ġ", "1", "2", "ĊĊ", "x"]),
        ("tekken", "HelloWorld/\n", ["Hello", "World", "/Ċ"]),
        ("gpt-4o", "HelloWorld's 1234", ["Hello", "World's", "Ġ", "123", "4"]),
        ("default", "a,b 1234", ["a", ",", "b", "Ġ", "123", "4"]),
        ("deepseek-v3", "a漢字b", ["a", "æ¼¢åŃĹ", "b"]),
    ],
)
def test_texts_are_split_as_the_original_tokenizer_does(name: str, text: str, words: list[str]):
    splitter = made(values(byte_tokens(), pre=name)).pre_tokenizer
    assert [word for word, _ in splitter.pre_tokenize_str(text)] == words


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"pre": "something-new"}, "does not know, something-new"),
        ({"pre": "some\x1b[31m"}, r"does not know, some\[31m"),
        ({"pre": None}, "without a word on how texts are split"),
        ({"pre": 7}, "does not know, unknown"),
        ({"model": "bert"}, "of the kind bert"),
        ({"model": "no_vocab"}, "of the kind no_vocab"),
        ({"model": None}, "of the kind unknown"),
        ({"tokens": None}, "tokenizer.ggml.tokens"),
        ({"tokens": ["a", "a"], "token_type": [1, 1]}, "tokenizer.ggml.tokens"),
        ({"tokens": [1, 2]}, "tokenizer.ggml.tokens"),
        ({"token_type": None}, "tokenizer.ggml.token_type"),
        ({"token_type": [1]}, "tokenizer.ggml.token_type"),
        ({"token_type": [99] * 262}, "tokenizer.ggml.token_type"),
        ({"merges": None}, "tokenizer.ggml.merges"),
        ({"merges": ["ab"]}, "tokenizer.ggml.merges"),
        ({"merges": ["h e", "h e"]}, "tokenizer.ggml.merges"),
        ({"merges": ["x y"]}, "tokenizer.ggml.merges"),
        ({"bos_token_id": 1_000}, "tokenizer.ggml.bos_token_id"),
        ({"eos_token_id": -1}, "tokenizer.ggml.eos_token_id"),
        ({"bos_token_id": None, "add_bos_token": True}, "tokenizer.ggml.bos_token_id"),
        ({"add_bos_token": 1}, "tokenizer.ggml.add_bos_token"),
    ],
)
def test_what_cannot_be_carried_over_is_refused_by_name(changes: dict[str, Any], words: str):
    with pytest.raises(UserError, match=words):
        made(values(byte_tokens(), **changes))


@pytest.mark.parametrize(
    "scores", [None, [1.0], [float("nan")] * 295, [-1000.0] * 295], ids=["no", "few", "nan", "same"]
)
def test_pieces_without_an_order_are_refused(scores: list[float] | None):
    with pytest.raises(UserError, match=r"tokenizer\.ggml\.scores"):
        made(values(piece_tokens(), scores=scores))


def test_merges_that_are_given_replace_the_scores():
    merges = ["▁ t", "h e"]
    tokenizer = made(values(piece_tokens(), scores=[-1000.0] * 295, merges=merges))
    assert tokens_of(tokenizer, "the") == ["▁t", "he"]


def test_tokens_without_a_text_get_a_name():
    tokens = [*byte_tokens(), ("", TokenType.UNUSED)]
    assert made(values(tokens)).id_to_token(len(tokens) - 1) == f"[EMPTY_{len(tokens) - 1}]"


def test_the_roles_of_tokens_are_named_beside_the_tokenizer():
    config = tokenizer_config_of(vocabulary_of(values(piece_tokens(), padding_token_id=2)), 512)
    assert json.loads(json.dumps(config)) == {
        "tokenizer_class": "PreTrainedTokenizerFast",
        "model_max_length": 512,
        "clean_up_tokenization_spaces": False,
        "bos_token": "<s>",
        "eos_token": "</s>",
        "unk_token": "<unk>",
        "pad_token": "</s>",
    }
