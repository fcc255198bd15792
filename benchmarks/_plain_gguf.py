"""A GGUF file without quantization: beside quantized weights llama.cpp rounds activations too."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from gguf import GGUFReader, GGUFValueType, GGUFWriter, Keys, dequantize

_NOT_KEPT = {
    Keys.General.ARCHITECTURE,
    Keys.General.FILE_TYPE,
    Keys.General.QUANTIZATION_VERSION,
}


def write_plain(source: Path, target: Path) -> None:
    """Write the model of ``source`` to ``target``: in fp32, matrices with the values that bf16 can hold."""
    reader = GGUFReader(source)
    writer = GGUFWriter(target, reader.fields[Keys.General.ARCHITECTURE].contents())
    for field in reader.fields.values():
        if field.name.startswith("GGUF.") or field.name in _NOT_KEPT:
            continue
        kind = field.types[0]
        inner = field.types[-1] if kind == GGUFValueType.ARRAY else None
        writer.add_key_value(field.name, field.contents(), kind, inner)
    for tensor in reader.tensors:
        values = dequantize(tensor.data, tensor.tensor_type).astype(np.float32)
        values = values.reshape([int(size) for size in reversed(tensor.shape)])
        writer.add_tensor(tensor.name, _as_bf16(values) if values.ndim > 1 else values)
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()


def _as_bf16(values: np.ndarray) -> np.ndarray:
    """The nearest values that bf16 can hold, ties to even."""
    bits = np.ascontiguousarray(values).view(np.uint32)
    rounded = bits + ((bits >> 16) & 1) + 0x7FFF
    return (rounded & 0xFFFF0000).astype(np.uint32).view(np.float32)
