"""GGUF to safetensors, once, at install: written tensor by tensor, so that one part of one is in memory at a time."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import BinaryIO

import numpy as np
from gguf import GGMLQuantizationType, dequantize
from numpy.typing import NDArray

from cowrite.base.errors import UserError
from cowrite.engine.gguf.header import GgufTensor, without_controls
from cowrite.engine.gguf.model import GgufModel, read_gguf_model
from cowrite.engine.gguf.tensors import Change, Target
from cowrite.engine.gguf.tokenizer import tokenizer_config_of, tokenizer_of
from cowrite.localization import tr

Floats = NDArray[np.float32]
UNPACKED_AT_ONCE = 1 << 24  # weights; 64 MB
BYTES_PER_WEIGHT = 2  # bf16
PART_OF_TOKENIZER = 0.05  # of the time


def gguf_to_safetensors(
    gguf: Path, folder: Path, on_part: Callable[[float], None] = lambda _: None
) -> None:
    """Write the model in ``gguf`` to ``folder`` as bf16 safetensors with its tokenizer.

    A model in several files is read whole, whichever of them ``gguf`` is. ``on_part`` gets how much is done, 0 to 1.
    Raises UserError if the file is damaged or anything in it cannot be carried over, OSError if the disk fails.
    """
    try:
        model = read_gguf_model(gguf)
        _write_tokenizer(folder, model)
        _write_json(folder / "config.json", model.plan.config)
        on_part(PART_OF_TOKENIZER)
        _write_weights(folder / "model.safetensors", model.targets, on_part)
    except MemoryError as error:
        raise UserError(
            tr("There is not enough free memory to convert the model; nothing was installed."),
            tr("Close other programs, or choose a smaller model."),
        ) from error
    on_part(1.0)


# --- the tokenizer ---------------------------------------------------------------------------------------------------


def _write_tokenizer(folder: Path, model: GgufModel) -> None:
    text = tokenizer_of(model.vocabulary).to_str(pretty=False)
    (folder / "tokenizer.json").write_text(text, "utf-8")
    context = model.plan.config["max_position_embeddings"]
    _write_json(folder / "tokenizer_config.json", tokenizer_config_of(model.vocabulary, context))
    template = model.gguf.values.get("tokenizer.chat_template")
    if isinstance(template, str) and template:
        (folder / "chat_template.jinja").write_text(template, "utf-8", newline="")


def _write_json(path: Path, content: object) -> None:
    path.write_text(json.dumps(content, indent=2, ensure_ascii=False) + "\n", "utf-8")


# --- the weights -----------------------------------------------------------------------------------------------------


def _write_weights(path: Path, targets: list[Target], on_part: Callable[[float], None]) -> None:
    """The format: https://github.com/huggingface/safetensors#format."""
    header: dict[str, object] = {"__metadata__": {"format": "pt"}}
    end = 0
    for target in targets:
        size = BYTES_PER_WEIGHT * _count(target)
        header[target.name] = {
            "dtype": "BF16",
            "shape": list(target.shape),
            "data_offsets": [end, end + size],
        }
        end += size
    text = json.dumps(header).encode()
    text += b" " * (-len(text) % 8)
    with path.open("wb") as file:
        file.write(len(text).to_bytes(8, "little") + text)
        start = file.tell()
        for target in targets:
            _write_target(file, target)
            done = (file.tell() - start) / end
            on_part(PART_OF_TOKENIZER + (1 - PART_OF_TOKENIZER) * done)


def _count(target: Target) -> int:
    return int(np.prod(target.shape, dtype=np.int64))


def _write_target(file: BinaryIO, target: Target) -> None:
    if (
        not target.sources
    ):  # a bias that the model does not have, where Hugging Face's layout has one
        file.write(bytes(BYTES_PER_WEIGHT * _count(target)))
    for source in target.sources:
        if target.change is Change.UNPERMUTED:
            whole = np.concatenate(list(_unpacked(source)))
            file.write(_rounded(_unpermuted(whole.reshape(source.shape), target.heads), source))
            continue
        for part in _unpacked(source):
            changed = part - np.float32(1.0) if target.change is Change.LESS_ONE else part
            file.write(_rounded(changed, source))


def _unpacked(tensor: GgufTensor) -> Iterator[Floats]:
    """The weights of ``tensor`` as fp32, some rows at a time."""
    kind = GGMLQuantizationType(tensor.kind)
    columns = tensor.shape[-1]
    rows = tensor.weights // columns
    packed = np.memmap(
        tensor.path, np.uint8, "r", offset=tensor.start, shape=(rows, tensor.size // rows)
    )
    step = max(1, UNPACKED_AT_ONCE // columns)
    # A code that means infinity, and sums of them, give a warning and are refused afterwards.
    with np.errstate(all="ignore"):
        for at in range(0, rows, step):
            yield dequantize(packed[at : at + step], kind).astype(np.float32, copy=False)


def _unpermuted(weights: Floats, heads: int) -> Floats:
    """Rows of each head from Meta's order, the two coordinates of a turn side by side, to one half after the other."""
    half = len(weights) // heads // 2
    pairs = weights.reshape(heads, half, 2, *weights.shape[1:])
    return np.ascontiguousarray(pairs.swapaxes(1, 2)).reshape(weights.shape)


def _rounded(weights: Floats, source: GgufTensor) -> bytes:
    """``weights`` as bf16, to nearest, ties to even. Raises UserError if one is not finite."""
    bits = np.ascontiguousarray(weights, np.float32).view(np.uint32)
    rounded = ((bits + 0x7FFF + ((bits >> 16) & 1)) >> 16).astype("<u2")
    # All ones in the exponent mean infinity or no number; rounding up may get there.
    if ((bits & 0x7F800000) == 0x7F800000).any() or ((rounded & 0x7F80) == 0x7F80).any():
        raise UserError(
            tr(
                "The GGUF file is damaged: {name} holds a weight that is no number.",
                name=without_controls(source.name)[:80],
            ),
            tr("Download the file again, or take another GGUF file of the model."),
        )
    return rounded.tobytes()
