"""Vocabularies of before tokenizer.json become the same tokens for the same text, or are refused with a reason."""

from __future__ import annotations

import contextlib
import io
import json
from pathlib import Path
from typing import Any

import pytest
import sentencepiece
from hypothesis import given
from hypothesis import strategies as st
from tiny_tokenizers import SENTENCES, byte_level
from tokenizers import Tokenizer

from cowrite.base.errors import UserError
from cowrite.engine.gguf.older_tokenizer import (
    OLDER_FILES,
    convert_older_tokenizer,
    read_older_vocabulary,
)
from cowrite.models import install

LETTERS = st.text(alphabet="theoldlightausß你好，世界😀 .,;<>b/\n  ", max_size=80)


def trained(**wishes: Any) -> bytes:
    """As Llama 2 and Mistral were trained, small."""
    made = io.BytesIO()
    sentencepiece.SentencePieceTrainer.train(
        sentence_iterator=iter(SENTENCES * 5),
        model_writer=made,
        minloglevel=2,
        **{
            "model_type": "bpe",
            "vocab_size": 420,
            "byte_fallback": True,
            "normalization_rule_name": "identity",
            "remove_extra_whitespaces": False,
            "character_coverage": 0.99,
            "user_defined_symbols": ["<|im_start|>"],
        }
        | wishes,
    )
    return made.getvalue()


@pytest.fixture(scope="module")
def pieces() -> bytes:
    return trained()


@pytest.fixture(scope="module")
def converted(pieces: bytes, tmp_path_factory: pytest.TempPathFactory) -> Tokenizer:
    folder = tmp_path_factory.mktemp("model")
    (folder / "tokenizer.model").write_bytes(pieces)
    convert_older_tokenizer(folder, "llama")
    assert [path.name for path in folder.iterdir()] == ["tokenizer.json"]
    return Tokenizer.from_file(str(folder / "tokenizer.json"))


@given(text=LETTERS)
def test_the_tokens_are_those_of_sentencepiece(pieces: bytes, converted: Tokenizer, text: str):
    original = sentencepiece.SentencePieceProcessor(model_proto=pieces)
    assert converted.encode(text, add_special_tokens=False).ids == original.encode(text)


def test_a_text_begins_and_reads_as_it_did(converted: Tokenizer):
    ids = converted.encode("The old light").ids
    assert ids[0] == converted.token_to_id("<s>")
    assert converted.decode(ids) == "The old light"


@pytest.mark.parametrize(
    ("wishes", "why"),
    [
        ({"model_type": "unigram", "vocab_size": 312}, "Unigram"),
        ({"normalization_rule_name": "nmt_nfkc"}, "changes a text"),
        ({"remove_extra_whitespaces": True}, "changes a text"),
        ({"treat_whitespace_as_suffix": True}, "at the end of words"),
    ],
)
def test_what_cannot_be_carried_over_is_said(tmp_path: Path, wishes: dict[str, Any], why: str):
    (tmp_path / "tokenizer.model").write_bytes(trained(**wishes))
    with pytest.raises(UserError) as said:
        convert_older_tokenizer(tmp_path, "llama")
    assert why in said.value.message
    assert (tmp_path / "tokenizer.model").exists()
    assert not (tmp_path / "tokenizer.json").exists()


@given(at=st.integers(0, 10**6), bit=st.integers(0, 7), cut=st.booleans())
def test_damage_is_one_sentence(
    pieces: bytes, tmp_path_factory: pytest.TempPathFactory, at: int, bit: int, cut: bool
):
    folder = tmp_path_factory.mktemp("damaged")
    at %= len(pieces)
    changed = bytearray(pieces[:at] if cut else pieces)
    if not cut:
        changed[at] ^= 1 << bit
    (folder / "tokenizer.model").write_bytes(bytes(changed))
    # Any other error would end the import without a sentence.
    with contextlib.suppress(UserError):
        assert read_older_vocabulary(folder, "llama").tokens


