"""The head of a safetensors file, checked against the file before any library maps it into memory.

The format: https://github.com/huggingface/safetensors#format. Its files hold numbers only and cannot run anything.
"""

from __future__ import annotations

import math
import struct
from pathlib import Path
from typing import Any

from cowrite.base.errors import UserError
from cowrite.base.json_values import read_json
from cowrite.base.records import decode
from cowrite.localization import tr

LARGEST_HEADER_BYTES = 100_000_000  # the limit of the library itself
# Bits per value of every type the format has: https://github.com/huggingface/safetensors, ``Dtype``.
_DTYPE_BITS = {
    "F64": 64, "I64": 64, "U64": 64, "C64": 64, "F32": 32, "I32": 32, "U32": 32, "F16": 16, "BF16": 16, "I16": 16,
    "U16": 16, "I8": 8, "U8": 8, "BOOL": 8, "F8_E4M3": 8, "F8_E5M2": 8, "F8_E8M0": 8, "F8_E4M3FNUZ": 8,
    "F8_E5M2FNUZ": 8, "F6_E2M3": 6, "F6_E3M2": 6, "F4": 4,
}  # fmt: skip
READABLE = frozenset({"F64", "F32", "F16", "BF16"})
# Computed anew and never read, in whatever type: the frequencies that older files hold of their positions.
COMPUTED_SUFFIXES = ("rotary_emb.inv_freq",)
SCALE_SUFFIX = "_scale"


def read_safetensors_header(path: Path) -> dict[str, int]:
    """How many weights each tensor in ``path`` has, by name.

    Raises UserError unless the header describes exactly the bytes that follow it, tensor after tensor, and all of them
    are plain floating-point numbers, or int8 as Cowrite's own models hold them: ``NAME`` with a row of bf16 scales,
    ``NAME_scale``, which are no weights.
    """
    try:
        tensors = _read(path)
    except (OSError, ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        raise UserError(
            tr("{name} is damaged or not a safetensors file.", name=path.name),
            tr("Download the file again."),
        ) from error
    own = {name for name in tensors if _is_own_int8(name, tensors)}
    packed = sorted(
        tensor["dtype"]
        for name, tensor in tensors.items()
        if tensor["dtype"] not in READABLE
        and name not in own
        and not name.endswith(COMPUTED_SUFFIXES)
    )
    if packed:
        raise quantized_elsewhere(packed[0])
    scales = {name + SCALE_SUFFIX for name in own}
    return {name: _count(tensor) for name, tensor in tensors.items() if name not in scales}


def _is_own_int8(name: str, tensors: dict[str, dict[str, Any]]) -> bool:
    """Whether a tensor is in int8 with a bf16 scale for each of its rows."""
    tensor, scale = tensors[name], tensors.get(name + SCALE_SUFFIX)
    return (
        tensor["dtype"] == "I8"
        and scale is not None
        and scale["dtype"] == "BF16"
        and len(tensor["shape"]) == 2
        and scale["shape"] == tensor["shape"][:1]
    )


def quantized_elsewhere(dtype: str = "") -> UserError:
    """What to raise for weights that another program has quantized, as ``dtype`` if that is known."""
    shown = tr(" ({value})", value=dtype) if dtype else ""
    return UserError(
        tr(
            "The model is already quantized in a format that Cowrite cannot read{shown}.",
            shown=shown,
        ),
        tr("Download the original model or a GGUF file of it."),
    )


def _read(path: Path) -> dict[str, dict[str, Any]]:
    size = path.stat().st_size
    with path.open("rb") as file:
        (length,) = struct.unpack("<Q", _exactly(file.read(8), 8))
        if length > min(LARGEST_HEADER_BYTES, size - 8):
            raise ValueError("the header is longer than the file")
        text = _exactly(file.read(length), length)
        header = decode(read_json(text), dict[str, Any])
    tensors = {name: value for name, value in header.items() if name != "__metadata__"}
    end = 0
    for tensor in sorted(tensors.values(), key=lambda each: tuple(each["data_offsets"])):
        first, last = tensor["data_offsets"]
        bits = _count(tensor) * _DTYPE_BITS[tensor["dtype"]]
        if first != end or 8 * (last - first) != bits:
            raise ValueError("the tensors do not lie one after another")
        end = last
    if 8 + length + end != size:
        raise ValueError("the file has another length than its header says")
    return tensors


def _count(tensor: dict[str, Any]) -> int:
    shape = tensor["shape"]
    if not all(type(dimension) is int and dimension >= 0 for dimension in shape):
        raise ValueError("an impossible shape")
    return math.prod(shape)


def _exactly(data: bytes, length: int) -> bytes:
    if len(data) != length:
        raise ValueError("the file ends too soon")
    return data
