"""Weights in fewer bits: the linear layers that replace a model's own while it is being loaded."""

from __future__ import annotations

from collections.abc import Iterator
from enum import StrEnum
from functools import lru_cache
from typing import Self

import torch
from torch import Tensor, nn

# From this many rows on, unpacking the weights once and using the fast product beats the packed kernel, which works row
# by row. Measured with bf16 instructions (AVX512-BF16): 64 rows equal, 512 rows 1.6 to 2 times faster. Without them
# (AVX2, product in fp32): 16 rows 1.4 times, 128 rows 2.1 times faster.
ROWS_TO_UNPACK_BF16 = 64
ROWS_TO_UNPACK_FP32 = 12
# Above this many weights in one layer, two bytes for each are too many to read for every token, and changing the kernel
# takes too long and too much memory at once.
WIDE_KERNEL_WEIGHTS = 32_000_000


# So many weights fit the processor's cache in fp32; rounding them together is four times as fast as a whole matrix.
ROUNDED_AT_ONCE = 262_144


class Quantization(StrEnum):
    """How the weights of the linear layers are held in memory."""

    INT8 = "int8"
    NF4 = "nf4"
    BF16 = "bf16"


@lru_cache(maxsize=1)
def multiplies_bf16() -> bool:
    """Whether this processor has instructions for bf16 products; without them they take 7 times as long as in fp32."""
    return bool(torch.cpu._is_avx512_bf16_supported() or torch.cpu._is_amx_tile_supported())


def rows_to_unpack() -> int:
    """From how many rows on the weights are better unpacked first."""
    return ROWS_TO_UNPACK_BF16 if multiplies_bf16() else ROWS_TO_UNPACK_FP32


def product(rows: Tensor, weight: Tensor) -> Tensor:
    """``rows (N, in) @ weight.T (in, out)`` in the fastest type of the device; the result has the type of ``rows``."""
    if rows.device.type == "cpu" and not multiplies_bf16():
        return nn.functional.linear(rows.float(), weight.float()).to(rows.dtype)
    return nn.functional.linear(rows, weight.to(rows.dtype))


class Bf16Linear(nn.Linear):
    """A linear layer with bf16 weights that multiplies in fp32 where bf16 is slow."""

    def forward(self, x: Tensor) -> Tensor:
        """``(..., in) -> (..., out)``, in the dtype of ``x``."""
        y = product(x.reshape(-1, x.shape[-1]), self.weight)
        if self.bias is not None:
            y = y + self.bias
        return y.reshape(*x.shape[:-1], -1)


class Int8Linear(nn.Module):
    """A linear layer with int8 weights and one scale per output channel; activations are bf16 or fp32.

    It begins with the kernel that reads the weights as they are. On processors with AVX2 only, :meth:`optimizations`
    change to FBGEMM's fp16 kernel, in which int8 values are exact, for twice the memory. It takes 13 ns per weight, too
    long for a start. Few rows of a whole model are computed by
    :class:`~cowrite.engine.networks.compiled_step.CompiledStep`.

    With 3072 x 576 weights that are not in a cache, on two threads of an AVX2 processor, in ms: one row 0.27 in fp16,
    0.28 in int8; eight rows 0.38, 0.64.
    """

    weight: Tensor
    scale: Tensor
    bias: Tensor | None

    def __init__(self, weight: Tensor, bias: Tensor | None = None) -> None:
        super().__init__()
        self._hold(*rounded_to_int8(weight), bias)

    @classmethod
    def of_rounded(cls, rounded: Tensor, scale: Tensor, bias: Tensor | None = None) -> Self:
        """A layer of weights that are in int8 already, ``rounded (out, in)`` with ``scale (out,)``."""
        layer = cls.__new__(cls)
        nn.Module.__init__(layer)
        layer._hold(rounded, scale, bias)
        return layer

    def _hold(self, rounded: Tensor, scale: Tensor, bias: Tensor | None) -> None:
        self.register_buffer("weight", rounded, persistent=False)
        self.register_buffer("scale", scale.to(torch.bfloat16), persistent=False)
        self.register_buffer("bias", None if bias is None else bias.detach(), persistent=False)
        self._wide: object | None = None

    def optimizations(self) -> Iterator[None]:
        """One step, if there is a faster kernel for the same weights."""
        if self.weight.device.type != "cpu" or not self.weight.numel():
            return
        if self.weight.numel() > WIDE_KERNEL_WEIGHTS:
            return
        if has_wide_kernel():
            self._wide = torch.ops.quantized.linear_prepack_fp16(self.weight.float(), None)
            self.weight = self.weight.new_empty(0)
            yield

    def forward(self, x: Tensor) -> Tensor:
        """``(..., in) -> (..., out)``, in the dtype of ``x``."""
        rows = x.reshape(-1, x.shape[-1])
        y: Tensor
        if self._wide is not None:
            y = torch.ops.quantized.linear_dynamic_fp16(rows.float(), self._wide)
            y = (y * self.scale).to(x.dtype)
        elif rows.shape[0] < rows_to_unpack() and rows.device.type == "cpu":
            packed = rows.to(torch.bfloat16).contiguous()
            y = torch.ops.aten._weight_int8pack_mm(packed, self.weight, self.scale).to(x.dtype)
        else:
            y = product(rows, self.weight) * self.scale
        if self.bias is not None:
            y = y + self.bias
        return y.reshape(*x.shape[:-1], -1)


