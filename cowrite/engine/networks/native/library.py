"""The compiled library that suits this processor, and the arrays it is given.

Shapes: N tokens, H hidden units, L layers, Q heads of
D units of which K have keys, R the rank of an adapter (0 without one). bf16 is seen as uint16, its upper half of a
float32. The structures are those of ``step.h``.
"""

from __future__ import annotations

import ctypes
import functools
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from cowrite.engine.networks.layer_plan import LayerPlan
from cowrite.engine.networks.native.names import (
    GREATEST_LEVEL,
    LEAST_LEVEL,
    library_path,
    targets,
)
from cowrite.localization import tr

Floats = NDArray[np.float32]

_INT = ctypes.c_int64
_ADDRESS = ctypes.c_void_p


class NoLibraryError(OSError):
    """There is no compiled step here, or it does not load; the message is a sentence."""


class Linear(NamedTuple):
    """One linear layer of all layers: ``y = x @ (weight * scale).T + bias + (x @ into.T) @ out_of.T``.

    ``weight (L, out, in)``, ``scale`` and ``bias (L, out)``; an adapter has ``into (L, R, in)`` and
    ``out_of (L, out, R)``.
    """

    weight: NDArray[np.int8]
    scale: Floats
    bias: Floats
    into: Floats
    out_of: Floats


class Stack(NamedTuple):
    """All weights. Norms are ``(L, H)``, those of heads ``(L, D)``, or ``(L, 0)`` where heads are not normalized."""

    qkv: Linear
    output: Linear
    gate_up: Linear
    down: Linear
    head: Linear
    attention_norm: Floats
    mlp_norm: Floats
    query_norm: Floats
    key_norm: Floats
    norm: Floats


class LinearStructure(ctypes.Structure):
    """``Linear`` of ``step.h``."""

    _fields_ = (
        *((name, _ADDRESS) for name in Linear._fields),
        *((name, _INT) for name in ("outputs", "inputs", "rank")),
    )


class StackStructure(ctypes.Structure):
    """``Stack`` of ``step.h``."""

    _fields_ = (
        *((name, LinearStructure) for name in Stack._fields[:5]),
        *((name, _ADDRESS) for name in Stack._fields[5:]),
        *((name, _INT) for name in ("layers", "hidden", "head_dim", "heads", "key_heads", "inner")),
        *((name, ctypes.c_float) for name in ("eps", "scale")),
    )


def address(array: NDArray[Any]) -> int:
    """Where the numbers of ``array`` begin. Raises ValueError if they do not lie one behind the other."""
    if not array.flags.c_contiguous:
        raise ValueError("The compiled step needs arrays whose numbers lie one behind the other.")
    return int(array.ctypes.data)


def linear_structure(linear: Linear) -> LinearStructure:
    """Points to the arrays of ``linear``, which have to live as long."""
    _, outputs, inputs = linear.weight.shape
    rank = linear.into.shape[1]
    return LinearStructure(
        address(linear.weight),
        address(linear.scale),
        address(linear.bias),
        address(linear.into),
        address(linear.out_of),
        outputs,
        inputs,
        rank,
    )


def stack_structure(stack: Stack, plan: LayerPlan) -> StackStructure:
    """Points to the arrays of ``stack``, which have to live as long."""
    return StackStructure(
        *map(linear_structure, stack[:5]),
        *(address(norm) if norm.size else None for norm in stack[5:]),
        plan.layers,
        plan.hidden,
        plan.head_dim,
        plan.heads,
        plan.kv_heads,
        plan.intermediate,
        plan.norm_eps,
        plan.attention_scale,
    )


@functools.cache
def library(target: str = "") -> ctypes.CDLL:
    """The library for ``target``, or the best for this processor. Raises NoLibraryError."""
    path = library_path(target or best_target())
    if not path.is_file():
        raise NoLibraryError(
            tr("There is no {name} in {parent}.", name=path.name, parent=path.parent)
        )
    try:
        loaded = ctypes.CDLL(str(path))
    except OSError as error:
        raise NoLibraryError(
            tr("{name} could not be loaded ({error}).", name=path.name, error=error)
        ) from error
    stack, linear = ctypes.POINTER(StackStructure), ctypes.POINTER(LinearStructure)
    loaded.cowrite_step.argtypes = (
        *(stack, _ADDRESS, _INT, _ADDRESS, _INT, _INT),
        *(_ADDRESS, _ADDRESS, _INT, _INT, _INT, _ADDRESS, _INT),
    )
    loaded.cowrite_multiply.argtypes = (linear, _ADDRESS, _INT, _ADDRESS, _INT)
    loaded.cowrite_multiply.restype = None
    loaded.cowrite_exponential.argtypes = (_ADDRESS, _INT, _ADDRESS)
    loaded.cowrite_exponential.restype = None
    loaded.cowrite_attend.argtypes = (
        *(stack, _ADDRESS, _ADDRESS, _ADDRESS, _INT, _INT, _INT, _ADDRESS, _INT),
    )
    return loaded


def best_target() -> str:
    """The one of :func:`targets` that this processor is best used with. Raises NoLibraryError."""
    possible = targets()
    if len(possible) == 1:
        return possible[0]
    level = int(library(possible[0]).cowrite_processor_level())
    if level < LEAST_LEVEL:
        raise NoLibraryError(tr("The processor is older than x86-64-v2."))
    return possible[min(level, GREATEST_LEVEL) - LEAST_LEVEL]
