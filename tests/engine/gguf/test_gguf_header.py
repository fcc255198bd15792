"""The head of a GGUF file: read right, and whatever is wrong with it is one kind of error."""

from __future__ import annotations

import contextlib
import struct
import unicodedata
from pathlib import Path

import numpy as np
import pytest
from gguf import GGML_QUANT_SIZES, GGUFWriter
from hypothesis import given
from hypothesis import strategies as st

from cowrite.engine.gguf.header import KINDS, GgufError, read_gguf_header, without_controls


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
    assert header.values["a.texts"] == ["x", "yy", ""]
    assert header.values["a.numbers"] == [1, 2, 3]
    assert header.parameters == 37


def test_tensors_are_found_where_they_lie(tmp_path: Path):
    content = write_gguf(tmp_path / "m.gguf")
    one, two = read_gguf_header(tmp_path / "m.gguf").tensors
    assert (one.name, one.kind_name, one.shape) == ("one", "F32", (4, 8))
    assert (two.name, two.kind_name, two.shape) == ("two", "F16", (5,))
    assert content[two.start : two.start + two.size] == np.ones(5, np.float16).tobytes()


def test_every_kind_of_tensor_that_ggml_has_is_known():
    wanted = {kind.value: (kind.name, *sizes) for kind, sizes in GGML_QUANT_SIZES.items()}
    assert wanted.items() <= KINDS.items()


@given(st.text())
def test_shown_texts_have_no_control_characters(text: str):
    shown = without_controls(text)
    assert not {unicodedata.category(each) for each in shown} & {"Cc", "Cf", "Cs"}
    assert "\n" not in shown


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


# --- tensors that cannot be ------------------------------------------------------------------------------------------


def head(
    *tensors: tuple[str, tuple[int, ...], int, int], extra: bytes = b"", keys: int = 0
) -> bytes:
    """A file of ``tensors`` (name, shape with the row's length first, kind, offset) and 1,024 bytes of data."""
    content = b"GGUF" + struct.pack("<IQQ", 3, len(tensors), keys) + extra
    for name, shape, kind, offset in tensors:
        content += struct.pack("<Q", len(name)) + name.encode()
        content += struct.pack(f"<I{len(shape)}QIQ", len(shape), *shape, kind, offset)
    return content + b"\0" * (-len(content) % 32) + b"\0" * 1024


def key(name: str, kind: int, value: bytes) -> bytes:
    return struct.pack("<Q", len(name)) + name.encode() + struct.pack("<I", kind) + value


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (head(("a", (8,), 0, 0), ("a", (8,), 0, 32)), "twice"),
        (head(("a", (8, 2), 0, 0), ("b", (8,), 0, 32)), "over one another"),
        (head(("a", (8,), 0, 0), ("b", (8,), 0, 96)), "belong to neither"),
        (head(("a", (8,), 0, 64)), "belong to neither"),
        (head(("a", (8,), 0, 8)), "askew"),
        (head(("a", (8,), 0, 1 << 40)), "before its last tensor"),
        (head(("a", (1 << 40, 1 << 40), 0, 0)), "before its last tensor"),
        (head(("a", (0,), 0, 0)), "empty"),
        (head(("a", (), 0, 0)), "impossible number of dimensions"),
        (head(("a", (2,) * 5, 0, 0)), "impossible number of dimensions"),
        (head(("a", (8,), 99, 0)), "kind that is not known, number 99"),
        (head(("a", (33,), 8, 0)), "no whole number of blocks"),
        (head(extra=key("k", 4, b"1234") * 2, keys=2), "k is there twice"),
        (head(extra=key("general.alignment", 4, struct.pack("<I", 0)), keys=1), "alignment"),
        (head(extra=key("general.alignment", 4, struct.pack("<I", 1 << 30)), keys=1), "alignment"),
        (head(extra=key("general.alignment", 8, struct.pack("<Q1s", 1, b"8")), keys=1), "alignment"),
        (head(extra=key("k", 9, struct.pack("<IQQ2s", 8, 1, 2, b"\xff\xff")), keys=1), "not UTF-8"),
        (head(extra=key("k", 9, struct.pack("<IQ", 0, 1 << 33)), keys=1), "longer lists"),
        (b"GGUF" + struct.pack(">I", 3) + b"\0" * 64, "another order of bytes"),
    ],
)  # fmt: skip
def test_what_cannot_be_is_named(tmp_path: Path, content: bytes, words: str):
    path = tmp_path / "m.gguf"
    path.write_bytes(content)
    with pytest.raises(GgufError, match=words):
        read_gguf_header(path)