def rounded_to_int8(weight: Tensor) -> tuple[Tensor, Tensor]:
    """``weight (out, in)`` as int8 and one fp32 scale per output channel: symmetric, to nearest, ``max|w| / 127``."""
    rounded = torch.empty_like(weight, dtype=torch.int8, memory_format=torch.contiguous_format)
    scale = torch.empty(len(weight), dtype=torch.float32, device=weight.device)
    rows = max(1, ROUNDED_AT_ONCE // max(1, weight.shape[1]))
    for start in range(0, len(weight), rows):
        part = slice(start, start + rows)
        wide = weight.detach()[part].to(torch.float32, copy=True)
        scale[part] = wide.abs().amax(dim=1).clamp_min_(1e-12).div_(127)
        rounded[part] = wide.div_(scale[part, None]).round_()
    return rounded, scale


@lru_cache(maxsize=1)
def has_wide_kernel() -> bool:
    """Whether FBGEMM's fp16 kernel is here and faster than the int8 one."""
    if multiplies_bf16() or "fbgemm" not in torch.backends.quantized.supported_engines:
        return False
    try:
        packed = torch.ops.quantized.linear_prepack_fp16(torch.ones(8, 8), None)
        torch.ops.quantized.linear_dynamic_fp16(torch.ones(1, 8), packed)
    except (AttributeError, RuntimeError, NotImplementedError):
        return False
    return True


def quantized_linear(
    weight: Tensor, bias: Tensor | None, kind: Quantization, device: torch.device
) -> nn.Module:
    """A layer that computes ``x @ weight.T + bias`` with ``weight (out, in)`` held as ``kind`` on ``device``."""
    match kind:
        case Quantization.INT8:
            return Int8Linear(weight.to(device), None if bias is None else bias.to(device))
        case Quantization.NF4:
            return _nf4_linear(weight, bias, device)
        case Quantization.BF16:
            layer = Bf16Linear(
                weight.shape[1], weight.shape[0], bias=bias is not None, device="meta"
            )
            layer.weight = nn.Parameter(weight.to(device), requires_grad=False)
            if bias is not None:
                layer.bias = nn.Parameter(bias.to(device), requires_grad=False)
            return layer


def _nf4_linear(weight: Tensor, bias: Tensor | None, device: torch.device) -> nn.Module:
    # Imported here: bitsandbytes is slow to import and not every model uses it.
    import bitsandbytes as bnb

    layer = bnb.nn.Linear4bit(
        weight.shape[1],
        weight.shape[0],
        bias=bias is not None,
        compute_dtype=torch.bfloat16,
        compress_statistics=True,  # double quantization
        quant_type="nf4",
        device="meta",
    )
    layer.weight = bnb.nn.Params4bit(
        weight.contiguous(), requires_grad=False, compress_statistics=True, quant_type="nf4"
    )
    if bias is not None:
        layer.bias = nn.Parameter(bias, requires_grad=False)
    moved: nn.Module = layer.to(device)  # moving the layer quantizes it, also from CPU to CPU
    return moved
