"""GGUF files are looked at before anything is converted."""

from __future__ import annotations

from pathlib import Path

import pytest
from made_up_model import gguf

from cowrite.base.errors import UserError
from cowrite.engine.gguf.model import read_gguf_model


def test_a_model_of_a_supported_kind_passes(tmp_path: Path):
    path = tmp_path / "m.gguf"
    path.write_bytes(gguf(values={"general.name": "Nice\x1b]0;title\x07\nsecond\u202e line"}))
    model = read_gguf_model(path)
    assert model.parameters == 38
    assert model.name == "m"
    # Nothing that a terminal would interpret.
    assert model.text("general.name") == "Nice]0;title second line"
    assert model.text("general.nothing") == ""


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (gguf("mamba"), "of the kind mamba"),
        (gguf("gemma2"), "of the kind gemma2"),
        (gguf("ma\x1b[31mba"), r"of the kind ma\[31mba"),
        (gguf()[:-5], "incomplete"),
        (b"GGUF", "too soon"),
    ],
)
def test_other_files_are_refused(tmp_path: Path, content: bytes, words: str):
    path = tmp_path / "m.gguf"
    path.write_bytes(content)
    with pytest.raises(UserError, match=words):
        read_gguf_model(path)


def test_the_advice_names_what_is_read_from_gguf_and_not_what_was_refused(tmp_path: Path):
    path = tmp_path / "m.gguf"
    path.write_bytes(gguf("gemma2"))
    with pytest.raises(UserError) as caught:
        read_gguf_model(path)
    assert "From GGUF files" in caught.value.advice
    assert "Gemma" not in caught.value.advice
    for family in ("Llama", "SmolLM", "Qwen3", "Mistral", "Granite", "Phi-3"):
        assert family in caught.value.advice


def test_a_file_that_cannot_be_read_is_a_plain_sentence(tmp_path: Path):
    with pytest.raises(UserError, match="cannot be read"):
        read_gguf_model(tmp_path / "nothing.gguf")
