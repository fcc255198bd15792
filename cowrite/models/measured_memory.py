"""What a model really took of the memory when it was loaded, beside what had been reckoned.

A private JSON file beside the models, bound to the weights. The window of models shows it, and where it is far from
what was reckoned, the model is judged by it from then on.
"""

from __future__ import annotations

import json
import logging
from dataclasses import asdict, dataclass
from pathlib import Path

from cowrite.base.json_values import SchemaError, read_json_file
from cowrite.base.records import Count, Name, decode, require_format
from cowrite.models.store import MEMORY, InstalledModel, beside
from cowrite.settings.newer_data import is_newer_file
from cowrite.settings.private_file import write_private

logger = logging.getLogger(__name__)

FORMAT = 1
FAR = 0.25
FAR_BYTES = 100_000_000
"""Less than this may be what the window did meanwhile."""


@dataclass(frozen=True, slots=True, kw_only=True)
class MeasuredMemory:
    """Bytes, as ``kind`` on ``device``."""

    format: Count = FORMAT
    model: Name
    weights_sha256: Name
    device: Name
    kind: Name
    reckoned: Count
    taken: Count

    @property
    def more(self) -> int:
        """How much more it took, or less where that is negative."""
        return self.taken - self.reckoned

    @property
    def is_far(self) -> bool:
        """Whether what was reckoned was wrong."""
        return abs(self.more) > max(FAR * self.reckoned, FAR_BYTES)


def memory_file(models_dir: Path, model_id: str) -> Path:
    """Where it is kept."""
    return beside(models_dir, model_id, MEMORY)


def keep_memory(models_dir: Path, measured: MeasuredMemory) -> None:
    """Keep ``measured``, unless that of a newer version is there. Raises OSError."""
    if measured.is_far:
        logger.warning(
            "%s took %d MB as %s on %s, and %d MB were reckoned",
            measured.model,
            measured.taken // 10**6,
            measured.kind,
            measured.device,
            measured.reckoned // 10**6,
        )
    file = memory_file(models_dir, measured.model)
    if not is_newer_file(file, FORMAT):
        models_dir.mkdir(parents=True, exist_ok=True)
        write_private(file, json.dumps(asdict(measured), indent=1).encode())


def kept_memory(
    models_dir: Path, model: InstalledModel, device: str, kind: str
) -> MeasuredMemory | None:
    """What ``model`` took as ``kind`` on ``device`` when it was loaded last; None if that is not known."""
    try:
        found = read_json_file(memory_file(models_dir, model.id))
        require_format(found, FORMAT)
        measured = decode(found, MeasuredMemory)
    except (OSError, SchemaError):
        return None
    key = (measured.model, measured.weights_sha256, measured.device, measured.kind)
    return measured if key == (model.id, model.weights_sha256, device, kind) else None
