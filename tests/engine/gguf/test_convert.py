"""GGUF to safetensors: the same weights, and the same tokens as the model learned with."""

from __future__ import annotations

import errno
import json
import math
from pathlib import Path

import made_up_model
import numpy as np
import pytest
from gguf import GGMLQuantizationType, GGUFWriter, TokenType, dequantize, quantize
from hypothesis import given
from hypothesis import strategies as st
from tokenizers import Tokenizer, pre_tokenizers

from cowrite.base.errors import UserError
from cowrite.engine.gguf import convert
from cowrite.engine.gguf.convert import gguf_to_safetensors
from cowrite.engine.gguf.header import GgufTensor

import torch  # isort: skip
from safetensors.torch import load_file  # isort: skip

LAYERS, WIDTH, HIDDEN, HEADS = 2, 64, 96, 4


def write_gguf(path: Path, *, pre: str = "smollm", architecture: str = "llama") -> np.ndarray:
    """A tiny llama in Q8_0 with single bytes and a few merges as its tokens; its embedding as it will be read."""
    alphabet = sorted(pre_tokenizers.ByteLevel.alphabet())
    tokens = ["<|endoftext|>", "<|im_start|>", *alphabet, "ĊĊ", "ĠĠ", "Ġt"]
    random = np.random.default_rng(0)

    def weights(*shape: int) -> np.ndarray:
        return quantize(random.standard_normal(shape).astype(np.float32), GGMLQuantizationType.Q8_0)

    writer = GGUFWriter(path, architecture)
    writer.add_name("Tiny")
    writer.add_block_count(LAYERS)
    writer.add_context_length(256)
    writer.add_embedding_length(WIDTH)
    writer.add_feed_forward_length(HIDDEN)
    writer.add_head_count(HEADS)
    writer.add_head_count_kv(HEADS)
    writer.add_layer_norm_rms_eps(1e-5)
    writer.add_rope_freq_base(10_000.0)
    writer.add_vocab_size(len(tokens))
    writer.add_tokenizer_model("gpt2")
    writer.add_tokenizer_pre(pre)
    writer.add_token_list(tokens)
    writer.add_token_types([TokenType.CONTROL] * 2 + [TokenType.NORMAL] * (len(tokens) - 2))
    writer.add_token_merges(["Ċ Ċ", "Ġ Ġ", "Ġ t"])
    writer.add_bos_token_id(1)
    writer.add_eos_token_id(0)
    embedding = weights(len(tokens), WIDTH)
    tensors = {"token_embd.weight": embedding, "output_norm.weight": np.ones(WIDTH, np.float32)}
    for i in range(LAYERS):
        for name in ("attn_q", "attn_k", "attn_v", "attn_output"):
            tensors[f"blk.{i}.{name}.weight"] = weights(WIDTH, WIDTH)
        tensors[f"blk.{i}.ffn_gate.weight"] = weights(HIDDEN, WIDTH)
        tensors[f"blk.{i}.ffn_up.weight"] = weights(HIDDEN, WIDTH)
        tensors[f"blk.{i}.ffn_down.weight"] = weights(WIDTH, HIDDEN)
        for name in ("attn_norm", "ffn_norm"):
            tensors[f"blk.{i}.{name}.weight"] = np.ones(WIDTH, np.float32)
    for name, tensor in tensors.items():
        packed = tensor.dtype == np.uint8
        writer.add_tensor(name, tensor, raw_dtype=GGMLQuantizationType.Q8_0 if packed else None)
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()
    return dequantize(embedding, GGMLQuantizationType.Q8_0)


@pytest.fixture(scope="module")
def converted(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, np.ndarray]:
    folder = tmp_path_factory.mktemp("converted")
    embedding = write_gguf(folder / "tiny.gguf")
    (folder / "model").mkdir()
    gguf_to_safetensors(folder / "tiny.gguf", folder / "model")
    return folder / "model", embedding


