"""What is looked at before a model is loaded: hostile, damaged and unsupported files end in one plain sentence."""

from __future__ import annotations

import contextlib
import json
import pickle
import struct
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from made_up_model import CONFIG, safetensors, with_header, write_model, write_shards

from cowrite.errors import UserError
from cowrite.models.inspection import (
    SUPPORTED_KINDS,
    require_safe_model,
)
from cowrite.models.safetensors_header import read_safetensors_header

WHOLE = safetensors()


def refuse(folder: Path, words: str) -> None:
    with pytest.raises(UserError, match=words):
        require_safe_model(folder)


def test_a_sound_model_passes(tmp_path: Path):
    found = require_safe_model(write_model(tmp_path))
    assert found.parameters == 9
    assert [path.name for path in found.weights] == ["model.safetensors"]


@pytest.mark.parametrize(
    "name",
    ["pytorch_model.bin", "model.pt", "x.PTH", "m.ckpt", "a.pkl", "modeling_x.py", "sub/y.pickle"],
)
def test_files_that_can_run_are_refused_wherever_they_lie(tmp_path: Path, name: str):
    path = write_model(tmp_path / "model") / name
    path.parent.mkdir(exist_ok=True)
    path.write_bytes(pickle.dumps({"a": 1}))
    refuse(tmp_path / "model", "can run programs")


def test_a_pickle_under_the_name_of_safetensors_is_refused(tmp_path: Path):
    refuse(
        write_model(tmp_path, model__safetensors=pickle.dumps(list(range(999)))),
        "not a safetensors",
    )


@pytest.mark.parametrize("file", ["config.json", "tokenizer.json", "tokenizer_config.json"])
def test_models_with_code_of_their_own_are_refused(tmp_path: Path, file: str):
    write_model(tmp_path)
    content = CONFIG if file == "config.json" else {}
    (tmp_path / file).write_text(json.dumps(content | {"auto_map": {"AutoModel": "x.Y"}}))
    refuse(tmp_path, "program code of its own")


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"architectures": ["MambaForCausalLM"], "model_type": "mamba"}, "MambaForCausalLM"),
        ({"architectures": ["LlamaForCausalLM"], "model_type": "mamba"}, "does not support"),
        ({"architectures": "LlamaForCausalLM"}, "unknown"),
        ({"architectures": []}, "unknown"),
        ({"architectures": [{"a": 1}]}, "does not support"),
        ({"architectures": None, "model_type": None}, "does not support"),
        ({"quantization_config": {"quant_method": "gptq"}}, "already quantized"),
    ],
)
def test_unsupported_kinds_are_named(tmp_path: Path, changes: dict[str, object], words: str):
    refuse(write_model(tmp_path, config__json=json.dumps(CONFIG | changes).encode()), words)


@pytest.mark.parametrize("file", ["config.json", "tokenizer.json", "model.safetensors"])
def test_a_missing_file_is_named(tmp_path: Path, file: str):
    (write_model(tmp_path) / file).unlink()
    refuse(tmp_path, file)


@pytest.mark.parametrize("text", [b"", b"[]", b"\xff", b"[" * 100_000, b"{"])
def test_a_config_that_is_none_is_refused(tmp_path: Path, text: bytes):
    refuse(write_model(tmp_path, config__json=text), "cannot be read")


def test_every_supported_kind_has_the_type_that_transformers_gives_it():
    assert all(
        kind.lower().startswith(name.removesuffix("_text"))
        for kind, name in SUPPORTED_KINDS.items()
    )


# --- weights in several files ----------------------------------------------------------------------------------------


