"""A model in several GGUF files: read whole, or refused with what is missing."""

from __future__ import annotations

import shutil
from functools import lru_cache
from pathlib import Path
from typing import Any

import pytest
from gguf import GGUFReader, GGUFWriter
from made_up_gguf import MadeUp, part_path, reference, write_gguf

from cowrite.base.errors import UserError
from cowrite.engine.gguf.model import read_gguf_model
from cowrite.engine.gguf.parts import read_gguf

PARTS = 3


@lru_cache(maxsize=2)
def model(architecture: str = "llama") -> Any:
    return reference(MadeUp(architecture=architecture))


@pytest.fixture
def parts(tmp_path: Path) -> list[Path]:
    made = MadeUp(architecture="llama", parts=PARTS)
    write_gguf(tmp_path / "big.gguf", made, model())
    return [part_path(tmp_path / "big.gguf", number, PARTS) for number in range(PARTS)]


@pytest.mark.parametrize("picked", range(PARTS))
def test_all_parts_are_one_model_whichever_is_picked(parts: list[Path], picked: int):
    found = read_gguf_model(parts[picked])
    assert found.gguf.paths == tuple(parts)
    assert found.name == "big"
    assert found.text("general.name") == "Made up"
    assert found.parameters == sum(each.numel() for each in model().parameters())


@pytest.mark.parametrize("picked", [0, 2])
def test_a_missing_part_is_named(parts: list[Path], picked: int):
    parts[1].unlink()
    with pytest.raises(UserError, match="part of a model in 3 files; missing: big-00002-of-00003"):
        read_gguf(parts[picked])


def test_a_part_under_another_name_cannot_be_completed(parts: list[Path], tmp_path: Path):
    with pytest.raises(UserError, match="was renamed"):
        read_gguf(parts[0].rename(tmp_path / "model.gguf"))


def test_parts_may_be_named_in_any_case_and_with_any_characters(parts: list[Path]):
    renamed = [path.rename(path.with_name(f"A\n{path.name.upper()}")) for path in parts]
    assert read_gguf(renamed[1]).paths == tuple(renamed)


def test_a_link_to_a_part_may_have_any_name(parts: list[Path], tmp_path: Path):
    link = tmp_path / "elsewhere" / "model.gguf"
    link.parent.mkdir()
    link.symlink_to(parts[0])
    assert read_gguf(link).paths == tuple(parts)


def test_a_folder_in_place_of_a_part_is_a_missing_part(parts: list[Path]):
    parts[1].unlink()
    parts[1].mkdir()
    with pytest.raises(UserError, match="missing: big-00002"):
        read_gguf(parts[0])


def test_a_damaged_part_is_named(parts: list[Path]):
    parts[1].write_bytes(parts[1].read_bytes()[:-500])
    with pytest.raises(UserError, match=r"big-00002-of-00003\.gguf is damaged or incomplete"):
        read_gguf(parts[0])


def test_the_same_part_twice_is_refused(parts: list[Path]):
    shutil.copyfile(parts[1], parts[2])
    with pytest.raises(UserError, match=r"big-00003-of-00003\.gguf is not the part"):
        read_gguf(parts[0])


def test_a_part_of_another_model_is_refused(parts: list[Path], tmp_path: Path):
    """Here one of more layers: another number of tensors in all."""
    made = MadeUp(architecture="llama", config={"num_hidden_layers": 6}, parts=PARTS)
    write_gguf(tmp_path / "other.gguf", made, reference(made))
    shutil.copyfile(part_path(tmp_path / "other.gguf", 1, PARTS), parts[1])
    with pytest.raises(UserError, match="belongs to another model"):
        read_gguf(parts[0])


def test_a_part_that_says_other_things_of_the_model_is_refused(parts: list[Path]):
    rewrite(parts[1], {"llama.rope.freq_base": 5.0})
    with pytest.raises(UserError, match="belongs to another model"):
        read_gguf(parts[0])
    rewrite(parts[1], {"llama.rope.freq_base": 10_000.0})
    assert read_gguf(parts[0]).tensors


def test_parts_of_two_models_of_one_size_are_refused_if_a_tensor_is_there_twice(
    parts: list[Path], tmp_path: Path
):
    """The numbers fit; the tensors are distributed in another way."""
    made = MadeUp(architecture="llama", parts=PARTS)
    tensors = {name: tensor for name, tensor in reversed(model().state_dict().items())}  # noqa: C416

    class Reversed:
        config = model().config
        state_dict = staticmethod(lambda: tensors)

    write_gguf(tmp_path / "other.gguf", made, Reversed())
    shutil.copyfile(part_path(tmp_path / "other.gguf", 1, PARTS), parts[1])
    with pytest.raises(UserError):
        read_gguf_model(parts[0])


@pytest.mark.parametrize(
    ("count", "words"), [(1, "as many tensors"), (100_000, "split.count"), (2, "was renamed")]
)
def test_a_count_of_parts_that_is_not_right_is_refused(parts: list[Path], count: int, words: str):
    rewrite(parts[0], {"split.count": count})
    with pytest.raises(UserError, match=words):
        read_gguf(parts[0])


def test_a_single_file_says_how_many_tensors_there_are(tmp_path: Path):
    keys = {"split.count": 1, "split.no": 0}
    for tensors, right in ((38, True), (39, False)):
        made = MadeUp(architecture="llama", keys=keys | {"split.tensors.count": tensors})
        path = write_gguf(tmp_path / f"{tensors}.gguf", made, model())
        if right:
            assert len(read_gguf(path).tensors) == tensors
        else:
            with pytest.raises(UserError, match="as many tensors"):
                read_gguf(path)


