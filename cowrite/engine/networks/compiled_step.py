"""One pass of a few tokens through a quantized decoder as a single compiled call: see
:mod:`cowrite.engine.networks.compiled`.

Compiling takes 20 s the first time on a machine, and is kept by numba. It happens in a process of its own, so that
neither the window nor the engine waits for it; until then, and where it fails, the decoder computes with torch.
"""

from __future__ import annotations

import logging
import subprocess
import sys
from collections.abc import Generator, Iterator, Sequence
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from cowrite.engine.networks.layer_plan import LayerPlan

if TYPE_CHECKING:
    from cowrite.engine.networks.compiled import Linear

logger = logging.getLogger(__name__)

# A draft and the token before it. The compiled loops read the weights once for three rows; for many, the products of a
# library are faster.
MOST_TOKENS = 9
# The loops have room for heads of so many units; they cannot be asked before numba is imported.
MOST_HEAD_DIM = 256
CHECK_EVERY_S = 0.2
AFRESH = "--afresh"
_compiled_once = False
# torch's kernels and these round at different places.
LEAST_COSINE = 0.99


def can_follow(plan: LayerPlan) -> bool:
    """Whether the compiled loops compute what ``plan`` says: layers that all see alike, with SiLU."""
    return (
        len(set(plan.sights)) == 1
        and plan.activation == "silu"
        and not plan.normalizes_outputs
        and plan.embedding_scale == 1.0
        and plan.head_dim <= MOST_HEAD_DIM
    )


class Int8Stack:
    """The int8 weights of one kind of linear layer, of all layers in one block, filled layer by layer."""

    def __init__(self, layers: int) -> None:
        self._layers = layers
        self.weight = np.empty((0, 0, 0), np.int8)
        self.scale = np.empty((0, 0), np.float32)
        self.bias = np.empty((0, 0), np.float32)

    def put(self, layer: int, weight: Tensor, scale: Tensor, bias: Tensor | None) -> Tensor:
        """Copy one layer's ``weight (out, in)``, ``scale (out,)`` and ``bias (out,)``; the copy of the weight."""
        if layer == 0:
            self.weight = np.empty((self._layers, *weight.shape), np.int8)
            self.scale = np.empty((self._layers, weight.shape[0]), np.float32)
            self.bias = np.zeros_like(self.scale)
        self.weight[layer] = weight.numpy()
        self.scale[layer] = scale.float().numpy()
        if bias is not None:
            self.bias[layer] = bias.float().numpy()
        return torch.from_numpy(self.weight[layer])


