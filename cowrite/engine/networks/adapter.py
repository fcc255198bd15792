"""What was learned of one writer: low-rank products beside a model's own (LoRA, Hu et al. 2021, arXiv 2106.09685).

``y = W x + (alpha / r) B A x``. The model's weights stay as they are, in however few bits. Files are in PEFT's format;
they are read with safetensors only and believed only if every tensor has its place, its shape and finite numbers.
"""

from __future__ import annotations

import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Annotated, Any

import torch
from msgspec import Meta
from safetensors import SafetensorError, safe_open
from torch import Tensor, nn

from cowrite.base.errors import UserError
from cowrite.base.json_values import SchemaError, read_json_file
from cowrite.base.records import decode
from cowrite.engine.networks.layer_plan import LayerPlan
from cowrite.engine.networks.quantize import product
from cowrite.localization import tr, tr_noop

CONFIG = "adapter_config.json"
WEIGHTS = "adapter_model.safetensors"
HIGHEST_RANK = 512
HIGHEST_ALPHA = 65_536.0
LARGEST_CHANGE = 1e6
"""Of what a pair adds to a layer, as a norm (Frobenius). A layer's own is some hundreds."""
LARGEST_CONFIG = 1 << 20
ADVICE = tr_noop("Use another adapter, or none.")

_NAME = re.compile(
    r"base_model\.model\.model\.layers\.([0-9]{1,6})\.(self_attn|mlp)\.([a-z]+_proj)\.lora_([AB])\.weight"
)
_DTYPES = (torch.float32, torch.float16, torch.bfloat16, torch.float64)
# Settings of PEFT's that change what is computed, and what they are when they change nothing.
_PLAIN: dict[str, tuple[object, ...]] = {
    "use_dora": (None, False),
    "bias": (None, "none"),
    "lora_bias": (None, False),
    "fan_in_fan_out": (None, False),
    "rank_pattern": (None, {}),
    "alpha_pattern": (None, {}),
    "modules_to_save": (None, []),
    "trainable_token_indices": (None, [], {}),
    "layer_replication": (None, []),
    "target_parameters": (None, []),
}


@dataclass(frozen=True, slots=True)
class Pair:
    """The two matrices beside one linear layer: ``a (r, in)`` and ``b (out, r)``."""

    a: Tensor
    b: Tensor


@dataclass(frozen=True, slots=True, kw_only=True)
class Adapter:
    """An adapter in memory. ``pairs`` by layer and name, such as ``(0, "q_proj")``; ``scale`` is alpha / r."""

    id: str
    rank: int
    scale: float
    pairs: Mapping[tuple[int, str], Pair]

    def scaled(self, factor: float) -> Adapter | None:
        """The same adapter ``factor`` times as strong; None where nothing is left of it."""
        return replace(self, scale=self.scale * factor) if factor else None

    def fused(
        self, layer: int, sizes: Mapping[str, int], device: torch.device
    ) -> tuple[Tensor, Tensor] | None:
        """The pairs beside several linear layers that are one product, as one pair; None if there are none.

        ``sizes`` names those layers and their outputs, in order. ``down (R, in)`` are all ``a`` one after the other,
        ``up (R, out)`` holds each ``b`` transposed where its own outputs are, and zeros elsewhere, scaled. In bf16.
        """
        rows: list[tuple[Tensor, Tensor]] = []
        total, start = sum(sizes.values()), 0
        for name, size in sizes.items():
            pair = self.pairs.get((layer, name))
            if pair is not None:
                wide = torch.zeros(self.rank, total)
                wide[:, start : start + size] = self.scale * pair.b.float().t()
                rows.append((pair.a.float(), wide))
            start += size
        if not rows:
            return None
        down, up = (
            torch.cat(parts).to(device, torch.bfloat16) for parts in zip(*rows, strict=True)
        )
        return down, up


class AdaptedLinear(nn.Module):
    """A linear layer, ``base``, and the low-rank product beside it. See :meth:`Adapter.fused` for ``down`` and ``up``.

    ``up`` is kept transposed because torch's bf16 product of a matrix and a vector is four times as fast that way here.
    """

    down: Tensor
    up: Tensor

    def __init__(self, base: nn.Module, down: Tensor, up: Tensor) -> None:
        super().__init__()
        self.base = base
        self.register_buffer("down", down, persistent=False)
        self.register_buffer("up", up, persistent=False)

    def fits(self, down: Tensor, up: Tensor) -> bool:
        """Whether another adapter can be written over this one's numbers."""
        return self.down.shape == down.shape and self.up.shape == up.shape

    def write(self, down: Tensor, up: Tensor) -> None:
        """Be another adapter of the same rank, in the same memory."""
        self.down.copy_(down)
        self.up.copy_(up)

    def forward(self, x: Tensor) -> Tensor:
        """``(..., in) -> (..., out)``, in the dtype of ``x``."""
        y: Tensor = self.base(x)
        rows = x.reshape(-1, x.shape[-1])
        if rows.shape[0] == 1 and not x.is_cuda:
            thin = self.down.mv(rows[0].to(self.down.dtype))
            return y + self.up.t().mv(thin).to(y.dtype).view_as(y)
        return y + product(product(rows, self.down), self.up.t()).view_as(y)