def test_weights_in_several_files_pass(tmp_path: Path):
    folder = write_shards(tmp_path, {"embed": "a.safetensors", "head": "b.safetensors"})
    (folder / "consolidated.safetensors").write_bytes(b"another form of the same weights")
    found = require_safe_model(folder)
    assert [path.name for path in found.weights] == ["a.safetensors", "b.safetensors"]
    assert found.parameters == 9


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("../b.safetensors", "outside"),
        ("/etc/b.safetensors", "outside"),
        ("..\\b.safetensors", "outside"),
        ("sub/b.safetensors", "outside"),
        ("config.json", "another kind"),
        ("c.safetensors", "missing"),
        ("a.safetensors", "is missing a part"),
        (7, "outside"),
    ],
)
def test_an_index_that_lies_is_refused(tmp_path: Path, name: str, words: str):
    (tmp_path / "b.safetensors").write_bytes(safetensors({"head": b"ghi"}))
    folder = write_shards(tmp_path / "model", {"embed": "a.safetensors", "head": name})
    refuse(folder, words)


@pytest.mark.parametrize("index", [{}, {"weight_map": {}}, {"weight_map": ["a.safetensors"]}])
def test_an_index_without_names_is_refused(tmp_path: Path, index: dict[str, object]):
    folder = write_shards(tmp_path, {})
    (folder / "model.safetensors.index.json").write_text(json.dumps(index))
    refuse(folder, "damaged")


# --- the head of a safetensors file ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"\0" * 7,
        struct.pack("<Q", 1 << 62) + b"{}",  # a giant header
        struct.pack("<Q", 3) + b"{}",
        struct.pack("<Q", 100_000) + b"[" * 100_000,
        with_header([], b""),
        with_header({"a": 1}, b""),
        with_header({"a": {"dtype": "U8", "shape": [3], "data_offsets": [0, 4]}}, b"abcd"),
        with_header({"a": {"dtype": "U8", "shape": [4], "data_offsets": [1, 5]}}, b"abcde"),
        with_header({"a": {"dtype": "U8", "shape": [4], "data_offsets": [0, 4]}}, b"abcde"),
        with_header({"a": {"dtype": "U8", "shape": [-4, -1], "data_offsets": [0, 4]}}, b"abcd"),
        with_header({"a": {"dtype": "U8", "shape": [4.0], "data_offsets": [0, 4]}}, b"abcd"),
        with_header({"a": {"dtype": "OBJ", "shape": [4], "data_offsets": [0, 4]}}, b"abcd"),
        with_header({"a": {"dtype": "U8", "shape": [4], "data_offsets": [-4, 0]}}, b""),
        safetensors(overlap={"dtype": "U8", "shape": [3], "data_offsets": [0, 3]}),
        safetensors(beyond={"dtype": "U8", "shape": [1 << 60], "data_offsets": [9, 9 + (1 << 60)]}),
    ],
)
def test_a_head_that_does_not_describe_the_file_is_refused(tmp_path: Path, content: bytes):
    path = tmp_path / "x.safetensors"
    path.write_bytes(content)
    with pytest.raises(UserError, match="damaged or not a safetensors"):
        read_safetensors_header(path)


def test_empty_tensors_and_metadata_are_allowed(tmp_path: Path):
    path = tmp_path / "x.safetensors"
    empty = {"dtype": "F32", "shape": [0, 5], "data_offsets": [0, 0]}
    path.write_bytes(safetensors(z=empty, __metadata__={"format": "pt"}))
    assert read_safetensors_header(path) == {"embed": 6, "head": 3, "z": 0}


@given(length=st.integers(0, len(WHOLE) - 1))
def test_every_truncation_is_found(tmp_path: Path, length: int):
    path = tmp_path / "x.safetensors"
    path.write_bytes(WHOLE[:length])
    with pytest.raises(UserError):
        read_safetensors_header(path)


@given(bit=st.integers(0, 8 * len(WHOLE) - 1))
def test_a_flipped_bit_never_ends_in_another_error(tmp_path: Path, bit: int):
    changed = bytearray(WHOLE)
    changed[bit // 8] ^= 1 << bit % 8
    path = tmp_path / "x.safetensors"
    path.write_bytes(changed)
    with contextlib.suppress(UserError):
        assert sum(read_safetensors_header(path).values()) == 9
