"""Where a training run stands, in one file that is there whole or not at all: tensors and JSON, never a pickle."""

from __future__ import annotations

import json
import logging
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from safetensors import SafetensorError, safe_open
from safetensors.torch import save
from torch import Tensor
from torch.optim import Optimizer

from cowrite.base.json_values import read_json
from cowrite.base.records import decode
from cowrite.settings.private_file import write_private

logger = logging.getLogger(__name__)

FORMAT = "1"
NAME = "checkpoint.safetensors"


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """``state`` is JSON; ``tensors`` by name, such as “now/…”, “best/…”, “optimizer/3/exp_avg”."""

    state: Mapping[str, Any]
    tensors: Mapping[str, Tensor]

    def group(self, prefix: str) -> dict[str, Tensor]:
        """The tensors whose names begin with ``prefix/``, by the rest of their names."""
        start = f"{prefix}/"
        return {k.removeprefix(start): v for k, v in self.tensors.items() if k.startswith(start)}


def save_checkpoint(folder: Path, checkpoint: Checkpoint) -> None:
    """Replace the checkpoint in ``folder``; a process killed meanwhile leaves the old one. Raises OSError."""
    metadata = {"format": FORMAT, "state": json.dumps(checkpoint.state)}
    tensors = {name: tensor.contiguous() for name, tensor in checkpoint.tensors.items()}
    write_private(folder / NAME, save(tensors, metadata))


def load_checkpoint(folder: Path, fingerprint: str) -> Checkpoint | None:
    """The checkpoint in ``folder``, or None if there is none of this very run: same settings, model and examples."""
    path = folder / NAME
    try:
        with safe_open(path, framework="pt") as file:
            metadata = file.metadata() or {}
            state = decode(read_json(metadata.get("state", "{}"), tolerant=True), dict[str, Any])
            if metadata.get("format") != FORMAT or state.get("fingerprint") != fingerprint:
                return None
            return Checkpoint(state, {name: file.get_tensor(name) for name in file.keys()})  # noqa: SIM118
    except FileNotFoundError:
        return None
    except (OSError, SafetensorError, ValueError, AttributeError, RecursionError) as error:
        logger.info(
            "the checkpoint cannot be read (%s); training begins anew", type(error).__name__
        )
        return None


def remove_checkpoint(folder: Path) -> None:
    """The run is over. Raises OSError."""
    (folder / NAME).unlink(missing_ok=True)


def optimizer_tensors(optimizer: Optimizer) -> dict[str, Tensor]:
    """The optimizer's memory of each parameter, by “number/name”."""
    found = {}
    for number, memory in optimizer.state_dict()["state"].items():
        for name, value in memory.items():
            if isinstance(value, Tensor):
                found[f"{number}/{name}"] = value.detach().cpu().clone()
    return found


def restore_optimizer(optimizer: Optimizer, tensors: Mapping[str, Tensor]) -> None:
    """The reverse of :func:`optimizer_tensors`."""
    state: dict[int, dict[str, Tensor]] = {}
    for name, value in tensors.items():
        number, _, key = name.partition("/")
        state.setdefault(int(number), {})[key] = value
    groups = optimizer.state_dict()["param_groups"]
    optimizer.load_state_dict({"state": state, "param_groups": groups})