class CompiledStep:
    """Reads up to MOST_TOKENS tokens of one row. ``stacks`` are qkv, output, gate_up, down and head."""

    def __init__(
        self,
        plan: LayerPlan,
        *,
        stacks: Sequence[Int8Stack],
        attention_norms: Sequence[Tensor],
        mlp_norms: Sequence[Tensor],
        query_norms: Sequence[Tensor | None],
        key_norms: Sequence[Tensor | None],
        norm: Tensor,
    ) -> None:
        # numba takes half a second to import, and most commands never come here.
        with _without_scipy():
            import numba
            import numba.np.arraymath  # this looks for scipy, which would come with the first call else

            from cowrite.engine.networks import compiled

        self._compiled = compiled
        self._plan = plan
        self._set_threads = numba.set_num_threads
        self._most_threads: int = numba.config.NUMBA_NUM_THREADS
        qkv, output, gate_up, down, head = (_linear(stack) for stack in stacks)
        self._stack = compiled.Stack(
            qkv=qkv,
            output=output,
            gate_up=gate_up,
            down=down,
            head=head,
            attention_norm=_rows(attention_norms),
            mlp_norm=_rows(mlp_norms),
            query_norm=_rows(query_norms),
            key_norm=_rows(key_norms),
            norm=_rows([norm]),
        )

    def adapt(self, product: str, pairs: Sequence[tuple[Tensor, Tensor] | None]) -> None:
        """Add low-rank products from now on: ``down (R, in)`` and ``up (R, out)`` beside ``product`` of each layer.

        ``product`` is a name of the stack, such as “qkv”; a layer with None adds nothing.
        """
        linear: Linear = getattr(self._stack, product)
        layers, outputs, inputs = linear.weight.shape
        rank = max((pair[0].shape[0] for pair in pairs if pair), default=0)
        into = np.zeros((layers, rank, inputs), np.float32)
        out_of = np.zeros((layers, outputs, rank), np.float32)
        for layer, pair in enumerate(pairs):
            if pair is not None:
                down, up = pair
                into[layer, : len(down)] = down.float().numpy()
                out_of[layer, :, : len(up)] = up.float().t().numpy()
        changed = linear._replace(into=into, out_of=out_of)
        self._stack = self._stack._replace(**{product: changed})  # type: ignore[arg-type]

    def read(
        self, embedded: Tensor, kept: Tensor, past: int, cosines: Tensor, sines: Tensor, last: int
    ) -> Tensor:
        """``embedded (1, T, H) -> logits (1, last, V)``; keys and values go to ``kept (2, L, 1, K, room, D)``, in bf16.

        ``cosines`` and ``sines (T, D)`` are those of the tokens' positions.
        """
        logits = np.empty((last, self._stack.head.weight.shape[1]), np.float32)
        self._set_threads(min(torch.get_num_threads(), self._most_threads))
        self._compiled.step(
            embedded[0].to(torch.float32, copy=True).numpy(),
            self._stack,
            kept[:, :, 0].view(torch.int16).numpy().view(np.uint16),
            cosines.float().numpy(),
            sines.float().numpy(),
            past,
            self._plan.norm_eps,
            self._plan.attention_scale,
            logits,
        )
        return torch.from_numpy(logits[None])


@contextmanager
def _without_scipy() -> Iterator[None]:
    """Let numba, which asks for scipy, find none: 16 MB for products that no loop here uses."""
    name = "scipy"
    if name in sys.modules:
        yield
        return
    sys.modules[name] = None  # type: ignore[assignment]
    try:
        yield
    finally:
        del sys.modules[name]


def compile_elsewhere() -> Iterator[None]:
    """Have another process compile the loops and keep them for this one; a step each time it was looked at.

    Raises OSError or RuntimeError if that does not work.
    """
    global _compiled_once
    if _compiled_once:
        return
    status = yield from _run(_command())
    if status != 0:
        # What was kept of a compilation that was interrupted does not fit what is compiled after it, and crashes.
        logger.info("compiling ended with status %s; it begins afresh", status)
        status = yield from _run([*_command(), AFRESH])
    if status != 0:
        raise RuntimeError(f"compiling ended with status {status}")
    _compiled_once = True


def _run(command: Sequence[str]) -> Generator[None, None, int]:
    """Wait for ``command``, a step each time it was looked at; its exit status. Given up, it is ended."""
    process = subprocess.Popen(
        command, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    try:
        while process.poll() is None:
            with suppress(subprocess.TimeoutExpired):
                process.wait(CHECK_EVERY_S)
            yield
    finally:
        if process.poll() is None:
            process.kill()
        process.wait()
    return process.returncode


def _command() -> list[str]:
    """This very program, frozen or not, told to compile."""
    program = [sys.executable]
    if not getattr(sys, "frozen", False):
        program += ["-m", "cowrite"]
    return [*program, "models", "compile"]


def _linear(stack: Int8Stack) -> Linear:
    from cowrite.engine.networks.compiled import Linear

    layers, outputs, inputs = stack.weight.shape
    return Linear(
        stack.weight,
        stack.scale,
        stack.bias,
        into=np.empty((layers, 0, inputs), np.float32),
        out_of=np.empty((layers, outputs, 0), np.float32),
    )


def _rows(norms: Sequence[Tensor | None]) -> NDArray[np.float32]:
    """One row for each; rows of nothing for None."""
    return np.stack(
        [np.empty(0, np.float32) if norm is None else norm.float().numpy() for norm in norms]
    )
