"""The head of a GGUF file: read right, and whatever is wrong with it is one kind of error."""

from __future__ import annotations

import contextlib
import struct
from pathlib import Path

import numpy as np
import pytest
from gguf import GGUFWriter
from hypothesis import given
from hypothesis import strategies as st

from cowrite.engine.gguf_header import GgufError, read_gguf_header


def write_gguf(path: Path) -> bytes:
    """A file by the library that defines the format, with every kind of value."""
    writer = GGUFWriter(path, "llama")
    writer.add_string("general.name", "Kätzchen")
    writer.add_uint8("a.u8", 8)
    writer.add_int16("a.i16", -16)
    writer.add_uint64("a.u64", 1 << 60)
    writer.add_float32("a.f32", 0.5)
    writer.add_float64("a.f64", 0.25)
    writer.add_bool("a.bool", True)
    writer.add_array("a.numbers", [1, 2, 3])
    writer.add_array("a.texts", ["x", "yy", ""])
    writer.add_string("tokenizer.ggml.pre", "smollm")
    writer.add_tensor("one", np.zeros((4, 8), dtype=np.float32))
    writer.add_tensor("two", np.ones(5, dtype=np.float16))
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()
    return path.read_bytes()


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    return write_gguf(tmp_path_factory.mktemp("gguf") / "whole.gguf")


def test_texts_and_numbers_are_read(tmp_path: Path):
    write_gguf(tmp_path / "m.gguf")
    header = read_gguf_header(tmp_path / "m.gguf")
    assert header.text("general.architecture") == "llama"
    assert header.text("general.name") == "Kätzchen"
    assert header.text("tokenizer.ggml.pre") == "smollm"
    assert header.text("a.u8") == ""  # no text
    wanted = {
        "a.u8": 8,
        "a.i16": -16,
        "a.u64": 1 << 60,
        "a.f32": 0.5,
        "a.f64": 0.25,
        "a.bool": True,
    }
    assert {key: header.values[key] for key in wanted} == wanted
    assert "a.texts" not in header.values
    assert header.parameters == 37


@given(share=st.floats(0, 1, exclude_max=True))
def test_a_file_that_is_cut_off_is_refused(tmp_path: Path, whole: bytes, share: float):
    # The writer pads the end; what is cut must be more than that.
    path = tmp_path / "cut.gguf"
    path.write_bytes(whole[: int(share * (len(whole) - 32))])
    with pytest.raises(GgufError):
        read_gguf_header(path)


@given(data=st.data())
def test_damage_is_never_another_error(tmp_path: Path, whole: bytes, data: st.DataObject):
    changed = bytearray(whole)
    for _ in range(data.draw(st.integers(1, 4))):
        changed[data.draw(st.integers(0, len(whole) - 1))] = data.draw(st.integers(0, 255))
    path = tmp_path / "changed.gguf"
    path.write_bytes(changed)
    with contextlib.suppress(GgufError):
        read_gguf_header(path)


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"GGU",
        b"PK\3\4" + b"\0" * 100,
        b"GGUF" + struct.pack("<IQQ", 99, 0, 0),
        b"GGUF" + struct.pack("<IQQ", 3, 1 << 62, 0),
        b"GGUF" + struct.pack("<IQQ", 3, 0, 1 << 62),
        b"GGUF" + struct.pack("<IQQQ", 3, 0, 1, 1 << 62),  # a name that long
        b"GGUF" + struct.pack("<IQQQ1sI", 3, 0, 1, 1, b"k", 77),  # a kind of value that is none
        b"GGUF" + struct.pack("<IQQQ1sIIQ", 3, 0, 1, 1, b"k", 9, 8, 1 << 62),  # a list that long
        b"GGUF" + struct.pack("<IQQQ1sIIQ", 3, 0, 1, 1, b"k", 9, 9, 1),  # a list of lists
    ],
)
def test_hostile_numbers_are_refused_at_once(tmp_path: Path, content: bytes):
    path = tmp_path / "m.gguf"
    path.write_bytes(content)
    with pytest.raises(GgufError):
        read_gguf_header(path)