def test_the_weights_are_the_same_rounded_once(converted: tuple[Path, np.ndarray]):
    folder, embedding = converted
    tensors = load_file(folder / "model.safetensors")
    assert {tensor.dtype for tensor in tensors.values()} == {torch.bfloat16}
    assert torch.equal(
        tensors["model.embed_tokens.weight"], torch.from_numpy(embedding).to(torch.bfloat16)
    )
    assert "lm_head.weight" not in tensors  # tied in the file, and kept tied
    assert json.loads((folder / "config.json").read_text())["tie_word_embeddings"] is True


def test_there_is_all_that_a_model_folder_needs(converted: tuple[Path, np.ndarray]):
    folder, _ = converted
    names = {path.name for path in folder.iterdir()}
    assert {"config.json", "model.safetensors", "tokenizer.json", "tokenizer_config.json"} <= names
    config = json.loads((folder / "config.json").read_text())
    assert config["architectures"] == ["LlamaForCausalLM"]
    assert (config["bos_token_id"], config["eos_token_id"]) == (1, 0)
    assert json.loads((folder / "tokenizer_config.json").read_text())["model_max_length"] == 256


def test_digits_stand_alone_and_white_space_before_them_stays_together(
    converted: tuple[Path, np.ndarray],
):
    """As in training; transformers alone would split “\\n\\n1” into three."""
    tokenizer = Tokenizer.from_file(str(converted[0] / "tokenizer.json"))
    assert tokenizer.encode("\n\n12").tokens == ["ĊĊ", "1", "2"]
    assert tokenizer.encode("a  1").tokens == ["a", "ĠĠ", "1"]


@given(st.text())
def test_no_text_is_changed_by_the_tokens(converted: tuple[Path, np.ndarray], text: str):
    tokenizer = Tokenizer.from_file(str(converted[0] / "tokenizer.json"))
    ids = tokenizer.encode(text, add_special_tokens=False).ids
    if "<|" not in text:
        assert tokenizer.decode(ids, skip_special_tokens=False) == text


def test_other_ways_of_splitting_are_left_as_they_are(tmp_path: Path):
    write_gguf(tmp_path / "tiny.gguf", pre="gpt-2")
    (tmp_path / "model").mkdir()
    gguf_to_safetensors(tmp_path / "tiny.gguf", tmp_path / "model")
    tokenizer = Tokenizer.from_file(str(tmp_path / "model" / "tokenizer.json"))
    assert tokenizer.encode("\n\n1").tokens == ["Ċ", "Ċ", "1"]


def test_progress_is_told_and_grows(tmp_path: Path):
    write_gguf(tmp_path / "tiny.gguf")
    (tmp_path / "model").mkdir()
    parts: list[float] = []
    gguf_to_safetensors(tmp_path / "tiny.gguf", tmp_path / "model", parts.append)
    assert parts == sorted(parts)
    assert parts[-1] == 1.0


@pytest.mark.parametrize("length", [0, 4, 100, 5_000, -40_000])
def test_a_damaged_file_is_a_plain_sentence(tmp_path: Path, length: int):
    path = tmp_path / "tiny.gguf"
    write_gguf(path)
    path.write_bytes(path.read_bytes()[:length])
    (tmp_path / "model").mkdir()
    with pytest.raises(UserError, match="damaged or incomplete"):
        gguf_to_safetensors(path, tmp_path / "model")


