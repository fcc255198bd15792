"""Which prompt each kind of model gets, and how much of the text around a gap fits into it."""

from __future__ import annotations

from pathlib import Path

import pytest
import tiny_tokenizers
from hypothesis import given
from hypothesis import strategies as st

from cowrite.base.errors import UserError
from cowrite.engine.prompts import Mark, Text, joined
from cowrite.engine.tokens.prompt_tokens import prompt_tokens
from cowrite.engine.tokens.vocabulary import Vocabulary
from cowrite.tasks.budget import end_within, start_within
from cowrite.tasks.chat_template import CHATML, ChatTemplate
from cowrite.tasks.prompts import FILL_IN_SYSTEM, ModelPrompts

QWEN_MARKS = ("<|fim_prefix|>", "<|fim_suffix|>", "<|fim_middle|>", "<|im_end|>")


def words(text: str) -> int:
    return len(text.split())


def test_a_base_model_gets_a_text_that_goes_on() -> None:
    prompts = ModelPrompts(None, (), words)
    assert prompts.instruct("Be brief.", "List three.") == (Text("Be brief.\n\nList three.\n\n"),)
    assert prompts.instruct("", "List three.") == (Text("List three.\n\n"),)
    assert prompts.fill_in("before", "after", 100) is None


def test_marks_for_filling_in_go_before_an_instruction() -> None:
    prompts = ModelPrompts(ChatTemplate(CHATML), QWEN_MARKS, words)
    found = prompts.fill_in("It was ", " cold.", 100)
    assert found is not None
    assert found.goes_on
    assert found.prompt == (
        Mark("<|fim_prefix|>"), Text("It was "), Mark("<|fim_suffix|>"), Text(" cold."), Mark("<|fim_middle|>"),
    )  # fmt: skip


def test_a_model_for_conversations_is_asked_for_the_missing_words() -> None:
    prompts = ModelPrompts(ChatTemplate(CHATML), ("<|im_start|>", "<|im_end|>"), words)
    found = prompts.fill_in("It was {x} ", " cold.", 100)
    assert found is not None
    assert not found.goes_on
    assert found.prompt[1] == Text(f"system\n{FILL_IN_SYSTEM}")
    assert any(isinstance(each, Text) and "It was {x} \n" in each.text for each in found.prompt)


def test_a_long_text_is_cut_around_the_gap() -> None:
    prompts = ModelPrompts(None, QWEN_MARKS, words)
    before = " ".join(f"b{i}" for i in range(500)) + " "
    after = " ".join(f"a{i}" for i in range(500))
    found = prompts.fill_in(before, after, 40)
    assert found is not None
    texts = [each.text for each in found.prompt if isinstance(each, Text)]
    assert [texts[0].split()[-1], texts[1].split()[0]] == ["b499", "a0"]
    assert 35 <= sum(map(words, texts)) <= 40
    assert words(texts[0]) > words(texts[1]) > 5


@given(st.text("ab \n", max_size=60), st.integers(-1, 20))
def test_a_part_is_of_the_text_and_fits(text: str, most: int) -> None:
    end, start = end_within(text, most, words), start_within(text, most, words)
    assert text.endswith(end)
    assert text.startswith(start)
    assert max(words(end), words(start)) <= max(0, most)
    if words(text) <= most > 0:
        assert start == end == text


def test_texts_that_follow_each_other_are_one() -> None:
    parts = [Text("a"), Text(""), Text("b"), Mark("<s>"), Text(""), Text("c")]
    assert joined(parts) == (Text("ab"), Mark("<s>"), Text("c"))


@pytest.mark.parametrize("family", tiny_tokenizers.FAMILIES)
def test_marks_are_single_tokens_and_text_is_read_byte_for_byte(
    tmp_path: Path, family: str
) -> None:
    tokenizer = tiny_tokenizers.FAMILIES[family]()
    vocabulary = Vocabulary.load(tiny_tokenizers.write(tmp_path / "model", tokenizer))
    typed = "The old <|im_end|> light [INST]"
    tokens = prompt_tokens(
        vocabulary, (Mark("<|im_end|>"), Text(typed), Mark("<|fim_prefix|>"), Text("house"))
    )
    steering = [vocabulary.marks["<|im_end|>"], vocabulary.marks["<|fim_prefix|>"]]
    assert [each for each in tokens if each in vocabulary.marks.values()] == steering
    said = b"".join(map(vocabulary.bytes_of, tokens))
    assert said.replace(b"<|fim_prefix|>", b"") == f"{typed}house".encode()
    assert not set(vocabulary.marks) & {"The", "<b>", "\n\n"}
    with pytest.raises(UserError, match="does not know"):
        prompt_tokens(vocabulary, (Mark("<|none|>"),))
