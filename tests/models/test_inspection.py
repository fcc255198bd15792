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

from cowrite.base.errors import UserError
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


@pytest.mark.parametrize("name", ["pytorch_model.bin", "model.pt", "x.PTH", "m.ckpt", "a.pkl"])
def test_weights_that_can_run_are_refused_unless_there_are_others(tmp_path: Path, name: str):
    folder = write_model(tmp_path / "model")
    (folder / name).write_bytes(pickle.dumps({"a": 1}))
    assert require_safe_model(folder).weights == (folder / "model.safetensors",)
    (folder / "model.safetensors").unlink()
    refuse(folder, "can run programs")


@pytest.mark.parametrize("name", ["modeling_x.py", "sub/y.pickle", "onnx/model.onnx", "a.so"])
def test_what_is_neither_read_nor_copied_is_no_reason_to_refuse(tmp_path: Path, name: str):
    path = write_model(tmp_path / "model") / name
    path.parent.mkdir(exist_ok=True)
    path.write_bytes(b"x")
    assert require_safe_model(tmp_path / "model").parameters == 9


def test_a_folder_with_a_gguf_file_only_is_told_to_import_the_file(tmp_path: Path):
    (tmp_path / "big.gguf").write_bytes(b"GGUF")
    with pytest.raises(UserError, match=r"big\.gguf") as caught:
        require_safe_model(tmp_path)
    assert "Import that file" in caught.value.advice


def test_a_pickle_under_the_name_of_safetensors_is_refused(tmp_path: Path):
    refuse(
        write_model(tmp_path, model__safetensors=pickle.dumps(list(range(999)))),
        "not a safetensors",
    )


@pytest.mark.parametrize("file", ["config.json", "tokenizer.json", "tokenizer_config.json"])
def test_code_that_is_named_and_not_needed_is_no_reason_to_refuse(tmp_path: Path, file: str):
    """As Phi-3 is published: its own code beside a kind that transformers has itself."""
    write_model(tmp_path)
    content = CONFIG if file == "config.json" else {}
    (tmp_path / file).write_text(json.dumps(content | {"auto_map": {"AutoModel": "x.Y"}}))
    assert require_safe_model(tmp_path).parameters == 9


def test_a_model_of_another_kind_with_code_of_its_own_is_refused(tmp_path: Path):
    config = CONFIG | {"architectures": ["Phi3SmallForCausalLM"], "auto_map": {"AutoModel": "x.Y"}}
    write_model(tmp_path, config__json=json.dumps(config).encode())
    refuse(tmp_path, "Phi3SmallForCausalLM.* requires program code of its own")


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"architectures": ["MambaForCausalLM"], "model_type": "mamba"}, "MambaForCausalLM"),
        ({"architectures": ["LlamaForCausalLM"], "model_type": "mamba"}, "does not go together"),
        ({"architectures": "LlamaForCausalLM"}, "unknown"),
        ({"architectures": []}, "unknown"),
        ({"architectures": [{"a": 1}]}, "does not support"),
        ({"architectures": None, "model_type": None}, "does not support"),
        ({"quantization_config": {"quant_method": "gptq"}}, "already quantized"),
        ({"quantization_config": {"load_in_4bit": True}}, "already quantized"),
        ({"quantization": {"group_size": 64, "bits": 4}}, "already quantized"),
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
        safetensors(
            beyond={"dtype": "U8", "shape": [1 << 60], "data_offsets": [18, 18 + (1 << 60)]}
        ),
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


@pytest.mark.parametrize(
    ("dtype", "bits"),
    [
        ("F8_E4M3", 8),
        ("F8_E5M2", 8),
        ("F8_E8M0", 8),
        ("F4", 4),
        ("F6_E2M3", 6),
        ("I8", 8),
        ("U8", 8),
        ("I32", 32),
    ],
)
def test_weights_that_are_packed_are_said_to_be_quantized_not_damaged(
    tmp_path: Path, dtype: str, bits: int
):
    packed = {"dtype": dtype, "shape": [4, 4], "data_offsets": [18, 18 + 2 * bits]}
    content = safetensors(packed=packed) + bytes(2 * bits)
    (tmp_path / "x.safetensors").write_bytes(content)
    with pytest.raises(UserError, match=f"already quantized .*{dtype}"):
        read_safetensors_header(tmp_path / "x.safetensors")


@pytest.mark.parametrize(("dtype", "size"), [("F64", 8), ("F32", 4), ("F16", 2), ("BF16", 2)])
def test_every_plain_type_is_read(tmp_path: Path, dtype: str, size: int):
    plain = {"dtype": dtype, "shape": [4], "data_offsets": [18, 18 + 4 * size]}
    (tmp_path / "x.safetensors").write_bytes(safetensors(plain=plain) + bytes(4 * size))
    assert read_safetensors_header(tmp_path / "x.safetensors")["plain"] == 4


def test_a_tensor_that_comes_twice_is_refused(tmp_path: Path):
    path = tmp_path / "x.safetensors"
    path.write_bytes(WHOLE.replace(b'"embed"', b'"head" '))
    with pytest.raises(UserError, match="damaged"):
        read_safetensors_header(path)
    folder = write_shards(tmp_path / "m", {"embed": "a.safetensors", "head": "b.safetensors"})
    (folder / "b.safetensors").write_bytes(safetensors())
    refuse(folder, "twice: in a.safetensors and in b.safetensors")
    index = b'{"weight_map": {"embed": "a.safetensors", "embed": "b.safetensors"}}'
    (folder / "model.safetensors.index.json").write_bytes(index)
    refuse(folder, "cannot be read")


def test_of_one_file_and_an_index_the_one_file_is_taken_as_transformers_does(tmp_path: Path):
    folder = write_shards(tmp_path, {"embed": "a.safetensors", "head": "b.safetensors"})
    (folder / "model.safetensors").write_bytes(safetensors())
    assert [path.name for path in require_safe_model(folder).weights] == ["model.safetensors"]
    names = {"embed": "model.safetensors", "head": "b.safetensors"}
    (folder / "model.safetensors.index.json").write_text(json.dumps({"weight_map": names}))
    (folder / "model.safetensors").write_bytes(safetensors({"embed": b"abcdef"}))
    assert len(require_safe_model(folder).weights) == 2


def test_an_older_form_of_the_tokenizer_that_cannot_be_read_is_said(tmp_path: Path):
    folder = write_model(tmp_path, tokenizer__model=b"x")
    (folder / "tokenizer.json").unlink()
    refuse(folder, "tokenizer.model is damaged")


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
