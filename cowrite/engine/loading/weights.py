"""The tensors of a model's safetensors files, in bf16 or in int8 with a scale for each row.

A model that comes with the program is stored in int8, half as large: beside each ``NAME.weight`` of type I8 stands
``NAME.weight_scale`` in bf16, one value for each row (an output channel, or a token), and a weight is their product.
Those are the numbers that :func:`cowrite.engine.networks.quantize.rounded_to_int8` makes of bf16 weights, so a model in
int8 computes the same from either file.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import torch
from safetensors import safe_open
from torch import Tensor

from cowrite.engine.loading.mapped_tensor import map_tensor
from cowrite.engine.networks.embedding import Embedding, unpacked

COMPUTED = "rotary_emb.inv_freq"
SCALE = "_scale"


class Weights(Mapping[str, Tensor]):
    """The tensors of all safetensors files of a folder by name, in bf16, read when asked for.

    The frequencies that older files hold of their positions are not among them: they are computed. Nor are scales,
    which belong to their weights. Raises ValueError if there are no files, SafetensorError for damaged ones.
    """

    def __init__(self, model_dir: Path) -> None:
        self._files: dict[str, Any] = {}
        self._paths: dict[str, Path] = {}
        self._scales: dict[str, Any] = {}
        for file in _weight_files(model_dir):
            opened = safe_open(file, framework="pt")
            names = [name for name in opened.keys() if not name.endswith(COMPUTED)]  # type: ignore[no-untyped-call]  # noqa: SIM118
            self._files |= dict.fromkeys(names, opened)
            self._paths |= dict.fromkeys(names, file)
        for name in [name for name in self._files if name + SCALE in self._files]:
            self._scales[name] = self._files.pop(name + SCALE)
        self._unused = set(self._files)

    def require_all_used(self) -> None:
        """Raise ValueError if the files hold tensors that nobody asked for: they are of another model then."""
        if self._unused:
            raise ValueError(f"{len(self._unused)} tensors have no place: {min(self._unused)}")

    def __getitem__(self, name: str) -> Tensor:
        if self.is_int8(name):
            return unpacked(*self.int8(name))
        tensor = self._read(name)
        if not tensor.is_floating_point():
            raise ValueError(f"{name} is in a type without scales")
        return tensor.to(torch.bfloat16)

    def is_int8(self, name: str) -> bool:
        """Whether the tensor is stored in int8."""
        return name in self._scales

    def int8(self, name: str) -> tuple[Tensor, Tensor]:
        """A tensor that is stored in int8: ``(rows, columns)`` in int8 and its ``(rows,)`` scales in bf16.

        Raises ValueError if the two do not fit together.
        """
        rounded = self._read(name)
        scale = self._scales[name].get_tensor(name + SCALE)
        if rounded.dtype != torch.int8 or scale.shape != rounded.shape[:1]:
            raise ValueError(f"the scales of {name} do not fit it")
        return rounded, scale.to(torch.bfloat16)

    def embedding(self, name: str, device: torch.device) -> Embedding:
        """The table ``name`` on ``device``; for the processor it stays in its file, where the system allows that."""
        weight, scale = f"{name}.weight", None
        if self.is_int8(weight):
            scale = self.int8(weight)[1].to(device, copy=True)
        mapped = map_tensor(self._paths[weight], weight) if device.type == "cpu" else None
        if mapped is None:
            # Copied, because what is read is a view of the whole file, which would stay in memory with it.
            mapped = (self[weight] if scale is None else self.int8(weight)[0]).to(device, copy=True)
        self._unused.discard(weight)
        return Embedding(mapped, scale)

    def shape(self, name: str) -> tuple[int, ...]:
        """The shape of a tensor, without reading it."""
        return tuple(self._files[name].get_slice(name).get_shape())

    def _read(self, name: str) -> Tensor:
        tensor: Tensor = self._files[name].get_tensor(name)
        self._unused.discard(name)
        return tensor

    def __iter__(self) -> Iterator[str]:
        return iter(self._files)

    def __len__(self) -> int:
        return len(self._files)


def _weight_files(model_dir: Path) -> list[Path]:
    files = sorted(model_dir.glob("*.safetensors"))
    if not files:
        raise ValueError("there is no safetensors file in the model's folder")
    return files