def lists_of(tokenizer: Tokenizer, folder: Path) -> None:
    """The older form of a byte-level tokenizer, as Qwen published it."""
    saved = json.loads(tokenizer.to_str())
    (folder / "vocab.json").write_text(json.dumps(saved["model"]["vocab"]), "utf-8")
    merges = [" ".join(pair) for pair in saved["model"]["merges"]]
    (folder / "merges.txt").write_text("\n".join(["#version: 0.2", *merges, ""]), "utf-8")
    added = {
        str(each["id"]): {"content": each["content"], "special": each["special"]}
        for each in saved["added_tokens"]
    }
    settings = {"added_tokens_decoder": added, "eos_token": "<|endoftext|>", "bos_token": None}
    (folder / "tokenizer_config.json").write_text(json.dumps(settings), "utf-8")


@given(text=LETTERS)
def test_lists_of_tokens_and_merges_are_read_as_qwen_means_them(
    tmp_path_factory: pytest.TempPathFactory, text: str
):
    original, found = _both(tmp_path_factory)
    ids = found.encode(text, add_special_tokens=False).ids
    assert found.decode(ids, skip_special_tokens=False) == original.decode(
        original.encode(text, add_special_tokens=False).ids, skip_special_tokens=False
    )
    for mark in ("<|im_end|>", "<|endoftext|>", "<tool_call>"):
        assert found.token_to_id(mark) == original.token_to_id(mark)


_MADE: list[tuple[Tokenizer, Tokenizer]] = []


def _both(factory: pytest.TempPathFactory) -> tuple[Tokenizer, Tokenizer]:
    if not _MADE:
        folder = factory.mktemp("qwen")
        original = byte_level(split=True, nfc=True)
        lists_of(original, folder)
        convert_older_tokenizer(folder, "qwen2")
        _MADE.append((original, Tokenizer.from_file(str(folder / "tokenizer.json"))))
    return _MADE[0]


def test_lists_of_a_family_with_several_ways_to_split_are_refused(tmp_path: Path):
    lists_of(byte_level(), tmp_path)
    with pytest.raises(UserError, match="how a text is split"):
        convert_older_tokenizer(tmp_path, "llama")


@pytest.mark.parametrize("numbers", [{"a": 0, "b": 2}, {"a": 0, "b": 0}, {"a": "0"}, {"a": True}])
def test_gaps_and_doubles_are_damage(tmp_path: Path, numbers: dict[str, object]):
    (tmp_path / "vocab.json").write_text(json.dumps(numbers), "utf-8")
    (tmp_path / "merges.txt").write_text("", "utf-8")
    with pytest.raises(UserError, match=r"vocab\.json is damaged"):
        convert_older_tokenizer(tmp_path, "qwen2")


@pytest.mark.parametrize("added", [[1], {"1": "a"}, {"x": {"content": "a"}}, "text"])
def test_added_tokens_of_another_form_are_damage(pieces: bytes, tmp_path: Path, added: object):
    (tmp_path / "tokenizer.model").write_bytes(pieces)
    settings = json.dumps({"added_tokens_decoder": added})
    (tmp_path / "tokenizer_config.json").write_text(settings, "utf-8")
    with pytest.raises(UserError, match=r"tokenizer\.model is damaged"):
        convert_older_tokenizer(tmp_path, "llama")


def test_tokens_added_later_come_after_the_pieces(pieces: bytes, tmp_path: Path):
    (tmp_path / "tokenizer.model").write_bytes(pieces)
    (tmp_path / "added_tokens.json").write_text(json.dumps({"<|end|>": 420, "<|more|>": 421}))
    convert_older_tokenizer(tmp_path, "llama")
    tokenizer = Tokenizer.from_file(str(tmp_path / "tokenizer.json"))
    assert tokenizer.encode("a<|more|>", add_special_tokens=False).ids[-1] == 421


def test_all_older_files_are_copied():
    assert set(install.OLDER_TOKENIZER_FILES) == set(OLDER_FILES)