def read_adapter(folder: Path, name: str = "") -> Adapter:
    """Read the adapter in ``folder``. Raises UserError if anything of it is not right.

    Its id is the folder's name; ``name`` is what to call it in the error, if not that.
    """
    name = name or folder.name
    try:
        rank, scale = _rank_and_scale(read_json_file(folder / CONFIG, LARGEST_CONFIG))
        pairs = _read_pairs(folder / WEIGHTS)
    except FileNotFoundError as error:
        raise _refused(name, tr("a file is missing")) from error
    except _NotOursError as error:
        raise _refused(name, str(error)) from error
    except SchemaError as error:
        raise _refused(
            name, tr("its {config} is invalid ({error})", config=CONFIG, error=error)
        ) from error
    except (OSError, SafetensorError, ValueError, KeyError, TypeError) as error:
        # What safetensors says is about bytes, not for a writer.
        raise _refused(name, tr("its files are damaged")) from error
    for pair in pairs.values():
        if pair.a.shape[0] != rank or pair.b.shape[1] != rank:
            raise _refused(name, tr("its matrices do not have the declared rank"))
        _require_bounded(name, pair, scale)
    return Adapter(id=folder.name, rank=rank, scale=scale, pairs=pairs)


def _require_bounded(name: str, pair: Pair, scale: float) -> None:
    """Raise UserError unless what the pair adds to a layer are numbers, and not so large that nothing else counts."""
    sizes = [float(half.double().square().sum().sqrt()) for half in (pair.a, pair.b)]
    if not all(map(math.isfinite, sizes)):
        raise _refused(name, tr("it holds numbers that are not finite"))
    if sizes[0] * sizes[1] * scale > LARGEST_CHANGE:
        raise _refused(name, tr("its numbers are too large"))


def require_fitting(adapter: Adapter, plan: LayerPlan) -> None:
    """Raise UserError unless every pair stands beside a layer of the model and has its shape."""
    shapes = linear_shapes(plan)
    for (layer, name), pair in adapter.pairs.items():
        size_in, size_out = shapes[name]
        fits = pair.a.shape[1] == size_in and pair.b.shape[0] == size_out
        if layer >= plan.layers or not fits:
            raise UserError(
                tr("The adapter “{id}” was made for another model.", id=adapter.id),
                tr("Use one that was made for this model, or none."),
            )


def linear_shapes(plan: LayerPlan) -> dict[str, tuple[int, int]]:
    """Inputs and outputs of the linear layers of each layer, by their names in the model's files."""
    queries, keys = plan.heads * plan.head_dim, plan.kv_heads * plan.head_dim
    return {
        "q_proj": (plan.hidden, queries),
        "k_proj": (plan.hidden, keys),
        "v_proj": (plan.hidden, keys),
        "o_proj": (queries, plan.hidden),
        "gate_proj": (plan.hidden, plan.intermediate),
        "up_proj": (plan.hidden, plan.intermediate),
        "down_proj": (plan.intermediate, plan.hidden),
    }


def fused_sizes(plan: LayerPlan, names: Sequence[str]) -> dict[str, int]:
    """The outputs of the layers ``names``, which are one product."""
    shapes = linear_shapes(plan)
    return {name: shapes[name][1] for name in names}


class _NotOursError(ValueError):
    """The file is whole, but asks for something that is not computed here."""


def _refused(name: str, why: str) -> UserError:
    return UserError(
        tr("The adapter “{name}” cannot be used: {why}.", name=name, why=why), tr(ADVICE)
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class _Size:
    r: Annotated[int, Meta(ge=1, le=HIGHEST_RANK)]
    lora_alpha: Annotated[float, Meta(ge=0, le=HIGHEST_ALPHA)]


def _rank_and_scale(stored: object) -> tuple[int, float]:
    settings = decode(stored, dict[str, Any])
    if settings.get("peft_type") != "LORA":
        raise _NotOursError(tr("it is not a LoRA adapter"))
    for name, plain in _PLAIN.items():
        if settings.get(name) not in plain:
            raise _NotOursError(tr("its setting “{name}” is not supported", name=name))
    size = decode(settings, _Size)
    root = math.sqrt(size.r) if settings.get("use_rslora") else size.r
    return size.r, size.lora_alpha / root


def _read_pairs(path: Path) -> dict[tuple[int, str], Pair]:
    halves: dict[tuple[int, str], dict[str, Tensor]] = {}
    with safe_open(path, framework="pt") as file:
        for name in file.keys():  # noqa: SIM118 - not a dict
            match = _NAME.fullmatch(name)
            if match is None or not _is_place(match[2], match[3]):
                raise _NotOursError(tr("it changes a part that this model does not have"))
            tensor: Tensor = file.get_tensor(name)
            if tensor.ndim != 2 or tensor.dtype not in _DTYPES:
                raise _NotOursError(tr("one of its tensors is not a matrix of numbers"))
            halves.setdefault((int(match[1]), match[3]), {})[match[4]] = tensor
    if not halves:
        raise _NotOursError(tr("it is empty"))
    if any(len(half) != 2 for half in halves.values()):
        raise _NotOursError(tr("one matrix of a pair is missing"))
    return {place: Pair(half["A"], half["B"]) for place, half in halves.items()}


def _is_place(part: str, name: str) -> bool:
    attention = ("q_proj", "k_proj", "v_proj", "o_proj")
    return name in (attention if part == "self_attn" else ("gate_proj", "up_proj", "down_proj"))