def test_a_file_with_a_vocabulary_only_is_no_model(tmp_path: Path):
    writer = GGUFWriter(tmp_path / "vocabulary.gguf", "llama")
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()
    with pytest.raises(UserError, match="no model, only a vocabulary"):
        read_gguf(tmp_path / "vocabulary.gguf")


# --- tensors ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("architecture", "tensor"),
    [
        ("llama", "blk.3.ffn_down.weight"),
        ("llama", "blk.0.attn_norm.weight"),
        ("llama", "output_norm.weight"),
        ("llama", "token_embd.weight"),
        ("qwen2", "blk.2.attn_k.bias"),
        ("qwen3", "blk.1.attn_q_norm.weight"),
        ("gemma3", "blk.1.post_ffw_norm.weight"),
        ("phi3", "blk.1.attn_qkv.weight"),
    ],
)
def test_a_tensor_that_is_missing_is_named(tmp_path: Path, architecture: str, tensor: str):
    path = write_gguf(tmp_path / "m.gguf", MadeUp(architecture=architecture), model(architecture))
    rewrite(path, {}, leave_out=tensor)
    with pytest.raises(UserError, match=f"part of a model; missing: {tensor}"):
        read_gguf_model(path)


def test_a_bias_that_one_layer_lacks_is_missing_and_not_zero(tmp_path: Path):
    made = MadeUp(architecture="llama", config={"attention_bias": True})
    path = write_gguf(tmp_path / "m.gguf", made, reference(made))
    rewrite(path, {}, leave_out="blk.2.attn_q.bias")
    with pytest.raises(UserError, match=r"missing: blk\.2\.attn_q\.bias"):
        read_gguf_model(path)


@pytest.mark.parametrize(
    "tensor",
    ["blk.0.attn_sinks.weight", "output.bias", "blk.9.ffn_up.weight", "blk.0.ffn_gate_exps.weight",
     "v.blk.0.attn_q.weight", "blk.0.attn_q.scale"],
)  # fmt: skip
def test_a_tensor_that_nobody_would_read_is_named(tmp_path: Path, tensor: str):
    path = write_gguf(tmp_path / "m.gguf", MadeUp(architecture="llama"), model())
    rewrite(path, {}, add=tensor)
    with pytest.raises(UserError, match=f"no place for: {tensor}"):
        read_gguf_model(path)


def test_more_layers_than_there_are_tensors_for_are_missing(tmp_path: Path):
    path = write_gguf(tmp_path / "m.gguf", MadeUp(architecture="llama"), model())
    rewrite(path, {"llama.block_count": 5})
    with pytest.raises(UserError, match=r"missing: blk\.4\."):
        read_gguf_model(path)
    rewrite(path, {"llama.block_count": 3})
    with pytest.raises(UserError, match=r"no place for: blk\.3\."):
        read_gguf_model(path)


@pytest.mark.parametrize(
    ("key", "value"),
    [("embedding_length", 128), ("feed_forward_length", 95), ("attention.head_count_kv", 4)],
)
def test_sizes_that_the_tensors_do_not_have_are_refused(tmp_path: Path, key: str, value: int):
    path = write_gguf(tmp_path / "m.gguf", MadeUp(architecture="llama"), model())
    rewrite(path, {f"llama.{key}": value})
    with pytest.raises(UserError, match=r"the shape of|rope\.dimension_count"):
        read_gguf_model(path)


def test_layers_of_different_sizes_are_refused_and_of_the_same_are_not(tmp_path: Path):
    path = write_gguf(tmp_path / "m.gguf", MadeUp(architecture="llama"), model())
    rewrite(path, {"llama.feed_forward_length": [96, 96, 96, 96]})
    assert read_gguf_model(path).plan.config["intermediate_size"] == 96
    rewrite(path, {"llama.feed_forward_length": [96, 96, 96, 128]})
    with pytest.raises(UserError, match=r"llama.feed_forward_length, which"):
        read_gguf_model(path)


def rewrite(path: Path, changes: dict[str, Any], leave_out: str = "", add: str = "") -> None:
    """The file again with other values, without one tensor, or with one more."""
    reader = GGUFReader(path)
    writer = GGUFWriter(path.with_suffix(".new"), "llama")
    writer.kv_data[0].clear()
    for key, entry in reader.fields.items():
        if key.startswith("GGUF.") or key in changes:
            continue
        kind, element = entry.types[0], entry.types[-1] if len(entry.types) > 1 else None
        writer.add_key_value(key, entry.contents(), kind, element)
    for key, value in changes.items():
        match value:
            case int():
                writer.add_uint16(key, value) if value < 1 << 16 else writer.add_uint32(key, value)
            case float():
                writer.add_float32(key, value)
            case _:
                writer.add_array(key, value)
    for tensor in reader.tensors:
        if tensor.name != leave_out:
            writer.add_tensor(tensor.name, tensor.data.copy(), raw_dtype=tensor.tensor_type)
        if add and tensor.name == "output_norm.weight":
            writer.add_tensor(add, tensor.data.copy(), raw_dtype=tensor.tensor_type)
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()
    del reader
    path.with_suffix(".new").replace(path)
