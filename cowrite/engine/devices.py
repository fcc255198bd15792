"""Which processor computes, and how many of its cores are left to the window."""

from __future__ import annotations

import logging
import os

import torch

from cowrite.engine.quantize import Quantization

logger = logging.getLogger(__name__)

# More threads do not help a single short request, and the memory bus is full long before.
MOST_THREADS = 8


def choose_device(wanted: str) -> tuple[torch.device, str]:
    """The device for ``wanted`` (“auto”, “cuda” or “cpu”), and a sentence if it is not the one asked for."""
    if wanted == "cpu":
        return torch.device("cpu"), ""
    try:
        usable = torch.cuda.is_available() and torch.cuda.device_count() > 0
        if usable:
            torch.zeros(1, device="cuda")
            return torch.device("cuda"), ""
    except RuntimeError:
        logger.exception("the graphics card cannot be used")
    if wanted == "cuda":
        return torch.device("cpu"), "No usable NVIDIA graphics card was found; using the processor."
    return torch.device("cpu"), ""


def engine_threads(cores: int | None = None) -> int:
    """How many threads the engine may use: all cores but one, which belongs to the window."""
    return max(1, min(MOST_THREADS, (cores or os.cpu_count() or 2) - 1))


def fallback_quantization(device: torch.device) -> Quantization:
    """What to use for a model that was never measured on this kind of device."""
    return Quantization.NF4 if device.type == "cuda" else Quantization.INT8
