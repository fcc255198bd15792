"""Which processor computes, and how many of its cores are left to the window."""

from __future__ import annotations

import logging
import os
import time
from dataclasses import dataclass

import torch

from cowrite.base.errors import UserError
from cowrite.base.graphics_card import has_nvidia_driver, nvidia_card, require_new_enough
from cowrite.engine.cards import Card
from cowrite.engine.networks.quantize import Quantization
from cowrite.localization import sentences, tr

logger = logging.getLogger(__name__)

# More threads do not help a single short request, and the memory bus is full long before.
MOST_THREADS = 8
# Long enough that nothing of it stays in a cache.
COPIED_BYTES = 512 * 2**20


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
        return torch.device("cpu"), tr(
            "No usable NVIDIA graphics card was found; using the processor."
        )
    return torch.device("cpu"), ""


@dataclass(frozen=True, slots=True, kw_only=True)
class UnusedCard:
    """A card on which nothing is computed, why in a ``sentence``, and whether the GPU pack would change that."""

    name: str
    sentence: str
    needs_pack: bool = False


def unused_card(wanted: str, device: torch.device) -> UnusedCard | None:
    """The card that could compute instead of ``device``; None if there is none, or if the writer wants no card."""
    if wanted == "cpu" or device.type == "cuda" or not has_nvidia_driver():
        return None
    card = nvidia_card()
    if card is None:
        return None
    try:
        require_new_enough(card)
    except UserError as error:
        return UnusedCard(name=card.name, sentence=sentences(error.message, error.advice))
    if torch.version.cuda:
        said = tr(
            "{card} cannot be used just now; using the processor. “cowrite doctor” may say why.",
            card=card.name,
        )
        return UnusedCard(name=card.name, sentence=said)
    said = tr(
        "{card} is not used. “GPU pack…” in the “Suggestions” menu makes Cowrite compute on it.",
        card=card.name,
    )
    return UnusedCard(name=card.name, sentence=said, needs_pack=True)


def engine_threads(cores: int | None = None) -> int:
    """How many threads the engine may use: all cores but one, which belongs to the window."""
    return max(1, min(MOST_THREADS, (cores or os.cpu_count() or 2) - 1))


def fallback_quantization(device: torch.device) -> Quantization:
    """What to use for a model that was never measured on this kind of device."""
    return Quantization.NF4 if device.type == "cuda" else Quantization.INT8


def find_card() -> Card | None:
    """This machine's NVIDIA card with its measured bandwidth, or None."""
    device, _ = choose_device("auto")
    if device.type != "cuda":
        return None
    properties = torch.cuda.get_device_properties(device)
    return Card(
        name=properties.name,
        memory=properties.total_memory,
        bandwidth=measured_bandwidth(device),
        measured=True,
    )


def measured_bandwidth(device: torch.device) -> float:
    """Bytes per second of a long copy, read and written ones together: the median of several."""
    source = torch.empty(COPIED_BYTES, dtype=torch.uint8, device=device)
    target = torch.empty_like(source)
    rates = []
    for _ in range(7):
        wait_for(device)
        started = time.perf_counter()
        target.copy_(source)
        wait_for(device)
        rates.append(2 * COPIED_BYTES / (time.perf_counter() - started))
    return sorted(rates)[len(rates) // 2]


def wait_for(device: torch.device) -> None:
    """Let what was queued on a card be done."""
    if device.type == "cuda":
        torch.cuda.synchronize(device)