def test_a_full_disk_is_an_error_of_the_disk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    def full(*_: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    write_gguf(tmp_path / "tiny.gguf")
    (tmp_path / "model").mkdir()
    monkeypatch.setattr(convert, "_write_target", full)
    with pytest.raises(OSError, match="No space left") as caught:
        gguf_to_safetensors(tmp_path / "tiny.gguf", tmp_path / "model")
    assert caught.value.errno == errno.ENOSPC


def test_too_little_memory_is_a_plain_sentence(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    def exhausted(*_: object) -> None:
        raise MemoryError

    write_gguf(tmp_path / "tiny.gguf")
    (tmp_path / "model").mkdir()
    monkeypatch.setattr(convert, "_write_target", exhausted)
    with pytest.raises(UserError, match="not enough free memory"):
        gguf_to_safetensors(tmp_path / "tiny.gguf", tmp_path / "model")


# --- weights ---------------------------------------------------------------------------------------------------------


@given(st.lists(st.floats(width=32, allow_nan=False, allow_infinity=False), min_size=1))
def test_weights_are_rounded_as_torch_rounds_them(tmp_path: Path, weights: list[float]):
    wanted = torch.tensor(weights, dtype=torch.float32).to(torch.bfloat16)
    source = a_tensor(tmp_path)
    if not wanted.isfinite().all():
        with pytest.raises(UserError, match="no number"):
            convert._rounded(np.array(weights, np.float32), source)
        return
    got = convert._rounded(np.array(weights, np.float32), source)
    assert got == wanted.view(torch.uint16).numpy().tobytes()


@pytest.mark.parametrize("weight", [math.nan, math.inf, -math.inf, 3.4e38])
def test_a_weight_that_is_no_number_is_refused_by_name(tmp_path: Path, weight: float):
    with pytest.raises(UserError, match="weight holds a weight that is no number"):
        convert._rounded(np.array([1.0, weight], np.float32), a_tensor(tmp_path))


def a_tensor(folder: Path) -> GgufTensor:
    return GgufTensor(
        name="blk.0.attn_q.weight", path=folder / "m.gguf", kind=0, shape=(2,), start=0, size=8
    )


def test_large_tensors_are_unpacked_a_few_rows_at_a_time(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    embedding = write_gguf(tmp_path / "tiny.gguf")
    monkeypatch.setattr(convert, "UNPACKED_AT_ONCE", 100)
    (tmp_path / "model").mkdir()
    gguf_to_safetensors(tmp_path / "tiny.gguf", tmp_path / "model")
    tensors = load_file(tmp_path / "model" / "model.safetensors")
    wanted = torch.from_numpy(embedding).to(torch.bfloat16)
    assert torch.equal(tensors["model.embed_tokens.weight"], wanted)


# --- the starter model -----------------------------------------------------------------------------------------------


@pytest.mark.starter_model
def test_the_starter_models_control_tokens_are_right(starter_model_dir: Path):
    config = json.loads((starter_model_dir / "config.json").read_text())
    tokenizer = Tokenizer.from_file(str(starter_model_dir / "tokenizer.json"))
    assert tokenizer.id_to_token(config["bos_token_id"]) == "<|im_start|>"
    assert tokenizer.id_to_token(config["eos_token_id"]) == "<|im_end|>"
    assert tokenizer.token_to_id("<|endoftext|>") == 0
    assert tokenizer.get_vocab_size(with_added_tokens=True) == config["vocab_size"] == 49_152
    assert tokenizer.encode("a", add_special_tokens=True).tokens == ["a"]
    assert config["max_position_embeddings"] == 8192
    assert config["tie_word_embeddings"] is True


@pytest.mark.starter_model
@pytest.mark.parametrize(
    ("text", "tokens"),
    [
        ("The light house don't", ["The", "Ġlight", "Ġhouse", "Ġdon", "'t"]),
        ("In 1968.", ["In", "Ġ", "1", "9", "6", "8", "."]),
        ("end.\n\n1968", ["end", ".", "ĊĊ", "1", "9", "6", "8"]),
        ("end.\n\nHe", ["end", ".", "Ċ", "Ċ", "He"]),
        ("“Yes”…", ["âĢľ", "Yes", "âĢĿ", "âĢ¦"]),
        ("naïve", ["na", "Ã¯ve"]),
    ],
)
def test_the_starter_models_tokens(starter_model_dir: Path, text: str, tokens: list[str]):
    tokenizer = Tokenizer.from_file(str(starter_model_dir / "tokenizer.json"))
    assert tokenizer.encode(text).tokens == tokens
    assert tokenizer.decode(tokenizer.encode(text).ids) == text


def test_the_chat_template_comes_along(tmp_path: Path) -> None:
    template = "{{ messages }}\r\n你好"
    for name, values in (("with", {"tokenizer.chat_template": template}), ("without", {})):
        (tmp_path / f"{name}.gguf").write_bytes(made_up_model.gguf(values=values))
        (tmp_path / name).mkdir()
        gguf_to_safetensors(tmp_path / f"{name}.gguf", tmp_path / name)
    assert (tmp_path / "with" / "chat_template.jinja").read_bytes().decode() == template
    assert not (tmp_path / "without" / "chat_template.jinja").exists()
