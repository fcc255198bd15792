"""What a captured graph does, on the processor: the same operations on the same memory, with the numbers of then."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import torch
from torch import Tensor
from torch.utils._python_dispatch import TorchDispatchMode
from torch.utils._pytree import tree_leaves


class Recorded:
    """Runs ``run`` and records it; each call does again what was recorded, and nothing else."""

    def __init__(self, run: Callable[[], None]) -> None:
        self._calls: list[tuple[Callable[..., Any], Any, Any, list[Any]]] = []
        with _Recorder(self._calls):
            run()

    def __call__(self) -> None:
        for function, arguments, options, results in self._calls:
            again = tree_leaves(function(*arguments, **options))
            for old, new in zip(results, again, strict=True):
                # Results lie where they lay then. Views and what is done in place lie there already.
                if isinstance(old, Tensor) and old.data_ptr() != new.data_ptr():
                    old.copy_(new)


class _Recorder(TorchDispatchMode):
    def __init__(self, calls: list[Any]) -> None:
        super().__init__()
        self._calls = calls

    def __torch_dispatch__(
        self, func: Any, types: Any, args: Any = (), kwargs: Any = None
    ) -> object:
        result = func(*args, **(kwargs or {}))
        if func is torch.ops.aten._local_scalar_dense.default:
            raise RuntimeError("the step looks at a number that only the device knows")
        self._calls.append((func, args, kwargs or {}, tree_leaves(result)))
        return result
